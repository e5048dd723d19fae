"""Survival with late entry: against scikit-survival, against known hazards, and against the naive count."""

import numpy as np
import pytest
from scipy.stats import kstest
from sksurv.compare import compare_survival
from sksurv.nonparametric import kaplan_meier_estimator
from sksurv.util import Surv

from analysis.statistics.survival import kaplan_meier, log_rank, rate_interval


def watched(n: int, hazard, seed: int, window: float = 36.0, oldest: float = 60.0):
    """Units of known hazard, born at any time, watched in a window: left, exit, enter of those still there then."""
    rng = np.random.default_rng(seed)
    born = rng.uniform(-oldest, window, n)
    life = lives(hazard, n, rng)
    enter = np.maximum(-born, 0)
    seen = life > enter
    end = np.minimum(life, window - born)
    return (life <= window - born)[seen], end[seen], enter[seen]


def lives(hazard, n: int, rng) -> np.ndarray:
    """Lifetimes with `hazard` a month: of the first 24 months, and afterwards."""
    first, later = hazard
    drawn = rng.exponential(size=n)
    return np.where(drawn < 24 * first, drawn / first, 24 + (drawn - 24 * first) / later)


def truth(hazard, t):
    first, later = hazard
    return np.exp(-first * np.minimum(t, 24) - later * np.maximum(t - 24, 0))


def at(curve, t: float):
    return curve[curve["time"] <= t].iloc[-1]


def test_without_censoring_it_is_the_empirical_survivor_function():
    t = np.random.default_rng(1).integers(1, 12, 200)
    curve = kaplan_meier(np.ones(200), t)
    for row in curve.itertuples():
        assert row.survival == pytest.approx((t > row.time).mean())


@pytest.mark.parametrize("late", [False, True])
def test_it_gives_the_figures_of_scikit_survival(late):
    left, end, enter = watched(400, (0.02, 0.005), 4)
    end, enter = np.ceil(end) + 1, np.floor(enter) if late else np.zeros(len(end))
    curve = kaplan_meier(left, end, enter)
    ours = curve[curve["events"] > 0]
    times, survival, (low, high) = kaplan_meier_estimator(
        left, end, enter if late else None, conf_type="log-log"
    )
    theirs = np.searchsorted(times, ours["time"])
    np.testing.assert_array_equal(times[theirs], ours["time"])
    np.testing.assert_allclose(ours["survival"], survival[theirs], rtol=1e-12)
    np.testing.assert_allclose(ours["low"], low[theirs], rtol=1e-9)
    np.testing.assert_allclose(ours["high"], high[theirs], rtol=1e-9)


def test_planted_hazards_are_recovered_with_late_entry_and_the_naive_count_is_far_off():
    hazard, inside, naive = (0.03, 0.008), 0, []
    for seed in range(60):
        left, end, enter = watched(1_500, hazard, seed)
        row = at(kaplan_meier(left, end, enter), 30)
        inside += row["low"] <= truth(hazard, 30) <= row["high"]
        naive.append(at(kaplan_meier(left, end), 30)["survival"])
    assert inside >= 52, "of sixty 95 % intervals"
    # Whoever ended before the window is missing: counted from birth, the others seem to last.
    assert min(naive) > truth(hazard, 30) + 0.15


def test_a_curve_covers_the_time_with_enough_at_risk():
    enter = np.array([0.0] * 3 + [10.0] * 20)
    end = np.array([5.0] * 3 + [30.0] * 20)
    left = np.array([True] * 3 + [True, False] * 10)
    curve = kaplan_meier(left, end, enter, fewest=11)
    assert curve["time"].tolist() == [10.0, 30.0] and curve["survival"].tolist() == [1.0, 0.5]
    assert kaplan_meier(left, end, enter, fewest=21).empty
    assert kaplan_meier([False, False], [4.0, 5.0])["survival"].tolist() == [1.0, 1.0]


def test_units_watched_for_no_time_are_refused():
    with pytest.raises(ValueError, match="1 units are watched for no time"):
        kaplan_meier([True, True], [3.0, 5.0], [3.0, 1.0])
    with pytest.raises(ValueError, match="have 1, 2 and 2 units"):
        kaplan_meier([True], [3.0, 5.0])


def test_log_rank_without_late_entry_is_that_of_scikit_survival():
    left, end, _ = watched(500, (0.02, 0.005), 8)
    end, group = np.ceil(end), np.random.default_rng(1).integers(0, 3, len(end))
    statistic, p_value = compare_survival(Surv.from_arrays(left, end), group)
    found = log_rank(group, left, end)
    assert found.statistic == pytest.approx(statistic, rel=1e-9)
    assert found.p_value == pytest.approx(p_value, rel=1e-9) and found.df == 2


def test_log_rank_fires_at_its_rate_where_groups_enter_at_other_times():
    """Group b joined long ago and has the hazard of group a: naive risk sets find a difference, ours do not."""
    hazard, p_values, naive = (0.02, 0.02), [], []
    for seed in range(300):
        a = watched(150, hazard, seed, oldest=1)
        b = watched(400, hazard, 1_000 + seed, oldest=120)
        left, end, enter = (np.concatenate(pair) for pair in zip(a, b, strict=True))
        group = np.repeat(["a", "b"], [len(a[0]), len(b[0])])
        p_values.append(log_rank(group, left, end, enter).p_value)
        naive.append(log_rank(group, left, end).p_value)
    assert kstest(p_values, "uniform").pvalue > 0.01
    assert np.mean(np.array(naive) < 0.05) > 0.9


def test_log_rank_finds_hazards_that_differ_and_needs_two_groups():
    one, two = watched(400, (0.02, 0.02), 1), watched(400, (0.05, 0.05), 2)
    left, end, enter = (np.concatenate(pair) for pair in zip(one, two, strict=True))
    group = np.repeat(["one", "two"], [len(one[0]), len(two[0])])
    assert log_rank(group, left, end, enter).p_value < 1e-6
    assert np.isnan(log_rank(["one"] * 3, [True] * 3, [1.0, 2.0, 3.0]).p_value)
    assert np.isnan(log_rank(["a", "b"], [False] * 2, [1.0, 2.0]).p_value)


def test_rate_intervals_are_exact():
    low, high = rate_interval(10, 1_000)
    # Garwood (1936), Biometrika 28: a count of 10 has 4.795 to 18.39
    assert (low * 1_000, high * 1_000) == pytest.approx((4.795, 18.39), abs=0.005)
    assert rate_interval(0, 10) == pytest.approx((0.0, 0.3689), abs=1e-4)
    assert np.isnan(rate_interval(3, 0)).all()
