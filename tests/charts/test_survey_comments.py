"""Charts of survey comments: titles say what the table says; blank rows are left out, nothing is drawn of nothing."""

import numpy as np
import pandas as pd
import pytest
from tests.charts.test_segmentation import inside, message, words

from analysis import language
from analysis.charts import survey_comments as charts


def themes() -> pd.DataFrame:
    rows = [
        ("手续费 · 收费 · 年费 · 短信", 6.4, 5.2, 7.7, 0.11, 0.04, 0.18, "detractors"),
        ("queue · waited · counter · morning", 7.4, 7.0, 7.9, 0.02, -0.05, 0.09, ""),
        ("friendly · staff", 8.9, 8.0, 10.4, -0.12, -0.2, -0.04, "others"),
    ]
    columns = ["label", "mean", "low", "high", "difference", "difference_low", "difference_high", "over"]
    return pd.DataFrame(rows, columns=columns).assign(customers=50)


def groups() -> pd.DataFrame:
    rows = [("Promoters", 0.7, 0.1, 0.2), ("Passives", 0.5, 0.1, 0.4), ("Detractors", 0.08, 0.11, 0.81)]
    return pd.DataFrame(rows, columns=["label", "positive", "neutral", "negative"])


@pytest.mark.parametrize("code", ["en", "zh"])
def test_each_chart_is_drawn_whole(code):
    language.use(code)
    for ax in (
        charts.score_by_theme(themes(), 7.8),
        charts.detractors_speak_of(themes()),
        charts.tone_by_group(groups()),
    ):
        inside(ax)
        assert message(ax)


def test_titles_say_what_the_table_says():
    assert message(charts.score_by_theme(themes(), 7.8)).startswith("Lowest scores with 手续费")
    assert "6.4 where all who wrote give 7.8" in message(charts.score_by_theme(themes(), 7.8))
    assert "11 points more than others" in message(charts.detractors_speak_of(themes()))
    none = themes().assign(over="")
    assert (
        message(charts.detractors_speak_of(none))
        == "No theme is more frequent among detractors than chance explains"
    )
    assert message(charts.tone_by_group(groups())) == "Detractors: 81% of their comments sound negative"


def test_suppressed_rows_are_left_out():
    table = themes()
    table.loc[0, ["mean", "low", "high", "difference", "difference_low", "difference_high"]] = np.nan
    assert "手续费" not in words(charts.score_by_theme(table, 7.8)) + words(charts.detractors_speak_of(table))
    some = groups()
    some.loc[2, ["positive", "neutral", "negative"]] = np.nan
    assert message(charts.tone_by_group(some)).startswith("Passives")


def test_nothing_is_drawn_of_nothing():
    for ax in (charts.score_by_theme(themes().head(0), np.nan), charts.detractors_speak_of(themes().head(0))):
        assert message(ax).startswith("No theme has enough customers")
    assert message(charts.tone_by_group(groups().head(0))).startswith("No group")
