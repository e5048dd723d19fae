"""What is said about the experiments: what a contact achieves, who responds, whether they can be trusted."""

import pandas as pd

from analysis.language import _, ngettext, number, percent, together
from analysis.topics.churn import experiments
from analysis.topics.churn.persuasion import LEVEL, Evidence

Check = tuple[str, bool, str]


def of_experiments(found: Evidence | None) -> str:
    """What the campaigns changed on average, and what they could not have shown."""
    if found is None:
        return _(
            "No randomised retention campaign is on record with enough customers and departures: what a contact achieves is"
            " unknown, and nothing is assumed instead. Leave a random part of the next campaign uncontacted to learn it."
        )
    verdict = _("That contacting keeps anybody is not shown.")
    if found.pays_on_average:
        verdict = _("The plan uses {used}: drawn towards 0 by as much as the estimate is unsure.").format(
            used=percent(found.used.value, 0)
        )
    if found.reduction.high < 0:
        verdict = _("That is beyond chance: contacts of this kind drive customers away.")
    return together(_reduced(found), verdict, _power(found.campaigns))


def _reduced(found: Evidence) -> str:
    """The average effect of a contact, whichever way it goes."""
    table, ends = found.campaigns, found.reduction[:3]
    words = _(
        "{campaigns} with {customers} customers: a contact kept {reduction} of those who would have left (95% interval"
        " {low} to {high})."
    )
    if found.reduction.value < 0:
        ends = (-found.reduction.value, -found.reduction.high, -found.reduction.low)
        words = _(
            "{campaigns} with {customers} customers: with a contact {reduction} more left than without (95% interval {low}"
            " to {high})."
        )
    count = ngettext("{n} randomised retention campaign", "{n} randomised retention campaigns", len(table))
    reduction, low, high = (percent(end, 0) for end in ends)
    return words.format(
        campaigns=count.format(n=number(len(table))), customers=number(table["customers"].sum()),
        reduction=reduction, low=low, high=high,
    )  # fmt: skip


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
            _("The interval of the effect is above 0.")
            if found.pays_on_average
            else _("The interval of the effect is not above 0: contacting is not shown to keep anybody."),
        ),
    ]
