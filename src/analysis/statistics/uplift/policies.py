"""What a rule of treatment would bring, measured in a randomised trial that did not follow it."""

import numpy as np
import pandas as pd

from analysis.statistics.uplift.effects import LEVEL, Estimate, normal


def top(score, share: float) -> np.ndarray:
    """Whom a rule treats that takes the given share of the units with the highest score; equal ones in their order."""
    score = np.asarray(score, dtype=float)
    chosen = np.zeros(len(score), dtype=bool)
    chosen[np.argsort(-score, kind="stable")[: round(share * len(score))]] = True
    return chosen


def value(chosen, measured, worth, cost, level: float = LEVEL) -> Estimate:
    """Mean gain per unit over treating nobody.

    Parameters
    ----------
    chosen : array-like of bool
        Whom the rule treats, decided without the outcomes.
    measured : array-like of float
        Doubly robust score of each unit's effect on a 0/1 outcome, more being better (`scores.scores`).
    worth : float or array-like
        What the outcome is worth (currency).
    cost : float or array-like
        Of treating a unit (currency).

    Returns
    -------
    Estimate
        Currency per unit of the trial; nobody treated is 0 without error.

    Notes
    -----
    Doubly robust policy value (Dudík, Langford & Li 2011, ICML; Athey & Wager 2021, Econometrica 89).
    """
    gain = np.asarray(chosen, dtype=float) * (np.asarray(worth) * np.asarray(measured) - np.asarray(cost))
    return normal(gain.mean(), gain.std(ddof=1) / np.sqrt(len(gain)), level)


def compare(rules: dict[str, np.ndarray], measured, worth, cost, level: float = LEVEL) -> pd.DataFrame:
    """Every rule against treating nobody, and against the first rule.

    Parameters
    ----------
    rules : dict
        Name to whom the rule treats.

    Returns
    -------
    DataFrame
        One row per rule: rule, treated (units), value, low, high (currency per unit of the trial, over treating nobody),
        better, better_low, better_high (value less that of the first rule: the difference has its own interval, as
        the rules are measured on the same units).
    """
    rows, first = [], next(iter(rules.values()))
    for name, chosen in rules.items():
        one = value(chosen, measured, worth, cost, level)
        apart = value(np.asarray(chosen, float) - np.asarray(first, float), measured, worth, cost, level)
        rows.append(
            {
                "rule": name,
                "treated": int(np.sum(chosen)),
                "value": one.value,
                "low": one.low,
                "high": one.high,
            }
            | {"better": apart.value, "better_low": apart.low, "better_high": apart.high}
        )
    return pd.DataFrame(rows)
