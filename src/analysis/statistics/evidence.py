"""What the alarms of a rule are worth: precision and lift with intervals that count units, and a test against chance."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.special import gammainc
from scipy.stats import norm

from analysis.statistics.intervals import wilson


@dataclass(frozen=True, eq=False)
class Observed:
    """What was observed, aligned: a row is a unit at a time.

    Attributes
    ----------
    event : array of bool
        Whether the event followed.
    unit : array of int
        Position of the unit, from 0; a unit's rows are not independent.
    stratum : array of int
        Position of the time, from 0; rates are compared within it.
    """

    event: np.ndarray
    unit: np.ndarray
    stratum: np.ndarray

    def only(self, rows: np.ndarray) -> "Observed":
        """The rows selected."""
        return Observed(self.event[rows], self.unit[rows], self.stratum[rows])

    # Hundreds of rules are tried on the same rows: what does not depend on the rule is counted once.

    @cached_property
    def present(self) -> np.ndarray:
        """Rows of each stratum."""
        return np.bincount(self.stratum)

    @cached_property
    def events(self) -> np.ndarray:
        """Events of each stratum."""
        return np.bincount(self.stratum[self.event], minlength=len(self.present))

    @cached_property
    def base_influence(self) -> np.ndarray:
        """Influence of each unit on the logarithm of the share with the event."""
        events = self.event.sum()
        return np.bincount(self.unit, (self.event - self.event.mean()) / events) if events else np.zeros(1)


class Evidence(NamedTuple):
    """What a rule's alarms were worth: `evidence`.

    Attributes
    ----------
    alarms, units : int
        Rows on which the rule fired; units that these belong to.
    hits, hit_units : int
        Alarms that the event followed; units of these.
    expected : float
        Hits if the event were as frequent under the rule as among all rows of the same time.
    design : float
        Variance of the precision over that of as many independent alarms, at least 1.
    precision, low, high : float
        Hits / alarms with its 95 % interval.
    lift, lift_low, lift_high : float
        Hits / expected.
    p_value : float
        Chance of as many hits if the rule told nothing, one-sided.
    """

    alarms: int
    units: int
    hits: int
    hit_units: int
    expected: float
    design: float
    precision: float
    low: float
    high: float
    lift: float
    lift_low: float
    lift_high: float
    p_value: float


def evidence(fires: np.ndarray, seen: Observed, level: float = 0.95) -> Evidence:
    """What the alarms of a rule were worth.

    Parameters
    ----------
    fires : array of bool
        Whether the rule fires, one per row of `seen`.
    seen : Observed
    level : float
        Coverage of the intervals.

    Notes
    -----
    Precision: Wilson's interval with the effective number of alarms, alarms / design effect (Korn & Graubard
    1998, Survey Methodology 24), the design effect from the units' residuals. Lift: the ratio linearised
    by unit, on the scale of logarithms. p-value: hits against the stratified hypergeometric expectation and
    variance (Mantel & Haenszel 1959; over time this is the log-rank test), the variance times the design effect;
    its upper tail is that of a scaled Poisson with both moments, as rare events are skewed.
    """
    rows = np.flatnonzero(fires)
    unit, event = seen.unit[rows], seen.event[rows]
    alarms, hits = len(rows), int(event.sum())
    if not alarms:
        return Evidence(0, 0, 0, 0, 0.0, 1.0, *[np.nan] * 6, 1.0)
    design = _design(unit, event)
    expected, variance = _by_chance(seen.stratum[rows], seen)
    low, high = wilson(hits / design, alarms / design, level)
    return Evidence(
        alarms, len(np.unique(unit)), hits, len(np.unique(unit[event])), expected, design,
        hits / alarms, float(low), float(high), *_lift(unit, event, seen, expected, float(high), level),
        _tail(hits, expected, variance * design),
    )  # fmt: skip


def _design(unit: np.ndarray, event: np.ndarray) -> float:
    """Design effect of units that fire more than once."""
    share = event.mean()
    residual = np.bincount(np.unique(unit, return_inverse=True)[1], event - share)
    independent = len(event) * share * (1 - share)
    return max(float((residual**2).sum() / independent), 1.0) if independent > 0 else 1.0


def _by_chance(stratum: np.ndarray, seen: Observed) -> tuple[float, float]:
    """Mean and variance of the hits if the alarms of each time fell on anybody present."""
    known = seen.present > 0
    present, events = seen.present[known], seen.events[known]
    alarms = np.bincount(stratum, minlength=len(known))[known]
    mean = alarms * events / present
    variance = mean * (1 - events / present) * (present - alarms) / np.maximum(present - 1, 1)
    return float(mean.sum()), float(variance.sum())


def _tail(hits: int, mean: float, variance: float) -> float:
    if not (hits > 0 and mean > 0 and variance > 0):
        return 1.0
    scale = variance / mean
    # Hits come one by one; where the scale is below 1, the scaled Poisson's steps are smaller than that.
    return float(gammainc((hits - max(1 - scale, 0.0) / 2) / scale, mean / scale))


def _lift(unit, event, seen: Observed, expected: float, high: float, level: float):
    """Hits over expected hits, with its interval; without a hit its upper bound is that of the precision."""
    if not expected > 0:
        return np.nan, np.nan, np.nan
    hits = event.sum()
    lift = hits / expected
    if not hits:
        return 0.0, 0.0, high * len(event) / expected
    units, place = np.unique(unit, return_inverse=True)
    own = np.bincount(place, (event - event.mean()) / hits)
    base = seen.base_influence
    # (own − base)² over all units, of which only those with an alarm have an influence of their own
    squares = (base**2).sum() + (own * (own - 2 * base[units])).sum()
    step = np.exp(norm.ppf((1 + level) / 2) * np.sqrt(squares))
    return lift, lift / step, lift * step
