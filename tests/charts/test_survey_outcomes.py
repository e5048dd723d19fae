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
        charts.leaving(blank, "A"),
        charts.leaving(plain, "A"),
        charts.money_parts(MONEY, "CNY", "A promoter brings CNY 20 more"),
        charts.money_parts(MONEY.assign(low=np.nan), "CNY", "A"),
    ):
        inside(ax)
        assert message(ax) and ax.get_title(loc="left").count("\n") <= 1


def test_marks_are_where_the_table_says():
    ax = charts.leaving(LEFT, "A")
    plain, adjusted = ax.lines
    assert plain.get_xdata().tolist() == LEFT["share"].tolist()
    assert adjusted.get_xdata().tolist()[:3] == LEFT["adjusted"].tolist()[:3]
    assert "4.0%" in [text.get_text() for text in ax.texts]


@pytest.mark.parametrize("part", [lambda table: table.head(0), lambda table: table.where(table.isna())])
def test_where_nothing_is_known_the_title_says_why(part):
    for ax in (charts.leaving(part(LEFT), "Too few."), charts.money_parts(part(MONEY), "CNY", "Too few.")):
        assert message(ax) == "Too few." and not ax.lines
