"""Checks on whether the groups can bear the weight that is put on them."""

import numpy as np
import pandas as pd

from analysis.language import _, listed, number, percent
from analysis.statistics.concentration import Gini
from analysis.topics.segmentation.follow_up import HORIZON, band_lifts, outcomes
from analysis.topics.segmentation.tiers import Ladder, tier_table

SMALLEST_GROUP = 11
LARGEST_UNKNOWN = 0.1  # share of customers without a balance
WIDEST_GINI = 0.1  # high − low
LARGEST_HOLDER = 0.05  # of all assets, held by one customer
LARGEST_SCORE = 0.4  # of customers in one fifth
YEAR = 365

Check = tuple[str, bool, str]


def checks(
    customers: pd.DataFrame, steps: Ladder, spread: Gini, followed: pd.DataFrame, history: int
) -> list[Check]:
    """All checks: arguments of `analysis.report.results.health`.

    Parameters
    ----------
    customers : DataFrame
        One row per customer with assets, balance_mean_12m, tier, engagement, r, f, m.
    steps : Ladder
    spread : Gini
        Of the assets.
    followed : DataFrame
        As `follow_up.follow` gives it; empty if the data do not reach back far enough.
    history : int
        Days of bookings before the day.
    """
    return [
        _small_tiers(customers, steps),
        _without_balance(customers),
        _gini_width(spread),
        _one_holder(customers["assets"]),
        *(_ties(customers[name], name) for name in ("r", "f", "m")),
        _history(history),
        *_followed(followed),
    ]


def _small_tiers(customers: pd.DataFrame, steps: Ladder) -> Check:
    table = tier_table(customers, steps)
    small = table[table["customers"].between(1, SMALLEST_GROUP - 1)]
    if table["customers"].sum() == 0:
        return "tier_size", False, _("No customer has a tier.")
    if small.empty:
        return (
            "tier_size",
            True,
            _("Every tier that has customers has at least {n}.").format(n=SMALLEST_GROUP),
        )
    message = _("Fewer than {n} customers in {tiers}: shown together with the tier beside it.")
    return "tier_size", False, message.format(n=SMALLEST_GROUP, tiers=listed(small["label"]))


def _without_balance(customers: pd.DataFrame) -> Check:
    without = float(customers["balance_mean_12m"].isna().mean()) if len(customers) else np.nan
    message = _(
        "{share} of customers have no deposit or wealth balance on record in 12 months; they count with 0."
    )
    if customers["assets"].isna().all():
        message = _("No balances are known: assets, tiers and their shares are left out.")
    return "balance_known", without <= LARGEST_UNKNOWN, message.format(share=percent(without))


def _gini_width(spread: Gini) -> Check:
    if np.isnan(spread.value):
        return "gini_interval", False, _("There is no Gini coefficient: no assets are known.")
    width = spread.high - spread.low
    message = _("The Gini coefficient's interval is {width} wide; up to {most} is taken as precise.")
    return (
        "gini_interval",
        width <= WIDEST_GINI,
        message.format(width=number(width, 2), most=number(WIDEST_GINI, 2)),
    )


def _one_holder(assets: pd.Series) -> Check:
    total = assets.sum()
    if not total > 0:
        return "one_holder", False, _("No assets are known, so that nobody's part of them is.")
    part = float(assets.max() / total)
    ok = part <= LARGEST_HOLDER
    # How much it is would tell what one customer has.
    message = (
        _("No customer holds more than {most} of all assets.")
        if ok
        else _("The largest customer holds more than {most} of all assets and decides the shares.")
    )
    return "one_holder", ok, message.format(most=percent(LARGEST_HOLDER, 0))


def _ties(scores: pd.Series, name: str) -> Check:
    spread = scores.value_counts(normalize=True)
    largest = float(spread.max()) if len(spread) else np.nan
    ok = len(spread) == 5 and largest <= LARGEST_SCORE
    message = _(
        "{score}: {levels} of 5 scores occur, the largest with {share} of customers; ties are not split."
    )
    return f"ties_{name}", ok, message.format(score=name.upper(), levels=len(spread), share=percent(largest))


def _history(days: int) -> Check:
    message = _(
        "Bookings reach back {days} days; the year's counts need {year}, the look at outcomes {more}."
    )
    return (
        "history",
        days >= YEAR + HORIZON,
        message.format(days=number(days), year=number(YEAR), more=number(YEAR + HORIZON)),
    )


def _followed(followed: pd.DataFrame) -> list[Check]:
    if followed.empty:
        return [
            ("outcomes", False, _("The data do not reach back far enough to see what became of the groups."))
        ]
    later = outcomes(followed)
    active = later[later["outcome"] == "active"].set_index("group")
    checks: list[Check] = []
    sizes = active["customers"].reindex(["core", "dormant"]).fillna(0)
    if sizes.min() < SMALLEST_GROUP:
        message = _("Fewer than {n} former core or dormant customers: too few to tell whether they differ.")
        checks.append(("engagement_holds", False, message.format(n=SMALLEST_GROUP)))
    else:
        core, dormant = active.loc["core"], active.loc["dormant"]
        message = _(
            "Of former core customers {core} were active in the {days} days after, of dormant ones {dormant}."
        )
        said = message.format(core=percent(core["share"]), days=HORIZON, dormant=percent(dormant["share"]))
        checks.append(("engagement_holds", bool(core["low"] > dormant["high"]), said))
    left = float((followed["outcome"] == "left").mean())
    message = _("{share} of customers left in the {days} days; with none, the data do not tell who leaves.")
    checks.append(("departures", left > 0, message.format(share=percent(left), days=HORIZON)))
    lifts = band_lifts(followed)
    ascends = len(lifts) > 1 and bool((lifts["lift"].diff().dropna() > 0).all())
    said = (
        _("Later bookings rise with every band of the RFM sum.")
        if ascends
        else _("Later bookings do not rise with every band of the RFM sum.")
    )
    return [*checks, ("rfm_ascends", ascends, said)]
