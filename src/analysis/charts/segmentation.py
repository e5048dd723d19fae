"""Charts of the segmentation: what tiers and groups hold, and what groups do afterwards.

Each takes a table of `analysis.topics.segmentation` (or one with the same columns) whose column `label`
names the rows for people. Shares and counts may be missing where too few customers stand behind them.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import style
from analysis.charts.claims import apart, decimal, leaders, named, share
from analysis.charts.dots import dots
from analysis.language import _, listed, number


def holdings(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Shares of customers, assets and margin by tier or engagement group.

    Parameters
    ----------
    table : DataFrame
        One row per group: label, customers_share, assets_share, margin_share (0 to 1; a measure that is
        missing throughout is left out, and its absence said).
    """
    every = {
        "customers_share": (_("customers"), style.GHOST),
        "assets_share": (_("assets"), style.BLUE),
        "margin_share": (_("margin"), style.ORANGE),
    }
    measures = {name: how for name, how in every.items() if table[name].notna().any()}
    if table.empty:
        return style.nothing(_("Nobody can be put in a group."), ax)
    if not measures:
        return style.nothing(_("The groups are too small to be shown."), ax)
    rows = table.iloc[::-1].reset_index(drop=True)
    ax = style.axes(ax, 1.2 + 0.3 * len(rows) * len(measures))
    height = 0.8 / len(measures)
    for k, (name, (label, colour)) in enumerate(measures.items()):
        place = np.arange(len(rows)) + 0.4 - height * (k + 0.5)
        bars = ax.barh(place, rows[name].fillna(0), height * 0.92, color=colour)
        style.direct_labels(ax, bars, [_shown(row, name, label) for row in rows.to_dict("records")])
    ax.set_yticks(range(len(rows)), rows["label"], fontsize=10.5, color=style.INK)
    # A margin can be negative.
    ax.set_xlim(min(rows[list(measures)].min().min(), 0) * 1.4, rows[list(measures)].max().max() * 1.22)
    style.bare(ax, keep="y")
    absent = listed(label for name, (label, _colour) in every.items() if name not in measures)
    unknown = _("unknown: {measures}").format(measures=absent) if absent else ""
    style.title(ax, _holding(table), " · ".join(part for part in (detail, unknown) if part))
    return ax


def _shown(row: dict, name: str, label: str) -> str:
    """What stands at a bar's end; of a withheld row the reason, once."""
    if not row.get("suppressed"):
        return f"{share(row[name])} {label}"
    if name != "customers_share":
        return ""
    few = row["suppressed"]
    return _("withheld") if few == "withheld" else _("{few} customers").format(few=few)


def _holding(table: pd.DataFrame) -> str:
    if table["assets_share"].notna().any():
        largest = table.loc[table["assets_share"].idxmax()]
        return _("{label}: {share} of customers hold {held} of assets").format(
            label=largest["label"],
            share=share(largest["customers_share"]),
            held=share(largest["assets_share"]),
        )
    labels = leaders(table, "customers_share")
    said = _("{label} is the largest group, with {share} of customers")
    if len(labels) > 1:
        said = _("{label} are the largest groups, each with {share} of customers")
    return said.format(label=named(labels), share=share(table["customers_share"].max()))


def windows(table: pd.DataFrame, chosen: int, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """How the shares of the engagement groups move with the rule's window.

    Parameters
    ----------
    table : DataFrame
        One row per window and group: dormant_days, engagement, label, share. Windows in which a group is
        too small to be shown are not in it.
    chosen : int
        The rule's own dormant_days.
    """
    if table.empty:
        return style.nothing(_("Too few customers to show the groups under other windows."), ax)
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
            f"{row.label} {share(row.share)}",
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
    facts = {
        "most": share(first["share"]),
        "short": number(first["dormant_days"]),
        "least": share(last["share"]),
        "long": number(last["dormant_days"]),
    }
    if len(dormant) == 1:
        said = _("Dormant are {most} of customers after {short} days of quiet")
    elif facts["most"] == facts["least"]:
        said = _("Dormant are {most} of customers, whatever the window from {short} to {long} days")
    else:
        said = _("Dormant are {most} of customers after {short} days of quiet, {least} after {long}")
    return said.format(**facts)


def later(table: pd.DataFrame, outcome: str, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Share of each former group with an outcome afterwards, with intervals, against all customers.

    Parameters
    ----------
    table : DataFrame
        One row per outcome and group: outcome, label, share, low, high, and average, the share of all.
    outcome : {"active", "left"}
    """
    rows = table[(table["outcome"] == outcome) & table["share"].notna()]
    if rows.empty:
        return style.nothing(_unseen(table, outcome), ax)
    average = float(rows["average"].iloc[0])
    line = (average, _("all {share}").format(share=share(average)))
    ax = dots(rows, "share", words=share, line=line, ax=ax)
    style.shares(ax.xaxis)
    style.title(ax, _afterwards(rows, outcome), detail)
    return ax


def _unseen(table: pd.DataFrame, outcome: str) -> str:
    if table.empty:
        return _("The data do not reach back far enough to see what became of the groups.")
    if (table["outcome"] == outcome).any():
        return _("Too few customers in each group to show what became of them.")
    return _("Nobody is recorded as having left; it may be that the data do not tell who leaves.")


def _afterwards(groups: pd.DataFrame, outcome: str) -> str:
    two = apart(groups, "share")
    if len(groups) == 1:
        words = {
            "active": _("{most}: {high} were active afterwards, against {average} of all customers"),
            "left": _("{most}: {high} left afterwards, against {average} of all customers"),
        }[outcome]
    elif two is None:
        words = {
            "active": _("No group was clearly more active afterwards: the intervals overlap"),
            "left": _("No group clearly left more often: the intervals overlap"),
        }[outcome]
    else:
        words = {
            "active": _("Active afterwards: {most} {high}, {least} {low}"),
            "left": _("Left afterwards: {most} {high}, {least} {low}"),
        }[outcome]
    most, least = two or (groups.iloc[0], groups.iloc[0])
    return words.format(
        most=most["label"],
        high=share(most["share"]),
        least=least["label"],
        low=share(least["share"]),
        average=share(most["average"]),
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
    ax = dots(rows, "lift", words=_times, line=(1.0, _("average")), ax=ax)
    style.title(ax, message(rows), detail)
    return ax


def _times(lift: float) -> str:
    return f"{decimal(lift, 2)}×"


def _rising(rows: pd.DataFrame) -> str:
    first, last = rows.iloc[0], rows.iloc[-1]
    steps = rows["lift"].diff().dropna()
    beyond_chance = rows["low"] > rows["high"].shift()
    if len(rows) == 1:
        words = _("Only one band can be shown: {first} books {low} times the average afterwards")
    elif beyond_chance.iloc[1:].all():
        words = _(
            "Later bookings rise from band to band: {low} times the average in {first}, {high} in {last}"
        )
    elif (rows["high"] < rows["low"].shift()).iloc[1:].all():
        words = _(
            "Later bookings fall from band to band: {low} times the average in {first}, {high} in {last}"
        )
    elif (steps > 0).all():
        words = _(
            "Later bookings rise from band to band, not always beyond chance: {low} times the average in"
            " {first}, {high} in {last}"
        )
    else:
        words = _(
            "Later bookings do not rise at every step: {low} times the average in {first}, {high} in {last}"
        )
    facts = {"low": decimal(first["lift"], 2), "high": decimal(last["lift"], 2)}
    return words.format(first=first["label"], last=last["label"], **facts)


def _extremes(rows: pd.DataFrame) -> str:
    two = apart(rows, "lift")
    if len(rows) == 1:
        words = _("Later bookings relative to the average: {most} {high}")
    elif two is None:
        words = _("No group clearly books more afterwards: the intervals overlap")
    else:
        words = _("Later bookings relative to the average: {most} {high}, {least} {low}")
    most, least = two or (rows.iloc[0], rows.iloc[0])
    return words.format(
        most=most["label"], high=decimal(most["lift"], 2), least=least["label"], low=decimal(least["lift"], 2)
    )
