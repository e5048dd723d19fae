"""A value with its interval per row, below and above 0: the chart of differences and of ratios."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import style


def spans(
    table: pd.DataFrame,
    value: str,
    *,
    words: Callable[[float], str],
    ticks: Callable[[float], str] | None = None,
    ghosts: tuple[str, ...] = (),
    zero: float = 0.0,
    ax: Axes | None = None,
) -> Axes:
    """Draw each row's value and interval, the first row on top; the caller sets the title. Blank rows keep their place.

    Parameters
    ----------
    table : DataFrame
        One row per comparison: label, the column `value`, low, high.
    value : str
        Column of the value.
    words, ticks : callable
        Write a value beside its interval and, if given, on the axis.
    ghosts : tuple of str
        Labels of rows that are there for comparison only: grey.
    zero : float
        Where nothing differs.
    """
    ax = style.axes(ax, 1.5 + 0.46 * len(table))
    place = np.arange(len(table))[::-1]
    ghost = table["label"].isin(ghosts).to_numpy()
    for mask, span, dot in ((~ghost, style.SKY, style.BLUE), (ghost, style.GHOST, style.MUTED)):
        part = table[mask]
        ax.hlines(place[mask], part["low"], part["high"], color=span, linewidth=5, alpha=0.75)
        ax.plot(part[value], place[mask], "o", color=dot, markersize=7)
    ends = table[["low", "high", value]].assign(zero=zero)
    low, high = ends.min(axis=None), ends.max(axis=None)
    room = (high - low) or 1.0
    for y, known, end in zip(place, table[value], table["high"].fillna(table[value]), strict=True):
        if pd.notna(known):
            note = {"textcoords": "offset points", "va": "center", "fontsize": 9.5}
            ax.annotate(words(known), (end, y), (8, 0), **note)
    ax.axvline(zero, color=style.MUTED, linewidth=0.8)
    ax.set_yticks(place, [style.broken(label, 34) for label in table["label"]], fontsize=10, color=style.INK)
    ax.set_xlim(low - 0.04 * room, high + 0.2 * room)
    ax.set_ylim(-0.7, len(table) - 0.3)
    ax.locator_params(axis="x", nbins=7)
    ax.xaxis.set_major_formatter(lambda tick, _place: (ticks or words)(tick))
    ax.grid(axis="x")
    ax.spines["left"].set_visible(False)
    return ax
