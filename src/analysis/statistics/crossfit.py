"""Chances of a level and expected outcomes for rows from models that were fitted to other units' rows."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression, Ridge

FOLDS = 5
# C of the logistic regressions. That of the chances is chosen by log loss: drawn too far to the middle they would hide that
# a group has no counterpart, too little and many columns of noise would make the weights. Few rows have a rare outcome.
PENALTIES_CHANCE, PENALTY_OUTCOME = (0.03, 0.3, 3.0), 0.1
FEWEST_MARKED = 10  # rows that a column of 0 and 1 needs of both


def design(covariates: pd.DataFrame) -> pd.DataFrame:
    """Covariates as centred numbers, of standard deviation 1 unless they are 0 and 1.

    A blank number becomes the median, beside a column that says so; text becomes a column for each value, blank being one.
    Columns of 0 and 1 need `FEWEST_MARKED` rows of both; they keep their scale, so that a penalty weighs on the rare ones,
    of which little is known. Columns that do not vary go.
    """
    columns = {}
    for name, values in covariates.items():
        if pd.api.types.is_numeric_dtype(values):
            numbers = values.astype("float64")
            columns[str(name)] = numbers.fillna(numbers.median()).fillna(0.0)
            columns[f"{name} (blank)"] = numbers.isna().astype(float)
        else:
            text = values.astype("object").where(values.notna(), "(blank)").astype(str)
            columns |= {f"{name} {value}": (text == value).astype(float) for value in sorted(text.unique())}
    x = pd.DataFrame(columns, index=covariates.index)
    spread, marks = x.std(ddof=0), x.isin((0.0, 1.0)).all()
    enough = x.sum().clip(upper=len(x) - x.sum()) >= FEWEST_MARKED
    kept = (spread > 0) & (enough | ~marks)
    return ((x - x.mean()) / spread.where(~marks, 1.0)).loc[:, kept]


def folds(unit: np.ndarray, seed: int) -> np.ndarray:
    """Fold of each row; the rows of a unit (numbered from 0) are all in one."""
    return np.random.default_rng(seed).permutation(unit.max() + 1)[unit] % FOLDS


def chances(x: np.ndarray, level: np.ndarray, fold: np.ndarray) -> np.ndarray:
    """Chance of each level (column) for each row, from models of the other folds.

    Of the penalties that predict as well as the best, within a standard error, it is the weakest: what predicts best still
    draws the chances together, and leaves the groups apart.

    Parameters
    ----------
    x : array
        As `design` gives it.
    level : array of int
        Of each row, numbered from 0.
    fold : array of int
        As `folds` gives it.
    """
    tried = [_chances(x, level, fold, penalty) for penalty in PENALTIES_CHANCE]
    own = [np.log(np.maximum(found[np.arange(len(level)), level], 1e-9)) for found in tried]
    best = own[int(np.argmax([loss.mean() for loss in own]))]
    behind = [best - loss for loss in own]
    good = [k for k, d in enumerate(behind) if d.mean() <= d.std() / np.sqrt(len(d))]
    return tried[good[-1]]


def _chances(x: np.ndarray, level: np.ndarray, fold: np.ndarray, penalty: float) -> np.ndarray:
    found = np.zeros((len(level), level.max() + 1))
    for k in range(FOLDS):
        train, test = fold != k, fold == k
        if test.any():
            model = LogisticRegression(C=penalty, max_iter=500).fit(x[train], level[train])
            found[np.ix_(test, model.classes_)] = model.predict_proba(x[test])
    return found


def expected(x: np.ndarray, level: np.ndarray, y: np.ndarray, fold: np.ndarray, binary: bool) -> np.ndarray:
    """Outcome expected of each row at each level (column), from models of the other folds; see `chances`."""
    marks = np.eye(level.max() + 1)[:, 1:]
    given = np.column_stack([x, marks[level]])
    found = np.empty((len(y), len(marks)))
    for k in range(FOLDS):
        train, test = fold != k, fold == k
        if test.any():
            predict = _fitted(given[train], y[train], binary)
            for place, mark in enumerate(marks):
                found[test, place] = predict(np.column_stack([x[test], np.tile(mark, (test.sum(), 1))]))
    return found


def _fitted(x: np.ndarray, y: np.ndarray, binary: bool) -> Callable[[np.ndarray], np.ndarray]:
    if not binary:
        return Ridge(alpha=1 / PENALTY_OUTCOME).fit(x, y).predict
    if y.min() == y.max():
        return lambda at: np.full(len(at), y[0])
    model = LogisticRegression(C=PENALTY_OUTCOME, max_iter=500).fit(x, y.astype(int))
    return lambda at: model.predict_proba(at)[:, 1]
