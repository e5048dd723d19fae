"""Do probabilities come true, and how to mend them if not."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit, logit
from scipy.stats import norm

from analysis.statistics.classification import BINS, binned, quantile_bins
from analysis.statistics.clustered import clustered_share

FEWEST_EVENTS = 30  # below them only the level is mended, not the slope
_STEPS, _RIDGE = 50, 1e-8


def log_odds(p) -> np.ndarray:
    """Log-odds of probabilities, finite for 0 and 1."""
    return logit(np.clip(np.asarray(p, float), 1e-9, 1 - 1e-9))


@dataclass(frozen=True)
class Calibrator:
    """Logistic recalibration: log-odds become level + slope × log-odds (Platt 1999; Cox 1958)."""

    level: float
    slope: float

    def __call__(self, p) -> np.ndarray:
        """Mended probabilities; their order stays."""
        return expit(self.level + self.slope * log_odds(p))


def calibrator(y, p, weight=None) -> Calibrator:
    """Learn a calibrator on rows that the model has not seen.

    With fewer than 30 events or non-events only the level is learnt; with none of either nothing is. A slope that is not
    positive, which would turn the order round, is not taken either.
    """
    y, x = np.asarray(y, float), log_odds(p)
    w = np.ones(len(y)) if weight is None else np.asarray(weight, float)
    rare = min(y.sum(), (1 - y).sum())
    if not rare:
        return Calibrator(0.0, 1.0)
    if rare >= FEWEST_EVENTS and np.ptp(x) > 0:
        level, slope = _fitted(np.column_stack([np.ones_like(x), x]), y, w)
        if slope > 0:
            return Calibrator(float(level), float(slope))
    return Calibrator(float(_fitted(np.ones((len(x), 1)), y, w, offset=x)[0]), 1.0)


def slope(y, p, unit, level: float = 0.95) -> dict[str, tuple[float, float, float]]:
    """Calibration slope and calibration in the large, with intervals robust to repeated units.

    Returns
    -------
    dict
        ``slope``: of the outcome's log-odds on the forecast's: 1 is right, below 1 the forecasts are too extreme;
        ``level``: what must be added to the log-odds for the total to come right: 0 is right, above 0 too low.
        Each is value, low, high; missing without events or non-events.

    Notes
    -----
    Cox (1958), Biometrika 45; Van Calster et al. (2016), Journal of Clinical Epidemiology 74. Standard errors are
    clustered by unit (Liang & Zeger 1986).
    """
    y, x = np.asarray(y, float), log_odds(p)
    nothing = (np.nan, np.nan, np.nan)
    if y.min() == y.max() or np.ptp(x) == 0:
        return {"slope": nothing, "level": nothing}
    both, one = np.column_stack([np.ones_like(x), x]), np.ones((len(x), 1))
    w = np.ones_like(y)
    found = {}
    for name, design, offset, place in (("slope", both, 0.0, 1), ("level", one, x, 0)):
        beta = _fitted(design, y, w, offset)
        error = _clustered_errors(design, y, expit(design @ beta + offset), unit)[place]
        half = norm.ppf((1 + level) / 2) * error
        found[name] = (float(beta[place]), float(beta[place] - half), float(beta[place] + half))
    return found


def _fitted(design: np.ndarray, y: np.ndarray, weight: np.ndarray, offset=0.0) -> np.ndarray:
    """Weighted logistic regression by Newton's method."""
    beta = np.zeros(design.shape[1])
    if design.shape[1] == 2:
        beta[1] = 1.0
    for _step in range(_STEPS):
        mean = expit(design @ beta + offset)
        curvature = (design * (weight * mean * (1 - mean))[:, None]).T @ design
        step = np.linalg.solve(
            curvature + _RIDGE * np.eye(len(beta)), design.T @ (weight * (y - mean)) - _RIDGE * beta
        )
        # A step of more than 2 in log-odds overshoots where hardly anybody leaves.
        beta += np.clip(step, -2.0, 2.0)
        if np.abs(step).max() < 1e-9:
            break
    return beta


def _clustered_errors(design: np.ndarray, y: np.ndarray, mean: np.ndarray, unit) -> np.ndarray:
    bread = np.linalg.inv((design * (mean * (1 - mean))[:, None]).T @ design)
    scores = pd.DataFrame(design * (y - mean)[:, None]).groupby(np.asarray(unit)).sum().to_numpy()
    return np.sqrt(np.diag(bread @ (scores.T @ scores) @ bread))


def curve(y, p, unit, bins: int = BINS) -> pd.DataFrame:
    """Expected against observed rate by bins of the forecast.

    Returns
    -------
    DataFrame
        One row per bin, the lowest first: n, units (different ones), expected, observed, low, high (95 %, units as
        clusters: `clustered_share`, which also bounds a bin without an event).
    """
    at = quantile_bins(p, bins)
    table = binned(y, p, at)
    rows = pd.DataFrame({"bin": at, "unit": np.asarray(unit), "y": np.asarray(y, float)})
    by_unit = rows.groupby(["bin", "unit"])["y"].agg(["sum", "size"])
    table["units"] = by_unit.groupby("bin").size().to_numpy()
    shares = [clustered_share(part["sum"], part["size"]) for _bin, part in by_unit.groupby("bin")]
    table["low"], table["high"] = np.array(shares)[:, 1:].T
    return table
