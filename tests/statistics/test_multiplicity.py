"""Adjusted p-values: by hand, and as statsmodels gives them."""

import numpy as np
import pytest
from statsmodels.stats.multitest import multipletests

from analysis.statistics.multiplicity import benjamini_hochberg, benjamini_yekutieli, holm


def test_by_hand():
    np.testing.assert_allclose(holm([0.04, 0.01, 0.03, 0.9]), [0.09, 0.04, 0.09, 0.9])


def test_missing_ones_do_not_count():
    np.testing.assert_allclose(holm([0.01, np.nan, 0.04]), [0.02, np.nan, 0.04])
    assert len(holm([])) == 0


ADJUSTED = {"fdr_bh": benjamini_hochberg, "fdr_by": benjamini_yekutieli, "holm": holm}


@pytest.mark.parametrize("method", ADJUSTED)
@pytest.mark.parametrize("size", [1, 2, 7, 500])
def test_adjusted_values_are_those_of_statsmodels(method, size):
    rng = np.random.default_rng(size)
    p = np.round(rng.random(size) ** 3, 2)  # ties, zeros and ones among them
    reference = multipletests(p, method=method)[1]
    assert np.allclose(ADJUSTED[method](p), reference, atol=1e-12, rtol=0)
    gaps = np.insert(p, [0, size], np.nan)
    assert np.allclose(ADJUSTED[method](gaps)[1:-1], reference, atol=1e-12, rtol=0)
    assert np.isnan(ADJUSTED[method](gaps)[[0, -1]]).all()


@pytest.mark.parametrize("adjusted", ADJUSTED.values())
def test_nothing_to_adjust_is_nothing(adjusted):
    assert adjusted([]).size == 0
    assert np.isnan(adjusted([np.nan])).all()
