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
        (100, "as many purchases came as it expected"),
        (100.01, "it expected 0.01% fewer purchases than came"),
        (80, "it expected 25.0% more purchases than came"),
        (125, "it expected 20.0% fewer purchases than came"),
        (0, "No purchase was seen after the model had learnt; it expected 2,000"),
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
    ("chosen", "gain", "message"),
    [
        ("pareto_nbd", (0.2, 0.15, 0.24), "Pareto/NBD errs 20.0% less than the customers' own past rate · 95% interval"
         " of the error saved: 15.0% to 24.0%"),
        ("bg_nbd", (-0.3, -0.4, -0.1), "BG/NBD errs 30.0% more than the customers' own past rate"),
        ("pareto_nbd", (0.2, -0.1, 0.3), "It is not shown that Pareto/NBD errs less than the customers' own past rate"),
        ("pareto_nbd", (0.0004, 0.0001, 0.0009), "errs 0.04% less"),
        ("own_rate", (0.0, 0.0, 0.0), "No model is relied on: customers are taken to go on at their own past rate"),
    ],
)  # fmt: skip
def test_the_chosen_model_is_compared_with_the_naive(tried, chosen, gain, message):
    ax = accuracy.models(tried, chosen, gain)
    assert message in said(ax)
    assert ("interval" in said(ax)) == (chosen != "own_rate")
    assert "1.30 (not fit for use)" in [text.get_text() for text in ax.texts]


def test_a_bar_that_is_cut_off_says_so(tried):
    ax = accuracy.models(tried.assign(score=[1.0, 0.8, 31.5]), "pareto_nbd", (0.2, 0.1, 0.3))
    assert max(bar.get_width() for bar in ax.patches) == 2
    assert "31.50 (bar cut off, not fit for use)" in [text.get_text() for text in ax.texts]


def test_no_model_errs_less_than_one_that_is_never_wrong(tried):
    nan = float("nan")
    ax = accuracy.models(tried.assign(score=nan), "pareto_nbd", (nan, nan, nan))
    assert "was never wrong" in said(ax)


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
        ([1.0, 4.0, 10.0], "In every group shown the forecast lies within the interval of what came"),
        ([1.0, 4.0, 10.4], "In every group shown"),
        ([1.0, 4.0, 12.0], "In 2 of 3 groups the forecast lies within the interval of what came; that of the highest"
         " group is 20% too high"),
        ([3.0, 4.0, 8.0], "In 1 of 3 groups the forecast lies within the interval of what came; that of the highest"
         " group is 20% too low"),
        ([3.0, 7.0, 12.0], "In 0 of 3 groups"),
    ],
)  # fmt: skip
def test_calibration_counts_its_groups(forecast, message):
    assert message in said(accuracy.calibration(groups(forecast), xlabel="groups"))


@pytest.mark.parametrize("forecast", [[3.0, 4.0, 10.4], [3.0, 4.0, 10.0]])
def test_of_a_group_within_its_interval_no_miss_is_claimed(forecast):
    assert "highest" not in said(accuracy.calibration(groups(forecast), xlabel="groups"))


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


@pytest.mark.parametrize(
    ("values", "customers", "message"),
    [
        ([25, 75], [0.9, 0.1], "Premium: 10.0% of customers bring 75.0% of the value to come"),
        ([75, 25], [0.9, 0.1], "Mass: 90.0% of customers bring 75.0% of the value to come"),
        ([50, 50], [0.5, 0.5], "50.0% of customers bring 50.0%"),
        ([25, 75], [0.9998, 0.0002], "Premium: 0.02% of customers bring 75.0%"),
        ([-20, 120], [0.9, 0.1], "Premium: 10.0% of customers bring all of the value; the others together cost more"
         " than they bring"),
        ([-120, 20], [0.9, 0.1], "All customers together cost as much as they bring, or more"),
        ([np.nan, 75], [np.nan, 0.1], "Premium: 10.0% of customers bring 75.0%"),
        ([25, np.nan], [0.9, np.nan], "Mass: 90.0% of customers bring 25.0%"),
        ([np.nan, np.nan], [np.nan, np.nan], "Too few customers in every group"),
    ],
)  # fmt: skip
def test_the_tier_with_most_value_is_named(tiers, values, customers, message):
    total = 100.0 if np.isnan(values).any() else sum(values)
    share = np.array(values) / total if total > 0 else np.nan
    table = tiers.assign(value=values, customers_share=customers, value_share=share)
    assert message in said(charts.values(table, "CNY"))


def test_what_costs_money_is_drawn_left_of_0(tiers):
    table = tiers.assign(relationship_value=[-5.0, 70.0], value=[15.0, 75.0])
    ax = charts.values(table, "CNY")
    bars = {(round(bar.get_y()), bar.get_x(), bar.get_width()) for bar in ax.patches}
    assert bars == {(0, 0, 70), (0, 70, 5), (1, 0, -5), (1, 0, 20)}


def test_a_value_that_is_not_known_has_no_entry_in_the_key(tiers):
    ax = charts.values(
        tiers.assign(relationship_value=np.nan, value=[20.0, 5.0], value_share=[0.8, 0.2]), "CZK"
    )
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["Purchases"]
    assert "Mass: 90.0% of customers bring 80.0%" in said(ax)


@pytest.mark.parametrize(
    ("values", "shares", "message"),
    [
        ([8.0, 2.0], [0.3, 0.04], "Mass: CNY 8 at risk, 80.0% of the value at risk in the groups shown"),
        ([1.0, 9.0], [0.3, 0.04], "Premium: CNY 9 at risk, 90.0% of"),
        ([5.0, 5.0], [0.3, 0.04], "CNY 5 at risk, 50.0% of"),
        (
            [np.nan, 9.0],
            [np.nan, 0.04],
            "Premium: CNY 9 at risk, 100.0% of the value at risk in the groups shown",
        ),
        ([0.0, 0.0], [0.0, 0.0], "No loss of value can be foreseen from these data"),
        ([np.nan, np.nan], [np.nan, np.nan], "Too few customers in every group"),
    ],
)
def test_who_loses_most_is_named(values, shares, message):
    table = pd.DataFrame({"label": ["Mass", "Premium"], "at_risk": values, "at_risk_share": shares})
    assert message in said(charts.at_risk(table, "CNY"))


def test_of_a_group_without_value_no_share_is_told():
    table = pd.DataFrame(
        {"label": ["Mass", "Premium"], "at_risk": [8.0, 3.0], "at_risk_share": [np.nan, 0.0004]}
    )
    ax = charts.at_risk(table, "EUR")
    assert [text.get_text() for text in ax.texts if "EUR" in text.get_text()] == [
        "EUR 3, 0.04% of the group's value",
        "EUR 8",
    ]


@pytest.mark.parametrize(
    ("values", "base", "message", "labels"),
    [
        ([110.0, 50.0], 100.0, "Longer: CNY 50, not CNY 100", ["+10% · CNY 110", "−50% · CNY 50"]),
        ([110.0, 250.0], 100.0, "Longer: CNY 250, not CNY 100", ["+10% · CNY 110", "+150% · CNY 250"]),
        ([100.0, 100.0], 100.0, "None of the other assumptions moves the total of CNY 100 by as much as can be seen",
         ["0% · CNY 100", "0% · CNY 100"]),
        ([-90.0, -50.0], -100.0, "Longer: −CNY 50, not −CNY 100", ["−CNY 90", "−CNY 50"]),
        ([0.0, -50.0], 0.0, "Longer: −CNY 50, not CNY 0", ["CNY 0", "−CNY 50"]),
    ],
)  # fmt: skip
def test_the_largest_change_leads(values, base, message, labels):
    table = pd.DataFrame({"label": ["No discount", "Longer"], "value": values})
    ax = charts.sensitivity(table, base, "CNY")
    assert message in said(ax)
    assert [text.get_text() for text in ax.texts if "CNY" in text.get_text()] == labels


def test_a_change_for_the_better_points_right_where_the_total_is_a_loss():
    ax = charts.sensitivity(pd.DataFrame({"label": ["Longer"], "value": [-50.0]}), -100.0, "CNY")
    assert [bar.get_width() for bar in ax.patches] == [50]


@pytest.mark.parametrize(
    ("customers", "message"),
    [
        ([10, 20, 30, 40], "Of 60 customers high in either value, 50 are high in one only"),
        ([60, 0, 0, 40], "Of 60 customers high in either value, 0 are high in one only"),
        ([0, 30, 30, 40], "Of 60 customers high in either value, 60 are high in one only"),
        ([0, 0, 0, 40], "No customer is high in either value"),
        ([30, np.nan, 20, np.nan], "how far the two values agree is not told"),
        ([np.nan, np.nan, 23, 40], "how far the two values agree is not told"),
        ([np.nan] * 4, "The two values cannot be held against each other here"),
    ],
)
def test_customers_high_in_one_value_only_are_counted(customers, message):
    table = pd.DataFrame(
        {
            "kind": ["both", "active", "rich", "neither"],
            "label": ["a", "b", "c", "d"],
            "customers": customers,
            "transaction_value": [5.0, 9.0, 1.0, 1.0],
            "relationship_value": [50.0, -9.0, 100.0, 1.0],
        }
    )
    # A kind that does not occur has no row, one that is suppressed is blank.
    table = table[table["customers"] != 0].assign(
        relationship_value=lambda rows: rows["relationship_value"].where(rows["customers"].notna())
    )
    assert message in said(charts.kinds(table, "CNY"))


def test_without_a_relationship_there_are_no_kinds():
    assert "cannot be valued: balances or products are missing" in said(charts.kinds(pd.DataFrame(), "CNY"))


def test_a_kind_that_costs_money_is_drawn_left_of_0():
    table = pd.DataFrame({"kind": ["active"], "label": ["b"], "customers": [20], "transaction_value": [9.0],
                          "relationship_value": [-9.0]})  # fmt: skip
    assert min(bar.get_width() for bar in charts.kinds(table, "CNY").patches) == -0.45


def test_a_mean_of_little_does_not_read_as_nothing():
    table = pd.DataFrame({"kind": ["rich"], "label": ["c"], "customers": [100], "transaction_value": [4.0],
                          "relationship_value": [0.0]})  # fmt: skip
    words = [text.get_text() for text in charts.kinds(table, "CNY").texts]
    assert [word for word in words if word] == ["CNY 0", "<CNY 0.10"]


@pytest.mark.parametrize(
    ("grid", "frequency", "quiet", "message"),
    [
        ([[1, 1], [0.9, 0.001]], [2, 50], [0, 13], "Quiet for 13 weeks, a customer of 50 purchases still buys with a"
         " probability of 0.1%, one of 2 purchases with 90%"),
        ([[0.2, 1], [0, 1]], [1, 1_500], [0, 4], "Quiet for 4 weeks, a customer of 1,500 purchases still buys with a"
         " probability of 100%, one of 1 purchase with 0%"),
        ([[0.3]], [7], [0], "Quiet for 0 weeks, a customer of 7 purchases still buys with a probability of 30% ·"),
    ],
)  # fmt: skip
def test_the_map_of_who_still_buys_says_what_its_cells_say(grid, frequency, quiet, message):
    ax = alive.heat(np.array(grid, float), frequency, quiet, chances=True, detail="Weeks")
    assert message in said(ax)
    assert len(ax.texts) >= np.size(grid)


@pytest.mark.parametrize(
    ("grid", "frequency", "quiet", "message"),
    [
        ([[1, 12.3], [0.9, 0.01]], [2, 50], [0, 13], "Of a customer of 50 purchases who has just bought, 12 more are"
         " expected; of one quiet for 13 weeks, <0.1"),
        ([[0.0], [9.96]], [1], [0, 4], "Of a customer of 1 purchase who has just bought, 0.0 more are expected; of one"
         " quiet for 4 weeks, 10"),
        ([[0.0]], [1], [0], "0.0 more are expected"),
    ],
)  # fmt: skip
def test_the_map_of_what_is_expected_says_what_its_cells_say(grid, frequency, quiet, message):
    assert message in said(alive.heat(np.array(grid, float), frequency, quiet, chances=False))


@pytest.mark.parametrize(
    ("first", "second", "message"),
    [
        (0.1, 0.8, "Still buying on 10 Jan 2023: 80% (b), 10% (a)"),
        (0.8, 0.1, "Still buying on 10 Jan 2023: 80% (a), 10% (b)"),
        (0.0001, 0.9999, "Still buying on 10 Jan 2023: >99.9% (b), <0.1% (a)"),
        (0.5, 0.501, "Still buying on 10 Jan 2023: 50% for every example shown"),
        (None, 1.0, "Still buying on 10 Jan 2023: 100% for every example shown"),
    ],
)
def test_courses_end_where_the_title_says(first, second, message):
    table = pd.DataFrame(
        {"label": ["a", "a", "b", "b"], "day": [*WEEKS[:2], *WEEKS[:2]], "alive": [0.9, first, 0.5, second]}
    )
    assert message in said(alive.alive_histories(table[2:] if first is None else table))


def test_without_examples_there_is_no_course():
    assert "no example" in said(alive.alive_histories(pd.DataFrame({"label": [], "day": [], "alive": []})))
