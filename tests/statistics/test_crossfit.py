"""Models are used on units that they were not fitted to, and columns are made of whatever comes."""

import numpy as np
import pandas as pd
import pytest

from analysis.statistics.crossfit import FOLDS, chances, design, expected, folds


def test_blanks_text_and_constants_in_the_design():
    table = pd.DataFrame(
        {
            "n": [1.0, np.nan, 3.0, 5.0] * 10,
            "t": pd.Series(["a", "b", None, "a"] * 10, dtype="str"),
            "rare": ["z"] * 5 + ["y"] * 5 + ["x"] * 30,
            "one": [1.0] * 40,
            "empty": [np.nan] * 40,
        }
    )
    x = design(table)
    assert list(x.columns) == ["n", "n (blank)", "t (blank)", "t a", "t b", "rare x"]
    assert np.allclose(x.mean(), 0)
    assert x["n"].std(ddof=0) == pytest.approx(1)
    assert np.ptp(x["t a"]) == 1


def test_a_unit_is_in_one_fold_and_folds_are_of_one_size():
    unit = np.repeat(np.arange(500), 3)
    fold = folds(unit, 1)
    assert (pd.Series(fold).groupby(unit).nunique() == 1).all()
    assert np.bincount(fold).tolist() == [300] * FOLDS
    assert not (folds(unit, 2) == fold).all()


def test_no_row_is_predicted_from_its_own_outcome():
    """Noise that a model would learn by heart: out of fold it predicts nothing, and other rows do not hear of a change."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(200, 60)), rng.normal(size=200)
    fold, level = folds(np.arange(200), 0), np.tile([0, 1], 100)
    found = expected(x, level, y, fold, False)
    assert abs(np.corrcoef(found[:, 0], y)[0, 1]) < 0.25
    changed = expected(x, level, np.where(fold == 2, 99.0, y), fold, False)
    assert np.allclose(changed[fold == 2], found[fold == 2])
    assert not np.allclose(changed[fold == 1], found[fold == 1])


def test_chances_sum_to_one_and_are_calibrated():
    rng = np.random.default_rng(3)
    x = rng.normal(size=(6_000, 2))
    odds = np.exp(np.column_stack([0 * x[:, 0], x[:, 0], -x[:, 1]]))
    truth = odds / odds.sum(axis=1, keepdims=True)
    level = (rng.random((6_000, 1)) > truth.cumsum(axis=1)).sum(axis=1)
    found = chances(x, level, folds(np.arange(6_000), 0))
    assert np.allclose(found.sum(axis=1), 1)
    assert np.abs(found - truth).mean() < 0.015


def test_columns_of_noise_do_not_spread_the_chances():
    rng = np.random.default_rng(4)
    x, level = rng.choice([0.0, 1.0], size=(600, 80), p=[0.9, 0.1]), (rng.random(600) < 0.3).astype(int)
    assert chances(x, level, folds(np.arange(600), 0))[:, 1].std() < 0.06
