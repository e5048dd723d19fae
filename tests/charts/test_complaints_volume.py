"""Charts of how much customers tell: titles say what is drawn, also where the opposite holds or nothing does."""

import numpy as np
import pandas as pd
import pytest
from tests.charts.test_segmentation import inside, message

from analysis import language
from analysis.charts import complaints_volume as charts
from analysis.report.privacy import suppress


def watched(kinds=("Complaints", "Suggestions", "Praise", "Enquiries"), judged: int = 12) -> pd.DataFrame:
    """Three years of months that stay at their level, and a first month that is not whole."""
    month = pd.date_range("2021-12-01", periods=37, freq="MS")
    place = np.arange(37)
    parts = [
        pd.DataFrame(
            {"kind": name, "label": name, "month": month, "baseline": (place > 0) & (place < 37 - judged), "rate": 90.0,
             "centre": 90.0, "low": 50.0, "high": 140.0, "signal": ""}
        )
        for name in kinds
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def rung(places: dict[int, float], judged: int = 12) -> pd.DataFrame:
    """The same with rates at some rows (37 a kind) that ring."""
    table = watched(judged=judged)
    for place, rate in places.items():
        table.loc[place, ["rate", "signal"]] = [rate, "run"]
    return table


@pytest.mark.parametrize("spoken", ["en", "zh"])
def test_control_charts_are_drawn_whole(spoken):
    language.use(spoken)
    ax = charts.control_charts(rung({35: 170.0, 72: 20.0, 109: 20.0}))
    assert len(ax.child_axes) == 4
    ax.figure.draw_without_rendering()
    assert ax._left_title.get_window_extent().x1 <= ax.figure.bbox.x1
    for small in ax.child_axes:
        box = small.get_tightbbox()
        assert box.x0 >= 0 and box.x1 <= ax.figure.bbox.x1 and box.y0 >= 0


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (rung({35: 170.0, 36: 170.0}), "months judged: above the usual level Complaints in 2"),
        # A run of months below the level rings within the limits.
        (rung({35: 80.0, 72: 60.0, 73: 60.0}), "judged: below the usual level Complaints in 1, Suggestions in 2"),
        (rung({35: 80.0, 36: 170.0}), "above the usual level Complaints in 1; below the usual level Complaints in 1"),
        (rung({36: 170.0}, judged=1), "Beyond chance in the 1 month judged: above"),
        # The months that set the limits, one that is not whole, and what is not drawn are not judged.
        (rung({0: 170.0, 5: 170.0, 36: np.nan}), "No kind of feedback left its usual level beyond chance in the 12 months"),
        (watched(judged=1), "No kind of feedback left its usual level beyond chance in the 1 month judged"),
        (watched().assign(rate=np.nan), "Too few months are on record"),
    ],
)  # fmt: skip
def test_the_title_counts_the_months_that_ring_by_their_side(table, said):
    assert said in message(charts.control_charts(table))


def test_a_kind_without_a_rate_is_an_empty_panel():
    table = watched()
    table.loc[table["kind"] == "Praise", ["rate", "centre", "low", "high"]] = np.nan
    assert charts.control_charts(table).child_axes[2].get_ylim() == (0, 1)


def compared(outside: dict[str, str]) -> pd.DataFrame:
    """Funnel of 31 branches; the last one has 2.6 times as many complaints as expected."""
    expected = 40 + 8.0 * np.arange(31)
    wide = 3 / np.sqrt(expected)
    labels = [f"B{k}" for k in range(31)]
    return pd.DataFrame(
        {"label": labels, "expected": expected, "ratio": np.append(1 + 0.15 * np.sin(np.arange(30)), 2.6),
         "warn_low": 1 - wide * 2 / 3, "warn_high": 1 + wide * 2 / 3, "alarm_low": 1 - wide, "alarm_high": 1 + wide,
         "outside": [outside.get(label, "") for label in labels]}
    )  # fmt: skip


def test_the_funnel_is_drawn_whole():
    inside(charts.funnel(compared({"B30": "above"})))


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (compared({"B30": "above"}), "Of 31 branches shown, 1 above and 0 below what chance and the usual spread"),
        (compared({"B3": "below", "B4": "below"}), "Of 31 branches shown, 0 above and 2 below what chance"),
        (compared({}), "None of the 31 branches shown has more or fewer complaints than chance and the usual spread"),
        (compared({}).head(1), "Fewer than two branches"),
        (suppress(compared({}).assign(customers=3), "customers", "label"), "Fewer than two branches"),
        # A branch that is withheld does not count, though its word is left.
        (suppress(compared({"B30": "above"}).assign(customers=lambda t: np.where(t["label"] < "B3", 50, 3)),
                  "customers", "label"), "None of the"),
    ],
)  # fmt: skip
def test_the_funnel_counts_who_is_outside(table, said):
    assert message(charts.funnel(table)).startswith(said)
