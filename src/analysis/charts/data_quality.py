"""Charts of the data quality: blanks, filling over time, contradictions, the picture of a customer, drift.

Each takes a table of `analysis.topics.data_quality`, or one with the same columns.
"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap

from analysis.charts import style
from analysis.charts.dots import dots
from analysis.language import _, ngettext, number, percent

_ROWS = 12


def blanks(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Share of blank values of the columns with most of them, with intervals.

    Parameters
    ----------
    table : DataFrame
        One row per column, worst first: label, share, low, high.
    """
    if table.empty:
        return style.nothing(_("No column whose blanks matter has any."), ax)
    most = table.iloc[0]
    rows = table.head(_ROWS)
    ax = dots(rows, "share", words=lambda share: percent(share, 2 if share < 0.01 else 1), ax=ax)
    said = _("Most blanks: {column}, {share} of rows").format(
        column=most["label"], share=percent(most["share"], 2 if most["share"] < 0.01 else 1)
    )
    style.title(ax, said, detail)
    return ax


def filling(months: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Rows per month of each table: usual, thin or none.

    Parameters
    ----------
    months : DataFrame
        One row per table and month: table, month (year × 12 + month − 1), n, state ("", "thin", "empty").
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
    ax.set_yticks(np.arange(len(grid)) + 0.5, grid.index, color=style.INK)
    ax.invert_yaxis()
    ticks = [k for k, month in enumerate(grid.columns) if month % 3 == 0] or [0]
    ax.set_xticks([k + 0.5 for k in ticks], [_month(grid.columns[k]) for k in ticks], fontsize=9)
    style.bare(ax, keep="y")
    ax.tick_params(axis="x", labelbottom=True)
    key = _("yellow: less than half of usual, orange: none, grey: none as usual")
    style.title(ax, _gaps(months), " · ".join(part for part in (detail, key) if part))
    return ax


def _month(month: int) -> str:
    return f"{month // 12}-{month % 12 + 1:02d}"


def _gaps(months: pd.DataFrame) -> str:
    gaps = months[months["state"] != ""]
    if gaps.empty:
        return _("No table has an empty or thin month where rows were to be expected")
    names = ", ".join(gaps["table"].unique())
    said = ngettext(
        "{n} month is empty or thin: {tables}", "{n} months are empty or thin: {tables}", len(gaps)
    )
    return said.format(n=number(len(gaps)), tables=names)


def contradictions(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Share of rows that contradict another table, with intervals, per check.

    Parameters
    ----------
    table : DataFrame
        One row per check: label, count, share, low, high.
    """
    if table.empty:
        return style.nothing(_("No two tables that could contradict each other are there."), ax)
    rows = table.sort_values("share", ascending=False)
    ax = dots(rows, "share", words=lambda share: percent(share, 2), ax=ax)
    broken = int((table["count"] > 0).sum())
    said = _("{broken} of {all} checks between tables find a contradiction")
    style.title(ax, said.format(broken=number(broken), all=number(len(table))), detail)
    return ax


def areas(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Share of customers of whom each area of the picture is filled.

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
    for bar, share in zip(bars, table["share"], strict=True):
        ax.annotate(percent(share), (1, bar.get_y() + 0.35), (5, 0), textcoords="offset points", va="center")
    style.bare(ax, keep="y")
    style.title(ax, _emptiest(table), detail)
    return ax


def _emptiest(table: pd.DataFrame) -> str:
    if table["share"].isna().all():
        return _("There are no customers on this day.")
    never = table[table["share"] == 0]
    if len(never) > 1:
        return _("{n} of {all} areas are filled for no customer").format(
            n=number(len(never)), all=number(len(table))
        )
    least = table.iloc[0]
    if least["share"] == 1:
        return _("Every area is filled for every customer")
    return _("Missing most: {area}, filled for {share} of customers").format(
        area=least["label"], share=percent(least["share"])
    )


def scores(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """How many customers have how much of their picture filled.

    Parameters
    ----------
    table : DataFrame
        One row per tenth: tenth (0 to 10), share of customers; missing where too few.
    """
    if not table["share"].sum() > 0:
        return style.nothing(_("Too few customers for a distribution."), ax)
    ax = style.axes(ax, 3.0)
    bars = ax.bar(table["tenth"], table["share"].fillna(0), 0.8, color=style.BLUE)
    words = [percent(share) if share > 0 else "" for share in table["share"]]
    style.direct_labels(ax, bars, words, fontsize=9)
    ax.set_xticks(table["tenth"], [percent(tenth / 10, 0) for tenth in table["tenth"]])
    ax.set_xlabel(_("part of the picture that is filled"))
    ax.set_ylim(0, table["share"].max() * 1.15)
    style.bare(ax, keep="x")
    most = table.loc[table["share"].idxmax()]
    said = _("Most frequent: {part} of the picture filled, for {share} of customers")
    style.title(ax, said.format(part=percent(most["tenth"] / 10, 0), share=percent(most["share"])), detail)
    return ax


def readiness(tiers: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Share of the customers of each asset tier who can be contacted, with intervals.

    Parameters
    ----------
    tiers : DataFrame
        One row per tier, lowest first: label, share, low, high; missing where too few.
    """
    rows = tiers.dropna(subset="share").iloc[::-1]
    if rows.empty:
        return style.nothing(_("In no tier can enough customers be contacted to be shown."), ax)
    ax = dots(rows, "share", words=percent, ax=ax)
    top, low = rows.loc[rows["share"].idxmax()], rows.loc[rows["share"].idxmin()]
    said = _("{top}: {most} can be contacted, {low}: {least}")
    if len(rows) == 1:
        said = _("{top}: {most} can be contacted")
    said = said.format(
        top=top["label"], most=percent(top["share"]), low=low["label"], least=percent(low["share"])
    )
    style.title(ax, said, detail)
    return ax


def drift(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Population stability index of the features that moved most, against what chance alone gives.

    Parameters
    ----------
    table : DataFrame
        One row per feature, largest index first: feature, psi, noise, drifted.
    """
    if table.empty:
        return style.nothing(_("No feature is known on both days, so that no drift can be seen."), ax)
    rows = table.head(_ROWS)
    ax = style.axes(ax, 1.7 + 0.33 * len(rows))
    place = np.arange(len(rows))[::-1]
    bars = ax.barh(
        place, rows["psi"], 0.62, color=[style.BLUE if d else style.GHOST for d in rows["drifted"]]
    )
    style.direct_labels(ax, bars, [number(value, 3) for value in rows["psi"]])
    ax.plot(rows["noise"], place, "|", color=style.ORANGE, markersize=15, markeredgewidth=2.5)
    ax.set_yticks(place, rows["feature"], color=style.INK)
    ax.set_xlim(0, max(rows["psi"].max(), rows["noise"].max(), 1e-6) * 1.15)
    style.bare(ax, keep="y")
    key = _("orange: chance level; grey: within it")
    style.title(ax, _drifted(table), " · ".join(part for part in (detail, key) if part))
    return ax


def _drifted(table: pd.DataFrame) -> str:
    moved = int(table["drifted"].sum())
    if not moved:
        return _("None of {all} features moved beyond chance").format(all=number(len(table)))
    return _("{moved} of {all} features moved beyond chance, {feature} most").format(
        moved=number(moved), all=number(len(table)), feature=table.loc[table["drifted"], "feature"].iloc[0]
    )


def then_and_now(shares: pd.DataFrame, feature: str, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """One feature's distribution on two days.

    Parameters
    ----------
    shares : DataFrame
        One row per bin: bin, reference, current (shares); empty bins are left out.
    feature : str
        What the feature means.
    """
    rows = shares[(shares["reference"] > 0) | (shares["current"] > 0)]
    ax = style.axes(ax, 1.6 + 0.5 * len(rows))
    place = np.arange(len(rows))[::-1]
    for name, label, shift, colour in (
        ("reference", _("then"), 0.2, style.GHOST),
        ("current", _("now"), -0.2, style.BLUE),
    ):
        bars = ax.barh(place + shift, rows[name], 0.38, color=colour, label=label)
        style.direct_labels(ax, bars, [percent(share) for share in rows[name]], fontsize=9)
    ax.set_yticks(place, rows["bin"].replace("blank", _("blank")), color=style.INK)
    ax.set_xlim(0, rows[["reference", "current"]].to_numpy().max() * 1.15)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, 0.0), ncols=2)
    style.bare(ax, keep="y")
    style.title(ax, feature, detail)
    return ax
