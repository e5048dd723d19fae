"""Models of a rare outcome: a constant, a strongly penalised logistic regression or a small boosting."""

import numpy as np
import pandas as pd
from sklearn.base import ClassifierMixin, clone
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import QuantileTransformer, StandardScaler

PENALTIES = (0.001, 0.01, 0.1)  # C of the logistic regressions that are tried
FEWEST = 10  # events below which nothing but the constant can be told


def _filled() -> SimpleImputer:
    return SimpleImputer(strategy="median", keep_empty_features=True)


def on_one_scale(units: int) -> Pipeline:
    """Blanks become the median; features become ranks of standard deviation 1, so that no tail decides."""
    return make_pipeline(
        _filled(),
        QuantileTransformer(n_quantiles=min(100, units), subsample=None),
        StandardScaler(),
    )


def candidates(units: int, seed: int = 0) -> dict[str, ClassifierMixin]:
    """Outcome models by name, simplest first."""
    found: dict = {"constant": DummyClassifier(strategy="prior")}
    for penalty in PENALTIES:
        model = LogisticRegression(C=penalty, max_iter=300)
        found[f"logistic, C = {penalty:g}"] = make_pipeline(on_one_scale(units), model)
    boosting = HistGradientBoostingClassifier(
        max_iter=40, learning_rate=0.06, max_leaf_nodes=4, min_samples_leaf=50, l2_regularization=20,
        early_stopping=False, random_state=seed,
    )  # fmt: skip
    # scikit-learn 1.9's boosting fails on a column without any value
    found["boosting"] = make_pipeline(_filled(), boosting)
    return found


def choose(features: pd.DataFrame, outcome, seed: int = 0, folds: int = 3) -> ClassifierMixin:
    """The candidate with the smallest log loss out of fold, not yet fitted.

    Parameters
    ----------
    features : DataFrame
        One row per unit, numbers; blanks allowed.
    outcome : array-like of 0 or 1

    Returns
    -------
    classifier
        The constant if fewer than `FEWEST` units have either outcome.
    """
    y = np.asarray(outcome, dtype=int)
    tried = candidates(max(2, len(y) // 2), seed)
    if min(y.sum(), len(y) - y.sum()) < FEWEST:
        return tried["constant"]
    losses = {}
    splits = list(StratifiedKFold(folds, shuffle=True, random_state=seed).split(features, y))
    for name, model in tried.items():
        predicted = np.empty(len(y))
        for train, test in splits:
            predicted[test] = probability(clone(model), features.iloc[train], y[train], features.iloc[test])
        losses[name] = log_loss(y, predicted, labels=[0, 1])
    return tried[min(losses, key=losses.get)]


def probability(model: ClassifierMixin, features: pd.DataFrame, outcome, at: pd.DataFrame) -> np.ndarray:
    """Probability of outcome 1 for the rows of `at` from a model fitted to the others."""
    y = np.asarray(outcome, dtype=int)
    if y.min() == y.max():  # an arm of a fold without any event
        return np.full(len(at), float(y[0]))
    return model.fit(features, y).predict_proba(at)[:, 1]
