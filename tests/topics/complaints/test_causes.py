"""Causes, repeats and compensation: planted truths, and what chance alone gives."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.topics.complaints import planted

from analysis.topics.complaints import causes, clock, compensation, repeats


def cases(n: int = 1_200, seed: int = 1, **options) -> pd.DataFrame:
    return clock.clock(planted.cases(n, seed, **options), planted.END)


def test_the_largest_cause_is_sure_where_it_is_and_not_where_it_is_not():
    sure = causes.pareto(cases())
    assert sure["label"].tolist() == ["fees", "card blocked", "app login"]
    assert sure["top"].iloc[0] > 0.99 and sure["rank_high"].iloc[0] == 1
    assert sure["cumulative"].iloc[-1] == pytest.approx(
        1
    ) and "behind more complaints than any other" in causes.sentence(sure)
    even = causes.pareto(cases(300, shares=(0.34, 0.33, 0.33)))
    assert even["top"].max() < 0.95 and "likely" in causes.sentence(even)
    assert (
        causes.sentence(even.assign(customers=10)) == "No cause has enough customers behind it to be shown."
    )
    few = causes.vital_few(sure)
    assert sure["cumulative"].iloc[few - 1] >= 0.8 > sure["cumulative"].iloc[few - 2]


def test_intervals_of_the_shares_cover():
    covered = []
    for seed in range(30):
        table = causes.pareto(cases(400, seed)).set_index("label")
        covered.append(table.loc["fees", "low"] <= 0.5 <= table.loc["fees", "high"])
    assert 0.8 < np.mean(covered) <= 1.0


def test_delay_and_compensation_have_shares_of_their_own():
    table = cases().assign(over=lambda t: np.where(t["issue"] == "app_login", 5.0, 0.0), compensation=np.nan)
    found = causes.pareto(table).set_index("label")
    assert found.loc["app login", "delay"] == 1 and found["compensation"].isna().all()


def test_process_steps_tell_causes_apart_if_they_are_kept():
    table = cases().assign(process_step=lambda t: np.where(t.index % 2 == 0, "intake", "payout"))
    assert causes.keys_of(table) == ("issue", "process_step") and len(causes.pareto(table)) == 6
    blank = cases().assign(issue=None)
    with pytest.raises(ValueError, match="none of family, issue, process_step is filled"):
        causes.pareto(blank)
    assert causes.pareto(cases().head(0)).empty


def test_chance_alone_gives_the_repeats_that_are_expected():
    beaten = [
        repeats.repeats(cases(1_500, seed), planted.people()).table["p_value"].iloc[0] < 0.05
        for seed in range(25)
    ]
    assert np.mean(beaten) < 0.2
    found = repeats.repeats(cases(1_500), planted.people())
    assert found.table["expected"].iloc[0] == pytest.approx(found.table["customers"].iloc[0], rel=0.15)


def test_customers_who_come_back_are_seen():
    table = planted.cases(1_500)
    again = table.head(300).assign(
        feedback_id=lambda t: "R" + t["feedback_id"], received_at=lambda t: t["resolved_at"] + pd.Timedelta(days=20),
        resolved_at=lambda t: t["received_at"] + pd.Timedelta(days=25), acknowledged_at=pd.NaT,
    )  # fmt: skip
    both = clock.clock(pd.concat([table, again], ignore_index=True), planted.END)
    found, after = repeats.repeats(both, planted.people()), repeats.recurrence(both, planted.people())
    assert found.table["ratio"].iloc[0] > 1.2 and found.table["p_value"].iloc[0] < 1e-4
    same, other = after.within.itertuples()
    assert same.low > 2 * same.expected and other.low < 2 * other.expected
    assert "about the same issue again" in repeats.sentence(found, after)
    nobody = replace(after, within=after.within.assign(share=0.0, low=0.0, high=0.0))
    assert "nobody complained about the same issue again" in repeats.sentence(found, nobody)


def test_recurrence_without_cause_is_as_expected():
    after = repeats.recurrence(cases(3_000), planted.people())
    for row in after.within.itertuples():
        assert row.low < row.expected * 1.1 and row.high > row.expected * 0.9
    none = repeats.recurrence(cases().assign(resolved_at=pd.NaT), planted.people())
    assert none.within["share"].isna().all() and none.curves.empty


def test_repeats_need_people():
    with pytest.raises(ValueError, match="none of 0 customers has a complaint"):
        repeats.repeats(cases(), planted.people().head(0))


def test_cost_adds_up_and_its_interval_covers():
    days = 3_000 * planted.DAYS
    found = compensation.cost(cases(), days)
    table = found.table
    assert table["total"].iloc[0] == pytest.approx(table["total"].iloc[1:].sum())
    assert found.per_year[0] == pytest.approx(table["total"].iloc[0] / days * 365.25 * 10_000)
    assert not found.heavy and "per closed complaint" in compensation.sentence(found, "CNY")
    truth = 0.2 * 135  # share paid × mean of the gamma
    covered = []
    for seed in range(25):
        row = compensation.cost(cases(800, seed), days).table.iloc[0]
        covered.append(row["per_case_low"] <= truth <= row["per_case_high"])
    assert np.mean(covered) > 0.75


def test_a_payment_that_is_most_of_the_sum_is_said():
    table = cases(200)
    table.loc[table["resolved_at"].notna().idxmax(), "compensation"] = 1e6
    found = compensation.cost(table, 0)
    assert found.heavy and "too narrow" in compensation.sentence(found, "CNY") and np.isnan(found.per_year[0])
    none = compensation.cost(cases(200).assign(compensation=np.nan), 1)
    assert compensation.sentence(none, "CNY") == "No compensation is on record."
    with pytest.raises(ValueError, match="1 compensations are negative"):
        compensation.cost(cases(200).assign(compensation=[-1.0, *[0.0] * 199]), 1)
    assert compensation.cost(cases(20).head(0), 1).table["total"].tolist() == [0.0]
