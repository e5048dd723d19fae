"""Ratios on a log scale: where no ratio is told has a tick, and no tick says more than it is."""

import pandas as pd
import pytest

from analysis.charts.ratio_dots import ratio_dots


@pytest.mark.parametrize(
    ("low", "ratio", "high", "ticks"),
    [
        (0.4, 0.7, 1.3, ["× 0.5", "× 1"]),
        (12.0, 15.0, 30.0, ["× 1", "× 2", "× 5", "× 10", "× 20"]),
        (0.03, 0.04, 0.06, ["× 0.05", "× 0.1", "× 0.2", "× 0.5", "× 1"]),
    ],
)
def test_the_scale_reaches_from_the_rows_to_1(low, ratio, high, ticks):
    rows = pd.DataFrame({"label": ["A"], "ratio": ratio, "low": low, "high": high})
    ax = ratio_dots(rows, pd.Series([True]))
    ax.figure.draw_without_rendering()
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ticks
