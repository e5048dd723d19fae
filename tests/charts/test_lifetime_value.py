"""What the charts of the lifetime value say is what the data say, and the opposite where the data say so."""

import numpy as np
import pandas as pd
import pytest

from analysis.charts import lifetime_accuracy as accuracy
from analysis.charts import lifetime_alive as alive
from analysis.charts import lifetime_value as charts
from analysis.charts import style

WEEKS = pd.date_range("2023-01-03", periods=60, freq="7D")
UNTIL = WEEKS[39]


def said(ax) -> str:
    return style.alt(ax.figure)


def weeks(after: float) -> pd.DataFrame:
    seen = np.where(WEEKS > UNTIL, after, 100.0)
    return pd.DataFrame({"ends_on": WEEKS, "purchases": seen, "expected": 100.0})


@pytest.mark.parametrize(
    ("after", "message"),
    [
        (100, "came as expected (within 2%)"),
        (80, "it expected 25.0% more purchases than came"),
        (125, "it expected 20.0% fewer purchases than came"),
        (0, "No purchase was seen after the model had learnt"),
    ],
)
def test_tracking_says_how_far_off(after, message):
    assert message in said(accuracy.tracking(weeks(after), UNTIL))


def test_nothing_is_tracked_without_a_model():
    assert "none is tracked" in said(accuracy.tracking(pd.DataFrame(), UNTIL))


@pytest.fixture
def tried():
    return pd.DataFrame(
        {
            "candidate": ["own_rate", "pareto_nbd", "bg_nbd"],
            "label": ["Own past rate", "Pareto/NBD", "BG/NBD"],
            "score": [1.0, 0.8, 1.3],
            "fit": [True, True, False],
        }
    )


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ("pareto_nbd", "Pareto/NBD errs 20% less"),
        ("bg_nbd", "BG/NBD errs 30% more"),
        ("own_rate", "No model is relied on"),
    ],
)
def test_the_chosen_model_is_compared_with_the_naive(tried, chosen, message):
    ax = accuracy.models(tried, chosen)
    assert message in said(ax)
    assert "1.30 (not fit for use)" in [text.get_text() for text in ax.texts]


def groups(forecast) -> pd.DataFrame:
    actual = np.array([1.0, 4.0, 10.0])
    return pd.DataFrame(
        {
            "label": ["1", "2", "3"],
            "forecast": forecast,
            "actual": actual,
            "low": actual - 0.5,
            "high": actual + 0.5,
        }
    )


@pytest.mark.parametrize(
    ("forecast", "message"),
    [
        ([1.0, 4.0, 10.0], "In 3 of 3 groups"),
        ([1.0, 4.0, 12.0], "In 2 of 3 groups the forecast lies within the interval of what came; of the highest it"
         " expected 20% too much"),
        ([3.0, 4.0, 8.0], "expected 20% too little"),
    ],
)  # fmt: skip
def test_calibration_counts_its_groups(forecast, message):
    assert message in said(accuracy.calibration(groups(forecast), xlabel="groups"))


def test_groups_that_are_suppressed_leave_a_reason():
    blank = groups([1.0, 4.0, 10.0]).assign(actual=np.nan)
    assert "Too few customers" in said(accuracy.calibration(blank, xlabel="groups"))


@pytest.fixture
def tiers():
    return pd.DataFrame(
        {
            "label": ["Mass", "Premium"],
            "customers_share": [0.9, 0.1],
            "value_share": [0.25, 0.75],
            "transaction_value": [20.0, 5.0],
            "relationship_value": [5.0, 70.0],
            "value": [25.0, 75.0],
        }
    )


def test_the_tier_with_most_value_is_named(tiers):
    assert "Premium: 10.0% of customers bring 75.0% of the value" in said(charts.values(tiers, "CNY"))
    turned = tiers.assign(value_share=[0.75, 0.25])
    assert "Mass: 90.0% of customers bring 75.0%" in said(charts.values(turned, "CNY"))


def test_a_value_below_zero_is_no_bar(tiers):
    ax = charts.values(tiers.assign(relationship_value=[-5.0, 70.0]), "CNY")
    assert min(bar.get_width() for bar in ax.patches) == 0


def test_who_loses_most_is_named():
    table = pd.DataFrame({"label": ["Mass", "Premium"], "at_risk": [8.0, 3.0], "at_risk_share": [0.3, 0.04]})
    assert "among Mass: CNY 8" in said(charts.at_risk(table, "CNY"))
    assert "among Premium: CNY 9" in said(charts.at_risk(table.assign(at_risk=[8.0, 9.0]), "CNY"))


def test_the_largest_change_leads():
    table = pd.DataFrame({"label": ["Discount rate 0%", "Horizon of 6 months"], "value": [110.0, 50.0]})
    ax = charts.sensitivity(table, 100.0, "CNY")
    assert "Horizon of 6 months: CNY 50, not CNY 100" in said(ax)
    assert [text.get_text() for text in ax.texts if "·" in text.get_text()] == [
        "+10% · CNY 110",
        "−50% · CNY 50",
    ]


def test_customers_high_in_one_value_only_are_counted():
    table = pd.DataFrame(
        {
            "kind": ["both", "active", "rich", "neither"],
            "label": ["a", "b", "c", "d"],
            "customers": [10, 20, 30, 40],
            "transaction_value": [5.0, 9.0, 1.0, 1.0],
            "relationship_value": [50.0, -9.0, 100.0, 1.0],
        }
    )
    ax = charts.kinds(table, "CNY")
    assert "50 are high in one only" in said(ax)
    assert min(bar.get_width() for bar in ax.patches) == -0.45


@pytest.mark.parametrize("share", [True, False])
def test_the_map_writes_every_cell(share):
    grid = np.array([[1.0, 1.0], [0.9, 0.1]])
    ax = alive.heat(grid, [2, 50], [0, 13], share=share)
    assert len(ax.texts) >= grid.size
    assert "13 weeks of quiet" in said(ax)


def test_courses_end_where_the_title_says():
    table = pd.DataFrame(
        {"label": ["a", "a", "b", "b"], "day": [*WEEKS[:2], *WEEKS[:2]], "alive": [0.9, 0.1, 0.5, 0.8]}
    )
    assert "from 10% to 80% on the day" in said(alive.alive_histories(table))
    assert "no example" in said(alive.alive_histories(table.head(0)))
