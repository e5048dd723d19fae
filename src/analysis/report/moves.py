"""Which figures of two runs differ by more than their intervals can explain."""

from math import erfc, hypot, sqrt
from statistics import NormalDist
from typing import Any

from analysis.report.layout import is_shown

# Chance that, if nothing had moved, even one of all the figures compared would be said to have moved.
LEVEL = 0.05
_Z = NormalDist().inv_cdf(0.975)

Metrics = dict[str, dict[str, Any]]


def figures(metrics: Metrics) -> dict[tuple[str, str, str], dict[str, Any]]:
    """Figures that can be compared, by topic, name and unit; without missing ones and those on too few customers."""
    return {
        (topic, figure["name"], figure["unit"]): figure
        for topic, recorded in metrics.items()
        for figure in recorded["figures"]
        if is_shown(figure)
    }


def difference(before: dict[str, Any], after: dict[str, Any]) -> dict[str, float | None]:
    """Difference of two estimates, after minus before, from their 95 % intervals.

    Returns
    -------
    dict
        `change`; its 95 % interval `low`, `high`; `z`, the change in standard errors, and its `p`. All but the change
        are None if an interval is missing or has no width on the side of the other estimate.

    Notes
    -----
    The distances of both estimates to the bounds that face each other are squared and added (MOVER: Zou and Donner
    2008, Statistics in Medicine 27, equation 3; of shares it is Newcombe's method 10), which allows for skewed intervals.
    The samples are taken for independent. Two runs share most of their customers, whose figures go together from one day
    to the other: the true interval is then narrower, so that small moves are missed rather than invented.
    """
    change = after["value"] - before["value"]
    unknown = {"change": change, "low": None, "high": None, "z": None, "p": None}
    if before["low"] is None or after["low"] is None:
        return unknown
    below = [max(figure["value"] - figure["low"], 0.0) for figure in (before, after)]
    above = [max(figure["high"] - figure["value"], 0.0) for figure in (before, after)]
    down, up = hypot(below[1], above[0]), hypot(above[1], below[0])
    facing = down if change > 0 else up
    if not facing:
        return unknown
    z = _Z * change / facing
    return {"change": change, "low": change - down, "high": change + up, "z": z, "p": erfc(abs(z) / sqrt(2))}


def _adjusted(p_values: list[float]) -> list[float]:
    """Holm (1979), Scandinavian Journal of Statistics 6: valid however the figures hang together."""
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    adjusted, largest = [0.0] * len(p_values), 0.0
    for rank, place in enumerate(order):
        largest = max(largest, min(p_values[place] * (len(order) - rank), 1.0))
        adjusted[place] = largest
    return adjusted


def moves(before: Metrics, after: Metrics) -> list[dict[str, Any]]:
    """Compare all figures that two runs have in common.

    Parameters
    ----------
    before, after : dict
        `metrics.json` by topic.

    Returns
    -------
    list of dict
        One per figure in both, in the order of `after`: `topic`, `name`, `before` and `after` (the figures), `change`,
        `low`, `high`, `z`, `p`, `adjusted` (Holm's p over all figures of the comparison that have intervals), and
        `beyond`: True if `adjusted` is below `LEVEL`, False if not, None without intervals.
    """
    former, latter = figures(before), figures(after)
    found = [
        {"topic": key[0], "name": key[1], "before": former[key], "after": figure}
        | difference(former[key], figure)
        for key, figure in latter.items()
        if key in former
    ]
    adjusted = iter(_adjusted([move["p"] for move in found if move["p"] is not None]))
    for move in found:
        move["adjusted"] = None if move["p"] is None else next(adjusted)
        move["beyond"] = None if move["adjusted"] is None else move["adjusted"] < LEVEL
    return found


def turned(before: Metrics, after: Metrics) -> list[dict[str, Any]]:
    """Health checks that are in both runs and turned: `topic`, `check`, `ok` and `message` as they are after."""
    former = {(t, c["check"]): c["ok"] for t, recorded in before.items() for c in recorded["health"]}
    return [
        {"topic": topic, **check}
        for topic, recorded in after.items()
        for check in recorded["health"]
        if former.get((topic, check["check"]), check["ok"]) != check["ok"]
    ]
