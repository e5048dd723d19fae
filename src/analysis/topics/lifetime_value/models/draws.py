"""Sampled futures of each customer: parameters, alive or not, rate, dropout and purchases, all drawn exactly."""

import numpy as np
import pandas as pd

from analysis.topics.lifetime_value.models.fitting import FITTERS, Fit, parameter_draws
from analysis.topics.lifetime_value.models.gamma_gamma import GammaGamma
from analysis.topics.lifetime_value.models.inputs import (
    MONTHS,
    PURCHASES,
    collapse,
    further_purchases,
    history,
    horizon,
    values,
)
from analysis.topics.lifetime_value.models.per_month import sample_further
from analysis.topics.lifetime_value.models.prediction import WEEKS_A_MONTH


def purchase_draws(
    fit: Fit,
    summary: pd.DataFrame,
    weeks: float | np.ndarray,
    draws: int,
    rng: np.random.Generator,
    parameters: pd.DataFrame | None = None,
) -> np.ndarray:
    """Posterior predictive purchases of each customer within the next `weeks`.

    Parameters
    ----------
    fit, summary, weeks
        As for `expected`.
    draws : int
    rng : Generator
    parameters : DataFrame, optional
        `parameter_draws` to use. Give the same to every chunk of customers: the parameters are common to all, and
        an interval of a total is too narrow if each chunk draws its own.

    Returns
    -------
    ndarray of int (customers, draws)
        Column j belongs to row j of the parameters.
    """
    parameters = _shared(fit, draws, rng, parameters)
    rows = history(summary, MONTHS if fit.model == "bg_bb" else PURCHASES)
    further = further_purchases(summary)[1] if fit.model == "bg_bb" else None
    ahead = horizon(weeks, len(summary))
    distinct, place = collapse(*rows)
    sampled = np.zeros((len(summary), draws), np.int32)
    for column, (_row, params) in enumerate(parameters.iterrows()):
        fitter = FITTERS[fit.model].of(params)
        chance = fitter.conditional_probability_alive(*distinct)[place]
        living = np.flatnonzero(rng.random(len(chance)) < chance)
        x, total = rows[0][living], rows[2][living]
        if fit.model == "bg_bb":
            active = fitter.active_if_alive(x, total, ahead[living] / WEEKS_A_MONTH, rng)
            sampled[living, column] = active + sample_further(params, x, further[living], active, rng)
        else:
            sampled[living, column] = fitter.purchases_if_alive(x, total, ahead[living], rng)
    return sampled


def value_draws(
    fit: Fit,
    summary: pd.DataFrame,
    counts: np.ndarray,
    rng: np.random.Generator,
    parameters: pd.DataFrame | None = None,
) -> np.ndarray:
    """What sampled numbers of purchases are worth.

    Parameters
    ----------
    fit : Fit
        Of `fit_value`.
    summary : DataFrame
        One row per customer: frequency, monetary_value.
    counts : ndarray of int (customers, draws)
        As `purchase_draws` gives them.
    rng : Generator
    parameters : DataFrame, optional
        As for `purchase_draws`: one row for each column of `counts`.

    Returns
    -------
    ndarray of float (customers, draws)
        In the currency.
    """
    x, mean = values(summary)
    if counts.ndim != 2 or len(counts) != len(x):
        raise ValueError(f"counts has shape {counts.shape}; expected ({len(x)} customers, draws)")
    parameters = _shared(fit, counts.shape[1], rng, parameters)
    spent = np.empty(counts.shape)
    for column, (_row, params) in enumerate(parameters.iterrows()):
        spent[:, column] = GammaGamma.of(params).spend(x, mean, counts[:, column], rng)
    return spent


def _shared(fit: Fit, draws: int, rng, parameters: pd.DataFrame | None) -> pd.DataFrame:
    if parameters is None:
        return parameter_draws(fit, draws, rng)
    if len(parameters) != draws:
        raise ValueError(f"parameters has {len(parameters)} rows; expected one for each of {draws} draws")
    return parameters
