"""Chart of root causes: a Pareto of complaints, with their part in delay and compensation."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import style
from analysis.language import _, listed, percent, share


def pareto(table: pd.DataFrame, *, most: int = 12, detail: str = "", ax: Axes | None = None) -> Axes:
    """Causes by their share of complaints with intervals, and marks for their share of delay and of compensation.

    Parameters
    ----------
    table : DataFrame
        One row per cause, the most complaints first: label, share, low, high, top, delay, compensation; missing where
        suppressed.
    most : int
        Causes drawn.
    """
    rows = table.dropna(subset=["share"]).head(most).reset_index(drop=True)
    if rows.empty:
        return style.nothing(_("No cause has enough customers behind it to be shown."), ax)
    ax = style.axes(ax, 1.7 + 0.4 * len(rows))
    place = np.arange(len(rows))[::-1]
    ax.barh(place, rows["share"], 0.62, color=style.SKY)
    ax.hlines(place, rows["low"], rows["high"], color=style.BLUE, linewidth=1.6)
    marks = (
        ("delay", "D", style.ORANGE, _("of the days past due")),
        ("compensation", "o", style.GREEN, _("of the compensation")),
    )
    for name, marker, colour, label in marks:
        if rows[name].notna().any():
            ax.plot(rows[name], place, marker, color=colour, markersize=6, label=label, linestyle="none")
    ends = rows[["high", "delay", "compensation"]].max(axis=1)
    # A sum over hidden causes would tell them.
    for y, end, part, total in zip(place, ends, rows["share"], rows["share"].cumsum(), strict=True):
        words = _("{share} · {total} so far").format(share=percent(part), total=percent(total, 0))
        ax.annotate(words, (end, y), (8, 0), textcoords="offset points", va="center", fontsize=9)
    ax.set_yticks(place, [style.broken(label, 34) for label in rows["label"]], fontsize=10, color=style.INK)
    ax.set_xlim(0, ends.max() * 1.35)
    ax.set_ylim(-0.6, len(rows) - 0.4)
    style.bare(ax, keep="y")
    if ax.get_legend_handles_labels()[0]:
        ax.legend(loc="lower right", fontsize=9)
    style.title(ax, _largest(rows), detail)
    return ax


def _largest(rows: pd.DataFrame) -> str:
    first = rows.iloc[0]
    if first["top"] >= 0.95:
        return _("{cause} is the largest cause: {share} of complaints").format(
            cause=first["label"], share=share(first["share"])
        )
    rivals = rows[rows["top"] >= 0.05].head(3)
    if rivals.empty:
        return _(
            "Which cause is largest is not sure; of those shown {cause} has most: {share} of complaints"
        ).format(cause=first["label"], share=share(first["share"]))
    return _("Which cause is largest is not sure; likeliest: {causes}").format(causes=listed(rivals["label"]))
