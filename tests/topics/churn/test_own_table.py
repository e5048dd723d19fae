"""The door for a table of a user's own, on planted and on public tables."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.topics.churn import planted

from analysis.topics import churn


def test_a_plain_table_of_mixed_columns_goes_through():
    panel = planted.panel(customers=4_000, days=1, level=-2.0, seed=3)
    frame = panel.frame.drop(columns=["customer_id", "day", "churned"])
    frame["name"] = [f"K{k}" for k in range(len(frame))]
    found = churn.evaluate(frame, panel.frame["churned"])
    assert found.at_random is None
    assert found.clocks == ()
    assert found.evaluation.table.dropped == {
        "name": "a different text in nearly every row, such as an identifier"
    }
    best = churn.evaluation.cls.roc_auc(
        panel.frame["churned"].iloc[found.evaluation.outcome["row"]],
        panel.chance[found.evaluation.outcome["row"]],
    )
    assert found.evaluation.measure("roc_auc")[0] >= best - 0.02
    assert found.alarms["ok"].dropna().all()


def test_the_example_of_the_method_page_runs():
    panel = planted.panel(customers=1_200, days=8, seed=4).frame
    page = (Path(__file__).parents[3] / "docs" / "churn.md").read_text(encoding="utf-8")
    names = {
        "features": panel.drop(columns=["customer_id", "day", "churned"]),
        "churned": panel["churned"],
        "months": panel["day"],
    }
    exec(page.split("```python")[1].split("```")[0], names)
    assert names["found"].evaluation.usable


def test_customers_who_come_up_more_than_once_are_kept_on_one_side():
    panel = planted.panel(customers=1_200, days=8, seed=4)
    frame = panel.frame
    found = churn.evaluate(
        frame.drop(columns=["customer_id", "day", "churned"]),
        frame["churned"],
        frame["day"],
        frame["customer_id"],
    )
    assert found.evaluation.repeated
    shuffled = found.at_random
    assert not set(shuffled.table.unit[shuffled.slices.test]) & set(
        shuffled.table.unit[shuffled.slices.again]
    )


def test_a_level_that_follows_the_calendar_is_worth_nothing_ahead_of_time():
    """Planted drift: a rate that tells the month helps at random and misleads in time; without it both agree."""
    rng = np.random.default_rng(0)
    n = 12_000
    month = np.arange(n) // 500
    own = rng.normal(size=n)
    level = np.sin(month / 3.0) * 1.5
    y = (rng.random(n) < 1 / (1 + np.exp(2.5 - own - level))).astype(int)
    frame = pd.DataFrame({"own": own, "rate": level + month / 50, "noise": rng.normal(size=n)})
    found = churn.evaluate(frame, y, time=np.arange(n))
    assert found.clocks == ("rate",)
    assert found.at_random.measure("roc_auc")[0] > found.evaluation.measure("roc_auc")[0] + 0.03


def test_a_table_of_clocks_alone_is_refused():
    month = np.repeat(np.arange(20), 50)
    y = np.tile([0, 1], 500)
    with pytest.raises(ValueError, match=r"all features only say when a row was made \(rate\)"):
        churn.evaluate(pd.DataFrame({"rate": month * 0.1}), y, time=np.arange(1_000))


@pytest.fixture(scope="module")
def marketing(public_data):
    rows = pd.read_csv(public_data / "uci_bank_marketing" / "bank-additional-full.csv", sep=";")
    return rows.drop(columns="y"), (rows["y"] == "yes").astype(int)


@pytest.mark.slow  # 41,188 rows, in time and at random
def test_bank_marketing_with_the_duration_of_the_call_raises_the_alarm(marketing):
    features, label = marketing
    assert (len(label), int(label.sum())) == (41_188, 4_640)  # as published
    found = churn.evaluate(features, label, time=np.arange(len(label)))
    alarms = found.alarms.set_index("check")
    assert not alarms.loc["answer", "ok"]
    assert alarms.loc["answer", "feature"] == "duration"


@pytest.mark.slow  # 41,188 rows, in time and at random
def test_bank_marketing_ahead_of_time_beats_plain_boosting_and_stands_beside_the_random_split(marketing):
    features, label = marketing
    found = churn.evaluate(features.drop(columns="duration"), label, time=np.arange(len(label)))
    assert found.alarms["ok"].dropna().all()
    assert set(found.clocks) == {
        "month", "emp.var.rate", "cons.price.idx", "cons.conf.idx", "euribor3m", "nr.employed",
    }  # fmt: skip
    assert found.at_random.measure("roc_auc")[0] == pytest.approx(0.80, abs=0.01)
    assert found.evaluation.measure("roc_auc")[0] > 0.66  # plain gradient boosting: 0.63
