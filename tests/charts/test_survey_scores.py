"""Charts of who answers and of the scores: their titles say what the data say."""

import numpy as np
import pandas as pd
import pytest
from tests.charts.test_segmentation import inside, message, words

from analysis import language
from analysis.charts import style, survey_response
from analysis.charts import survey_scores as charts


def rates() -> pd.DataFrame:
    rate = np.array([0.21, 0.27, 0.33])
    table = pd.DataFrame({"head": "Age band", "label": ["under 30", "30–59", "60 or older"], "rate": rate})
    return table.assign(low=rate - 0.02, high=rate + 0.02, invitations=[100, 100, 100], answered=[21, 27, 33])


def odds() -> pd.DataFrame:
    ratio = np.array([0.75, 1.02, 1.16, np.nan])
    label = [
        "Complaint within a year",
        "Ten years older",
        "Digital sessions (1 + number in 90 days) doubled",
        "Rare",
    ]
    return pd.DataFrame({"label": label, "ratio": ratio, "low": ratio * 0.9, "high": ratio * 1.2})


def by_wave(kind: str = "nps") -> pd.DataFrame:
    value = np.array([-1.1, -2.7, 5.4]) if kind == "nps" else np.array([0.68, 0.69, 0.72])
    wide = 11.0 if kind == "nps" else 0.07
    table = pd.DataFrame(
        {"label": ["2023H2", "2024H1", "2024H2"], "value": value, "plain": value + wide * 0.9}
    )
    table = table.assign(low=value - wide, high=value + wide, plain_low=value, plain_high=value + 1.8 * wide)
    return table.assign(head="Net promoter score (NPS)" if kind == "nps" else "Satisfied", kind=kind)


def weightings() -> pd.DataFrame:
    value = np.array([14.2, 13.6, 4.8, -3.7])
    label = ["Unweighted", "Raked to age band, gender, region, tier", "Corrected for satisfaction and raked (used)",
             "Assumed: odds of answering × 2.00 per standard deviation of satisfaction"]  # fmt: skip
    return pd.DataFrame(
        {"label": label, "value": value, "low": value - 9, "high": value + 9, "used": [0, 0, 1, 0]}
    )


def branches(ranked: bool = True) -> pd.DataFrame:
    shrunk = np.array([22.5, 15.5, 4.0, -21.1])
    top, low = np.array([0.96, 0.75, 0.1, 0.0]), np.array([0.0, 0.0, 0.2, 0.93])
    table = pd.DataFrame({"label": ["B15", "B04", "B03", "B12"], "shrunk": shrunk, "estimate": shrunk * 1.4})
    blank = np.full(4, np.nan)
    return table.assign(
        low=shrunk - 14, high=shrunk + 14, p_top=top if ranked else blank, p_bottom=low if ranked else blank
    )


def all_charts() -> list:
    return [
        survey_response.rates(rates(), detail="95% intervals"),
        survey_response.odds(odds(), detail="95% intervals"),
        charts.waves(by_wave(), detail="95% intervals"),
        charts.waves(by_wave("share")),
        charts.sensitivity(weightings(), "Net promoter score (NPS)", detail="95% intervals"),
        charts.league(branches(), "Branches by NPS", mean=1.4),
    ]


@pytest.mark.parametrize("code", ["en", "zh"])
def test_each_chart_is_drawn_whole(code):
    language.use(code)
    for ax in all_charts():
        inside(ax)
        assert message(ax)


def test_titles_say_what_the_data_say():
    said = [message(ax) for ax in all_charts()]
    assert said == [
        "Age band: 33% of 60 or older answered, 21% of under 30",
        "Complaint within a year: odds of answering × 0.75 (0.68 to 0.90), all else equal",
        "Net promoter score (NPS) in 2024H2: 5.4 (−5.6 to 16.4) weighted, 15.3 without weights",
        "Satisfied in 2024H2: 72.0% (65.0% to 79.0%) weighted, 78.3% without weights",
        "Net promoter score (NPS): 4.8 with the weights in use, from −3.7 to 14.2 with others",
        "Branches by NPS: B15 surely high; B12 surely low",
    ]


def test_no_difference_is_said_as_such():
    alike = rates().assign(rate=0.27, low=0.2, high=0.35, answered=27)
    assert message(survey_response.rates(alike)) == "Age band: no group stands out; 27.0% answered"
    unsure = odds().assign(low=0.5, high=2.0)
    assert "beyond chance" in message(survey_response.odds(unsure))
    assert "nothing to rank" in message(charts.league(branches(ranked=False), "Branches by NPS"))
    half = branches().assign(p_top=0.4, p_bottom=0.3)
    assert "none is surely" in message(charts.league(half, "Branches by NPS"))


def test_what_is_withheld_is_not_drawn_and_the_rest_is():
    ax = survey_response.rates(rates().assign(rate=lambda t: t["rate"].mask(t.index == 2)))
    assert "60 or older" not in words(ax) and "under 30" in words(ax)
    ax = charts.league(branches().assign(shrunk=lambda t: t["shrunk"].mask(t.index == 3)), "Branches by NPS")
    assert "B12" not in words(ax)
    one = by_wave().assign(value=lambda t: t["value"].mask(t.index < 2))
    assert "in 2024H2: 5.4" in message(charts.waves(one))
    alone = by_wave().head(1).assign(low=np.nan, high=np.nan, plain_low=np.nan, plain_high=np.nan)
    assert "(– to –)" in message(charts.waves(alone))
    single = survey_response.rates(rates().head(1))
    assert message(single) == "Age band under 30: 21.0% answered"


def test_nothing_is_drawn_of_nothing():
    for draw, table, column, words_ in (
        (survey_response.rates, rates(), "rate", "Nobody was asked"),
        (survey_response.odds, odds(), "ratio", "Too few answered"),
        (charts.waves, by_wave(), "value", "Nobody answered"),
        (lambda t: charts.sensitivity(t, "NPS"), weightings(), "value", "Nobody answered"),
        (lambda t: charts.league(t, "Branches"), branches(), "shrunk", "Too few groups"),
    ):
        for blank in (table.head(0), table.assign(**{column: np.nan})):
            ax = draw(blank)
            assert words_ in message(ax) and style.alt(ax.figure)
