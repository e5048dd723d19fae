"""Diagram of the satisfaction index: title and arrows say what the table says, and nothing covers another thing."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from tests.charts.test_segmentation import inside, message

from analysis import language
from analysis.charts import style
from analysis.charts import survey_paths as charts
from analysis.topics.survey import constructs as co

ENDS = ("direct_low", "direct_high", "corrected_low", "corrected_high")


def index(names=("IMAG", "EXPE", "QUAL", "VAL", "SAT", "LOY"), paths=co.ECSI) -> tuple:
    constructs = pd.DataFrame(
        {"construct": names, "label": [co.label(n) for n in names], "value": 74.1, "r2": 0.5}
    )
    constructs.loc[0, "r2"] = np.nan
    rows = [(cause, to, 0.1 + 0.1 * k) for to, causes in paths.items() for k, cause in enumerate(causes)]
    return around(pd.DataFrame(rows, columns=["from", "to", "direct"])), constructs


def around(paths: pd.DataFrame, wide: float = 0.15) -> pd.DataFrame:
    return paths.assign(**{end: paths["direct"] + (wide if end.endswith("high") else -wide) for end in ENDS})


def into_satisfaction(effects: dict[str, float], wide: float = 0.02) -> tuple:
    paths, constructs = index()
    new = paths["direct"].mask(paths["to"] == "SAT", paths["from"].map(effects))
    return around(paths.assign(direct=new), wide), constructs


@pytest.mark.parametrize("code", ["en", "zh"])
def test_the_diagram_is_drawn_whole(code):
    language.use(code)
    ax = charts.path_diagram(*index(), detail="Direct effects")
    inside(ax)
    assert message(ax) and ax.get_title(loc="left").count("\n") <= 1


CAUSES = {"IMAG": 0.3, "EXPE": 0.05, "QUAL": 0.1, "VAL": 0.4}
WHOLE = "Satisfaction is 50% explained; "


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (into_satisfaction(CAUSES), "Value for money has the largest direct effect on it, 0.40"),
        (into_satisfaction(CAUSES | {"IMAG": 0.7}), "Image and trust has the largest direct effect on it, 0.70"),
        (into_satisfaction(CAUSES | {"IMAG": -0.7}), "Image and trust has the largest direct effect on it, −0.70"),
        (
            into_satisfaction(CAUSES, 0.06),
            "Value for money has the largest direct effect on it, 0.40, but not clearly",
        ),
        (
            into_satisfaction(dict.fromkeys(CAUSES, 0.3)),
            "Image and trust has the largest direct effect on it, 0.30, but not clearly",
        ),
        (into_satisfaction(dict.fromkeys(CAUSES, 0.01)), "no direct effect on it is told from 0"),
        (into_satisfaction(dict.fromkeys(CAUSES, 0.0)), "no direct effect on it is told from 0"),
    ],
)  # fmt: skip
def test_the_diagram_names_the_largest_effect_only_as_far_as_it_is_told(model, said):
    assert message(charts.path_diagram(*model)) == WHOLE + said


def test_an_effect_that_errors_of_measurement_make_is_not_clear():
    paths, constructs = into_satisfaction(CAUSES)
    lost = paths.assign(corrected_low=paths["corrected_low"].mask(paths["from"] == "VAL", -0.1))
    assert message(charts.path_diagram(lost, constructs)).endswith("0.40, but not clearly")
    unknown = paths.assign(corrected_low=np.nan, corrected_high=np.nan)
    assert message(charts.path_diagram(unknown, constructs)).endswith("direct effect on it, 0.40")


def arrows(ax) -> list:
    return [p for p in ax.patches if hasattr(p, "get_arrowstyle")]


def dashed(ax) -> int:
    return sum(arrow.get_linestyle() not in ("-", "solid") for arrow in arrows(ax))


def test_paths_that_are_not_told_from_0_are_dashed_and_negative_ones_may_be_told():
    paths, constructs = index()
    ax = charts.path_diagram(paths, constructs)
    assert len(arrows(ax)) == 10 and dashed(ax) == (paths["direct_low"] <= 0).sum() > 0
    assert "dashed: not told from 0" in style.alt(ax.figure)
    negative = charts.path_diagram(around(paths.assign(direct=-paths["direct"])), constructs)
    assert dashed(negative) == dashed(ax)
    sure = charts.path_diagram(around(paths, 0.05), constructs)
    assert dashed(sure) == 0 and "dashed" not in style.alt(sure.figure)
    absent = charts.path_diagram(paths.assign(direct_low=1.0, corrected_low=-1.0), constructs)
    assert dashed(absent) == 10


def test_constructs_of_a_bank_s_own_are_laid_out_without_covering_each_other():
    paths = {"Service": ("App", "Branch"), "Trust": ("Service", "Price"), "Stay": ("Trust", "Service")}
    names = ("App", "Branch", "Price", "Service", "Trust", "Stay")
    model, constructs = index(names, paths)
    constructs.loc[1, "label"] = "Friendliness of all who work in the branch"
    ax = charts.path_diagram(model, constructs)
    inside(ax)
    boxes = [p for p in ax.patches if not hasattr(p, "get_arrowstyle")]
    extents = [box.get_window_extent() for box in boxes]
    assert len(boxes) == 6 and not any(a.overlaps(b) for a, b in combinations(extents, 2))
    long = next(text for text in ax.texts if text.get_text().startswith("Friendliness")).get_window_extent()
    box = extents[1]
    assert box.x0 < long.x0 and long.x1 < box.x1 and long.y1 < box.y1


def blank(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(**dict.fromkeys(table.select_dtypes("number"), np.nan))


@pytest.mark.parametrize("part", [lambda table: table.head(0), blank])
def test_nothing_is_drawn_of_nothing(part):
    ax = charts.path_diagram(*map(part, index()))
    assert "oo few answered" in message(ax) and not ax.patches
