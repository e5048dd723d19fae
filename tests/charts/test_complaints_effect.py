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
BALANCE = pd.DataFrame(
    {"covariate": [f"covariate {k}" for k in range(20)], "before": np.linspace(0.8, -0.1, 20), "after": 0.04}
)


@pytest.mark.parametrize("code", ["en", "zh"])
def test_each_chart_is_drawn_whole(code):
    language.use(code)
    blank = SPEED.copy()
    blank.loc[2, ["difference", "low", "high"]] = np.nan
    for ax in (
        charts.speed(SPEED, "Six points more leave"),
        charts.speed(blank),
        charts.outcomes(OUTCOMES),
        charts.outcomes(OUTCOMES.assign(low=np.nan)),
        charts.satisfaction(SURVEY, "Lower by 12 points"),
        charts.balance(BALANCE),
        charts.balance(BALANCE.head(1)),
    ):
        inside(ax)
        assert message(ax)


def test_what_is_not_adjusted_is_grey():
    ax = charts.speed(SPEED)
    adjusted, plain = ax.lines[:2]
    assert adjusted.get_xdata().tolist() == [5.5]
    assert colours.same_color(plain.get_color(), style.MUTED) and len(plain.get_xdata()) == 2


def test_titles_say_whether_outcomes_differ():
    assert message(charts.outcomes(OUTCOMES)) == "Rejected: 6.0% leave, Upheld: 4.0%"
    assert "is not shown" in message(charts.outcomes(OUTCOMES.assign(low=0.01, high=0.09)))
    assert message(charts.balance(BALANCE)).startswith("After weighting 0 of 20 covariates differ")
    assert len(charts.balance(BALANCE).get_yticks()) == charts.MOST


def test_nothing_is_drawn_where_nothing_is_known():
    for ax in (
        charts.speed(SPEED.iloc[:0]),
        charts.outcomes(OUTCOMES.assign(adjusted=np.nan)),
        charts.satisfaction(SURVEY.iloc[:0]),
        charts.balance(BALANCE.iloc[:0]),
    ):
        assert not ax.lines
        assert message(ax)
