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


def holding(customers, assets, margin=(0.5, 0.5)) -> pd.DataFrame:
    shares = {"customers_share": customers, "assets_share": assets, "margin_share": margin}
    return pd.DataFrame({"label": ["Mass", "Premium"][: len(customers)]} | shares)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (holding([0.97, 0.03], [0.2, 0.8]), "Premium: 3.0% of customers hold 80.0% of assets"),
        (holding([0.97, 0.03], [0.97, 0.03]), "Mass: 97.0% of customers hold 97.0% of assets"),
        (holding([0.999999, 0.000001], [0.2, 0.8]), "Premium: <0.01% of customers hold 80.0% of assets"),
        (holding([1.0], [1.0], [1.0]), "Mass: 100.0% of customers hold 100.0% of assets"),
        (holding([0.97, 0.03], np.nan), "Mass is the largest group, with 97.0% of customers"),
        (holding([0.03, 0.97], np.nan), "Premium is the largest group, with 97.0% of customers"),
        (holding([0.5, 0.5], np.nan), "Mass, Premium are the largest groups, each with 50.0% of customers"),
        (holding([np.nan, np.nan], np.nan, np.nan), "The groups are too small to be shown."),
        (TIERS.head(0), "Nobody can be put in a group."),
    ],
)
def test_holdings_name_the_group_that_holds_most(table, said):
    assert message(charts.holdings(table)) == said


def test_holdings_leave_out_what_is_unknown_and_say_so():
    ax = charts.holdings(TIERS.assign(margin_share=np.nan))
    assert style.alt(ax.figure).endswith(" · unknown: margin")
    assert "unknown: assets, margin" in style.alt(charts.holdings(holding([0.9, 0.1], np.nan, np.nan)).figure)
    assert len(ax.patches) == 4


def test_holdings_withhold_small_groups_and_say_why_once():
    table = TIERS.assign(suppressed=["", "<11"])
    table.loc[1, ["customers_share", "assets_share", "margin_share"]] = np.nan
    assert words(charts.holdings(table)).count("<11 customers") == 1


def test_a_negative_margin_stays_on_the_chart():
    ax = charts.holdings(holding([0.9, 0.1], [0.2, 0.8], [1.2, -0.2]))
    assert ax.get_xlim()[0] < -0.2 and "−20.0% margin" in words(ax)


UNEVEN = np.random.default_rng(1).lognormal(0, 2.5, 500)


@pytest.mark.parametrize(
    ("assets", "said"),
    [
        (np.full(500, 9.0), "Assets are spread almost evenly: the richest tenth holds 10.0%"),
        # Every third has nothing: no tenth holds much more than its share, and yet nothing is even.
        (np.repeat([0.0, 9.0], [160, 340]), "The richest tenth of customers holds 14.7% of assets"),
        (
            UNEVEN,
            f"The richest tenth of customers holds {np.sort(UNEVEN)[-50:].sum() / UNEVEN.sum():.1%} of assets",
        ),
        (np.repeat([0.0, 9.0], [499, 1]), "The richest tenth of customers holds 100.0% of assets"),
        (UNEVEN[:109], "Too few customers to show how unevenly assets are spread."),
        (np.zeros(500), "No assets are known: there is nothing to share out."),
        ([], "No assets are known: there is nothing to share out."),
    ],
)
def test_lorenz_title_claims_no_concentration_where_there_is_none(assets, said):
    assert message(lorenz_curve(lorenz(assets), gini(assets))) == said


def test_the_curve_does_not_show_what_the_richest_few_hold():
    ax = lorenz_curve(lorenz(UNEVEN[:150]), gini(UNEVEN[:150]))
    holders = ax.lines[1].get_xdata()
    assert holders[-1] == 1 and round(150 * (1 - holders[-2])) == 11


def windows(dormant: dict[int, float]) -> pd.DataFrame:
    rows = [
        (days, code, code.title(), share)
        for days, quiet in dormant.items()
        for code, share in (("core", 0.5), ("active", 0.5 - quiet), ("dormant", quiet))
    ]
    return pd.DataFrame(rows, columns=["dormant_days", "engagement", "label", "share"])


WINDOWS = windows({60: 0.3, 180: 0.1})


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (WINDOWS, "Dormant are 30.0% of customers after 60 days of quiet, 10.0% after 180"),
        (
            windows({60: 0.0, 180: 0.0}),
            "Dormant are 0.0% of customers, whatever the window from 60 to 180 days",
        ),
        (
            windows({60: 0.10004, 180: 0.09996}),
            "Dormant are 10.0% of customers, whatever the window from 60 to 180 days",
        ),
        (windows({60: 0.3}), "Dormant are 30.0% of customers after 60 days of quiet"),
        (WINDOWS.head(0), "Too few customers to show the groups under other windows."),
    ],
)
def test_windows_say_how_far_the_share_moves(table, said):
    assert message(charts.windows(table, 180)) == said


def test_windows_name_their_lines():
    ends = [text.get_text() for text in charts.windows(WINDOWS, 180).texts]
    assert {"Core 50.0%", "Active 40.0%", "Dormant 10.0%"} <= set(ends)


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


def test_map_names_all_that_are_largest_and_calls_no_share_nothing():
    alike = segments(customers_share=[0.2, 0.2] + [0.1] * 6, assets_share=[0.0001] + [0.14284] * 7)
    ax = rfm_map(alike, seg.rfm_regions())
    assert message(ax) == "Champions, Loyal are the largest segments, each with 20.0% of customers"
    assert "0.01% of assets" in words(ax)


@pytest.mark.parametrize("code", ["en", "zh"])
def test_nothing_is_cut_off(code):
    language.use(code)
    inside(charts.holdings(TIERS, detail="Shares of the whole bank"))
    inside(lorenz_curve(lorenz(UNEVEN), gini(UNEVEN)))
    inside(charts.windows(WINDOWS, 180))
    inside(rfm_map(segments(), seg.rfm_regions()))


def test_charts_draw_on_given_axes():
    _figure, ax = plt.subplots()
    assert charts.holdings(TIERS, ax=ax) is ax
