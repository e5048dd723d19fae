"""Charts of the segmentation: what their titles claim is true of the data, whatever the data."""

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from analysis import language
from analysis.charts import segmentation as charts
from analysis.charts import style
from analysis.charts.concentration import lorenz_curve
from analysis.charts.rfm import rfm_map
from analysis.statistics.concentration import gini, lorenz
from analysis.topics import segmentation as seg


def message(ax) -> str:
    return ax.get_title(loc="left").replace("\n", " ")


def words(ax) -> str:
    return " ".join(text.get_text() for text in ax.figure.findobj(mpl.text.Text))


def inside(ax) -> None:
    """No text is cut off at the edge of the figure, and no two texts cover each other."""
    ax.figure.draw_without_rendering()
    low, high = ax.get_ylim()
    rows = [
        label for at, label in zip(ax.get_yticks(), ax.get_yticklabels(), strict=True) if low <= at <= high
    ]
    texts = [*ax.texts, *rows, ax._left_title, ax.xaxis.label, ax.yaxis.label]
    boxes = [(t.get_text(), t.get_window_extent()) for t in texts if t.get_text().strip()]
    whole = ax.figure.bbox
    for k, (text, box) in enumerate(boxes):
        assert box.x0 >= -1 and box.y0 >= -1 and box.x1 <= whole.x1 + 1 and box.y1 <= whole.y1 + 1, text
        others = [other for other, place in boxes[k + 1 :] if box.padded(-2).overlaps(place.padded(-2))]
        assert not others, (text, others)


TIERS = pd.DataFrame(
    {
        "label": ["Mass", "Premium"],
        "customers_share": [0.97, 0.03],
        "assets_share": [0.2, 0.8],
        "margin_share": [0.4, 0.6],
    }
)


def test_holdings_name_the_group_that_holds_most():
    assert message(charts.holdings(TIERS)) == "Premium: 3.0% of customers hold 80.0% of assets"
    equal = TIERS.assign(assets_share=TIERS["customers_share"])
    assert message(charts.holdings(equal)) == "Mass: 97.0% of customers hold 97.0% of assets"


def test_holdings_leave_out_what_is_unknown_and_say_so():
    ax = charts.holdings(TIERS.assign(margin_share=np.nan))
    assert "margin is left out" in style.alt(ax.figure)
    assert len(ax.patches) == 4
    ax = charts.holdings(TIERS.assign(margin_share=np.nan, assets_share=np.nan))
    assert message(ax) == "Mass is the largest group, with 97.0% of customers"
    assert "Nobody can be put in a group" in message(charts.holdings(TIERS.head(0)))


def test_holdings_withhold_small_groups():
    table = TIERS.assign(suppressed=["", "<11"])
    table.loc[1, ["customers_share", "assets_share", "margin_share"]] = np.nan
    assert "<11 customers" in words(charts.holdings(table))


def test_lorenz_title_claims_no_concentration_where_there_is_none():
    equal = np.full(500, 9.0)
    ax = lorenz_curve(lorenz(equal), gini(equal))
    assert message(ax) == "Assets are spread almost evenly: the richest tenth holds 10.0%"
    uneven = np.random.default_rng(1).lognormal(0, 2.5, 500)
    share = np.sort(uneven)[-50:].sum() / uneven.sum()
    assert message(lorenz_curve(lorenz(uneven), gini(uneven))) == (
        f"The richest tenth of customers holds {share:.1%} of assets"
    )
    assert "No assets are known" in message(lorenz_curve(lorenz([]), gini([])))


def windows(dormant: dict[int, float]) -> pd.DataFrame:
    rows = [
        (days, code, code.title(), share)
        for days, quiet in dormant.items()
        for code, share in (("core", 0.5), ("active", 0.5 - quiet), ("dormant", quiet))
    ]
    return pd.DataFrame(rows, columns=["dormant_days", "engagement", "label", "share"])


WINDOWS = windows({60: 0.3, 180: 0.1})


def test_windows_say_how_far_the_share_moves():
    ax = charts.windows(WINDOWS, 180)
    assert message(ax) == "Dormant are 30.0% of customers after 60 days of quiet, 10.0% after 180"
    assert message(charts.windows(windows({60: 0.0, 180: 0.0}), 180)) == (
        "Dormant are 0.0% of customers, whatever the window"
    )
    ends = [text.get_text() for text in ax.texts]
    assert {"Core 50.0%", "Active 40.0%", "Dormant 10.0%"} <= set(ends)


def after(shares, low, high, outcome="active") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "outcome": outcome,
            "label": ["Core", "Dormant"],
            "share": shares,
            "low": low,
            "high": high,
            "average": 0.5,
        }
    )


def test_outcomes_claim_a_difference_only_beyond_the_intervals():
    apart = after([0.9, 0.1], [0.85, 0.05], [0.95, 0.15])
    assert message(charts.later(apart, "active")) == "Active afterwards: Core 90.0%, Dormant 10.0%"
    alike = after([0.55, 0.45], [0.4, 0.3], [0.7, 0.6])
    assert "No group was clearly more active" in message(charts.later(alike, "active"))
    other = after([0.1, 0.9], [0.05, 0.85], [0.15, 0.95])
    assert message(charts.later(other, "active")) == "Active afterwards: Dormant 90.0%, Core 10.0%"


def test_outcomes_of_one_group_or_of_none():
    one = after([0.9, np.nan], [0.85, np.nan], [0.95, np.nan])
    assert (
        message(charts.later(one, "active"))
        == "Core: 90.0% were active afterwards, against 50.0% of all customers"
    )
    assert "Nobody is recorded as having left" in message(charts.later(one, "left"))
    for outcome in ("active", "left"):
        assert "do not reach back" in message(charts.later(one.head(0), outcome))


def bands(lifts) -> pd.DataFrame:
    lifts = np.array(lifts, dtype=float)
    return pd.DataFrame({"band": list("abc"), "lift": lifts, "low": lifts * 0.9, "high": lifts * 1.1})


def test_bands_rise_only_if_each_is_above_the_last():
    assert "rise from band to band: 0.20 to 2.00" in message(charts.band_lifts(bands([0.2, 1, 2])))
    assert "do not rise" in message(charts.band_lifts(bands([0.2, 2, 1])))
    assert "do not rise" in message(charts.band_lifts(bands([1, 1, 1])))
    assert "no later bookings" in message(charts.band_lifts(bands([np.nan] * 3)))
    ax = charts.segment_lifts(bands([0.2, 2, 1]).assign(label=["A", "B", "C"]))
    assert message(ax) == "Later bookings relative to the average: B 2.00, A 0.20"


def segments(**columns) -> pd.DataFrame:
    regions = seg.rfm_regions()
    base = {
        "customers_share": [0.1, 0.3, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1],
        "assets_share": 0.125,
        "suppressed": "",
    }
    return regions[["rfm_segment"]].assign(**(base | columns))


def test_map_names_the_largest_segment():
    ax = rfm_map(segments(), seg.rfm_regions())
    assert message(ax) == "Loyal is the largest segment, with 30.0% of customers"
    assert len(ax.patches) == 8


def test_map_withholds_small_segments_and_says_where_nobody_is():
    few = segments(
        customers_share=[np.nan] + [0.5] + [np.nan] * 6, suppressed=["<11", "", "withheld"] + [""] * 5
    )
    shown = words(rfm_map(few.head(3), seg.rfm_regions()))
    assert "<11 customers" in shown and "withheld" in shown and "nobody" in shown
    assert "Too few" in message(rfm_map(segments(customers_share=np.nan), seg.rfm_regions()))


@pytest.mark.parametrize("code", ["en", "zh"])
def test_nothing_is_cut_off(code):
    language.use(code)
    uneven = np.random.default_rng(1).lognormal(0, 2.5, 500)
    inside(charts.holdings(TIERS, detail="Shares of the whole bank"))
    inside(lorenz_curve(lorenz(uneven), gini(uneven), detail="CNY"))
    inside(charts.windows(WINDOWS, 180))
    inside(charts.later(after([0.9, 0.1], [0.85, 0.05], [0.99, 0.15]), "active"))
    inside(charts.band_lifts(bands([0.2, 1, 2])))
    inside(rfm_map(segments(), seg.rfm_regions()))


def test_charts_draw_on_given_axes():
    _figure, ax = plt.subplots()
    assert charts.holdings(TIERS, ax=ax) is ax
