"""Do the items follow the constructs they were written for? One correlated factor per construct, and how well it fits."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq, minimize
from scipy.stats import chi2, ncx2

from analysis.language import _, number


@dataclass(frozen=True)
class Fit:
    """A confirmatory factor model with one factor per construct.

    Attributes
    ----------
    loadings : array, (items,)
        Of each item on its own construct, in standard units.
    correlation : array, (constructs, constructs)
    chi_square, p_value : float
        Of exact fit, which large samples always reject.
    freedom : int
    rmsea, rmsea_low, rmsea_high : float
        Misfit per degree of freedom, with its 90 % interval.
    cfi : float
        Part of the misfit of uncorrelated items that the model takes away.
    srmr : float
        Typical error of a correlation.
    converged : bool
    """

    loadings: np.ndarray
    correlation: np.ndarray
    chi_square: float
    freedom: int
    p_value: float
    rmsea: float
    rmsea_low: float
    rmsea_high: float
    cfi: float
    srmr: float
    converged: bool


def fit(correlation: np.ndarray, member: np.ndarray, respondents: int) -> Fit:
    """Maximum-likelihood fit of one factor per construct; each item loads on its own, constructs correlate freely.

    Parameters
    ----------
    correlation : array, (items, items)
    member : array of bool, (items, constructs)
        As `path_model.Design.member`.
    respondents : int

    Raises
    ------
    ValueError
        If the model has no degree of freedom, so that nothing can be tested.

    Notes
    -----
    Jöreskog (1969), Psychometrika 34. RMSEA: Steiger & Lind (1980), interval of Browne & Cudeck (1993); CFI: Bentler (1990);
    limits of Hu & Bentler (1999): 0.06, 0.95, SRMR 0.08. Scores of 0 to 10 are neither continuous nor normal, which raises
    the chi-square somewhat.
    """
    items, constructs = member.shape
    freedom = items * (items + 1) // 2 - 2 * items - constructs * (constructs - 1) // 2
    if freedom < 1:
        raise ValueError(
            _(
                "{items} items of {constructs} constructs leave nothing to test; expected 4 items of one construct or 2"
                " constructs of 3"
            ).format(items=number(items), constructs=number(constructs))
        )
    start = np.concatenate(
        [
            np.full(items, 0.7),
            np.full(items, np.log(0.5)),
            _start(constructs)[np.tril_indices(constructs, -1)],
        ]
    )
    found = minimize(
        _misfit,
        start,
        args=(correlation, member),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 2_000, "maxfun": 4_000, "ftol": 1e-12, "gtol": 1e-6},
    )
    loadings, unique, root = _parts(found.x, member)
    implied = _implied(loadings, unique, root, member)
    statistic = max(respondents - 1, 1) * float(found.fun)
    alone = -max(respondents - 1, 1) * np.linalg.slogdet(correlation)[1]
    sign = np.where(loadings @ member < 0, -1.0, 1.0)
    return Fit(
        loadings * (sign @ member.T),
        root @ root.T * np.outer(sign, sign),
        statistic,
        freedom,
        float(chi2.sf(statistic, freedom)),
        *_rmsea(statistic, freedom, respondents),
        _cfi(statistic, freedom, alone, items * (items - 1) / 2),
        _srmr(correlation, implied),
        bool(found.success),
    )


def _start(constructs: int) -> np.ndarray:
    return np.linalg.cholesky(0.5 * np.eye(constructs) + 0.5)


def _parts(values: np.ndarray, member: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Loadings, unique variances and a root of the constructs' correlations (rows of length 1)."""
    items, constructs = member.shape
    raw = np.eye(constructs)
    raw[np.tril_indices(constructs, -1)] = values[2 * items :]
    root = raw / np.linalg.norm(raw, axis=1, keepdims=True)
    return values[:items], np.exp(values[items : 2 * items]), root


def _implied(loadings: np.ndarray, unique: np.ndarray, root: np.ndarray, member: np.ndarray) -> np.ndarray:
    spread = (loadings[:, None] * member) @ root
    return spread @ spread.T + np.diag(unique)


def _misfit(values: np.ndarray, correlation: np.ndarray, member: np.ndarray) -> tuple[float, np.ndarray]:
    items, constructs = member.shape
    loadings, unique, root = _parts(values, member)
    implied = _implied(loadings, unique, root, member)
    inverse = np.linalg.inv(implied)
    value = (
        np.linalg.slogdet(implied)[1]
        + (correlation * inverse).sum()
        - np.linalg.slogdet(correlation)[1]
        - items
    )
    slope = inverse - inverse @ correlation @ inverse
    matrix = loadings[:, None] * member
    of_loadings = 2 * ((slope @ matrix @ root @ root.T) * member).sum(axis=1)
    of_root = 2 * matrix.T @ slope @ matrix @ root
    # Rows of the root have length 1: what would change the length alone changes nothing.
    raw = np.eye(constructs)
    raw[np.tril_indices(constructs, -1)] = values[2 * items :]
    length = np.linalg.norm(raw, axis=1, keepdims=True)
    of_raw = (of_root - root * (root * of_root).sum(axis=1, keepdims=True)) / length
    gradient = [of_loadings, np.diag(slope) * unique, of_raw[np.tril_indices(constructs, -1)]]
    return float(value), np.concatenate(gradient)


def _rmsea(statistic: float, freedom: int, respondents: int) -> tuple[float, float, float]:
    def of(excess: float) -> float:
        return float(np.sqrt(max(excess, 0.0) / (freedom * max(respondents - 1, 1))))

    def bound(share: float) -> float:
        if chi2.cdf(statistic, freedom) < share:
            return 0.0
        most = max(statistic, freedom) * 2 + 100
        return float(brentq(lambda excess: ncx2.cdf(statistic, freedom, excess) - share, 1e-9, most))

    return of(statistic - freedom), of(bound(0.95)), of(bound(0.05))


def _cfi(statistic: float, freedom: int, alone: float, alone_freedom: float) -> float:
    worst = max(alone - alone_freedom, statistic - freedom, 0.0)
    return 1.0 if worst == 0 else float(1 - max(statistic - freedom, 0.0) / worst)


def _srmr(correlation: np.ndarray, implied: np.ndarray) -> float:
    lower = np.tril_indices(len(correlation))
    return float(np.sqrt(((correlation - implied)[lower] ** 2).mean()))
