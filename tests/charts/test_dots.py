"""Dots with intervals: nothing in every group is drawn too."""

import pandas as pd

from analysis.charts.dots import dots
from analysis.language import percent


def test_groups_where_it_never_happened_are_drawn_at_nought():
    never = pd.DataFrame({"label": ["A", "B"], "share": 0.0, "low": 0.0, "high": 0.0})
    ax = dots(never, "share", words=percent)
    ax.figure.draw_without_rendering()
    assert [text.get_text() for text in ax.texts] == ["0.0%", "0.0%"]
