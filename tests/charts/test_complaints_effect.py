"""Charts of what answers to complaints change: drawn whole, naive ways grey, with blanks and with nothing."""

import matplotlib.colors as colours
import numpy as np
import pandas as pd
import pytest
from tests.charts.test_segmentation import inside, message

from analysis import language
from analysis.charts import complaints_effect as charts
from analysis.charts import style

SPEED = pd.DataFrame(
    {
        "way": ["naive", "week plain", "week"],
        "label": ["Resolved cases, from the receipt", "Open a week after the receipt, plain", "The same, adjusted"],
        "difference": [0.05, 0.06, 0.055], "low": [0.03, 0.04, -0.02], "high": [0.07, 0.08, 0.12],
    }
)  # fmt: skip
OUTCOMES = pd.DataFrame(
    {"label": ["Rejected", "Upheld"], "adjusted": [0.06, 0.04], "low": [0.05, 0.03], "high": [0.07, 0.045]}
)
SURVEY = SPEED.assign(
    way=["total", "control", "speed"], difference=[-12.0, -3.0, 0.5], low=[-15, -6, -5], high=[-9, 0.2, 6]
)


@pytest.mark.parametrize("code", ["en", "zh"])
def test_each_chart_is_drawn_whole(code):
    language.use(code)
    for ax in (
        charts.speed(SPEED, "Six points more leave"),
        charts.outcomes(OUTCOMES, "Two points more leave"),
        charts.satisfaction(SURVEY, "Lower by 12 points"),
    ):
        inside(ax)
        assert message(ax)


def test_what_is_not_adjusted_is_grey():
    ax = charts.speed(SPEED, "Six points more leave")
    adjusted, plain = ax.lines[:2]
    assert adjusted.get_xdata().tolist() == [5.5]
    assert colours.same_color(plain.get_color(), style.MUTED) and len(plain.get_xdata()) == 2


def test_blank_rows_have_no_place():
    for ax in (
        charts.speed(SPEED.assign(difference=[np.nan, 0.06, 0.055]), "Six points more leave"),
        charts.outcomes(OUTCOMES.assign(adjusted=[np.nan, 0.04]), "Two points more leave"),
        charts.satisfaction(SURVEY.assign(difference=[-12.0, np.nan, np.nan]), "Lower by 12 points"),
    ):
        names = [label.get_text() for label in ax.get_yticklabels()]
        assert len(names) in (1, 2) and len(names) == sum(len(line.get_xdata()) for line in ax.lines[:2])


def test_nothing_is_drawn_where_nothing_is_known():
    for ax in (
        charts.speed(SPEED.iloc[:0], "Six points more leave"),
        charts.outcomes(OUTCOMES.assign(adjusted=np.nan), "Two points more leave"),
        charts.satisfaction(SURVEY.iloc[:0], "Lower by 12 points"),
    ):
        assert not ax.lines
        assert "known yet" in message(ax) or message(ax).startswith("Too few customers")
