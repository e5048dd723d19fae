"""Share of cases that end within their deadline, while some are open and their time still runs.

A case ends in one of two ways that exclude each other: in time, or its deadline passes. An open case whose deadline
lies ahead is censored; one whose deadline has passed is late, open or not.
"""

from typing import NamedTuple

import numpy as np

from analysis.statistics.intervals import wilson

UNDECIDED = (
    0.02  # share without an end after the longest time watched, from which on the answer is not known yet
)
PENDING, IN_TIME, LATE = 0, 1, 2
SHORTEST = 1 / 1440  # days: an answer within the minute


class InTime(NamedTuple):
    """Result of `in_time`.

    Attributes
    ----------
    share, low, high : float
        With all cases counted; missing where it is not known yet.
    decided : int
        Cases that ended in time or are late.
    hits : int
        Those in time.
    """

    share: float
    low: float
    high: float
    decided: int
    hits: int


def states(end, deadline, now) -> tuple[np.ndarray, np.ndarray]:
    """State of cases and the time at which it was reached.

    Parameters
    ----------
    end, deadline, now : array-like of float
        Days from the beginning of each case to its end (missing while open), its deadline (above 0) and the moment of
        looking.

    Returns
    -------
    tuple of ndarray
        `PENDING`, `IN_TIME` or `LATE`, and days until then.
    """
    t, limit, seen = (np.asarray(values, dtype=float) for values in (end, deadline, now))
    if (t < 0).any() or not (limit > 0).all():
        raise ValueError(
            f"{int((t < 0).sum())} cases ended before they began and {int((~(limit > 0)).sum())} have no deadline"
            " after it; leave the first out and give each a deadline"
        )
    done = t <= limit
    state = np.select([done, limit <= seen], [IN_TIME, LATE], PENDING)
    time = np.select([done, limit <= seen], [t, limit], seen)
    return state, np.maximum(time, SHORTEST)


def in_time(state, time, level: float = 0.95) -> InTime:
    """Share that ends in time.

    Parameters
    ----------
    state, time : array-like
        As `states` gives them.

    Notes
    -----
    One less the cumulative incidence of being late (Aalen & Johansen 1978, Scandinavian Journal of Statistics 5). The
    share among decided cases is too high: a quick case received last week counts already, a slow one not yet. The
    interval is Wilson's of as many cases as have the variance (Marubini & Valsecchi 1995, Analysing Survival Data from
    Clinical Trials, equation 10.12), of the decided ones where none or all are late. What no case was watched long
    enough to tell may be late: it lowers the lower bound; above 2 % the share is missing.
    """
    s, t = np.asarray(state, dtype=int), np.asarray(time, dtype=float)
    hits, decided = int((s == IN_TIME).sum()), int((s != PENDING).sum())
    if not decided:
        return InTime(np.nan, np.nan, np.nan, 0, 0)
    late, variance, undecided = _late(s, t)
    if undecided > UNDECIDED:
        return InTime(np.nan, np.nan, np.nan, decided, hits)
    effective = late * (1 - late) / variance if variance > 0 and 0 < late < 1 else float(decided)
    low, high = wilson((1 - late) * effective, effective, level)
    return InTime(1 - late, max(float(low) - undecided, 0.0), float(high), decided, hits)


def _late(s: np.ndarray, t: np.ndarray) -> tuple[float, float, float]:
    """Share late, its variance, and the share still pending after the longest time watched."""
    times, place = np.unique(t, return_inverse=True)
    at_risk = len(t) - np.searchsorted(np.sort(t), times, side="left")
    late, ended = (np.bincount(place, kind) for kind in (s == LATE, s != PENDING))
    pending = np.cumprod(1 - ended / at_risk)
    before = np.concatenate([[1.0], pending[:-1]])
    incidence = np.cumsum(before * late / at_risk)
    to_come = incidence[-1] - incidence
    left = at_risk - ended
    first = np.where(left > 0, to_come**2 * ended / (at_risk * np.maximum(left, 1)), 0.0)
    second = before**2 * late * (at_risk - late) / at_risk**3
    third = 2 * to_come * before * late / at_risk**2
    return float(min(incidence[-1], 1.0)), float((first + second - third).sum()), float(pending[-1])
