"""Charts of who still buys, and how much more is expected."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import style
from analysis.language import _, number, percent


def heat(
    grid: np.ndarray,
    frequency: Sequence[int],
    quiet: Sequence[float],
    *,
    share: bool,
    detail: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Expected purchases, or the probability to be alive, by frequency and weeks since the last purchase.

    Parameters
    ----------
    grid : array
        Rows: weeks since the last purchase; columns: frequency.
    share : bool
        Whether the cells are probabilities.
    """
    ax = style.axes(ax, 3.9)
    ax.imshow(grid, aspect="auto", origin="lower", vmin=0, vmax=1 if share else None, cmap=style.SEQUENTIAL)
    top = 1.0 if share else max(float(np.nanmax(grid)), 1e-9)
    for (row, column), value in np.ndenumerate(grid):
        words = percent(value, 0) if share else number(value, 1 if value < 10 else 0)
        colour = "white" if value / top > 0.5 else style.INK
        ax.text(column, row, words, ha="center", va="center", fontsize=8.5, color=colour)
    ax.set_xticks(range(len(frequency)), [number(x) for x in frequency])
    ax.set_yticks(range(len(quiet)), [number(weeks) for weeks in quiet])
    ax.set_xlabel(_("purchases so far"))
    ax.set_ylabel(_("weeks since the last one"))
    style.bare(ax, keep="x")
    ax.tick_params(axis="y", labelleft=True)
    style.title(
        ax, _alive_words(grid, frequency, quiet) if share else _pace_words(grid, frequency, quiet), detail
    )
    return ax


def _pace_words(grid: np.ndarray, frequency, quiet) -> str:
    column, row = len(frequency) // 2, len(quiet) // 2
    return _(
        "Who bought {many} times, lately, is expected to buy {most} times more; after {long} weeks of quiet {least}"
    ).format(
        many=number(frequency[column]),
        most=number(grid[0, column], 1),
        long=number(quiet[row]),
        least=number(grid[row, column], 1),
    )


def _alive_words(grid: np.ndarray, frequency, quiet) -> str:
    row, column = len(quiet) // 2, max(len(frequency) - 2, 0)
    return _(
        "After {weeks} weeks of quiet, {often} of those who bought {many} times still buy, and {rare} of those who"
        " bought {few} times"
    ).format(
        weeks=number(quiet[row]),
        often=percent(grid[row, column], 0),
        many=number(frequency[column]),
        rare=percent(grid[row, 0], 0),
        few=number(frequency[0]),
    )


def alive_histories(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """How the probability that example customers are still buyers went up and down.

    Parameters
    ----------
    table : DataFrame
        One row per customer and day, in order: label (of the customer), day, alive.
    """
    if table.empty:
        return style.nothing(_("There is no example to show."), ax)
    ax = style.axes(ax, 3.6)
    for colour, (label, rows) in zip(style.PALETTE, table.groupby("label", sort=False), strict=False):
        ax.plot(rows["day"], rows["alive"], color=colour, linewidth=2, label=label)
    ax.set_ylim(0, 1.04)
    style.shares(ax.yaxis)
    ax.tick_params(axis="x", pad=8)  # clear of the 0% beside it
    ax.grid(axis="y")
    ax.legend(loc="lower left", fontsize=9)
    last = table.groupby("label", sort=False)["alive"].last()
    words = _("Every purchase restores the belief, silence wears it down: from {low} to {high} on the day")
    style.title(ax, words.format(low=percent(last.min(), 0), high=percent(last.max(), 0)), detail)
    return ax
