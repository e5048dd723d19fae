"""The order of open cases: as many in time as any order allows, the most valuable of them, and nobody forgotten."""

from datetime import date
from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from tests.statistics.planted_exposure import planted

from analysis.statistics.adjusted import adjusted
from analysis.topics.complaints import worklist

MONDAY = date(2024, 3, 4)


def cases(due: list[str], value=None, missing=None, received: str = "2024-02-26 10:00") -> pd.DataFrame:
    """Open cases as `open_cases` gives them."""
    n = len(due)
    table = pd.DataFrame(
        {
            "feedback_id": [f"F{k}" for k in range(n)], "customer_id": [f"C{k}" for k in range(n)], "kind": "complaint",
            "issue": "fees", "branch_id": "B01", "received_at": pd.Timestamp(received), "resolved_at": pd.NaT,
            "due_on": pd.to_datetime(due), "assets": 1_000.0,
        }
    )  # fmt: skip
    worth = None if value is None else table[["customer_id"]].assign(value=value)
    chance = None if missing is None else table[["feedback_id"]].assign(missing=missing)
    closed = table.assign(feedback_id=table["feedback_id"] + "x", resolved_at=pd.Timestamp("2024-02-28"))
    table = pd.concat([table.astype({"resolved_at": "datetime64[us]"}), closed], ignore_index=True)
    return worklist.open_cases(table, MONDAY, worth, chance)


def kept_by(order, last: np.ndarray, capacity: int) -> list[int]:
    """Cases in time if worked in `order`."""
    return [k for place, k in enumerate(order) if place // capacity <= last[k]]


@pytest.mark.parametrize("seed", range(8))
def test_no_order_keeps_more_cases_or_more_value(seed):
    rng = np.random.default_rng(seed)
    capacity, last = int(rng.integers(1, 3)), rng.integers(-2, 4, 6)
    value = rng.integers(1, 100, 6).astype(float)
    due = np.busday_offset(np.datetime64(MONDAY), last)
    table = worklist.plan(cases([str(d) for d in due], value), MONDAY, capacity)
    orders = [kept_by(order, last, capacity) for order in permutations(range(6))]
    kept = table[table["state"] == "in time"]
    assert len(kept) == max(map(len, orders))
    assert kept["value"].sum() == max(value[order].sum() for order in orders)
    assert (kept["planned_on"] <= kept["due_on"]).all()
    assert sorted(table["feedback_id"]) == sorted(f"F{k}" for k in range(6))
    assert table.groupby("planned_on").size().max() <= capacity
    free = worklist.plan(
        cases([str(d) for d in due], value),
        MONDAY,
        max(worklist.needed(cases([str(d) for d in due]), MONDAY), 1),
    )
    assert (free["state"] != "late").all()


def test_overdue_cases_take_what_is_free_and_harm_nobody():
    table = worklist.plan(cases(["2024-03-01", "2024-02-28", "2024-03-05", "2024-03-08"]), MONDAY, 1)
    assert table["feedback_id"].tolist() == ["F1", "F2", "F0", "F3"]
    assert table["state"].tolist() == ["overdue", "in time", "overdue", "in time"]
    tight = worklist.plan(cases(["2024-03-01", "2024-03-04"]), MONDAY, 1)
    assert tight["feedback_id"].tolist() == ["F1", "F0"]


def test_weekends_are_not_worked():
    table = worklist.plan(cases(["2024-03-09", "2024-03-10", "2024-03-11"]), date(2024, 3, 8), 1)
    assert [str(d.date()) for d in table["planned_on"]] == ["2024-03-08", "2024-03-11", "2024-03-12"]
    assert sorted(table["state"]) == ["in time", "in time", "late"]


def test_the_chance_to_miss_weighs_the_value():
    rows = cases(["2024-03-04"] * 2, value=[100.0, 60.0], missing=[0.1, 0.9])
    table = worklist.plan(rows, MONDAY, 1).set_index("feedback_id")
    assert table["state"].to_dict() == {"F1": "in time", "F0": "late"}


def test_money_at_stake_has_the_interval_of_the_effect():
    given = planted(2, 2_000)
    given.pop("truth")
    slow = adjusted(**given)
    rows = cases(["2024-03-04"] * 3, value=[1_000.0, -50.0, np.nan])
    table = worklist.plan(rows, MONDAY, 5, slow).set_index("feedback_id")
    row = slow.contrasts.iloc[0]
    assert table.loc["F0", ["at_stake", "low", "high"]].tolist() == pytest.approx(
        [1_000 * row["difference"], 1_000 * row["low"], 1_000 * row["high"]]
    )
    assert table.loc["F1", "at_stake"] == 0
    assert np.isnan(table.loc["F2", "at_stake"])
    said = worklist.money_sentence(table.reset_index(), "CNY")
    assert "CNY" in said and "0%" in said  # all of them are over a week old
    assert said.startswith("If it is the slow answer that makes them leave") == (row["low"] > 0)
    unsure = worklist.money_sentence(table.reset_index().assign(low=-2.0), "CNY")
    assert unsure.startswith("That slow answers cost margin is not shown: ") and "−CNY 6 to" in unsure
    blank = worklist.plan(cases(["2024-03-04"]), MONDAY, 5)
    assert "cannot be told" in worklist.money_sentence(blank, "CNY")
    assert worklist.decision(blank, "CNY")["money"] is None


def test_the_words_and_the_table_of_states():
    rows = cases(["2024-03-01", "2024-03-04", "2024-03-04", "2024-03-07"])
    table = worklist.plan(rows, MONDAY, 1)
    assert "Open complaints: 4, overdue: 1." in worklist.sentence(table, rows, MONDAY, 1)
    assert "2 a day would keep all" in worklist.sentence(table, rows, MONDAY, 1)
    assert worklist.decision(table, "CNY")["customers"] == 1
    nothing = rows.iloc[:0]
    empty = worklist.plan(nothing, MONDAY, 3)
    assert worklist.sentence(empty, nothing, MONDAY, 3) == "No complaint is open."
    assert worklist.decision(empty, "CNY")["customers"] == 0


def test_what_cannot_be_planned_is_named():
    with pytest.raises(ValueError, match="capacity is 0; expected 1 case a day or more"):
        worklist.plan(cases(["2024-03-04"]), MONDAY, 0)
    with pytest.raises(ValueError, match="cases lacks due_on"):
        worklist.open_cases(pd.DataFrame({"kind": []}), MONDAY)
    with pytest.raises(ValueError, match="due_on is missing for 1 open cases"):
        cases([None, "2024-03-04"])
