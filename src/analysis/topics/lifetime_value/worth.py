"""What the purchases to come are worth: discounted, with an interval for each customer and for all."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.language import _
from analysis.topics.lifetime_value import candidates as cand
from analysis.topics.lifetime_value import models
from analysis.topics.lifetime_value.choice import Evaluation

DAYS_A_YEAR = 365.25
WEEKS_A_MONTH = DAYS_A_YEAR / 12 / 7
LEVEL = 0.9
DRAWS = 200
_CHUNK = 20_000  # customers whose draws are held in memory at a time
_BANDS = 5  # of frequency, for the value of a purchase of who has none


@dataclass(frozen=True)
class Spend:
    """What a purchase is worth on average, by customer.

    Attributes
    ----------
    fit : models.Fit
        Gamma-Gamma.
    reasons : tuple of str
        Why Gamma-Gamma is not to be relied on; empty if it is. The own mean then stands in its place.
    """

    fit: models.Fit
    reasons: tuple[str, ...]

    def expected(self, summary: pd.DataFrame) -> np.ndarray:
        """Mean value of a purchase of each customer, currency."""
        if not self.reasons:
            return models.expected_value(self.fit, summary)
        own = summary["monetary_value"]
        # Gamma-Gamma is mostly given up because value goes with frequency: so who has no purchase gets the
        # mean of the customers who buy least.
        rarest = own[summary["frequency"] > 0][summary["frequency"].rank(pct=True) <= 1 / _BANDS]
        return own.fillna(rarest.mean() if len(rarest) else own.mean()).fillna(0.0).to_numpy()


def spend(summary: pd.DataFrame) -> Spend:
    """Fit the value of a purchase; see `Spend`."""
    fit = models.fit_value(summary)
    return Spend(fit, tuple(message for _name, ok, message in models.checks(fit, summary) if not ok))


def monthly_discount(annual: float) -> float:
    """Factor by which a month discounts: (1 + annual)^(−1/12).

    Raises
    ------
    ValueError
        If the rate is −1 or less.
    """
    if not annual > -1:
        raise ValueError(f"the annual discount rate is {annual}; expected a share such as 0.05")
    return (1 + annual) ** (-1 / 12)


def discounted(evaluation: Evaluation, months: int, annual: float) -> tuple[np.ndarray, np.ndarray]:
    """Expected purchases of each customer over `months`, plain and discounted to today.

    A month's purchases are discounted from its middle.
    """
    factor = monthly_discount(annual)
    steps = np.unique(np.ceil(np.linspace(0, months, min(months, 12) + 1)).astype(int))
    plain = present = np.zeros(len(evaluation.summary))
    for begin, end in zip(steps, steps[1:], strict=False):
        until_end = evaluation.expected(end * WEEKS_A_MONTH)
        present = present + (until_end - plain) * factor ** ((begin + end) / 2)
        plain = until_end
    return plain, present


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

    def interval(self, level: float = LEVEL) -> tuple[float, float]:
        """Interval of the total."""
        low, high = np.quantile(self.totals, [(1 - level) / 2, (1 + level) / 2])
        return float(low), float(high)


def draw(
    fit: models.Fit,
    summary: pd.DataFrame,
    weeks: float,
    expected: np.ndarray,
    seed: int,
    spend_fit: models.Fit | None = None,
    value: np.ndarray | None = None,
    draws: int = DRAWS,
    level: float = LEVEL,
) -> Draws:
    """Sampled parameters plus the chance of each customer's course.

    Parameters
    ----------
    fit : models.Fit
        Probability model whose spread is used.
    expected : array of float
        What is expected of each customer (purchases, or discounted value if `value` is given): the draws are
        scaled to this mean.
    spend_fit : models.Fit, optional
        Gamma-Gamma; without it purchases are drawn, not their value.
    value : array of float, optional
        Mean value of a purchase of each customer.
    """
    low, high = np.empty(len(summary)), np.empty(len(summary))
    totals = np.zeros(draws)
    mean = models.expected(fit, summary, weeks)
    for start in range(0, len(summary), _CHUNK):
        part = slice(start, min(start + _CHUNK, len(summary)))
        # The parameters of a draw are the same in every chunk: their error is one for all customers.
        rng = np.random.default_rng(seed)
        rows = summary.iloc[part].reset_index(drop=True)
        worlds = models.purchase_draws(fit, rows, weeks, draws, rng).astype(float)
        base = mean[part]
        if spend_fit is not None:
            worlds = models.value_draws(spend_fit, rows, worlds.astype(int), rng)
            base = base * models.expected_value(spend_fit, rows)
        worlds *= np.divide(expected[part], base, out=np.zeros(len(rows)), where=base > 0)[:, None]
        low[part], high[part] = np.quantile(worlds, [(1 - level) / 2, (1 + level) / 2], axis=1)
        totals += worlds.sum(axis=0)
    return Draws(low, high, totals)
