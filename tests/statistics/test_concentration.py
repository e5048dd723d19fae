"""The Gini coefficient and its interval, against definitions, published forms and simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import logit
from scipy.stats import norm

from analysis.statistics.concentration import gini, lorenz, top_share

AMOUNTS = st.lists(st.floats(0, 1e9, allow_nan=False), min_size=3, max_size=40).filter(
    lambda x: sum(x) > 1e-3
)


def by_definition(x):
    """Half the relative mean absolute difference over all pairs of different holders."""
    x = np.asarray(x, dtype=float)
    n = len(x)
    return np.abs(x[:, None] - x[None, :]).sum() / (2 * n * (n - 1) * x.mean())


@given(AMOUNTS)
def test_is_half_the_relative_mean_difference(x):
    assert gini(x).value == pytest.approx(by_definition(x), abs=1e-9)


def test_extremes():
    assert gini([5.0] * 50)[:3] == pytest.approx((0, 0, 0), abs=1e-12)
    assert gini([0.0] * 49 + [7.0]).value == pytest.approx(1)
    assert np.isnan(gini([0.0, 0.0, 0.0]).value)
    assert np.isnan(gini([1.0, 2.0]).value)
    assert gini([1.0, np.nan, 2.0, 3.0]).n == 3


def test_leave_one_out_is_what_it_says():
    x = np.random.default_rng(3).lognormal(0, 1.5, 60)
    without = np.array([by_definition(np.delete(x, k)) for k in range(60)])
    error = np.sqrt(59 / 60 * ((without - without.mean()) ** 2).sum())
    g = gini(x)
    width = (logit(g.high) - logit(g.low)) / 2 / norm.ppf(0.975)
    assert width * g.value * (1 - g.value) == pytest.approx(error, rel=1e-6)


def test_interval_covers_the_truth():
    """Log-normal amounts have Gini 2Φ(σ/√2) − 1."""
    rng, sigma = np.random.default_rng(20240101), 1.0
    truth = 2 * norm.cdf(sigma / np.sqrt(2)) - 1
    drawn = (gini(rng.lognormal(0, sigma, 1000)) for _ in range(300))
    hits = np.mean([g.low <= truth <= g.high for g in drawn])
    assert 0.90 <= hits <= 0.98


def test_negative_amounts_are_refused():
    with pytest.raises(ValueError, match="-3"):
        gini([1.0, -3.0, 4.0])


@given(AMOUNTS)
def test_lorenz_ascends_below_the_diagonal(x):
    curve = lorenz(x)
    assert curve.iloc[0].tolist() == [0, 0]
    assert curve.iloc[-1].tolist() == pytest.approx([1, 1])
    assert (curve.diff().dropna() >= -1e-12).all().all()
    assert (curve.held <= curve.holders + 1e-9).all()


def test_lorenz_is_thinned_but_keeps_its_area():
    x = np.random.default_rng(1).lognormal(0, 2, 100_000)
    curve = lorenz(x)
    assert len(curve) <= 200
    assert 1 - 2 * np.trapezoid(curve.held, curve.holders) == pytest.approx(gini(x).value, abs=0.002)
    assert lorenz([0.0, 0.0]).empty


def test_share_of_the_richest():
    assert top_share([1.0] * 10, 0.1) == pytest.approx(0.1)
    assert top_share([0.0] * 9 + [5.0], 0.1) == pytest.approx(1)
    assert top_share([1.0, 1.0, 2.0], 1 / 6) == pytest.approx(0.25)
    assert np.isnan(top_share([], 0.1))
