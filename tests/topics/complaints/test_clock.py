"""The clock: due dates by hand, shares in time that open cases do not bend, the planted survival."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm
from tests.topics.complaints import planted

from analysis.bank.source import open_bank
from analysis.topics.complaints import cases as read
from analysis.topics.complaints import clock, clock_tables, intake


def case(
    received: str, resolved: str | None, *, complex_: bool = False, extended: bool = False, **other
) -> dict:
    return {
        "feedback_id": f"F{received}{resolved}{complex_}{extended}", "customer_id": "C1", "kind": "complaint",
        "received_at": pd.Timestamp(received), "resolved_at": pd.Timestamp(resolved) if resolved else pd.NaT,
        "acknowledged_at": pd.NaT, "is_complex": complex_, "extension_approved": extended,
    } | other  # fmt: skip


def test_due_dates_and_states_by_hand():
    rows = pd.DataFrame(
        [
            case("2024-01-01 23:00", "2024-01-16 23:59"),  # the last minute of the fifteenth day after
            case("2024-01-01 23:00", "2024-01-17 00:01"),
            case("2024-01-01 09:00", "2024-01-31 12:00", complex_=True),
            case("2024-01-01 09:00", "2024-02-20 12:00", complex_=True, extended=True),
            case("2024-03-01 09:00", None),
            case("2024-03-14 09:00", None),
        ]
    )
    found = clock.clock(rows, date(2024, 3, 17))
    assert found["state"].tolist() == ["in_time", "late", "in_time", "in_time", "overdue", "open"]
    due = ["2024-01-16", "2024-01-16", "2024-01-31", "2024-03-01", "2024-03-16", "2024-03-29"]
    assert found["due_on"].dt.strftime("%Y-%m-%d").tolist() == due
    assert found["base_code"].tolist() == [1, 2, 1, 2, 2, 0]
    assert found["over"].round(3).tolist() == [0, 0.001, 0, 0, 1.0, 0]
    assert found["days"].iloc[5] == pytest.approx(3.625)
    short = clock.clock(rows, date(2024, 3, 17), clock.Legal(simple=10, acknowledge=1))
    assert short["state"].tolist()[:2] == ["late", "late"]
    # answered no later than resolved
    assert short["answer_code"].tolist()[0] == 2


def test_planted_survival_is_inside_the_curve():
    found = clock.clock(planted.cases(4_000), planted.END)
    curves = clock_tables.curves(found)
    for kind, (median, spread) in planted.MEDIAN.items():
        part = curves[curves["group"] == kind]
        for day in (3, 8, 15, 30):
            at = part[part["time"] <= day].iloc[-1]
            truth = norm.sf(np.log(day / median) / spread)
            assert at["low"] - 0.01 < truth < at["high"] + 0.01


def test_recent_months_are_not_flattered_by_their_open_cases():
    rows = planted.cases(20_000, slowness={"B1": 1.6})
    found = clock_tables.by_month(clock.clock(rows, planted.END))
    assert len(found) == 24
    usual = found["share"].iloc[:-2].mean()
    last = found.iloc[-1]
    assert last["raw"] > usual + 0.03  # the closed cases of the last month are its quick ones
    assert np.isnan(last["share"]) or abs(last["share"] - usual) < 0.04
    assert found["share"].iloc[-2] == pytest.approx(usual, abs=0.03)
    assert found["closed"].iloc[0] == 1 and last["closed"] < 0.8


def test_shares_by_group_count_people_and_all_cases():
    found = clock.clock(planted.cases(3_000, slowness={"fast": 0.5, "slow": 2.0}), planted.END)
    table = clock_tables.in_time(found, "branch_id").set_index("label")
    assert table["cases"].sum() == 3_000 and (table["customers"] <= table["cases"]).all()
    assert table.loc["slow", "high"] < table.loc["fast", "low"]
    truth = 0.8 * norm.cdf(np.log(15.5 / 10) / 0.7) + 0.2 * norm.cdf(np.log(30.5 / 34) / 0.6)
    assert table.loc["slow", "low"] - 0.01 < truth < table.loc["slow", "high"] + 0.01
    assert table.loc["slow", "median_days"] > 3 * table.loc["fast", "median_days"]
    whole = clock_tables.in_time(found).iloc[0]
    assert whole["open"] == found[
        "resolved_at"
    ].isna().sum() and "are resolved within" in clock_tables.sentence(found)


def test_extensions_count_for_the_law_and_are_told_apart():
    rows = planted.cases(2_000, complex_share=1.0)
    slow = rows["took"] > 28
    rows["extension_approved"] = pd.array(slow, dtype="boolean")
    row = clock_tables.in_time(clock.clock(rows, planted.END)).iloc[0]
    assert row["share"] > row["base_high"]
    assert row["base"] == pytest.approx(norm.cdf(np.log(30.5 / 17) / 0.6), abs=0.03)


def test_ageing_holds_the_whole_open_stock():
    found = clock.clock(planted.cases(20_000), planted.END)
    table = clock_tables.ageing(found)
    assert table[["open", "overdue"]].to_numpy().sum() == found["resolved_at"].isna().sum()
    assert table["overdue"].iloc[:2].sum() == 0 and table["overdue"].iloc[2:].sum() > 0


def test_all_open_none_or_misdated():
    rows = planted.cases(40).assign(resolved_at=pd.NaT)
    found = clock.clock(rows, planted.END)
    assert set(found["state"]) <= {"open", "overdue"} and clock_tables.in_time(found)["share"].iloc[0] == 0
    fresh = clock.clock(rows[rows["received_at"] > "2024-12-20"].assign(is_complex=False), planted.END)
    assert fresh.empty or "not known yet" in clock_tables.sentence(fresh)
    none = clock.clock(rows.assign(kind="praise"), planted.END)
    assert none.empty and clock_tables.sentence(none) == "There is no complaint up to the day."
    assert (
        clock_tables.in_time(none).empty
        and clock_tables.curves(none).empty
        and clock_tables.by_month(none).empty
    )
    praised = clock.clock(rows.assign(kind="praise"), planted.END, kinds=intake.KINDS)
    assert len(praised) == 40 and clock_tables.in_time(praised, "kind")["label"].tolist() == ["Praise"]


def test_bad_input_is_named():
    rows = planted.cases(40)
    rows.loc[3, "resolved_at"] = rows.loc[3, "received_at"] - pd.Timedelta(days=2)
    assert len(clock.clock(rows, planted.END)) == 39
    check, ok, message = intake.misdated(rows)
    assert (check, ok) == (
        "cases_in_order",
        False,
    ) and "1 cases were acknowledged or resolved before" in message
    with pytest.raises(ValueError, match="cases were received after 2024-06-30"):
        clock.clock(rows, date(2024, 6, 30))
    with pytest.raises(ValueError, match="simple is 0 days; expected 1 or more"):
        clock.Legal(simple=0)
    with pytest.raises(ValueError, match="1 rows repeat one, such as 'F000000'"):
        clock.clock(
            rows.assign(feedback_id=["F000000", *rows["feedback_id"].iloc[1:-1], "F000000"]), planted.END
        )


def test_an_earlier_day_knows_nothing_later(demo_folder):
    bank = open_bank(str(demo_folder))
    then = bank.view("2023-06-30")
    found = clock.clock(read.cases(then), then.as_of)
    assert found["received_at"].max() < pd.Timestamp("2023-07-01")
    assert (found["resolved_at"].dropna() < pd.Timestamp("2023-07-01")).all() and found[
        "resolved_at"
    ].isna().any()
