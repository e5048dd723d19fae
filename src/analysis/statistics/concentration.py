"""How unevenly an amount is spread: Lorenz curve, Gini coefficient, share of the richest."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit, logit
from scipy.stats import norm


class Gini(NamedTuple):
    """Gini coefficient: 0 if all hold the same, towards 1 if one holds all; missing if nothing is held.

    Attributes
    ----------
    value, low, high : float
        The coefficient and its interval.
    n : int
        Number of values it rests on.
    """

    value: float
    low: float
    high: float
    n: int


def _ascending(values) -> np.ndarray:
    """Sorted known values.

    Raises
    ------
    ValueError
        If a value is negative: shares of a total need amounts of one sign.
    """
    known = np.asarray(values, dtype=float)
    known = np.sort(known[~np.isnan(known)])
    if known.size and known[0] < 0:
        raise ValueError(f"values reach down to {known[0]:g}; expected 0 or more: leave debts out")
    return known


def gini(values, level: float = 0.95) -> Gini:
    """Gini coefficient with a jackknife interval.

    Parameters
    ----------
    values : array-like of float
        One amount per holder, 0 or more; missing ones are left out.
    level : float
        Coverage of the interval.

    Returns
    -------
    Gini
        With fewer than 3 values, or all of them 0, value and interval are missing.

    Notes
    -----
    G = 2 Σ i·x₍ᵢ₎ / (n Σ x) − (n + 1) / n over the ascending x₍ᵢ₎, times n / (n − 1) against the bias of
    small n (Deltas 2003, Review of Economics and Statistics 85). The leave-one-out coefficients follow from
    partial sums in one pass (Karagiannis & Kovačević 2000, Oxford Bulletin of Economics and Statistics 62).
    The normal interval is taken on the log odds, so that it stays between 0 and 1. On very long tails it is
    too narrow, as few holders decide: docs/segmentation.md tells how often it held.
    """
    x = _ascending(values)
    n, total = x.size, x.sum()
    if n < 3 or total <= 0:
        return Gini(np.nan, np.nan, np.nan, n)
    rank = np.arange(1, n + 1)
    weighted = (rank * x).sum()
    value = _coefficient(weighted, total, n)
    # Without value k, the ranks above it fall by one.
    above = total - np.cumsum(x)
    rest = total - x
    with np.errstate(invalid="ignore", divide="ignore"):
        without = np.where(rest > 0, _coefficient(weighted - rank * x - above, rest, n - 1), value)
    error = np.sqrt((n - 1) / n * ((without - without.mean()) ** 2).sum())
    return Gini(value, *_within_bounds(value, error, level), n)


def _coefficient(weighted, total, n):
    return (2 * weighted / (n * total) - (n + 1) / n) * n / (n - 1)


def _within_bounds(value: float, error: float, level: float) -> tuple[float, float]:
    if error <= 1e-12 or not 1e-9 < value < 1 - 1e-9:
        return value, value
    step = norm.ppf((1 + level) / 2) * error / (value * (1 - value))
    return float(expit(logit(value) - step)), float(expit(logit(value) + step))


def lorenz(values, points: int = 200) -> pd.DataFrame:
    """Lorenz curve: what share of the total the poorest hold together.

    Parameters
    ----------
    values : array-like of float
        One amount per holder, 0 or more; missing ones are left out.
    points : int
        Rows at most; half of them spread over the richest tenth, where the curve bends.

    Returns
    -------
    DataFrame
        Rows ascending from (0, 0) to (1, 1): `holders`, cumulative share of holders, and `held`, their
        cumulative share of the total. Empty if there is nothing to share.
    """
    x = _ascending(values)
    if not x.size or x.sum() <= 0:
        return pd.DataFrame({"holders": [], "held": []}, dtype=float)
    held = np.concatenate([[0.0], np.cumsum(x) / x.sum()])
    at = np.union1d(np.linspace(0, 1, points // 2), np.linspace(0.9, 1, points - points // 2))
    index = np.unique(np.round(at * x.size).astype(int)) if x.size > points else np.arange(x.size + 1)
    return pd.DataFrame({"holders": index / x.size, "held": held[index]})


def top_share(values, share: float) -> float:
    """Part of the total that the richest `share` of the holders hold; missing if there is nothing to share.

    A holder who stands across the border counts in part (the Lorenz curve's straight line between holders).
    """
    x = _ascending(values)
    if not x.size or x.sum() <= 0:
        return np.nan
    held = np.concatenate([[0.0], np.cumsum(x) / x.sum()])
    return float(1 - np.interp((1 - share) * x.size, np.arange(x.size + 1), held))
