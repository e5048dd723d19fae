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
FINER = 2  # k-means centres per component of the first mixture …
FEWEST = 25  # … and rows per such centre, at least, if that leaves more centres than components

Moments = tuple[np.ndarray, np.ndarray, np.ndarray]  # rows, means, covariances: an entry per component


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
    k-means starts anew for each number. The mixture starts from k-means with `FINER` times as many centres as
    `most`, for few round ones may cut a tilted group in pieces that belong to its neighbours, and goes down:
    the two components whose union costs the least likelihood become one (Fraley 1998, SIAM Journal on
    Scientific Computing 20). From `most` on EM goes on after each, so that a small group found once is not
    lost for want of a lucky start. Of full scales, which follow long, tilted groups, and diagonal ones, which need
    fewer rows, the one with the lower BIC is kept (Fraley & Raftery 2002, JASA 97).
    """
    if method == "k-means":
        return [_spheres(matrix, _kmeans(matrix, k, seed)) for k in range(least, most + 1)]
    member = _start(matrix, most, seed)
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
        member = _united(member, *_cheapest(_moments(matrix, member)))


def _start(matrix: np.ndarray, most: int, seed: int) -> np.ndarray:
    """Memberships of `most` components: many k-means clusters, joined as a mixture of normal ones would be."""
    fine = max(most, min(FINER * most, len(matrix) // FEWEST))
    member = np.eye(fine)[_kmeans(matrix, fine, seed).labels_]
    moments = _moments(matrix, member)
    while member.shape[1] > most:
        left, right = _cheapest(moments)
        member = _united(member, left, right)
        joint = _pooled(moments, np.array([left]), np.array([right]))
        moments = tuple(np.delete(old, right, axis=0) for old in moments)
        for old, new in zip(moments, joint, strict=True):
            old[left] = new[0]
    return member


def _united(member: np.ndarray, left: int, right: int) -> np.ndarray:
    """Memberships with component `right` made part of `left`, which comes first."""
    joint = np.delete(member, right, axis=1)
    joint[:, left] += member[:, right]
    return joint


def _moments(matrix: np.ndarray, member: np.ndarray) -> Moments:
    """Rows, mean and covariance of each component, the last drawn to the sphere for want of rows."""
    rows = member.sum(axis=0) + 1e-9
    means = member.T @ matrix / rows[:, None]
    spreads = np.array([(matrix * weight[:, None]).T @ matrix for weight in member.T]) / rows[:, None, None]
    spreads -= means[:, :, None] * means[:, None, :]
    return rows, means, spreads + 0.05 * np.eye(matrix.shape[1])


def _pooled(moments: Moments, left: np.ndarray, right: np.ndarray) -> Moments:
    """Moments of the unions of pairs of components."""
    rows, means, spreads = moments
    n, m = rows[left], rows[right]
    part = (m / (n + m))[:, None]
    away = means[right] - means[left]
    within = (1 - part)[..., None] * spreads[left] + part[..., None] * spreads[right]
    between = (part * (1 - part))[..., None] * (away[:, :, None] * away[:, None, :])
    return n + m, means[left] + part * away, within + between


def _cheapest(moments: Moments) -> tuple[int, int]:
    """The two components whose union costs the least log likelihood, the smaller place first."""
    rows, _means, spreads = moments
    left, right = np.triu_indices(len(rows), 1)
    size, _mean, spread = _pooled(moments, left, right)
    single = rows * np.linalg.slogdet(spreads)[1]
    cost = size * np.linalg.slogdet(spread)[1] - single[left] - single[right]
    cheapest = int(cost.argmin())
    return int(left[cheapest]), int(right[cheapest])


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
