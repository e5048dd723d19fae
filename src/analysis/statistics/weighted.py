"""Means, shares and net promoter scores under weights, with errors that know how the weights came about.

Weights that were fitted to known totals take part of the error away; weights that rest on a fitted model of response add
some. Both follow from the equation that the weights solve, linearised: what is left of an answer is its residual from a
regression on what was calibrated.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.stats import t

from analysis.statistics.intervals import wilson
from analysis.statistics.measures import Estimate
from analysis.statistics.raking import effective_size


@dataclass(frozen=True)
class Stage:
    """One step of calibration: weights d·F(x'β), with β such that the weighted sums of z meet their totals.

    Attributes
    ----------
    model, calibration : array
        x and z: one row per respondent, as many columns each. Raking has dummies of its categories for both.
    weights, slope : array of float
        Weights after this step, and their derivative by x'β: the weight itself for raking (F = exp).
    strata : tuple of arrays of int
        Rows of the respondents that were calibrated together, each set with β of its own.
    asked, asked_unit : array, optional
        z and unit of all who were asked, if the totals are theirs and not known from elsewhere; with one set of rows only.
    """

    model: np.ndarray
    calibration: np.ndarray
    weights: np.ndarray
    slope: np.ndarray
    strata: tuple[np.ndarray, ...]
    asked: np.ndarray | None = None
    asked_unit: np.ndarray | None = None

    def settled(self, share: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
        """What calibration takes off the shares of respondents in an estimate, and what it adds of all who were asked.

        It is w z'B, and z'B of who was asked, with B = (Σ q x z')⁻¹ Σ q/w x share, q the slope.
        """
        out = np.zeros(len(share))
        for rows in self.strata:
            x, z, w = self.model[rows], self.calibration[rows], self.weights[rows]
            slope = self.slope[rows]
            b = np.linalg.lstsq((x * slope[:, None]).T @ z, x.T @ (slope / w * share[rows]), rcond=1e-10)[0]
            out[rows] = w * (z @ b)
        return out, None if self.asked is None else self.asked @ b


@dataclass(frozen=True)
class Weighting:
    """Weights of respondents and how they came about.

    Attributes
    ----------
    weights : array of float
        One per response.
    unit : array of int
        Who answered, positions from 0: a customer may have answered in several waves.
    units : int
        All units, with those who were asked and did not answer.
    stages : tuple of Stage
        In the order in which they were applied.
    instead : mapping of str to Weighting
        Of items whose own answers are a part of these weights: weights that do not know them.
    """

    weights: np.ndarray
    unit: np.ndarray
    units: int
    stages: tuple[Stage, ...] = ()
    instead: Mapping[str, "Weighting"] = field(default_factory=dict)

    def of(self, item: str) -> "Weighting":
        """The weights for the answers to an item."""
        return self.instead.get(item, self)

    def influence(self, deviation: np.ndarray) -> np.ndarray:
        """Influence of each unit on Σ w·deviation, a sum that is 0."""
        out, share = np.zeros(self.units), self.weights * deviation
        # A step that came later was solved anew for whatever the earlier ones gave.
        for stage in reversed(self.stages):
            settled, of_asked = stage.settled(share)
            share = share - settled
            if of_asked is not None:
                out += np.bincount(stage.asked_unit, of_asked, self.units)
        return out + np.bincount(self.unit, share, self.units)


def equal(unit: np.ndarray, units: int) -> Weighting:
    """Every response counts alike."""
    return Weighting(np.ones(len(unit)), unit, units)


def mean(weighting: Weighting, y, where=None) -> Estimate:
    """Weighted mean of the answers there are, with the influence of each unit.

    Parameters
    ----------
    y : array of float
        One per response; missing where not answered.
    where : array of bool, optional
        Responses of the group or wave; all if not given.

    Returns
    -------
    Estimate
        The influences are multiplied by √(c / (c − 1)) for c units with an answer, so that the sum of their squares is the
        variance; missing if only one answered. The mean is missing if nobody did.

    Notes
    -----
    Linearised: Särndal, Swensson & Wretman (1992), Model Assisted Survey Sampling, sections 5.5 and 6.5; Deville & Särndal
    (1992), Journal of the American Statistical Association 87, for raking; Kott & Chang (2010), ibid. 105, where x and z
    differ.
    """
    y = np.asarray(y, dtype=float)
    here = ~np.isnan(y) if where is None else ~np.isnan(y) & where
    w = np.where(here, weighting.weights, 0.0)
    c = len(np.unique(weighting.unit[here]))
    if not c:
        return Estimate(np.nan, np.full(weighting.units, np.nan))
    value = float(w @ np.where(here, y, 0.0) / w.sum())
    if c == 1:
        return Estimate(value, np.full(weighting.units, np.nan))
    deviation = np.where(here, np.where(here, y, 0.0) - value, 0.0) / w.sum()
    return Estimate(value, weighting.influence(deviation) * np.sqrt(c / (c - 1)))


def error(estimate: Estimate) -> float:
    """Standard error of an estimate whose influences are those of units."""
    return float(np.sqrt((estimate.influence**2).sum()))


def difference(after: Estimate, before: Estimate) -> Estimate:
    """After minus before; units in both count with their covariance."""
    return Estimate(after.value - before.value, after.influence - before.influence)


def interval(estimate: Estimate, n: int, level: float = 0.95) -> tuple[float, float]:
    """Student's interval of a mean of `n` units."""
    if n < 2:
        return np.nan, np.nan
    half = t.ppf((1 + level) / 2, n - 1) * error(estimate)
    return estimate.value - half, estimate.value + half


def share_interval(estimate: Estimate, weights: np.ndarray, level: float = 0.95) -> tuple[float, float]:
    """Wilson's interval of a weighted share, for as many trials as have its variance (Korn & Graubard 1998).

    Parameters
    ----------
    weights : array of float
        Of the responses behind the share: without a hit, or with nothing else, the variance is not known, and they count
        for their effective size.
    """
    share, spread = estimate.value, error(estimate)
    if np.isnan(spread):
        return np.nan, np.nan
    trials = share * (1 - share) / spread**2 if spread > 0 and 0 < share < 1 else effective_size(weights)
    low, high = wilson(share * trials, trials, level)
    return float(low), float(high)


def promoters(scores) -> np.ndarray:
    """Answers from 0 to 10 as the net promoter score counts them: 9 and 10 are 100, 0 to 6 are −100 (Reichheld 2003)."""
    scores = np.asarray(scores, dtype=float)
    return np.where(np.isnan(scores), np.nan, 100.0 * ((scores >= 9) * 1.0 - (scores <= 6)))


def top_two(scores, highest: float) -> np.ndarray:
    """1 where the answer is one of the two highest of a scale of whole numbers, else 0."""
    scores = np.asarray(scores, dtype=float)
    return np.where(np.isnan(scores), np.nan, (scores >= highest - 1) * 1.0)
