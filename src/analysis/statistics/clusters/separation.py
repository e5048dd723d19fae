"""Is there a gap between two clusters, or were they cut out of one crowd?"""

from typing import NamedTuple

import numpy as np
from scipy.stats import norm

FILLED = 0.8  # a gap filled to this part or more of what one crowd would have there is none worth naming
PLACES = np.linspace(0.25, 0.75, 11)  # where on the line between two centres a gap is looked for
HALF = 0.125  # half a window, as a part of the distance between the centres


class Gap(NamedTuple):
    """The gap between two clusters.

    Attributes
    ----------
    filled : float
        Customers in the gap over those that a single crowd (log-concave density) would have there at least;
        1 or more means no gap, towards 0 an empty one.
    score : float
        Log of `filled` over `FILLED` in standard errors: the lower, the surer the gap.
    """

    filled: float
    score: float

    @property
    def p_value(self) -> float:
        """Chance of so few in the gap if it were filled to `FILLED` at least."""
        return float(norm.cdf(self.score))


def neighbours(centres: np.ndarray) -> list[tuple[int, int]]:
    """Pairs of clusters with no third centre in the ball that has theirs as poles (Gabriel & Sokal 1969)."""
    squares = ((centres[:, None] - centres[None]) ** 2).sum(axis=2)
    pairs = [(i, j) for i in range(len(centres)) for j in range(i + 1, len(centres))]
    detour = squares[:, None, :] + squares[None, :, :]
    for i in range(len(centres)):
        detour[i, :, i] = detour[:, i, i] = np.inf
    return [(i, j) for i, j in pairs if squares[i, j] <= detour[i, j].min()]


def gap(learn: np.ndarray, labels: np.ndarray, test: np.ndarray, pair: tuple[int, int]) -> Gap:
    """Gap between two clusters, its place sought in one half of the rows and its depth measured in the other.

    Parameters
    ----------
    learn, labels : ndarray
        Rows and their clusters: direction, width of the tube and the gap's place come from them.
    test : ndarray
        Other rows, of any cluster, that are counted.
    pair : tuple of int
        The two clusters.

    Notes
    -----
    Rows are counted along the line between the two centres, within a tube around it, both in the metric of
    the two clusters' mean covariance: the tube holds half of the two clusters' rows. If all rows come from
    one crowd with a log-concave density f (normal, uniform, exponential …, however correlated), then the
    density along the line inside the tube is log-concave too, for so are marginals over convex sets (Prékopa
    1973). So the window at t between windows at 0 and 1 holds at least ``f(0)^(1-t) f(1)^t``. The test is
    that of ``log n_t - (1-t) log n_0 - t log n_1 < log FILLED``, with Poisson variance. After Burman &
    Polonik (2009), Journal of Multivariate Analysis 100, who look for a dip along the line between two modes;
    log-concavity in its place of unimodality also finds a small group on the shoulder of a large one.
    """
    frame = _frame(learn[labels == pair[0]], learn[labels == pair[1]])
    place, near = frame(learn)
    width = max(np.median(near[np.isin(labels, pair)]), 1e-9)
    inside = np.sort(place[near <= width])
    t = min(PLACES, key=lambda t: _depth(inside, t)[0])
    place, near = frame(test)
    depth, error = _depth(np.sort(place[near <= width]), t)
    return Gap(float(np.exp(depth)), float((depth - np.log(FILLED)) / error))


def _frame(left: np.ndarray, right: np.ndarray):
    """Function that gives rows their place between two clusters (0 to 1) and distance from the line."""
    width = left.shape[1]
    shared = (_covariance(left) + _covariance(right)) / 2
    shared += 1e-3 * np.trace(shared) / width * np.eye(width)
    whiten = np.linalg.inv(np.linalg.cholesky(shared)).T
    start = left.mean(axis=0) @ whiten
    line = right.mean(axis=0) @ whiten - start
    length = max(line @ line, np.finfo(float).tiny)

    def locate(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        away = rows @ whiten - start
        place = away @ line / length
        return place, (away**2).sum(axis=1) - place**2 * length

    return locate


def _covariance(rows: np.ndarray) -> np.ndarray:
    return np.cov(rows, rowvar=False, bias=True).reshape(rows.shape[1], -1)


def _depth(ascending: np.ndarray, t: float) -> tuple[float, float]:
    """Log of the window at t over what log-concavity asks for, and its standard error."""
    windows = np.array([0.0, t, 1.0])
    counts = np.searchsorted(ascending, windows + HALF) - np.searchsorted(ascending, windows - HALF) + 0.5
    weights = np.array([t - 1, 1, -t])
    return float(weights @ np.log(counts)), float(np.sqrt(weights**2 @ (1 / counts)))


def weakest(
    learn: np.ndarray, labels: np.ndarray, test: np.ndarray, known: dict[tuple[int, int], Gap] | None = None
) -> tuple[Gap, tuple[int, int]]:
    """The least sure gap between neighbouring clusters, and the two clusters' labels.

    `known` holds gaps measured before, and is filled.
    """
    known = {} if known is None else known
    names = np.unique(labels)
    centres = np.array([learn[labels == name].mean(axis=0) for name in names])
    pairs = [(names[i], names[j]) for i, j in neighbours(centres)]
    for pair in pairs:
        if pair not in known:
            known[pair] = gap(learn, labels, test, pair)
    pair = max(pairs, key=lambda pair: known[pair].score)
    return known[pair], pair


def merge(groups: np.ndarray, learn: np.ndarray, components: np.ndarray, level: float) -> np.ndarray:
    """Join components of a mixture until there is a gap between all that remain.

    Parameters
    ----------
    groups : array of int
        Cluster of each component at the start.
    learn, components : ndarray
        Rows and the component of each.
    level : float
        Components are joined, the least separate first, while their gap's p-value is above this.

    Returns
    -------
    array of int
        Cluster of each component, numbered from 0.

    Notes
    -----
    Hennig (2010), Advances in Data Analysis and Classification 4: a group that is not normal takes several
    normal components, which are joined where the density between them shows no gap.
    """
    groups, known = groups.copy(), {}
    while len(np.unique(groups[components])) > 1:
        found, (left, right) = weakest(learn, groups[components], learn, known)
        if found.p_value <= level:
            break
        groups[groups == right] = left
        known = {pair: found for pair, found in known.items() if not {left, right} & set(pair)}
    return np.unique(groups, return_inverse=True)[1]
