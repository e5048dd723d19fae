"""The answer: headline and key figures, all computed."""

import numpy as np
import pandas as pd

from analysis.language import _, number, percent
from analysis.statistics.concentration import Gini, top_share
from analysis.statistics.intervals import wilson
from analysis.topics.segmentation.follow_up import rank_agreement, sum_ranks_better
from analysis.topics.segmentation.tiers import Ladder

SMALLEST = 11  # customers of whom a report may speak


def upper(assets: pd.Series, steps: Ladder) -> float | None:
    """Lower bound of the upper tiers, of which the headline speaks.

    It is that of the upper half of the tiers, or the next one below that is not reached by so few customers
    that a report must not speak of them; None if there is none.
    """
    bounds = steps.thresholds[: len(steps.thresholds) // 2 + 1]
    told = [bound for bound in bounds if not 1 <= (assets >= bound).sum() < SMALLEST]
    return told[-1] if told else None


def headline(customers: pd.DataFrame, steps: Ladder, spread: Gini) -> str:
    """The answer in two sentences: who holds the assets, and how engaged customers are.

    Parameters
    ----------
    customers : DataFrame
        One row per customer: assets, engagement.
    steps : Ladder
    spread : Gini
        Of the assets.
    """
    shares = customers["engagement"].value_counts(normalize=True)
    engaged = _("{core} of customers are core, {active} active and {dormant} dormant.").format(
        **{code: percent(float(shares.get(code, 0.0))) for code in ("core", "active", "dormant")}
    )
    held = _assets_sentence(customers["assets"].dropna(), steps, spread)
    return _("{first} {second}").format(first=held, second=engaged)


def _assets_sentence(assets: pd.Series, steps: Ladder, spread: Gini) -> str:
    if not steps.thresholds or pd.isna(spread.value):
        return _("No assets are known, so that there are no tiers.")
    facts = {name: number(getattr(spread, name), 2) for name in ("value", "low", "high")}
    bound = upper(assets, steps)
    if bound is None:
        said = _("The Gini coefficient of assets is {value} (95% interval {low}–{high}).")
        return said.format(**facts)
    rich = assets >= bound
    return _(
        "{share} of customers have {bound} or more and hold {held} of all assets"
        " (Gini {value}, 95% interval {low}–{high})."
    ).format(
        share=percent(rich.mean(), 2 if rich.mean() < 0.01 else 1),
        bound=steps.words(bound),
        held=percent(assets[rich].sum() / assets.sum()),
        **facts,
    )


def figures(customers: pd.DataFrame, steps: Ladder, spread: Gini, followed: pd.DataFrame) -> list[dict]:
    """Key figures, each a set of arguments of `analysis.report.results.figure`; the most telling come first.

    Parameters
    ----------
    customers, steps, spread
        As in `headline`.
    followed : DataFrame
        As `follow_up.follow` gives it; may be empty.
    """
    assets = customers["assets"].dropna()
    total = assets.sum()
    shares = [_engagement_share(customers, code, label) for code, label in _engagement_labels().items()]
    if total <= 0:
        return shares + _agreement(followed)
    # What the upper tiers hold is no sample: the baseline is what they would hold if all held the same.
    bound = upper(assets, steps)
    rich = assets >= (np.inf if bound is None else bound)
    upper_tiers = {
        "name": "upper_tiers_assets_share",
        "value": assets[rich].sum() / total,
        "unit": "share",
        "baseline": rich.mean(),
        "n": int(rich.sum()),
        "label": _("Assets held by the upper tiers"),
    }
    coefficient = {
        "name": "gini_assets",
        "value": spread.value,
        "low": spread.low,
        "high": spread.high,
        "unit": "",
        "baseline": 0.0,
        "n": spread.n,
        "label": _("Gini coefficient of assets"),
    }
    tenth = {
        "name": "top_tenth_assets_share",
        "value": top_share(assets, 0.1),
        "unit": "share",
        "baseline": 0.1,
        "n": len(assets),
        "label": _("Assets held by the richest tenth"),
    }
    money_held = {
        "name": "assets_total",
        "value": total,
        "unit": steps.currency,
        "n": len(assets),
        "label": _("Assets of all customers"),
    }
    first = [] if bound is None else [upper_tiers]
    return [*first, coefficient, *shares, tenth, money_held, *_agreement(followed)]


def _agreement(followed: pd.DataFrame) -> list[dict]:
    """How well the RFM sum ranks customers by later bookings; baseline: the count of bookings alone."""
    if followed.empty:
        return []
    agreement, naive = rank_agreement(followed)
    return [
        {
            "name": "rfm_rank_correlation",
            "value": agreement,
            "unit": "",
            "baseline": naive,
            "n": len(followed),
            "label": _("Rank correlation of RFM with later bookings"),
        }
    ]


def ranking(followed: pd.DataFrame) -> str:
    """How well the RFM sum ranks customers by later bookings, beside the year's bookings alone."""
    agreement, naive = rank_agreement(followed) if len(followed) else (float("nan"), float("nan"))
    if pd.isna(agreement) or pd.isna(naive):
        return _("The data do not reach back far enough to see what became of the groups.")
    words = _("Rank correlation with later bookings: {rfm} for the RFM sum, {count} for the count of a year.")
    said = words.format(rfm=number(agreement, 2), count=number(naive, 2))
    verdicts = (_("To rank by later bookings, the count is enough."), _("The sum ranks better."))
    return _("{first} {second}").format(first=said, second=verdicts[sum_ranks_better(followed)])


def _engagement_labels() -> dict[str, str]:
    return {
        "core": _("Core customers"),
        "active": _("Active customers"),
        "dormant": _("Dormant customers"),
    }


def _engagement_share(customers: pd.DataFrame, code: str, label: str) -> dict:
    n, k = len(customers), int((customers["engagement"] == code).sum())
    low, high = wilson(k, n)
    return {
        "name": f"{code}_share",
        "value": k / n if n else None,
        "low": low,
        "high": high,
        "unit": "share",
        "n": n,
        "label": label,
    }


def depth_figures(
    directions: pd.DataFrame, likely: pd.DataFrame, scored: pd.DataFrame, groups: int
) -> list[dict]:
    """Figures of who moved, who may have more elsewhere, and how many groups there are; as `figures` gives its.

    Parameters
    ----------
    directions : DataFrame
        As `migration_money.directions` gives it; the baseline of every rate is that nobody moves.
    likely, scored : DataFrame
        As `potential.potential` and `potential.signs` give them.
    groups : int
        Groups that the data suggest.
    """
    ways = directions.set_index("direction")
    labels = {"up": _("Moved up a tier"), "down": _("Moved down a tier"), "left": _("Left within a year")}
    moved = [
        {
            "name": f"moved_{way}_share",
            "value": ways.loc[way, "share"],
            "low": ways.loc[way, "low"],
            "high": ways.loc[way, "high"],
            "unit": "share",
            "baseline": 0.0,
            "n": int(ways.loc[way, "n"]),
            "label": label,
        }
        for way, label in labels.items()
    ]
    return [
        *moved,
        {
            "name": "potential_customers",
            "value": len(likely),
            "unit": "customers",
            "n": int(scored["candidate"].sum()),
            "label": _("Potential customers"),
        },
        {
            "name": "groups",
            "value": groups,
            "unit": "",
            "baseline": 1,
            "label": _("Groups that the data suggest"),
        },
    ]
