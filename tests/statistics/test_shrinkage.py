"""Shrinkage: published values, planted groups, and no ranking of noise."""

import numpy as np
import pandas as pd
import pytest

from analysis.statistics.shrinkage import shrink

# Hits of 18 players in their first 45 times at bat of 1970 (Efron & Morris 1975, JASA 70, table 1).
HITS = np.array([18, 17, 16, 15, 14, 14, 13, 12, 11, 11, 10, 10, 10, 10, 10, 9, 8, 7])


def groups(rng, k: int, spread: float) -> tuple[pd.Series, pd.Series, np.ndarray]:
    error = pd.Series(rng.uniform(1.0, 5.0, k), [f"B{i:02}" for i in range(k)])
    truth = 40 + spread * rng.normal(size=k)
    return pd.Series(truth + error.to_numpy() * rng.normal(size=k), error.index), error, truth


def test_equal_errors_give_the_published_shrinkage():
    """James and Stein's factor is 1 − (k − 3)/S; Paule and Mandel's A makes Morris's formula the same."""
    y = pd.Series(np.sqrt(45) * np.arcsin(2 * HITS / 45 - 1))
    found = shrink(y, pd.Series(1.0, y.index))
    s = ((y - y.mean()) ** 2).sum()
    assert found.statistic == pytest.approx(s)
    expected = y.mean() + (1 - (len(y) - 3) / s) * (y - y.mean())
    np.testing.assert_allclose(found.table["shrunk"], expected, atol=1e-9)
    # Efron & Morris: 0.209 of the distance is kept
    assert found.table["kept"].iloc[0] == pytest.approx(0.209, abs=0.001)


def test_variance_between_groups_is_that_of_statsmodels():
    from statsmodels.stats.meta_analysis import combine_effects

    y, error, _truth = groups(np.random.default_rng(1), 20, 4.0)
    found = shrink(y, error)
    peer = combine_effects(y.to_numpy(), error.to_numpy() ** 2, method_re="iterated", atol=1e-10)
    assert found.spread**2 == pytest.approx(peer.tau2, rel=1e-6)
    assert found.mean == pytest.approx(peer.mean_effect_re, rel=1e-6)
    assert found.statistic == pytest.approx(peer.q, rel=1e-9)


@pytest.mark.parametrize("k", [6, 20])
def test_intervals_cover_and_err_less_than_the_raw_values(k):
    rng, inside, raw, shrunk, spread = np.random.default_rng(2), [], [], [], []
    for _bank in range(150):
        y, error, truth = groups(rng, k, 3.0)
        found = shrink(y, error)
        inside.append(found.table["low"].to_numpy() <= truth)
        inside[-1] &= truth <= found.table["high"].to_numpy()
        raw.append(((y - truth) ** 2).mean())
        shrunk.append(((found.table["shrunk"] - truth) ** 2).mean())
        spread.append(found.spread_low <= 3.0 <= found.spread_high)
    assert 0.93 < np.mean(inside) < 0.98
    assert np.mean(shrunk) < 0.75 * np.mean(raw)
    assert 0.91 < np.mean(spread) < 0.99


def test_noise_is_ranked_as_often_as_the_test_errs():
    rng = np.random.default_rng(3)
    found = [shrink(*groups(rng, 20, 0.0)[:2]) for _bank in range(200)]
    assert 0.02 < np.mean([one.differs for one in found]) < 0.09
    quiet = next(one for one in found if not one.differs)
    assert quiet.table[["rank", "rank_low", "p_top", "p_bottom"]].isna().all(axis=None)
    assert quiet.table["shrunk"].notna().all()


def test_ranks_cover_the_true_ones_and_chances_come_true():
    rng, inside, chance, came = np.random.default_rng(4), [], [], []
    for _bank in range(60):
        y, error, truth = groups(rng, 16, 6.0)
        table = shrink(y, error).table
        rank = 16 - truth.argsort().argsort()
        inside.append((table["rank_low"] <= rank) & (rank <= table["rank_high"]))
        chance.append(table["p_top"])
        came.append(rank <= 4)
    assert np.mean(inside) > 0.93
    chance, came = np.concatenate(chance), np.concatenate(came)
    assert came[chance > 0.8].mean() > 0.75 and came[chance < 0.05].mean() < 0.07
    assert chance.mean() == pytest.approx(0.25)


def test_missing_groups_stay_and_few_are_not_shrunk():
    y, error, _truth = groups(np.random.default_rng(5), 12, 8.0)
    y.iloc[3] = np.nan
    found = shrink(y, error)
    assert (
        found.groups == 11 and np.isnan(found.table["shrunk"].iloc[3]) and found.table.index.equals(y.index)
    )
    few = shrink(y.head(3).add([0, 100, 0]), error.head(3))
    assert few.differs and few.table["shrunk"].tolist() == few.table["estimate"].tolist()
    assert few.table["rank"].iloc[1] == 1
    alone = shrink(y.head(1), error.head(1))
    assert not alone.differs and alone.mean == y.iloc[0] and np.isnan(alone.table["shrunk"].iloc[0])
    assert np.isnan(shrink(y.head(0), error.head(0)).mean)


def test_a_group_without_error_is_named():
    with pytest.raises(ValueError, match=r"'B01' is 0\.0; expected more than 0: pool the variance"):
        y, error, _truth = groups(np.random.default_rng(6), 8, 1.0)
        shrink(y, error.mask(error.index == "B01", 0.0))
