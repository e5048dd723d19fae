"""Would other customers of the same bank give the same clusters?"""

from collections.abc import Callable

import numpy as np
import pandas as pd
from sklearn.metrics.cluster import contingency_matrix

from analysis.statistics.clusters.models import Partition


def prediction_strength(predicted: np.ndarray, found: np.ndarray) -> float:
    """How far clusters found in one half are told by the clusters of the other half.

    Parameters
    ----------
    predicted : array of int
        Clusters of some rows by a partition learnt on other rows.
    found : array of int
        Clusters of the same rows by a partition learnt on themselves.

    Returns
    -------
    float
        Over the clusters of `found`, the least share of a cluster's pairs of rows that `predicted` keeps
        together; a cluster of one row has no pair and counts as 0.

    Notes
    -----
    Tibshirani & Walther (2005), Journal of Computational and Graphical Statistics 14, equation 2.1; they take
    the largest k with at least 0.8 to 0.9.
    """
    table = contingency_matrix(found, predicted).astype(float)
    sizes = table.sum(axis=1)
    together = (table * (table - 1)).sum(axis=1)
    return float(np.min(np.where(sizes > 1, together / np.maximum(sizes * (sizes - 1), 1), 0.0)))


def jaccard(reference: np.ndarray, other: np.ndarray) -> np.ndarray:
    """For each cluster of `reference`, the Jaccard similarity with its most similar cluster of `other`.

    Parameters
    ----------
    reference, other : array of int
        Two clusterings of the same rows.

    Returns
    -------
    ndarray
        One similarity per cluster of `reference`, in ascending order of their labels.
    """
    both = contingency_matrix(reference, other).astype(float)
    union = both.sum(axis=1, keepdims=True) + both.sum(axis=0, keepdims=True) - both
    return (both / union).max(axis=1)


def bootstrap(
    labels: np.ndarray,
    matrix: np.ndarray,
    refit: Callable[[np.ndarray, int], Partition],
    draws: int,
    seed: int,
) -> pd.DataFrame:
    """Stability of each cluster under resampling of the rows.

    Parameters
    ----------
    labels, matrix : ndarray
        Cluster (from 0) and values of each row.
    refit : callable
        Partition of other rows by the same method, from rows and a seed.
    draws : int
        Number of bootstrap samples.

    Returns
    -------
    DataFrame
        One row per cluster, in their order: jaccard (mean over the samples), low and high (the middle 95 % of
        the samples), dissolved (share of samples with at most 0.5).

    Notes
    -----
    Hennig (2007), Computational Statistics & Data Analysis 52: similarity is taken over the different rows of
    the sample. Below 0.6 a cluster is not to be trusted, from 0.75 on it is stable.
    """
    random = np.random.default_rng(seed)
    values = np.zeros((draws, labels.max() + 1))  # a cluster that no row of a sample belongs to is lost: 0
    for draw in range(draws):
        rows = random.integers(0, len(matrix), len(matrix))
        other = refit(matrix[rows], seed + draw)
        seen = np.unique(rows)
        values[draw, np.unique(labels[seen])] = jaccard(labels[seen], other.assign(matrix[seen])[0])
    if not draws:
        values = np.full((1, values.shape[1]), np.nan)
    low, high = np.quantile(values, [0.025, 0.975], axis=0)
    return pd.DataFrame(
        {
            "jaccard": values.mean(axis=0),
            "low": low,
            "high": high,
            "dissolved": np.where(np.isnan(values), np.nan, values <= 0.5).mean(axis=0),
        }
    )
