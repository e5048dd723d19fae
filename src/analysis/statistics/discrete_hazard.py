"""Hazard of events in periods, with covariates: how much each multiplies the rate.

A unit contributes a row per period in which the event could happen: covariates known at its beginning, and whether
it happened. With p = 1 − exp(−exp(x'β)), exp(β) is the ratio of the hazards of the proportional hazards model of
continuous time behind the periods, whatever their length (Prentice & Gloeckler 1978, Biometrics 34). Units enter late
and are censored as they are: rows that nobody watched are not there (Allison 1982, Sociological Methodology 13).
scikit-survival's Cox model knows neither late entry, nor covariates that change, nor standard errors.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import xlogy
from scipy.stats import chi2, norm

from analysis.language import _, number

LEVEL = "level"
STEPS, CLOSE = 50, 1e-9
LARGEST_ERROR = 5.0  # standard error on the scale of logarithms, at which a ratio could be anything
LARGEST = 10.0  # logarithm of a ratio beyond which the covariate tells the event apart by itself


@dataclass(frozen=True)
class HazardModel:
    """A fitted model.

    Attributes
    ----------
    coefficients : Series
        "level", then one per covariate: logarithms of ratios of the hazard.
    covariance : DataFrame
        Of the coefficients; sandwich with units as clusters.
    log_likelihood : float
    rows, events : int
    converged : bool
    """

    coefficients: pd.Series
    covariance: pd.DataFrame
    log_likelihood: float
    rows: int
    events: int
    converged: bool


def fit(covariates: pd.DataFrame, event, unit) -> HazardModel:
    """Fit by maximum likelihood.

    Parameters
    ----------
    covariates : DataFrame
        One row per unit and period: numbers, none missing. A column that does not vary has no coefficient.
    event : array-like of 0 and 1
    unit : array-like
        Of each row; rows of a unit are not independent.

    Raises
    ------
    ValueError
        If a covariate is missing somewhere, or no event or nothing but events happened.
    """
    y = np.asarray(event, dtype=float)
    if not 0 < y.sum() < len(y):
        raise ValueError(
            _("{events} events in {n} rows; expected some rows with and some without").format(
                events=number(y.sum()), n=number(len(y))
            )
        )
    if missing := [name for name in covariates if covariates[name].isna().any()]:
        raise ValueError(f"covariate {missing[0]} is missing in some rows; fill it or leave the rows out")
    varying = [name for name in covariates if covariates[name].nunique() > 1]
    # Centred, so that the level is that of the average unit and the steps are well conditioned.
    mean = covariates[varying].mean()
    x = np.column_stack([np.ones(len(y)), covariates[varying] - mean])
    beta, converged = _newton(x, y)
    bread = np.linalg.pinv(_information(x, beta, y), hermitian=True)
    meat = pd.DataFrame(x * _score(x, beta, y)[:, None]).groupby(np.asarray(unit)).sum().to_numpy()
    clusters = len(meat)
    covariance = bread @ (meat.T @ meat) @ bread * clusters / max(clusters - 1, 1)
    back = np.eye(len(beta))
    back[0, 1:] = -mean.to_numpy()
    names = pd.Index([LEVEL, *varying])
    likelihood = float(_log_likelihood(y, _chance(x @ beta)).sum())
    return HazardModel(
        pd.Series(back @ beta, names),
        pd.DataFrame(back @ covariance @ back.T, names, names),
        likelihood, len(y), int(y.sum()), converged,
    )  # fmt: skip


def _chance(score: np.ndarray) -> np.ndarray:
    return np.clip(-np.expm1(-np.exp(np.clip(score, -30, 5))), 1e-12, 1 - 1e-12)


def _log_likelihood(y: np.ndarray, p: np.ndarray) -> np.ndarray:
    return xlogy(y, p) + xlogy(1 - y, 1 - p)


def _score(x, beta, y) -> np.ndarray:
    """Derivative of a row's log-likelihood by its x'β."""
    hazard, p = np.exp(np.clip(x @ beta, -30, 5)), _chance(x @ beta)
    return hazard * (y * (1 - p) / p - (1 - y))


def _information(x, beta, y) -> np.ndarray:
    """Expected information: x' w x with w = h² (1 − p) / p."""
    hazard, p = np.exp(np.clip(x @ beta, -30, 5)), _chance(x @ beta)
    return x.T @ (x * (hazard**2 * (1 - p) / p)[:, None])


def _newton(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, bool]:
    """Fisher scoring from the constant hazard, with steps halved until the likelihood rises."""
    beta = np.zeros(x.shape[1])
    beta[0] = np.log(-np.log1p(-y.mean()))
    value = _log_likelihood(y, _chance(x @ beta)).sum()
    for _step in range(STEPS):
        move = np.linalg.pinv(_information(x, beta, y), hermitian=True) @ (x.T @ _score(x, beta, y))
        size = 1.0
        while size > 1e-4:
            tried = _log_likelihood(y, _chance(x @ (beta + size * move))).sum()
            if tried >= value:
                break
            size /= 2
        gain, beta, value = tried - value, beta + size * move, max(tried, value)
        if abs(gain) < CLOSE * (1 + abs(value)):
            return beta, True
    return beta, False


def chances(model: HazardModel, covariates: pd.DataFrame) -> np.ndarray:
    """Probability of the event within the period, one per row of `covariates`."""
    names = [name for name in model.coefficients.index if name != LEVEL]
    score = (
        model.coefficients[LEVEL] + covariates[names].to_numpy(float) @ model.coefficients[names].to_numpy()
    )
    return _chance(score)


def ratios(model: HazardModel, level: float = 0.95) -> pd.DataFrame:
    """Ratios of the hazard.

    Returns
    -------
    DataFrame
        One row per covariate: covariate, ratio (of the hazard, for one more of the covariate), low, high, p_value
        (Wald), sound (whether the data pin it down).
    """
    beta = model.coefficients.drop(LEVEL)
    error = np.sqrt(np.diag(model.covariance))[1:]
    half = norm.ppf((1 + level) / 2) * error
    with np.errstate(divide="ignore", over="ignore"):
        table = pd.DataFrame(
            {
                "covariate": beta.index,
                "ratio": np.exp(beta.to_numpy()),
                "low": np.exp(beta.to_numpy() - half),
                "high": np.exp(beta.to_numpy() + half),
                "p_value": 2 * norm.sf(np.abs(beta.to_numpy() / error)),
            }
        )
    known = (error > 0) & (error < LARGEST_ERROR) & (beta.abs().to_numpy() < LARGEST)
    return table.assign(sound=known & model.converged)


def wald(model: HazardModel, names: list[str]) -> tuple[float, int, float]:
    """Test that the coefficients `names` are all 0: statistic, degrees of freedom, p-value."""
    present = [name for name in names if name in model.coefficients]
    if not present:
        return np.nan, 0, np.nan
    beta, part = model.coefficients[present].to_numpy(), model.covariance.loc[present, present].to_numpy()
    statistic = float(beta @ np.linalg.pinv(part, hermitian=True) @ beta)
    rank = int(np.linalg.matrix_rank(part))
    return statistic, rank, float(chi2.sf(statistic, rank))


def proportionality(covariates: pd.DataFrame, event, unit, time: str) -> pd.DataFrame:
    """Does a ratio stay the same over time? Each covariate's product with `time` is added and tested.

    Parameters
    ----------
    covariates, event, unit
        As in `fit`.
    time : str
        Covariate that measures time, such as the logarithm of the tenure.

    Returns
    -------
    DataFrame
        One row per covariate but `time`, and "all" together: covariate, change (factor on the ratio for one more of
        `time`; missing for all), low, high (95 %), p_value (Wald).

    Notes
    -----
    Cox (1972), JRSS B 34, section 8: a covariate that changes with time. In place of Schoenfeld's residuals, which
    have no counterpart in periods.
    """
    centred = covariates[time] - covariates[time].mean()
    others = [name for name in covariates if name != time and covariates[name].nunique() > 1]
    products = {f"{name} × time": (covariates[name] - covariates[name].mean()) * centred for name in others}
    model = fit(covariates.assign(**products), event, unit)
    table = ratios(model).set_index("covariate").reindex(list(products))
    table = table.rename(columns={"ratio": "change"}).drop(columns="sound").reset_index(drop=True)
    table.insert(0, "covariate", others)
    together = {"covariate": "all", "change": np.nan, "low": np.nan, "high": np.nan}
    together["p_value"] = wald(model, list(products))[2]
    return pd.concat([table, pd.DataFrame([together])], ignore_index=True)
