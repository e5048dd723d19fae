"""Learners of who responds to a treatment: constant, proportional, two-model, X and doubly robust.

Each has `fit(features, treated, outcome)` and `effect(features)`: outcome under treatment minus under control.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
from sklearn.linear_model import RidgeCV
from sklearn.pipeline import make_pipeline

from analysis.statistics.uplift import scores as dr
from analysis.statistics.uplift.effects import log_ratio, shrunk
from analysis.statistics.uplift.outcome import on_one_scale

FOLDS = 5
# Penalties tried on effects, by generalised cross-validation; at the largest the effect is one constant.
PENALTIES = tuple(np.logspace(2, 8, 13))


def _ridge(features: pd.DataFrame, target: np.ndarray):
    return make_pipeline(on_one_scale(len(features)), RidgeCV(alphas=PENALTIES)).fit(features, target)


class Learner:
    """What the learners share: the propensity they are told, the outcome models, the seed."""

    def __init__(self, propensity=None, models=None, seed: int = 0):
        self.propensity, self.models, self.seed = propensity, models, seed

    def risk(self, features) -> np.ndarray:
        """Probability of the outcome without the treatment; for learners with outcome models."""
        return dr.by_arm(self.chosen, *self.data, features)[0]

    def _start(self, features: pd.DataFrame, treated, outcome):
        features, t = features.reset_index(drop=True), np.asarray(treated, dtype=bool)
        y = np.asarray(outcome, dtype=int)
        self.chosen = self.models or dr.choose_models(features, t, y, self.seed)
        self.data = features, t, y
        return self.data


class Constant(Learner):
    """The same change for everybody: difference of the arms' means. The naive baseline."""

    def fit(self, features, treated, outcome):
        t, y = np.asarray(treated, dtype=bool), np.asarray(outcome, dtype=float)
        self.change = y[t].mean() - y[~t].mean()
        return self

    def effect(self, features) -> np.ndarray:
        return np.full(len(features), self.change)


class Proportional(Learner):
    """The same relative change of the rarer outcome's probability for everybody, shrunk towards none (`shrunk`)."""

    def fit(self, features, treated, outcome):
        features, t, y = self._start(features, treated, outcome)
        self.turned = y.mean() > 0.5
        rare = 1 - y if self.turned else y
        log, error = log_ratio(rare[t].sum(), t.sum(), rare[~t].sum(), (~t).sum())
        self.factor = np.exp(shrunk(float(log), float(error))[0]) - 1
        return self

    def effect(self, features) -> np.ndarray:
        control = self.risk(features)
        return -self.factor * (1 - control) if self.turned else self.factor * control


class TwoModel(Learner):
    """Difference of two outcome models, one per arm."""

    def fit(self, features, treated, outcome):
        self._start(features, treated, outcome)
        return self

    def effect(self, features) -> np.ndarray:
        control, treatment = dr.by_arm(self.chosen, *self.data, features)
        return treatment - control


class XLearner(Learner):
    """Each arm's outcomes against the other arm's model, weighted by the propensity.

    Künzel, Sekhon, Bickel & Yu (2019), PNAS 116, equations 8 and 9, with the propensity as the weight; imputed effects
    are regressed with a penalty.
    """

    def fit(self, features, treated, outcome):
        features, t, y = self._start(features, treated, outcome)
        control, treatment = dr.by_arm(self.chosen, features, t, y, features)
        self.treated_part = _ridge(features[t], (y - control)[t])
        self.control_part = _ridge(features[~t], (treatment - y)[~t])
        stated = None if isinstance(self.propensity, str) else self.propensity
        self.weight = float(np.mean(t.mean() if stated is None else stated))
        return self

    def effect(self, features) -> np.ndarray:
        g = self.weight
        return g * self.control_part.predict(features) + (1 - g) * self.treated_part.predict(features)


class DRLearner(Learner):
    """Regression of the cross-fitted doubly robust scores on the features.

    Kennedy (2023), Electronic Journal of Statistics 17, algorithm 1, cross-fitted and with a ridge penalty.
    """

    def fit(self, features, treated, outcome):
        features, t, y = self._start(features, treated, outcome)
        found = dr.scores(
            features, t, y, propensity=self.propensity, models=self.chosen, folds=3, seed=self.seed
        )
        self.model = _ridge(features, found.effect)
        return self

    def effect(self, features) -> np.ndarray:
        return self.model.predict(features)


LEARNERS: dict[str, Callable[..., Learner]] = {
    "constant": Constant,
    "proportional": Proportional,
    "two-model": TwoModel,
    "x": XLearner,
    "dr": DRLearner,
}


def out_of_fold(
    name: str, features: pd.DataFrame, treated, outcome, *, propensity=None, models=None, seed: int = 0
) -> np.ndarray:
    """Effect of each unit, predicted by a learner that saw neither the unit nor its fold (`FOLDS`)."""
    t, y = np.asarray(treated, dtype=bool), np.asarray(outcome, dtype=int)
    features = features.reset_index(drop=True)
    stated = (
        None if propensity is None or isinstance(propensity, str) else np.broadcast_to(propensity, len(t))
    )
    fold = dr.folds_of(t, y, FOLDS, seed)
    found = np.empty(len(t))
    for number in range(FOLDS):
        train, test = fold != number, fold == number
        given = propensity if stated is None else stated[train]
        learner = LEARNERS[name](propensity=given, models=models, seed=seed)
        found[test] = learner.fit(features[train], t[train], y[train]).effect(features[test])
    return found


def compare(
    features: pd.DataFrame, treated, outcome, *, propensity=None, models=None, seed: int = 0
) -> tuple[pd.DataFrame, dict[str, np.ndarray]]:
    """All learners on the same folds, by their squared distance from the doubly robust scores.

    Returns
    -------
    table : DataFrame
        One row per learner, best first: learner, loss (mean squared distance less that of the constant; negative is
        better than the constant), error (standard error of that difference).
    predicted : dict
        Learner to the out-of-fold effect of each unit.

    Notes
    -----
    The scores are unbiased for the effect, so that the squared distance ranks predictions as the distance from
    the true effect would (Saito & Yasui 2020, ICML, "plug-in validation" with doubly robust scores).
    """
    models = models or dr.choose_models(features, treated, outcome, seed)
    measured = dr.scores(features, treated, outcome, propensity=propensity, models=models, seed=seed).effect
    predicted = {
        name: out_of_fold(name, features, treated, outcome, propensity=propensity, models=models, seed=seed)
        for name in LEARNERS
    }
    plain = (measured - predicted["constant"]) ** 2
    rows = []
    for name, effect in predicted.items():
        apart = (measured - effect) ** 2 - plain
        rows.append({"learner": name, "loss": apart.mean(), "error": apart.std() / np.sqrt(len(apart))})
    return pd.DataFrame(rows).sort_values("loss", ignore_index=True), predicted
