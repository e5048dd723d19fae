"""What a treatment changed on average: differences, relative reductions, several trials together."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import chi2, norm

LEVEL = 0.95
POWER = 0.8


class Estimate(NamedTuple):
    """An estimate with its interval and its standard error."""

    value: float
    low: float
    high: float
    error: float


def normal(value: float, error: float, level: float = LEVEL) -> Estimate:
    """The estimate with a normal interval."""
    half = norm.ppf((1 + level) / 2) * error
    return Estimate(float(value), float(value - half), float(value + half), float(error))


def adjusted(treated, outcome, prediction, level: float = LEVEL) -> Estimate:
    """Difference of the arms' means, treated minus control, less what a prediction made beforehand explains.

    Parameters
    ----------
    treated : array-like of bool
        One entry per unit.
    outcome : array-like of float
    prediction : array-like of float
        Of the outcome, from what was known before the treatment and without the unit's own outcome.

    Returns
    -------
    Estimate
        In units of the outcome.

    Notes
    -----
    Least squares of the outcome on arm, centred prediction and their product, with errors that allow for unequal
    variances (HC2): Lin (2013), Annals of Applied Statistics 7, whose estimate is never less precise in large samples
    than the plain difference; with one slope it is CUPED (Deng, Xu, Kohavi & Walker 2013).
    """
    t, y = np.asarray(treated, dtype=float), np.asarray(outcome, dtype=float)
    m = np.asarray(prediction, dtype=float)
    m = m - m.mean()
    columns = [np.ones_like(t), t] if np.ptp(m) == 0 else [np.ones_like(t), t, m, t * m]
    found, covariance = least_squares(np.column_stack(columns), y)
    return normal(found[1], np.sqrt(covariance[1, 1]), level)


def least_squares(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and their covariance under unequal variances (HC2; MacKinnon & White 1985)."""
    bread = np.linalg.pinv(x.T @ x)
    found = bread @ (x.T @ y)
    leverage = np.einsum("ij,jk,ik->i", x, bread, x)
    left = (y - x @ found) / np.sqrt(np.clip(1 - leverage, 1e-9, None))
    inside = x * left[:, None]
    return found, bread @ (inside.T @ inside) @ bread


def log_ratio(k_treated, n_treated, k_control, n_control) -> tuple[np.ndarray, np.ndarray]:
    """Logarithm of the ratio of two rates, treated over control, and its standard error.

    Half a hit is added to both arms where one has none (Walter 1976, Biometrika 63); the error is Katz's (Katz,
    Baptista, Azen & Pike 1978, Biometrics 34).
    """
    k1, n1, k0, n0 = (np.asarray(v, dtype=float) for v in (k_treated, n_treated, k_control, n_control))
    half = np.where((k1 == 0) | (k0 == 0), 0.5, 0.0)
    k1, k0, n1, n0 = k1 + half, k0 + half, n1 + half, n0 + half
    return np.log(k1 / n1 / (k0 / n0)), np.sqrt(1 / k1 - 1 / n1 + 1 / k0 - 1 / n0)


def reduction(log: float, error: float, level: float = LEVEL) -> Estimate:
    """Relative reduction 1 − ratio from the logarithm of the ratio and its error; the error is that of the log."""
    half = norm.ppf((1 + level) / 2) * error
    return Estimate(1 - np.exp(log), 1 - np.exp(log + half), 1 - np.exp(log - half), error)


class Pooled(NamedTuple):
    """Trials together: logarithm of the ratio, its error, and the p-value of "all trials have the same ratio"."""

    log: float
    error: float
    p_same: float


def pooled(trials: pd.DataFrame) -> Pooled:
    """The ratio of the rates over several trials, each weighted by its precision.

    Parameters
    ----------
    trials : DataFrame
        One row per trial: k_treated, n_treated, k_control, n_control.

    Notes
    -----
    Inverse-variance weights and Cochran's Q (Cochran 1954, Biometrics 10). With few trials Q finds only large
    differences between them.
    """
    logs, errors = log_ratio(*(trials[name] for name in ("k_treated", "n_treated", "k_control", "n_control")))
    weights = 1 / errors**2
    mean = float((weights * logs).sum() / weights.sum())
    spread = float((weights * (logs - mean) ** 2).sum())
    same = chi2.sf(spread, len(logs) - 1) if len(logs) > 1 else np.nan
    return Pooled(mean, float(weights.sum() ** -0.5), float(same))


def shrunk(log: float, error: float) -> tuple[float, float]:
    """Estimate and error drawn towards no effect, by as much as the data leave it unsure.

    The effect is taken as drawn from a normal distribution around 0 whose variance is the likeliest one,
    max(0, estimate² − error²): positive-part shrinkage (James & Stein 1961; Efron & Morris 1973, Journal of the
    American Statistical Association 68, for one coordinate). What lies within one error of 0 becomes 0.
    """
    kept = max(0.0, 1 - (error / log) ** 2) if log else 0.0
    return kept * log, float(np.sqrt(kept)) * error


def detectable(
    n_treated: float, n_control: float, rate: float, level: float = LEVEL, power: float = POWER
) -> float:
    """Smallest fall of a rate that a trial of this size would have shown with probability `power`.

    Solves rate − p = z(level) √(m (1 − m) (1/n₁ + 1/n₀)) + z(power) √(p (1 − p)/n₁ + rate (1 − rate)/n₀) for the
    treated rate p, with m the rate of both arms together (Fleiss, Levin & Paik 2003, Statistical Methods for Rates and
    Proportions, section 4.2); missing if even a fall to 0 would not do.
    """
    if not (n_treated > 0 and n_control > 0 and 0 < rate < 1):
        return np.nan
    falls = np.linspace(0, rate, 2001)[1:]
    p = rate - falls
    m = (n_treated * p + n_control * rate) / (n_treated + n_control)
    null = norm.ppf((1 + level) / 2) * np.sqrt(m * (1 - m) * (1 / n_treated + 1 / n_control))
    other = norm.ppf(power) * np.sqrt(p * (1 - p) / n_treated + rate * (1 - rate) / n_control)
    enough = falls >= null + other
    return float(falls[enough.argmax()]) if enough.any() else np.nan


def units_needed(
    rate: float, fall: float, share: float = 0.5, level: float = LEVEL, power: float = POWER
) -> float:
    """Units in both arms together that show a fall of `rate` by `fall` (the equation of `detectable`)."""
    p = rate - fall
    m = share * p + (1 - share) * rate
    null = norm.ppf((1 + level) / 2) * np.sqrt(m * (1 - m) * (1 / share + 1 / (1 - share)))
    other = norm.ppf(power) * np.sqrt(p * (1 - p) / share + rate * (1 - rate) / (1 - share))
    return float(np.ceil(((null + other) / fall) ** 2))
