"""Holm's adjusted p-values."""

import numpy as np

from analysis.statistics.multiplicity import holm


def test_by_hand():
    np.testing.assert_allclose(holm([0.04, 0.01, 0.03, 0.9]), [0.09, 0.04, 0.09, 0.9])


def test_missing_ones_do_not_count():
    np.testing.assert_allclose(holm([0.01, np.nan, 0.04]), [0.02, np.nan, 0.04])
    assert len(holm([])) == 0
