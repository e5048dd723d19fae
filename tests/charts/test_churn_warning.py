"""Charts of early warning: titles say what the table says, blank rows are left out, nothing is drawn of nothing."""

import numpy as np
import pandas as pd
import pytest
from tests.charts.test_segmentation import inside, message, words

from analysis import language
from analysis.charts import churn_warning as charts


def rules() -> pd.DataFrame:
    rows = [
        (
            "rule",
            "Salary stopped for 60 days or more + Balance 75% or more below its 12-month average",
            0.3,
            0.2,
            0.1,
            0.4,
        ),
        ("rule", "Complaint unresolved for 15 days or more", 0.15, 0.012, 0.004, 0.03),
        ("any", "Any of these rules", 0.2, 0.11, 0.08, 0.15),
        ("baseline", "For comparison: no booking for 60 days or more", 0.012, 0.01, 0.006, 0.015),
    ]
    columns = ["kind", "label", "found", "precision", "low", "high"]
    return pd.DataFrame(rows, columns=columns).assign(base=0.014, customers=100)


def leads() -> pd.DataFrame:
    rows = [("rule", "Salary stopped for 60 days or more", 10.0, 25.0, 60.0), ("rule", "Few", *[np.nan] * 3),
            ("any", "Any of these rules", 8.0, 20.0, 70.0)]  # fmt: skip
    return pd.DataFrame(rows, columns=["kind", "label", "lower", "median", "upper"])


@pytest.mark.parametrize("code", ["en", "zh"])
def test_each_chart_is_drawn_whole(code):
    language.use(code)
    for ax in (charts.found_and_checked(rules()), charts.lead_times(leads())):
        inside(ax)
        assert message(ax)


def test_the_title_counts_the_rules_that_held():
    ax = charts.found_and_checked(rules())
    assert (
        message(ax)
        == "1 of 2 rules still beat the 1.4% of all customers on later days; together 11.0%, when found 20.0%"
    )
    assert "all customers: 1.4%" in words(ax)
    assert ax.lines[-1].get_xdata()[0] == 0.014


def test_a_pair_stands_on_lines_of_its_own():
    ax = charts.found_and_checked(rules())
    assert "Salary stopped for 60 days or more\n+ Balance" in ax.get_yticklabels()[0].get_text()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"low": [0.001] * 4},
         "0 of 2 rules still beat the 1.4% of all customers on later days; together 11.0%, when found 20.0%"),
        ({"low": [0.1] * 4},
         "2 of 2 rules still beat the 1.4% of all customers on later days; together 11.0%, when found 20.0%"),
        ({"precision": [0.2, np.nan, 0.11, 0.01]},
         "1 of 1 rule still beats the 1.4% of all customers on later days; together 11.0%, when found 20.0%"),
        ({"precision": [0.2, 0.012, np.nan, 0.01]}, "1 of 2 rules still beat the 1.4% of all customers on later days"),
        ({"base": 0.0004},
         "2 of 2 rules still beat the 0.04% of all customers on later days; together 11.0%, when found 20.0%"),
    ],
)  # fmt: skip
def test_the_title_says_together_of_all_rules_only(change, said):
    assert message(charts.found_and_checked(rules().assign(**change))) == said


@pytest.mark.parametrize(
    ("medians", "said"),
    [
        (
            [25.0, 10.0, 20.0],
            "In the middle case the first alarm comes 20 days before leaving; by rule 10 to 25",
        ),
        (
            [10.0, 25.0, 60.0],
            "In the middle case the first alarm comes 60 days before leaving; by rule 10 to 25",
        ),
        ([20.0, 20.0, 20.0], "In the middle case the first alarm comes 20 days before leaving"),
        ([1.0, np.nan, 1.0], "In the middle case the first alarm comes 1 day before leaving"),
        (
            [25.0, 10.0, np.nan],
            "In the middle case the first alarm comes 10 to 25 days before leaving, by rule",
        ),
        ([np.nan, 10.0, np.nan], "In the middle case the first alarm comes 10 days before leaving"),
    ],
)
def test_the_title_tells_the_middle_case_and_the_span_of_the_rules(medians, said):
    ax = charts.lead_times(leads().assign(lower=1.0, median=medians, upper=70.0))
    assert message(ax) == said
    assert len(ax.get_yticks()) == np.isfinite(medians).sum()  # blank rows are left out


@pytest.mark.parametrize(
    ("chart", "table"), [(charts.lead_times, leads()), (charts.found_and_checked, rules())]
)
def test_the_legend_of_a_short_list_is_whole(chart, table):
    ax = chart(table.head(1))
    ax.figure.draw_without_rendering()
    (legend,) = ax.figure.legends
    box, whole = legend.get_window_extent(), ax.figure.bbox
    assert box.y0 >= 0 and box.x1 <= whole.x1
    assert not box.overlaps(ax.xaxis.label.get_window_extent())


def test_nothing_is_drawn_of_nothing():
    assert message(charts.found_and_checked(rules().iloc[3:])).startswith("No rule")
    assert message(charts.found_and_checked(rules().head(0))).startswith("No rule")
    assert message(charts.lead_times(leads().head(0))).startswith("Too few")
    assert message(charts.lead_times(leads().iloc[1:2])).startswith("Too few")
