"""Charts of what saving pays: titles say where the profit ends and whether it is shown, within what the budget pays for."""

import numpy as np
import pandas as pd
import pytest
from tests.charts.test_segmentation import inside, message

from analysis import language
from analysis.charts import churn_profit as charts

COUNT = np.arange(1_001)
PROFIT = pd.DataFrame({"contacted": COUNT, "profit": 300.0 * np.sqrt(COUNT) - 6 * COUNT})
PROFIT = PROFIT.assign(low=PROFIT["profit"] - 5.0 * COUNT, high=PROFIT["profit"] + 5.0 * COUNT)
UPLIFT = np.linspace(0, 1, 101)
EVEN = pd.DataFrame({"uplift": UPLIFT, "customers": (1_000 * np.sqrt(UPLIFT)).astype(int), "profit": 0.0})


@pytest.mark.parametrize("code", ["en", "zh"])
def test_each_chart_is_drawn_whole(code):
    language.use(code)
    for ax in (
        charts.profit_curve(PROFIT, 400, "CNY"),
        charts.break_even(EVEN, 400),
        charts.break_even(EVEN, 400, (0.37, 0.07, 0.57)),
    ):
        inside(ax)
        assert message(ax)


@pytest.mark.parametrize(
    ("table", "affordable", "said"),
    [
        (PROFIT, 400, "Most profit is expected of contacting 625 customers: CNY 3.8K (CNY 625 to CNY 6.9K); the"
         " budget pays for"
         " 400: CNY 3.6K"),
        (PROFIT, 1_000, "Most profit is expected of contacting 625 customers: CNY 3.8K (CNY 625 to CNY 6.9K)"),
        (PROFIT, 0, "Most profit is expected of contacting 625 customers: CNY 3.8K (CNY 625 to CNY 6.9K); the budget"
         " pays for 0: CNY 0"),
        (PROFIT.assign(low=-COUNT), 1_000, "Most profit is expected of contacting 625 customers: CNY 3.8K (−CNY 625"
         " to CNY 6.9K); that it pays is not shown"),
        (PROFIT.head(2), 1, "Most profit is expected of contacting 1 customer: CNY 294 (CNY 289 to CNY 299)"),
        (PROFIT.assign(profit=-6.0 * COUNT), 400, "No contact has an expected profit"),
    ],
)  # fmt: skip
def test_profit_and_its_best_cut_off(table, affordable, said):
    assert message(charts.profit_curve(table, affordable, "CNY")) == said


def test_what_the_budget_pays_for_is_within_the_chart():
    ax = charts.profit_curve(PROFIT.head(300), 400, "CNY")
    assert ax.get_xlim()[1] == 400


@pytest.mark.parametrize(
    ("affordable", "reduction", "said"),
    [
        (400, (0.36, 0.09, 0.64), "At the uplift of the plan, 36%, a contact pays for 600 customers (300 to 800)"),
        (400, (0.36, -0.2, 0.64), "At the uplift of the plan, 36%, a contact pays for 600 customers (0 to 800); that"
         " a contact keeps anybody is not shown"),
        (400, (-0.12, -0.3, 0.04), "At the uplift of the plan, −12%, a contact pays for 0 customers (0 to 200); that"
         " a contact keeps anybody is not shown"),
        (400, (-0.12, -0.3, -0.04), "At the uplift of the plan, −12%, a contact pays for 0 customers (0 to 0);"
         " after a contact more leave"),
        (400, None, "The effect of a contact is unknown; to pay for 400 customers it must keep 16% of those who would"
         " leave"),
        (1, None, "The effect of a contact is unknown; to pay for 1 customer it must keep 1% of those who would leave"),
        (2_000, None, "The effect of a contact is unknown; even if it kept everybody, it would pay for 1,000"
         " customers only"),
        (0, None, "The effect of a contact is unknown, and the budget pays for none"),
    ],
)  # fmt: skip
def test_break_even_with_and_without_an_experiment(affordable, reduction, said):
    assert message(charts.break_even(EVEN, affordable, reduction)) == said


def test_nothing_is_drawn_of_nothing():
    assert "no profit can be told" in message(charts.profit_curve(PROFIT.head(0), 4, "CNY"))
    assert "no break-even can be told" in message(charts.break_even(EVEN.head(0), 4))


def test_a_long_curve_is_thinned():
    long = pd.DataFrame({"contacted": np.arange(200_000), "profit": 1.0, "low": 0.0, "high": 2.0})
    ax = charts.profit_curve(long, 10, "CNY")
    assert len(ax.lines[0].get_xdata()) <= 400
