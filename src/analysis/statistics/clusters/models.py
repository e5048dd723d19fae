"""Two ways to part customers into k groups behind one face: k-means and a mixture of t distributions."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import softmax, xlogy
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning

from analysis.statistics.clusters.mixture import Mixture, fit

METHODS = ("k-means", "mixture")
STARTS = 5  # of k-means; the best becomes the result and the mixture's start
CHUNK = 100_000  # rows assigned at a time


@dataclass(frozen=True)
class Partition:
    """A fitted way to part rows.

    Attributes
    ----------
    method : str
        One of `METHODS`.
    centres : ndarray
        One row per component, in the units of the matrix.
    groups : ndarray of int
        Cluster of each component, from 0: several components of a mixture may make up one cluster.
    form : str
        "equal" for k-means; "full" or "diag", the scales of the mixture.
    bic : float
        Bayesian information criterion on the rows it was fitted to; k-means as the mixture of equal spheres
        that it is the limit of.
    converged : bool
        Whether the fit came to rest.
    model : object
        What predicts: a `Mixture`, or the spheres' variance of a k-means.
    """

    method: str
    centres: np.ndarray
    groups: np.ndarray
    form: str
    bic: float
    converged: bool
    model: object

    @property
    def k(self) -> int:
        """Number of clusters."""
        return int(self.groups.max()) + 1

    def assign(self, matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Cluster of each row (from 0) and the probability that it belongs there, in bounded memory."""
        labels, strength = np.empty(len(matrix), dtype=np.int64), np.empty(len(matrix))
        for start in range(0, len(matrix), CHUNK):
            part = slice(start, start + CHUNK)
            member = self.probabilities(matrix[part])
            labels[part] = member.argmax(axis=1)
            strength[part] = member.max(axis=1)
        return labels, strength

    def components(self, matrix: np.ndarray) -> np.ndarray:
        """Likeliest component of each row."""
        return replace(self, groups=np.arange(len(self.centres))).assign(matrix)[0]

    def probabilities(self, matrix: np.ndarray) -> np.ndarray:
        """Probability of each cluster for each row."""
        if isinstance(self.model, Mixture):
            member = self.model.probabilities(matrix)
        else:
            member = softmax(-_squares(matrix, self.centres) / (2 * self.model), axis=1)
        return member @ np.eye(self.k)[self.groups]

    def icl(self, matrix: np.ndarray) -> float:
        """BIC plus twice the entropy of the clusters of the rows that it was fitted to.

        Notes
        -----
        Integrated completed likelihood of joined components (Baudry et al. 2010, Journal of Computational and
        Graphical Statistics 19, equation 8). The BIC of a k-means takes every row's cluster as known, and is
        one already.
        """
        if not isinstance(self.model, Mixture):
            return self.bic
        member = self.probabilities(matrix)
        return self.bic - 2 * float(xlogy(member, member).sum())

    def regrouped(self, groups: np.ndarray) -> "Partition":
        """The same components in other clusters, or the same clusters under other numbers."""
        return replace(self, groups=np.asarray(groups))


def path(
    method: str,
    matrix: np.ndarray,
    most: int,
    seed: int,
    least: int = 2,
    forms: tuple[str, ...] = ("full", "diag"),
) -> list[Partition]:
    """Partitions of `least` to `most` components, each component a cluster of its own.

    Notes
    -----
    k-means starts anew for each number. The mixture starts from k-means with `most` components and goes down:
    the two components whose union costs the least likelihood become one (Fraley 1998, SIAM Journal on
    Scientific Computing 20), and EM goes on from there, so that a small group found once is not lost for want
    of a lucky start. Of full scales, which follow long, tilted groups, and diagonal ones, which need
    fewer rows, the one with the lower BIC is kept (Fraley & Raftery 2002, JASA 97).
    """
    if method == "k-means":
        return [_spheres(matrix, _kmeans(matrix, k, seed)) for k in range(least, most + 1)]
    member = np.eye(most)[_kmeans(matrix, most, seed).labels_]
    paths = [list(_downwards(matrix, member, form, least)) for form in forms]
    return [min(same, key=lambda found: found.bic) for same in zip(*paths, strict=True)][::-1]


def _kmeans(matrix: np.ndarray, k: int, seed: int) -> KMeans:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # fewer different rows than k: an empty cluster
        return KMeans(k, n_init=STARTS, random_state=seed).fit(matrix)


def _downwards(matrix: np.ndarray, member: np.ndarray, form: str, least: int) -> Iterator[Partition]:
    """Mixtures of ever fewer components, from probabilities of membership."""
    while True:
        model = fit(matrix, member, form)
        each = np.arange(len(model.means))
        yield Partition("mixture", model.means, each, form, model.bic, model.converged, model)
        if member.shape[1] <= least:
            return
        member = model.probabilities(matrix)
        left, right = _cheapest(matrix, member)
        member[:, left] += member[:, right]
        member = np.delete(member, right, axis=1)


def _cheapest(matrix: np.ndarray, member: np.ndarray) -> tuple[int, int]:
    """The two components whose union costs the least log likelihood."""
    moments = [_moments(matrix, weight) for weight in member.T]
    costs = {(i, j): _union(moments[i], moments[j]) for j in range(len(moments)) for i in range(j)}
    return min(costs, key=costs.get)


def _moments(matrix: np.ndarray, weight: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """Number of rows, mean and covariance of a component, the last drawn to the sphere for want of rows."""
    rows = weight.sum() + 1e-9
    mean = weight @ matrix / rows
    spread = (matrix * weight[:, None]).T @ matrix / rows - np.outer(mean, mean)
    return rows, mean, spread + 0.05 * np.eye(len(mean))


def _union(one: tuple, other: tuple) -> float:
    (n, mean, spread), (m, mean2, spread2) = one, other
    away = (mean - mean2)[:, None]
    joint = (n * spread + m * spread2) / (n + m) + n * m / (n + m) ** 2 * (away @ away.T)
    parts = ((n + m, joint), (-n, spread), (-m, spread2))
    return float(sum(rows / 2 * np.linalg.slogdet(variance)[1] for rows, variance in parts))


def _squares(matrix: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Squared distance of each row to each centre, less the row's own square, which is common to all."""
    return (centres**2).sum(axis=1) - 2 * matrix @ centres.T


def _spheres(matrix: np.ndarray, model: KMeans) -> Partition:
    rows, width = matrix.shape
    k = len(model.cluster_centers_)
    variance = max(model.inertia_ / (rows * width), np.finfo(float).tiny)
    counts = np.bincount(model.labels_, minlength=k)
    entropy = xlogy(counts, counts / rows).sum()
    likelihood = entropy - 0.5 * rows * width * (np.log(2 * np.pi * variance) + 1)
    bic = -2 * likelihood + (k * width + k) * np.log(rows)
    rested = model.n_iter_ < model.max_iter
    return Partition("k-means", model.cluster_centers_, np.arange(k), "equal", float(bic), rested, variance)
