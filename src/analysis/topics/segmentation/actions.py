"""The decision: which customers to turn to now, chosen by the money that is at stake."""

import pandas as pd

from analysis.language import _, number
from analysis.topics.segmentation.engagement import Rule
from analysis.topics.segmentation.tiers import Ladder


def action(customers: pd.DataFrame, steps: Ladder, rule: Rule) -> tuple[str, pd.DataFrame]:
    """What to do, and for whom: of two actions above the lowest tier the one with more assets at stake.

    The two are to call dormant customers, and to give a relationship manager to those who have none (if the
    bank records managers). If neither finds anybody, the action is to write to all dormant customers. Who did
    not agree to be contacted is neither called nor written to.

    Parameters
    ----------
    customers : DataFrame
        One row per customer: customer_id, engagement, assets, marketing_consent, staff_id.
    steps : Ladder
    rule : Rule

    Returns
    -------
    tuple of str and DataFrame
        The action in words and its customers, most assets first; no rows if there is nothing to do.
    """
    dormant = customers[
        (customers["engagement"] == "dormant") & (customers["marketing_consent"].fillna(1) > 0)
    ]
    consent = _consent(customers)
    found = []
    if steps.thresholds:
        bound = steps.thresholds[0]
        call = _(
            "Have relationship managers call the customers with {bound} or more who have been dormant for"
            " over {days} days{consent}, those with most assets first."
        ).format(bound=steps.words(bound), days=number(rule.dormant_days), consent=consent)
        assign = _("Give a relationship manager to the customers with {bound} or more who have none.")
        alone = customers["staff_id"].isna() & customers["staff_id"].notna().any()
        alone &= customers["assets"] >= bound
        found.append((call, dormant[dormant["assets"] >= bound]))
        found.append((assign.format(bound=steps.words(bound)), customers[alone]))
    what, chosen = max(found, key=lambda one: one[1]["assets"].sum(), default=("", dormant.head(0)))
    if chosen.empty:
        what = _("Write to the customers who have been dormant for over {days} days{consent}.")
        what, chosen = what.format(days=number(rule.dormant_days), consent=consent), dormant
    if chosen.empty:
        what = _("No customer is dormant, and none of the upper tiers lacks a manager: nothing to decide.")
    return what, chosen.sort_values(["assets", "customer_id"], ascending=[False, True])


def _consent(customers: pd.DataFrame) -> str:
    if customers["marketing_consent"].notna().any():
        return _(" and who agreed to be contacted")
    return _(" (consent to be contacted is not on record)")


def decision(what: str, chosen: pd.DataFrame, steps: Ladder) -> dict:
    """Arguments of `analysis.report.results.decision` for an action and its customers."""
    made = {"who": _("Head of retail banking"), "what": what, "customers": len(chosen)}
    if chosen["assets"].notna().any():
        made |= {"money": float(chosen["assets"].sum()), "currency": steps.currency, "stake": _("assets")}
    return made
