"""How much of the explained variance each of several correlated drivers accounts for."""

from math import comb

import numpy as np

MOST = 15  # drivers: the subsets of 15 are 32,768
_CELLS = 4_000_000  # numbers held at a time


def lmg(correlation: np.ndarray) -> np.ndarray:
    """Shapley values of R²: each driver's gain in R², averaged over all orders in which drivers can enter.

    Parameters
    ----------
    correlation : array, (…, drivers + 1, drivers + 1)
        Correlations of the drivers and, last, of the target; of one or many samples.

    Returns
    -------
    array, (…, drivers)
        They sum to R². Missing for a sample in which drivers are collinear.

    Raises
    ------
    ValueError
        If there are more than 15 drivers.

    Notes
    -----
    Lindeman, Merenda & Gold (1980); Shapley (1953). R² of all subsets comes from conditioning on one driver after the
    other (Schur complements), in about 6 × 2^drivers operations, instead of a regression per subset.
    """
    matrix = np.asarray(correlation, dtype=float)
    drivers = matrix.shape[-1] - 1
    if drivers > MOST:
        raise ValueError(
            f"{drivers} drivers have too many subsets; expected at most {MOST}: join or drop some"
        )
    flat = matrix.reshape(-1, drivers + 1, drivers + 1)
    size = max(_CELLS // 2 ** (drivers + 3), 1)
    parts = [_lmg(flat[start : start + size]) for start in range(0, len(flat), size)]
    return np.concatenate(parts).reshape(*matrix.shape[:-2], drivers)


def _lmg(matrix: np.ndarray) -> np.ndarray:
    drivers = matrix.shape[-1] - 1
    r2 = 1 - _unexplained(matrix)  # one per subset; the first driver is the subset's highest bit
    subset = np.arange(2**drivers)
    size = np.array([int(s).bit_count() for s in subset])
    weight = np.array([1 / (drivers * comb(drivers - 1, k)) for k in range(drivers)])
    out = np.empty((len(matrix), drivers))
    for driver in range(drivers):
        bit = 1 << (drivers - 1 - driver)
        without = subset[(subset & bit) == 0]
        out[:, driver] = (r2[:, without | bit] - r2[:, without]) @ weight[size[without]]
    return out


def _unexplained(matrix: np.ndarray) -> np.ndarray:
    """Variance of the target left by each subset of drivers."""
    state = matrix[
        :, None
    ]  # sample, subset of the drivers seen so far, what is still to come given that subset
    for _ in range(matrix.shape[-1] - 1):
        pivot, row = state[..., :1, :1], state[..., :1, 1:]
        rest = state[..., 1:, 1:]
        # A driver that follows from the others has nothing left of its own.
        pivot = np.where(pivot > 1e-10, pivot, np.nan)
        given = rest - np.swapaxes(row, -1, -2) * row / pivot
        state = np.stack([rest, given], axis=2).reshape(len(matrix), -1, *rest.shape[-2:])
    return state[..., 0, 0]


def relative_weights(correlation: np.ndarray) -> np.ndarray:
    """Johnson's relative weights: R² shared out through the orthogonal variables closest to the drivers.

    Parameters
    ----------
    correlation : array, (…, drivers + 1, drivers + 1)
        As in `lmg`.

    Returns
    -------
    array, (…, drivers)
        They sum to R². Missing for a sample in which drivers are collinear.

    Notes
    -----
    Johnson (2000), Multivariate Behavioral Research 35, equations 3 to 8.
    """
    matrix = np.asarray(correlation, dtype=float)
    among, target = matrix[..., :-1, :-1], matrix[..., :-1, -1]
    known = np.isfinite(matrix).all(axis=(-1, -2))
    values, vectors = np.linalg.eigh(np.where(known[..., None, None], among, np.eye(among.shape[-1])))
    values = np.where((values > 1e-10) & known[..., None], values, np.nan)
    root = (vectors * np.sqrt(values)[..., None, :]) @ np.swapaxes(vectors, -1, -2)
    inverse = (vectors / np.sqrt(values)[..., None, :]) @ np.swapaxes(vectors, -1, -2)
    beta = (inverse @ target[..., None])[..., 0]
    return (root**2 @ (beta**2)[..., None])[..., 0]


def variance_inflation(correlation: np.ndarray) -> np.ndarray:
    """Variance inflation factor of each driver, from the drivers' correlations; infinite if one follows from the others."""
    values, vectors = np.linalg.eigh(np.asarray(correlation, dtype=float))
    part = np.where(values > 1e-10, values, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(
            (vectors**2 > 1e-12) & (part == 0), np.inf, vectors**2 / np.where(part > 0, part, 1.0)
        )
    return share.sum(axis=1)
