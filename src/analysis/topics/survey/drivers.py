"""What drives satisfaction and recommendation: each driver's part of what is explained, and where to act first."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.language import _, listed, number, percent, together
from analysis.statistics import moments as mo
from analysis.statistics import relative_importance as ri
from analysis.topics.survey import constructs as co
from analysis.topics.survey import index as ix

COLLINEAR = 1e4  # variance inflation from which on a driver follows from the others


def causes(asked: pd.DataFrame) -> list[str]:
    """Constructs of several items on which a bank can act: all but satisfaction and loyalty."""
    return [name for name in co.several(asked) if name not in co.OUTCOMES]


def importance(
    scores: pd.DataFrame,
    items: pd.DataFrame,
    target: str = co.NPS_ITEM,
    drivers: Sequence[str] | None = None,
    weights=None,
    customers=None,
    draws: int = 500,
    seed: int = 0,
) -> pd.DataFrame:
    """Part of the explained differences in the target that each driver accounts for.

    Parameters
    ----------
    scores, items, weights, customers
        As in `index.fit`.
    target : str
        Item or construct to be explained.
    drivers : sequence of str, optional
        Constructs or items; a construct is the mean of its items. `causes` if not given.

    Returns
    -------
    DataFrame
        One row per driver, most important first: driver, label, lmg, lmg_low, lmg_high, johnson, johnson_low, johnson_high
        (parts of R² that sum to 1), correlation, rank, rank_low, rank_high (of LMG, 95 % of the bootstrap samples), first
        (share of samples in which it is the first), vif, r2, r2_low, r2_high (of all drivers together), customers.

    Raises
    ------
    ValueError
        If the scores cannot be used, a name is unknown, the target is among the drivers, or drivers are collinear.

    Notes
    -----
    See `statistics.relative_importance`; Grömping (2007), The American Statistician 61, on what LMG means. Parts are
    of association: a driver that only goes along with another one's effect gets some of it.
    """
    asked = co.questionnaire(scores, items)
    names = list(causes(asked) if drivers is None else drivers)
    if target in names or not names:
        raise ValueError(
            _("drivers of {target} are {names}; expected one or more others than itself").format(
                target=target, names=listed(names) or _("none")
            )
        )
    weight = co.equal_weights(asked, [*names, target])
    weight = weight[(weight != 0).any(axis=1)]
    values = mo.checked(scores[list(weight.index)])
    found = _correlation(mo.moments(values, weights), weight)
    _require_distinct(found[0][:-1, :-1], names)
    drawn = _correlation(mo.resampled(values, weights, customers, draws, seed), weight)
    people = values.notna().any(axis=1).to_numpy()
    r2_low, r2_high = mo.percentiles(ri.lmg(drawn).sum(axis=1))
    rows = {
        "driver": names,
        "label": [co.label(name) for name in names],
        **_parts("lmg", ri.lmg(found)[0], ri.lmg(drawn)),
        **_parts("johnson", ri.relative_weights(found)[0], ri.relative_weights(drawn)),
        "correlation": found[0][:-1, -1],
        **_ranks(ri.lmg(found)[0], ri.lmg(drawn)),
        "vif": ri.variance_inflation(found[0][:-1, :-1]),
        "r2": ri.lmg(found)[0].sum(),
        "r2_low": float(r2_low),
        "r2_high": float(r2_high),
        "customers": int(
            people.sum() if customers is None else pd.Series(np.asarray(customers)[people]).nunique()
        ),
    }
    return pd.DataFrame(rows).sort_values("rank", ignore_index=True)


def _correlation(found: mo.Moments, weight: pd.DataFrame) -> np.ndarray:
    w = weight.to_numpy()
    return mo.correlations(w.T @ found.covariance @ w)


def _require_distinct(among: np.ndarray, names: list[str]) -> None:
    vif = ri.variance_inflation(among)
    same = [name for name, v in zip(names, vif, strict=True) if not v < COLLINEAR]
    if same:
        raise ValueError(
            _("drivers {names} are collinear: one follows from the others; leave one of them out").format(
                names=listed(same)
            )
        )


def _parts(name: str, found: np.ndarray, drawn: np.ndarray) -> dict[str, np.ndarray]:
    low, high = mo.percentiles(drawn / drawn.sum(axis=1, keepdims=True))
    return {name: found / found.sum(), f"{name}_low": low, f"{name}_high": high}


def _ranks(found: np.ndarray, drawn: np.ndarray) -> dict[str, np.ndarray]:
    place = (-drawn).argsort(axis=1).argsort(axis=1) + 1
    low, high = np.quantile(place, (0.025, 0.975), axis=0, method="nearest")
    return {
        "rank": (-found).argsort().argsort() + 1,
        "rank_low": low,
        "rank_high": high,
        "first": (place == 1).mean(axis=0),
    }


def importance_sentence(table: pd.DataFrame, target: str) -> str:
    """Which driver comes first, and whether that is certain, from `importance`."""
    known = table.dropna(subset=["lmg"])
    if known.empty:
        return _("Too few answered to say what drives {target}.").format(target=target)
    first = known.iloc[0]
    rivals = known.iloc[1:][known.iloc[1:]["rank_low"] <= 1]["label"]
    figures = {
        "name": first["label"],
        "share": percent(first["lmg"], 0),
        "low": percent(first["lmg_low"], 0),
        "high": percent(first["lmg_high"], 0),
        "r2": percent(first["r2"], 0 if first["r2"] >= 0.01 else 1),
        "target": target,
    }
    said = _(
        "{name} counts most for {target}: {share} ({low} to {high}) of what the drivers explain together, which is {r2} of"
        " all differences."
    ).format(**figures)
    if rivals.empty:
        return said
    doubt = _("Which one is first is not certain: {names} could be as well.")
    return together(said, doubt.format(names=listed(rivals)))


def importance_performance(index: ix.Index, target: str = "LOY") -> pd.DataFrame:
    """Where to act first: how far each construct moves the target, and where it stands.

    Parameters
    ----------
    target : str
        Construct of the index.

    Returns
    -------
    DataFrame
        One row per construct that acts on the target, without satisfaction, which a bank moves through the others only
        (unless it asks about no other): construct, label, importance, importance_low, importance_high (points of the
        target's index for one point of its own, all paths together), performance, performance_low,
        performance_high (index, 0 to 100), kind ("improve": matters more and stands lower than the average of these
        constructs beyond chance; "keep": matters more and stands higher; "minor": matters less; "unclear"), customers.

    Notes
    -----
    Martilla & James (1977); from a path model Ringle & Sarstedt (2016), Industrial Management & Data Systems 116.
    """
    if target not in index.design.constructs:
        raise ValueError(
            f"target is {target!r}; expected a construct of the index: {', '.join(index.design.constructs)}"
        )
    to = index.place(target)
    acting = _acting(index, to)
    matters, drawn_matters = (_in_points(index, s)[:, to][:, acting] for s in (index.found, index.drawn))
    stands = ix.levels(index, index.moments, index.found)[:, acting]
    drawn_stands = ix.levels(index, index.drawn_moments, index.drawn)[:, acting]
    low, high = mo.percentiles(drawn_matters)
    stands_low, stands_high = mo.percentiles(drawn_stands)
    names = [index.design.constructs[k] for k in acting]
    return pd.DataFrame(
        {
            "construct": names,
            "label": [co.label(name) for name in names],
            "importance": matters[0],
            "importance_low": low,
            "importance_high": high,
            "performance": stands[0],
            "performance_low": stands_low,
            "performance_high": stands_high,
            "kind": _kinds(drawn_matters, drawn_stands),
            "customers": index.customers,
        }
    )


def _acting(index: ix.Index, to: int) -> list[int]:
    """Constructs that act on another, those on which a bank can act if there are any."""
    acting = np.flatnonzero(index.found.total[0][to] != 0).tolist()
    return [k for k in acting if index.design.constructs[k] not in co.OUTCOMES] or acting


def _in_points(index: ix.Index, solution) -> np.ndarray:
    """Total effects in points of the indices, (samples, to, from)."""
    span = (index.asked["scale_max"] - index.asked["scale_min"]).to_numpy()
    width = (solution.weights.sum(axis=2) * span) @ index.design.member  # standard units from 0 to 100
    return solution.total * width[:, None, :] / width[:, :, None]


def _kinds(matters: np.ndarray, stands: np.ndarray) -> list[str]:
    """Above or below the average of all, where 95 % of the samples agree."""
    more, higher = (_side(values - values.mean(axis=1, keepdims=True)) for values in (matters, stands))
    return [
        "minor" if m < 0 else "unclear" if m == 0 or h == 0 else "keep" if h > 0 else "improve"
        for m, h in zip(more, higher, strict=True)
    ]


def _side(off: np.ndarray) -> np.ndarray:
    low, high = mo.percentiles(off)
    return np.where(low > 0, 1, np.where(high < 0, -1, 0))


def kind_labels() -> dict[str, str]:
    """What the kinds of `importance_performance` are called."""
    return {
        "improve": _("Improve first"),
        "keep": _("Keep up"),
        "minor": _("Matters less"),
        "unclear": _("Not clear"),
    }


def map_sentence(table: pd.DataFrame, target: str) -> str:
    """Where to act first, from `importance_performance`."""
    known = table.dropna(subset=["importance", "performance"])
    if known.empty:
        return _("Too few answered to say where to act first.")
    first = known[known["kind"] == "improve"]
    if len(first):
        return _("{names}: matters more for {target} than the other constructs and stands lower.").format(
            names=listed(first["label"]), target=target
        )
    if not (known["importance_low"] > 0).any():
        return _("That any construct matters for {target} is not shown.").format(target=target)
    most = known.loc[known["importance"].idxmax()]
    return _(
        "{name} has the largest importance for {target} ({points} points for one of its own); nothing that clearly matters"
        " more than the others clearly stands lower."
    ).format(name=most["label"], target=target, points=number(most["importance"], 2))
