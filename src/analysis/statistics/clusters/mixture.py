"""Mixture of t distributions: groups whose tails may be heavier than the normal's, fitted by EM."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import digamma, gammaln, logsumexp

RIDGE = 1e-2  # variance added to every feature (features have variance 1): no component can collapse
HEAVIEST, START, LIGHTEST = 3.0, 10.0, 200.0  # degrees of freedom; the last is as good as normal
TOLERANCE, MOST = 1e-3, 200  # gain in mean log likelihood below which EM ends, and most steps


@dataclass(frozen=True)
class Mixture:
    """A mixture of t distributions with common degrees of freedom.

    Attributes
    ----------
    weights : ndarray
        Share of each component.
    means : ndarray
        One row per component.
    roots : ndarray
        Per component a matrix R with R Rᵀ the inverse of its scale.
    freedom : float
        Degrees of freedom, common to all components: the fewer, the heavier the tails.
    bic : float
        Bayesian information criterion on the rows it was fitted to.
    converged : bool
        Whether EM came to rest.
    """

    weights: np.ndarray
    means: np.ndarray
    roots: np.ndarray
    freedom: float
    bic: float = np.nan
    converged: bool = False

    def densities(self, matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Log of share times density, and squared distance from the mean, per row and component."""
        pairs = zip(self.means, self.roots, strict=True)
        squares = np.stack([_squared((matrix - mean) @ root) for mean, root in pairs], axis=1)
        width, free = matrix.shape[1], self.freedom
        scale = np.linalg.slogdet(self.roots)[1] + np.log(self.weights)
        constant = gammaln((free + width) / 2) - gammaln(free / 2) - width / 2 * np.log(free * np.pi)
        return constant + scale - (free + width) / 2 * np.log1p(squares / free), squares

    def probabilities(self, matrix: np.ndarray) -> np.ndarray:
        """Probability of each component for each row."""
        logs, _ = self.densities(matrix)
        return np.exp(logs - logsumexp(logs, axis=1, keepdims=True))


def fit(matrix: np.ndarray, member: np.ndarray, form: str) -> Mixture:
    """Fit by EM, started from probabilities of membership.

    Parameters
    ----------
    matrix : ndarray
        Rows with features of variance 1.
    member : ndarray
        Probability of each component for each row.
    form : str
        "full" or "diag": whether features may be correlated within a component.

    Notes
    -----
    Peel & McLachlan (2000), Statistics and Computing 10, section 4, with common degrees of freedom.
    A mixture of normal distributions gives the tails of all groups to one wide component that lies over them
    all, so that the rows at the edge of every group become one group's; a t distribution keeps its own.
    """
    found = _maximised(matrix, member, np.ones_like(member), START, form)
    last = -np.inf
    for _step in range(MOST):
        logs, squares = found.densities(matrix)
        total = logsumexp(logs, axis=1, keepdims=True)
        gain, last = total.mean() - last, total.mean()
        if gain < TOLERANCE:
            break
        member = np.exp(logs - total)
        pull = (found.freedom + matrix.shape[1]) / (found.freedom + squares)
        freedom = _freedom(member, pull, matrix.shape[1], found.freedom)
        found = _maximised(matrix, member, pull, freedom, form)
    rows, width = matrix.shape
    spread = width * (width + 1) / 2 if form == "full" else width
    parameters = len(found.weights) * (1 + width + spread)  # the last share follows; the freedom does not
    bic = parameters * np.log(rows) - 2 * rows * last
    return Mixture(found.weights, found.means, found.roots, found.freedom, float(bic), bool(gain < TOLERANCE))


def _squared(rows: np.ndarray) -> np.ndarray:
    """Squared length of each row."""
    return np.einsum("ij,ij->i", rows, rows)


def _maximised(
    matrix: np.ndarray, member: np.ndarray, pull: np.ndarray, freedom: float, form: str
) -> Mixture:
    """Shares, means and scales of given memberships; far rows pull less."""
    width = matrix.shape[1]
    sizes = member.sum(axis=0) + 1e-9
    drawn = member * pull
    means = drawn.T @ matrix / (drawn.sum(axis=0) + 1e-9)[:, None]
    roots = np.empty((len(sizes), width, width))
    for j, (size, mean) in enumerate(zip(sizes, means, strict=True)):
        away = matrix - mean
        if form == "full":
            scale = (away * drawn[:, [j]]).T @ away / size + RIDGE * np.eye(width)
            roots[j] = np.linalg.inv(np.linalg.cholesky(scale)).T
        else:
            roots[j] = np.diag((drawn[:, j] @ away**2 / size + RIDGE) ** -0.5)
    return Mixture((sizes + 1) / (sizes + 1).sum(), means, roots, freedom)


def _freedom(member: np.ndarray, pull: np.ndarray, width: int, old: float) -> float:
    """Degrees of freedom that maximise the expected likelihood."""
    mean = (member * (np.log(pull) - pull)).sum() / len(member)
    mean += 1 + digamma((old + width) / 2) - np.log((old + width) / 2)

    def slope(free: float) -> float:
        return np.log(free / 2) - digamma(free / 2) + mean

    if slope(HEAVIEST) <= 0:
        return HEAVIEST
    return LIGHTEST if slope(LIGHTEST) >= 0 else float(brentq(slope, HEAVIEST, LIGHTEST, xtol=1e-2))
