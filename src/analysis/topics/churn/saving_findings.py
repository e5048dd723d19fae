"""What is said about saving customers: which rule of contacting is best, and what the score may earn."""

import pandas as pd

from analysis.language import _, listed, money, number, percent, together
from analysis.topics.churn import saving
from analysis.topics.churn.persuasion import Evidence


def rule_names() -> dict[str, str]:
    """Names of the rules of `targeting.rules` in the language in use."""
    return {
        "all": _("Contact all"),
        "none": _("Contact nobody"),
        "churn score": _("Likeliest to leave first"),
        "predicted uplift": _("Likeliest to be kept first"),
        "profit": _("Expected profit, same uplift for all"),
        "profit, own uplift": _("Expected profit, own uplift"),
    }


def named(table: pd.DataFrame) -> pd.DataFrame:
    """`targeting.policy_values` with the rules' names for reading in place of their codes."""
    return table.assign(label=table["label"].map(rule_names()).astype("str"))


def of_rules(table: pd.DataFrame, currency: str = "") -> str:
    """The best rule of `targeting.policy_values`, and whether it is better than contacting all and nobody.

    Parameters
    ----------
    currency : str
        ISO code; empty if the values are customers kept.
    """
    if table.empty:
        return _("No experiment can tell which rule of contacting is best.")
    best = table.loc[table["value"].idxmax()]
    if best["label"] == "none":
        return _("In the last campaign no rule brought more than contacting nobody.")
    said = (lambda x: money(x, currency)) if currency else (lambda x: number(x, 1))
    words = (
        _("Best in the last campaign: {rule}, {value} (95% interval {low} to {high}) per 1,000 customers")
        if currency
        else _(
            "Best in the last campaign: {rule}, {value} customers kept (95% interval {low} to {high}) of 1,000"
        )
    )
    first = words.format(
        rule=rule_names()[best["label"]], **{name: said(best[name]) for name in ("value", "low", "high")}
    )
    shown = []
    if best["low"] > 0:
        shown.append(rule_names()["none"])
    if best["better_low"] > 0:
        shown.append(rule_names()["all"])
    if not shown:
        return first + _("; that it is better than contacting nobody or all is not shown.")
    said = first + _("; better, beyond chance, than: {rules}.").format(rules=listed(shown))
    if best["low"] > 0:
        return said
    return together(said, _("That it is better than contacting nobody is not shown."))


def of_maximum_profit(
    churned: pd.Series,
    probability,
    worth: pd.DataFrame | None,
    cost: float,
    found: Evidence | None,
    currency: str,
) -> str:
    """Expected maximum profit of the score on tested rows (`saving.maximum_profit`), in words.

    Parameters
    ----------
    churned : Series of 0 or 1
    probability : array of float
        In the same order.
    worth : DataFrame or None
        One row per customer: value (currency).
    """
    if worth is None or found is None or not found.pays_on_average:
        return _(
            "The expected maximum profit of the score is unknown without a value and a shown effect of contacts."
        )
    value = float(worth["value"].clip(lower=0).mean())
    best = saving.maximum_profit(pd.DataFrame({"probability": probability}), churned, value, cost, found)
    words = _(
        "Expected maximum profit of the score: {profit} a customer, if the {share} with the highest scores are contacted"
        " (customers worth {value} on average)."
    )
    return words.format(
        profit=money(best.value, currency, 2), share=percent(best.share), value=money(value, currency, 0)
    )


def figures(found: Evidence | None, profits: pd.DataFrame, chosen: pd.DataFrame, currency: str) -> list[dict]:
    """Key figures, each a set of arguments of `analysis.report.results.figure`; none that is unknown.

    The baseline of the expected profit is that of as many customers, the likeliest to leave first.
    """
    if found is None:
        return []
    made = [
        {
            "name": "contact_keeps",
            "value": found.reduction.value,
            "low": found.reduction.low,
            "high": found.reduction.high,
            "unit": "share",
            "baseline": 0.0,
            "n": int(found.campaigns["customers"].sum()),
            "label": _("Kept by a contact, of those who would leave"),
        }
    ]
    if profits["expected"].isna().all():
        return made
    naive = profits.sort_values(["probability", "customer_id"], ascending=[False, True]).head(len(chosen))
    made.append(
        {
            "name": "save_list_profit",
            "value": chosen["expected"].sum(),
            "low": chosen["low"].sum(),
            "high": chosen["high"].sum(),
            "unit": currency,
            "baseline": naive["expected"].sum(),
            "n": len(chosen),
            "label": _("Expected profit of the save list"),
        }
    )
    return made
