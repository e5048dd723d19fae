"""Many groups compared: estimates shrunk towards their mean, whether they differ at all, and how sure their ranks are.

Of many noisy estimates the extreme ones are mostly the noisiest. Each is moved towards the mean by as much as its own error
asks for, and ranks are given only if there is something to rank.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.stats import chi2, norm

FEWEST = 5  # groups that tell enough of the spread between groups to shrink by it
ALPHA = 0.05
DRAWS = 4_000
BLANK = ("shrunk", "low", "high", "kept", "rank", "rank_low", "rank_high", "p_top", "p_bottom")


@dataclass(frozen=True)
class Shrunk:
    """What `shrink` found.

    Attributes
    ----------
    table : DataFrame
        One row per group, in the order and with the index given: estimate, error; shrunk, low, high (Morris's interval);
        kept (share of the distance from the mean that is kept); rank (expected one, 1 is the highest), rank_low, rank_high
        (interval), p_top and p_bottom (chance of being in the highest and lowest quarter). Blank where estimate or error
        is missing; ranks and chances are blank too unless `differs`. With fewer than 5 groups all of the distance is kept.
    mean : float
        Of the groups, weighted by what is known of each.
    spread, spread_low, spread_high : float
        Standard deviation of the true values between groups, and its interval.
    statistic, p_value : float
        Cochran's Q, and the chance of as much if all groups were alike.
    groups : int
        With an estimate.
    differs : bool
        Whether the groups differ beyond chance (p < 0.05): otherwise there is nothing to rank.
    """

    table: pd.DataFrame
    mean: float
    spread: float
    spread_low: float
    spread_high: float
    statistic: float
    p_value: float
    groups: int
    differs: bool


def shrink(estimate: pd.Series, error: pd.Series, *, level: float = 0.95, seed: int = 0) -> Shrunk:
    """Shrink estimates of groups towards their mean and rank them with the uncertainty of the ranks.

    Parameters
    ----------
    estimate, error : Series
        One value per group, same index: estimate, and its standard error (above 0). Missing ones stay missing. Errors
        estimated from a handful of observations each are noise themselves: pool the variance within groups first.
    level : float
        Coverage of the intervals.
    seed : int
        Of the draws of ranks.

    Raises
    ------
    ValueError
        If an error is 0 or less; the group is named.

    Notes
    -----
    Variance between groups: Paule & Mandel (1982), Journal of Research of the NBS 87, which needs no normal distribution
    (DerSimonian & Kacker 2007); its interval and Cochran's test invert the same Q (Viechtbauer 2007, Statistics in Medicine
    26). Shrinkage and interval: Morris (1983), Journal of the American Statistical Association 78, section 5: the factor
    is (k − 3)/(k − 1) V/(V + A), and the interval counts that A is estimated. Ranks: draws from these intervals (Laird &
    Louis 1989, Journal of Educational Statistics 14). Fewer than 5 groups tell too little of one another: they are tested
    and ranked as they are.
    """
    table = pd.DataFrame({"estimate": estimate.astype(float), "error": error.astype(float)})
    known = table.notna().all(axis=1)
    if (bad := table.index[known & (table["error"] <= 0)]).size:
        raise ValueError(
            f"the standard error of {bad[0]!r} is {table.loc[bad[0], 'error']}; expected more than 0: pool the variance"
            " within groups if a group has no spread of its own"
        )
    table = table.reindex(columns=[*table.columns, *BLANK])
    y, variance = (table.loc[known, name].to_numpy() for name in ("estimate", "error"))
    variance, k = variance**2, int(known.sum())
    if k < 2:
        mean = float(y[0]) if k else np.nan
        return Shrunk(table, mean, np.nan, np.nan, np.nan, np.nan, np.nan, k, False)
    between = _between(y, variance, k - 1)
    tail = (1 - level) / 2
    bounds = [np.sqrt(_between(y, variance, chi2.ppf(q, k - 1))) for q in (1 - tail, tail)]
    q = _dispersion(0.0, y, variance)
    p_value = float(chi2.sf(q, k - 1))
    if k < FEWEST:
        mean, shrunk, deviation, kept = np.average(y, weights=1 / variance), y, np.sqrt(variance), np.ones(k)
    else:
        mean, shrunk, deviation, kept = _morris(y, variance, between)
    half = norm.ppf(1 - tail) * deviation
    table.loc[known, ["shrunk", "low", "high", "kept"]] = np.column_stack(
        [shrunk, shrunk - half, shrunk + half, kept]
    )
    if p_value < ALPHA:
        table.loc[known, list(BLANK[4:])] = _ranks(shrunk, deviation, tail, seed)
    return Shrunk(table, float(mean), float(np.sqrt(between)), *bounds, float(q), p_value, k, p_value < ALPHA)


def _dispersion(between: float, y: np.ndarray, variance: np.ndarray) -> float:
    weight = 1 / (variance + between)
    return float((weight * (y - np.average(y, weights=weight)) ** 2).sum())


def _between(y: np.ndarray, variance: np.ndarray, goal: float) -> float:
    """Variance between groups at which the dispersion falls to `goal`; 0 if it never is above."""
    if _dispersion(0.0, y, variance) <= goal:
        return 0.0
    top = variance.max() + np.ptp(y) ** 2
    while _dispersion(top, y, variance) > goal:
        top *= 4
    return float(brentq(lambda a: _dispersion(a, y, variance) - goal, 0.0, top, xtol=1e-12, rtol=1e-12))


def _morris(y: np.ndarray, variance: np.ndarray, between: float):
    """Mean, shrunk values, their standard deviations and the share kept: Morris (1983), equations 5.2 to 5.7, r = 1."""
    k = len(y)
    weight = 1 / (variance + between)
    mean = np.average(y, weights=weight)
    typical = np.average(variance, weights=weight)
    lost = (k - 3) / (k - 1) * variance * weight
    doubt = 2 / (k - 3) * lost**2 * (typical + between) * weight
    spread = np.sqrt(variance * (1 - (k - 1) / k * lost) + doubt * (y - mean) ** 2)
    return mean, mean + (1 - lost) * (y - mean), spread, 1 - lost


def _ranks(centre: np.ndarray, spread: np.ndarray, tail: float, seed: int) -> np.ndarray:
    """Per group: expected rank, its interval, chances of the highest and of the lowest quarter."""
    k = len(centre)
    drawn = np.random.default_rng(seed).normal(centre, spread, (DRAWS, k))
    place = k - drawn.argsort(axis=1).argsort(axis=1)
    quarter = max(k // 4, 1)
    return np.column_stack(
        [
            place.mean(axis=0),
            *np.quantile(place, [tail, 1 - tail], axis=0, method="nearest"),
            (place <= quarter).mean(axis=0),
            (place > k - quarter).mean(axis=0),
        ]
    )
