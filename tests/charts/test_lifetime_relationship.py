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


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (0.0, "What was seen lies within the interval in every tier; furthest off: Mass, 93.0% still there after 12"
         " months, 94.2% foreseen"),
        (0.5, "What was seen lies within the interval in 1 of 2 tiers; furthest off: Affluent, 49.3% still there after"
         " 12 months, 99.4% foreseen"),
        (-0.02, "What was seen lies within the interval in 1 of 2 tiers; furthest off: Affluent, 101.3%"),
    ],
)  # fmt: skip
def test_the_tier_furthest_off_is_named(change, said):
    table = curves()
    wide = table.assign(low=table["expected"] - 0.015, high=table["expected"] + 0.015)
    wide.loc[wide["label"] == "Affluent", "seen"] -= change
    assert message(charts.survival_curves(wide)).startswith(said)


def test_one_month_one_tier_nobody_left_and_all_left():
    one = curves().head(1).assign(seen=1.0, expected=0.9998, low=0.9, high=1.0)
    assert message(charts.survival_curves(one)) == (
        "What was seen lies within the interval in every tier; furthest off: Mass, 100.0% still there after 1 month,"
        " 99.98% foreseen"
    )
    gone = one.assign(seen=0.0)
    assert "in 0 of 1 tiers; furthest off: Mass, 0.0% still" in message(charts.survival_curves(gone))


@pytest.mark.parametrize(
    ("off", "blank", "said"),
    [
        (1.0, [], "in every tenth shown; tenth 10: CNY 8.4K predicted, CNY 8.4K realised a customer"),
        (1.1, [], "in 6 of 10 tenths; tenth 10: CNY 8.4K predicted, CNY 9.2K realised a customer"),
        (1.1, [0, 9], "in 6 of 8 tenths; tenth 9: CNY 480 predicted, CNY 528 realised a customer"),
        (-1.0, [], "in 0 of 10 tenths; tenth 10: CNY 8.4K predicted, −CNY 8.4K realised a customer"),
    ],
)
def test_the_tenths_that_hold_are_counted(off, blank, said):
    table = tenths()
    realised = table["predicted"] * off
    table = table.assign(realised=realised, low=realised - 4.9, high=realised + 4.9)
    table.loc[blank, ["predicted", "realised", "low", "high"]] = np.nan
    table["decile"] = table["decile"].astype(float)
    assert said in message(charts.decile_calibration(table, "CNY"))


def test_nothing_is_drawn_of_nothing():
    assert "Too few months" in message(charts.survival_curves(curves().head(0)))
    assert "Too few months or customers" in message(charts.decile_calibration(pd.DataFrame(), "CNY"))
    blank = tenths().assign(predicted=np.nan, realised=np.nan, low=np.nan, high=np.nan)
    assert "Too few months or customers" in message(charts.decile_calibration(blank, "CNY"))


def test_ticks_around_zero_do_not_crowd():
    ax = charts.decile_calibration(tenths(), "CNY")
    ax.figure.canvas.draw()
    boxes = [tick.get_window_extent() for tick in ax.get_yticklabels() if tick.get_text()]
    edges = sorted((box.y0, box.y1) for box in boxes if ax.bbox.y0 <= box.y0 + box.height / 2 <= ax.bbox.y1)
    assert len(edges) > 4
    assert all(below[1] <= above[0] for below, above in pairwise(edges))
