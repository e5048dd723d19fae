"""Qini and uplift curves: what is gained when the treatment goes to those first who are to gain most."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.statistics.uplift.effects import LEVEL, Estimate

POINTS = 101
DRAWS = 400


class Curve(NamedTuple):
    """An uplift curve.

    Attributes
    ----------
    points : DataFrame
        One row per share of the units, best predicted first: share (0 to 1), gain (units won per unit of all),
        low, high, random (gain if the same number were picked by lot).
    area : Estimate
        AUUC: area under the curve of gains.
    qini : Estimate
        Qini coefficient: area between the curve and the line of the lot; 0 for a prediction that tells nothing.
    """

    points: pd.DataFrame
    area: Estimate
    qini: Estimate


def curve(predicted, treated, outcome, *, draws: int = DRAWS, level: float = LEVEL, seed: int = 0) -> Curve:
    """Gain by share treated, with bootstrap intervals.

    Parameters
    ----------
    predicted : array-like of float
        Predicted effect of each unit (more is better), made without its outcome.
    treated : array-like of bool
        Randomised with one probability.
    outcome : array-like of float
        More is better.

    Notes
    -----
    gain(φ) = φ × (mean outcome of the treated − mean of the controls) among the first part φ; Radcliffe (2007), Direct
    Marketing Analytics Journal, rescaled to one unit, and Devriendt, Van Belle, Guns & Verbeke (2022), IEEE
    Transactions on Knowledge and Data Engineering 34. Units with equal predictions come together, so that a constant
    prediction is the line of the lot. The bootstrap draws units within each arm; predictions stay as they are.
    """
    p, t, y = np.asarray(predicted, float), np.asarray(treated, bool), np.asarray(outcome, float)
    order = np.argsort(-p, kind="stable")
    p, t, y = p[order], t[order], y[order]
    ends = np.append(np.flatnonzero(np.diff(p)), len(p) - 1)
    shares = np.linspace(0, 1, POINTS)
    whole = _gains(np.ones(len(p)), t, y, ends, shares)
    rng, drawn = np.random.default_rng(seed), np.empty((draws, POINTS))
    arms = [np.flatnonzero(t), np.flatnonzero(~t)]
    for k in range(draws):
        weight = np.zeros(len(p))
        for arm in arms:
            weight += np.bincount(rng.choice(arm, len(arm)), minlength=len(p))
        drawn[k] = _gains(weight, t, y, ends, shares)
    tails = [(1 - level) / 2, (1 + level) / 2]
    low, high = np.quantile(drawn, tails, axis=0)
    points = pd.DataFrame(
        {"share": shares, "gain": whole, "low": low, "high": high, "random": shares * whole[-1]}
    )
    areas = np.trapezoid(drawn, shares, axis=1)
    area = float(np.trapezoid(whole, shares))
    beyond = areas - drawn[:, -1] / 2
    return Curve(points, _drawn(area, areas, tails), _drawn(area - whole[-1] / 2, beyond, tails))


def _gains(weight, t, y, ends, shares) -> np.ndarray:
    """Gain at each share; counts are taken at the ends of ties and run straight between them."""
    counts = [np.cumsum(w)[ends] for w in (weight, weight * t, weight * t * y, weight * ~t * y)]
    n, n1, y1, y0 = (np.interp(shares * c0[-1], c0, c) for c0, c in _from_zero(counts))
    n0 = n - n1
    with np.errstate(invalid="ignore", divide="ignore"):
        apart = y1 / n1 - y0 / n0
    return shares * np.where((n1 > 0) & (n0 > 0), apart, 0.0)


def _from_zero(counts: list[np.ndarray]):
    counts = [np.append(0.0, c) for c in counts]
    return [(counts[0], c) for c in counts]


def _drawn(value: float, draws: np.ndarray, tails) -> Estimate:
    low, high = np.quantile(draws, tails)
    return Estimate(value, float(low), float(high), float(draws.std()))
