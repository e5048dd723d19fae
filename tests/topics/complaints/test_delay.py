"""What delays answers: planted slowness and complexity found, later cases told better than by the base rate."""

import numpy as np
import pandas as pd
import pytest
from tests.topics.complaints import planted

from analysis.bank.source import open_bank
from analysis.topics.complaints import cases as read
from analysis.topics.complaints import clock, delay, delay_design, delay_tested

SLOWNESS = {"B1": 0.6, "B2": 0.8, "B3": 1.0, "B4": 1.25, "B5": 1.7}


def rows(n: int = 2_500, seed: int = 1, slowness=SLOWNESS) -> pd.DataFrame:
    return planted.cases(n, seed, slowness=slowness)


def prepared(table: pd.DataFrame) -> pd.DataFrame:
    return delay_design.prepared(clock.clock(table, planted.END), planted.END)


@pytest.fixture(scope="module")
def fitted():
    cases = prepared(rows())
    return cases, delay.fit(cases)


def test_slow_branches_are_found_in_order(fitted):
    _cases, found = fitted
    assert found.branches["label"].tolist() == ["B5", "B4", "B3", "B2", "B1"]
    table = found.branches.set_index("label")
    assert table.loc["B5", "high"] < 1 < table.loc["B1", "low"] and table.loc["B5", "slower"] > 0.99
    assert found.branches_differ < 1e-6


def test_complex_cases_are_slower_and_what_plays_no_part_is_not_named(fitted):
    _cases, found = fitted
    table = delay.ratios(found).set_index("covariate")
    assert table.loc["complex=3", "high"] < 0.3 and table.loc["complex=15", "high"] < 0.7
    others = table.drop(["complex=3", "complex=15"])
    assert (others["p_adjusted"] > 0.05).all() and others["steady"].all()
    assert "Issue: card blocked" in table["label"].tolist()
    assert found.proportional.set_index("covariate").loc["all", "p_value"] > 0.001


def test_the_chance_of_missing_comes_true(fitted):
    cases, found = fitted
    limit = (cases["base_due_on"] + delay_design.DAY - cases["received_at"]) / delay_design.DAY
    known = limit <= cases["followed"]
    chance = delay.chance_of_missing(found, cases[known], limit[known])
    missed = cases.loc[known, "base_code"] == 2
    assert chance.mean() == pytest.approx(missed.mean(), abs=0.01)
    slow = (cases.loc[known, "branch_id"] == "B5").to_numpy()
    assert chance[slow].mean() == pytest.approx(missed[slow].mean(), abs=0.04)
    assert chance[slow].mean() > 3 * chance[~slow].mean()


def test_who_has_waited_longer_is_likelier_to_be_late(fitted):
    cases, found = fitted
    one = cases.head(1)
    by_age = [float(delay.chance_of_missing(found, one, 15.5, age)[0]) for age in (0, 5, 10, 15, 16)]
    assert by_age == sorted(by_age) and by_age[-1] == 1.0 and by_age[0] > 0
    far = float(delay.chance_of_missing(found, one, 400)[0])
    assert 0 <= far < 0.01


def test_open_cases_come_with_their_chance(fitted):
    cases, found = fitted
    due = delay.due_soon(found, cases)
    assert len(due) == cases["resolved_at"].isna().sum() and due["missing"].is_monotonic_decreasing
    assert (due.loc[due["state"] == "overdue", "missing"] == 1).all()
    assert due.loc[due["state"] == "open", "missing"].between(0, 1, inclusive="neither").all()


def test_later_cases_are_told_better_than_by_the_base_rate_and_the_future_is_not_used():
    table = rows(2_500, seed=3)
    found = delay_tested.tested(table, planted.END)
    measures = found.measures.set_index("measure")
    assert found.usable and measures.loc["roc_auc", "model"] > 0.7 > measures.loc["roc_auc", "base"]
    assert found.slope[1] < 1.15 and found.slope[2] > 0.85
    assert "it is used" in delay_tested.sentence(found)
    # what happened after the model's last day changes nothing that it says of the first later cases
    first = pd.Timestamp(found.until) + pd.Timedelta(days=1)
    moment = first + pd.Timedelta(days=40)
    ended = table["resolved_at"]
    other = table.assign(resolved_at=ended.where(ended < moment, moment + (ended - moment) * 3))
    again = delay_tested.tested(other, planted.END).cases.set_index("feedback_id")
    early = table[table["received_at"].between(first, moment)]
    both = found.cases.set_index("feedback_id").join(again.add_suffix("_other")).loc[early["feedback_id"]]
    np.testing.assert_allclose(both["model"], both["model_other"], rtol=1e-12)


def test_without_anything_to_learn_the_model_is_no_better():
    found = delay_tested.tested(planted.cases(1_500, 5, complex_share=0.0), planted.END)
    assert not found.usable and "take its probabilities as base rates" in delay_tested.sentence(found)


def test_busy_counts_what_was_open_and_nothing_later():
    hour = pd.Timestamp("2024-01-01") + pd.to_timedelta([0, 1, 2, 10], unit="h")
    table = pd.DataFrame(
        {"branch_id": "B1", "received_at": hour, "resolved_at": [hour[3], hour[1], pd.NaT, pd.NaT]}
    )
    # open at each receipt: 0, 1, 2 less the one resolved at 1h: it was resolved before 2h, so 1; then 2
    stock = np.log2([1, 2, 2, 3])
    usual = np.array([np.nan, stock[0], stock[:2].mean(), stock[:3].mean()])
    np.testing.assert_allclose(delay_design.busy(table), np.nan_to_num(stock - usual))


def test_slowness_of_the_simulated_bank_is_recovered(demo_folder, demo_truth):
    view = open_bank(str(demo_folder)).view()
    cases = delay_design.prepared(clock.clock(read.cases(view), view.as_of), view.as_of)
    found = delay.fit(cases).branches.set_index("branch_id")
    truth = pd.read_parquet(demo_truth / "branches.parquet").set_index("branch_id")["slowness_factor"]
    assert found["shrunk"].corr(truth, method="spearman") < -0.5


def test_too_few_cases_one_branch_and_blank_columns():
    with pytest.raises(ValueError, match="complaints are resolved; expected at least 100"):
        delay.fit(prepared(rows(60)))
    with pytest.raises(ValueError, match="missed their time; expected at least 10"):
        delay_tested.tested(rows(200, slowness={"B1": 0.2}), planted.END)
    table = rows(400, slowness={"B1": 1.0}).assign(language=None, channel=pd.NA, issue="fees")
    one = delay.fit(prepared(table))
    assert one.branches.empty and np.isnan(one.branches_differ)
    assert len(delay.ratios(one)) == 3
    bare = delay.fit(prepared(table.drop(columns=["language", "channel"])))
    assert delay.due_soon(bare, prepared(table))["missing"].notna().all()
