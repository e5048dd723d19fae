"""Wilson's interval and the interval of a lift."""

import numpy as np
import pytest
from scipy.stats import binomtest

from analysis.statistics.intervals import lift, wilson


@pytest.mark.parametrize(("k", "n"), [(0, 10), (3, 10), (10, 10), (81, 263), (1, 1)])
def test_wilson_agrees_with_scipy(k, n):
    reference = binomtest(k, n).proportion_ci(method="wilson")
    assert wilson(k, n) == pytest.approx((reference.low, reference.high), abs=1e-12)


def test_wilson_of_columns_and_of_nothing():
    low, high = wilson(np.array([1, 0]), np.array([4, 0]))
    assert low.shape == (2,)
    assert np.isnan(low[1]) and np.isnan(high[1])


def test_wilson_covers_small_shares():
    rng = np.random.default_rng(7)
    low, high = wilson(rng.binomial(60, 0.05, 4000), 60)
    assert 0.93 <= np.mean((low <= 0.05) & (high >= 0.05)) <= 0.98


def test_lift_covers_the_truth():
    """A group of 20 % with mean 6 among others with mean 1.5: the lift is 6 / 2.4 = 2.5."""
    rng = np.random.default_rng(5)
    hits = 0
    for _ in range(400):
        member = rng.random(800) < 0.2
        value, low, high = lift(rng.poisson(np.where(member, 6, 1.5)), member)
        assert low <= value <= high
        hits += low <= 2.5 <= high
    assert 0.92 <= hits / 400 <= 0.98


def test_lift_without_a_difference_or_a_group():
    assert lift([2.0] * 10, [True] * 3 + [False] * 7) == pytest.approx((1, 1, 1))
    assert np.isnan(lift([1.0, 2.0], [False, False])).all()
    assert np.isnan(lift([0.0, 0.0], [True, False])).all()
