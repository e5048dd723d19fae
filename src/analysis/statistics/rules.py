"""Which few rules to keep of the many that might foretell an event."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import pandas as pd

from analysis.statistics.evidence import Evidence, Observed, evidence
from analysis.statistics.intervals import wilson
from analysis.statistics.multiplicity import holm

ALPHA = 0.05
SAME = 0.5  # Jaccard index from which on two rules fire for the same people
OFTEN = 2  # rules that one kind of condition may take part in


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
