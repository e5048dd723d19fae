"""Charts of whom a contact keeps: titles say what the data say, and nothing is drawn where nothing is known."""

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


@pytest.mark.parametrize("code", ["en", "zh"])
def test_each_chart_is_drawn_whole(code):
    language.use(code)
    for ax in (
        charts.qini_curve(POINTS, (0.004, 0.001, 0.007)),
        charts.uplift_groups(GROUPS),
        charts.policy_values(RULES, "CNY"),
        charts.policy_values(RULES),
    ):
        inside(ax)
        assert message(ax)


@pytest.mark.parametrize(
    ("qini", "said"),
    [
        ((0.004, 0.001, 0.007), "Choosing by predicted response keeps more customers than drawing lots: Qini 4.0 per 1,000"
         " (1.0 to 7.0)"),
        ((0.004, -0.001, 0.009), "That choosing by predicted response keeps more customers than drawing lots is not shown"),
        ((0.0, 0.0, 0.0), "That choosing by predicted response keeps more customers than drawing lots is not shown"),
        ((-0.004, -0.007, -0.001), "Choosing by predicted response keeps fewer customers than drawing lots: Qini −4.0"),
    ],
)  # fmt: skip
def test_the_curve_says_whether_the_order_is_better_than_lots(qini, said):
    assert message(charts.qini_curve(POINTS, qini)).startswith(said)


def blank(table: pd.DataFrame, *rows: int) -> pd.DataFrame:
    hidden = table.copy()
    hidden.loc[list(rows), hidden.columns != "label"] = np.nan
    return hidden


TURNED = GROUPS.assign(saved=-GROUPS["saved"], low=-GROUPS["high"], high=-GROUPS["low"])


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (GROUPS, "Fewer left, beyond chance, in 1 of 5 groups shown and more in 1; in group 1, predicted to respond"
         " most, the fall is 6.0 points (3.0 to 9.0)"),
        (TURNED, "Fewer left, beyond chance, in 1 of 5 groups shown and more in 1; in group 1, predicted to respond"
         " most, the fall is −6.0 points (−9.0 to −3.0)"),
        (GROUPS.assign(saved=0.0, low=-0.01, high=0.01), "Fewer left, beyond chance, in 0 of 5 groups shown and more in 0"),
        # The group that is predicted to respond most of those that are drawn.
        (blank(GROUPS, 0), "Fewer left, beyond chance, in 0 of 4 groups shown and more in 1; in group 2, predicted to"
         " respond"),
        (blank(GROUPS, 0, 1, 2, 3, 4), "There are no groups"),
    ],
)  # fmt: skip
def test_groups_count_where_fewer_left_and_where_more(table, said):
    assert message(charts.uplift_groups(table)).startswith(said)


def sure(value: float, low: float, high: float) -> pd.DataFrame:
    return pd.DataFrame({"label": ["Contact all", "Contact nobody"], "value": [value, 0.0], "low": [low, 0.0],
                         "high": [high, 0.0]})  # fmt: skip


@pytest.mark.parametrize(
    ("table", "currency", "said"),
    [
        (RULES, "CNY", "Most in the last campaign: Expected profit, same uplift for all, CNY 4.4K per 1,000 customers"
         " (−CNY 1.3K to CNY 9.4K); not shown to pay"),
        (sure(4_448, 1_304, 9_407), "EUR", "Most in the last campaign: Contact all, EUR 4.4K per 1,000 customers (EUR"
         " 1.3K to EUR 9.4K)"),
        (sure(4.4, 1.3, 9.4), "", "Most kept in the last campaign: Contact all, 4.4 of 1,000 customers (1.3 to 9.4)"),
        (sure(4.4, 0.0, 9.4), "", "Most kept in the last campaign: Contact all, 4.4 of 1,000 customers (0.0 to 9.4);"
         " not shown to keep anybody"),
        (sure(-9_526, -23_398, -4_345), "CNY", "No rule brought more than contacting nobody in the last campaign"),
        (sure(0.0, 0.0, 0.0), "CNY", "No rule brought more than contacting nobody in the last campaign"),
    ],
)  # fmt: skip
def test_the_best_rule_is_said_with_what_is_shown_of_it(table, currency, said):
    assert message(charts.policy_values(table, currency)) == said


def test_nothing_is_drawn_of_nothing():
    nothing = {
        "no curve of who responds": charts.qini_curve(POINTS.head(0), (np.nan,) * 3),
        "no groups of customers": charts.uplift_groups(GROUPS.head(0)),
        "no rule of contacting": charts.policy_values(RULES.head(0), "CNY"),
    }
    for words, ax in nothing.items():
        assert words in message(ax)
