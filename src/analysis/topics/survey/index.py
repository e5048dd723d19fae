"""The satisfaction index: each construct from 0 to 100, and the paths between them, with bootstrap intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.language import _, number, percent, together
from analysis.statistics import moments as mo
from analysis.statistics import path_model as pm
from analysis.statistics import path_quality as pq
from analysis.topics.survey import constructs as co

DRAWS = 500


@dataclass(frozen=True)
class Index:
    """A path model of the survey.

    Attributes
    ----------
    design : path_model.Design
    asked : DataFrame
        The design's items in its order, from `constructs.questionnaire`.
    moments, drawn_moments : moments.Moments
        Of all answers, and of bootstrap samples.
    found, drawn : path_model.Solution
    corrected, drawn_corrected : path_model.Solution
        Without errors of measurement (PLSc); missing where constructs cannot be told apart.
    customers : int
        People whose answers it rests on.
    scores : DataFrame
        Answers to the design's items.
    weights, units : array or None
        Survey weight and customer of each response.
    seed : int
    """

    design: pm.Design
    asked: pd.DataFrame
    moments: mo.Moments
    drawn_moments: mo.Moments
    found: pm.Solution
    drawn: pm.Solution
    corrected: pm.Solution
    drawn_corrected: pm.Solution
    customers: int
    scores: pd.DataFrame
    weights: np.ndarray | None
    units: np.ndarray | None
    seed: int

    def place(self, construct: str) -> int:
        """Position of a construct in the design."""
        return self.design.constructs.index(construct)


def fit(
    scores: pd.DataFrame,
    items: pd.DataFrame,
    paths: Mapping[str, Sequence[str]] | None = None,
    weights=None,
    customers=None,
    draws: int = DRAWS,
    seed: int = 0,
) -> Index:
    """Estimate the index.

    Parameters
    ----------
    scores : DataFrame
        One row per response, one column per item; blanks are items not answered (see `moments.moments` for their rule).
    items : DataFrame
        One row per item: item, construct; scale_min, scale_max if known.
    paths : mapping, optional
        For each construct those that act on it; those of the European index (`constructs.ECSI`) if not given.
    weights : array-like, optional
        Survey weight of each response.
    customers : array-like, optional
        Who responded: somebody's answers of several waves are drawn together.
    draws, seed : int
        Of the bootstrap.

    Raises
    ------
    ValueError
        If the scores cannot be used, see `constructs.questionnaire` and `moments.checked`, or no path is left.

    Notes
    -----
    As the national indices: centroid scheme, items in points. Tenenhaus et al. (2005).
    """
    asked = co.questionnaire(scores, items)
    design = pm.design(asked, co.paths_among(asked, paths))
    asked = asked.set_index("item").loc[list(design.items)].reset_index()
    values = mo.checked(scores[list(design.items)])
    moments = mo.moments(values, weights)
    drawn = mo.resampled(values, weights, customers, draws, seed)
    people = values.notna().any(axis=1).to_numpy()
    return Index(
        design,
        asked,
        moments,
        drawn,
        pm.solve(moments, design),
        pm.solve(drawn, design),
        pm.solve(moments, design, consistent=True),
        pm.solve(drawn, design, consistent=True),
        int(people.sum() if customers is None else pd.Series(np.asarray(customers)[people]).nunique()),
        values,
        None if weights is None else np.asarray(weights, dtype=float),
        None if customers is None else np.asarray(customers),
        seed,
    )


def levels(index: Index, moments: mo.Moments, solution: pm.Solution) -> np.ndarray:
    """Index of each construct, 0 to 100, (samples, constructs); missing if an item counts against its construct.

    Fornell et al. (1996), Journal of Marketing 60, equation 2.
    """
    weights = solution.weights.sum(axis=2)
    low, high = index.asked["scale_min"].to_numpy(), index.asked["scale_max"].to_numpy()
    reached = (weights * (moments.mean - low)) @ index.design.member
    against = (weights < 0) @ index.design.member
    return np.where(against, np.nan, 100 * reached / ((weights * (high - low)) @ index.design.member))


def table(index: Index) -> pd.DataFrame:
    """The index of each construct and how well it is measured.

    Returns
    -------
    DataFrame
        One row per construct, in causal order: construct, label, value, low, high (0 to 100), r2, r2_low, r2_high (missing
        where none acts on it), ave, composite_reliability, rho (of the score), htmt (largest with another construct),
        least_loading, items, customers.
    """
    value = levels(index, index.moments, index.found)[0]
    low, high = mo.percentiles(levels(index, index.drawn_moments, index.drawn))
    explained = index.design.acts.any(axis=1)
    r2_low, r2_high = mo.percentiles(index.drawn.r2)
    quality = pq.quality(index.found, index.design)
    own = [index.found.loadings[0][m].min() for m in index.design.member.T]
    count = index.design.member.sum(axis=0)
    apart = pq.htmt(index.moments, index.design)[0]
    rows = {
        "construct": index.design.constructs,
        "label": [co.label(c) for c in index.design.constructs],
        "value": value,
        "low": low,
        "high": high,
        "r2": np.where(explained, index.found.r2[0], np.nan),
        "r2_low": np.where(explained, r2_low, np.nan),
        "r2_high": np.where(explained, r2_high, np.nan),
        "ave": quality["ave"][0],
        "composite_reliability": np.where(count > 1, quality["composite_reliability"][0], np.nan),
        "rho": np.where(count > 1, index.found.rho[0], np.nan),
        "htmt": [np.nanmax(row) if np.isfinite(row).any() else np.nan for row in apart],
        "least_loading": own,
        "items": count,
        "customers": index.customers,
    }
    return pd.DataFrame(rows)


def paths(index: Index) -> pd.DataFrame:
    """What acts on what.

    Returns
    -------
    DataFrame
        One row per pair of constructs with an effect, in causal order: from, to, label, direct, direct_low, direct_high
        (missing without a path), indirect, total, total_low, total_high (standard units), corrected, corrected_low,
        corrected_high (the direct one without errors of measurement), total_corrected, customers.
    """
    direct_low, direct_high = mo.percentiles(index.drawn.direct)
    total_low, total_high = mo.percentiles(index.drawn.total)
    corrected_low, corrected_high = mo.percentiles(index.drawn_corrected.direct)
    rows = []
    for cause, to in np.argwhere((index.found.total[0] != 0).T):
        at, drawn = (to, cause), index.design.acts[to, cause]
        names = index.design.constructs[cause], index.design.constructs[to]
        direct, total = index.found.direct[0][at], index.found.total[0][at]
        only = [direct, direct_low[at], direct_high[at]] if drawn else [np.nan] * 3
        right = (
            [index.corrected.direct[0][at], corrected_low[at], corrected_high[at]] if drawn else [np.nan] * 3
        )
        words = f"{co.label(names[0])} → {co.label(names[1])}"
        whole = [total, total_low[at], total_high[at]]
        rows.append([*names, words, *only, total - direct, *whole, *right, index.corrected.total[0][at]])
    columns = ["from", "to", "label", "direct", "direct_low", "direct_high", "indirect", "total", "total_low", "total_high",
               "corrected", "corrected_low", "corrected_high", "total_corrected"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns).assign(customers=index.customers)


def headline(index: Index) -> str:
    """The index of the last outcome that was asked about, its strongest cause, and how much is explained."""
    known, effects = table(index).set_index("construct"), paths(index)
    goal = "SAT" if "SAT" in known.index and known.loc["SAT", "r2"] > 0 else index.design.constructs[-1]
    row = known.loc[goal]
    strongest = effects[effects["to"] == goal].sort_values("total", key=abs).iloc[-1]
    words = _("{name} stands at {value} of 100 ({low} to {high}).")
    if np.isnan(row["value"]):
        words = _("{name} has no index, because an item counts against it.")
    figures = {name: number(row[name], 1) for name in ("value", "low", "high")}
    return together(
        words.format(name=row["label"], **figures),
        _strongest(strongest),
        _("Its causes explain {r2} of the differences between customers.").format(r2=percent(row["r2"], 0)),
    )


def _strongest(effect: pd.Series) -> str:
    if not (effect["total_low"] > 0 or effect["total_high"] < 0):
        return _("No influence on it is told from 0.")
    words = _(
        "The strongest influence on it, direct and indirect, is {cause}: one standard deviation more goes with {effect} more"
        " ({low} to {high}), {right} once errors of measurement are taken out."
    )
    if np.isnan(effect["total_corrected"]):
        words = _(
            "The strongest influence on it, direct and indirect, is {cause}: one standard deviation more goes with"
            " {effect} more ({low} to {high})."
        )
    return words.format(
        cause=co.label(effect["from"]),
        effect=number(effect["total"], 2),
        low=number(effect["total_low"], 2),
        high=number(effect["total_high"], 2),
        right=number(effect["total_corrected"], 2),
    )
