"""Rates compared: exact intervals against SciPy's, standardisation by hand, limits of the funnel by their definition."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest, poisson

from analysis.statistics.rates import between_units, dispersion, expected_events, funnel_limits, rate_ratio


def test_the_interval_of_a_ratio_is_that_of_the_binomial_share():
    ratio, low, high = rate_ratio(12, 3.0, 30, 10.0)
    share = binomtest(12, 42).proportion_ci(0.95, method="exact")
    odds = [share.low / (1 - share.low), share.high / (1 - share.high)]
    assert ratio == pytest.approx(4 / 3)
    np.testing.assert_allclose([low, high], np.array(odds) * 10 / 3, rtol=1e-12)


def test_ratios_at_the_edges():
    ratio, low, high = rate_ratio([0, 5, 3], [1, 1, 0], [5, 0, 1], [1, 1, 1])
    assert ratio[0] == 0 and low[0] == 0 and 0 < high[0] < 1.1
    assert np.isinf(ratio[1]) and np.isinf(high[1]) and low[1] > 0
    assert np.isnan([ratio[2], low[2], high[2]]).all()


def test_a_spread_widens_the_interval_by_itself():
    one, two = rate_ratio(400, 1, 400, 1), rate_ratio(400, 1, 400, 1, spread=2.0)
    width = [np.log(high / low) for _ratio, low, high in (one, two)]
    assert width[1] / width[0] == pytest.approx(2.0, rel=0.03)


def test_indirect_standardisation_by_hand():
    table = pd.DataFrame(
        {"branch": ["A", "A", "B", "B"], "age": ["old", "young", "old", "young"], "n": [90.0, 10, 10, 90],
         "x": [18.0, 1, 2, 9]}
    )  # fmt: skip
    found = expected_events(table, "branch", ["age"], "x", "n").set_index("branch")
    # old 20 / 100, young 10 / 100: A expects 90 × 0.2 + 10 × 0.1
    assert found["expected"].to_dict() == pytest.approx({"A": 19.0, "B": 11.0})
    assert found.loc["A", "x"] / found.loc["A", "expected"] == pytest.approx(1.0)
    crude = expected_events(table, "branch", [], "x", "n").set_index("branch")
    assert crude["expected"].to_dict() == pytest.approx({"A": 15.0, "B": 15.0})


def test_blank_strata_count_and_events_need_exposure():
    table = pd.DataFrame({"b": ["A", "B"], "age": [None, "old"], "n": [10.0, 10], "x": [1.0, 3]})
    assert expected_events(table, "b", ["age"], "x", "n")["expected"].tolist() == [1.0, 3.0]
    with pytest.raises(ValueError, match="3 events lie where n is 0"):
        expected_events(table.assign(n=[10.0, 0.0]), "b", ["age"], "x", "n")


def test_the_funnel_holds_the_share_it_states():
    expected = np.array([5.0, 20.0, 100.0])
    low, high = funnel_limits(expected, 0.05)
    for e, below, above in zip(expected, low, high, strict=True):
        # whole counts straddle the interpolated limit
        count = np.floor(above * e)
        assert poisson.sf(count + 1, e) <= 0.025 <= poisson.sf(count - 1, e)
        count = np.ceil(below * e)
        assert poisson.cdf(count - 2, e) <= 0.025 <= poisson.cdf(count, e)
    wide = funnel_limits(expected, 0.05, between=0.02)
    assert (wide[0] <= low).all() and (wide[1] > high).all() and wide[0][2] < 0.7 * low[2]


def test_spread_between_units_is_found_and_not_invented():
    rng = np.random.default_rng(2)
    expected = rng.uniform(20, 200, 300)
    # theta's square root has about a quarter of the variance of theta
    found, square = between_units(rng.poisson(expected * rng.gamma(25, 1 / 25, 300)), expected)
    assert found == pytest.approx(0.01, rel=0.35) and square > 1.5
    none = [between_units(rng.poisson(expected), expected)[0] for _run in range(50)]
    assert np.mean(np.array(none) > 0.002) < 0.05
    assert between_units([1, 2], [1, 2])[0] == 0.0


def test_dispersion_knows_poisson():
    rng = np.random.default_rng(3)
    p = [dispersion(x, np.full(24, x.mean()))[1] for x in rng.poisson(30, (400, 24))]
    assert 0.02 < np.mean(np.array(p) < 0.05) < 0.08
    assert np.isnan(dispersion([1], [1])).all()
