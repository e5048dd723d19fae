"""A figure's course over runs as the coordinates of a small panel, and in words for those who do not see it."""

from datetime import date
from typing import Any

from analysis.language import _, day, number
from analysis.report.layout import is_shown, value_shown

# Units of the panel's own system of coordinates, and the margin that keeps its marks whole.
WIDTH, HEIGHT, _MARGIN = 160.0, 44.0, 4.0

Points = list[tuple[str, dict[str, Any]]]


# No panel shows less than this part of its figure from top to bottom, so that a small move looks small.
_LEAST_SPAN = 0.1


def _scaled(values: list[float], low: float, high: float, length: float) -> list[float]:
    """Values between `low` and `high` along `length`, less the margins; in the middle if all are one."""
    span = high - low
    inner = length - 2 * _MARGIN
    return [_MARGIN + inner * ((value - low) / span if span else 0.5) for value in values]


def _range(values: list[float | None]) -> tuple[float, float]:
    """Ends of a panel's scale."""
    known = [value for value in values if value is not None]
    middle, span = (min(known) + max(known)) / 2, max(known) - min(known)
    span = max(span, _LEAST_SPAN * max(abs(value) for value in known))
    return middle - span / 2, middle + span / 2


def _bands(points: Points, x: list[float], to_y) -> list[str]:
    """Outlines of the intervals, one for each stretch of days that have them."""
    bands: list[list[tuple[float, float, float]]] = [[]]
    for place, (_day, figure) in zip(x, points, strict=True):
        if figure["low"] is None:
            bands.append([])
        else:
            bands[-1].append((place, *to_y([figure["low"], figure["high"]])))
    outlines = []
    for band in filter(None, bands):
        # A single day's interval has no width: it is drawn as wide as its mark.
        ends = band if len(band) > 1 else [(band[0][0] + step, *band[0][1:]) for step in (-1.5, 1.5)]
        there = [(x, low) for x, low, _high in ends]
        back = [(x, high) for x, _low, high in reversed(ends)]
        outlines.append(_path(there + back))
    return outlines


def _path(places: list[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)


def panel(points: Points) -> dict[str, Any] | None:
    """Panel of a figure's course.

    Parameters
    ----------
    points : list of (str, dict)
        Day and figure, the earliest first. Those not to be shown, or without a value, are left out.

    Returns
    -------
    dict or None
        `line`, `bands` and `marks` in a panel of `WIDTH` by `HEIGHT`: days along, values upwards on a scale of the
        panel's own; `label`, `first`, `last` (day and value each) and `said` in words. None for less than two days.
    """
    shown = [(when, figure) for when, figure in points if is_shown(figure)]
    if len(shown) < 2:
        return None
    low, high = _range([f[name] for _when, f in shown for name in ("value", "low", "high")])
    days = [float(date.fromisoformat(when).toordinal()) for when, _figure in shown]

    def to_y(values: list[float]) -> list[float]:
        return [HEIGHT - y for y in _scaled(values, low, high, HEIGHT)]

    x = _scaled(days, days[0], days[-1], WIDTH)
    y = to_y([figure["value"] for _when, figure in shown])
    places = list(zip(x, y, strict=True))
    return {
        "line": _path(places),
        "bands": _bands(shown, x, to_y),
        "marks": [(f"{a:.1f}", f"{b:.1f}") for a, b in places],
        "label": shown[-1][1]["label"],
        "first": _dated(shown[0]),
        "last": _dated(shown[-1]),
        "said": _said(shown),
    }


def _dated(point: tuple[str, dict[str, Any]]) -> tuple[str, str]:
    when, figure = point
    return day(when), value_shown(figure["value"], figure)


def _said(shown: Points) -> str:
    """The course in a sentence."""
    lowest = min(shown, key=lambda point: point[1]["value"])
    highest = max(shown, key=lambda point: point[1]["value"])
    ends = {"first": shown[0], "last": shown[-1], "lowest": lowest, "highest": highest}
    words = {
        name: _("{value} on {day}").format(value=_dated(p)[1], day=_dated(p)[0]) for name, p in ends.items()
    }
    said = _("{label}, {n} runs: {first}, {last}; lowest {lowest}, highest {highest}.")
    return said.format(label=shown[-1][1]["label"], n=number(len(shown)), **words)
