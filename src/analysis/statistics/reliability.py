"""Do the items of a construct measure one thing, and how well? Alpha, omega, item-rest correlations."""

import numpy as np
import pandas as pd
from scipy.stats import f

from analysis.statistics import moments as mo

_STEPS, _ENOUGH = 2_000, 1e-7  # of the expectation-maximisation


def alpha(covariance: np.ndarray) -> np.ndarray:
    """Cronbach's alpha of covariance matrices (…, items, items).

    Cronbach (1951), Psychometrika 16. A lower bound of reliability; equal to it if all items load alike.
    """
    items = covariance.shape[-1]
    own = np.trace(covariance, axis1=-2, axis2=-1)
    return items / (items - 1) * (1 - own / covariance.sum(axis=(-1, -2)))


def alpha_interval(value: float, respondents: int, items: int, level: float = 0.95) -> tuple[float, float]:
    """Interval of alpha: Feldt (1965), Psychometrika 30; exact for parallel normal items."""
    freedom = respondents - 1, (respondents - 1) * (items - 1)
    tail = (1 - level) / 2
    return 1 - (1 - value) * f.isf(tail, *freedom), 1 - (1 - value) * f.isf(1 - tail, *freedom)


def one_factor(correlation: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Maximum-likelihood loadings of a single factor, of one or many correlation matrices.

    Parameters
    ----------
    correlation : array, (samples, items, items)

    Returns
    -------
    loadings : array, (samples, items)
        Most of them positive.
    unique : array, (samples, items)
        Variances not explained by the factor.

    Notes
    -----
    Expectation-maximisation of Rubin & Thayer (1982), Psychometrika 47: never leaves the admissible space. Two items do
    not identify the loadings of a factor; theirs are taken to be equal.
    """
    samples, items = correlation.shape[:2]
    if items == 2:
        loading = np.sqrt(np.maximum(correlation[:, :1, 1], 0.0)).repeat(2, axis=1)
        return loading, 1 - loading**2
    loading, unique = np.full((samples, items), 0.7), np.full((samples, items), 0.5)
    for _ in range(_STEPS):
        scaled = loading / unique
        gain = scaled / (1 + (loading * scaled).sum(axis=1, keepdims=True))
        cross = (correlation @ gain[:, :, None])[:, :, 0]
        spread = 1 - (gain * loading).sum(axis=1) + (gain * cross).sum(axis=1)
        after = cross / spread[:, None]
        unique = np.maximum(1 - after * cross, 1e-4)
        moved = np.abs(after - loading)
        loading = after
        if not (moved >= _ENOUGH).any():
            break
    sign = np.where(loading.sum(axis=1, keepdims=True) < 0, -1.0, 1.0)
    return loading * sign, unique


def omega(covariance: np.ndarray) -> np.ndarray:
    """McDonald's omega total of covariance matrices (samples, items, items): reliability of the sum of the items.

    McDonald (1999), Test Theory, equation 6.20, with the loadings of one factor in the metric of the items.
    """
    deviation = np.sqrt(np.diagonal(covariance, axis1=1, axis2=2))
    loading, unique = one_factor(mo.correlations(covariance))
    common = (loading * deviation).sum(axis=1) ** 2
    return common / (common + (unique * deviation**2).sum(axis=1))


def reliability(
    scores: pd.DataFrame, weights=None, units=None, draws: int = 500, seed: int = 0, level: float = 0.95
) -> dict[str, float]:
    """Alpha and omega of the items of one construct, with intervals.

    Parameters
    ----------
    scores : DataFrame
        One row per respondent, one column per item, all pointing the same way; blanks are missing.
    weights, units, draws, seed
        As in `moments.resampled`; used for omega.

    Returns
    -------
    dict
        items, respondents (who answered any), alpha, alpha_low, alpha_high (Feldt), omega, omega_low, omega_high
        (percentiles of the bootstrap).

    Raises
    ------
    ValueError
        If there are fewer than two items, or the scores cannot be used, see `moments.checked`.
    """
    if scores.shape[1] < 2:
        raise ValueError(
            f"a construct of {scores.shape[1]} item has no reliability that could be known; expected at least 2 items"
        )
    values = mo.checked(scores)
    here = values.notna().any(axis=1).to_numpy()
    values = values[here]
    weights = None if weights is None else np.asarray(weights, dtype=float)[here]
    units = None if units is None else np.asarray(units)[here]
    found = mo.moments(values, weights).covariance
    lower, upper = alpha_interval(float(alpha(found)[0]), len(values), values.shape[1], level)
    spread = omega(mo.resampled(values, weights, units, draws, seed).covariance)
    low, high = mo.percentiles(spread, level)
    return {
        "items": values.shape[1],
        "respondents": len(values),
        "alpha": float(alpha(found)[0]),
        "alpha_low": float(lower),
        "alpha_high": float(upper),
        "omega": float(omega(found)[0]),
        "omega_low": float(low),
        "omega_high": float(high),
    }


def items_in_their_scale(scores: pd.DataFrame, weights=None) -> pd.DataFrame:
    """Each item against the others of its construct.

    Parameters
    ----------
    scores, weights
        As in `reliability`.

    Returns
    -------
    DataFrame
        One row per item: item, respondents, mean, deviation, item_rest (correlation with the sum of the others), loading
        (of one factor), alpha_without (of the construct without it; missing with two items).
    """
    values = mo.checked(scores)
    found = mo.moments(values, weights)
    covariance = found.covariance[0]
    rest = covariance.sum(axis=1) - np.diag(covariance)
    whole = covariance.sum() - 2 * covariance.sum(axis=1) + np.diag(covariance)
    count = len(covariance)
    others = [np.flatnonzero(np.arange(count) != k) for k in range(count)]
    without = [float(alpha(covariance[np.ix_(k, k)])) if count > 2 else np.nan for k in others]
    return pd.DataFrame(
        {
            "item": list(values.columns),
            "respondents": values.notna().sum().to_numpy(),
            "mean": found.mean[0],
            "deviation": found.deviation[0],
            "item_rest": rest / np.sqrt(np.diag(covariance) * whole),
            "loading": one_factor(found.correlation)[0][0],
            "alpha_without": without,
        }
    )
