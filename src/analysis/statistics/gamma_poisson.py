"""Rates of many small units, each pulled towards the mean as far as its own count is chance (gamma-Poisson).

events ~ Poisson(expected × mean × θ), θ ~ gamma with mean 1 and coefficient of variation c. How much units really
differ, c, is uncertain with few units: it is not set to its estimate but averaged over, so that intervals and ranks
carry that doubt too.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import gammaln
from scipy.stats import chi2

from analysis.language import _, number

GRID = np.concatenate([[0.0], np.geomspace(0.01, 3.0, 120)])
DRAWS = 4_000


@dataclass(frozen=True)
class Shrunken:
    """Units after shrinkage.

    Attributes
    ----------
    table : DataFrame
        One row per unit in the order given: events, expected, ratio (events over expected, over that of all), shrunk
        (posterior mean of the ratio), low, high, pull (part of the way to 1 that the ratio was moved; 1 where all
        differences are chance), rank (posterior mean; 1 is the lowest), rank_low, rank_high, above (chance that
        the ratio is above 1).
    spread : tuple of float
        Coefficient of variation between units: posterior mean, lower and upper bound.
    p_value : float
        Of the hypothesis that the units do not differ.
    """

    table: pd.DataFrame
    spread: tuple[float, float, float]
    p_value: float


def shrink(events, expected, seed: int = 0, level: float = 0.95) -> Shrunken:
    """Shrink the ratios of events to expected events.

    Parameters
    ----------
    events, expected : array-like of float
        One per unit. Expected may be any exposure: ratios are to the rate of all.

    Raises
    ------
    ValueError
        If there are fewer than two units, an expected count is not positive, or there is no event at all.

    Notes
    -----
    Clayton & Kaldor (1987), Biometrics 43, section 2.1, the moments replaced by the likelihood of negative binomial counts
    (their equation for the marginal distribution) on a grid of c with a flat prior, as Gelman (2006, Bayesian Analysis 1)
    recommends for the standard deviation of groups. The p-value is that of the likelihood ratio, halved as c = 0 is at
    the edge (Self & Liang 1987, JASA 82). Ranks: Goldstein & Spiegelhalter (1996), JRSS A 159.
    """
    x, e = np.asarray(events, dtype=float), np.asarray(expected, dtype=float)
    if len(x) < 2 or not (e > 0).all() or not x.sum() > 0:
        raise ValueError(
            _(
                "{n} units, {idle} of them without exposure, {events} events; expected two units with exposure and an event"
                " at least: leave out who has no exposure"
            ).format(n=number(len(x)), idle=number((~(e > 0)).sum()), events=number(x.sum()))
        )
    e = e * x.sum() / e.sum()
    likelihood = np.array([_log_likelihood(x, e, c) for c in GRID])
    gain = max(2 * (likelihood.max() - likelihood[0]), 0.0)
    p_value = float(chi2.sf(gain, 1) / 2) if gain > 0 else 1.0
    step = np.gradient(GRID)
    weight = np.exp(likelihood - likelihood.max()) * step
    weight /= weight.sum()
    rng = np.random.default_rng(seed)
    spread = rng.choice(GRID, DRAWS, p=weight)
    draws = _ratios(rng, x, e, spread)
    tail = [(1 - level) / 2, (1 + level) / 2]
    low, high = np.quantile(draws, tail, axis=0)
    ranks = draws.argsort(axis=1).argsort(axis=1) + 1
    rank_low, rank_high = np.quantile(ranks, tail, axis=0)
    inverse = np.where(GRID > 0, 1 / np.maximum(GRID, 1e-9) ** 2, np.inf)[:, None]
    with np.errstate(invalid="ignore"):
        pulled = np.where(np.isinf(inverse), 1.0, inverse / (inverse + e))
    pull = weight @ pulled
    shrunk = weight @ (pulled + (1 - pulled) * (x / e))
    table = pd.DataFrame(
        {
            "events": x, "expected": e, "ratio": x / e, "shrunk": shrunk, "low": low, "high": high, "pull": pull,
            "rank": ranks.mean(axis=0), "rank_low": rank_low, "rank_high": rank_high,
            "above": (draws > 1).mean(axis=0),
        }
    )  # fmt: skip
    bounds = np.quantile(spread, tail)
    return Shrunken(table, (float(weight @ GRID), float(bounds[0]), float(bounds[1])), p_value)


def _log_likelihood(x: np.ndarray, e: np.ndarray, c: float) -> float:
    """Of negative binomial counts with means e, without the terms that c leaves alone."""
    if c == 0:
        return float((x * np.log(e) - e).sum())
    a = 1 / c**2
    return float((gammaln(x + a) - gammaln(a) + x * np.log(e / (e + a)) - a * np.log1p(e / a)).sum())


def _ratios(rng: np.random.Generator, x: np.ndarray, e: np.ndarray, spread: np.ndarray) -> np.ndarray:
    a = 1 / np.maximum(spread, 1e-6)[:, None] ** 2
    # Draws of units that do not differ at all are all but equal; their ranks are a lot, as they should be.
    return rng.gamma(x + a) / (e + a)
