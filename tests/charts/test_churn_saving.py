"""Charts of whom to save: titles say what the data say, and nothing is drawn where nothing is known."""

import numpy as np
import pandas as pd
import pytest
from tests.charts.test_segmentation import inside, message

from analysis import language
from analysis.charts import churn_saving as charts

SHARE = np.linspace(0, 1, 21)
POINTS = pd.DataFrame({"share": SHARE, "gain": 0.02 * np.sqrt(SHARE), "random": 0.02 * SHARE})
POINTS = POINTS.assign(low=POINTS["gain"] - 0.012, high=POINTS["gain"] + 0.012)
GROUPS = pd.DataFrame({"label": list("12345"), "customers": 450.0, "predicted": [0.05, 0.02, 0.01, 0.0, -0.02],
                       "saved": [0.06, 0.01, 0.01, 0.0, -0.03], "low": [0.03, -0.01, -0.01, -0.02, -0.05],
                       "high": [0.09, 0.03, 0.03, 0.02, -0.01]})  # fmt: skip
RULES = pd.DataFrame({"label": ["Contact all", "Contact nobody", "Expected profit, same uplift for all"],
                      "value": [-9_526.0, 0.0, 4_448.0], "low": [-23_398.0, 0.0, -1_304.0],
                      "high": [4_345.0, 0.0, 9_407.0]})  # fmt: skip
COUNT = np.arange(1_001)
PROFIT = pd.DataFrame({"contacted": COUNT, "profit": 300.0 * np.sqrt(COUNT) - 6 * COUNT})
PROFIT = PROFIT.assign(low=PROFIT["profit"] - 5.0 * COUNT, high=PROFIT["profit"] + 5.0 * COUNT)
UPLIFT = np.linspace(0, 1, 101)
EVEN = pd.DataFrame({"uplift": UPLIFT, "customers": (1_000 * np.sqrt(UPLIFT)).astype(int), "profit": 0.0})


@pytest.mark.parametrize("code", ["en", "zh"])
def test_each_chart_is_drawn_whole(code):
    language.use(code)
    for ax in (
        charts.qini_curve(POINTS, (0.004, 0.001, 0.007)),
        charts.uplift_groups(GROUPS),
        charts.policy_values(RULES, "CNY"),
        charts.policy_values(RULES),
        charts.profit_curve(PROFIT, 400, "CNY"),
        charts.break_even(EVEN, 400),
        charts.break_even(EVEN, 400, (0.37, 0.07, 0.57)),
    ):
        inside(ax)
        assert message(ax)


def test_titles_say_whether_something_is_shown():
    shown = message(charts.qini_curve(POINTS, (0.004, 0.001, 0.007)))
    assert (
        shown.startswith("Choosing by predicted response keeps more")
        and "4.0 per 1,000 (1.0 to 7.0)" in shown
    )
    assert "is not shown" in message(charts.qini_curve(POINTS, (0.004, -0.001, 0.007)))
    said = message(charts.uplift_groups(GROUPS))
    assert "in 1 of 5 groups and more in 1" in said and "6.0 points fewer (3.0 to 9.0)" in said
    said = message(charts.policy_values(RULES, "CNY"))
    assert (
        said.startswith("Expected profit, same uplift for all brought most") and "CNY 4.4K per 1,000" in said
    )
    assert message(charts.policy_values(RULES.head(2), "CNY")).startswith("No rule brought more")


def test_profit_and_its_best_cut_off():
    said = message(charts.profit_curve(PROFIT, 400, "CNY"))
    assert (
        "Contacting 625 customers brings most: CNY 3.8K" in said
        and "within the budget CNY 3.6K with 400" in said
    )
    losing = PROFIT.assign(profit=-6.0 * COUNT)
    assert message(charts.profit_curve(losing, 400, "CNY")) == "No contact has an expected profit"


def test_break_even_with_and_without_an_experiment():
    unknown = message(charts.break_even(EVEN, 400))
    assert unknown.startswith("The effect of a contact is unknown") and "must keep 16% of those" in unknown
    assert "for 1,000 customers only" in message(charts.break_even(EVEN, 2_000))
    shown = message(charts.break_even(EVEN, 400, (0.36, 0.09, 0.64)))
    assert shown == "At the uplift shown, 36%, a contact pays for 600 customers (300 to 800)"


def test_nothing_is_drawn_of_nothing():
    nothing = {
        "no curve of who responds": charts.qini_curve(POINTS.head(0), (np.nan,) * 3),
        "no groups of customers": charts.uplift_groups(GROUPS.head(0)),
        "no rule of contacting": charts.policy_values(RULES.head(0), "CNY"),
        "no profit can be told": charts.profit_curve(PROFIT.head(0), 4, "CNY"),
        "no break-even can be told": charts.break_even(EVEN.head(0), 4),
    }
    for words, ax in nothing.items():
        assert words in message(ax)


def test_suppressed_groups_are_left_blank():
    hidden = GROUPS.copy()
    hidden.loc[2, ["customers", "predicted", "saved", "low", "high"]] = np.nan
    ax = charts.uplift_groups(hidden)
    assert "of 4 groups" in message(ax)
    assert "no groups" in message(charts.uplift_groups(GROUPS.assign(saved=np.nan)))


def test_a_long_curve_is_thinned():
    long = pd.DataFrame({"contacted": np.arange(200_000), "profit": 1.0, "low": 0.0, "high": 2.0})
    ax = charts.profit_curve(long, 10, "CNY")
    assert len(ax.lines[0].get_xdata()) <= 400
