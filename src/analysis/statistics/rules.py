"""Rules that foretell an event: what a rule's alarms are worth, and which few rules to keep of many."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import gammainc
from scipy.stats import norm

from analysis.statistics.intervals import wilson
from analysis.statistics.multiplicity import holm

ALPHA = 0.05
SAME = 0.5  # Jaccard index from which on two rules fire for the same people
OFTEN = 2  # rules that one kind of condition may take part in


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


def search(
    conditions: Mapping[str, np.ndarray], kind: Mapping[str, str], seen: Observed, least: int = 30
) -> pd.DataFrame:
    """Try every condition, and every pair of conditions of different kinds, as a rule.

    Parameters
    ----------
    conditions : mapping of str to array of bool
        Whether each condition holds, one per row of `seen`.
    kind : mapping of str to str
        Kind of each condition; thresholds of one measure are one kind.
    seen : Observed
    least : int
        Alarms that a rule must have to be tried at all: a number that does not depend on the outcome.

    Returns
    -------
    DataFrame
        One row per rule tried: rule (tuple of names of conditions), the fields of `Evidence`, p_adjusted (Holm 1979,
        over all rules tried, so that the chance to believe in one rule that tells nothing is 5 %), bound (lower bound
        of the precision that holds for all rules tried at once with 95 %: Bonferroni). The p-value of a pair
        is the largest of three: against all, and among those who meet the one and the other condition, so that
        nothing is gained by adding noise to a good rule (Berger 1982, Technometrics 24).
    """
    rows, singles = [], {}
    for name, fires in conditions.items():
        if fires.sum() >= least:
            singles[name] = evidence(fires, seen)
            rows.append(((name,), singles[name]))
    for one, other in combinations(singles, 2):
        fires = conditions[one] & conditions[other]
        if kind[one] == kind[other] or fires.sum() < least:
            continue
        found = evidence(fires, seen)
        # A pair that hits no more often than its parts needs no further look.
        better = found.precision > max(singles[one].precision, singles[other].precision)
        within = [_within(fires, conditions[part], seen) for part in (one, other)] if better else [1.0]
        rows.append(((one, other), found._replace(p_value=max(found.p_value, *within))))
    table = pd.DataFrame([found for _rule, found in rows], columns=list(Evidence._fields))
    table.insert(0, "rule", pd.Series([rule for rule, _found in rows], dtype=object))
    effective = (table[name] / table["design"] for name in ("hits", "alarms"))
    bound, _high = wilson(*effective, 1 - 2 * ALPHA / max(len(table), 1))
    return table.assign(p_adjusted=holm(table["p_value"]), bound=bound)


def _within(fires: np.ndarray, part: np.ndarray, seen: Observed) -> float:
    return evidence(fires[part], seen.only(part)).p_value


def cover(
    fires: Sequence[np.ndarray], kinds: Sequence[frozenset], seen: Observed, *, most: int, least_units: int
) -> tuple[list[int], dict[int, str]]:
    """Take rules in order of preference, each only if it says something that those taken did not say.

    Parameters
    ----------
    fires : sequence of array of bool
        Alarms of each rule, best first.
    kinds : sequence of frozenset
        Kinds of the conditions of each rule. Of rules of the same kinds only the first is taken, and no kind is in more
        than two: a list that turns one signal about is no list.
    seen : Observed
    most : int
        Rules taken at most.
    least_units : int
        Units with the event that a rule must find besides those found already.

    Returns
    -------
    list of int
        Positions of the rules taken.
    dict of int to str
        Why each other rule was not: "kind", "same" (its alarms overlap those of a rule taken by half: Jaccard),
        "covered" (beyond the alarms there are, it does not do better than chance), "enough".
    """
    taken: list[int] = []
    why: dict[int, str] = {}
    alarmed = np.zeros(len(seen.event), dtype=bool)
    for place, alarms in enumerate(fires):
        reason = "enough" if len(taken) == most else _redundant(place, taken, fires, kinds)
        reason = reason or ("" if _adds(alarms & ~alarmed, ~alarmed, seen, least_units) else "covered")
        if reason:
            why[place] = reason
        else:
            taken.append(place)
            alarmed |= alarms
    return taken, why


def _redundant(place: int, taken: list[int], fires, kinds) -> str:
    used = Counter(kind for other in taken for kind in kinds[other])
    if any(kinds[place] == kinds[other] for other in taken) or any(used[k] == OFTEN for k in kinds[place]):
        return "kind"
    for other in taken:
        both = (fires[place] & fires[other]).sum()
        if both > SAME * (fires[place] | fires[other]).sum():
            return "same"
    return ""


def _adds(fires: np.ndarray, rest: np.ndarray, seen: Observed, least_units: int) -> bool:
    """Whether the alarms hit more often than chance among the rows without an alarm so far."""
    if not fires.any():
        return False
    found = evidence(fires[rest], seen.only(rest))
    return found.hit_units >= least_units and found.p_value < ALPHA
