"""Charts of migration, potential and clusters: titles are true, nothing is cut off or given away."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from tests.charts.test_segmentation import inside, message, words

from analysis import language
from analysis.charts import clusters, migration, potential

LABELS = {"mass": "Mass", "affluent": "Affluent", "premium": "Premium to Private banking", "left": "Left"}


def rates(cells: dict[tuple[str, str], float]) -> pd.DataFrame:
    table = pd.DataFrame(
        [(*cell, rate) for cell, rate in cells.items()], columns=["origin", "target", "rate"]
    )
    return table.assign(
        origin_label=table["origin"].map(LABELS),
        target_label=table["target"].map(LABELS),
        low=table["rate"] * 0.9,
        high=1 - 0.9 * (1 - table["rate"]),
        n=table["rate"].notna() * 1_234.0,
        rest=np.where(table["rate"].isna() & (table["origin"] == "affluent"), 0.1, np.nan),
        rest_low=0.08,
        rest_high=0.12,
    )


RATES = rates(
    {
        ("mass", "mass"): 0.92, ("mass", "affluent"): 0.05, ("mass", "left"): 0.03,
        ("affluent", "mass"): 0.2, ("affluent", "affluent"): 0.7, ("affluent", "premium"): np.nan,
        ("premium", "affluent"): np.nan, ("premium", "premium"): np.nan,
    }
)  # fmt: skip


def test_the_map_names_who_stays_most_and_least():
    ax = migration.rates_map(RATES)
    assert message(ax) == "Still in their group a year later: Mass 92.0%, Affluent 70.0%"
    said = words(ax)
    assert "5.0%" in said and "4.5–14.5" in said
    assert said.count("withheld") == 3
    assert said.count("withheld, together\n10.0% (8.0–12.0)") == 1
    assert said.count("nobody") == 4
    few = migration.rates_map(RATES.assign(n=RATES["n"].where(RATES["origin"] != "premium")))
    assert [tick.get_text() for tick in few.get_yticklabels()][2] == "Premium to Private banking\nwithheld"
    assert [tick.get_text() for tick in ax.get_xticklabels()] == list(LABELS.values())


def test_the_map_says_why_it_is_not_there():
    assert "do not reach back" in message(migration.rates_map(RATES.head(0)))
    assert "Too few customers" in message(migration.rates_map(RATES.assign(rate=np.nan)))


def ways(**change) -> pd.DataFrame:
    change = {"up": 60.0, "same": 200.0, "down": -40.0, "left": -90.0, "joined": 30.0} | change
    table = pd.DataFrame({"direction": change.keys(), "change": change.values()})
    before = pd.Series([100.0, 900, 200, 90, 0])
    return table.assign(label=["Moved up", "Stayed", "Moved down", "Left", "Joined"]).assign(
        assets_before=before * 1e6,
        assets_after=before * 1e6 + table["change"] * 1e6,
        change=table["change"] * 1e6,
    )


def test_the_bridge_leads_from_one_day_to_the_other():
    ax = migration.money_bridge(ways(), "CNY")
    assert message(ax) == "Assets in a year: +CNY 160.0M; the largest part: Stayed, +CNY 200.0M"
    bars = ax.patches
    assert bars[0].get_width() == 1290e6
    assert bars[1].get_width() == 1450e6
    steps = bars[2:]
    assert steps[0].get_x() == 1290e6  # each step begins where the one before ends
    for one, following in pairwise(steps):
        assert following.get_x() == pytest.approx(one.get_x() + one.get_width())
    assert steps[-1].get_x() + steps[-1].get_width() == pytest.approx(1450e6)
    assert "−CNY 90.0M" in words(ax)


def test_the_bridge_withholds_what_few_customers_moved():
    assert "too few customers" in message(migration.money_bridge(ways(up=np.nan), "CNY"))


SIGNS = pd.DataFrame(
    {
        "label": ["Salary sent on at once", "Card spending beyond the balance", "High declared income"],
        "share": [0.07, 0.4, np.nan], "low": [0.05, 0.38, np.nan], "high": [0.09, 0.42, np.nan],
    }
)  # fmt: skip


def test_signs_are_ordered_and_unknown_ones_left_out():
    ax = potential.sign_shares(SIGNS)
    assert message(ax) == "Seen most often: Card spending beyond the balance (40.0%)"
    assert "High declared income" not in words(ax)
    assert "No sign" in message(potential.sign_shares(SIGNS.tail(1)))


LASTING = pd.DataFrame(
    {"group": ["potential", "others"], "label": ["Potential customers then", "Other candidates then"],
     "share": [0.8, 0.02], "low": [0.7, 0.01], "high": [0.9, 0.03]}
)  # fmt: skip


def test_lasting_compares_both_groups():
    ax = potential.lasting(LASTING)
    assert message(ax) == "Potential a year ago: 80.0% still are, 2.0% of the others became so"
    assert "too few" in message(potential.lasting(LASTING.assign(share=[0.8, np.nan])))


CLUSTERS = pd.DataFrame(
    {"label": ["Younger, low balances", "High balances, much money in, frequent bookers"],
     "share": [0.9, np.nan], "jaccard": [0.9, 0.6], "low": [0.8, 0.4], "high": [0.95, 0.8]}
)  # fmt: skip
PROFILE = pd.DataFrame(
    {
        "label": CLUSTERS["label"].repeat(2).tolist(),
        "feature_label": [
            "Age in completed years",
            "Part of the bookings started in 365 days: mobile and online",
        ]
        * 2,
        "effect": [-0.6, -0.02, 0.4, 2.2],
    }
)


def test_the_profile_names_who_stands_out():
    ax = clusters.profile_map(PROFILE, CLUSTERS)
    assert message(ax) == "Most unlike the others: High balances, much money in, frequent bookers"
    assert "0.0" in words(ax)  # and no minus before it
    assert "+2.2" in words(ax) and "−0.6" in words(ax) and "90.0%" in words(ax)
    assert "no groups worth naming" in message(clusters.profile_map(PROFILE.head(0), CLUSTERS.head(0)))


def test_stability_counts_the_stable():
    assert message(clusters.stability(CLUSTERS)).startswith("1 of 2 groups")
    assert "no groups" in message(clusters.stability(CLUSTERS.assign(jaccard=np.nan)))


@pytest.mark.parametrize("code", ["en", "zh"])
def test_nothing_is_cut_off(code):
    language.use(code)
    for ax in (
        migration.rates_map(RATES, detail="Shares of the customers of 31 Dec 2023, 95% intervals"),
        migration.money_bridge(ways(), "CNY"),
        potential.sign_shares(SIGNS),
        potential.lasting(LASTING),
        clusters.profile_map(PROFILE, CLUSTERS),
        clusters.stability(CLUSTERS),
    ):
        inside(ax)
