"""Calibration: planted faults are measured and mended, right forecasts are left alone."""

import numpy as np
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from analysis.statistics import calibration as cal


def planted(level: float, slope: float, n: int = 20_000, seed: int = 0):
    """Outcomes whose true log-odds are level + slope × those of the forecast."""
    rng = np.random.default_rng(seed)
    odds = rng.normal(-3, 1.2, n)
    y = (rng.random(n) < expit(level + slope * odds)).astype(int)
    return y, expit(odds)


def test_slope_and_level_are_those_of_a_logistic_regression():
    y, p = planted(0.4, 0.7)
    line = LogisticRegression(C=1e10, tol=1e-8).fit(cal.log_odds(p)[:, None], y)
    found = cal.calibrator(y, p)
    assert found.slope == pytest.approx(line.coef_[0, 0], abs=1e-3)
    assert found.level == pytest.approx(line.intercept_[0], abs=1e-3)
    assert cal.slope(y, p, np.arange(len(y)))["slope"][0] == pytest.approx(found.slope, abs=1e-6)


@pytest.mark.parametrize(("level", "slope"), [(0.0, 1.0), (0.5, 1.0), (-0.4, 0.6), (0.3, 1.4)])
def test_a_planted_fault_is_mended(level, slope):
    y, p = planted(level, slope, seed=1)
    again, q = planted(level, slope, seed=2)
    mended = cal.calibrator(y, p)(q)
    found = cal.slope(again, mended, np.arange(len(again)))
    assert found["slope"][1] <= 1 <= found["slope"][2]
    assert mended.mean() == pytest.approx(again.mean(), rel=0.1)


def test_intervals_hold_the_truth_at_their_level():
    held = 0
    for seed in range(200):
        y, p = planted(0.0, 0.8, n=1_500, seed=seed)
        _value, low, high = cal.slope(y, p, np.arange(len(y)))["slope"]
        held += low <= 0.8 <= high
    assert 0.91 <= held / 200 <= 0.985


def test_repeated_customers_do_not_narrow_the_interval():
    y, p = planted(0, 1, n=2_000)
    once = cal.slope(y, p, np.arange(2_000))["slope"]
    many = cal.slope(np.tile(y, 5), np.tile(p, 5), np.tile(np.arange(2_000), 5))["slope"]
    assert many == pytest.approx(once, rel=1e-3)


def test_with_few_events_only_the_level_is_mended():
    y, p = planted(0.3, 1.0, n=200)
    assert 0 < y.sum() < cal.FEWEST_EVENTS
    found = cal.calibrator(y, p)
    assert found.slope == 1.0
    assert found(p).mean() == pytest.approx(y.mean(), rel=1e-3)


def test_the_order_of_scores_is_never_turned_round():
    y, p = planted(-6.0, -1.0)
    assert cal.calibrator(y, p).slope > 0


def test_without_an_outcome_nothing_is_learnt_and_nothing_said():
    p = np.full(10, 0.2)
    assert cal.calibrator(np.zeros(10), p) == cal.Calibrator(0.0, 1.0)
    assert np.isnan(cal.slope(np.zeros(10), p, np.arange(10))["slope"][0])


def test_intervals_of_the_curve_hold_the_truth_where_events_are_rare_and_units_repeat():
    """Four rows of each unit go the same way; by drawing units again a bin without an event had no width."""
    rng, held, empty = np.random.default_rng(0), [], 0
    unit = np.repeat(np.arange(1_000), 4)
    for _repeat in range(60):
        risk = np.sort(rng.beta(0.5, 60, 1_000))
        y, p = (rng.random(1_000) < risk)[unit], risk[unit]
        table = cal.curve(y, p, unit)
        held.append((table["low"] <= table["expected"]) & (table["expected"] <= table["high"]))
        empty += (table["observed"] == 0).sum()
    assert empty > 100 and np.mean(held) > 0.93


def test_the_curve_covers_what_was_planted():
    y, p = planted(0, 1)
    table = cal.curve(y, p, np.arange(len(y)))
    assert table["n"].sum() == len(y)
    assert ((table["low"] <= table["expected"]) & (table["expected"] <= table["high"])).mean() >= 0.8
