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


UNSEEN = "No moves can be seen: the groups are unknown, or the data do not reach back far enough."
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


def stayed(*rates_: float) -> pd.DataFrame:
    """Who stayed in the lower groups; the rest of each moved to the next one."""
    names = ["mass", "affluent", "premium"][: len(rates_)]
    return rates({(name, name): rate for name, rate in zip(names, rates_, strict=True)})


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (RATES, "Still in their group a year later: Mass 92.0%, Affluent 70.0%"),
        (stayed(0.5, 0.9), "Still in their group a year later: Affluent 90.0%, Mass 50.0%"),
        (stayed(0.8, 0.81), "In no group did clearly more stay than in another: the intervals overlap"),
        (stayed(1.0, 1.0), "In no group did clearly more stay than in another: the intervals overlap"),
        (stayed(0.8), "Mass: 80.0% are still there a year later"),
        (rates({("mass", "left"): 0.999999}), "Who stayed in their group is withheld: too few customers"),
        (RATES.head(0), UNSEEN),
        (RATES.assign(rate=np.nan), "Too few customers in each group to show who moved"),
    ],
)
def test_the_map_claims_a_difference_only_beyond_the_intervals(table, said):
    assert message(migration.rates_map(table)) == said


def test_a_rate_reads_as_all_only_if_nobody_is_missing():
    assert ">99.99%" in words(migration.rates_map(rates({("mass", "left"): 0.999999})))


def ways(**change) -> pd.DataFrame:
    change = {"up": 60.0, "same": 200.0, "down": -40.0, "left": -90.0, "joined": 30.0} | change
    table = pd.DataFrame({"direction": change.keys(), "change": change.values()})
    before = pd.Series([100.0, 900, 200, 90, 0])
    return table.assign(label=["Moved up", "Stayed", "Moved down", "Left", "Joined"]).assign(
        assets_before=before * 1e6,
        assets_after=before * 1e6 + table["change"] * 1e6,
        change=table["change"] * 1e6,
        suppressed=np.where(table["change"].isna(), "<11", ""),
    )


def test_the_bridge_leads_from_one_day_to_the_other():
    ax = migration.money_bridge(ways(), "CNY")
    bars = ax.patches
    assert bars[0].get_width() == 1290e6
    assert bars[1].get_width() == 1450e6
    steps = bars[2:]
    assert steps[0].get_x() == 1290e6  # each step begins where the one before ends
    for one, following in pairwise(steps):
        assert following.get_x() == pytest.approx(one.get_x() + one.get_width())
    assert steps[-1].get_x() + steps[-1].get_width() == pytest.approx(1450e6)
    assert "−CNY 90.0M" in words(ax)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (ways(), "Assets changed by +CNY 160.0M in a year; the largest part: Stayed +CNY 200.0M"),
        (ways(same=-200), "Assets changed by −CNY 240.0M in a year; the largest part: Stayed −CNY 200.0M"),
        (
            ways(up=0, same=0, down=0, left=-50, joined=50),
            "Assets changed by CNY 0 in a year; the largest parts: Left −CNY 50.0M, Joined +CNY 50.0M",
        ),
        # What is left of adding up cents is no change.
        (ways(up=0, same=-1e-10, down=0, left=0, joined=1e-10), "Assets have not changed in a year"),
        (ways(up=np.nan), "Too few customers moved one way or another to show their money."),
        (
            ways(up=np.nan).assign(suppressed=""),
            "No assets are known: no money can be seen to move.",
        ),
        (ways().head(0), UNSEEN),
    ],
)
def test_the_bridge_names_the_largest_part(table, said):
    assert message(migration.money_bridge(table, "CNY")) == said


def test_the_bridge_leaves_out_what_nobody_did():
    ax = migration.money_bridge(ways().query("direction != 'joined'"), "EUR")
    assert "Joined" not in words(ax) and "EUR" in message(ax)


SIGNS = pd.DataFrame(
    {
        "label": ["Salary sent on at once", "Card spending beyond the balance", "High declared income"],
        "share": [0.07, 0.4, np.nan], "low": [0.05, 0.38, np.nan], "high": [0.09, 0.42, np.nan],
    }
)  # fmt: skip


MANY = "Seen most often of the signs shown: "


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ([0.07, 0.4, np.nan], MANY + "Card spending beyond the balance (40.0%)"),
        ([0.4, 0.07, np.nan], MANY + "Salary sent on at once (40.0%)"),
        (
            [0.39, 0.4, np.nan],
            "No sign is clearly the most frequent: Card spending beyond the balance 40.0%,"
            " Salary sent on at once 39.0%",
        ),
        (
            [0.4, 0.4, 0.4],
            "No sign is clearly the most frequent: Salary sent on at once 40.0%,"
            " Card spending beyond the balance 40.0%",
        ),
        ([np.nan, np.nan, 0.2], MANY + "High declared income (20.0%)"),
        ([np.nan] * 3, "No sign of money elsewhere can be seen in these data."),
    ],
)
def test_a_sign_is_the_most_frequent_only_beyond_its_interval(shares, said):
    shares = np.array(shares)
    ax = potential.sign_shares(SIGNS.assign(share=shares, low=shares - 0.02, high=shares + 0.02))
    assert message(ax) == said


def test_unknown_signs_are_left_out():
    assert "High declared income" not in words(potential.sign_shares(SIGNS))


LASTING = pd.DataFrame(
    {"group": ["potential", "others"], "label": ["Potential customers then", "Other candidates then"],
     "share": [0.8, 0.02], "low": [0.7, 0.01], "high": [0.9, 0.03]}
)  # fmt: skip


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ([0.8, 0.02], "Potential a year ago: 80.0% still are, 2.0% of the others became so"),
        ([0.02, 0.8], "Potential a year ago: 2.0% still are, 80.0% of the others became so"),
        (
            [0.5, 0.45],
            "Potential a year ago: 50.0% still are, 45.0% of the others became so: no clear difference",
        ),
        (
            [0.0, 0.0],
            "Potential a year ago: 0.0% still are, 0.0% of the others became so: no clear difference",
        ),
        ([0.8, np.nan], "The data do not reach back far enough, or too few customers were scored."),
    ],
)
def test_lasting_tells_a_difference_only_beyond_the_intervals(shares, said):
    shares = np.array(shares)
    table = LASTING.assign(share=shares, low=np.maximum(shares - 0.1, 0), high=shares + 0.1)
    assert message(potential.lasting(table)) == said


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


def test_the_profile_is_read_in_numbers():
    said = words(clusters.profile_map(PROFILE, CLUSTERS))
    assert "0.0" in said  # and no minus before it
    assert "+2.2" in said and "−0.6" in said and "90.0%" in said
    assert "withheld" in said


FURTHEST = "Furthest from the mean of all customers, by {} standard deviations: "


@pytest.mark.parametrize(
    ("effects", "said"),
    [
        ([-0.6, -0.02, 0.4, 2.2], FURTHEST.format("2.2") + "High balances, much money in, frequent bookers"),
        ([-3.1, -0.02, 0.4, 2.2], FURTHEST.format("3.1") + "Younger, low balances"),
        (
            [-2.19, 0.1, 0.4, 2.2],
            FURTHEST.format("2.2") + "Younger, low balances; High balances, much money in, frequent bookers",
        ),
    ],
)
def test_the_profile_names_who_is_furthest_from_all(effects, said):
    assert message(clusters.profile_map(PROFILE.assign(effect=effects), CLUSTERS)) == said


def test_groups_that_were_not_sought_are_not_denied():
    assert message(clusters.profile_map(PROFILE.head(0), CLUSTERS.head(0))) == "There are no groups to show."


@pytest.mark.parametrize(
    ("jaccard", "low", "said"),
    [
        (
            [0.9, 0.8],
            [0.8, 0.4],
            "2 of 2 groups are found again on average, 1 in nearly every resampling",
        ),
        ([0.9, 0.6], [0.8, 0.4], "1 of 2 groups are found again in nearly every resampling of the customers"),
        ([0.6, 0.5], [0.4, 0.4], "None of 2 groups is found again on average in resampled customers"),
        ([1.0, 1.0], [1.0, 1.0], "2 of 2 groups are found again in nearly every resampling of the customers"),
        ([np.nan] * 2, [np.nan] * 2, "There are no groups whose stability could be shown."),
    ],
)
def test_stability_tells_the_average_from_nearly_always(jaccard, low, said):
    assert message(clusters.stability(CLUSTERS.assign(jaccard=jaccard, low=low))) == said


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
