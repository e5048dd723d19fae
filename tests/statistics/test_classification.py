"""Ranking and fit of probabilities: against scikit-learn, by hand, and with the coverage that is claimed."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score

from analysis.statistics import classification as cls


def drawn(n: int = 400, seed: int = 0, rounded: bool = True):
    rng = np.random.default_rng(seed)
    p = rng.beta(1, 6, n)
    return (rng.random(n) < p).astype(int), np.round(p, 2) if rounded else p


@given(st.integers(0, 10_000), st.integers(20, 200))
def test_ranking_measures_are_those_of_scikit_learn_ties_and_weights_included(seed, n):
    y, p = drawn(n, seed)
    if y.min() == y.max():
        assert np.isnan(cls.roc_auc(y, p))
        return
    weight = np.random.default_rng(seed).integers(0, 3, n).astype(float)
    for w in (None, weight):
        roc, pr = cls.Ranked(y, p).measures(w)
        if w is not None and len(np.unique(y[w > 0])) < 2:
            assert np.isnan(roc)
            continue
        assert roc == pytest.approx(roc_auc_score(y, p, sample_weight=w), abs=1e-12)
        assert pr == pytest.approx(average_precision_score(y, p, sample_weight=w), abs=1e-12)


def test_brier_and_log_loss_are_those_of_scikit_learn():
    y, p = drawn(rounded=False)
    found = cls.measures(y, p)(None)
    assert found["brier"] == pytest.approx(brier_score_loss(y, p))
    assert found["log_loss"] == pytest.approx(log_loss(y, p))


def test_the_parts_of_the_brier_score_add_up_where_bins_hold_one_probability():
    y, _p = drawn()
    p = np.where(np.arange(len(y)) % 2, 0.1, 0.3)
    found = cls.measures(y, p)(None)
    assert found["brier"] == pytest.approx(found["reliability"] - found["resolution"] + found["uncertainty"])


def test_ece_by_hand():
    table = pd.DataFrame({"n": [10.0, 30.0], "expected": [0.1, 0.5], "observed": [0.2, 0.4]})
    assert cls.decomposition(table)["ece"] == pytest.approx(0.1)


def test_ece_of_right_probabilities_exceeds_the_chance_level_one_time_in_twenty():
    rng = np.random.default_rng(1)
    p = rng.beta(1, 20, 2_000)
    bins, above = cls.quantile_bins(p), 0
    limit = cls.chance_ece(p, bins, seed=2, draws=1_000)
    for _draw in range(400):
        y = rng.random(len(p)) < p
        above += cls.decomposition(cls.binned(y, p, bins))["ece"] > limit
    assert 0.025 <= above / 400 <= 0.08


def test_gains_by_hand():
    y = np.array([1, 1, 0, 0, 1, 0, 0, 0, 0, 0])
    p = np.linspace(1, 0.1, 10)
    found = cls.gains(y, p, bins=5)
    assert found["captured"].tolist() == pytest.approx([2 / 3, 2 / 3, 1, 1, 1])
    assert found["lift"].iloc[0] == pytest.approx(1.0 / 0.3)


def test_top_tenth_counts_ties_in_part():
    y, p = np.repeat([1, 0], 50), np.zeros(100)
    assert cls.measures(y, p)(None)["top_tenth_lift"] == pytest.approx(1.0)


def test_intervals_count_customers_not_rows():
    """With every customer ten times in the table the interval must not become narrower."""
    y, p = drawn(300, 3, rounded=False)
    once = cls.intervals(cls.measures(y, p), np.arange(300), seed=1)
    unit = np.repeat(np.arange(300), 10)
    many = cls.intervals(cls.measures(np.repeat(y, 10), np.repeat(p, 10)), unit, seed=1)
    width = [(table["high"] - table["low"])["roc_auc"] for table in (once, many)]
    assert width[1] == pytest.approx(width[0], rel=0.05)


@pytest.mark.slow  # 200 samples with 200 bootstrap draws each
def test_intervals_of_the_auc_hold_their_level():
    rng = np.random.default_rng(5)
    big = rng.beta(1, 12, 400_000)
    truth = cls.roc_auc(rng.random(len(big)) < big, big)
    held = 0
    for k in range(200):
        p = rng.choice(big, 1_500)
        y = (rng.random(1_500) < p).astype(int)
        found = cls.intervals(cls.measures(y, p), np.arange(1_500), seed=k).loc["roc_auc"]
        held += found["low"] <= truth <= found["high"]
    assert 0.9 <= held / 200 <= 0.985


@given(st.integers(0, 1_000))
def test_the_order_of_rows_does_not_matter(seed):
    y, p = drawn(200, seed, rounded=False)
    if y.min() == y.max():
        return
    order = np.random.default_rng(seed).permutation(200)
    there, here = cls.measures(y[order], p[order])(None), cls.measures(y, p)(None)
    assert there == pytest.approx(here)
