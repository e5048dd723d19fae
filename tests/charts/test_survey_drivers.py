"""Charts of the survey's drivers: titles say what the tables say, and no more than the intervals show."""

import numpy as np
import pandas as pd
import pytest
from tests.charts.test_segmentation import inside, message, words

from analysis import language
from analysis.charts import survey_drivers as charts
from analysis.topics.survey import kano


def importance(rank_low=(1, 2, 2), r2: float = 0.29) -> pd.DataFrame:
    lmg = np.array([0.5, 0.3, 0.2])[: len(rank_low)]
    table = pd.DataFrame(
        {"label": ["Image", "Quality", "Value"][: len(lmg)], "lmg": lmg, "rank_low": rank_low}
    )
    return table.assign(lmg_low=lmg - 0.08, lmg_high=lmg + 0.08, johnson=lmg + 0.01, r2=r2)


def bent(*rows: tuple, wide: float = 0.1) -> pd.DataFrame:
    rows = rows or (("Image", 0.5, 0.1, "basic"), ("Quality", 0.2, 0.25, "even"))
    table = pd.DataFrame([*rows, ("Few", np.nan, np.nan, "")], columns=["label", "penalty", "reward", "kind"])
    for name in ("penalty", "reward"):
        table = table.assign(**{f"{name}_low": table[name] - wide, f"{name}_high": table[name] + wide})
    return table


def gains(*rows: tuple, corrected: bool = True) -> pd.DataFrame:
    rows = rows or (("Image", 20.0, 18.0, 22.0), ("Value", 7.0, 5.0, 9.0))
    table = pd.DataFrame(rows, columns=["label", "gain", "low", "high"])
    return table.assign(measured=table["gain"] * (0.7 if corrected else 1.0), corrected=corrected)


def legend_is_below(ax) -> bool:
    """It is inside the figure and covers no name of an axis."""
    whole, name = ax.figure.bbox, ax.xaxis.label.get_window_extent()
    boxes = [legend.get_window_extent() for legend in ax.figure.legends]
    return bool(boxes) and not any(
        box.y0 < whole.y0 - 1 or box.x1 > whole.x1 + 1 or box.overlaps(name) for box in boxes
    )


@pytest.mark.parametrize("code", ["en", "zh"])
def test_each_chart_is_drawn_whole(code):
    language.use(code)
    for ax in (
        charts.importance(importance(), "NPS"),
        charts.asymmetry(bent(), kano.kind_labels()),
        charts.gains(gains()),
    ):
        inside(ax)
        assert message(ax) and ax.get_title(loc="left").count("\n") <= 1
        assert legend_is_below(ax)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (importance(), "Image counts most for NPS: 50% of the 29% that the drivers explain"),
        (importance((1, 1, 2)), "Image counts most for NPS, but not clearly: 50% of the 29% that the drivers explain"),
        # Answers that have nothing to do with each other.
        (
            importance((1, 1, 1), 0.004),
            "Image counts most for NPS, but not clearly: 50% of the 0.4% that the drivers explain",
        ),
    ],
)  # fmt: skip
def test_importance_says_whether_the_first_is_sure_and_how_much_is_explained(table, said):
    assert message(charts.importance(table, "NPS")) == said


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (bent(), "Doing worse costs more than doing better wins: Image"),
        (bent(("Image", 0.1, 0.5, "delight")), "Doing better wins more than doing worse costs: Image"),
        (
            bent(("Image", 0.1, 0.5, "delight"), ("Value", 0.5, 0.1, "basic")),
            "Doing worse costs more than doing better wins: Value; the other way round: Image",
        ),
        (bent(("Image", 0.3, 0.3, "even")), "For no driver do losses and gains differ beyond chance"),
        (bent(("Image", 0.0, 0.0, "none")), "For no driver do losses and gains differ beyond chance"),
    ],
)
def test_asymmetry_names_what_is_bent(table, said):
    assert message(charts.asymmetry(table, kano.kind_labels())) == said


def test_bars_and_intervals_of_effects_below_0_are_inside_the_axes():
    ax = charts.asymmetry(bent(("Image", -0.5, -0.2, "none"), wide=0.3), kano.kind_labels())
    low, high = ax.get_xlim()
    ends = [x for lines in ax.collections for segment in lines.get_segments() for x in segment[:, 0]]
    assert low < np.nanmin(ends) and np.nanmax(ends) < high


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (gains(), "One point more in Image goes with 20.0 more NPS points, more than in any other"),
        (
            gains(("Image", 20.0, 18.0, 22.0), ("Value", 17.0, 15.0, 18.5)),
            "One point more in Image goes with 20.0 more NPS points, not clearly more than in others",
        ),
        # The second is told from the first, the third is not.
        (
            gains(("Image", 20.0, 18.0, 22.0), ("Value", 15.0, 14.0, 16.0), ("Price", 14.0, 4.0, 24.0)),
            "One point more in Image goes with 20.0 more NPS points, not clearly more than in others",
        ),
        (gains(("Image", 20.0, 18.0, 22.0)), "One point more in Image goes with 20.0 more NPS points"),
        # The largest is not told from 0, the second is.
        (
            gains(("Image", 20.0, -5.0, 45.0), ("Value", 7.0, 5.0, 9.0)),
            "One point more in Value goes with 7.0 more NPS points, not clearly more than in others",
        ),
        (
            gains(("Image", 0.3, -2.0, 2.5), ("Value", -0.4, -3.0, 2.0)),
            "That a point more goes with more NPS points is not shown for any construct",
        ),
        (
            gains(("Image", -7.0, -9.0, -5.0)),
            "That a point more goes with more NPS points is not shown for any construct",
        ),
    ],
)
def test_gains_claim_what_their_intervals_show(table, said):
    assert message(charts.gains(table)) == said


def test_gains_whose_errors_cannot_be_taken_out_are_drawn_as_measured():
    ax = charts.gains(gains(corrected=False))
    assert len(ax.lines) == 1 and "as measured" in words(ax)


def blank(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(**dict.fromkeys(table.select_dtypes("number"), np.nan))


@pytest.mark.parametrize("part", [lambda table: table.head(0), blank])
def test_nothing_is_drawn_of_nothing(part):
    for ax in (
        charts.importance(part(importance()), "NPS"),
        charts.asymmetry(part(bent()), kano.kind_labels()),
        charts.gains(part(gains())),
    ):
        assert message(ax).startswith("Too few") and not ax.lines
