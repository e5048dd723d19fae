"""Values with intervals below and above 0: a difference of nothing is drawn too."""

import numpy as np
import pandas as pd
import pytest

from analysis.charts.spans import spans
from analysis.language import number


@pytest.mark.parametrize("blank", [False, True])
def test_no_difference_is_drawn_and_a_blank_row_keeps_its_place(blank):
    table = pd.DataFrame({"label": ["A", "B"], "difference": 0.0, "low": 0.0, "high": 0.0})
    if blank:
        table.loc[1, ["difference", "low", "high"]] = np.nan
    ax = spans(table, "difference", words=lambda value: number(value, 1))
    ax.figure.draw_without_rendering()
    assert [text.get_text() for text in ax.texts] == ["0.0"] * (1 if blank else 2)
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["A", "B"]
