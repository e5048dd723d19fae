"""What is said about saving customers: the experiments, who responds, which rule is best, what to do now."""

import pandas as pd

from analysis.language import _, listed, money, ngettext, number, percent, together
from analysis.statistics.uplift.effects import units_needed
from analysis.topics.churn import experiments, saving
from analysis.topics.churn.persuasion import LEVEL, Evidence

Check = tuple[str, bool, str]


def rule_names() -> dict[str, str]:
    """Names of the rules of `persuasion.rules` in the language in use."""
    return {
        "all": _("Contact all"),
        "none": _("Contact nobody"),
        "churn score": _("Likeliest to leave first"),
        "predicted uplift": _("Likeliest to be kept first"),
        "profit": _("Expected profit, same uplift for all"),
        "profit, own uplift": _("Expected profit, own uplift"),
    }


def named(table: pd.DataFrame) -> pd.DataFrame:
    """`persuasion.policy_values` with the rules' names for reading in place of their codes."""
    return table.assign(label=table["label"].map(rule_names()).astype("str"))


def of_experiments(found: Evidence | None) -> str:
    """What the campaigns changed on average, and what they could not have shown."""
    if found is None:
        return _(
            "No randomised retention campaign is on record with enough customers and departures: what a contact achieves is"
            " unknown, and nothing is assumed instead. Leave a random part of the next campaign uncontacted to learn it."
        )
    table = found.campaigns
    count = ngettext("{n} randomised retention campaign", "{n} randomised retention campaigns", len(table))
    first = _(
        "{campaigns} with {customers} customers: a contact kept {reduction} of those who would have left (95% interval"
        " {low}–{high})."
    ).format(
        campaigns=count.format(n=number(len(table))),
        customers=number(table["customers"].sum()),
        reduction=percent(found.reduction.value, 0),
        low=percent(found.reduction.low, 0),
        high=percent(found.reduction.high, 0),
    )
    verdict = (
        _("The plan uses {used}: drawn towards 0 by as much as the estimate is unsure.").format(
            used=percent(found.used.value, 0)
        )
        if found.pays_on_average
        else _("That includes no effect at all: contacting is not shown to pay.")
    )
    return together(first, verdict, _power(table))


def _power(table: pd.DataFrame) -> str:
    """The smallest effect that the largest campaign could have shown."""
    best = table.loc[table["detectable"].fillna(1).idxmin()]
    if pd.isna(best["detectable"]):
        return _("No campaign was large enough to show even that everybody is kept.")
    words = _(
        "With {left} leaving in the control arm, the largest campaign would have shown a fall by {fall} points or more; a"
        " smaller one it would mostly have missed."
    )
    return words.format(left=percent(best["left_control"]), fall=number(100 * best["detectable"], 1))


def of_differences(found: Evidence | None) -> str:
    """Whether it is shown that some customers respond more than others."""
    if found is None:
        return _("Without an experiment nothing can be said about who responds to a contact.")
    where = (
        _("learnt on the earlier campaigns and tested on the last")
        if found.out_of_time
        else _("tested on other customers of the only campaign")
    )
    about = {"where": where, "p": number(found.beyond_risk.p_value, 2)}
    if found.differs:
        words = _(
            "Customers of equal risk respond differently (p = {p}; {where}): each gets an uplift of their own."
        )
    elif found.any_difference.p_value < LEVEL:
        words = _(
            "A contact keeps more customers where more would leave, but beyond the risk no difference is shown (p = {p};"
            " {where}): all get the same relative uplift."
        )
    else:
        words = _(
            "That some customers respond more than others is not shown (p = {p}; {where}): all get the same relative uplift."
        )
    return words.format(**about)


def of_rules(table: pd.DataFrame, currency: str = "") -> str:
    """The best rule of `persuasion.policy_values`, and whether it is better than contacting all and nobody.

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
    return first + _("; better, beyond chance, than: {rules}.").format(rules=listed(shown))


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
        As `persuasion.policy_values` gives it with values in currency, or without rows.
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
    said = [first, *_beyond(profits, currency), *_measured(policies, found, currency)]
    if not found.pays_on_average:
        said.append(_("It is not shown that contacting keeps anybody: leave a random half uncontacted."))
    return together(*said)


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
            "In the last campaign this rule's profit is not shown: {value} per 1,000 customers ({low} to {high}), as few"
            " customers leave and few of them hold most of the money."
        )
    )
    return [words.format(**{name: money(row[name].iloc[0], currency) for name in ("value", "low", "high")})]


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


def checks(found: Evidence | None) -> list[Check]:
    """Whether the experiments can bear what rests on them: arguments of `analysis.report.results.health`."""
    if found is None:
        return [("experiment", False, of_experiments(None))]
    doubts = experiments.doubts(found.campaigns)
    alike = pd.isna(found.p_same) or found.p_same >= LEVEL
    size = number(found.campaigns["customers"].sum())
    return [
        (
            "randomisation",
            not doubts,
            together(*doubts)
            if doubts
            else _("The arms of the {n} customers in experiments were alike.").format(n=size),
        ),
        (
            "same_effect",
            alike,
            _("The campaigns agree on what a contact achieves.")
            if alike
            else _(
                "The campaigns differ in what a contact achieves (p = {p}): an average of them is no forecast."
            ).format(p=number(found.p_same, 3)),
        ),
        (
            "effect_shown",
            found.pays_on_average,
            _("The interval of the effect leaves out 0.")
            if found.pays_on_average
            else _("The interval of the effect includes 0: contacting is not shown to pay."),
        ),
    ]
