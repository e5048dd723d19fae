"""Groups of customers in a table of features, or the finding that there are none."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from analysis.statistics.clusters.choice import choose, impose, joined, threshold
from analysis.statistics.clusters.health import facts
from analysis.statistics.clusters.models import Partition, path
from analysis.statistics.clusters.preparation import Preparation, check, numbers, prepare
from analysis.statistics.clusters.profile import profile
from analysis.statistics.clusters.stability import bootstrap

FEWEST = 200  # rows below which no groups are looked for
RESAMPLED = 5_000  # rows that are resampled for the stability of clusters
SURE = 0.8  # least probability of a sure assignment


@dataclass(frozen=True)
class Clusters:
    """Result of `find_clusters`.

    Attributes
    ----------
    method : str
        "k-means", "mixture", or "none" if there are no groups worth naming.
    k : int
        Number of clusters; 1 if there are none worth naming.
    labels : Series
        Cluster of each row, 1 to k, the largest first; index as in the input.
    strength : Series
        Probability that the row belongs to its cluster; 1 throughout if there is one only.
    unsure : float
        Share of rows with a strength below 0.8.
    criteria : DataFrame
        One row per candidate: see `choice.Choice`.
    stability : DataFrame
        One row per cluster (index `cluster`): jaccard, low, high, dissolved (see `stability.bootstrap`);
        size, share.
    profile : DataFrame
        One row per cluster and feature: see `profile.profile`.
    features : DataFrame
        One row per column of the input: see `preparation.Preparation`.
    health : list of dict
        Facts on the fit: check, ok, message.
    partition, preparation
        The fitted partition (None if there is none) and what was done to the columns.
    """

    method: str
    k: int
    labels: pd.Series
    strength: pd.Series
    unsure: float
    criteria: pd.DataFrame
    stability: pd.DataFrame
    profile: pd.DataFrame
    features: pd.DataFrame
    health: list[dict]
    partition: Partition | None
    preparation: Preparation

    def assign(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Cluster and strength of other rows with the same columns, such as the customers of another date."""
        return _assign(self.partition, self.preparation.transform(frame), frame.index)


def find_clusters(
    frame: pd.DataFrame,
    *,
    k: int | None = None,
    most: int = 12,
    sample: int = 20_000,
    draws: int = 50,
    seed: int = 0,
) -> Clusters:
    """Find the groups that rows fall into, or find that there are none worth naming.

    Parameters
    ----------
    frame : DataFrame
        One row per unit, one numeric or boolean column per feature, in any unit; blanks allowed.
    k : int, optional
        Number of clusters to impose; by default it is chosen (see `choice.choose`), and may be 1: none.
    most : int
        Largest number of components of a candidate.
    sample : int
        Rows used for choosing and learning; all rows are assigned.
    draws : int
        Bootstrap samples for the stability of each cluster; 0 leaves it blank.
    seed : int
        Result depends on the rows and this, not on the order of the rows.

    Raises
    ------
    ValueError
        If there are no rows or columns, a column is not numeric, infinite or doubled, or a number is out of
        range.

    Notes
    -----
    Method, assumptions, measured error rates: docs/clusters.md.
    """
    _check(frame, k, most, sample, draws)
    rows, random = _sampled(frame, sample, seed)
    _, preparation = prepare(frame.iloc[rows])
    partition, criteria, stability = None, pd.DataFrame(), _UNKNOWN
    if len(rows) >= FEWEST and preparation.used:
        learn, test = np.array_split(preparation.transform(frame.iloc[rows], dither=random), 2)
        with threadpool_limits(1):  # the same sums, to the last digit, on any number of cores
            partition, criteria = (
                choose(learn, test, most, seed) if k is None else impose(learn, test, k, seed)
            )
            if partition is not None:
                partition = _largest_first(partition, learn)
                stability = _stability(partition, learn[:RESAMPLED], draws, seed, most if k is None else None)
    matrix = preparation.transform(frame)
    members = _assign(partition, matrix, frame.index)
    labels, unsure = members["cluster"], float((members["strength"] < SURE).mean())
    stability = _with_sizes(stability, labels)
    features = preparation.columns
    return Clusters(
        method=partition.method if partition else "none",
        k=partition.k if partition else 1,
        labels=labels,
        strength=members["strength"],
        unsure=unsure,
        criteria=criteria,
        stability=stability,
        profile=profile(frame, matrix, preparation.used, labels),
        features=features,
        health=facts(len(rows), FEWEST, features, criteria, stability, unsure, imposed=k is not None),
        partition=partition,
        preparation=preparation,
    )


_UNKNOWN = pd.DataFrame(columns=["jaccard", "low", "high", "dissolved"], dtype=float)


def distinguishing(result: Clusters, n: int = 3) -> pd.DataFrame:
    """Features that tell each cluster from all rows.

    Returns
    -------
    DataFrame
        At most n rows per cluster, most distinguishing first: the columns of `Clusters.profile` and rank
        (from 1). Sign and size of `effect` say whether the cluster lies above or below all, and by how many
        standard deviations.
    """
    order = result.profile.assign(size=result.profile["effect"].abs())
    order = order.sort_values(["cluster", "size"], ascending=[True, False], kind="stable").drop(
        columns="size"
    )
    order["rank"] = order.groupby("cluster").cumcount() + 1
    return order[order["rank"] <= n].reset_index(drop=True)


def _check(frame: pd.DataFrame, k: int | None, most: int, sample: int, draws: int) -> None:
    if not len(frame) or not len(frame.columns):
        raise ValueError(
            f"features have {len(frame)} rows and {len(frame.columns)} columns; expected some of both"
        )
    check(frame)
    for name, value, least in (
        ("k", k, 2),
        ("most", most, 2),
        ("sample", sample, FEWEST),
        ("draws", draws, 0),
    ):
        if value is not None and value < least:
            raise ValueError(f"{name} is {value}; expected {least} or more")


def _sampled(frame: pd.DataFrame, sample: int, seed: int) -> tuple[np.ndarray, np.random.Generator]:
    """Places of random rows in random order; both follow from values and seed, not from the rows' order."""
    order = np.lexsort([numbers(frame[name]) for name in frame.columns])
    random = np.random.default_rng(seed)
    return order[random.permutation(len(order))[:sample]], random


def _largest_first(partition: Partition, matrix: np.ndarray) -> Partition:
    """The same clusters, numbered by falling size."""
    sizes = np.bincount(partition.assign(matrix)[0], minlength=partition.k)
    return partition.regrouped(np.argsort(np.argsort(-sizes, kind="stable"))[partition.groups])


def _stability(
    partition: Partition, matrix: np.ndarray, draws: int, seed: int, most: int | None
) -> pd.DataFrame:
    """Bootstrap of the chosen candidate; without `most` its number of clusters was imposed."""
    components, forms = len(partition.centres), (partition.form,)

    def refit(rows: np.ndarray, start: int) -> Partition:
        top = components if most is None else most
        found = path(partition.method, rows, top, start, components, forms)[0]
        return found if most is None else joined(found, rows, threshold(most))

    return bootstrap(partition.assign(matrix)[0], matrix, refit, draws, seed)


def _assign(partition: Partition | None, matrix: np.ndarray, index: pd.Index) -> pd.DataFrame:
    if partition is None:
        return pd.DataFrame({"cluster": 1, "strength": 1.0}, index=index)
    labels, strength = partition.assign(matrix)
    return pd.DataFrame({"cluster": labels + 1, "strength": strength}, index=index)


def _with_sizes(stability: pd.DataFrame, labels: pd.Series) -> pd.DataFrame:
    sizes = labels.value_counts().reindex(range(1, max(len(stability), 1) + 1), fill_value=0)
    stability = stability.set_axis(range(1, len(stability) + 1)).reindex(sizes.index).rename_axis("cluster")
    return stability.assign(size=sizes, share=sizes / len(labels))
