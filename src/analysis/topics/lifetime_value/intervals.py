"""Intervals: sampled parameters plus each customer's chance; without a model that is fit, past errors."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.topics.lifetime_value import accuracy as acc
from analysis.topics.lifetime_value import candidates as cand
from analysis.topics.lifetime_value import models
from analysis.topics.lifetime_value.choice import Evaluation
from analysis.topics.lifetime_value.worth import Spend

_ENDS = (0.05, 0.95)  # of 90 % intervals
DRAWS = 200
_CHUNK = 20_000  # customers whose draws are held in memory at a time
_BANDS = 5  # of the forecast, within which past errors are taken to be alike


def reference(evaluation: Evaluation, learnt: cand.Learnt) -> models.Fit | None:
    """The probability model that intervals are drawn from: the chosen one, else the best that is fit."""
    order = evaluation.inner.sort_values("score")["candidate"]
    names = [evaluation.chosen, *order]
    fits = [learnt.fits[name] for name in names if name in learnt.fits and name not in learnt.unfit]
    return fits[0] if fits else None


@dataclass(frozen=True)
class Draws:
    """Possible worlds: low and high of each customer, and the total of all customers in each draw."""

    low: np.ndarray
    high: np.ndarray
    totals: np.ndarray


def draw(
    fit: models.Fit,
    summary: pd.DataFrame,
    weeks: float,
    expected: np.ndarray,
    seed: int,
    spend: Spend | None = None,
    draws: int = DRAWS,
) -> Draws:
    """Sampled parameters plus the chance of each customer's course.

    Parameters
    ----------
    fit : models.Fit
        Probability model whose spread is used.
    expected : array of float
        What is expected of each customer (purchases, or their discounted value with `spend`): the draws are
        scaled to this mean.
    spend : worth.Spend, optional
        Without it purchases are drawn, not their value.
    """
    rng = np.random.default_rng(seed)
    # A draw's parameters are the same for every customer: their error does not average out over customers.
    parameters = models.parameter_draws(fit, draws, rng)
    of_spend = models.parameter_draws(spend.fit, draws, rng) if spend is not None else None
    mean = models.expected(fit, cand.seen_by(fit.model, summary), weeks)
    low, high, totals = np.empty(len(summary)), np.empty(len(summary)), np.zeros(draws)
    for start in range(0, len(summary), _CHUNK):
        part = slice(start, start + _CHUNK)
        rows = summary.iloc[part].reset_index(drop=True)
        seen = cand.seen_by(fit.model, rows)
        worlds = models.purchase_draws(fit, seen, weeks, draws, rng, parameters)
        base = mean[part]
        if spend is not None:
            valued = spend.seen(rows)
            worlds = models.value_draws(spend.fit, valued, worlds, rng, of_spend)
            base = base * models.expected_value(spend.fit, valued)
        worlds = worlds * np.divide(expected[part], base, out=np.zeros(len(rows)), where=base > 0)[:, None]
        low[part], high[part] = np.quantile(worlds, _ENDS, axis=1)
        totals += worlds.sum(axis=0)
    return Draws(low, high, totals)


def level_error(evaluation: Evaluation, seed: int, draws: int = DRAWS) -> np.ndarray:
    """Factors by which totals missed in the two windows, as draws to multiply other totals with.

    What moves all customers at once (a season, prices, a competitor) is in no model of single customers. The logarithm
    of seen over expected is taken to be normal with mean 0; its spread is estimated from the inner and the outer
    window, hence Student's t with two degrees of freedom.
    """
    misses = []
    for table in (evaluation.inner, evaluation.outer):
        bias = table.set_index("candidate")["bias"].get(evaluation.chosen, np.nan)
        misses.append(np.log1p(bias) if bias > -1 else np.nan)
    spread = np.sqrt(np.nanmean(np.square(misses))) if np.isfinite(misses).any() else 0.0
    return np.exp(spread * np.random.default_rng([seed, 1]).standard_t(2, draws))


def from_errors(evaluation: Evaluation, expected: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Low and high of each customer's purchases from the errors in the outer window.

    The errors of forecasts of about the same size, over the root of the forecast plus 1, which makes the spread of
    counts alike, are taken to come again.

    Parameters
    ----------
    expected : array of float
        Purchases expected of each customer.
    """
    seen = evaluation.outcome["purchases"].to_numpy(float)
    forecast = evaluation.outcome[evaluation.chosen].to_numpy(float)
    errors = pd.Series((seen - forecast) / np.sqrt(forecast + 1))
    band = acc.bands(forecast, _BANDS)
    bounds = errors.groupby(band).quantile(_ENDS).unstack()
    tops = pd.Series(forecast).groupby(band).max().to_numpy()[:-1]
    own = bounds.to_numpy()[np.searchsorted(tops, expected, side="left")]
    spread = np.sqrt(expected + 1)
    low, high = (np.clip(expected + own[:, k] * spread, 0, None) for k in (0, 1))
    return low, high
