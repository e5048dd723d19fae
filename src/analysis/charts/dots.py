"""A dot with its interval per row: the chart for shares, rates and lifts of groups."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import style


def dots(
    table: pd.DataFrame,
    value: str,
    *,
    words: Callable[[float], str],
    line: tuple[float, str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw each row's value and interval, the first row on top; the caller sets the title.

    Parameters
    ----------
    table : DataFrame
        One row per group: label, the column `value`, low, high; 0 or more.
    value : str
        Column of the value.
    words : callable
        Writes a value, beside its dot and on the axis.
    line : tuple of float and str, optional
        Where a dashed line for comparison stands, and its name.
    """
    ax = style.axes(ax, 1.5 + 0.36 * len(table))
    place = np.arange(len(table))[::-1]
    ax.hlines(place, table["low"], table["high"], color=style.SKY, linewidth=5, alpha=0.75)
    ax.plot(table[value], place, "o", color=style.BLUE, markersize=7)
    for y, known, high in zip(place, table[value], table["high"], strict=True):
        ax.annotate(
            words(known),
            (high, y),
            (7, 0),
            textcoords="offset points",
            va="center",
            fontsize=9.5,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )
    if line:
        _compared(ax, *line)
    ax.set_xlim(0, max(table["high"].max(), line[0] if line else 0.0, 1e-9) * 1.12)
    ax.set_yticks(place, table["label"], fontsize=10.5, color=style.INK)
    ax.set_ylim(-0.95, len(table) - 0.4)
    ax.xaxis.set_major_formatter(lambda tick, _place: words(tick))
    ax.grid(axis="x")
    ax.spines["left"].set_visible(False)
    return ax


def _compared(ax: Axes, at: float, name: str) -> None:
    ax.axvline(at, color=style.MUTED, linewidth=1, linestyle=(0, (4, 3)), zorder=0)
    ax.annotate(
        name,
        (at, 0),
        (0, 2),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        ha="center",
        va="bottom",
        color=style.MUTED,
        fontsize=9.5,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
    )
