"""What to do now about customers at risk: whom to contact, for what profit, or what to try first."""

import pandas as pd

from analysis.language import _, money, ngettext, number, percent, together
from analysis.statistics.uplift.effects import units_needed
from analysis.topics.churn import saving
from analysis.topics.churn.persuasion import Evidence
from analysis.topics.churn.saving_findings import rule_names

_TRIAL = 22  # customers: fewer than 11 an arm could not be shown


def what_to_do(
    profits: pd.DataFrame,
    chosen: pd.DataFrame,
    found: Evidence | None,
    policies: pd.DataFrame,
    *,
    budget: float,
    cost: float,
    currency: str,
) -> str:
    """What to do now: whom to contact, what it brings, and how sure that is.

    Parameters
    ----------
    profits, chosen : DataFrame
        As `saving.profits` and `saving.save_list` give them.
    policies : DataFrame
        As `targeting.policy_values` gives it with values in currency, or without rows.
    budget, cost : float
        For all contacts, and of one (currency).
    currency : str
        ISO code.
    """
    can = saving.affordable(budget, cost, len(profits))
    if found is None or profits["at_stake"].isna().all():
        return together(_threshold(profits, can, cost, currency), _next_trial(found))
    if chosen.empty:
        return together(
            _("No contact has an expected profit at the uplift that is shown: contact nobody for now."),
            _next_trial(found),
        )
    beside = [*_beyond(profits, currency), *_measured(policies, found, currency)]
    if not found.pays_on_average:
        return together(_trial(len(chosen), cost, currency), *beside, _next_trial(found))
    words = ngettext(
        "Contact {n} customer for {spent}: expected profit {profit} (95% interval of the uplift: {low} to {high}).",
        "Contact {n} customers for {spent}: expected profit {profit} (95% interval of the uplift: {low} to {high}).",
        len(chosen),
    )
    sums = {name: money(chosen[name].sum(), currency) for name in ("low", "high")}
    first = words.format(
        n=number(len(chosen)),
        profit=money(chosen["expected"].sum(), currency),
        spent=money(len(chosen) * cost, currency),
        **sums,
    )
    if chosen["low"].sum() <= 0:
        first = together(first, _("That this pays is not shown."))
    return together(first, *beside)


def _trial(customers: int, cost: float, currency: str) -> str:
    """What to do where contacts may keep nobody."""
    if customers < _TRIAL:
        words = _(
            "It is not shown that contacting keeps anybody, and fewer than {least} customers are too few for a trial."
        )
        return words.format(least=number(_TRIAL))
    words = _(
        "It is not shown that contacting keeps anybody: contact a random half of the {n} customers of the list as a trial,"
        " for {spent}, and leave the other half."
    )
    return words.format(n=number(customers), spent=money(customers // 2 * cost, currency))


def expected_profit(chosen: pd.DataFrame, found: Evidence | None) -> float | None:
    """Expected profit of the customers to contact (currency); None where no profit is shown to be expected."""
    shown = found is not None and found.pays_on_average and len(chosen)
    return float(chosen["expected"].sum()) if shown else None


def _beyond(profits: pd.DataFrame, currency: str) -> list[str]:
    """Those of whom the experiments say nothing."""
    unknown = profits[profits["uplift"].isna()]
    if unknown.empty:
        return []
    words = ngettext(
        "{n} customer, with {stake} at stake, is wealthier than any in the experiments: left to the relationship manager.",
        "{n} customers, with {stake} at stake, are wealthier than any in the experiments: left to their relationship"
        " managers.",
        len(unknown),
    )
    return [words.format(n=number(len(unknown)), stake=money(unknown["at_stake"].sum(), currency))]


def _measured(policies: pd.DataFrame, found: Evidence, currency: str) -> list[str]:
    """What the rule in use brought in the last campaign."""
    row = policies[policies["label"] == ("profit, own uplift" if found.differs else "profit")]
    if row.empty:
        return []
    words = (
        _("In the last campaign this rule brought {value} per 1,000 customers ({low} to {high}).")
        if row["low"].iloc[0] > 0
        else _(
            "In the last campaign the rule used here, {rule}, is not shown to have paid: {value} per 1,000 customers ({low}"
            " to {high})."
        )
    )
    values = {name: money(row[name].iloc[0], currency) for name in ("value", "low", "high")}
    return [words.format(rule=rule_names()[row["label"].iloc[0]], **values)]


def _threshold(profits: pd.DataFrame, can: int, cost: float, currency: str) -> str:
    """What a contact must achieve, where the uplift or the value is unknown."""
    if can == 0:
        return _("The budget pays for no contact.")
    if profits["at_stake"].isna().all():
        top = profits.head(can)["probability"].mean()
        words = _(
            "What customers are worth is unknown: the {n} likeliest to leave do so with {share}; a contact that keeps all of"
            " them pays if a customer is worth {worth} or more, one that keeps a tenth if {more}."
        )
        worth = cost / top if top > 0 else float("nan")
        return words.format(
            n=number(can),
            share=percent(top),
            worth=money(worth, currency),
            more=money(10 * worth, currency),
        )
    stake = profits["at_stake"].nlargest(can).iloc[-1]
    if stake <= cost:
        pays = int((profits["at_stake"] > cost).sum())
        return _(
            "The effect of a contact is unknown. Even if it kept everybody it would pay for {n} customers only."
        ).format(n=number(pays))
    return _(
        "The effect of a contact is unknown. To pay for all {n} customers that the budget reaches, it must keep at least"
        " {share} of those who would leave."
    ).format(n=number(can), share=percent(cost / stake))


def _next_trial(found: Evidence | None) -> str:
    """How large an experiment would have to be."""
    if found is None:
        return _("Contact a random half of those at risk, leave the other half, and compare.")
    rate = found.campaigns["left_control"].iloc[-1]
    if not 0 < rate < 1:
        return ""
    return _(
        "A fall by a quarter would be shown by a campaign of {n} customers, half of them left uncontacted by lot."
    ).format(n=number(units_needed(rate, rate / 4), 0))
