"""Measures of a model's probabilities, each with what every row contributes to it.

With the influence of the rows, an error that respects units seen several times, a difference between groups or a
change between months are sums of squares.
"""

from typing import NamedTuple

import numpy as np


class Estimate(NamedTuple):
    """A measure and its influence function: deviations of rows that sum to 0.

    Attributes
    ----------
    value : float
        Missing if it cannot be measured.
    influence : array of float
        One per row; the variance of the measure is the sum over units of the square of their rows' sum.
    """

    value: float
    influence: np.ndarray


def auc(event: np.ndarray, probability: np.ndarray) -> Estimate:
    """Area under the ROC curve: how often an event has the higher probability than a non-event; ties count half.

    DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44; summed by unit, Obuchowski (1997), Biometrics 53.
    """
    event = np.asarray(event, dtype=bool)
    hit, miss = np.sort(probability[event]), np.sort(probability[~event])
    if not (len(hit) and len(miss)):
        return Estimate(np.nan, np.full(len(event), np.nan))
    # Halves come from the counts of ties, each side's places among the other side.
    of_hits = _place(miss, probability[event]) / len(miss)
    of_misses = 1 - _place(hit, probability[~event]) / len(hit)
    value = of_hits.mean()
    influence = np.empty(len(event))
    influence[event] = (of_hits - value) / len(hit)
    influence[~event] = (of_misses - value) / len(miss)
    return Estimate(float(value), influence)


def _place(among: np.ndarray, values: np.ndarray) -> np.ndarray:
    return (np.searchsorted(among, values, "left") + np.searchsorted(among, values, "right")) / 2


def mean(values: np.ndarray) -> Estimate:
    """Mean of the rows: of event less probability it is the calibration difference, of its square the Brier score."""
    values = np.asarray(values, dtype=float)
    if not len(values):
        return Estimate(np.nan, values)
    return Estimate(float(values.mean()), (values - values.mean()) / len(values))


def by_unit(influence: np.ndarray, unit: np.ndarray, units: int) -> np.ndarray:
    """Influence of each unit: sum of its rows'; `unit` holds positions from 0 to `units` − 1."""
    return np.bincount(unit, influence, minlength=units)


def standard_error(influence: np.ndarray, unit: np.ndarray) -> float:
    """Standard error of a measure from the influence of its rows, clustered by unit (positions from 0)."""
    return float(np.sqrt((by_unit(influence, unit, 0) ** 2).sum()))
