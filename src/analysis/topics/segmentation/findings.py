"""The answer: headline and key figures, all computed."""

import pandas as pd

from analysis.language import _, number, percent
from analysis.statistics.concentration import Gini, top_share
from analysis.statistics.intervals import wilson
from analysis.topics.segmentation.follow_up import rank_agreement
from analysis.topics.segmentation.tiers import Ladder


def upper(steps: Ladder) -> int:
    """Place of the threshold that the headline speaks of: the lower bound of the upper half of the tiers."""
    return len(steps.thresholds) // 2


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
    bound = steps.thresholds[upper(steps)]
    rich = assets >= bound
    return _(
        "{share} of customers have {bound} or more and hold {held} of all assets"
        " (Gini {gini}, 95% interval {low}–{high})."
    ).format(
        share=percent(rich.mean(), 2 if rich.mean() < 0.01 else 1),
        bound=steps.words(bound),
        held=percent(assets[rich].sum() / assets.sum()),
        gini=number(spread.value, 2),
        low=number(spread.low, 2),
        high=number(spread.high, 2),
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
    rich = assets >= steps.thresholds[upper(steps)]
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
    return [upper_tiers, coefficient, *shares, tenth, money_held, *_agreement(followed)]


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
    return _("{first} {second}").format(first=said, second=verdicts[agreement > naive])


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
