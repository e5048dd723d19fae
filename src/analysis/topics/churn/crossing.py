"""Forecasts of customers by models that have learnt from other customers only."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.statistics import calibration as cal
from analysis.topics.churn import learners as lrn
from analysis.topics.churn.tables import Examples

FOLDS = 5


def folds(table: Examples, seed: int) -> np.ndarray:
    """Fold of each row; rows of a customer share one."""
    return np.random.default_rng(seed).permutation(len(table.names))[table.unit] % FOLDS


@dataclass(frozen=True)
class Crossed:
    """Learners of one candidate: one for all rows, or one per fold of customers, which has not learnt from them."""

    learners: tuple[lrn.Learner, ...]

    def predict(self, features: pd.DataFrame, fold: np.ndarray) -> np.ndarray:
        """Raw probability of each row by the learner of its fold."""
        if len(self.learners) == 1:
            return self.learners[0].predict(features)
        found = np.empty(len(features))
        for k, learner in enumerate(self.learners):
            rows = fold == k
            if rows.any():
                found[rows] = learner.predict(features[rows])
        return found


def crossed(
    name: str,
    known: Examples,
    fold: np.ndarray,
    asked: Examples,
    settings: lrn.Settings,
    rule: str,
    seed: int,
) -> Crossed:
    """Learn a candidate on `known` so that no customer of `asked` is forecast by a model that has learnt from them.

    Parameters
    ----------
    fold : array of int
        Fold of the customer of each row of `known`.
    """
    if name == lrn.BASE or not np.isin(asked.unit, known.unit).any():
        return Crossed((lrn.learn(name, known, settings, seed, rule),))
    parts = (known.rows(fold != k) for k in range(FOLDS))
    return Crossed(tuple(lrn.learn(name, part, settings, seed, rule) for part in parts))


def mender(churned: np.ndarray, raw: np.ndarray, name: str) -> cal.Calibrator:
    """Calibrator of a candidate, learnt on rows that it has not seen."""
    # The base rate of the past stays what it was: it is the naive forecast.
    return cal.Calibrator(0.0, 1.0) if name == lrn.BASE else cal.calibrator(churned, raw)


def menders(churned: np.ndarray, raw: np.ndarray, fold: np.ndarray, name: str) -> list[cal.Calibrator]:
    """For each fold a calibrator learnt on the customers of the others."""
    return [mender(churned[fold != k], raw[fold != k], name) for k in range(FOLDS)]


def mended(raw: np.ndarray, fold: np.ndarray, by_fold: Sequence[cal.Calibrator]) -> np.ndarray:
    """Raw probabilities calibrated, each row by the calibrator of its fold."""
    found = np.empty(len(raw))
    for k, mend in enumerate(by_fold):
        found[fold == k] = mend(raw[fold == k])
    return found


@dataclass(frozen=True)
class Tested:
    """A candidate as it was tested: by fold of customers, learnt and calibrated without them."""

    crossed: Crossed
    menders: tuple[cal.Calibrator, ...]

    def predict(self, features: pd.DataFrame, fold: np.ndarray) -> np.ndarray:
        """Calibrated probability of each row, by the fold of its customer."""
        return mended(self.crossed.predict(features, fold), fold, self.menders)
