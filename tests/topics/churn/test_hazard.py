"""Drivers of churn: their definition by hand, recovery of what is planted, checks that fire."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from benchmarks.churn_lifecycle import DRIVERS, planted_chances

from analysis.bank.demo.parameters import LEAVING
from analysis.bank.source import View, open_bank
from analysis.statistics.discrete_hazard import fit
from analysis.topics.churn import hazard as hz
from analysis.topics.churn.definitions import Definition

DAYS = [pd.Timestamp("2024-01-01") + pd.Timedelta(days=90 * k) for k in range(4)]


def panel(**columns) -> pd.DataFrame:
    """One customer on one day with these features; others quiet and well."""
    usual = dict.fromkeys(hz.NEEDED, 0.0) | {
        "tenure_days": 1_095.75,
        "families_held": 2,
        "days_since_activity": 3,
    }
    return pd.DataFrame([usual | {"customer_id": "A", "day": DAYS[0], "churned": 0} | columns])


@pytest.mark.parametrize(
    ("features", "driver", "value"),
    [
        ({}, "tenure", 2.0),
        ({"families_held": 1}, "single", 1.0),
        ({"families_held": np.nan, "open_accounts": 1}, "single", 1.0),
        ({"families_held": 2, "open_accounts": 1}, "single", 0.0),
        ({"assets": 999.0}, "assets", 3.0),
        ({"days_since_activity": 29}, "quiet", 0.0),
        ({"days_since_activity": 30}, "quiet", 1.0),
        ({"days_since_activity": np.nan}, "quiet", 1.0),
        ({"days_since_salary": 61}, "salary_stopped", 1.0),
        ({"days_since_salary": 61, "has_salary": 1}, "salary_stopped", 0.0),
        ({"days_since_salary": 60}, "salary_stopped", 0.0),
        ({"days_since_salary": 366}, "salary_stopped", 0.0),
        ({"complaints_365d": 2}, "complaint", 1.0),
        ({"bookings_trend_90d": -0.5, "bookings_180d": 60}, "fewer_bookings", 1.0),
        ({"bookings_trend_90d": -0.5, "bookings_180d": 10}, "fewer_bookings", 0.0),
        ({"balance_mean_12m": 100.0, "balance_slope_12m": -5.0}, "balance_down", 1.0),
        ({"balance_mean_12m": 100.0, "balance_slope_12m": -4.0}, "balance_down", 0.0),
        ({"balance_mean_12m": np.nan}, "balance_down", np.nan),
    ],
)
def test_each_driver_is_what_its_name_says(features, driver, value):
    found = hz.drivers(panel(**features), 90).loc[0, driver]
    assert found == pytest.approx(value, nan_ok=True)


def test_windows_that_overlap_are_left_out():
    days = [date(2024, 1, 1) + timedelta(days=30 * k) for k in range(8)]
    rows = pd.concat([panel(day=pd.Timestamp(day)) for day in days])
    kept = hz.drivers(rows, 90)["day"].dt.date.tolist()
    assert kept == [days[1], days[4], days[7]]
    assert len(hz.drivers(rows, 30)) == 8


def test_a_panel_without_optional_features_has_blank_drivers():
    found = hz.drivers(panel().drop(columns=["complaints_365d", "assets"]), 90)
    assert found[["complaint", "assets"]].isna().all(axis=None) and found["single"].notna().all()


def crowd(n: int, seed: int, effect: float = 0.9, turning: float = 0.0) -> pd.DataFrame:
    """Customers over eight windows with a planted ratio of `single`, a driver without effect, and a tenure."""
    rng = np.random.default_rng(seed)
    years, single, age = rng.uniform(0, 15, n), rng.integers(0, 2, n), rng.normal(4.5, 1.2, n)
    rows, here = [], np.ones(n, dtype=bool)
    for k in range(8):
        tenure = np.log2(1 + years + k / 4)
        rate = np.exp(-3.6 - 0.3 * tenure + effect * single + turning * single * (tenure - 3))
        churned = rng.random(n) < -np.expm1(-rate)
        day = DAYS[0] + pd.Timedelta(days=90 * k)
        table = {
            "customer_id": np.arange(n),
            "day": day,
            "churned": churned * 1,
            "tenure": tenure,
            "age": age,
        }
        rows.append(pd.DataFrame(table | {"single": single * 1.0})[here])
        here &= ~churned
    return pd.concat(rows, ignore_index=True)


def test_planted_ratios_come_out_and_the_last_periods_are_foreseen():
    found = hz.hazards(crowd(6_000, 1))
    table = found.ratios.set_index("covariate")
    for driver, ratio in (("single", np.exp(0.9)), ("tenure", np.exp(-0.3)), ("age", 1.0)):
        assert table.loc[driver, "low"] < ratio < table.loc[driver, "high"], driver
    assert all(ok for _name, ok, _words in hz.checks(found))
    assert "One product family only × 2." in hz.sentence(found) and "older" not in hz.sentence(found)
    assert found.later["gain_low"] > 0


def test_the_check_of_proportionality_fires():
    checks = {name: (ok, words) for name, ok, words in hz.checks(hz.hazards(crowd(6_000, 2, turning=-0.8)))}
    ok, words = checks["hazard_proportional"]
    assert not ok and "One product family only" in words


def test_the_check_of_later_periods_fires_if_the_rate_jumps():
    rows = crowd(6_000, 3)
    last = rows["day"] == rows["day"].max()
    rows.loc[last, "churned"] = (np.random.default_rng(1).random(last.sum()) < 0.3).astype(int)
    ok, words = next((ok, words) for name, ok, words in hz.checks(hz.hazards(rows)) if name == "hazard_later")
    assert not ok and "were expected" in words


def test_a_driver_that_tells_churn_by_itself_is_not_given_a_ratio():
    rows = crowd(3_000, 4)
    found = hz.hazards(rows.assign(quiet=rows["churned"] * 1.0))
    assert np.isnan(found.ratios.set_index("covariate").loc["quiet", "ratio"])
    assert not next(ok for name, ok, _words in hz.checks(found) if name == "hazard_fit")


def test_too_few_churned_say_so():
    found = hz.hazards(crowd(100, 5).assign(churned=0))
    assert found.ratios.empty and [ok for _name, ok, _words in hz.checks(found)] == [False]
    assert "No driver" in hz.sentence(found)


@pytest.fixture(scope="module")
def simulated(demo_folder) -> tuple[View, pd.DataFrame]:
    view = open_bank(str(demo_folder)).view()
    return view, hz.periods(view, Definition("contractual"), count=5)


def test_ratios_of_the_simulated_bank_are_those_of_its_planted_hazards(simulated, demo_truth):
    """The same model, fitted to the planted chances instead of to who left, is what can be known of these drivers."""
    _view, rows = simulated
    months = pd.read_parquet(demo_truth / "months.parquet")
    months["month_end"] = pd.to_datetime(months["month_end"])
    x = rows[DRIVERS].fillna(rows[DRIVERS].median())
    truth = fit(x, planted_chances(rows, months), rows["customer_id"]).coefficients
    table = hz.hazards(rows[["customer_id", "day", "churned", *DRIVERS]]).ratios.set_index("covariate")
    error = np.log(table["high"] / table["low"]) / (2 * 1.96)
    distance = (np.log(table["ratio"]) - truth.drop("level")) / error
    assert (distance.abs() < 3).all(), distance
    assert truth["tenure"] < 0 and LEAVING["log_tenure_years"] < 0
    assert table.loc["single", "ratio"] > 1 and LEAVING["single_product"] > 0


def test_drivers_see_nothing_after_their_day(simulated):
    view, rows = simulated
    day = rows["day"].max()
    alone = hz.periods(view.at((day + pd.Timedelta(days=90)).date()), Definition("contractual"), count=1)
    pd.testing.assert_frame_equal(alone, rows[rows["day"] == day].reset_index(drop=True))


def test_a_table_without_tenure_is_refused_and_one_where_it_does_not_vary_is_not():
    rows = crowd(2_000, 6)
    with pytest.raises(ValueError, match="lacks tenure"):
        hz.hazards(rows.drop(columns="tenure"))
    checks = {name: (ok, words) for name, ok, words in hz.checks(hz.hazards(rows.assign(tenure=3.0)))}
    assert (
        checks["hazard_proportional"][0] is False and "cannot be tested" in checks["hazard_proportional"][1]
    )
