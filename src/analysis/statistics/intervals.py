"""Intervals of shares and of group means."""

import numpy as np
from scipy.stats import norm


def wilson(successes, n, level: float = 0.95):
    """Wilson's score interval of a share.

    Parameters
    ----------
    successes, n : float or array-like
        Count of hits and of trials.
    level : float
        Coverage.

    Returns
    -------
    tuple
        Lower and upper bound, of the shape of the input; missing where n is 0.

    Notes
    -----
    Wilson (1927), Journal of the American Statistical Association 22; stays within 0 and 1 and holds its
    coverage for small n, which the normal interval does not (Brown, Cai & DasGupta 2001).
    """
    k, n = np.asarray(successes, dtype=float), np.asarray(n, dtype=float)
    n = np.where(n > 0, n, np.nan)
    z = norm.ppf((1 + level) / 2)
    p = k / n
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    low = np.where(k == 0, 0.0 * n, centre - half)
    high = np.where(k == n, 1.0, centre + half)
    return (low[()], high[()])


def lift(values, member, level: float = 0.95) -> tuple[float, float, float]:
    """Mean of a group over the mean of all, with an interval.

    Parameters
    ----------
    values : array-like of float
        One outcome per unit.
    member : array-like of bool
        Whether the unit belongs to the group.
    level : float
        Coverage.

    Returns
    -------
    tuple of float
        Lift, lower and upper bound; missing if the group is empty or the mean of all is not positive.

    Notes
    -----
    The error is that of a ratio of two means of the same sample, linearised (Särndal, Swensson & Wretman
    1992, Model Assisted Survey Sampling, section 5.5): the group's error and that of all move together.
    """
    y, g = np.asarray(values, dtype=float), np.asarray(member, dtype=bool)
    if not g.any() or y.mean() <= 0:
        return np.nan, np.nan, np.nan
    mean, inside = y.mean(), y[g].mean()
    ratio = inside / mean
    influence = g * (y - inside) / g.mean() / mean - ratio / mean * (y - mean)
    half = norm.ppf((1 + level) / 2) * influence.std() / np.sqrt(y.size)
    return ratio, max(ratio - half, 0.0), ratio + half
