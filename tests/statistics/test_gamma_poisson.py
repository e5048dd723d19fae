"""Shrunken rates: coverage on known units, ranks that do not rank noise, the likelihood against SciPy's."""

import numpy as np
import pytest
from scipy.stats import nbinom

from analysis.statistics.gamma_poisson import _log_likelihood, shrink


def test_intervals_and_ranks_cover_units_that_differ():
    rng = np.random.default_rng(1)
    covered = ranked = 0
    for _bank in range(40):
        expected, truth = rng.uniform(15, 120, 20), rng.gamma(16, 1 / 16, 20)
        table = shrink(rng.poisson(expected * truth), expected).table
        # ratios are to the rate of all
        relative = truth / ((expected * truth).sum() / expected.sum())
        rank = truth.argsort().argsort() + 1
        covered += ((table["low"] <= relative) & (relative <= table["high"])).sum()
        ranked += ((table["rank_low"] <= rank) & (rank <= table["rank_high"])).sum()
    assert 0.92 < covered / 800 < 0.98
    assert ranked / 800 > 0.93


def test_alike_units_are_not_told_apart():
    rng = np.random.default_rng(2)
    found = [shrink(rng.poisson(50, 20), np.full(20, 50.0)) for _bank in range(40)]
    assert np.mean([one.p_value < 0.05 for one in found]) < 0.12
    table = found[0].table
    assert table["pull"].min() > 0.5 and (table["rank_high"] - table["rank_low"]).min() > 5
    assert np.abs(table["shrunk"] - 1).max() < np.abs(table["ratio"] - 1).max() / 2


def test_the_mean_square_error_is_below_that_of_raw_ratios():
    rng = np.random.default_rng(3)
    expected, truth = rng.uniform(3, 60, 400), rng.gamma(16, 1 / 16, 400)
    found = shrink(rng.poisson(expected * truth), expected)
    raw, shrunk = (((found.table[name] - truth) ** 2).mean() for name in ("ratio", "shrunk"))
    assert shrunk < 0.5 * raw
    assert found.spread[1] < 0.25 < found.spread[2] and found.p_value < 1e-6


def test_the_likelihood_is_that_of_negative_binomial_counts():
    x, e = np.array([3.0, 0, 12]), np.array([4.0, 2, 9])

    def other(c):
        a = 1 / c**2
        return nbinom.logpmf(x, a, a / (a + e)).sum()

    ours = _log_likelihood(x, e, 0.4) - _log_likelihood(x, e, 0.8)
    assert ours == pytest.approx(other(0.4) - other(0.8), abs=1e-9)
    assert _log_likelihood(x, e, 1e-4) == pytest.approx(_log_likelihood(x, e, 0.0), abs=1e-4)


def test_what_cannot_be_compared_is_said():
    with pytest.raises(ValueError, match="1 units, 0 of them without exposure, 3 events; expected two"):
        shrink([3], [2])
    with pytest.raises(ValueError, match="1 of them without exposure"):
        shrink([3, 0], [2, 0])
    with pytest.raises(ValueError, match="0 events"):
        shrink([0, 0], [2, 1])
