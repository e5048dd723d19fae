"""A bank of three tables and four months, or of nobody: nothing fails, and each section says why it is empty."""

from datetime import date, timedelta
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
from tests.charts.test_segmentation import message
from tests.topics.churn.tiny import bank, tables

from analysis.bank.source import View
from analysis.charts import churn_lifecycle, churn_retention
from analysis.report.privacy import suppress
from analysis.topics.churn import cohorts, hazard, retention, sensitivity, stage_flow, stages
from analysis.topics.churn.definitions import Definition, chosen, outcomes

END = date(2024, 4, 30)


@pytest.fixture(autouse=True)
def charts_closed():
    yield
    plt.close("all")


def young(folder: Path, customers: int) -> View:
    people = {f"C{k}": (date(2024, 1, 10), None) for k in range(customers)}
    accounts = [(c, c, "save", joined, None) for c, (joined, _) in people.items()]
    frames = tables(people, accounts, {c: [date(2024, 1, 10), END] for c in list(people)[:20]})
    return bank(folder, frames).view()


@pytest.fixture(params=["young", "nobody in the filter"])
def view(tmp_path, request) -> View:
    seen = young(tmp_path, 60)
    return seen if request.param == "young" else View(seen.bank, END, "customer_id = 'nobody'")


def test_the_whole_report_can_be_made(view):
    used = chosen(view)
    assert used.kind == "behavioural" and used.silent_days == 30
    found = sensitivity.sensitivity(view, used)
    shown = suppress(found.silences, "customers", by="label")
    assert message(churn_lifecycle.definition_sensitivity(shown, "30 days"))
    assert sensitivity.sentence(found) and not sensitivity.check(found, used)[1]

    walked = stage_flow.path(view)
    here = stages.stages(view).to_pandas()
    assert len(stages.stage_table(here, stages.StageRule())) == 4
    assert message(churn_lifecycle.stage_shares(stage_flow.shares(walked)))
    stepped = stage_flow.moves(walked)
    table, spent = stage_flow.rates(stepped), stage_flow.time_spent(stepped)
    assert "do not reach back" in message(churn_lifecycle.stage_rates(table, stage_flow.STEP))
    assert "Too few" in stage_flow.sentence(spent, table) and stage_flow.memory(spent)
    assert "Nobody churned" in message(
        churn_lifecycle.stage_churn(stage_flow.later_churn(view, used, walked))
    )

    kept = cohorts.cohorts(view, used)
    assert message(churn_retention.cohort_map(kept))
    spells = retention.spells(view)
    for by in ("", *retention.GROUPS):
        assert "too few watched long enough" in message(
            churn_retention.survival_curves(retention.curves(spells, by))
        )
        assert by == "" or len(retention.departure_rates(spells, by)) <= 1
    assert "no two groups" in retention.compared(spells, "holdings")[1]
    assert retention.late_entry(spells)

    ratios = hazard.hazards(hazard.periods(view, used))
    assert "Too few customers churned" in message(churn_retention.hazard_ratios(ratios.ratios))
    assert [ok for _name, ok, _words in hazard.checks(ratios)] == [False]
    assert "No driver" in hazard.sentence(ratios)


def test_labels_of_a_bank_without_optional_tables(tmp_path):
    view = young(tmp_path, 30)
    day = END - timedelta(days=60)
    for definition in (Definition("contractual", horizon_days=60), Definition("behavioural", silent_days=60)):
        assert (
            outcomes(view, [day], definition).count().to_pyarrow().as_py()
            == {"contractual": 30, "behavioural": 20}[definition.kind]
        )
