"""Does a model serve groups alike? Differences of its errors between groups, with intervals for all of them at once."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import norm

from analysis.statistics.differences import share_difference
from analysis.statistics.measures import auc, by_unit

MEASURES = ("calibration", "false_negatives", "selection", "auc")
SMALLEST = 11  # units
# Events without which a measure tells nothing: expected ones for calibration, so that having had few is no excuse.
EVENTS = {"calibration": 5, "false_negatives": 10, "auc": 20}


class Scored(NamedTuple):
    """What a model said and what came, aligned; a row is a unit at a time.

    Attributes
    ----------
    event : array of bool
    probability : array of float
        Predicted, 0 to 1.
    selected : array of bool
        Whether the unit was chosen for action.
    unit : array
        Whom the row belongs to; a unit's rows are not independent.
    """

    event: np.ndarray
    probability: np.ndarray
    selected: np.ndarray
    unit: np.ndarray

    def only(self, rows: np.ndarray) -> "Scored":
        """The rows selected."""
        return Scored(*(values[rows] for values in self))


def groups(attributes: pd.DataFrame, scored: Scored) -> pd.DataFrame:
    """What the model did in each group.

    Parameters
    ----------
    attributes : DataFrame
        One column per attribute, one row per row of `scored`: the group; blank is no group.
    scored : Scored

    Returns
    -------
    DataFrame
        One row per attribute and group: attribute, group, n (rows), units, events, expected (mean probability), observed
        (share with the event), calibration (observed − expected), false_negatives (share of the events not selected),
        selection (share selected), auc; missing where there is nothing to measure.
    """
    rows = []
    for attribute, group, inside in _each(attributes):
        part = scored.only(inside)
        events = int(part.event.sum())
        expected, observed = part.probability.mean(), part.event.mean()
        missed = (part.event & ~part.selected).sum() / events if events else np.nan
        rows.append(
            (attribute, group, len(part.event), len(np.unique(part.unit)), events, expected, observed,
             observed - expected, missed, part.selected.mean(), auc(part.event, part.probability).value)
        )  # fmt: skip
    columns = ["attribute", "group", "n", "units", "events", "expected", "observed", *MEASURES]
    return pd.DataFrame(rows, columns=columns)


def _each(attributes: pd.DataFrame) -> Iterator[tuple[str, str, np.ndarray]]:
    for attribute in attributes.columns:
        codes, names = pd.factorize(attributes[attribute], sort=True)
        for code, name in enumerate(names):
            yield attribute, str(name), codes == code


def differences(
    attributes: pd.DataFrame,
    scored: Scored,
    reference: Mapping[str, str] | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """How each group differs from all others, or from a reference.

    Calibration is what a model owes to every group: a difference says that its probabilities are too high or too low for
    the group. Groups that differ in risk have other selection rates and false negative rates even under perfect
    probabilities (Chouldechova 2017, Big Data 5; Kleinberg, Mullainathan & Raghavan 2017): whether these are fair is for
    people to decide.

    Parameters
    ----------
    attributes, scored
        As in `groups`.
    reference : mapping of str to str, optional
        Attribute to the group that the others are compared with; without, each group is compared with all others.
    level : float
        Chance that all intervals hold at once (Bonferroni).

    Returns
    -------
    DataFrame
        One row per attribute, group and measure ("calibration", "false_negatives", "selection", "auc"): attribute, group,
        measure, units, value, other (of those compared with), difference, low, high, differs (0 lies outside). Missing
        if either side has fewer than 11 units or too few events. Of two groups the first alone is compared with the other.

    Raises
    ------
    ValueError
        If a reference is no group of its attribute, or the lengths differ.

    Notes
    -----
    Shares: Newcombe's interval (1998) with effective counts, n / design effect, from the units' residuals (Korn & Graubard
    1998); it keeps its level where events are rare. The observed share of the calibration difference is one, its
    expected value is given. AUC: DeLong's variance summed by unit.
    """
    if len(attributes) != len(scored.event):
        raise ValueError(
            f"attributes has {len(attributes)} rows, the model's {len(scored.event)}; align them"
        )
    compared = list(_pairs(attributes, reference or {}))
    found = [
        (*names, measure, len(np.unique(scored.unit[inside])), measure_of)
        for *names, inside, rest in compared
        for measure, measure_of in _measured(scored, inside, rest)
    ]
    tests = sum(sides is not None for *_names, sides in found)
    each = 1 - (1 - level) / max(tests, 1)
    rows = [(*names, *_row(sides, each)) for *names, sides in found]
    table = pd.DataFrame(rows, columns=["attribute", "group", "measure", "units", "value", "other", "difference",
                                        "low", "high"])  # fmt: skip
    return table.assign(differs=(table["low"] > 0) | (table["high"] < 0))


def _pairs(attributes: pd.DataFrame, reference: Mapping[str, str]):
    """Attribute, group, its rows and those of whom it is compared with."""
    for attribute in attributes.columns:
        members = {group: inside for _name, group, inside in _each(attributes[[attribute]])}
        against = reference.get(attribute)
        if against is not None and against not in members:
            raise ValueError(
                f"{attribute} has no group {against!r} to refer to; there are {', '.join(members)}"
            )
        known = attributes[attribute].notna().to_numpy()
        # Of two groups the second comparison would be the first with its sign turned.
        asked = list(members)[:1] if len(members) == 2 and against is None else members
        for group in asked:
            if group != against:
                rest = known & ~members[group] if against is None else members[against]
                if rest.any():
                    yield attribute, group, members[group], rest


def _measured(scored: Scored, inside: np.ndarray, rest: np.ndarray):
    """Each measure with what its interval needs, or None if a side is too small."""
    large = min(len(np.unique(scored.unit[side])) for side in (inside, rest)) >= SMALLEST
    expected = min(scored.probability[side].sum() for side in (inside, rest))
    events = min(scored.event[side].sum() for side in (inside, rest))
    others = min((~scored.event[side]).sum() for side in (inside, rest))
    sides = [scored.only(side) for side in (rest, inside)]
    calibrated = large and expected >= EVENTS["calibration"]
    yield "calibration", [_calibration(side) for side in sides] if calibrated else None
    missed = large and events >= EVENTS["false_negatives"]
    yield "false_negatives", [_missed(side) for side in sides] if missed else None
    yield "selection", [_share(side.selected, side.unit) for side in sides] if large else None
    ranked = large and min(events, others) >= EVENTS["auc"]
    yield "auc", [_ranked(side) for side in sides] if ranked else None


class _Side(NamedTuple):
    """A share of so many effective rows less an offset; or a value with the influence of units."""

    value: float
    n: float = np.nan
    offset: float = 0.0
    units: pd.Series | None = None


def _share(
    hit: np.ndarray, unit: np.ndarray, offset: float = 0.0, residual: np.ndarray | None = None
) -> _Side:
    share = float(hit.mean())
    deviation = hit - share if residual is None else residual - residual.mean()
    independent = len(hit) * share * (1 - share)
    squares = (pd.Series(deviation).groupby(unit).sum() ** 2).sum()
    # Residuals of a model that separates well vary less than the events; alike rows of a unit never help.
    least = 1.0 if residual is None else (deviation**2).sum() / independent if independent else 1.0
    design = max(squares / independent, least) if independent else 1.0
    return _Side(share, len(hit) / max(design, 0.05), offset)


def _calibration(side: Scored) -> _Side:
    return _share(side.event, side.unit, side.probability.mean(), side.event - side.probability)


def _missed(side: Scored) -> _Side:
    return _share(~side.selected[side.event], side.unit[side.event])


def _ranked(side: Scored) -> _Side:
    found = auc(side.event, side.probability)
    codes, names = pd.factorize(side.unit)
    return _Side(found.value, units=pd.Series(by_unit(found.influence, codes, len(names)), index=names))


def _row(sides: list[_Side] | None, level: float) -> tuple[float, ...]:
    """Value, other, difference, low, high."""
    if sides is None:
        return (np.nan,) * 5
    rest, inside = sides
    if inside.units is not None:
        error = np.sqrt((inside.units.sub(rest.units, fill_value=0) ** 2).sum())
        difference, half = inside.value - rest.value, norm.ppf((1 + level) / 2) * error
        return inside.value, rest.value, difference, difference - half, difference + half
    change = share_difference(rest.value * rest.n, rest.n, inside.value * inside.n, inside.n, level)
    shift = inside.offset - rest.offset
    return inside.value - inside.offset, rest.value - rest.offset, *(float(x) - shift for x in change)
