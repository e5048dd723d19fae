"""Charts of who still buys, and how much more is expected."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import style
from analysis.language import _, day, ngettext, number, share

_LINES = ("-", "--", "-.", ":")


def heat(
    grid: np.ndarray,
    frequency: Sequence[int],
    quiet: Sequence[float],
    *,
    chances: bool,
    detail: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Expected purchases, or the probability to be alive, by frequency and weeks since the last purchase.

    Parameters
    ----------
    grid : array
        Rows: weeks since the last purchase, ascending from 0; columns: frequency, ascending.
    chances : bool
        Whether the cells are probabilities.
    """
    ax = style.axes(ax, 3.9)
    top = 1.0 if chances else max(float(np.nanmax(grid)), 1e-9)
    ax.imshow(grid, aspect="auto", origin="lower", vmin=0, vmax=top, cmap=style.SEQUENTIAL)
    for (row, column), value in np.ndenumerate(grid):
        words = share(value, 0) if chances else _count(value)
        colour = "white" if value / top > 0.5 else style.INK
        ax.text(column, row, words, ha="center", va="center", fontsize=8.5, color=colour)
    ax.set_xticks(range(len(frequency)), [number(x) for x in frequency])
    ax.set_yticks(range(len(quiet)), [number(weeks) for weeks in quiet])
    ax.set_xlabel(_("purchases so far"))
    ax.set_ylabel(_("weeks since the last one"))
    style.bare(ax, keep="x")
    ax.tick_params(axis="y", labelleft=True)
    said = _alive_words(grid, frequency, quiet) if chances else _pace_words(grid, frequency, quiet)
    style.title(ax, said, detail)
    return ax


def _count(value: float) -> str:
    """Expected purchases; what is more than nothing does not read as nothing."""
    if 0 < value < 0.05:
        return f"<{number(0.1, 1)}"
    return number(value, 1 if value < 9.95 else 0)


def _times(frequency: int) -> str:
    return ngettext("{n} purchase", "{n} purchases", frequency).format(n=number(frequency))


def _pace_words(grid: np.ndarray, frequency, quiet) -> str:
    column, row = len(frequency) // 2, len(quiet) // 2
    words = _(
        "Of a customer of {purchases} who has just bought, {most} more are expected; of one quiet for {weeks} weeks,"
        " {least}"
    )
    return words.format(
        purchases=_times(frequency[column]),
        most=_count(grid[0, column]),
        weeks=number(quiet[row]),
        least=_count(grid[row, column]),
    )


def _alive_words(grid: np.ndarray, frequency, quiet) -> str:
    row, column = len(quiet) // 2, 3 * len(frequency) // 4
    words = _(
        "Quiet for {weeks} weeks, a customer of {many} still buys with a probability of {often}, one of {few} with {rare}"
    )
    if column == 0:
        words = _("Quiet for {weeks} weeks, a customer of {many} still buys with a probability of {often}")
    return words.format(
        weeks=number(quiet[row]),
        many=_times(frequency[column]),
        often=share(grid[row, column], 0),
        few=_times(frequency[0]),
        rare=share(grid[row, 0], 0),
    )


def alive_histories(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """How the probability that example customers are still buyers went up and down.

    Parameters
    ----------
    table : DataFrame
        One row per customer and day, in order: label (of the customer, at most four), day, alive.
    """
    if table.empty:
        return style.nothing(_("There is no example to show."), ax)
    ax = style.axes(ax, 3.9)
    courses = table.groupby("label", sort=False)
    for colour, line, (label, rows) in zip(style.PALETTE, _LINES, courses, strict=False):
        ax.plot(rows["day"], rows["alive"], color=colour, linestyle=line, linewidth=2, label=label)
    ax.set_ylim(0, 1.04)
    style.shares(ax.yaxis)
    ax.tick_params(axis="x", pad=8)  # clear of the 0% beside it
    ax.grid(axis="y")
    style.key(ax, *ax.get_legend_handles_labels(), columns=2)
    style.title(ax, _ended(courses["alive"].last(), table["day"].max()), detail)
    return ax


def _ended(last: pd.Series, when: pd.Timestamp) -> str:
    low, high = share(last.min(), 0), share(last.max(), 0)
    words = (
        _("Still buying on {day}: {high} ({best}), {low} ({worst})")
        if low != high
        else _("Still buying on {day}: {high} for every example shown")
    )
    return words.format(day=day(when), high=high, low=low, best=last.idxmax(), worst=last.idxmin())
