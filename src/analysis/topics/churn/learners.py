"""Candidates that estimate who will be lost: two rules, a logistic regression and gradient boosting."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, QuantileTransformer
from threadpoolctl import threadpool_limits

from analysis.language import _
from analysis.statistics.classification import roc_auc
from analysis.topics.churn.tables import Examples

BASE, RULE, LOGISTIC, BOOSTED = "base_rate", "one_rule", "logistic", "boosted"
MODELS = (LOGISTIC, BOOSTED)  # the simpler first
CANDIDATES = (BASE, RULE, *MODELS)

MOST_LOST, CONTROLS = 30_000, 15  # rows learnt from: of those who were lost, and for each of those who stayed
LEAVES = (4, 10, 20)  # the small search of boosting
ROUNDS, PATIENCE, RATE = 800, 40, 0.03
ONE_THREAD = 200_000  # rows up to which learning keeps to one thread
LOST_PER_LEAF = 20  # customers lost, for a tree to have one more leaf
WATCHED = 0.2  # part of the units on which the rounds are counted
PENALTY = 0.1  # inverse strength of the logistic regression's, on features of standard spread
_RULE_BINS, _SMOOTHING = 20, 20.0


def labels() -> dict[str, str]:
    """Names of the candidates for reading."""
    return {
        BASE: _("Base rate"),
        RULE: _("One rule"),
        LOGISTIC: _("Logistic regression"),
        BOOSTED: _("Gradient boosting"),
    }


@dataclass
class Base:
    """Everybody at the rate of the past."""

    rate: float

    def predict(self, features: pd.DataFrame) -> np.ndarray:
        """Probability of each row."""
        return np.full(len(features), self.rate)


@dataclass
class Rule:
    """The rate of the past by values of one feature."""

    column: str
    edges: np.ndarray | None
    rates: pd.Series
    rate: float

    def predict(self, features: pd.DataFrame) -> np.ndarray:
        """Probability of each row."""
        return cells(features[self.column], self.edges).map(self.rates).fillna(self.rate).to_numpy(float)


@dataclass
class Logistic:
    """Ridge-penalised logistic regression on ranks turned normal, blanks marked, categories one by one."""

    pipeline: Pipeline
    means: np.ndarray
    shift: float

    def predict(self, features: pd.DataFrame) -> np.ndarray:
        """Probability of each row."""
        return expit(self.pipeline.decision_function(features) + self.shift)

    def owners(self) -> list[str]:
        """Feature that each coefficient belongs to."""
        prepared = self.pipeline[0]
        columns = sorted((str(n) for n in prepared.feature_names_in_), key=len, reverse=True)
        bare = [name.split("__", 1)[1] for name in prepared.get_feature_names_out()]
        bare = [name.removeprefix("missingindicator_") for name in bare]
        return [next(c for c in columns if name == c or name.startswith(c + "_")) for name in bare]


@dataclass
class Boosted:
    """Gradient boosted trees (Friedman 2001), on histograms; blanks and categories go their own way at a split."""

    model: HistGradientBoostingClassifier
    shift: float
    categories: dict[str, pd.CategoricalDtype]
    unknown: list[str]

    def inputs(self, features: pd.DataFrame) -> pd.DataFrame:
        """Features as the model knows them: other categories become blank, what was blank throughout is 0."""
        return _as_known(features, self.categories, self.unknown)

    def predict(self, features: pd.DataFrame) -> np.ndarray:
        """Probability of each row."""
        with threads(len(features)):
            return expit(self.model.decision_function(self.inputs(features)) + self.shift)


Learner = Base | Rule | Logistic | Boosted


@dataclass(frozen=True)
class Settings:
    """What the search found: leaves of a tree, and rounds."""

    leaves: int = 8
    rounds: int = 100


def learn(name: str, table: Examples, settings: Settings, seed: int, rule: str = "") -> Learner:
    """Fit one candidate.

    Parameters
    ----------
    rule : str
        Feature of the one rule; the one that ranks best on these rows if empty.
    """
    if name == BASE:
        return Base(float(table.churned.mean()))
    if name == RULE:
        return _rule(table, rule)
    sample, shift = sampled(table, seed)
    if name == LOGISTIC:
        with threads(len(sample)):
            pipeline = _logistic(sample.features).fit(sample.features, sample.churned)
        return Logistic(pipeline, pipeline[:-1].transform(sample.features).mean(axis=0), shift)
    known, unknown = _categories(sample.features), _blank(sample.features)
    model = _boosting(len(sample), settings.leaves, settings.rounds, seed)
    with threads(len(sample)):
        model.fit(_as_known(sample.features, known, unknown), sample.churned)
    return Boosted(model, shift, known, unknown)


def _blank(features: pd.DataFrame) -> list[str]:
    """Numbers blank throughout, which cannot be cut into bins."""
    numbers = features.select_dtypes("number")
    return [name for name in numbers if numbers[name].isna().all()]


def _as_known(features: pd.DataFrame, categories: dict, unknown: list[str]) -> pd.DataFrame:
    same = {name: features[name].cat.set_categories(kind.categories) for name, kind in categories.items()}
    return features.assign(**same, **dict.fromkeys(unknown, 0.0))


def threads(rows: int) -> threadpool_limits:
    """One thread for few rows: reports run side by side, and threads that wait for each other cost more than they do."""
    return threadpool_limits(limits=1 if rows <= ONE_THREAD else None)


def sampled(table: Examples, seed: int) -> tuple[Examples, float]:
    """At most 30,000 rows of who was lost and 15 times as many of who stayed, and what to add to log-odds learnt from them.

    Where few leave, further rows of those who stay cost time and teach next to nothing: with 15 controls a case, estimates
    keep 15/16 of the precision that all would give (Breslow & Day 1980). Sampling by outcome moves the intercept of a
    logistic model alone, by the log of the ratio of both parts (Prentice & Pyke 1979; King & Zeng 2001).
    """
    lost = table.churned == 1
    part_lost = min(MOST_LOST / lost.sum(), 1.0)
    part_kept = min(CONTROLS * part_lost * lost.sum() / (~lost).sum(), 1.0)
    kept = np.random.default_rng(seed).random(len(table)) < np.where(lost, part_lost, part_kept)
    return table.rows(kept), float(np.log(part_kept / part_lost))


def _rule(table: Examples, column: str) -> Rule:
    if column:
        return _rates(table, column)
    tried = [_rates(table, name) for name in table.features.columns]
    return max(tried, key=lambda one: roc_auc(table.churned, one.predict(table.features)))


def _rates(table: Examples, column: str) -> Rule:
    """Rates by twentieths of a number or by category, drawn to the overall rate where rows are few."""
    values, rate = table.features[column], float(table.churned.mean())
    cuts = edges(values)
    seen = pd.Series(table.churned).groupby(cells(values, cuts)).agg(["sum", "size"])
    return Rule(column, cuts, (seen["sum"] + _SMOOTHING * rate) / (seen["size"] + _SMOOTHING), rate)


def edges(values: pd.Series) -> np.ndarray | None:
    """Where a number is cut into twentieths; None for a category."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        return None
    return np.unique(np.nanquantile(values, np.linspace(0, 1, _RULE_BINS + 1)[1:-1]))


def cells(values: pd.Series, edges: np.ndarray | None) -> pd.Series:
    """Cell of each value: its category, or the number of its twentieth; blanks are a cell of their own."""
    if edges is None:
        return values.astype("object").where(values.notna(), "").reset_index(drop=True)
    at = np.searchsorted(edges, values.to_numpy(float), side="left")
    return pd.Series(np.where(values.isna(), -1, at))


def _logistic(features: pd.DataFrame) -> Pipeline:
    categories = [n for n in features if isinstance(features[n].dtype, pd.CategoricalDtype)]
    numbers = [n for n in features if n not in categories]
    # Ranks turned normal: money has tails that would carry a straight line away.
    number = make_pipeline(
        SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True),
        QuantileTransformer(
            output_distribution="normal",
            n_quantiles=min(200, len(features)),
            subsample=50_000,
            random_state=0,
        ),
    )
    category = OneHotEncoder(handle_unknown="ignore", min_frequency=20, sparse_output=False)
    return make_pipeline(
        ColumnTransformer([("number", number, numbers), ("category", category, categories)]),
        LogisticRegression(C=PENALTY, solver="newton-cholesky"),
    )


def _boosting(rows: int, leaves: int, rounds: int, seed: int, watched: bool = False):
    return HistGradientBoostingClassifier(
        learning_rate=RATE,
        max_iter=rounds,
        max_leaf_nodes=leaves,
        min_samples_leaf=max(20, min(60, rows // 500)),
        l2_regularization=5.0,
        max_features=0.3,  # each split looks at some features only: faster, and less bent on one of them
        categorical_features="from_dtype",
        early_stopping=watched,
        n_iter_no_change=PATIENCE,
        random_state=seed,
    )


def _categories(features: pd.DataFrame) -> dict[str, pd.CategoricalDtype]:
    return {n: c.dtype for n, c in features.items() if isinstance(c.dtype, pd.CategoricalDtype)}


def search(table: Examples, seed: int) -> Settings:
    """Leaves and rounds of boosting with the least log loss on a fifth of the units, set aside.

    Rounds are counted by stopping early on those units, so that no customer is on both sides.
    """
    sample, _shift = sampled(table, seed)
    codes = pd.factorize(sample.unit)[0]
    aside = np.random.default_rng(seed).random(codes.max() + 1) < WATCHED
    watched = aside[codes]
    if len(np.unique(sample.churned[watched])) < 2 or len(np.unique(sample.churned[~watched])) < 2:
        return Settings()
    inputs = _as_known(sample.features, _categories(sample.features), _blank(sample.features[~watched]))
    tried = []
    most = len(np.unique(sample.unit[sample.churned == 1])) / LOST_PER_LEAF
    for leaves in [n for n in LEAVES if n <= max(most, LEAVES[0])]:
        model = _boosting(int((~watched).sum()), leaves, ROUNDS, seed, watched=True)
        with threads(len(sample)):
            model.fit(
                inputs[~watched],
                sample.churned[~watched],
                X_val=inputs[watched],
                y_val=sample.churned[watched],
            )
        scores = np.array(model.validation_score_)
        # The first score is that of no tree at all.
        tried.append((scores.max(), leaves, max(int(scores.argmax()), 1)))
    best = max(tried)
    return Settings(best[1], best[2])
