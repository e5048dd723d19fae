"""Does a model hold from month to month? AUC, calibration and Brier score by month, and a test of change."""

import numpy as np
import pandas as pd
from scipy.stats import chi2, norm

from analysis.statistics.measures import Estimate, auc, by_unit, mean
from analysis.statistics.multiplicity import holm

MEASURES = ("auc", "calibration", "brier")
LEAST = 10  # events, and non-events, of a month


def by_time(
    time: np.ndarray, event: np.ndarray, probability: np.ndarray, unit: np.ndarray, level: float = 0.95
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Measures of a model's probabilities at each time, and whether they changed.

    Parameters
    ----------
    time : array
        Month or day of each row; sorted, they are the order.
    event : array of bool
    probability : array of float
    unit : array
        Whom the row belongs to; a unit's rows are not independent, within a time or between times.
    level : float
        Coverage of each interval.

    Returns
    -------
    times : DataFrame
        One row per time and measure ("auc", "calibration": observed − expected rate, "brier"): time, measure, n, units,
        events, value, low, high. Missing with fewer than 10 events or non-events.
    change : DataFrame
        One row per measure: measure, times, p_value (of all times being alike), slope (change from one time to the
        next, least squares), slope_low, slope_high, p_adjusted (Holm), changed (p_adjusted < 1 − `level`). Missing if
        fewer than two times can be measured.

    Notes
    -----
    Errors are those of influence functions summed by unit, with the covariance of times that share units; the test is
    Wald's on the differences to the last time.
    """
    event, probability = np.asarray(event, dtype=bool), np.asarray(probability, dtype=float)
    codes, names = pd.factorize(np.asarray(time), sort=True)
    units, known = pd.factorize(np.asarray(unit))
    rows, changes = [], []
    for measure in MEASURES:
        values, spreads = [], []
        for code, name in enumerate(names):
            here = codes == code
            found = _estimate(measure, event[here], probability[here])
            spread = by_unit(found.influence, units[here], len(known))
            half = norm.ppf((1 + level) / 2) * np.sqrt((spread**2).sum())
            rows.append((name, measure, here.sum(), len(np.unique(units[here])), event[here].sum(), found.value,
                         found.value - half, found.value + half))  # fmt: skip
            if np.isfinite(found.value):
                values.append(found.value)
                spreads.append(spread)
        changes.append((measure, len(values), *_change(np.array(values), np.array(spreads), level)))
    times = pd.DataFrame(rows, columns=["time", "measure", "n", "units", "events", "value", "low", "high"])
    change = pd.DataFrame(
        changes, columns=["measure", "times", "p_value", "slope", "slope_low", "slope_high"]
    )
    adjusted = holm(change["p_value"])
    return times, change.assign(p_adjusted=adjusted, changed=adjusted < 1 - level)


def _estimate(measure: str, event: np.ndarray, probability: np.ndarray) -> Estimate:
    if min(event.sum(), (~event).sum()) < LEAST:
        return Estimate(np.nan, np.full(len(event), np.nan))
    if measure == "auc":
        return auc(event, probability)
    off = event - probability
    return mean(off if measure == "calibration" else off**2)


def _change(values: np.ndarray, spreads: np.ndarray, level: float) -> tuple[float, float, float, float]:
    """p-value of equality, slope and its interval."""
    if len(values) < 2:
        return (np.nan,) * 4
    covariance = spreads @ spreads.T
    contrast = np.eye(len(values))[:-1] - np.eye(len(values))[-1]
    moved = contrast @ values
    statistic = moved @ np.linalg.pinv(contrast @ covariance @ contrast.T) @ moved
    weights = np.arange(len(values)) - (len(values) - 1) / 2
    weights = weights / (weights**2).sum()
    slope, half = weights @ values, norm.ppf((1 + level) / 2) * np.sqrt(weights @ covariance @ weights)
    return float(chi2.sf(statistic, len(values) - 1)), slope, slope - half, slope + half
