"""Whose value changed most since an earlier day, and what changed it."""

import numpy as np
import pandas as pd

from analysis.bank.source import View
from analysis.language import _
from analysis.topics.lifetime_value import histories as hist
from analysis.topics.lifetime_value import purchases as logs
from analysis.topics.lifetime_value import relationship, valuation
from analysis.topics.lifetime_value.choice import Evaluation
from analysis.topics.segmentation.tiers import Ladder

_FACTORS = ("alive", "pace", "spend")  # transaction value is their product
_LEAST = 1e-12


def causes() -> dict[str, str]:
    """Causes in words, for a rise and for a fall of the value, in the language in use."""
    return {
        "alive+": _("Buys again"),
        "alive-": _("Silent for longer than usual"),
        "pace+": _("Buys more often"),
        "pace-": _("Buys less often"),
        "spend+": _("Larger purchases"),
        "spend-": _("Smaller purchases"),
        "balance_margin+": _("More margin on balances"),
        "balance_margin-": _("Less margin on balances"),
        "fees+": _("More fees"),
        "fees-": _("Fewer fees"),
        "cost_to_serve+": _("Cheaper to serve"),
        "cost_to_serve-": _("Dearer to serve"),
        "losses+": _("Loans less likely to be lost"),
        "losses-": _("Loans more likely to be lost"),
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
        relationship value, the columns of `valuation.margins` and relationship_value and annuity (what a margin of
        1 a month is worth).

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
    relationship value is margin before losses times annuity, less losses on loans; of the product each factor's part
    is its change times the mean of the other.
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

    def side(name: str) -> tuple[pd.Series, pd.Series]:
        return both[f"{name}_0"].fillna(0.0), both[f"{name}_1"].fillna(0.0)

    annuity, value = side("annuity"), side("relationship_value")
    mean = (annuity[0] + annuity[1]) / 2
    signs = {"balance_margin": 1, "fees": 1, "cost_to_serve": -1}
    earned = [sum(sign * side(name)[k] for name, sign in signs.items()) for k in (0, 1)]
    parts = {name: sign * (side(name)[1] - side(name)[0]) * mean for name, sign in signs.items()}
    lost = [value[k] - earned[k] * annuity[k] for k in (0, 1)]
    return parts | {
        "stay": (annuity[1] - annuity[0]) * (earned[0] + earned[1]) / 2,
        "losses": lost[1] - lost[0],
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
    summary = hist.fetched(log, [earlier.as_of]).summary(0)
    rate = assumptions.discount_rate
    known = evaluation.known_on(earlier.as_of)
    then = valuation.valued(evaluation, bought.spend, summary, months, rate, known)
    now = bought.customers
    if held is not None:
        table = valuation.margins(earlier, ladder, assumptions)
        then = then.merge(_priced(table, held, months, assumptions), on="customer_id", how="outer")
        now = now.merge(_priced(held.customers, held, months, assumptions), on="customer_id", how="outer")
    return changes(then, now)


def _priced(margins: pd.DataFrame, held: valuation.Relationship, months: int, assumptions) -> pd.DataFrame:
    """Margins with the value of the relationship and the annuity, by the survival of the latest day."""
    value = relationship.expected(margins, held.survival, months, assumptions)
    unit = margins.assign(margin=1.0, expected_loss=0.0)
    annuity = relationship.expected(unit, held.survival, months, assumptions)
    kept = margins[["customer_id", "balance_margin", "fees", "cost_to_serve"]]
    return kept.assign(relationship_value=value, annuity=annuity)


def by_cause(moved: pd.DataFrame) -> pd.DataFrame:
    """Customers and change of value by main cause, most customers first.

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
    # Not by the change: a withheld row on top would tell that few customers moved most.
    return table.sort_values("customers", ascending=False, kind="stable").reset_index()
