"""Charts of what follows an answer: who left, and what a promoter brings over a detractor."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import style
from analysis.charts.spans import spans
from analysis.language import _, money, share


def leaving(table: pd.DataFrame, message: str, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Share that left within a year by what customers answered: plain, and adjusted where it could be.

    Parameters
    ----------
    table : DataFrame
        One row per group: label, share, low, high, adjusted, adjusted_low, adjusted_high (0 to 1; blank where unknown or
        suppressed).
    message : str
        What the comparison says, or why there is none; the title.
    """
    if table["share"].isna().all():
        return style.nothing(message, ax)
    ax = style.axes(ax, 1.9 + 0.5 * len(table))
    place = np.arange(len(table), dtype=float)[::-1]
    rows = [("share", "low", "high", 0.14, style.GHOST, style.MUTED, "o", _("plain"))]
    if table["adjusted"].notna().any():
        names = ("adjusted", "adjusted_low", "adjusted_high")
        rows.append((*names, -0.14, style.SKY, style.BLUE, "D", _("adjusted")))
    for value, low, high, shift, span, dot, mark, label in rows:
        ax.hlines(place + shift, table[low], table[high], color=span, linewidth=5, alpha=0.75)
        ax.plot(table[value], place + shift, mark, color=dot, markersize=6.5, label=label)
        for y, known_value, end in zip(place + shift, table[value], table[high], strict=True):
            if pd.notna(known_value):
                note = {"textcoords": "offset points", "va": "center", "fontsize": 9.5}
                ax.annotate(share(known_value), (end, y), (7, 0), **note)
    ax.set_yticks(place, table["label"], fontsize=10.5, color=style.INK)
    ax.set_ylim(-0.7, len(table) - 0.4)
    ax.set_xlim(0, 1.14 * np.nanmax(table[["share", "high", "adjusted_high"]].to_numpy()))
    style.shares(ax.xaxis)
    ax.set_xlabel(_("left within a year of the answer"))
    ax.grid(axis="x")
    ax.spines["left"].set_visible(False)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.24), ncols=2)
    style.title(ax, message, detail)
    return ax


def money_parts(
    table: pd.DataFrame, currency: str, message: str, *, detail: str = "", ax: Axes | None = None
) -> Axes:
    """What a promoter brings a year over a detractor, in parts and together.

    Parameters
    ----------
    table : DataFrame
        One row per part: label, difference, low, high (currency a year).
    currency : str
        ISO code.
    message : str
        What it says, or why nothing can be said; the title.
    """
    if table["difference"].isna().all():
        return style.nothing(message, ax)
    ax = spans(table, "difference", words=lambda value: money(value, currency), ax=ax)
    style.amounts(ax.xaxis)
    ax.set_xlabel(_("{currency} a year, a promoter over a detractor").format(currency=currency))
    style.title(ax, message, detail)
    return ax
