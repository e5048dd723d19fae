"""Map of the satisfaction index: its title says what the table says, and its labels cover nothing."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from tests.charts.test_segmentation import inside, message
from tests.charts.test_survey_paths import blank

from analysis import language
from analysis.charts import survey_priorities as charts
from analysis.topics.survey import drivers


def performance(kind: str = "improve") -> pd.DataFrame:
    rows = [("Expectations", 0.20, 73.7, "minor"), ("Quality of service", 0.205, 73.72, "minor"),
            ("Value for money", 0.19, 73.9, "minor"), ("Image and trust", 0.51, 72.1, kind),
            ("Price", 0.48, 74.5, "keep" if kind == "improve" else kind)]  # fmt: skip
    table = pd.DataFrame(rows, columns=["label", "importance", "performance", "kind"])
    return table.assign(importance_low=table["importance"] - 0.04, importance_high=table["importance"] + 0.04,
                        performance_low=table["performance"] - 0.5, performance_high=table["performance"] + 0.5)  # fmt: skip


def drawn(table: pd.DataFrame):
    return charts.importance_performance(table, drivers.kind_labels(), "loyalty", detail="95% intervals")


@pytest.mark.parametrize("code", ["en", "zh"])
def test_the_map_is_drawn_whole(code):
    language.use(code)
    ax = drawn(performance())
    inside(ax)
    assert message(ax) and ax.get_title(loc="left").count("\n") <= 1


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (performance(), "Improve first what matters more for loyalty and stands lower: Image and trust"),
        (
            performance("keep"),
            "Keep up what matters more for loyalty and stands higher: Image and trust, Price",
        ),
        (
            performance("unclear"),
            "Nothing that clearly matters more for loyalty clearly stands higher or lower",
        ),
        (
            performance("minor"),
            "Nothing that clearly matters more for loyalty clearly stands higher or lower",
        ),
        (
            performance("unclear").assign(
                importance_low=[0.1, 0.1, 0.1, 0.49, 0.44], importance_high=[0.3, 0.3, 0.3, 0.55, 0.48]
            ),
            "Image and trust matters most for loyalty; whether it stands high or low is not clear",
        ),
    ],
)
def test_the_map_names_what_to_improve(table, said):
    assert message(drawn(table)) == said


def test_labels_of_the_map_cover_no_point_no_interval_and_no_other_label():
    table = performance()
    ax = drawn(table)
    boxes = [text.get_window_extent() for text in ax.texts if "\n" in text.get_text()]
    assert len(boxes) == 5
    assert not any(a.overlaps(b) for a, b in combinations(boxes, 2))
    dots = ax.transData.transform(table[["importance", "performance"]])
    assert not any(box.contains(*dot) for box in boxes for dot in dots)
    for end in ("importance_low", "importance_high"):
        ends = ax.transData.transform(table.loc[3:, [end, "performance"]])
        assert not any(box.contains(*at) for box in boxes for at in ends)


def test_constructs_whose_intervals_are_unknown_are_drawn_without():
    ends = [f"{name}_{end}" for name in ("importance", "performance") for end in ("low", "high")]
    ax = drawn(performance("unclear").assign(**dict.fromkeys(ends, np.nan)))
    assert len(ax.lines) == 7
    inside(ax)


@pytest.mark.parametrize("part", [lambda table: table.head(0), blank])
def test_nothing_is_drawn_of_nothing(part):
    ax = drawn(part(performance()))
    assert "oo few answered" in message(ax) and not ax.lines
