"""How many things do the items measure, and which item measures which? Exploratory factors from correlations."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.optimize import OptimizeResult, minimize
from scipy.stats import chi2

_LEAST = 0.005  # of an item's unique variance, as in R's factanal
_STEPS, _ENOUGH = 1_000, 1e-7  # of a rotation


def bartlett(correlation: np.ndarray, respondents: int) -> dict[str, float]:
    """Are the items correlated at all? statistic, freedom, p_value.

    Bartlett (1951), Biometrika 38.
    """
    items = len(correlation)
    statistic = -(respondents - 1 - (2 * items + 5) / 6) * np.linalg.slogdet(correlation)[1]
    freedom = items * (items - 1) / 2
    return {
        "statistic": float(statistic),
        "freedom": freedom,
        "p_value": float(chi2.sf(statistic, freedom)),
    }


def kmo(correlation: np.ndarray) -> float:
    """Kaiser-Meyer-Olkin measure: part of the correlations that is not between pairs alone; 0.8 and more is good.

    Kaiser & Rice (1974), Educational and Psychological Measurement 34.
    """
    inverse = np.linalg.inv(correlation)
    scale = np.sqrt(np.diag(inverse))
    partial = inverse / np.outer(scale, scale)
    off = ~np.eye(len(correlation), dtype=bool)
    shared = (correlation[off] ** 2).sum()
    return float(shared / (shared + (partial[off] ** 2).sum()))


def parallel(correlation: np.ndarray, respondents: int, draws: int = 200, seed: int = 0) -> pd.DataFrame:
    """Number of factors: as many as have a larger eigenvalue than 95 % of uncorrelated samples.

    Parameters
    ----------
    correlation : array, (items, items)
    respondents : int
        On whose scores it rests.

    Returns
    -------
    DataFrame
        One row per factor, largest first: factor (from 1), eigenvalue, noise (95 % quantile without correlation), kept
        (larger than noise, as are all before it).

    Notes
    -----
    Horn (1965), Psychometrika 30, with the quantile of Glorfeld (1995) instead of the mean. Factors that correlate
    strongly share one large eigenvalue: it then counts too few (Turner 1998).
    """
    rng = np.random.default_rng(seed)
    items = len(correlation)
    noise = np.empty((draws, items))
    for draw in range(draws):
        noise[draw] = np.linalg.eigvalsh(np.corrcoef(rng.normal(size=(respondents, items)), rowvar=False))
    values = np.linalg.eigvalsh(correlation)[::-1]
    limit = np.quantile(noise[:, ::-1], 0.95, axis=0)
    kept = np.cumprod(values > limit).astype(bool)
    return pd.DataFrame(
        {"factor": np.arange(1, items + 1), "eigenvalue": values, "noise": limit, "kept": kept}
    )


def maximum_likelihood(correlation: np.ndarray, factors: int) -> tuple[np.ndarray, np.ndarray]:
    """Unrotated loadings and unique variances of so many factors.

    Returns
    -------
    loadings : array, (items, factors)
    unique : array, (items,)

    Raises
    ------
    ValueError
        If so many factors are not identified by so many items.

    Notes
    -----
    Jöreskog (1967), Psychometrika 32: the likelihood is maximised over the unique variances, the loadings follow. With
    fewer factors than the items have it has several peaks; it is climbed from the usual start and from the neighbours
    of each item, and the highest peak is taken.
    """
    items = len(correlation)
    if factors < 1 or (items - factors) ** 2 < items + factors:
        raise ValueError(
            f"{factors} factors of {items} items cannot be identified; expected at least 1 and fewer factors"
        )
    common = (1 - factors / (2 * items)) / np.diag(np.linalg.inv(correlation))
    starts = [common, *(1 - correlation**2)]
    found = min((_climbed(start, correlation, factors) for start in starts), key=lambda end: end.fun)
    loadings = _loadings(found.x, correlation, factors)[0]
    return loadings * np.where(loadings.sum(axis=0) < 0, -1, 1), found.x


def _climbed(start: np.ndarray, correlation: np.ndarray, factors: int) -> OptimizeResult:
    return minimize(
        _misfit,
        np.clip(start, _LEAST, 1),
        args=(correlation, factors),
        jac=True,
        method="L-BFGS-B",
        bounds=[(_LEAST, 1)] * len(start),
        options={"maxiter": 1_000, "ftol": 1e-14, "gtol": 1e-9},
    )


def _loadings(unique: np.ndarray, correlation: np.ndarray, factors: int) -> tuple[np.ndarray, np.ndarray]:
    scale = np.sqrt(unique)
    values, vectors = np.linalg.eigh(correlation / np.outer(scale, scale))
    top = np.sqrt(np.maximum(values[::-1][:factors] - 1, 0))
    return scale[:, None] * vectors[:, ::-1][:, :factors] * top, values[::-1][factors:]


def _misfit(unique: np.ndarray, correlation: np.ndarray, factors: int) -> tuple[float, np.ndarray]:
    loadings, rest = _loadings(unique, correlation, factors)
    value = (rest - np.log(rest) - 1).sum()
    off = np.diag(loadings @ loadings.T) + unique - np.diag(correlation)
    return float(value), off / unique**2


def oblimin(loadings: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Loadings (pattern) and correlations of factors that may correlate: quartimin, the oblimin with parameter 0.

    Jennrich & Sampson (1966); by gradient projection, Jennrich (2002), Psychometrika 67.
    """

    def criterion(turned: np.ndarray) -> tuple[float, np.ndarray]:
        others = (turned**2).sum(axis=1, keepdims=True) - turned**2
        return (turned**2 * others).sum() / 4, turned * others

    def apply(turn: np.ndarray) -> np.ndarray:
        return loadings @ np.linalg.inv(turn).T

    def back(turn: np.ndarray, gradient: np.ndarray, turned: np.ndarray) -> np.ndarray:
        return -(turned.T @ gradient @ np.linalg.inv(turn)).T

    def step(turn: np.ndarray, gradient: np.ndarray) -> np.ndarray:
        return gradient - turn * (turn * gradient).sum(axis=0)

    def project(turn: np.ndarray) -> np.ndarray:
        return turn / np.linalg.norm(turn, axis=0)

    turned, turn = _turned(loadings, criterion, apply, back, step, project)
    return turned, turn.T @ turn


def _turned(
    loadings: np.ndarray, criterion: Callable, apply: Callable, back: Callable, step: Callable, project: Callable
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Gradient projection: the rotation that makes `criterion` least, and the loadings under it."""
    turn, size = np.eye(loadings.shape[1]), 1.0
    turned = apply(turn)
    value, slope = criterion(turned)
    for _ in range(_STEPS):
        direction = step(turn, back(turn, slope, turned))
        length = np.linalg.norm(direction)
        if length < _ENOUGH:
            break
        size *= 2
        for _half in range(20):
            trial = project(turn - size * direction)
            after = apply(trial)
            value_after, slope_after = criterion(after)
            if value_after < value - 0.5 * length**2 * size:
                break
            size /= 2
        turn, turned, value, slope = trial, after, value_after, slope_after
    return turned, turn
