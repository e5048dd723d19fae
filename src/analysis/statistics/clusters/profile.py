"""What clusters look like, and what tells each of them from all customers."""

import numpy as np
import pandas as pd


def profile(frame: pd.DataFrame, matrix: np.ndarray, used: list[str], labels: pd.Series) -> pd.DataFrame:
    """Clusters in the features' own units.

    Parameters
    ----------
    frame : DataFrame
        One row per unit, features in their own units.
    matrix : ndarray
        The same rows prepared, one column per feature of `used`.
    labels : Series
        Cluster of each row.

    Returns
    -------
    DataFrame
        One row per cluster and used feature: cluster, feature, mean, median (own unit, blanks left out),
        overall (median of all), effect (mean of the cluster less that of all, in standard deviations of all
        after preparation).
    """
    values = frame[used].astype("float64")
    groups = labels.to_numpy()
    prepared = pd.DataFrame(matrix, columns=used)
    effect = (prepared.groupby(groups).mean() - prepared.mean()) / prepared.std(ddof=0)
    grouped = values.groupby(groups)
    wide = {"mean": grouped.mean(), "median": grouped.median(), "effect": effect}
    long = pd.concat({name: table.stack() for name, table in wide.items()}, axis=1)
    long = long.rename_axis(["cluster", "feature"]).reset_index()
    long.insert(4, "overall", long["feature"].map(values.median()))
    return long
