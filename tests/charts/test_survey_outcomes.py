"""Charts of what follows an answer: drawn whole, with blanks and with nothing."""

import numpy as np
import pandas as pd
import pytest
from tests.charts.test_segmentation import inside, message

from analysis import language
from analysis.charts import survey_outcomes as charts

LEFT = pd.DataFrame(
    {
        "label": ["Promoters", "Passives", "Detractors", "Did not answer"], "share": [0.03, 0.04, 0.06, 0.05],
        "low": [0.02, 0.03, 0.04, 0.045], "high": [0.05, 0.06, 0.09, 0.055], "adjusted": [0.035, 0.04, 0.055, np.nan],
        "adjusted_low": [0.02, 0.03, 0.03, np.nan], "adjusted_high": [0.05, 0.05, 0.08, np.nan],
    }
)  # fmt: skip
MONEY = pd.DataFrame(
    {
        "label": ["By who stays", "By balances and fees", "Together"], "difference": [40.0, -20.0, 20.0],
        "low": [10.0, -150.0, -120.0], "high": [70.0, 110.0, 160.0],
    }
)  # fmt: skip


@pytest.mark.parametrize("code", ["en", "zh"])
def test_each_chart_is_drawn_whole(code):
    language.use(code)
    blank = LEFT.copy()
    blank.loc[1, LEFT.columns.drop("label")] = np.nan
    plain = LEFT.assign(adjusted=np.nan, adjusted_low=np.nan, adjusted_high=np.nan)
    for ax in (
        charts.leaving(LEFT, "3.5% of promoters and 5.5% of detractors left", detail="A"),
        charts.leaving(blank),
        charts.leaving(plain),
        charts.money_parts(MONEY, "CNY", "A promoter brings CNY 20 more"),
        charts.money_parts(MONEY.assign(low=np.nan), "CNY"),
    ):
        inside(ax)
        assert message(ax)


def test_marks_are_where_the_table_says():
    ax = charts.leaving(LEFT)
    plain, adjusted = ax.lines
    assert plain.get_xdata().tolist() == LEFT["share"].tolist()
    assert adjusted.get_xdata().tolist()[:3] == LEFT["adjusted"].tolist()[:3]
    assert "4.0%" in [text.get_text() for text in ax.texts]


def test_nothing_is_drawn_where_nothing_is_known():
    assert "whole year" in message(charts.leaving(LEFT.iloc[:0]))
    assert "cannot be told" in message(charts.money_parts(MONEY.iloc[:0], "CNY"))
