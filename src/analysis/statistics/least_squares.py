"""Weighted least squares with errors that count units, of which each may have several rows."""

import numpy as np
import pandas as pd


def clustered(x: np.ndarray, y: np.ndarray, weight: np.ndarray, unit) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and their covariance.

    Parameters
    ----------
    x : array, (rows, columns)
        With a column of ones if there is to be a constant.
    y, weight : array, (rows,)
    unit : array-like, (rows,)
        Rows of the same unit are not independent.

    Notes
    -----
    Liang & Zeger (1986), Biometrika 73, with the usual factor for few units; with one row per unit the errors of
    White (1980).
    """
    inverse = np.linalg.pinv((x * weight[:, None]).T @ x, hermitian=True)
    beta = inverse @ (x * weight[:, None]).T @ y
    score = x * (weight * (y - x @ beta))[:, None]
    by_unit = pd.DataFrame(score).groupby(np.asarray(unit)).sum().to_numpy()
    units = len(by_unit)
    factor = units / max(units - x.shape[1], 1)
    return beta, inverse @ (by_unit.T @ by_unit) @ inverse * factor
