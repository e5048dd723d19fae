"""The expected maximum profit of a score: what it brings when everybody is contacted up to the best cut-off."""

from typing import NamedTuple

import numpy as np
from scipy.special import betainc
from sklearn.metrics import roc_curve


class MaximumProfit(NamedTuple):
    """Expected maximum profit (currency per customer) and the share of customers to contact for it."""

    value: float
    share: float


def expected_maximum_profit(
    churned, score, *, worth: float, contact: float, incentive: float = 0.0, alpha: float, beta: float
) -> MaximumProfit:
    """Profit of contacting the customers with the highest scores, at the best cut-off for each success rate.

    Parameters
    ----------
    churned : array-like of 0 or 1
        Who left.
    score : array-like of float
        Higher for those who are to leave.
    worth : float
        Mean value of a customer who is kept (currency).
    contact, incentive : float
        Cost of a contact, and of what those receive who accept the offer (currency).
    alpha, beta : float
        Of the Beta distribution of the share of would-be leavers whom a contact keeps. Its mean is the relative
        reduction of churn (`moments` makes it from an experiment's); Verbraken et al. assume 6 and 14.

    Raises
    ------
    ValueError
        If everybody or nobody left, or worth is not above the incentive.

    Notes
    -----
    Verbraken, Verbeke & Baesens (2013), IEEE Transactions on Knowledge and Data Engineering 25, equations 8 and 13:
    profit(cut-off; γ) = worth [(γ (1 − δ) − φ) π₀ F₀ − (δ + φ) π₁ F₁] with δ = incentive / worth, φ = contact / worth,
    π₀ and F₀ share and distribution of leavers. The best cut-off for a γ lies on the convex hull of the ROC curve; the
    integral over γ is a sum over its segments.
    """
    y = np.asarray(churned, dtype=int)
    if y.min() == y.max():
        raise ValueError("churned holds one value only; expected customers who left and customers who stayed")
    if worth <= incentive:
        raise ValueError(
            f"worth is {worth:g}, not above the incentive of {incentive:g}: nobody is worth keeping"
        )
    false, true, _ = roc_curve(y, np.asarray(score, dtype=float))
    false, true = _hull(false, true)
    leavers, delta, phi = y.mean(), incentive / worth, contact / worth
    with np.errstate(divide="ignore"):
        slope = (1 - leavers) * np.diff(false) / (leavers * np.diff(true))
    turns = np.clip(((delta + phi) * slope + phi) / (1 - delta), 0, 1)
    turns = np.concatenate([[0.0], np.maximum.accumulate(turns), [1.0]])
    # over each segment: its probability, and the mean of γ times it
    chance = np.diff(betainc(alpha, beta, turns))
    first = np.diff(betainc(alpha + 1, beta, turns)) * alpha / (alpha + beta)
    gains = worth * leavers * true * ((1 - delta) * first - phi * chance)
    costs = worth * (1 - leavers) * false * (delta + phi) * chance
    share = ((leavers * true + (1 - leavers) * false) * chance).sum()
    return MaximumProfit(float((gains - costs).sum()), float(share))


def _hull(false: np.ndarray, true: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Upper convex hull of a ROC curve, from (0, 0) to (1, 1)."""
    kept: list[tuple[float, float]] = []
    for x, y in zip(false, true, strict=True):
        while len(kept) > 1:
            (x1, y1), (x2, y2) = kept[-2:]
            if (x2 - x1) * (y - y1) < (y2 - y1) * (x - x1):
                break
            kept.pop()
        kept.append((float(x), float(y)))
    points = np.array(kept)
    return points[:, 0], points[:, 1]


def moments(mean: float, error: float) -> tuple[float, float]:
    """Parameters of the Beta distribution with this mean and standard deviation.

    Raises
    ------
    ValueError
        If there is none: the mean is not between 0 and 1, or the deviation is too large for it.
    """
    if not (0 < mean < 1 and 0 < error**2 < mean * (1 - mean)):
        raise ValueError(f"no Beta distribution has mean {mean:g} and standard deviation {error:g}")
    size = mean * (1 - mean) / error**2 - 1
    return mean * size, (1 - mean) * size
