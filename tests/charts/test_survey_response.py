"""Charts of who answers: their titles say what the data say, and nothing where the data say nothing."""

import numpy as np
import pandas as pd
import pytest
from tests.charts.test_segmentation import inside, message, words

from analysis import language
from analysis.charts import style
from analysis.charts import survey_response as charts

AGES = ["under 30", "30–59", "60 or older"]


def rates(rate=(0.21, 0.27, 0.33), wide=(0.02, 0.02, 0.02), head: str = "Age band") -> pd.DataFrame:
    rate, wide = np.array(rate, dtype=float), np.array(wide)
    table = pd.DataFrame({"head": head, "label": AGES[: len(rate)], "rate": rate, "invitations": 100})
    ends = {"low": (rate - wide).clip(0, 1), "high": (rate + wide).clip(0, 1), "answered": 100 * rate}
    return table.assign(**ends)


def odds(ratio=(0.75, 1.02, 1.16, np.nan), low: float = 0.9, high: float = 1.2) -> pd.DataFrame:
    ratio = np.array(ratio)
    label = [
        "Complaint within a year",
        "Ten years older",
        "Digital sessions (1 + number in 90 days) doubled",
        "Rare",
    ]
    return pd.DataFrame(
        {"label": label[: len(ratio)], "ratio": ratio, "low": ratio * low, "high": ratio * high}
    )


@pytest.mark.parametrize("code", ["en", "zh"])
def test_each_chart_is_drawn_whole(code):
    language.use(code)
    for ax in (charts.rates(rates(), detail="95% intervals"), charts.odds(odds(), detail="95% intervals")):
        inside(ax)
        assert message(ax) and ax.get_title(loc="left").count("\n") <= 1


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (rates(), "Age band: 33.0% of 60 or older answered, 21.0% of under 30"),
        (rates((0.33, 0.27, 0.21)), "Age band: 33.0% of under 30 answered, 21.0% of 60 or older"),
        # The highest rate is that of a few, and told from nothing.
        (
            rates((0.21, 0.3, 0.4), (0.02, 0.02, 0.39)),
            "Age band: 30.0% of 30–59 answered, 21.0% of under 30",
        ),
        (rates((0.27, 0.27, 0.27)), "Age band: no group stands out; 27.0% answered"),
        (rates((0.26, 0.27, 0.28)), "Age band: no group stands out; 27.0% answered"),
        # Of millions hardly different rates are told apart, but not by anybody who reads them.
        (rates((0.27, 0.27, 0.27001), (1e-6, 1e-6, 1e-6)), "Age band: no group stands out; 27.0% answered"),
        (rates((0.0, 0.0, 0.0)), "Age band: no group stands out; 0.0% answered"),
        (rates((1.0, 0.0, np.nan)), "Age band: 100.0% of under 30 answered, 0.0% of 30–59"),
        (rates((0.21,), (0.02,)), "Age band under 30: 21.0% answered"),
    ],
)
def test_rates_name_groups_that_are_told_apart(table, said):
    assert message(charts.rates(table)) == said


def test_what_is_withheld_is_not_drawn_and_the_rest_is_called_together():
    ax = charts.rates(rates().assign(rate=lambda t: t["rate"].mask(t.index == 2)))
    assert "60 or older" not in words(ax) and "under 30" in words(ax)
    assert "together: 24.0%" in words(ax)


def test_long_chinese_names_stay_whole_in_the_title():
    language.use("zh")
    table = rates().assign(label=["三十岁以下且在网点开户不满一年的客户", "中年", "六十岁及以上"])
    assert "三十岁以下且在网点开户不满一年的客户" in message(charts.rates(table))


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (odds(), "Complaint within a year: odds of answering × 0.75 (0.68 to 0.90), all else equal"),
        (
            odds((1.02, 0.9, 1.6)),
            "Digital sessions (1 + number in 90 days) doubled: odds of answering × 1.60 (1.44 to 1.92), all else equal",
        ),
        (
            odds((0.001, 1.0)),
            "Complaint within a year: odds of answering × <0.01 (<0.01 to <0.01), all else equal",
        ),
        (odds(low=0.5, high=2.0), "Nothing known of the customers goes with answering beyond chance"),
        (odds((1.0, 1.0, 1.0)), "Nothing known of the customers goes with answering beyond chance"),
    ],
)
def test_odds_name_the_term_that_is_told_from_1(table, said):
    assert message(charts.odds(table)) == said


@pytest.mark.parametrize(
    ("draw", "table", "column", "said"),
    [
        (charts.rates, rates(), "rate", "Nobody was asked"),
        (charts.odds, odds(), "ratio", "Too few answered"),
    ],
)
def test_nothing_is_drawn_of_nothing(draw, table, column, said):
    for blank in (table.head(0), table.assign(**{column: np.nan})):
        ax = draw(blank)
        assert said in message(ax) and style.alt(ax.figure)
