"""Checks on whether the relationship value can bear the weight that is put on it, besides those of survival."""

import numpy as np

from analysis.language import _, money, number, percent
from analysis.topics.lifetime_value.relationship.evaluation import Evaluation, coverage
from analysis.topics.lifetime_value.relationship.paths import Changes

COVERED = (0.85, 0.95)  # of 90 % intervals

Check = tuple[str, bool, str]


def checks(absent: list[str], moves: Changes | None, result: Evaluation | None, currency: str) -> list[Check]:
    """All checks: arguments of `analysis.report.results.health`.

    Parameters
    ----------
    absent : list of str
        As `missing` gives it.
    moves : Changes or None
    result : Evaluation or None
        None if the data do not reach back far enough.
    currency : str
        ISO code.
    """
    return [_parts(absent), _paths(moves), *_out_of_time(result, currency)]


def _parts(absent: list[str]) -> Check:
    if absent:
        words = _("The margin lacks {parts}; they count as 0.")
        return "relationship_parts", False, words.format(parts=_("; ").join(absent))
    return "relationship_parts", True, _("All parts of the margin are known.")


def _paths(moves: Changes | None) -> Check:
    if moves is None:
        words = _(
            "The balances reach back too little to see how margins move: intervals hold only who leaves."
        )
        return "relationship_paths", False, words
    words = _("How far margins move is seen from {customers} customers over {months} months.")
    customers, months = moves.moved.shape
    return (
        "relationship_paths",
        True,
        words.format(customers=number(customers), months=number(months)),
    )


def _out_of_time(result: Evaluation | None, currency: str) -> list[Check]:
    if result is None or result.customers.empty:
        words = _("The data do not reach back far enough to check the relationship value out of time.")
        return [("relationship_total", False, words)]
    came = float(result.customers["realised"].sum())
    low, high = np.quantile(result.total, [0.05, 0.95])
    words = _("The {months} months up to the day brought {came}; predicted were {low} to {high} (90%).")
    said = words.format(
        months=number(result.months),
        came=money(came, currency),
        low=money(low, currency),
        high=money(high, currency),
    )
    held = coverage(result.customers)
    covered = _("90% intervals held for {share} of the customers; {low} to {high} is taken as right.").format(
        share=percent(held), low=percent(COVERED[0], 0), high=percent(COVERED[1], 0)
    )
    return [
        ("relationship_total", bool(low <= came <= high), said),
        ("relationship_coverage", COVERED[0] <= held <= COVERED[1], covered),
    ]
