"""The panel of past days: parts that follow each other, features as they were known, outcomes of the definition."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from analysis.bank.source import open_bank
from analysis.topics.churn import panel
from analysis.topics.churn.definitions import Definition


@pytest.fixture(scope="module")
def view(demo_folder):
    return open_bank(str(demo_folder)).view()


@pytest.mark.parametrize("window", [30, 60, 90, 180])
def test_no_window_reaches_into_the_part_after_it(view, window):
    plan = panel.plan(view, window)
    span = timedelta(days=window)
    assert plan.learn[-1] + span <= plan.tune[0]
    assert plan.tune[-1] + span <= plan.test[0]
    assert plan.test[-1] + span <= plan.now == view.as_of
    assert plan.learn_now[-1] + span <= plan.tune_now[0]
    assert max(plan.between, default=plan.learn[-1]) < plan.tune[-1]


@pytest.mark.parametrize("when", [date(2022, 9, 15), date(2023, 3, 1), date(2023, 12, 31)])
def test_a_short_history_takes_a_shorter_window_and_says_so(view, when):
    plan, meant = panel.planned(view.at(when), Definition("contractual"))
    assert plan.window == meant.window_days <= 90
    assert ("The history is short" in meant.reason) == (meant.window_days < 90)
    with pytest.raises(ValueError, match=r"the bookings cover \d+ days; .* takes 180 days or more"):
        panel.planned(view.at(date(2022, 5, 1)), Definition("contractual"))


def test_the_panel_joins_what_was_known_with_who_churned_after(view):
    days = [date(2023, 3, 1), date(2023, 6, 1)]
    rows = panel.past(view, days, Definition("contractual"))
    left = (
        view.table("customers")
        .select("customer_id", "left_on")
        .to_pandas()
        .set_index("customer_id")["left_on"]
    )
    gone = pd.to_datetime(rows["customer_id"].map(left))
    assert set(rows["day"]) == {pd.Timestamp(d) for d in days}
    assert not rows.duplicated(["customer_id", "day"]).any()
    assert (gone.isna() | (gone > rows["day"])).all()
    expected = (gone <= rows["day"] + pd.Timedelta(days=90)).astype(int)
    assert (rows["churned"] >= expected).all()
    one = panel.known(view.at(days[0]))
    mine = rows[rows["day"] == pd.Timestamp(days[0])].drop(columns="churned").reset_index(drop=True)
    there = one[one["customer_id"].isin(mine["customer_id"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(mine, there, check_dtype=False)


def test_what_is_known_on_a_day_does_not_depend_on_the_day_it_is_asked(view):
    day = date(2023, 3, 1)
    pd.testing.assert_frame_equal(panel.known(view.at(day)), panel.known(view.at(date(2023, 9, 1)).at(day)))


def test_shapes_do_not_depend_on_the_currency(view):
    rows = panel.known(view.at(date(2023, 3, 1)))
    money = [
        n
        for n in rows
        if n.startswith(("inflow_", "outflow_", "balance_mean", "balance_slope")) and "trend" not in n
    ]
    money = [n for n in [*money, "assets"] if "pace" not in n]
    scaled = rows.assign(**{name: rows[name] * 7.0 for name in money})
    pd.testing.assert_frame_equal(panel.shapes(rows), panel.shapes(scaled))


def test_shapes_by_hand():
    rows = pd.DataFrame(
        {
            **{f"{n}_{d}d": [v] for n in ("bookings", "inflow", "outflow") for d, v in ((30, 5.0), (365, 73.0))},
            "assets": [50.0], "balance_mean_12m": [100.0], "balance_slope_6m": [-10.0], "balance_mean_6m": [0.0],
            "days_since_activity": [10.0],
        }
    )  # fmt: skip
    found = panel.shapes(rows).iloc[0]
    assert found["bookings_pace_30d"] == pytest.approx(5 * 365 / 30 / 73)
    assert found["balance_ratio"] == 0.5
    assert np.isnan(found["balance_drift"])
    assert found["missed_bookings"] == pytest.approx(2.0)


def test_a_feature_to_leave_out_that_is_not_there_is_named(view):
    rows = panel.past(view, [date(2023, 3, 1)], Definition("contractual"))
    assert "age_years" not in panel.examples(rows, ["age_years"]).features
    with pytest.raises(ValueError, match="without names agee; expected features: age_years"):
        panel.examples(rows, ["agee"])


def test_only_those_are_scored_whom_the_definition_asks_after(view):
    rows = panel.known(view)
    assert (panel.could_churn(view, rows, Definition("contractual"))["open_accounts"] > 0).all()
    silent = panel.could_churn(view, rows, Definition("behavioural", silent_days=60))
    assert (silent["days_since_activity"] < 60).all()
    cards = panel.could_churn(view, rows, Definition("partial", family="card"))
    assert (cards["has_card"] == 1).all()
