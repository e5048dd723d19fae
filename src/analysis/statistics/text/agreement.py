"""How far labels told agree with labels given: F1 by label, macro-F1, accuracy, with intervals."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from analysis.statistics.classification import redrawn


class Confusion:
    """Labels given and told of the same texts, ready for weights.

    Parameters
    ----------
    given, told : array of str

    Notes
    -----
    The classes are all that occur on either side; macro-F1 is the plain mean of their F1, so that a label never told counts
    as 0.
    """

    def __init__(self, given, told):
        given, told = np.asarray(given, dtype=object), np.asarray(told, dtype=object)
        self.names = sorted(set(given) | set(told))
        place = {name: k for k, name in enumerate(self.names)}
        size = len(self.names)
        self._cell = np.array(
            [place[g] * size + place[t] for g, t in zip(given, told, strict=True)], dtype=int
        )

    def table(self, weight: np.ndarray | None = None) -> np.ndarray:
        """Texts by label given (rows) and told (columns)."""
        size = len(self.names)
        return np.bincount(self._cell, weight, minlength=size * size).reshape(size, size).astype(float)

    def by_class(self, weight: np.ndarray | None = None) -> pd.DataFrame:
        """One row per label, which is the index: n (texts given it), told, precision, recall, f1; missing without texts."""
        table = self.table(weight)
        right, given, told = np.diag(table), table.sum(axis=1), table.sum(axis=0)
        with np.errstate(invalid="ignore"):
            columns = {"n": given, "told": told, "precision": right / told, "recall": right / given}
            columns["f1"] = 2 * right / (given + told)
        return pd.DataFrame(columns, index=pd.Index(self.names, name="label"))

    def measures(self, weight: np.ndarray | None = None) -> dict[str, float]:
        """macro_f1 and accuracy; labels that weights leave without a text do not count in the former."""
        table = self.table(weight)
        right, either = np.diag(table), table.sum(axis=0) + table.sum(axis=1)
        f1 = 2 * right[either > 0] / either[either > 0]
        return {"macro_f1": float(f1.mean()), "accuracy": float(right.sum() / table.sum())}


def macro_f1(given, told) -> float:
    """Mean F1 over all labels given or told."""
    return Confusion(given, told).measures()["macro_f1"]


def differences(ours: Confusion, theirs: Confusion) -> Callable[[np.ndarray | None], dict[str, float]]:
    """A function of row weights: by how much `ours` is ahead of `theirs` on the same texts, each measure."""

    def of(weight: np.ndarray | None = None) -> dict[str, float]:
        mine, other = ours.measures(weight), theirs.measures(weight)
        return {name: mine[name] - other[name] for name in mine}

    return of


def class_intervals(confusion: Confusion, unit, seed: int) -> pd.DataFrame:
    """F1 of each label with the middle 95 % of units drawn again: as `by_class`, with low and high."""
    drawn = np.array([confusion.by_class(weight)["f1"] for weight in redrawn(unit, seed)])
    with np.errstate(all="ignore"):
        low, high = np.nanquantile(drawn, [0.025, 0.975], axis=0)
    return confusion.by_class().assign(low=low, high=high)
