"""Recorded figures and their changes in words."""

import pytest

from analysis.report import results
from analysis.report.layout import change_shown, tile


@pytest.mark.parametrize(
    ("value", "low", "high", "unit", "said"),
    [
        (4.83, -6.05, 15.7, "points", "5 points −6 to 16"),
        (70.71, 70.02, 71.38, "index", "70.7 index 70.0 to 71.4"),
        (0.861, 0.85, 0.87, "", "0.86  0.85 to 0.87"),
        (55.2, 41.4, 69.1, "customers", "55 customers 41 to 69"),
        (0.4, 0.396, 0.404, "share", "40.0%  39.6% to 40.4%"),
        (0.4004, 0.4001, 0.4009, "share", "40.04%  40.01% to 40.09%"),
        (0.0, 0.0, 0.0001, "share", "0.00%  0.00% to 0.01%"),
        (-1.2e6, -3e6, 960_000, "CNY", "−1.2M CNY −3.0M to 960.0K"),
    ],
)
def test_a_figure_has_the_decimals_that_its_interval_bears(value, low, high, unit, said):
    words = tile(results.figure("a", value, low=low, high=high, unit=unit))
    assert f"{words['value']} {words['unit']} {words['range']}" == said


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (None, "customers", "– "),
        (7, "customers", "<11 customers: not shown"),
        (1, "complaints", "1 complaint"),
    ],
)
def test_a_figure_without_interval(value, unit, said):
    words = tile(results.figure("a", value, unit=unit))
    assert f"{words['value']} {words['unit']}" == said and words["interval"] == ""


@pytest.mark.parametrize(
    ("change", "unit", "said"),
    [
        (0.19, "share", "+19.0 points"),
        (-0.0012, "share", "−0.12 points"),
        (0.00001, "share", "+0.0010 points"),
        (-1.2e6, "CNY", "−CNY 1.2M"),
        (0.04, "CNY", "+CNY 0.04"),
        (1, "customers", "+1 customer"),
        (-0.2, "customers", "−0.20 customers"),
        (-2.5, "points", "−2.50 points"),
        (0, "CNY", "CNY 0"),
    ],
)
def test_a_change_has_a_sign_and_is_never_rounded_away(change, unit, said):
    assert change_shown(change, unit) == said
