"""Shares in time with open cases: against scikit-survival, unbiased where the share of decided cases is not."""

import numpy as np
import pytest
from scipy.stats import norm
from sksurv.nonparametric import cumulative_incidence_competing_risks

from analysis.statistics.deadlines import IN_TIME, LATE, PENDING, in_time, states

TRUTH = 0.8 * norm.cdf(np.log(3) / 0.7) + 0.2 * norm.cdf(np.log(30 / 17) / 0.6)


def cases(n: int, rng, seen: float = 90.0):
    """Simple cases with a limit of 15 days, complex ones with 30, received evenly over the last days."""
    is_complex = rng.random(n) < 0.2
    took = np.where(is_complex, 17 * np.exp(0.6 * rng.normal(size=n)), 5 * np.exp(0.7 * rng.normal(size=n)))
    now = rng.uniform(0, seen, n)
    return np.where(took <= now, took, np.nan), np.where(is_complex, 30.0, 15.0), now


def test_states_by_hand():
    state, time = states([3, 20, np.nan, np.nan], [15, 15, 15, 15], [90, 90, 40, 10])
    assert state.tolist() == [IN_TIME, LATE, LATE, PENDING] and time.tolist() == [3, 15, 15, 10]


def test_the_share_is_that_of_scikit_survival():
    state, time = states(*cases(60, np.random.default_rng(1)))
    _times, curves = cumulative_incidence_competing_risks(state, time)
    assert in_time(state, time).share == pytest.approx(1 - curves[LATE][-1], abs=1e-12)


def test_open_cases_do_not_flatter_and_the_interval_covers():
    rng = np.random.default_rng(2)
    found = [in_time(*states(*cases(300, rng))) for _run in range(200)]
    assert np.mean([one.share for one in found]) == pytest.approx(TRUTH, abs=0.004)
    assert np.mean([one.hits / one.decided for one in found]) > TRUTH + 0.008
    assert 0.92 < np.mean([one.low <= TRUTH <= one.high for one in found]) < 0.99


def test_without_censoring_it_is_a_share_with_wilsons_interval():
    from analysis.statistics.intervals import wilson

    found = in_time([IN_TIME] * 8 + [LATE] * 2, [2.0] * 8 + [15.0] * 2)
    assert (found.share, found.decided, found.hits) == (pytest.approx(0.8), 10, 8)
    np.testing.assert_allclose([found.low, found.high], wilson(8, 10), rtol=1e-6)
    none = in_time([IN_TIME] * 10, [2.0] * 10)
    assert none.share == 1 and none.low == pytest.approx(wilson(10, 10)[0]) and none.high == 1


def test_what_is_not_known_yet_is_missing():
    assert np.isnan(in_time([PENDING] * 3, [1.0, 2, 3]).share)
    assert np.isnan(in_time([IN_TIME, PENDING, PENDING], [1.0, 2, 3]).share)
    with pytest.raises(ValueError, match="1 cases ended before they began"):
        states([-1.0], [15.0], [3.0])
