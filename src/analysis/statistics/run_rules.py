"""Rules that say when a control chart has left its level, and how often they cry wolf.

A chart is a sequence of scores: distances from the centre in standard deviations, standard normal and independent
as long as nothing has changed. Each rule is "k of the last m beyond h on the same side".
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from scipy.sparse import coo_matrix, identity
from scipy.sparse.linalg import spsolve
from scipy.stats import norm


class Rule(NamedTuple):
    """Fires on the last of `of` scores if `least` of them lie beyond `beyond` on its side."""

    least: int
    of: int
    beyond: float


# Western Electric (1956), Statistical Quality Control Handbook; Nelson (1984), J. of Quality Technology 16, has the
# same first, fifth and sixth tests, and nine in a row for the run.
WESTERN_ELECTRIC = {
    "beyond": Rule(1, 1, 3.0),
    "two_of_three": Rule(2, 3, 2.0),
    "four_of_five": Rule(4, 5, 1.0),
    "run": Rule(8, 8, 0.0),
}


def signals(scores, rules: Iterable[str] = tuple(WESTERN_ELECTRIC)) -> list[tuple[str, ...]]:
    """Which rules fire at each score.

    Parameters
    ----------
    scores : array-like of float
        In order of time; a missing one breaks every run.
    rules : iterable of str
        Keys of `WESTERN_ELECTRIC`.

    Returns
    -------
    list of tuple of str
        One per score.
    """
    chosen = _chosen(rules)
    z = np.asarray(scores, dtype=float)
    fired = np.zeros((len(z), len(chosen)), dtype=bool)
    for column, rule in enumerate(chosen.values()):
        for side in (1, -1):
            beyond = side * z > rule.beyond
            counted = np.convolve(beyond, np.ones(rule.of))[: len(z)]
            fired[:, column] |= beyond & (counted >= rule.least)
    return [tuple(name for name, hit in zip(chosen, row, strict=True) if hit) for row in fired]


def _chosen(rules: Iterable[str]) -> dict[str, Rule]:
    names = tuple(rules)
    if unknown := [name for name in names if name not in WESTERN_ELECTRIC]:
        raise ValueError(f"rule {unknown[0]!r} is unknown; expected some of {', '.join(WESTERN_ELECTRIC)}")
    if not names:
        raise ValueError(f"no rule is given; expected at least one of {', '.join(WESTERN_ELECTRIC)}")
    return {name: WESTERN_ELECTRIC[name] for name in names}


class RunLength(NamedTuple):
    """How long a chart runs until a rule fires.

    Attributes
    ----------
    average : float
        Periods until the first signal (ARL).
    within : ndarray
        Chance of a signal within 1, 2, … periods.
    """

    average: float
    within: np.ndarray


def run_length(
    rules: Iterable[str] = tuple(WESTERN_ELECTRIC), shift: float = 0.0, periods: int = 12
) -> RunLength:
    """Exact run length of a chart whose level moved by `shift` standard deviations; 0 is a false alarm.

    Notes
    -----
    A Markov chain over what the rules remember of the past (Champ & Woodall 1987, Technometrics 29): its states are
    found from the empty past on, its run length is (I − Q)⁻¹ 1. Exact for normal scores and a known level.
    """
    chosen = list(_chosen(rules).values())
    edges = sorted({rule.beyond for rule in chosen} | {0.0})
    probability = _zones(edges, shift)
    states, moves = _states(chosen, edges)
    size = len(states)
    rows, columns, weights = zip(*((a, b, probability[zone]) for a, zone, b in moves), strict=True)
    stay = coo_matrix((weights, (rows, columns)), shape=(size, size)).tocsr()
    average = float(np.atleast_1d(spsolve((identity(size) - stay).tocsc(), np.ones(size)))[0])
    alive, within = np.zeros(size), []
    alive[0] = 1.0
    for _period in range(periods):
        alive = stay.T @ alive
        within.append(1 - alive.sum())
    return RunLength(average, np.array(within))


def _zones(edges: Sequence[float], shift: float) -> dict[int, float]:
    """Probability of each zone: ±1 nearest to the centre, ±2 beyond the second edge, and so on."""
    upper = [*edges[1:], np.inf]
    found = {}
    for place, (low, high) in enumerate(zip(edges, upper, strict=True), start=1):
        found[place] = norm.cdf(high - shift) - norm.cdf(low - shift)
        found[-place] = norm.cdf(-low - shift) - norm.cdf(-high - shift)
    return found


def _states(rules: Sequence[Rule], edges: Sequence[float]) -> tuple[dict, list[tuple[int, int, int]]]:
    """States that do not signal, from the empty past on, and the moves between them: (state, zone, state)."""
    needs = [(rule.least, rule.of, edges.index(rule.beyond) + 1) for rule in rules]
    zones = [side * place for place in range(1, len(edges) + 1) for side in (1, -1)]
    start = tuple(() for _ in range(2 * len(needs)))
    states, todo, moves = {start: 0}, [start], []
    while todo:
        state = todo.pop()
        for zone in zones:
            following = _next(state, zone, needs)
            if following is None:
                continue
            if following not in states:
                states[following] = len(states)
                todo.append(following)
            moves.append((states[state], zone, states[following]))
    return states, moves


def _next(state: tuple, zone: int, needs) -> tuple | None:
    """State after one more score, or none if a rule fires; each rule and side keeps the ages of its hits."""
    following = []
    for place, (least, of, depth) in enumerate(needs):
        for turn, side in enumerate((1, -1)):
            hit = side * zone >= depth
            ages = tuple(age + 1 for age in state[2 * place + turn] if age + 1 < of)
            if hit and len(ages) + 1 >= least:
                return None
            ages = (0, *ages) if hit else ages
            # A hit matters only as long as enough others can still come before it is forgotten.
            kept = tuple(age for rank, age in enumerate(ages, start=1) if of - 1 - age >= least - rank)
            following.append(kept)
    return tuple(following)
