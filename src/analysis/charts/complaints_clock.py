"""Charts of the clock: how long complaints stay open, the age of the stock, the share in time by month, what delays.

Each takes a table of `analysis.topics.complaints` (or one with the same columns); figures may be missing where too few
customers stand behind them.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import style
from analysis.charts.complaints_volume import months_axis
from analysis.charts.ratio_dots import ratio_dots, ratio_shown
from analysis.language import _, ngettext, number, share


def open_curves(
    table: pd.DataFrame, legal: Mapping[str, float], *, detail: str = "", ax: Axes | None = None
) -> Axes:
    """Share of complaints still open over the days since receipt, with the legal time of each group.

    Parameters
    ----------
    table : DataFrame
        One row per group and time: group, label, time (days), survival, low, high; missing where suppressed.
    legal : mapping of str to float
        Days of each group.
    """
    rows = table.dropna(subset=["survival"])
    if rows.empty:
        return style.nothing(
            _("Too few complaints have been watched long enough to draw how long they stay open."), ax
        )
    ax = style.axes(ax, 3.9)
    groups = list(dict.fromkeys(rows["group"]))
    for group, colour in zip(groups, style.PALETTE, strict=False):
        part = rows[rows["group"] == group]
        ax.fill_between(
            part["time"], part["low"], part["high"], step="post", color=colour, alpha=0.18, linewidth=0
        )
        ax.step(
            part["time"],
            part["survival"],
            where="post",
            color=colour,
            linewidth=2,
            label=part["label"].iloc[0],
        )
        if group in legal:
            ax.axvline(legal[group], color=colour, linewidth=1.2, linestyle=(0, (4, 3)), zorder=0)
            ax.annotate(
                _("{days} days").format(days=number(legal[group])), (legal[group], 1.0), (4, -2),
                textcoords="offset points", va="top", color=colour, fontsize=9,
            )  # fmt: skip
    ax.set_xlim(0, max(rows["time"].max(), max(legal.values(), default=0)) * 1.03)
    ax.set_ylim(0, 1.02)
    ax.set_xlabel(_("days since receipt"))
    ax.set_ylabel(_("still open"))
    style.plain(ax.xaxis)
    style.shares(ax.yaxis)
    ax.grid(axis="y")
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=len(groups))
    more = _("dashed: legal time without extensions; open complaints count as long as they were watched")
    style.title(ax, _still_open(rows, groups, legal), " · ".join(part for part in (detail, more) if part))
    return ax


def _still_open(rows: pd.DataFrame, groups: list, legal: Mapping[str, float]) -> str:
    """Of each group the share still open at its legal time, or where its curve ends before."""
    said = []
    for group in groups:
        part = rows[rows["group"] == group]
        days = min(legal.get(group, np.inf), part["time"].max())
        left = part.loc[part["time"] <= days, "survival"].iloc[-1]
        words = _("{label}: {share} still open after {days} days")
        said.append(words.format(label=part["label"].iloc[0], share=share(left), days=number(days)))
    return _("; ").join(said)


def ageing(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Open complaints by age, those past their due date apart.

    Parameters
    ----------
    table : DataFrame
        One row per band of age, the youngest first: label, open, overdue; missing where suppressed.
    """
    if not table[["open", "overdue"]].fillna(0).to_numpy().sum() > 0:
        words = _("No complaint is open.")
        if table[["open", "overdue"]].isna().any(axis=None):
            words = _("Too few people wait for an answer to show how long.")
        return style.nothing(words, ax)
    ax = style.axes(ax, 1.5 + 0.42 * len(table))
    place = np.arange(len(table))[::-1]
    before, after = (table[name].fillna(0).to_numpy(float) for name in ("open", "overdue"))
    ax.barh(place, before, 0.62, color=style.BLUE, label=_("within their time"))
    ax.barh(place, after, 0.62, left=before, color=style.ORANGE, label=_("past their due date"))
    for y, count, blank in zip(place, before + after, table["open"].isna(), strict=True):
        ax.annotate(
            _("withheld") if blank else number(count), (count, y), (6, 0), textcoords="offset points", va="center",
            fontsize=9.5,
        )  # fmt: skip
    ax.set_xlim(0, (before + after).max() * 1.18)
    ax.set_yticks(place, table["label"], fontsize=10.5, color=style.INK)
    style.bare(ax, keep="y")
    ax.legend(loc="lower right", fontsize=9)
    style.title(ax, _overdue(int(before.sum()), int(after.sum()), table["open"].isna().any()), detail)
    return ax


def _overdue(before: int, after: int, withheld: bool) -> str:
    words = ngettext(
        "{overdue} of {open} open complaint is past its due date",
        "{overdue} of {open} open complaints are past their due date",
        before + after,
    )
    if withheld:
        words = ngettext(
            "{overdue} of {open} open complaint shown is past its due date",
            "{overdue} of {open} open complaints shown are past their due date",
            before + after,
        )
    return words.format(overdue=number(after), open=number(before + after))


def in_time_by_month(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Share resolved in time by month of receipt, and what counting closed cases alone would show.

    Parameters
    ----------
    table : DataFrame
        One row per month: month, share, low, high (missing where not known yet, or suppressed), raw.
    """
    known = table.dropna(subset=["share"])
    if len(known) < 2:
        return style.nothing(_("Fewer than two months are known to the end of their legal time."), ax)
    ax = style.axes(ax, 3.4)
    ax.plot(
        table["month"], table["raw"], "o", markerfacecolor="white", markeredgecolor=style.MUTED, markersize=5,
        label=_("among closed cases alone"),
    )  # fmt: skip
    ax.vlines(known["month"], known["low"], known["high"], color=style.SKY, linewidth=4, alpha=0.75)
    ax.plot(
        known["month"],
        known["share"],
        "o",
        color=style.BLUE,
        markersize=6,
        label=_("in time, open cases counted"),
    )
    months_axis(ax)
    ax.set_ylim(max(table[["low", "raw"]].min(axis=None) - 0.05, 0), 1.01)
    style.shares(ax.yaxis)
    ax.grid(axis="y")
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.1), ncols=2, fontsize=9)
    unknown = int(table["share"].isna().sum())
    more = ngettext("{n} month withheld or not known yet", "{n} months withheld or not known yet", unknown)
    more = more.format(n=number(unknown)) if unknown else ""
    style.title(ax, _moved(known), " · ".join(part for part in (detail, more) if part))
    return ax


def _moved(known: pd.DataFrame) -> str:
    """The latest month known against the first: intervals of their difference by Zou and Donner (2008, MOVER)."""
    first, last = known.iloc[0], known.iloc[-1]
    change = last["share"] - first["share"]
    words = _("In time: {last} of {month}, {first} of {begin}; a change is not shown")
    if change > np.hypot(last["share"] - last["low"], first["high"] - first["share"]):
        words = _("In time: {last} of {month}, more than the {first} of {begin}")
    if -change > np.hypot(last["high"] - last["share"], first["share"] - first["low"]):
        words = _("In time: {last} of {month}, less than the {first} of {begin}")
    months = {"month": f"{last['month']:%Y-%m}", "begin": f"{first['month']:%Y-%m}"}
    return words.format(last=share(last["share"]), first=share(first["share"]), **months)


def delays(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """How much each trait of a case multiplies the rate at which it is resolved: below 1 is slower.

    Parameters
    ----------
    table : DataFrame
        One row per trait: label, ratio, low, high, p_adjusted.
    """
    rows = table.dropna(subset=["ratio", "low", "high"]).sort_values("ratio", ignore_index=True)
    if rows.empty:
        return style.nothing(_("Too few complaints are resolved to tell what delays them."), ax)
    sure = rows["p_adjusted"] < 0.05
    ax = ratio_dots(rows, sure, ax=ax)
    said = _("No trait of a complaint goes with a slower or faster answer beyond chance")
    if sure.any():
        # What is slowest; where nothing is slower, what is fastest.
        row = rows[sure].iloc[0 if rows.loc[sure, "ratio"].iloc[0] < 1 else -1]
        ends = {name: ratio_shown(row[name]) for name in ("ratio", "low", "high")}
        said = _("{trait}: resolved at {ratio} times the rate ({low} to {high}), all else equal")
        said = said.format(trait=row["label"], **ends)
    style.title(ax, said, detail)
    return ax


def branch_speeds(table: pd.DataFrame, *, most: int = 20, detail: str = "", ax: Axes | None = None) -> Axes:
    """Speed of branches over what their cases would have anywhere, the slowest on top.

    Parameters
    ----------
    table : DataFrame
        One row per branch: label, shrunk, low, high; missing where suppressed.
    most : int
        Branches drawn: the slowest.
    """
    known = table.dropna(subset=["shrunk"]).rename(columns={"shrunk": "ratio"})
    if known.empty:
        return style.nothing(
            _("There are too few branches or complaints to compare how fast they answer."), ax
        )
    rows = known.nsmallest(most, "ratio").iloc[::-1].reset_index(drop=True)
    sure = (rows["high"] < 1) | (rows["low"] > 1)
    ax = ratio_dots(rows, sure, ax=ax)
    more = _("the {n} slowest drawn").format(n=number(most)) if len(known) > most else ""
    style.title(ax, _slower(known), " · ".join(part for part in (detail, more) if part))
    return ax


def _slower(known: pd.DataFrame) -> str:
    slow = known[known["high"] < 1].sort_values("ratio")
    if slow.empty:
        return _("No branch shown is slower than the rest beyond chance")
    words = ngettext(
        "Of {all} branches shown {n} is slower than the rest beyond chance, {label}: {ratio} times the rate",
        "Of {all} branches shown {n} are slower than the rest beyond chance, most of all {label}: {ratio} times the rate",
        len(slow),
    )
    first = {"label": slow["label"].iloc[0], "ratio": ratio_shown(slow["ratio"].iloc[0])}
    return words.format(all=number(len(known)), n=number(len(slow)), **first)
