"""The interval of a difference of shares: Newcombe's own examples, and its coverage."""

import numpy as np
import pytest

from analysis.statistics.differences import share_difference


@pytest.mark.parametrize(
    ("after", "before", "expected"),
    [((56, 70), (48, 80), (0.2, 0.0524, 0.3339)), ((9, 10), (3, 10), (0.6, 0.1705, 0.8090))],
)
def test_published_intervals(after, before, expected):
    """Newcombe (1998), Statistics in Medicine 17, table II, examples (a) and (b), method 10."""
    assert share_difference(*before, *after) == pytest.approx(expected, abs=5e-5)


def test_nothing_of_nothing_is_unknown():
    assert np.isnan(share_difference(0, 0, 3, 10)).all()


def test_coverage():
    rng = np.random.default_rng(4)
    before, after = rng.binomial(400, 0.02, 4_000), rng.binomial(300, 0.05, 4_000)
    _change, low, high = share_difference(before, 400, after, 300)
    assert 0.93 <= ((low <= 0.03) & (high >= 0.03)).mean() <= 0.98
