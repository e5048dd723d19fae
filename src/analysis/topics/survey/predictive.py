"""Does the path model foretell answers of a later wave, better than their average and better than a plain regression?"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy.stats import norm

from analysis.statistics import moments as mo
from analysis.statistics import path_model as pm
from analysis.statistics import path_quality as pq
from analysis.topics.survey import constructs as co

COLUMNS = [
    "construct",
    "label",
    "q2",
    "q2_low",
    "q2_high",
    "q2_regression",
    "rmse",
    "rmse_naive",
    "rmse_regression",
    "customers",
]


def later_wave(
    scores: pd.DataFrame,
    items: pd.DataFrame,
    wave,
    paths: Mapping[str, Sequence[str]] | None = None,
    weights=None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Fit on all waves but the last, predict the last from the answers on the causes alone.

    Parameters
    ----------
    scores, items, paths, weights
        As in `index.fit`.
    wave : array-like
        Wave of each response; sorted, they are the order.

    Returns
    -------
    DataFrame
        One row per construct on which others act: construct, label, q2 (1 − squared error of the path model over that of
        the earlier waves' means), q2_low, q2_high, q2_regression (of a regression on all items of the causes), rmse,
        rmse_naive, rmse_regression (points), customers. Empty with a single wave, or
        not more respondents in earlier ones than items.

    Notes
    -----
    Q²predict: Shmueli, Ray, Velasquez Estrada & Chatla (2016), Journal of Business Research 69, with the construct's
    own causes as antecedents, by time instead of random folds. The interval is that of a ratio of two sums over
    respondents, linearised.
    """
    names = np.asarray(wave)
    last = names == max(names)
    asked = co.questionnaire(scores, items)
    design = pm.design(asked, co.paths_among(asked, paths))
    values = scores[list(design.items)]
    if values[~last].notna().any(axis=1).sum() <= len(design.items):
        return pd.DataFrame(columns=COLUMNS)
    earlier = mo.moments(
        mo.checked(values[~last]), None if weights is None else np.asarray(weights, dtype=float)[~last]
    )
    solution, now = pm.solve(earlier, design), values[last]
    given = pq.scores_of(now, earlier.mean[0], solution.weights[0], design).fillna(0.0).to_numpy()
    off = now.to_numpy() - earlier.mean[0]
    rows = []
    for to in np.flatnonzero(design.acts.any(axis=1)):
        own = design.member[:, to]
        causes = design.member[:, design.acts[to]].any(axis=1)
        slope = earlier.covariance[0][own] @ solution.weights[0][:, to]
        by_path = np.outer(given @ solution.direct[0][to], slope)
        by_items = np.nan_to_num(off[:, causes]) @ _regression(earlier.covariance[0], own, causes)
        rows.append(
            [
                design.constructs[to],
                co.label(design.constructs[to]),
                *_compared(off[:, own], by_path, by_items, level),
            ]
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def _regression(covariance: np.ndarray, own: np.ndarray, causes: np.ndarray) -> np.ndarray:
    return np.linalg.solve(covariance[np.ix_(causes, causes)], covariance[np.ix_(causes, own)])


def _compared(off: np.ndarray, by_path: np.ndarray, by_items: np.ndarray, level: float) -> list[float]:
    """Q² with its interval, Q² of the regression, root mean squared errors, respondents."""
    answered = int((~np.isnan(off)).any(axis=1).sum())
    naive, path, plain = (np.nansum(e**2, axis=1) for e in (off, off - by_path, off - by_items))
    if not naive.sum() > 0:
        return [np.nan] * 7 + [answered]
    ratio = path.sum() / naive.sum()
    error = np.sqrt(((path - ratio * naive) ** 2).sum()) / naive.sum()
    half = norm.ppf((1 + level) / 2) * error
    count = (~np.isnan(off)).sum()
    rmse = [float(np.sqrt(e.sum() / count)) for e in (path, naive, plain)]
    return [1 - ratio, 1 - ratio - half, 1 - ratio + half, 1 - plain.sum() / naive.sum(), *rmse, answered]
