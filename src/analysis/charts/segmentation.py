"""Charts of the segmentation: what tiers and groups hold, and how the groups hang on the rule's window.

Each takes a table of `analysis.topics.segmentation` (or one with the same columns) whose column `label`
names the rows for people. Shares and counts may be missing where too few customers stand behind them.
"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import style
from analysis.charts.claims import leaders, named
from analysis.language import _, listed, number, share


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
