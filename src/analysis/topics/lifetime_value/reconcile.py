"""The two values side by side: where they disagree, and who is active but poor or quiet but rich."""

import numpy as np
import pandas as pd

from analysis.language import _
from analysis.topics.segmentation.migration import coarser
from analysis.topics.segmentation.tiers import Ladder, tier_of

UPPER = 0.8  # rank from which on a customer counts as high in a value: the upper fifth

KINDS = ("both", "active", "rich", "neither")


def labels() -> dict[str, str]:
    """Names of the kinds of customers in the language in use."""
    return {
        "both": _("Active and rich"),
        "active": _("Active but poor"),
        "rich": _("Quiet but rich"),
        "neither": _("Neither"),
    }


def side_by_side(transaction: pd.DataFrame, relationship: pd.DataFrame | None) -> pd.DataFrame:
    """Both values of each customer.

    Parameters
    ----------
    transaction : DataFrame
        One row per customer: customer_id, transaction_value (currency), and more columns that are kept.
    relationship : DataFrame or None
        One row per customer: customer_id, relationship_value (currency), and more; None if it is not known.

    Returns
    -------
    DataFrame
        One row per customer of either, with value (the sum of what is known) and kind: "both", "active", "rich"
        or "neither", by whether the customer is in the upper fifth of each value (missing without
        relationship values).
    """
    if relationship is None:
        blank = transaction.assign(relationship_value=np.nan, kind=pd.Series(None, dtype="str"))
        return blank.assign(value=blank["transaction_value"])
    both = transaction.merge(relationship, on="customer_id", how="outer")
    active, rich = (_upper(both[f"{side}_value"]) for side in ("transaction", "relationship"))
    kind = np.select([active & rich, active, rich], KINDS[:3], KINDS[3])
    total = both[["transaction_value", "relationship_value"]].sum(axis=1, min_count=1)
    return both.assign(value=total, kind=pd.Series(kind, index=both.index, dtype="str"))


def _upper(values: pd.Series) -> pd.Series:
    return values.fillna(0.0).gt(0) & values.fillna(0.0).rank(pct=True).gt(UPPER)


def kinds(values: pd.DataFrame) -> pd.DataFrame:
    """What each kind of customer is worth, and how it looks.

    Parameters
    ----------
    values : DataFrame
        As `side_by_side` gives it, with assets and purchases_year where known.

    Returns
    -------
    DataFrame
        One row per kind that occurs: kind, label, customers, transaction_value and relationship_value (sums),
        and the medians of assets and purchases_year if the table has them.
    """
    grouped = values.groupby("kind")
    table = grouped.agg(
        customers=("customer_id", "size"),
        transaction_value=("transaction_value", "sum"),
        relationship_value=("relationship_value", "sum"),
    )
    for name in ("assets", "purchases_year"):
        if name in values:
            table[name] = grouped[name].median()
    table = table.reindex([kind for kind in KINDS if kind in table.index]).reset_index()
    return table.assign(label=table["kind"].map(labels()))


def tiered(values: pd.DataFrame, assets: pd.Series, steps: Ladder) -> tuple[pd.DataFrame, dict[str, str]]:
    """Values with the tier of each customer, and the names of the tiers; those too small to show are joined.

    Parameters
    ----------
    values : DataFrame
        One row per customer: customer_id.
    assets : Series
        Currency, by customer_id.

    Returns
    -------
    tuple of DataFrame and dict
        `values` with tier and tier_shown (that tier, or the one it is joined to), and codes and labels of the latter.
    """
    tier = tier_of(values["customer_id"].map(assets), steps)
    joint, names = coarser(pd.DataFrame({"origin": tier, "target": tier}), steps.names)
    return values.assign(tier=tier, tier_shown=joint["origin"]), names


def _known_sum(values: pd.Series) -> float:
    """Sum of what is known; missing, not 0, if nothing is."""
    return values.sum(min_count=1)


def by_group(values: pd.DataFrame, group: str, names: dict[str, str]) -> pd.DataFrame:
    """Both values summed by tier or another group.

    Parameters
    ----------
    values : DataFrame
        As `side_by_side` gives it, with the column `group`.
    names : dict
        Codes of the groups, in order, and their labels.

    Returns
    -------
    DataFrame
        One row per group: group, label, customers, transaction_value, relationship_value (missing if not known), value
        (sums, currency), mean (value per customer), customers_share, value_share (of the total).
    """
    grouped = values.groupby(group)
    table = grouped.agg(
        customers=("customer_id", "size"),
        transaction_value=("transaction_value", "sum"),
        relationship_value=("relationship_value", _known_sum),
        value=("value", "sum"),
        mean=("value", "mean"),
    )
    table = table.reindex([code for code in names if code in table.index])
    total = table["value"].sum()
    return table.assign(
        label=[names[code] for code in table.index],
        customers_share=table["customers"] / max(table["customers"].sum(), 1),
        value_share=table["value"] / total if total > 0 else np.nan,
    ).reset_index()


def risk(values: pd.DataFrame, group: str, names: dict[str, str]) -> pd.DataFrame:
    """Value at risk by tier or another group.

    Parameters
    ----------
    values : DataFrame
        One row per customer: value, at_risk (currency) and the column `group`.
    names : dict
        Codes of the groups, in order, and their labels.

    Returns
    -------
    DataFrame
        One row per group: group, label, customers, value, at_risk (sums, currency), at_risk_share (of the value of
        the customers who are worth anything).
    """
    grouped = values.assign(positive=values["value"].clip(lower=0)).groupby(group)
    table = grouped.agg(
        customers=("customer_id", "size"),
        value=("value", "sum"),
        at_risk=("at_risk", "sum"),
        positive=("positive", "sum"),
    )
    table = table.reindex([code for code in names if code in table.index])
    share = table["at_risk"] / table["positive"].where(table["positive"] > 0)
    labels = [names[code] for code in table.index]
    return table.drop(columns="positive").assign(label=labels, at_risk_share=share).reset_index()
