"""Weighted estimates: a statistician's reference, the jackknife, and coverage where the weights are fitted."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.stats import norm
from statsmodels.stats.weightstats import DescrStatsW

from analysis.statistics import weighted
from analysis.statistics.raking import rake
from analysis.statistics.weighted import Stage, Weighting

N = 300


def dummies(codes: pd.DataFrame) -> np.ndarray:
    return pd.get_dummies(codes.astype(str)).to_numpy(float)


def raked(codes: pd.DataFrame, margins: dict, unit=None) -> Weighting:
    w = rake(codes, margins).weights
    x = dummies(codes)
    unit = np.arange(len(w)) if unit is None else unit
    return Weighting(w, unit, unit.max() + 1, (Stage(x, x, w, w, (np.arange(len(w)),)),))


@pytest.fixture
def survey():
    rng = np.random.default_rng(0)
    codes = pd.DataFrame({"a": rng.integers(0, 4, N), "b": rng.integers(0, 3, N)})
    y = codes["a"] * 2.0 - codes["b"] + rng.normal(size=N)
    margins = {"a": pd.Series([0.4, 0.3, 0.2, 0.1]), "b": pd.Series([0.2, 0.2, 0.6])}
    return codes, y.to_numpy(), margins


def test_without_calibration_it_is_the_sandwich_of_statsmodels(survey):
    _codes, y, _margins = survey
    rng = np.random.default_rng(1)
    w, unit = rng.uniform(0.2, 3, N), rng.integers(0, 90, N)
    for units, kind in ((np.arange(N), {"cov_type": "HC1"}),
                        (unit, {"cov_type": "cluster", "cov_kwds": {"groups": unit}})):  # fmt: skip
        found = weighted.mean(Weighting(w, units, units.max() + 1), y)
        peer = sm.WLS(y, np.ones(N), weights=w).fit(**kind)
        assert found.value == pytest.approx(DescrStatsW(y, w).mean, rel=1e-12)
        assert weighted.error(found) == pytest.approx(peer.bse[0], rel=1e-9)


def test_equal_weights_give_the_textbook_interval(survey):
    y = survey[1]
    found = weighted.mean(weighted.equal(np.arange(N), N), y)
    peer = DescrStatsW(y)
    assert weighted.error(found) == pytest.approx(peer.std_mean, rel=1e-9)
    np.testing.assert_allclose(weighted.interval(found, N), peer.tconfint_mean(), rtol=1e-9)


def test_a_raked_mean_has_the_error_of_its_residuals(survey):
    codes, y, margins = survey
    weighting = raked(codes, margins)
    w = weighting.weights
    rest = sm.WLS(y, dummies(codes)[:, :-1], weights=w).fit().resid
    expected = np.sqrt(N / (N - 1) * (w**2 * rest**2).sum()) / w.sum()
    assert weighted.error(weighted.mean(weighting, y)) == pytest.approx(expected, rel=1e-6)


def test_a_jackknife_that_rakes_again_says_the_same(survey):
    codes, y, margins = survey
    weighting = raked(codes, margins)
    for where in (None, codes["b"].to_numpy() == 1):
        left_out = []
        for i in range(N):
            keep = np.arange(N) != i
            w = rake(codes[keep], margins).weights * (where[keep] if where is not None else 1.0)
            left_out.append(w @ y[keep] / w.sum())
        jackknife = np.sqrt((N - 1) / N * ((left_out - np.mean(left_out)) ** 2).sum())
        assert weighted.error(weighted.mean(weighting, y, where)) == pytest.approx(jackknife, rel=0.04)


def test_raked_intervals_cover_and_unweighted_ones_do_not():
    """Response depends on the margins alone: the setting in which raking is right."""
    rng, hit, raw, naive = np.random.default_rng(2), [], [], []
    for _survey in range(400):
        group = rng.integers(0, 4, 900)
        y = weighted.promoters(np.clip(np.round(6.5 + 0.9 * group + 1.2 * rng.normal(size=900)), 0, 10))
        here = rng.random(900) < np.array([0.15, 0.2, 0.35, 0.5])[group]
        codes, margin = pd.DataFrame({"a": group[here]}), {"a": pd.Series(np.full(4, 1 / 4))}
        truth = np.mean([promoter_score(g) for g in range(4)])
        weighting = raked(codes, margin)
        found = weighted.mean(weighting, y[here])
        low, high = weighted.interval(found, here.sum())
        hit.append(low <= truth <= high)
        plain = weighted.mean(weighted.equal(weighting.unit, weighting.units), y[here])
        low, high = weighted.interval(plain, here.sum())
        raw.append(low <= truth <= high)
        naive.append(weighted.error(weighted.mean(Weighting(weighting.weights, weighting.unit, weighting.units), y[here]))
                     / weighted.error(found))  # fmt: skip
    assert 0.925 <= np.mean(hit) <= 0.975 and np.mean(raw) < 0.2
    # Errors that take the weights for given are too wide: the margins are known.
    assert np.mean(naive) > 1.2


def promoter_score(group: int) -> float:
    centre = 6.5 + 0.9 * group
    return 100 * (norm.sf((8.5 - centre) / 1.2) - norm.cdf((6.5 - centre) / 1.2))


def test_a_difference_knows_who_is_in_both():
    rng = np.random.default_rng(3)
    trait = rng.normal(size=200)
    y = np.r_[trait, trait + 0.1] + 0.3 * rng.normal(size=400)
    unit, wave = np.tile(np.arange(200), 2), np.repeat([0, 1], 200)
    both = weighted.equal(unit, 200)
    change = weighted.difference(weighted.mean(both, y, wave == 1), weighted.mean(both, y, wave == 0))
    pairs = y[200:] - y[:200]
    assert change.value == pytest.approx(pairs.mean())
    assert weighted.error(change) == pytest.approx(pairs.std(ddof=1) / np.sqrt(200), rel=1e-9)


def test_shares_stay_within_their_bounds():
    w, unit = np.array([1.0, 2.0, 3.0, 1.0]), np.arange(4)
    for y, value in ((np.zeros(4), 0.0), (np.ones(4), 1.0), (np.array([1.0, 0, 0, 0]), 1 / 7)):
        found = weighted.mean(Weighting(w, unit, 4), y)
        low, high = weighted.share_interval(found, w)
        assert found.value == pytest.approx(value) and 0 <= low <= value <= high <= 1 and high - low > 0.2


def test_an_answer_alone_has_no_interval():
    found = weighted.mean(weighted.equal(np.arange(3), 3), [7.0, np.nan, np.nan])
    assert found.value == 7 and np.isnan(weighted.error(found))
    assert np.isnan(weighted.mean(weighted.equal(np.arange(1), 1), [np.nan]).value)
    assert all(
        np.isnan(bound)
        for bound in (*weighted.interval(found, 1), *weighted.share_interval(found, np.ones(1)))
    )


def test_scores_are_counted_as_published():
    assert weighted.promoters([0, 6, 7, 8, 9, 10]).tolist() == [-100, -100, 0, 0, 100, 100]
    assert weighted.top_two([1, 3, 4, 5], 5).tolist() == [0, 0, 1, 1]
    assert np.isnan(weighted.promoters([np.nan])) and np.isnan(weighted.top_two([np.nan], 5))
