"""Charts of the data quality: filling over time, the picture of a customer, who can be contacted, drift.

Each takes a table of `analysis.topics.data_quality`, or one with the same columns.
"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap

from analysis.charts import style
from analysis.charts.claims import contrast, decimal, leaders, named
from analysis.charts.dots import dots
from analysis.language import _, ngettext, number, share, short

_ROWS = 8


def filling(months: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Rows per month of each table: usual, thin or none.

    Parameters
    ----------
    months : DataFrame
        One row per table and month: table, month (as "2024-12"), n, state ("", "thin", "empty").
    """
    if months.empty:
        return style.nothing(_("No table has a whole month of rows."), ax)
    # An empty month that is usual, as between survey waves, is no gap.
    none = (months["n"] == 0) & (months["state"] == "")
    level = months.assign(level=months["state"].map({"": 3, "thin": 2, "empty": 1}).mask(none, 0))
    grid = level.pivot(index="table", columns="month", values="level")
    ax = style.axes(ax, 1.5 + 0.32 * len(grid))
    colours = ListedColormap([style.LINE, style.ORANGE, style.YELLOW, style.SKY])
    cells = np.ma.masked_invalid(grid.to_numpy(dtype=float))
    ax.pcolormesh(cells, cmap=colours, vmin=0, vmax=3, edgecolor="white", linewidth=1.5)
    rows = months.pivot(index="table", columns="month", values="n").to_numpy()
    for y, x in np.argwhere(np.isin(cells.filled(0), (1, 2))):
        ax.text(x + 0.5, y + 0.5, short(rows[y, x], 0), ha="center", va="center", fontsize=7)
    ax.set_yticks(np.arange(len(grid)) + 0.5, grid.index, color=style.INK)
    ax.invert_yaxis()
    ticks = [k for k, month in enumerate(grid.columns) if int(month[-2:]) % 3 == 1] or [0]
    ax.set_xticks([k + 0.5 for k in ticks], [grid.columns[k] for k in ticks], fontsize=9)
    style.bare(ax, keep="y")
    ax.tick_params(axis="x", labelbottom=True)
    key = _("yellow: less than half as many rows as usual; orange: none; grey: none, as usual")
    style.title(ax, _gaps(months), " · ".join(part for part in (detail, key) if part))
    return ax


def _gaps(months: pd.DataFrame) -> str:
    gaps = months[months["state"] != ""]
    if gaps.empty:
        return _("In no month does a table have far fewer rows than usual")
    said = ngettext(
        "Far fewer rows than usual in {n} month: {tables}",
        "Far fewer rows than usual in {n} months: {tables}",
        gaps["month"].nunique(),
    )
    return said.format(n=number(gaps["month"].nunique()), tables=named(gaps["table"].unique().tolist()))


def areas(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Share of the customers of whom an area of the picture is asked and filled.

    Parameters
    ----------
    table : DataFrame
        One row per area, emptiest first: label, share.
    """
    ax = style.axes(ax, 1.3 + 0.33 * len(table))
    place = np.arange(len(table))[::-1]
    ax.barh(place, 1, 0.7, color=style.LINE, alpha=0.5)
    bars = ax.barh(place, table["share"].fillna(0), 0.7, color=style.BLUE)
    ax.set_yticks(place, table["label"], color=style.INK)
    ax.set_xlim(0, 1.12)
    for bar, filled in zip(bars, table["share"], strict=True):
        ax.annotate(share(filled), (1, bar.get_y() + 0.35), (5, 0), textcoords="offset points", va="center")
    style.bare(ax, keep="y")
    style.title(ax, _emptiest(table), detail)
    return ax


def _emptiest(table: pd.DataFrame) -> str:
    missing = table.assign(missing=1 - table["share"]).dropna(subset="missing")
    if missing.empty:
        return _("There are no customers on this day.")
    most, areas_ = missing["missing"].max(), leaders(missing, "missing")
    if most == 0:
        return _("Nothing is missing that should be known of a customer")
    if most == 1 and len(areas_) > 1:
        return _("{n} of {all} things are known of no customer").format(
            n=number(len(areas_)), all=number(len(missing))
        )
    return _("Most often missing: {area} ({share})").format(area=named(areas_), share=share(most))


def readiness(tiers: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Share of the customers of each asset tier who can be contacted, with intervals.

    Parameters
    ----------
    tiers : DataFrame
        One row per tier, lowest first: label, share, low, high; missing where too few.
    """
    if tiers.empty:
        return style.nothing(_("No balance is known, so that there are no tiers."), ax)
    rows = tiers.dropna(subset="share").iloc[::-1]
    if rows.empty:
        return style.nothing(_("In no tier can enough customers be contacted to be shown."), ax)
    ax = dots(rows, "share", words=share, ax=ax)
    style.shares(ax.xaxis)
    style.title(ax, _reached(rows), detail)
    return ax


def _reached(rows: pd.DataFrame) -> str:
    return contrast(
        rows,
        "share",
        share,
        one=_("{most}: {high} can be contacted"),
        alike=_("In no tier can clearly more be contacted than in another: the intervals overlap"),
        two=_("Can be contacted: {most} {high}, {least} {low}"),
    )


def drift(table: pd.DataFrame, large: float, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Population stability index of the features that moved most, beside what chance gives and what matters.

    Parameters
    ----------
    table : DataFrame
        One row per feature, largest index first: label, psi, noise, drifted.
    large : float
        Index from which a change beyond chance matters.
    """
    if table.empty:
        return style.nothing(_("No feature is known on both days, so that no drift can be seen."), ax)
    rows = table.head(_ROWS)
    ax = style.axes(ax, 1.9 + 0.4 * len(rows))
    place = np.arange(len(rows))[::-1]
    matters = rows["drifted"] & (rows["psi"] >= large)
    ax.barh(place, rows["psi"], 0.62, color=[style.ORANGE if m else style.BLUE for m in matters])
    # Beside the bar and its stroke, whichever is longer.
    for y, psi, end in zip(place, rows["psi"], rows[["psi", "noise"]].max(axis=1), strict=True):
        ax.annotate(decimal(psi, 3), (end, y), (6, 0), textcoords="offset points", va="center", fontsize=9.5)
    ax.plot(rows["noise"], place, "|", color=style.INK, markersize=15, markeredgewidth=2)
    ax.axvline(large, color=style.MUTED, linewidth=1, linestyle=(0, (4, 3)), zorder=0)
    ax.set_yticks(place, [style.broken(label, 44) for label in rows["label"]], color=style.INK, fontsize=9)
    ax.set_xlim(0, max(rows["psi"].max(), rows["noise"].max(), large) * 1.15)
    style.bare(ax, keep="y")
    style.title(ax, _drifted(table, large), " · ".join(part for part in (detail, _key(table, large)) if part))
    return ax


def _key(table: pd.DataFrame, large: float) -> str:
    key = _("stroke: what chance reaches; dashed line: from {large} models are checked")
    shown = _("of {all} features the {n} that moved most") if len(table) > _ROWS else ""
    parts = [
        part.format(large=number(large, 1), all=number(len(table)), n=number(_ROWS)) for part in (shown, key)
    ]
    return " · ".join(part for part in parts if part)


def _drifted(table: pd.DataFrame, large: float) -> str:
    moved = table[table["drifted"]]
    most = moved[moved["psi"] >= large]
    if len(most):
        said = _("{n} of {all} features moved so much that models on them should be checked")
    elif len(moved):
        said = _("{moved} of {all} features moved beyond chance, none so much that models should be checked")
    else:
        said = _("None of {all} features moved beyond chance")
    return said.format(n=number(len(most)), moved=number(len(moved)), all=number(len(table)))
