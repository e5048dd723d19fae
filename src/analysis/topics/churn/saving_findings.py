"""What is said about saving customers: which rule of contacting is best, and what to do now."""

import pandas as pd

from analysis.language import _, listed, money, ngettext, number, percent, together
from analysis.statistics.uplift.effects import units_needed
from analysis.topics.churn import saving
from analysis.topics.churn.persuasion import Evidence

_TRIAL = 22  # customers: fewer than 11 an arm could not be shown


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


def decision_words(
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


def decision_money(chosen: pd.DataFrame, found: Evidence | None) -> float | None:
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
