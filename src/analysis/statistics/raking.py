"""Raking: weights under which respondents have the same margins as all for whom they stand."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.language import _

CLOSE, CYCLES, ROUNDS = 1e-11, 2_000, 100
LEAST = 10  # respondents of a category, below which its weights are chance
SEPARATOR = " + "


class Raked(NamedTuple):
    """What `rake` found.

    Attributes
    ----------
    weights : array of float
        One per respondent; their sum is the total of each margin.
    converged : bool
        Whether every margin is met within `CLOSE` of the total. Margins that no positive weights can meet together are not.
    error : float
        Largest distance of a weighted margin from its target, as a part of the total.
    cycles : int
        Through all margins.
    trimmed : int
        Respondents whose weight is at the cap.
    largest : float
        Largest weight as a multiple of the mean weight; above the cap if margins cannot be met below it.
    """

    weights: np.ndarray
    converged: bool
    error: float
    cycles: int
    trimmed: int
    largest: float


def rake(
    categories: pd.DataFrame,
    margins: Mapping[str, pd.Series],
    *,
    start: np.ndarray | None = None,
    cap: float | None = None,
) -> Raked:
    """Weights that bring respondents to stated margins, as close as can be to the weights they start from.

    Parameters
    ----------
    categories : DataFrame
        One row per respondent; a column per margin with the respondent's category, none missing.
    margins : mapping of str to Series
        Of each margin, the total of each category (number of customers, or shares); all have the same sum.
    start : array of float, optional
        Weights to begin with, above 0; all alike if not given.
    cap : float, optional
        No weight above so many times the mean: larger ones are cut and the margins raked again, in turn, until both hold.

    Raises
    ------
    ValueError
        If margin and respondents do not fit: a category nobody answered from, or that has no target, missing values, totals
        that differ between margins, weights that are not above 0.

    Notes
    -----
    Iterative proportional fitting (Deming & Stephan 1940, Annals of Mathematical Statistics 11): the weights nearest to
    `start` in the sense of Kullback and Leibler. Trimming and raking in turn: Potter (1990), Proceedings of the ASA
    Section on Survey Research Methods.
    """
    codes = {name: _codes(categories, name, target) for name, target in margins.items()}
    targets = {name: target.to_numpy(dtype=float) for name, target in margins.items()}
    total = _total(targets)
    weights = _starting(start, len(categories))
    limit = cap * total / len(weights) if cap else np.inf
    weights, error, cycles = _fitted(weights * total / weights.sum(), codes, targets, total)
    for _round in range(ROUNDS):
        if error > CLOSE or weights.max() <= limit * (1 + 1e-9):
            break
        weights, error, more = _fitted(np.minimum(weights, limit), codes, targets, total)
        cycles += more
    largest = float(weights.max() / total * len(weights))
    trimmed = int((weights >= limit * (1 - 1e-6)).sum())
    return Raked(weights, bool(error <= CLOSE), error, cycles, trimmed, largest)


def _codes(categories: pd.DataFrame, name: str, target: pd.Series) -> np.ndarray:
    """Position of each respondent's category in the target; what does not fit is named."""
    if name not in categories:
        raise ValueError(f"margin {name} is not known of the respondents; they have {', '.join(categories)}")
    values = categories[name]
    if missing := int(values.isna().sum()):
        raise ValueError(
            f"margin {name} is missing for {missing} of {len(values)} respondents; give the missing a category of their"
            " own, in the margin too, or leave the margin out"
        )
    if not len(values):
        raise ValueError(_("nobody answered, so that there is nobody to be weighted"))
    if target.isna().any() or (target < 0).any() or not target.sum() > 0:
        raise ValueError(f"margin {name} has the totals {target.to_dict()}; expected numbers of 0 or more")
    counts = values.astype(object).value_counts()
    if empty := [c for c in target.index[target > 0] if not counts.get(c, 0)]:
        raise ValueError(
            f"nobody of {name} = {empty[0]!r} answered, and no weight can make up for that; join the category with another"
            " (`join_thin` does so by rule)"
        )
    if strange := [c for c in counts.index if not target.get(c, 0) > 0]:
        raise ValueError(
            f"{counts[strange[0]]} respondents have {name} = {strange[0]!r}, which has no total in the margin; expected"
            f" {', '.join(map(repr, target.index[target > 0]))}"
        )
    return target.index.get_indexer(values.astype(object))


def _total(targets: dict[str, np.ndarray]) -> float:
    if not targets:
        raise ValueError("no margin is given; expected at least one")
    sums = {name: float(target.sum()) for name, target in targets.items()}
    total = next(iter(sums.values()))
    if odd := [name for name, value in sums.items() if abs(value - total) > 1e-9 * total]:
        raise ValueError(
            f"the margins have different totals: {next(iter(sums))} {total:g}, {odd[0]} {sums[odd[0]]:g}; count the same"
            " customers in both"
        )
    return total


def _starting(start: np.ndarray | None, n: int) -> np.ndarray:
    weights = np.ones(n) if start is None else np.asarray(start, dtype=float)
    if not (np.isfinite(weights) & (weights > 0)).all():
        raise ValueError(
            f"weights to begin with lie between {np.min(weights):g} and {np.max(weights):g}; expected above 0"
        )
    return weights


def _fitted(weights: np.ndarray, codes: dict, targets: dict, total: float) -> tuple[np.ndarray, float, int]:
    """Weights scaled to each margin in turn, how far off the worst margin is, and the cycles it took."""
    error, cycle = np.inf, 0
    while error > CLOSE and cycle < CYCLES:
        cycle += 1
        for name, code in codes.items():
            sums = np.bincount(code, weights, len(targets[name]))
            weights = weights * np.divide(targets[name], sums, out=np.zeros_like(sums), where=sums > 0)[code]
        before = error
        error = max(
            float(np.abs(np.bincount(code, weights, len(targets[name])) - targets[name]).max()) / total
            for name, code in codes.items()
        )
        # Margins that contradict one another end in a cycle of weights that no longer comes closer.
        if error > before * (1 - 1e-6):
            break
    return weights, error, cycle


def join_thin(
    categories: pd.DataFrame, margins: Mapping[str, pd.Series], least: int = LEAST
) -> tuple[pd.DataFrame, dict[str, pd.Series], pd.DataFrame]:
    """Join categories from which too few answered, or that have no total, with others, until each has enough.

    The category with the fewest respondents goes first. Where categories have an order (an ordered categorical column) it
    joins its neighbour with fewer respondents, else the category with the next fewest; its new name holds both.

    Parameters
    ----------
    categories, margins
        As `rake` takes them.
    least : int
        Respondents that a category needs.

    Returns
    -------
    categories : DataFrame
    margins : dict of str to Series
    joined : DataFrame
        One row per category that was joined: margin, category, respondents, into.
    """
    categories, joined, out = categories.copy(), [], {}
    for name, target in margins.items():
        ordered = isinstance(categories[name].dtype, pd.CategoricalDtype) and categories[name].cat.ordered
        values = categories[name].astype(object)
        strange = [c for c in values.dropna().unique() if c not in target.index]
        target = pd.concat([target.astype(float), pd.Series(0.0, strange)])
        if ordered:
            target = target.reindex([c for c in categories[name].cat.categories if c in target.index])
        counts = values.value_counts().reindex(target.index, fill_value=0)
        while len(counts) > 1 and (thin := counts.where((counts < least) | (target <= 0))).notna().any():
            at = int(thin.argmin())
            other = _partner(counts.to_numpy(), at, ordered)
            first, second = sorted((at, other))
            new = f"{counts.index[first]}{SEPARATOR}{counts.index[second]}"
            joined.append((name, str(counts.index[at]), int(counts.iloc[at]), new))
            names = {counts.index[at]: new, counts.index[other]: new}
            values = values.map(lambda value, names=names: names.get(value, value))
            counts, target = (
                series.groupby([names.get(c, c) for c in series.index], sort=False).sum()
                for series in (counts, target)
            )
        categories[name], out[name] = values, target
    return categories, out, pd.DataFrame(joined, columns=["margin", "category", "respondents", "into"])


def _partner(counts: np.ndarray, at: int, ordered: bool) -> int:
    near = [p for p in (at - 1, at + 1) if 0 <= p < len(counts)] if ordered else range(len(counts))
    return min((p for p in near if p != at), key=lambda p: counts[p])


def design_effect(weights) -> float:
    """How much unequal weights widen a variance that they do not help: n Σw² / (Σw)² (Kish 1965, section 11.2C)."""
    w = np.asarray(weights, dtype=float)
    return float(len(w) * (w**2).sum() / w.sum() ** 2) if len(w) else np.nan


def effective_size(weights) -> float:
    """Respondents of equal weight that would tell as much: n divided by the design effect."""
    w = np.asarray(weights, dtype=float)
    return float(w.sum() ** 2 / (w**2).sum()) if len(w) else 0.0
