"""What other assumptions would make of the total value."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pandas as pd

from analysis.language import _, ngettext, number, percent
from analysis.topics.lifetime_value import candidates as cand
from analysis.topics.lifetime_value import histories as hist
from analysis.topics.lifetime_value import purchases as logs
from analysis.topics.lifetime_value import relationship, worth
from analysis.topics.lifetime_value.choice import Evaluation
from analysis.topics.lifetime_value.valuation import Relationship, Transactions


def totals(
    evaluation: Evaluation,
    transaction: Transactions,
    holding: Relationship | None,
    months: int,
    assumptions: relationship.Assumptions,
    others: Sequence[tuple[str, logs.Log]] = (),
) -> pd.DataFrame:
    """The total value under other discount rates, horizons, departures and purchases that count.

    Parameters
    ----------
    others : sequence of (label, purchases.Log)
        Logs of other bookings; the chosen model is learnt again on each.

    Returns
    -------
    DataFrame
        One row per change: label, value (currency).
    """

    def bought(months: int, annual: float) -> float:
        args = (evaluation.latest, evaluation.chosen, evaluation.summary, months, annual, evaluation.known)
        _plain, present = worth.discounted(*args)
        return float((present * transaction.customers["spend"].to_numpy()).sum())

    def held(months: int, annual: float) -> float:
        if holding is None:
            return 0.0
        changed = replace(assumptions, discount_rate=annual)
        return float(relationship.expected(holding.customers, holding.survival, months, changed).sum())

    rate = assumptions.discount_rate
    bought_as_it_is, held_as_it_is = bought(months, rate), held(months, rate)
    rows = [
        (
            _("Discount rate {rate}").format(rate=percent(other, 0)),
            bought(months, other) + held(months, other),
        )
        for other in (0.0, 2 * rate)
        if other != rate
    ]
    rows += [
        (
            ngettext("Horizon of {months} month", "Horizon of {months} months", other).format(
                months=number(other)
            ),
            bought(other, rate) + held(other, rate),
        )
        for other in (max(months // 2, 1), 2 * months, 3 * months)
        if other != months
    ]
    rows += [(label, value + held_as_it_is) for label, value in _elsewhere(evaluation, others, months, rate)]
    if holding is not None and holding.customers["cost_to_serve"].any():
        table = holding.customers
        spared = table.assign(margin=table["margin"] + table["cost_to_serve"] / 2)
        value = relationship.expected(spared, holding.survival, months, assumptions).sum()
        rows.append((_("Half the cost of serving"), bought_as_it_is + float(value)))
    if holding is not None and holding.survival.known:
        nobody_leaves = replace(holding.survival, hazard=None)
        value = relationship.expected(holding.customers, nobody_leaves, months, assumptions).sum()
        rows.append((_("Nobody leaves the bank"), bought_as_it_is + float(value)))
    return pd.DataFrame(rows, columns=["label", "value"])


def _elsewhere(evaluation: Evaluation, others, months: int, rate: float) -> Iterator[tuple[str, float]]:
    """Value of the purchases of other logs, by the chosen model learnt again, or the own rate if it is not fit."""
    for label, log in others:
        summary = hist.fetched(log, [evaluation.windows.now]).summary(0)
        learnt = cand.learn(summary, None)
        name = cand.NAIVE if evaluation.chosen in learnt.unfit else evaluation.chosen
        _plain, present = worth.discounted(learnt, name, summary, months, rate)
        yield label, float((present * worth.spend(summary).expected(summary)).sum())
