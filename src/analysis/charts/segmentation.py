"""Charts of the segmentation: what tiers and groups hold, and what groups do afterwards.

Each takes a table of `analysis.topics.segmentation` (or one with the same columns) whose column `label`
names the rows for people. Shares and counts may be missing where too few customers stand behind them.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import style
from analysis.charts.dots import dots
from analysis.language import _, number, percent


def holdings(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Shares of customers, assets and margin by tier or engagement group.

    Parameters
    ----------
    table : DataFrame
        One row per group: label, customers_share, assets_share, margin_share (0 to 1; a measure that is
        missing throughout is left out, and margin's absence said).
    """
    measures = {
        "customers_share": (_("customers"), style.GHOST),
        "assets_share": (_("assets"), style.BLUE),
        "margin_share": (_("margin"), style.ORANGE),
    }
    measures = {name: how for name, how in measures.items() if table[name].notna().any()}
    if not measures:
        return style.nothing(_("Nobody can be put in a group, or the groups are too small to be shown."), ax)
    rows = table.iloc[::-1].reset_index(drop=True)
    ax = style.axes(ax, 1.2 + 0.3 * len(rows) * len(measures))
    height = 0.8 / len(measures)
    for k, (name, (label, colour)) in enumerate(measures.items()):
        place = np.arange(len(rows)) + 0.4 - height * (k + 0.5)
        bars = ax.barh(place, rows[name].fillna(0), height * 0.92, color=colour)
        style.direct_labels(ax, bars, [_shown(row, name, label) for row in rows.to_dict("records")])
    ax.set_yticks(range(len(rows)), rows["label"], fontsize=10.5, color=style.INK)
    ax.set_xlim(0, max(rows[name].max() for name in measures) * 1.22)
    style.bare(ax, keep="y")
    absent = "" if "margin_share" in measures else _("margin is left out: no rate or no balance is known")
    style.title(ax, _holding(table), " · ".join(part for part in (detail, absent) if part))
    return ax


def _shown(row: dict, name: str, label: str) -> str:
    if pd.isna(row[name]) and row.get("suppressed"):
        return _("withheld") if row["suppressed"] == "withheld" else f"{row['suppressed']} {_('customers')}"
    return f"{percent(row[name])} {label}"


def _holding(table: pd.DataFrame) -> str:
    by = "assets_share" if table["assets_share"].notna().any() else "customers_share"
    largest = table.loc[table[by].idxmax()]
    if by == "customers_share":
        return _("{label} is the largest group, with {share} of customers").format(
            label=largest["label"], share=percent(largest[by])
        )
    return _("{label}: {share} of customers hold {held} of assets").format(
        label=largest["label"], share=percent(largest["customers_share"]), held=percent(largest[by])
    )


def windows(table: pd.DataFrame, chosen: int, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """How the shares of the engagement groups move with the rule's window.

    Parameters
    ----------
    table : DataFrame
        One row per window and group: dormant_days, engagement, label, share.
    chosen : int
        The rule's own dormant_days.
    """
    ax = style.axes(ax, 3.6)
    colours = {"core": style.BLUE, "active": style.GREEN, "dormant": style.ORANGE}
    for code, group in table.groupby("engagement", sort=False):
        ax.plot(
            group["dormant_days"], group["share"], color=colours[code], linewidth=2, marker="o", markersize=4
        )
    _end_labels(ax, table[table["dormant_days"] == table["dormant_days"].max()], colours)
    ax.axvline(chosen, color=style.MUTED, linewidth=1, linestyle=(0, (4, 3)), zorder=0)
    ax.annotate(
        _("rule: {days} days").format(days=number(chosen)),
        (chosen, 1),
        (4, -2),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        va="top",
        color=style.MUTED,
        fontsize=9.5,
    )
    style.shares(ax.yaxis)
    ax.set_ylim(0, min(1.05, table["share"].max() * 1.15 + 0.02))
    ax.set_xticks(sorted(table["dormant_days"].unique()))
    ax.set_xlabel(_("days without a booking until a customer counts as dormant"))
    ax.grid(axis="y")
    style.title(ax, _moves(table), detail)
    return ax


def _end_labels(ax: Axes, last: pd.DataFrame, colours: dict[str, str]) -> None:
    """Name the lines at their right ends, pushed apart where they end close together."""
    span, floor = 0.09 * max(last["share"].max(), 0.1), -1.0
    for row in last.sort_values("share").itertuples():
        floor = max(row.share, floor + span)
        ax.annotate(
            f"{row.label} {percent(row.share)}",
            (row.dormant_days, floor),
            (9, 0),
            textcoords="offset points",
            va="center",
            color=colours[row.engagement],
            fontweight="bold",
            annotation_clip=False,
        )


def _moves(table: pd.DataFrame) -> str:
    dormant = table[table["engagement"] == "dormant"].sort_values("dormant_days")
    first, last = dormant.iloc[0], dormant.iloc[-1]
    if first["share"] == last["share"]:
        return _("Dormant are {share} of customers, whatever the window").format(
            share=percent(first["share"])
        )
    return _("Dormant are {most} of customers after {short} days of quiet, {least} after {long}").format(
        most=percent(first["share"]),
        short=number(first["dormant_days"]),
        least=percent(last["share"]),
        long=number(last["dormant_days"]),
    )


def later(table: pd.DataFrame, outcome: str, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Share of each former group with an outcome afterwards, with intervals, against all customers.

    Parameters
    ----------
    table : DataFrame
        One row per outcome and group: outcome, label, share, low, high, and average, the share of all.
    outcome : {"active", "left"}
    """
    rows = table[(table["outcome"] == outcome) & table["share"].notna()]
    if rows.empty and outcome == "left" and not table.empty:
        return style.nothing(_("Nobody is recorded as having left: the data do not tell who leaves."), ax)
    if rows.empty:
        return style.nothing(_("The data do not reach back far enough to see what became of the groups."), ax)
    average = float(rows["average"].iloc[0])
    line = (average, _("all {share}").format(share=percent(average)))
    ax = dots(rows, "share", words=percent, line=line, ax=ax)
    style.shares(ax.xaxis)
    style.title(ax, _afterwards(rows, outcome), detail)
    return ax


def _afterwards(groups: pd.DataFrame, outcome: str) -> str:
    most, least = groups.loc[groups["share"].idxmax()], groups.loc[groups["share"].idxmin()]
    if len(groups) == 1:
        words = {
            "active": _("{most}: {high} were active afterwards, against {average} of all customers"),
            "left": _("{most}: {high} left afterwards, against {average} of all customers"),
        }[outcome]
    elif most["low"] <= least["high"]:
        words = {
            "active": _("No group was clearly more active afterwards: the intervals overlap"),
            "left": _("No group clearly left more often: the intervals overlap"),
        }[outcome]
    else:
        words = {
            "active": _("Active afterwards: {most} {high}, {least} {low}"),
            "left": _("Left afterwards: {most} {high}, {least} {low}"),
        }[outcome]
    return words.format(
        most=most["label"],
        high=percent(most["share"]),
        least=least["label"],
        low=percent(least["share"]),
        average=percent(most["average"]),
    )


def band_lifts(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Later bookings by band of the RFM sum over the average, with intervals.

    Parameters
    ----------
    table : DataFrame
        One row per band, the lowest first: band, lift, low, high.
    """
    return _lifts(table.assign(label=table["band"]), _rising, detail, ax)


def segment_lifts(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Later bookings by RFM segment over the average, with intervals.

    Parameters
    ----------
    table : DataFrame
        One row per segment: label, lift, low, high.
    """
    return _lifts(table, _extremes, detail, ax)


def _lifts(rows: pd.DataFrame, message: Callable, detail: str, ax: Axes | None) -> Axes:
    rows = rows.dropna(subset=["lift"])
    if rows.empty:
        return style.nothing(_("There are no later bookings to compare the groups by."), ax)
    ax = dots(rows, "lift", words=lambda value: f"{number(value, 2)}×", line=(1.0, _("average")), ax=ax)
    style.title(ax, message(rows), detail)
    return ax


def _rising(rows: pd.DataFrame) -> str:
    first, last = number(rows["lift"].iloc[0], 2), number(rows["lift"].iloc[-1], 2)
    if len(rows) > 1 and (rows["lift"].diff().dropna() > 0).all():
        words = _("Later bookings rise from band to band: {first} to {last} times the average")
    else:
        words = _(
            "Later bookings do not rise from band to band: {first} in the lowest, {last} in the highest"
        )
    return words.format(first=first, last=last)


def _extremes(rows: pd.DataFrame) -> str:
    most, least = rows.loc[rows["lift"].idxmax()], rows.loc[rows["lift"].idxmin()]
    return _("Later bookings relative to the average: {most} {high}, {least} {low}").format(
        most=most["label"], high=number(most["lift"], 2), least=least["label"], low=number(least["lift"], 2)
    )
