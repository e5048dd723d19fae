"""Doubly robust scores: for each unit an unbiased, noisy measurement of what the treatment changes."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.base import ClassifierMixin, clone
from sklearn.model_selection import StratifiedKFold

from analysis.statistics.uplift import outcome as outcomes

CLIP = 0.02  # propensities are kept this far from 0 and 1


@dataclass(frozen=True)
class Scores:
    """What is measured of each unit, in the order of the input.

    Attributes
    ----------
    control, treatment : ndarray
        Expected outcome under either arm, from units of other folds.
    propensity : ndarray
        Probability of being treated.
    effect : ndarray
        Doubly robust score of the effect on the outcome, treatment minus control: its mean over any group
        chosen without looking at outcomes is an unbiased estimate of the group's effect.
    """

    control: np.ndarray
    treatment: np.ndarray
    propensity: np.ndarray
    effect: np.ndarray


def folds_of(treated, outcome, folds: int, seed: int) -> np.ndarray:
    """Fold of each unit; every fold has both arms and both outcomes in the same parts."""
    cell = 2 * np.asarray(treated, dtype=int) + np.asarray(outcome, dtype=int)
    # a cell with fewer units than folds joins the arm's other outcome
    small = np.isin(cell, np.flatnonzero(np.bincount(cell, minlength=4) < folds))
    cell = np.where(small, cell ^ 1, cell)
    split = StratifiedKFold(folds, shuffle=True, random_state=seed).split(np.zeros(len(cell)), cell)
    fold = np.empty(len(cell), dtype=int)
    for number, (_train, test) in enumerate(split):
        fold[test] = number
    return fold


def propensities(features: pd.DataFrame, treated, fold: np.ndarray, known=None) -> np.ndarray:
    """Probability of treatment: as stated, or the share treated in the other folds.

    Parameters
    ----------
    known : float, array-like or "estimated", optional
        The planned probability, of all or of each unit. Left out, the trial is taken for randomised with one
        probability. ``"estimated"``: not randomised; a logistic regression on the features out of fold, which holds
        only if these contain all that decided on the treatment and matters for the outcome.
    """
    t = np.asarray(treated, dtype=int)
    if known is not None and not isinstance(known, str):
        return np.clip(np.broadcast_to(np.asarray(known, dtype=float), t.shape), CLIP, 1 - CLIP)
    found = np.empty(len(t))
    for number in np.unique(fold):
        train, test = fold != number, fold == number
        if known == "estimated":
            model = outcomes.candidates(int(train.sum()))[f"logistic, C = {outcomes.PENALTIES[-1]:g}"]
            found[test] = outcomes.probability(model, features[train], t[train], features[test])
        else:
            found[test] = t[train].mean()
    return np.clip(found, CLIP, 1 - CLIP)


def choose_models(features: pd.DataFrame, treated, outcome, seed: int = 0) -> tuple[ClassifierMixin, ...]:
    """An outcome model for the control arm and one for the treated, each by its own log loss out of fold."""
    t, y = np.asarray(treated, dtype=bool), np.asarray(outcome, dtype=int)
    return tuple(outcomes.choose(features[t == arm], y[t == arm], seed) for arm in (False, True))


def by_arm(models, features: pd.DataFrame, treated, outcome, at: pd.DataFrame) -> list[np.ndarray]:
    """Expected outcome of the rows of `at` under control and under treatment."""
    t, y = np.asarray(treated, dtype=bool), np.asarray(outcome, dtype=int)
    return [
        outcomes.probability(clone(model), features[t == arm], y[t == arm], at)
        for arm, model in enumerate(models)
    ]


def scores(
    features: pd.DataFrame, treated, outcome, *, propensity=None, models=None, folds: int = 5, seed: int = 0
) -> Scores:
    """Cross-fitted doubly robust scores.

    Parameters
    ----------
    features : DataFrame
        One row per unit, known before the treatment; numbers, blanks allowed.
    treated : array-like of bool
    outcome : array-like of 0 or 1
    propensity : float, array-like or "estimated", optional
        As of `propensities`.
    models : pair of classifiers, optional
        Outcome models of control and treatment; chosen here if left out.

    Notes
    -----
    Augmented inverse propensity weighting (Robins, Rotnitzky & Zhao 1994, Journal of the American Statistical
    Association 89), cross-fitted (Chernozhukov et al. 2018, Econometrics Journal 21).
    """
    t, y = np.asarray(treated, dtype=bool), np.asarray(outcome, dtype=int)
    features = features.reset_index(drop=True)
    models = models or choose_models(features, t, y, seed)
    fold = folds_of(t, y, folds, seed)
    e = propensities(features, t, fold, propensity)
    control, treatment = np.empty(len(y)), np.empty(len(y))
    for number in range(folds):
        train, test = fold != number, fold == number
        control[test], treatment[test] = by_arm(models, features[train], t[train], y[train], features[test])
    effect = treatment - control + t * (y - treatment) / e - (1 - t) * (y - control) / (1 - e)
    return Scores(control, treatment, e, effect)
