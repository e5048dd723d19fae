"""Map of the satisfaction index: what matters, how it stands, and where to act first."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.transforms import Bbox

from analysis.charts import style, survey_rows
from analysis.language import _, number

_OFFSETS = ((9, 0, "left", "center"), (-9, 0, "right", "center"), (0, 9, "center", "bottom"), (0, -9, "center", "top"),
            (8, 8, "left", "bottom"), (8, -8, "left", "top"), (-8, 8, "right", "bottom"), (-8, -8, "right", "top"),
            (14, 20, "left", "bottom"), (14, -20, "left", "top"), (-14, 20, "right", "bottom"),
            (-14, -20, "right", "top"))  # fmt: skip


def importance_performance(
    table: pd.DataFrame, kinds: dict[str, str], target: str, *, detail: str = "", ax: Axes | None = None
) -> Axes:
    """How far each construct moves the target, and where it stands; the lines are the averages.

    Parameters
    ----------
    table : DataFrame
        One row per construct: label, importance, importance_low, importance_high, performance, performance_low,
        performance_high, kind. Blank rows are left out.
    kinds : dict
        What each kind is called.
    target : str
        What is moved, as people call it.
    """
    rows = table.dropna(subset=["importance", "performance"]).reset_index(drop=True)
    if rows.empty:
        return style.nothing(_("Too few answered to say where to act first."), ax)
    ax = style.axes(ax, 4.6)
    colours = {"improve": style.ORANGE, "keep": style.GREEN, "minor": style.MUTED, "unclear": style.BLUE}
    for row in rows.itertuples():
        colour = colours[row.kind]
        ax.hlines(
            row.performance, row.importance_low, row.importance_high, color=colour, linewidth=1.4, alpha=0.45
        )
        ax.vlines(
            row.importance, row.performance_low, row.performance_high, color=colour, linewidth=1.4, alpha=0.45
        )
        ax.plot(row.importance, row.performance, "o", color=colour, markersize=9)  # fmt: skip
    for line, value in ((ax.axvline, rows["importance"].mean()), (ax.axhline, rows["performance"].mean())):
        line(value, color=style.LINE, linewidth=1.4, zorder=0)
    for set_limit, name in ((ax.set_xlim, "importance"), (ax.set_ylim, "performance")):
        ends = rows[[name, f"{name}_low", f"{name}_high"]]
        low, high = ends.min(axis=None), ends.max(axis=None)
        room = 0.18 * max(high - low, 0.02)
        set_limit(low - room, high + room)
    ax.set_xlabel(_("importance: points of {target} for one point more").format(target=target))
    ax.set_ylabel(_("performance: index, 0 to 100"))
    ax.xaxis.set_major_formatter(lambda tick, _place: number(tick, 2))
    ax.yaxis.set_major_formatter(lambda tick, _place: number(tick, 1))
    lines = _("grey lines: the averages")
    style.title(ax, _first(rows, target), " · ".join(part for part in (detail, lines) if part))
    ax.figure.draw_without_rendering()
    words = [f"{style.broken(row.label, 28)}\n{kinds[row.kind]}" for row in rows.itertuples()]
    _label(ax, rows, words)
    return ax


def _drawn(ax: Axes, rows: pd.DataFrame) -> list[Bbox]:
    """Where the points and their intervals are, in pixels."""
    boxes = []
    for row in rows.itertuples():
        x, y = row.importance, row.performance
        across = [[row.importance_low, y], [row.importance_high, y]]
        upward = [[x, row.performance_low], [x, row.performance_high]]
        for ends, room in (([[x, y], [x, y]], 6), (across, 1), (upward, 1)):
            corners = ax.transData.transform(ends)
            if np.isfinite(corners).all():
                boxes.append(Bbox(corners).padded(room))
    return boxes


def _label(ax: Axes, rows: pd.DataFrame, words: list[str]) -> None:
    """Write each label where it covers no point, no interval and no other label, nor leaves the axes."""
    taken = _drawn(ax, rows)
    renderer = ax.figure.canvas.get_renderer()
    frame = ax.get_window_extent()
    for place, text in zip(rows[["importance", "performance"]].to_numpy(), words, strict=True):
        best = None
        for dx, dy, ha, va in _OFFSETS:
            note = ax.annotate(text, place, (dx, dy), textcoords="offset points", ha=ha, va=va, fontsize=9, linespacing=1.15,
                               bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5, "alpha": 0.85})  # fmt: skip
            box = note.get_window_extent(renderer)
            hits = sum(box.overlaps(other) for other in taken)
            hits += 0 if frame.containsx(box.x0) and frame.containsx(box.x1) else 1
            hits += 0 if frame.containsy(box.y0) and frame.containsy(box.y1) else 1
            if best is None or hits < best[0]:
                if best is not None:
                    best[1].remove()
                best = (hits, note, box)
            else:
                note.remove()
            if hits == 0:
                break
        taken.append(best[2])


def _first(rows: pd.DataFrame, target: str) -> str:
    improve = rows[rows["kind"] == "improve"]["label"]
    if len(improve):
        return _("Improve first what matters more for {target} and stands lower: {names}").format(
            names=survey_rows.few(improve), target=target
        )
    keep = rows[rows["kind"] == "keep"]["label"]
    if len(keep):
        return _("Keep up what matters more for {target} and stands higher: {names}").format(
            names=survey_rows.few(keep), target=target
        )
    most = rows.loc[rows["importance"].idxmax()]
    if most["importance_low"] > rows["importance_high"].drop(most.name).max():
        words = _("{name} matters most for {target}; whether it stands high or low is not clear")
        return words.format(name=most["label"], target=target)
    return _("Nothing that clearly matters more for {target} clearly stands higher or lower").format(
        target=target
    )
