"""What the model goes by: importance on later time, dependence with the data's density, attribution for each customer."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.statistics import classification as cls
from analysis.topics.churn import evaluation as ev
from analysis.topics.churn import learners as lrn

REPEATS = 3  # permutations of a group of features
MOST_ROWS = 2_000  # rows that dependence is averaged over
_PLACES = 15
Groups = Mapping[str, Sequence[str]]


def importance(evaluation: ev.Evaluation, groups: Groups) -> pd.DataFrame:
    """How much the ranking on the test suffers if a group of features is handed to other customers.

    Features that say nearly the same are permuted together, else each could stand in for the other and none would
    seem to matter. They are handed on within a test day, so that no season is broken up.

    Parameters
    ----------
    groups : mapping of str to sequence of str
        Name of a group to its features; groups none of whose features the model has are left out.

    Returns
    -------
    DataFrame
        One row per group, the most important first: group, loss (of ROC-AUC), low, high (95 %, customers drawn again).

    Notes
    -----
    Breiman (2001), Machine Learning 45; grouped: Gregorutti, Michel & Saint-Pierre (2015), CSDA 90.
    """
    tested, fold = evaluation.tested, evaluation.outcome["fold"].to_numpy()
    rng, whole = np.random.default_rng(evaluation.seed), cls.Ranked(tested.churned, evaluation.probability)
    weights = list(cls.redrawn(tested.unit, evaluation.seed, draws=100))
    base = np.array([whole.measures(w)[0] for w in [None, *weights]])
    rows = []
    for group, names in groups.items():
        held = [name for name in names if name in tested.features.columns]
        if not held:
            continue
        lost = np.zeros(len(base))
        for _repeat in range(REPEATS):
            order = _within(tested.time, rng)
            mixed = tested.features.copy()
            for name in held:
                mixed[name] = tested.features[name].array[order]
            ranked = cls.Ranked(tested.churned, evaluation.test.predict(mixed, fold))
            lost += base - np.array([ranked.measures(w)[0] for w in [None, *weights]])
        lost /= REPEATS
        low, high = np.nanquantile(lost[1:], [0.025, 0.975])
        rows.append((group, lost[0], low, high))
    table = pd.DataFrame(rows, columns=["group", "loss", "low", "high"])
    return table.sort_values("loss", ascending=False, ignore_index=True)


def _within(time: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A random order of the rows that keeps each within its moment; all together if hardly two share one."""
    codes = pd.factorize(time)[0]
    if codes.max() + 1 > len(codes) / 20:
        return rng.permutation(len(codes))
    drawn, sorted_rows = np.lexsort((rng.random(len(codes)), codes)), np.argsort(codes, kind="stable")
    order = np.empty(len(codes), int)
    order[sorted_rows] = drawn
    return order


def dependence(evaluation: ev.Evaluation, column: str) -> pd.DataFrame:
    """Mean probability if everybody had a value of a feature, with how many have it and what was seen of them.

    Parameters
    ----------
    column : str
        A number among the features.

    Returns
    -------
    DataFrame
        One row per place, at quantiles of the test: value, probability (mean over customers), low, high (range over the
        models of the folds), customers (tested rows whose value is nearest), observed (their rate of churn).

    Notes
    -----
    Partial dependence (Friedman 2001, section 8.2). Where no or few customers are, it is an extrapolation.
    """
    tested, fold = evaluation.tested, evaluation.outcome["fold"].to_numpy()
    values = tested.features[column].to_numpy(float)
    places = np.unique(np.nanquantile(values, np.linspace(0.01, 0.99, _PLACES)))
    rows = np.random.default_rng(evaluation.seed).permutation(len(tested))[:MOST_ROWS]
    sample, at = tested.features.iloc[rows].reset_index(drop=True), fold[rows]
    known = ~np.isnan(values)
    nearest = np.abs(values[known, None] - places[None, :]).argmin(axis=1)
    found = []
    for k, place in enumerate(places):
        p = evaluation.test.predict(sample.assign(**{column: place}), at)
        means = pd.Series(p).groupby(at).mean()
        here = tested.churned[known][nearest == k]
        found.append(
            (place, p.mean(), means.min(), means.max(), len(here), here.mean() if len(here) else np.nan)
        )
    return pd.DataFrame(found, columns=["value", "probability", "low", "high", "customers", "observed"])


@dataclass(frozen=True)
class Attribution:
    """What moved each score, in log-odds.

    Attributes
    ----------
    base : float
        Log-odds before anything is known of a customer.
    parts : DataFrame
        One row per customer, one column per feature; base + sum of a row is the log-odds of its score before
        calibration.
    """

    base: float
    parts: pd.DataFrame

    def grouped(self, groups: Groups) -> pd.DataFrame:
        """Sums over groups of features."""
        return pd.DataFrame(
            {
                group: self.parts[[name for name in names if name in self.parts]].sum(axis=1)
                for group, names in groups.items()
                if any(name in self.parts for name in names)
            }
        )


def attribution(model: ev.Model, features: pd.DataFrame) -> Attribution:
    """Take each score apart into what its features add.

    Parameters
    ----------
    features : DataFrame
        One row per customer, columns as the model learnt them.

    Notes
    -----
    Boosting: Shapley values of trees, path-dependent (Lundberg et al. 2020, Nature Machine Intelligence 2); exact, they
    add up to the score. Logistic regression: coefficient times distance from the mean, which is the same for a linear
    model with independent features (Štrumbelj & Kononenko 2014). A rule gives all to its one feature.
    """
    learner = model.learner
    if isinstance(learner, lrn.Boosted):
        return _of_trees(learner, features)
    if isinstance(learner, lrn.Logistic):
        return _of_line(learner, features)
    odds = ev.cal.log_odds(learner.predict(features))
    parts = pd.DataFrame(0.0, index=features.index, columns=features.columns)
    if isinstance(learner, lrn.Rule):
        parts[learner.column] = odds - ev.cal.log_odds(learner.rate)
        return Attribution(float(ev.cal.log_odds(learner.rate)), parts)
    return Attribution(float(odds[0]) if len(odds) else 0.0, parts)


def _of_trees(learner: lrn.Boosted, features: pd.DataFrame) -> Attribution:
    if learner.categories:
        # TreeExplainer takes a split for "at most"; a split by category is none.
        raise ValueError(
            f"scores cannot be taken apart with categories among the features ({', '.join(learner.categories)}); use "
            "model='logistic', or give numbers in their place"
        )
    with warnings.catch_warnings():
        # shap calls functions that matplotlib is going to rename, when it is imported.
        warnings.simplefilter("ignore")
        import shap
    explainer = shap.TreeExplainer(learner.model, feature_perturbation="tree_path_dependent")
    values = explainer.shap_values(learner.inputs(features))
    base = float(np.ravel(explainer.expected_value)[0]) + learner.shift
    return Attribution(base, pd.DataFrame(values, index=features.index, columns=features.columns))


def _of_line(learner: lrn.Logistic, features: pd.DataFrame) -> Attribution:
    prepared, line = learner.pipeline[:-1], learner.pipeline[-1]
    columns = prepared.transform(features)
    added = (columns - learner.means) * line.coef_[0]
    owner = learner.owners()
    parts = pd.DataFrame(added, index=features.index).T.groupby(owner).sum().T
    base = float(line.intercept_[0] + learner.means @ line.coef_[0]) + learner.shift
    return Attribution(base, parts.reindex(columns=features.columns, fill_value=0.0))
