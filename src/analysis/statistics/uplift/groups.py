"""Effects by group of predicted effect, and the test of "the treatment does the same to everybody"."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import norm

from analysis.statistics.differences import share_difference
from analysis.statistics.uplift.effects import LEVEL, Estimate, least_squares, normal


def by_group(predicted, treated, outcome, groups: int = 5, level: float = LEVEL) -> pd.DataFrame:
    """Effect seen in groups of equal size by predicted effect.

    Parameters
    ----------
    predicted : array-like of float
        Predicted effect, made without the unit's outcome.
    treated : array-like of bool
        Randomised with one probability.
    outcome : array-like of 0 or 1

    Returns
    -------
    DataFrame
        One row per group, highest prediction first: group (1, 2, …), n, n_treated, n_control, predicted (mean),
        rate_treated, rate_control, effect (treated minus control), low, high (Newcombe's interval). Equal
        predictions stay together, so that there may be fewer groups than asked for.

    Notes
    -----
    Sorted group average treatment effects (Chernozhukov, Demirer, Duflo & Fernández-Val 2025, Econometrica 93).
    """
    p = np.asarray(predicted, dtype=float)
    place = pd.Series(p).rank(method="average", ascending=False, pct=True).to_numpy()
    group = np.ceil(place * groups - 1e-9).astype(int)
    frame = pd.DataFrame(
        {"group": group, "t": np.asarray(treated, bool), "p": p, "y": np.asarray(outcome, float)}
    )
    frame = frame.assign(yt=frame["y"] * frame["t"], yc=frame["y"] * ~frame["t"], c=~frame["t"])
    sums = frame.groupby("group").agg(
        n=("t", "size"),
        n_treated=("t", "sum"),
        n_control=("c", "sum"),
        predicted=("p", "mean"),
        yt=("yt", "sum"),
        yc=("yc", "sum"),
    )
    effect, low, high = share_difference(sums["yc"], sums["n_control"], sums["yt"], sums["n_treated"], level)
    sums["rate_treated"] = sums["yt"] / sums["n_treated"].where(sums["n_treated"] > 0)
    sums["rate_control"] = sums["yc"] / sums["n_control"].where(sums["n_control"] > 0)
    found = sums.drop(columns=["yt", "yc"]).assign(effect=effect, low=low, high=high).reset_index()
    return found.assign(group=np.arange(1, len(found) + 1))


class Heterogeneity(NamedTuple):
    """Test of "no heterogeneity".

    Attributes
    ----------
    slope : Estimate
        By how much the effect rises where the prediction rises by one: 1 for a perfect prediction, 0 for one that
        tells nothing; missing if the prediction is the same for everybody.
    p_value : float
        Of slope ≤ 0, one-sided; 1 if the prediction is the same for everybody: nothing was shown.
    """

    slope: Estimate
    p_value: float


def heterogeneity(measured, predicted, beside=None, level: float = LEVEL) -> Heterogeneity:
    """Do effects differ as predicted?

    Parameters
    ----------
    measured : array-like of float
        Doubly robust score of each unit's effect (`scores.scores`).
    predicted : array-like of float
        Predicted effect, made without the unit's outcome.
    beside : array-like of float, optional
        Something with which effects may vary all the same, such as the risk: the test is then of
        heterogeneity beyond it.

    Notes
    -----
    Best linear predictor of the effect (Chernozhukov, Demirer, Duflo & Fernández-Val 2025, Econometrica 93, equation
    3.1, in the form that regresses the score), with HC2 errors. Its level is measured in docs/churn_saving.md.
    """
    s, psi = np.asarray(predicted, dtype=float), np.asarray(measured, dtype=float)
    columns = [np.ones_like(s), s - s.mean()]
    if beside is not None:
        b = np.asarray(beside, dtype=float)
        columns.append(b - b.mean())
        s = (
            s
            - np.column_stack(columns[::2]) @ np.linalg.lstsq(np.column_stack(columns[::2]), s, rcond=None)[0]
        )
    if s.std() <= 1e-9 * max(np.abs(predicted).max(), 1e-12):
        return Heterogeneity(Estimate(np.nan, np.nan, np.nan, np.nan), 1.0)
    found, covariance = least_squares(np.column_stack(columns), psi)
    slope = normal(found[1], np.sqrt(covariance[1, 1]), level)
    return Heterogeneity(slope, float(norm.sf(slope.value / slope.error)))


def calibrated(measured, predicted, at, level: float = LEVEL) -> pd.DataFrame:
    """Predicted effects on the scale of those seen: the straight line through scores over predictions.

    Parameters
    ----------
    measured, predicted : array-like of float
        As of `heterogeneity`.
    at : array-like of float
        Predictions to bring onto that scale.

    Returns
    -------
    DataFrame
        One row per entry of `at`: effect, low, high (interval of the line, not of the single unit).
    """
    s, new = np.asarray(predicted, dtype=float), np.asarray(at, dtype=float)
    found, covariance = least_squares(np.column_stack([np.ones_like(s), s - s.mean()]), np.asarray(measured))
    x = np.column_stack([np.ones_like(new), new - s.mean()])
    effect = x @ found
    half = norm.ppf((1 + level) / 2) * np.sqrt(np.einsum("ij,jk,ik->i", x, covariance, x))
    return pd.DataFrame({"effect": effect, "low": effect - half, "high": effect + half})
