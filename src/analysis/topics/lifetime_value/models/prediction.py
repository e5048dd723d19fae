"""Expected purchases, chance to be alive, expected value: one number for each row of the summary."""

import numpy as np
import pandas as pd

from analysis.topics.lifetime_value.histories import MONTH, WEEK
from analysis.topics.lifetime_value.models.fitting import FITTERS, Fit
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
from analysis.topics.lifetime_value.models.per_month import purchases_a_month

WEEKS_A_MONTH = MONTH / WEEK  # of activity
ROWS = 4_096  # of one step, each with some 200 points


def alive(fit: Fit, summary: pd.DataFrame) -> np.ndarray:
    """Chance that each customer is still alive on the day (summary as for `fit`); NaN if the fit has no parameters."""
    rows = history(summary, MONTHS if fit.model == "bg_bb" else PURCHASES)
    return (
        chance_alive(fit.model, fit.params, rows)
        if fit.params.notna().all()
        else np.full(len(summary), np.nan)
    )


def expected(fit: Fit, summary: pd.DataFrame, weeks: float | np.ndarray) -> np.ndarray:
    """Expected purchases of each customer within the next `weeks` (one number, or one for each row).

    For bg_bb: expected active months times expected purchases in one (`per_month`), a month being 30 days. NaN
    if the fit has no parameters.
    """
    rows = history(summary, MONTHS if fit.model == "bg_bb" else PURCHASES)
    ahead = horizon(weeks, len(summary))
    if fit.params.isna().any():
        return np.full(len(summary), np.nan)
    mean = chance_alive(fit.model, fit.params, rows) * mean_if_alive(fit, rows[0], rows[2], ahead)
    if fit.model == "bg_bb":
        mean = mean * purchases_a_month(fit.params, *further_purchases(summary))
    return mean


def expected_from_start(fit: Fit, weeks: float | np.ndarray) -> np.ndarray:
    """Expected purchases of a new customer within `weeks` of the start."""
    weeks = np.atleast_1d(np.asarray(weeks, float))
    ahead, none = horizon(weeks, len(weeks)), np.zeros(len(weeks))
    if fit.params.isna().any():
        return np.full(len(weeks), np.nan)
    mean = chance_alive(fit.model, fit.params, (none, none, none)) * mean_if_alive(fit, none, none, ahead)
    return mean * purchases_a_month(fit.params, none, none) if fit.model == "bg_bb" else mean


def expected_value(fit: Fit, summary: pd.DataFrame) -> np.ndarray:
    """Expected value of a purchase of each customer in the currency; at frequency 0 the mean of the population.

    A customer's mean below 0 counts as 0. NaN where the model has no finite mean (q ≤ 1 and no purchase).
    """
    x, mean = values(summary)
    return GammaGamma.of(fit.params).conditional_expected_average_profit(x, mean)


def chance_alive(model: str, params: pd.Series, rows) -> np.ndarray:
    """`alive` for given parameters; identical rows are worked out once."""
    fitter = FITTERS[model].of(params)
    if fitter.alive_is_cheap:
        return fitter.conditional_probability_alive(*rows)
    distinct, place = collapse(*rows)
    return fitter.conditional_probability_alive(*distinct)[place]


def mean_if_alive(fit: Fit, x: np.ndarray, total: np.ndarray, weeks: np.ndarray) -> np.ndarray:
    """Expected purchases (bg_bb: active months) of customers who are alive: recency plays no part."""
    fitter = FITTERS[fit.model].of(fit.params)
    ahead = weeks / WEEKS_A_MONTH if fit.model == "bg_bb" else weeks
    distinct, place = collapse(x, total, ahead)
    mean, order = np.empty(len(distinct[0])), np.argsort(distinct[0], kind="stable")
    for start in range(0, len(mean), ROWS):
        part = order[start : start + ROWS]
        mean[part] = fitter.expected_if_alive(*(column[part] for column in distinct))
    return mean[place]
