"""Shares of clustered observations: the interval covers as it says, where counting observations does not."""

import numpy as np
import pandas as pd
import pytest

from analysis.statistics.clustered import clustered_share, clustered_shares
from analysis.statistics.intervals import wilson


def test_clusters_of_one_are_wilson():
    hits = np.array([1] * 30 + [0] * 70)
    share, low, high = clustered_share(hits, np.ones(100))
    assert share == pytest.approx(0.3)
    # the sample variance has n - 1 in it
    assert (low, high) == pytest.approx(wilson(0.3 * 99, 99), rel=1e-9)


def test_a_cluster_that_repeats_itself_counts_once():
    hits, once = np.array([4.0] * 30 + [0.0] * 70), np.array([1.0] * 30 + [0.0] * 70)
    assert clustered_share(hits, np.full(100, 4.0)) == pytest.approx(clustered_share(once, np.ones(100)))


def test_coverage_where_customers_differ():
    """Customers differ in their chance (beta 0.3, 0.7) over 8 months each: 95 % must mean 95 %."""
    rng = np.random.default_rng(5)
    inside = naive = 0
    for _ in range(400):
        chance = rng.beta(0.3, 0.7, 150)
        months = rng.integers(1, 9, 150)
        hits = rng.binomial(months, chance)
        _share, low, high = clustered_share(hits, months)
        inside += low <= 0.3 <= high
        low, high = wilson(hits.sum(), months.sum())
        naive += low <= 0.3 <= high
    assert 0.92 <= inside / 400 <= 0.98
    assert naive / 400 < 0.85


def test_all_or_none_counts_clusters():
    assert clustered_share([0, 0], [5, 5]) == (0.0, *wilson(0, 2))
    assert clustered_share([5, 5], [5, 5]) == (1.0, *wilson(2, 2))
    assert np.isnan(clustered_share([], [])).all()


def test_shares_of_a_group_sum_to_one():
    rows = pd.DataFrame({"c": list("aabbc"), "origin": list("xxxyy"), "target": list("uvuuv")})
    table = clustered_shares(rows, "c", "origin", "target")
    assert table.groupby("origin")["rate"].sum().tolist() == pytest.approx([1.0, 1.0])
    first = table.set_index(["origin", "target"]).loc[("x", "u")]
    assert first[["count", "n", "clusters"]].tolist() == [2, 3, 2] and first["rate"] == pytest.approx(2 / 3)
