"""Shares of observations of which a unit contributes several: intervals that count units."""

import numpy as np
import pandas as pd

from analysis.statistics.intervals import wilson


def clustered_share(hits, trials, level: float = 0.95) -> tuple[float, float, float]:
    """Share of hits among trials that come in clusters, such as the months of a customer.

    Parameters
    ----------
    hits, trials : array-like of float
        Of each cluster.
    level : float
        Coverage.

    Returns
    -------
    tuple of float
        Share, lower and upper bound; missing if there is no trial.

    Notes
    -----
    The variance is that of a ratio of sums over clusters, linearised (Särndal, Swensson & Wretman 1992, Model
    Assisted Survey Sampling, section 5.5). Wilson's interval is then that of as many independent trials as have
    this variance (Korn & Graubard 1998, Survey Methodology 24), at most the trials there are. Without a hit, or
    with nothing else, the variance is unknown, and the clusters count as one trial each.
    """
    y, n = np.asarray(hits, dtype=float), np.asarray(trials, dtype=float)
    total, clusters = n.sum(), int((n > 0).sum())
    if not total > 0:
        return np.nan, np.nan, np.nan
    share = y.sum() / total
    effective = float(clusters)
    if 0 < share < 1 and clusters > 1:
        variance = ((y - share * n) ** 2).sum() / total**2 * clusters / (clusters - 1)
        effective = min(share * (1 - share) / variance, total) if variance > 0 else total
    low, high = wilson(share * effective, effective, level)
    return float(share), float(low), float(high)


def clustered_shares(rows: pd.DataFrame, cluster: str, by: str, outcome: str) -> pd.DataFrame:
    """Shares of each outcome within each group, of rows of which a cluster has several.

    Parameters
    ----------
    rows : DataFrame
        One row per observation: the columns `cluster`, `by` and `outcome`.

    Returns
    -------
    DataFrame
        One row per group and outcome that occurs in it: `by`, `outcome`, count, n (observations of the group),
        clusters (of the group), rate, low, high (95 %).
    """
    trials = rows.groupby([by, cluster], observed=True).size()
    found = []
    for (group, value), part in rows.groupby([by, outcome], observed=True):
        n = trials.loc[group]
        y = part.groupby(cluster).size().reindex(n.index, fill_value=0)
        found.append((group, value, int(y.sum()), int(n.sum()), len(n), *clustered_share(y, n)))
    return pd.DataFrame(found, columns=[by, outcome, "count", "n", "clusters", "rate", "low", "high"])
