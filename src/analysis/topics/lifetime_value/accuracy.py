"""How well forecasts of purchases were, held against what customers then bought."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.stats import chi2, rankdata, spearmanr

DRAWS = 500  # bootstrap samples of customers


def accuracy(actual: np.ndarray, forecast: np.ndarray) -> dict[str, float]:
    """Measures of one forecast.

    Parameters
    ----------
    actual, forecast : array of float
        One entry per customer.

    Returns
    -------
    dict
        mae and rmse (in the unit of `actual`), bias (total forecast / total seen − 1), rank_correlation
        (Spearman), gini (of what was seen, ranked by forecast, over that of the perfect ranking: 1 is perfect, 0
        chance).
    """
    error, total = forecast - actual, actual.sum()
    constant = np.ptp(forecast) == 0 or np.ptp(actual) == 0
    return {
        "mae": float(np.abs(error).mean()),
        "rmse": float(np.sqrt((error**2).mean())),
        "bias": float(forecast.sum() / total - 1) if total else np.nan,
        "rank_correlation": np.nan if constant else float(spearmanr(actual, forecast).statistic),
        "gini": ranked_gini(actual, forecast),
    }


def ranked_gini(actual: np.ndarray, forecast: np.ndarray) -> float:
    """Gini coefficient of `actual` in the order of `forecast`, over that in its own order.

    Frees, Meyers & Cummings (2011, JASA 106) measure a premium's ranking so. Equal forecasts share their mean
    rank, so that a constant scores 0.
    """

    def covariance(by: np.ndarray) -> float:
        return float(np.cov(actual, rankdata(by))[0, 1])

    if len(actual) < 2 or np.ptp(actual) == 0:
        return np.nan
    return covariance(forecast) / covariance(actual)


def score(actual: np.ndarray, forecasts: pd.DataFrame, naive: str) -> pd.Series:
    """Error of each forecast against the naive one: mean of its MAE's and its RMSE's ratio to the naive's.

    The absolute error is decided by the many who buy little, the squared one by the few who buy much; a
    forecast of customers' value must serve both.
    """
    errors = forecasts.to_numpy() - np.asarray(actual, float)[:, None]
    mae, rmse = np.abs(errors).mean(axis=0), np.sqrt((errors**2).mean(axis=0))
    place = forecasts.columns.get_loc(naive)
    ratios = (mae / (mae[place] or np.nan) + rmse / (rmse[place] or np.nan)) / 2
    return pd.Series(ratios, index=forecasts.columns)


def bootstrap(
    rows: int, statistic: Callable[[np.ndarray], np.ndarray | float], seed: int, draws: int = DRAWS
) -> np.ndarray:
    """`statistic` of customers drawn again with replacement.

    Parameters
    ----------
    rows : int
        Customers.
    statistic : callable
        Takes the positions drawn.

    Returns
    -------
    array
        One row per draw.
    """
    rng = np.random.default_rng(seed)
    return np.array([statistic(rng.integers(0, rows, rows)) for _draw in range(draws)])


def bands(forecast: np.ndarray, count: int = 10) -> np.ndarray:
    """Band of each customer by rank of the forecast, 1 the lowest; equal forecasts share a band."""
    return np.ceil(count * (rankdata(forecast) - 0.5) / len(forecast)).astype(int)


def calibration(actual: pd.Series, forecast: pd.Series, by: np.ndarray) -> pd.DataFrame:
    """Mean forecast beside what was seen, by group.

    Parameters
    ----------
    actual, forecast : Series of float
        One entry per customer.
    by : array
        Group of each customer, such as `bands` gives it.

    Returns
    -------
    DataFrame
        One row per group: group, customers, forecast and actual (means), low, high (95 % interval of the actual
        mean: by the central limit theorem, or Garwood's (1936, Biometrika 28) of a Poisson count where that is
        wider, as it is of groups who hardly bought).
    """
    frame = pd.DataFrame({"group": by, "actual": np.asarray(actual), "forecast": np.asarray(forecast)})
    grouped = frame.groupby("group")
    table = grouped.agg(
        customers=("actual", "size"),
        forecast=("forecast", "mean"),
        actual=("actual", "mean"),
        sd=("actual", "std"),
    )
    half = 1.96 * table["sd"] / np.sqrt(table["customers"])
    n, count = table["customers"], table["actual"] * table["customers"]
    few, many = chi2.ppf(0.025, 2 * count) / 2 / n, chi2.ppf(0.975, 2 * count + 2) / 2 / n
    low = np.fmin(table["actual"] - half, np.nan_to_num(few)).clip(lower=0)
    high = np.fmax(table["actual"] + half, many)
    return table.drop(columns="sd").assign(low=low, high=high).reset_index()
