"""Charts of the scores: their titles say what the data say, at the ends of the scale too."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from tests.charts.test_segmentation import inside, message, words

from analysis import language
from analysis.charts import style
from analysis.charts import survey_scores as charts

NPS = "Net promoter score (NPS)"


def by_wave(kind: str = "nps", waves: int = 3) -> pd.DataFrame:
    value = np.array([-1.1, -2.7, 5.4]) if kind == "nps" else np.array([0.68, 0.69, 0.72])
    wide = 11.0 if kind == "nps" else 0.07
    labels = [f"{2020 + k // 2}H{1 + k % 2}" for k in range(waves)]
    table = pd.DataFrame({"label": labels, "value": np.resize(value, waves)})
    table["plain"] = table["value"] + wide * 0.9
    ends = {"low": table["value"] - wide, "high": table["value"] + wide}
    ends |= {"plain_low": table["value"], "plain_high": table["value"] + 1.8 * wide}
    return table.assign(**ends, head=NPS if kind == "nps" else "Satisfied", kind=kind)


def weightings(value=(14.2, 13.6, 4.8, -3.7), used=(0, 0, 1, 0), wide: float = 9) -> pd.DataFrame:
    value = np.array(value)
    label = ["Unweighted", "Raked to age band, gender, region, tier", "Corrected for satisfaction and raked (used)",
             "Assumed: odds of answering × 2.00 per standard deviation of satisfaction"]  # fmt: skip
    return pd.DataFrame({"label": label[: len(value)], "value": value, "low": value - wide, "high": value + wide,
                         "used": used[: len(value)]})  # fmt: skip


def branches(top=(0.96, 0.75, 0.1, 0.0), low=(0.0, 0.0, 0.2, 0.93)) -> pd.DataFrame:
    shrunk = np.linspace(22.5, -21.1, len(top))
    table = pd.DataFrame({"label": [f"B{k + 1:02}" for k in range(len(top))], "shrunk": shrunk})
    return table.assign(
        estimate=shrunk * 1.4, low=shrunk - 14, high=shrunk + 14, p_top=np.array(top), p_bottom=np.array(low)
    )


def league(table: pd.DataFrame, **more):
    return charts.league(table, "NPS by branch", "nps", mean=1.4, **more)


@pytest.mark.parametrize("code", ["en", "zh"])
def test_each_chart_is_drawn_whole(code):
    language.use(code)
    for ax in (
        charts.waves(by_wave(), detail="95% intervals"),
        charts.waves(by_wave("share")),
        charts.waves(by_wave(waves=24)),
        charts.sensitivity(weightings(), NPS, "nps", detail="95% intervals"),
        charts.sensitivity(weightings((4.01, 3.99, 3.87, 3.5), wide=0.12), "Satisfaction", "mean"),
        league(branches(), detail="All waves, 95% intervals"),
        league(branches(np.linspace(1, 0, 90), np.linspace(0, 1, 90)), detail="All waves, 95% intervals"),
    ):
        inside(ax)
        assert message(ax) and ax.get_title(loc="left").count("\n") <= 1


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (by_wave(), f"{NPS} in 2021H1: 5.4 (−5.6 to 16.4) weighted, 15.3 without weights"),
        (by_wave("share"), "Satisfied in 2021H1: 72.0% (65.0% to 79.0%) weighted, 78.3% without weights"),
        # The last wave is withheld: the title is of the one before it, and says so.
        (
            by_wave().assign(value=lambda t: t["value"].mask(t.index == 2)),
            f"{NPS} in 2020H2: −2.7 (−13.7 to 8.3) weighted, 7.2 without weights",
        ),
        (
            by_wave().assign(value=-100.0, low=-100.0, high=-100.0, plain=-0.04),
            f"{NPS} in 2021H1: −100.0 (−100.0 to −100.0) weighted, 0.0 without weights",
        ),
    ],
)
def test_waves_tell_the_last_that_is_drawn(table, said):
    assert message(charts.waves(table)) == said


def test_of_many_waves_the_names_do_not_cover_each_other():
    ax = charts.waves(by_wave(waves=24))
    ax.figure.draw_without_rendering()
    boxes = sorted((label.get_window_extent() for label in ax.get_xticklabels()), key=lambda box: box.x0)
    assert len(boxes) == 8 and "2031H2" in words(ax)
    assert all(a.x1 < b.x0 for a, b in pairwise(boxes))


@pytest.mark.parametrize(
    ("table", "kind", "said"),
    [
        (weightings(), "nps", "NPS: 4.8 with the weights in use, from −3.7 to 14.2 with others"),
        (weightings((-9.0, -8.0, 4.8, -3.7)), "nps", "NPS: 4.8 with the weights in use, from −9.0 to −3.7 with others"),
        (weightings((5.0, 5.0, 5.0, 5.01)), "nps", "NPS: 5.0 with the weights in use, 5.0 with all others"),
        (weightings((5.0,), (1,)), "nps", "NPS: 5.0 with the weights in use"),
        (weightings(used=(0, 0, 0, 0)), "nps", "NPS: from −3.7 to 14.2, depending on the weights"),
        (weightings((0.5, 0.6, 0.4, 0.2)), "share", "NPS: 40.0% with the weights in use, from 20.0% to 60.0% with others"),
        (weightings((3.91, 3.9, 3.87, 3.9)), "mean", "NPS: 3.87 with the weights in use, from 3.90 to 3.91 with others"),
    ],
)  # fmt: skip
def test_sensitivity_tells_what_other_weights_give(table, kind, said):
    assert message(charts.sensitivity(table, "NPS", kind)) == said


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (branches(), "B01 very likely in the highest quarter; B04 very likely in the lowest quarter"),
        (branches((0.96, 0.1, 0.0, 0.0), (0.0, 0.0, 0.1, 0.5)), "B01 very likely in the highest quarter"),
        (branches((0.4,) * 4, (0.3,) * 4), "they differ, but it is not clear which are highest or lowest"),
        (branches((np.nan,) * 4, (np.nan,) * 4), "no difference beyond chance, nothing to rank"),
        # The one that is surely high is withheld.
        (
            branches().assign(shrunk=lambda t: t["shrunk"].mask(t.index == 0)),
            "B04 very likely in the lowest quarter",
        ),
        (
            branches((0.99,) * 5 + (0.0,) * 15, (0.0,) * 20),
            "B01, B02, B03 and 2 others very likely in the highest quarter",
        ),
        (branches((0.99,) * 4 + (0.0,) * 12, (0.0,) * 16), "B01, B02, B03 and 1 other very likely in the highest quarter"),
    ],
)  # fmt: skip
def test_the_league_names_whom_it_can(table, said):
    assert message(league(table)) == f"NPS by branch: {said}"


def test_of_many_groups_both_ends_are_shown():
    ax = league(branches(np.linspace(1, 0, 300), np.linspace(0, 1, 300)))
    shown = [label.get_text() for label in ax.get_yticklabels()]
    assert len(shown) == 40 and shown[0] == "B01" and shown[-1] == "B300"
    assert "the 20 highest and the 20 lowest of 300" in style.alt(ax.figure)
    assert "B281" in shown and "B150" not in shown
    assert "lowest of" not in style.alt(league(branches()).figure)


def test_waves_that_are_withheld_are_not_drawn():
    one = by_wave().assign(value=lambda t: t["value"].mask(t.index < 2))
    ax = charts.waves(one)
    assert "in 2021H1: 5.4" in message(ax) and "2020H1" not in words(ax)
    alone = by_wave(waves=1).assign(low=np.nan, high=np.nan, plain_low=np.nan, plain_high=np.nan)
    assert "(– to –)" in message(charts.waves(alone))


@pytest.mark.parametrize(
    ("draw", "table", "column", "said"),
    [
        (charts.waves, by_wave(), "value", "Nobody answered"),
        (lambda t: charts.sensitivity(t, "NPS", "nps"), weightings(), "value", "Nobody answered"),
        (league, branches(), "shrunk", "Too few groups"),
    ],
)
def test_nothing_is_drawn_of_nothing(draw, table, column, said):
    for blank in (table.head(0), table.assign(**{column: np.nan})):
        ax = draw(blank)
        assert said in message(ax) and style.alt(ax.figure)
