"""How many groups there are, if any: candidates learnt on one half of the rows and tested on the other."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.statistics.clusters.models import METHODS, Partition, path
from analysis.statistics.clusters.separation import merge, weakest
from analysis.statistics.clusters.stability import prediction_strength

ERROR = 0.05  # chance of naming groups where there are none, over all candidates together
STRENGTH = 0.8  # least prediction strength
SMALLEST = 0.01  # least share of a cluster


class Choice(NamedTuple):
    """What `choose` and `impose` found.

    Attributes
    ----------
    partition : Partition or None
        The chosen one, learnt on the first half; None if there are no groups worth naming.
    table : DataFrame
        One row per candidate: method, components, k (clusters after joining), form, bic, icl, converged,
        smallest (share of the smallest cluster), filled and p_value (of the least sure gap between neighbours),
        strength (prediction strength), passed, chosen.
    """

    partition: Partition | None
    table: pd.DataFrame


def choose(learn: np.ndarray, test: np.ndarray, most: int, seed: int) -> Choice:
    """Method and number of clusters, or none.

    k-means and mixtures of 2 to `most` components are fitted to one half; components without a gap between
    them are joined. A candidate passes if, in the other half, there is a gap between all neighbouring
    clusters (p-value below `ERROR` over the number of candidates, Bonferroni), prediction strength is at
    least `STRENGTH` and no cluster is smaller than `SMALLEST`. Of those that pass the one with most clusters
    is chosen, of equal ones the one with the lowest ICL (`Partition.icl`): of two that describe the rows as
    well, the one with clearer borders.

    Parameters
    ----------
    learn, test : ndarray
        Two random halves of the rows, prepared.
    most : int
        Largest number of components.
    seed : int
        Of the fits' starts.
    """
    level = threshold(most)
    rows, partitions = [], []
    for method in METHODS:
        pairs = zip(candidates(method, learn, most, seed), candidates(method, test, most, seed), strict=True)
        for ours, theirs in pairs:
            partitions.append(ours)
            rows.append(_judge(ours, theirs, learn, test, level))
    return _best(rows, partitions, "passed")


def impose(learn: np.ndarray, test: np.ndarray, k: int, seed: int) -> Choice:
    """The better of k-means and mixture (lowest ICL) with k clusters, whether they pass or not."""
    pairs = [[path(method, half, k, seed, k)[0] for half in (learn, test)] for method in METHODS]
    rows = [_judge(ours, theirs, learn, test, ERROR / len(METHODS)) for ours, theirs in pairs]
    return _best(rows, [ours for ours, _ in pairs], None)


def threshold(most: int) -> float:
    """Level of a single test, so that all candidates together err at the level `ERROR`."""
    return ERROR / (len(METHODS) * (most - 1))


def candidates(method: str, matrix: np.ndarray, most: int, seed: int) -> list[Partition]:
    """Partitions of 2 to `most` components; those of a mixture joined where there is no gap between them."""
    return [joined(found, matrix, threshold(most)) for found in path(method, matrix, most, seed)]


def joined(partition: Partition, matrix: np.ndarray, level: float) -> Partition:
    """The partition with components of a mixture joined where there is no gap between them."""
    if partition.method == "k-means":
        return partition
    groups = merge(partition.groups, matrix, partition.components(matrix), level)
    return partition.regrouped(groups)


def _judge(ours: Partition, theirs: Partition, learn: np.ndarray, test: np.ndarray, level: float) -> dict:
    labels = ours.assign(learn)[0]
    sizes = np.bincount(labels, minlength=ours.k) / len(labels)
    about = {
        "method": ours.method,
        "components": len(ours.centres),
        "k": ours.k,
        "form": ours.form,
        "bic": ours.bic,
        "icl": ours.icl(learn),
        "converged": ours.converged,
    }
    about |= {"smallest": sizes.min(), "filled": np.nan, "p_value": 1.0, "strength": np.nan, "passed": False}
    if np.count_nonzero(sizes) < 2:
        return about
    found, _ = weakest(learn, labels, test)
    strength = (
        prediction_strength(ours.assign(test)[0], theirs.assign(test)[0])
        + prediction_strength(theirs.assign(learn)[0], labels)
    ) / 2
    about |= {"filled": found.filled, "p_value": found.p_value, "strength": strength}
    return about | {"passed": found.p_value <= level and strength >= STRENGTH and sizes.min() >= SMALLEST}


def _best(rows: list[dict], partitions: list[Partition], condition: str | None) -> Choice:
    table = pd.DataFrame(rows).assign(chosen=False)
    eligible = table[table[condition]] if condition else table
    if eligible.empty:
        return Choice(None, table)
    best = eligible.sort_values(["k", "icl"], ascending=[False, True], kind="stable").index[0]
    table.loc[best, "chosen"] = True
    return Choice(partitions[best], table)
