"""Diagram of the satisfaction index: who acts on whom."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.transforms import Bbox

from analysis.charts import style
from analysis.language import _, number, percent

# Places of the European index's constructs, in inches, in which no arrow passes a construct or another arrow.
_ECSI = {
    "IMAG": (0.95, 3.75),
    "EXPE": (0.95, 2.1),
    "QUAL": (3.3, 0.25),
    "VAL": (3.3, 1.35),
    "SAT": (5.75, 2.05),
    "LOY": (7.0, 3.4),
}
_WIDTH, _HEIGHT = 1.62, 0.62  # of a construct, inches
_SHARES = (0.5, 0.42, 0.58, 0.34, 0.66)  # of an arrow, where its number may stand


def path_diagram(
    paths: pd.DataFrame, constructs: pd.DataFrame, *, detail: str = "", ax: Axes | None = None
) -> Axes:
    """Constructs with their index, and the direct effects between them.

    Parameters
    ----------
    paths : DataFrame
        One row per pair: from, to, direct, direct_low, direct_high, corrected_low, corrected_high (without errors of
        measurement; blank where they cannot be taken out); pairs without a direct effect are left out.
    constructs : DataFrame
        One row per construct, in causal order: construct, label, value (0 to 100), r2.
    """
    known, drawn = constructs.dropna(subset=["value"]), paths.dropna(subset=["direct"])
    drawn = drawn[drawn["from"].isin(known["construct"]) & drawn["to"].isin(known["construct"])]
    drawn = drawn.assign(sure=_told_from_0(drawn))
    if known.empty or drawn.empty:
        return style.nothing(
            _("No satisfaction index: too few answered, or items count against their constructs."), ax
        )
    places = _places(known["construct"].tolist(), drawn)
    height = max(y for _x, y in places.values()) + 0.55
    ax = style.axes(ax, height + 1.1)
    ax.set_xlim(0, max(style.WIDTH, max(x for x, _y in places.values()) + 1))
    ax.set_ylim(-0.1, height)
    ax.set_aspect("equal")
    style.bare(ax)
    ax.set_xticks([])
    ax.set_yticks([])
    for row in known.itertuples():
        _construct(ax, row, places[row.construct])
    taken = [_box(place) for place in places.values()]
    for row in drawn.sort_values("direct", ascending=False).itertuples():
        _arrow(ax, row, places[row._1], places[row.to], taken)
    dashed = "" if drawn["sure"].all() else _("dashed: not told from 0")
    style.title(ax, _strongest(drawn, known), " · ".join(part for part in (detail, dashed) if part))
    return ax


def _told_from_0(drawn: pd.DataFrame) -> pd.Series:
    """Above or below 0 with its whole interval, and not only as long as errors of measurement are left in."""
    above = (drawn["direct_low"] > 0) & ~(drawn["corrected_low"] <= 0)
    return above | ((drawn["direct_high"] < 0) & ~(drawn["corrected_high"] >= 0))


def _places(names: list[str], drawn: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Of the European index, or from left to right by the longest way to each, above and below in turn."""
    if set(names) <= set(_ECSI):
        return {name: _ECSI[name] for name in names}
    depth: dict[str, int] = {}
    for name in names:
        causes = drawn[drawn["to"] == name]["from"]
        depth[name] = 1 + max((depth[c] for c in causes), default=-1)
    columns = pd.Series(depth)
    step = min((style.WIDTH - _WIDTH - 0.2) / max(columns.max(), 1), 2.4)
    out = {}
    for level, group in columns.groupby(columns):
        shift = 0.55 if level % 2 else 0.0
        for k, name in enumerate(group.index):
            out[name] = (_WIDTH / 2 + 0.1 + level * step, 0.45 + shift + 1.15 * (len(group) - 1 - k))
    return out


def _box(place: tuple[float, float]) -> Bbox:
    x, y = place
    return Bbox([[x - _WIDTH / 2, y - _HEIGHT / 2], [x + _WIDTH / 2, y + _HEIGHT / 2]])


def _construct(ax: Axes, row, place: tuple[float, float]) -> None:
    box = _box(place)
    ax.add_patch(
        FancyBboxPatch(
            (box.x0, box.y0),
            box.width,
            box.height,
            boxstyle="round,pad=0,rounding_size=0.1",
            facecolor="#eef4f9",
            edgecolor=style.BLUE,
            linewidth=1.2,
            zorder=3,
        )
    )
    explained = "" if np.isnan(row.r2) else "  R² " + percent(row.r2, 0)
    name = style.broken(row.label, 20)
    middle = place[1] - 0.08 * name.count("\n")
    ax.text(
        place[0], middle, name, ha="center", va="bottom", weight="bold", fontsize=9.5, zorder=4, linespacing=1
    )
    ax.text(
        place[0],
        middle - 0.05,
        number(row.value, 1) + explained,
        ha="center",
        va="top",
        fontsize=9,
        zorder=4,
    )


def _arrow(ax: Axes, row, start: tuple[float, float], end: tuple[float, float], taken: list[Bbox]) -> None:
    sure = row.sure
    tail, head = _edge(start, end), _edge(end, start)
    ax.add_patch(
        FancyArrowPatch(
            tail,
            head,
            arrowstyle="-|>",
            mutation_scale=11,
            shrinkA=0,
            shrinkB=1,
            zorder=2,
            linewidth=0.8 + 3.2 * min(abs(row.direct), 1) if sure else 1.0,
            color=style.BLUE if sure else style.GHOST,
            linestyle="-" if sure else (0, (4, 3)),
        )
    )
    for share in _SHARES:
        x, y = (a + share * (b - a) for a, b in zip(tail, head, strict=True))
        own = Bbox([[x - 0.2, y - 0.11], [x + 0.2, y + 0.11]])
        if not any(own.overlaps(other) for other in taken):
            break
    taken.append(own)
    white = {"facecolor": "white", "edgecolor": "none", "pad": 1.2}
    ax.text(x, y, number(row.direct, 2), ha="center", va="center", fontsize=9.5, bbox=white, zorder=5,
            color=style.INK if sure else style.MUTED, weight="bold" if sure else "normal")  # fmt: skip


def _edge(start: tuple[float, float], end: tuple[float, float]) -> tuple[float, float]:
    """Where the line from one construct to another leaves its box."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    scale = min(_WIDTH / 2 / abs(dx) if dx else np.inf, _HEIGHT / 2 / abs(dy) if dy else np.inf)
    return start[0] + scale * dx, start[1] + scale * dy


def _strongest(drawn: pd.DataFrame, known: pd.DataFrame) -> str:
    label, r2 = known.set_index("construct")["label"], known.set_index("construct")["r2"]
    goal = "SAT" if "SAT" in set(drawn["to"]) else drawn["to"].iloc[-1]
    into = drawn[drawn["to"] == goal].sort_values("direct", key=abs, ascending=False)
    if not into["sure"].any():
        words = _("{goal} is {r2} explained; no direct effect on it is told from 0")
        return words.format(goal=label[goal], r2=percent(r2[goal], 0))
    first, ends = into.iloc[0], into[["direct_low", "direct_high"]].abs()
    words = _("{goal} is {r2} explained; {cause} has the largest direct effect on it, {value}")
    if not first["sure"] or (ends.iloc[1:].max(axis=1) >= ends.iloc[0].min()).any():
        words = _(
            "{goal} is {r2} explained; {cause} has the largest direct effect on it, {value}, but not clearly"
        )
    return words.format(
        goal=label[goal],
        r2=percent(r2[goal], 0),
        cause=label[first["from"]],
        value=number(first["direct"], 2),
    )
