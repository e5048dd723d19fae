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
        assert message(ax) and ax.get_title(loc="left").count("\n") <= 1


@pytest.mark.parametrize(
    ("table", "overall", "said"),
    [
        (themes(), 7.8, "Lower scores with 手续费 · 收费 · 年费 · 短信: 6.4 where all who wrote give 7.8"),
        # The lowest is that of a few, and told from nothing; the next is.
        (
            themes().assign(high=[9.0, 7.5, 10.4]),
            7.8,
            "Lower scores with queue · waited · counter · morning: 7.4 where all who wrote give 7.8",
        ),
        (themes().assign(high=9.0), 7.8, "No theme goes clearly with lower scores than the 7.8 that all who wrote give"),
        (
            themes().assign(mean=7.0, low=7.0, high=7.0),
            7.0,
            "No theme goes clearly with lower scores than the 7.0 that all who wrote give",
        ),
        # Of millions a difference may be sure that nobody can read.
        (
            themes().assign(mean=7.79, low=7.788, high=7.792),
            7.8,
            "No theme goes clearly with lower scores than the 7.8 that all who wrote give",
        ),
        (
            themes().head(1).assign(mean=0.0, low=0.0, high=0.0),
            1.0,
            "Lower scores with 手续费 · 收费 · 年费 · 短信: 0.0 where all who wrote give 1.0",
        ),
    ],
)  # fmt: skip
def test_scores_are_called_lower_as_far_as_the_intervals_show(table, overall, said):
    assert message(charts.score_by_theme(table, overall)) == said


NO_THEME = "No theme is more frequent among detractors than chance explains"


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (themes(), "Detractors speak oftener of 手续费 · 收费 · 年费 · 短信: 11.0 points more than others"),
        (themes().assign(over=""), NO_THEME),
        (themes().assign(over=["", "", "others"]), NO_THEME),
        (themes().assign(difference=0.0, over=""), NO_THEME),
        (
            themes().assign(difference=[0.004, -0.2, -0.3]),
            "Detractors speak oftener of 手续费 · 收费 · 年费 · 短信: 0.4 points more than others",
        ),
    ],
)
def test_detractors_speak_oftener_of_what_is_told(table, said):
    assert message(charts.detractors_speak_of(table)) == said


def test_of_many_themes_those_that_detractors_speak_of_most_are_shown():
    quiet = pd.concat([themes().tail(1)] * 20).assign(label=[f"theme {k}" for k in range(20)])
    ax = charts.detractors_speak_of(pd.concat([quiet, themes().head(1)]))
    assert "手续费" in message(ax) and len(ax.get_yticklabels()) == 15


@pytest.mark.parametrize(
    ("negative", "said"),
    [
        ((0.2, 0.4, 0.81), "Detractors: 81% of their comments sound negative"),
        ((0.81, 0.4, 0.2), "Promoters: 81% of their comments sound negative"),
        ((0.3, 0.3, 0.3), "30% of the comments sound negative in every group shown"),
        ((0.0, 0.0, 0.0), "0% of the comments sound negative in every group shown"),
        ((np.nan, 0.3, np.nan), "Passives: 30% of their comments sound negative"),
    ],
)
def test_tone_names_the_group_that_sounds_most_negative(negative, said):
    table = groups().assign(negative=negative, neutral=0.1).assign(positive=lambda t: 0.9 - t["negative"])
    assert message(charts.tone_by_group(table)) == said


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
