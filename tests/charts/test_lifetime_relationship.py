"""Charts of the relationship value: titles say what the data say, and nothing is drawn where there is nothing."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from tests.charts.test_segmentation import inside, message

from analysis import language
from analysis.charts import lifetime_relationship as charts


def curves() -> pd.DataFrame:
    months = np.arange(1, 13)
    rows = [
        pd.DataFrame(
            {"label": label, "month": months, "expected": (1 - h) ** months, "seen": (1 - g) ** months}
        )
        for label, h, g in (("Mass", 0.005, 0.006), ("Affluent", 0.0005, 0.0006))
    ]
    table = pd.concat(rows, ignore_index=True)
    return table.assign(low=table["expected"] - 0.01, high=table["expected"] + 0.01)


def tenths() -> pd.DataFrame:
    predicted = np.array([-650.0, -45, -30, -20, -13, -3, 13, 50, 480, 8_400])
    return pd.DataFrame({"decile": range(1, 11), "predicted": predicted, "realised": predicted * 1.1,
                         "low": predicted * 1.1 - 4.9, "high": predicted * 1.1 + 4.9})  # fmt: skip


@pytest.mark.parametrize("code", ["en", "zh"])
def test_each_chart_is_drawn_whole(code):
    language.use(code)
    for ax in (
        charts.survival_curves(curves()),
        charts.decile_calibration(tenths(), "CNY"),
    ):
        inside(ax)
        assert message(ax)


def test_titles_name_the_tier_furthest_off_and_the_tenths_that_hold():
    assert message(charts.survival_curves(curves())).startswith(
        "Mass: 93.0% still there after 12 months, 94.2% foreseen"
    )
    said = message(charts.decile_calibration(tenths(), "CNY"))
    assert "in 6 of 10 tenths" in said and "CNY 8.4K predicted, CNY 9.2K realised" in said


def test_nothing_is_drawn_of_nothing():
    assert "Too few months" in message(charts.survival_curves(curves().head(0)))
    assert "no customers" in message(charts.decile_calibration(tenths().head(0), "CNY"))


def test_ticks_around_zero_do_not_crowd():
    ax = charts.decile_calibration(tenths(), "CNY")
    ax.figure.canvas.draw()
    boxes = [tick.get_window_extent() for tick in ax.get_yticklabels() if tick.get_text()]
    edges = sorted((box.y0, box.y1) for box in boxes if ax.bbox.y0 <= box.y0 + box.height / 2 <= ax.bbox.y1)
    assert len(edges) > 4
    assert all(below[1] <= above[0] for below, above in pairwise(edges))
