"""Whose value changed most since an earlier day, and what changed it."""

import numpy as np
import pandas as pd

from analysis.bank.source import View
from analysis.language import _
from analysis.topics.lifetime_value import purchases as logs
from analysis.topics.lifetime_value import relationship, valuation
from analysis.topics.lifetime_value.choice import Evaluation
from analysis.topics.segmentation.tiers import Ladder

_FACTORS = ("alive", "pace", "spend")  # transaction value is their product
_LEAST = 1e-12
_RELATIONSHIP = ["customer_id", "margin", "relationship_value"]


def causes() -> dict[str, str]:
    """Causes in words, for a rise and for a fall, in the language in use."""
    return {
        "alive+": _("Buys again"),
        "alive-": _("Silent for longer than usual"),
        "pace+": _("Buys more often"),
        "pace-": _("Buys less often"),
        "spend+": _("Larger purchases"),
        "spend-": _("Smaller purchases"),
        "margin+": _("More margin from balances and fees"),
        "margin-": _("Less margin from balances and fees"),
        "stay+": _("More likely to stay"),
        "stay-": _("Less likely to stay"),
        **dict.fromkeys(("left+", "left-"), _("Left the bank")),
        **dict.fromkeys(("joined+", "joined-"), _("New customer")),
    }


def changes(then: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Change of each customer's value, and its main cause.

    Parameters
    ----------
    then, now : DataFrame
        One row per customer with the bank on either day: customer_id, transaction_value (currency), alive
        (probability), pace (expected purchases if alive), spend (currency per purchase); and, where there is a
        relationship value, relationship_value, margin (currency a month).

    Returns
    -------
    DataFrame
        One row per customer of either day, the largest change first: customer_id, before, after, change
        (currency), code and cause (the part with the largest share in the direction of the change), part (its
        amount, currency).

    Notes
    -----
    The change of the product of three factors is split by logarithmic mean Divisia weights (Ang 2004, Energy
    Policy 32), which leave no rest: the part of factor f is L(v₁, v₀) · ln(f₁ / f₀), L the logarithmic mean. The
    relationship value is margin times a factor of staying; each one's part is its change times the mean of the
    other.
    """
    both = then.merge(now, on="customer_id", how="outer", suffixes=("_0", "_1"), indicator="days")
    before, after = (_total(both, side) for side in ("_0", "_1"))
    parts = pd.DataFrame(_transaction_parts(both) | _relationship_parts(both), index=both.index)
    parts = parts.where(both["days"] == "both", 0.0)
    parts["left"] = (-before).where(both["days"] == "left_only", 0.0)
    parts["joined"] = after.where(both["days"] == "right_only", 0.0)
    change = after - before
    toward = parts.mul(np.sign(change), axis=0)
    main = toward.idxmax(axis=1)
    amount = parts.to_numpy()[np.arange(len(parts)), parts.columns.get_indexer(main)]
    code = main + np.where(change >= 0, "+", "-")
    table = pd.DataFrame(
        {
            "customer_id": both["customer_id"],
            "before": before,
            "after": after,
            "change": change,
            "code": code,
            "cause": code.map(causes()),
            "part": amount,
        }
    )
    return table.sort_values("change", key=np.abs, ascending=False, kind="stable", ignore_index=True)


def _total(both: pd.DataFrame, side: str) -> pd.Series:
    columns = [f"{name}_value{side}" for name in ("transaction", "relationship")]
    return both[[name for name in columns if name in both]].fillna(0.0).sum(axis=1)


def _transaction_parts(both: pd.DataFrame) -> dict[str, pd.Series]:
    first, last = (both[f"transaction_value_{k}"].clip(lower=_LEAST) for k in (0, 1))
    ratio = np.log(last / first)
    mean = ((last - first) / ratio.where(ratio.abs() > 1e-9)).fillna(last)
    logs = {
        name: np.log(both[f"{name}_1"].clip(lower=_LEAST) / both[f"{name}_0"].clip(lower=_LEAST))
        for name in _FACTORS
    }
    return {name: mean * change for name, change in logs.items()}


def _relationship_parts(both: pd.DataFrame) -> dict[str, pd.Series]:
    if "relationship_value_0" not in both:
        return {}
    margin = [both[f"margin_{k}"].fillna(0.0) for k in (0, 1)]
    value = [both[f"relationship_value_{k}"].fillna(0.0) for k in (0, 1)]
    # Months of margin that the value is worth; without a margin there are none to compare.
    stay = [(value[k] / margin[k].where(margin[k] != 0)) for k in (0, 1)]
    stay = [stay[0].fillna(stay[1]).fillna(0.0), stay[1].fillna(stay[0]).fillna(0.0)]
    return {
        "margin": (margin[1] - margin[0]) * (stay[0] + stay[1]) / 2,
        "stay": (stay[1] - stay[0]) * (margin[0] + margin[1]) / 2,
    }


def since(
    evaluation: Evaluation,
    bought: valuation.Transactions,
    held: valuation.Relationship | None,
    earlier: View,
    log: logs.Log,
    ladder: Ladder,
    assumptions: relationship.Assumptions,
    months: int,
) -> pd.DataFrame:
    """`changes` since the day of `earlier`, with the models of the latest day on what was known then."""
    summary = logs.fetched(log, [earlier.as_of]).summary(0)
    rate = assumptions.discount_rate
    then = valuation.valued(evaluation, bought.spend, summary, months, rate)
    now = bought.customers
    if held is not None:
        margins = valuation.margins(earlier, ladder, assumptions)
        value = relationship.expected(margins, held.survival, months, assumptions)
        then = then.merge(
            margins.assign(relationship_value=value)[_RELATIONSHIP], on="customer_id", how="outer"
        )
        now = now.merge(held.customers[_RELATIONSHIP], on="customer_id", how="outer")
    return changes(then, now)


def by_cause(moved: pd.DataFrame) -> pd.DataFrame:
    """Customers and change of value by main cause, the largest change first.

    Parameters
    ----------
    moved : DataFrame
        As `changes` gives it.

    Returns
    -------
    DataFrame
        One row per cause that occurs: label, customers, change (sum, currency).
    """
    grouped = moved[moved["change"] != 0].rename(columns={"cause": "label"}).groupby("label")
    table = grouped.agg(customers=("customer_id", "size"), change=("change", "sum"))
    return table.sort_values("change", key=np.abs, ascending=False).reset_index()
