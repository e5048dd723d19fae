"""Charts of what is new or growing among complaints: each label against its past, and the course of one."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import style
from analysis.language import _, day, listed, ngettext, number

ALARMS = ("new", "growing")
_ROW, _MOST = 0.36, 15  # inches a row; rows
_NAMED = 2  # alarms in the title


def against_past(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Complaints a month of each label now, against what its own past leads one to expect.

    Parameters
    ----------
    table : DataFrame
        One row per label: label, state ("new", "growing", else quiet), monthly, monthly_low, monthly_high, usual. Blank rows
        are left out, and so are the quiet ones after the first 15 rows.
    """
    known = table.dropna(subset=["monthly", "monthly_low", "monthly_high", "usual"])
    rows = known.head(_MOST)
    if rows.empty:
        return style.nothing(_("No label has enough customers to be shown."), ax)
    ax = style.axes(ax, 2.5 + _ROW * max(len(rows), 4))
    place = np.arange(len(rows))[::-1]
    rings = rows["state"].isin(ALARMS).to_numpy()
    for which, colour, words in (
        (rings, style.ORANGE, _("now, new or growing, 95% interval")),
        (~rings, style.BLUE, _("now, 95% interval")),
    ):
        part, at = rows[which], place[which]
        ax.hlines(at, part["monthly_low"], part["monthly_high"], color=colour, linewidth=5, alpha=0.4)
        if len(part):
            ax.plot(part["monthly"], at, "o", color=colour, markersize=7, label=words)
    ax.plot(rows["usual"], place, "D", color=style.INK, markerfacecolor="white", markersize=6, clip_on=False,
            label=_("expected from its own past"))  # fmt: skip
    ax.set_yticks(
        place, [style.broken(str(label), 34) for label in rows["label"]], fontsize=10, color=style.INK
    )
    ax.set_ylim(-0.6, len(rows) - 0.4)
    ax.set_xlim(0, max(rows["monthly_high"].max(), rows["usual"].max()) * 1.05)
    ax.grid(axis="x")
    ax.spines["left"].set_visible(False)
    ax.set_xlabel(_("complaints a month"))
    # The padding is a distance in letters, so that the legend keeps clear of the axis whatever the number of rows.
    ax.legend(loc="upper left", bbox_to_anchor=(0, 0), borderaxespad=4, fontsize=9.5)
    style.title(ax, _said(known[known["state"].isin(ALARMS)], len(known)), detail)
    return ax


def _said(alarms: pd.DataFrame, shown: int) -> str:
    if alarms.empty:
        words = ngettext(
            "The {n} label shown is neither new nor growing",
            "None of the {n} labels shown is new or growing",
            shown,
        )
        return words.format(n=number(shown))
    named = [_alarm(row) for row in alarms.head(_NAMED).itertuples()]
    if more := len(alarms) - len(named):
        named.append(_("{n} more").format(n=number(more)))
    return _("New or growing: {labels}").format(labels=listed(named))


def _alarm(row) -> str:
    words = _("{label}, {now} complaints a month where {usual} are expected")
    # What would read 0 is no nought.
    usual = number(row.usual, 1) if row.usual >= 0.05 else _("hardly any")
    if row.state == "new":
        words = _("{label}, {now} complaints a month, never seen before")
    return words.format(label=row.label, now=number(row.monthly, 1), usual=usual)


def course(history: pd.DataFrame, *, smallest: int = 11, detail: str = "", ax: Axes | None = None) -> Axes:
    """Customers who complained of one label, month by month, and its first alarm.

    Parameters
    ----------
    history : DataFrame
        One row per month in order: month (its last day), label, customers, alarm.
    smallest : int
        Months with fewer customers are drawn as somewhere below it.
    """
    if history.empty:
        return style.nothing(_("No label is new or growing."), ax)
    ax = style.axes(ax, 3.2)
    shown = history["customers"] >= smallest
    place = np.arange(len(history))
    ax.bar(place[~shown], smallest - 1, width=0.8, color=style.GHOST, alpha=0.6,
           label=_("fewer than {n}: not shown").format(n=number(smallest)))  # fmt: skip
    ax.bar(place[shown], history["customers"][shown], width=0.8, color=style.BLUE, label=_("customers"))
    rings = np.flatnonzero(history["alarm"])
    if len(rings):
        ax.axvline(rings[0], color=style.ORANGE, linewidth=1.6, linestyle=(0, (4, 3)), label=_("first alarm"))
    step = max(len(history) // 8, 1)
    ticks = place[::-1][::step][::-1]
    ax.set_xticks(ticks, [f"{history['month'].iloc[k]:%Y-%m}" for k in ticks])
    ax.grid(axis="y")
    ax.set_ylabel(_("customers a month"))
    ax.legend(loc="upper left", fontsize=9.5)
    label = history["label"].iloc[0]
    words = _("{label}: first alarm on {day}") if len(rings) else _("{label}: no alarm")
    when = day(history["month"].iloc[rings[0]]) if len(rings) else ""
    style.title(ax, words.format(label=label, day=when), detail)
    return ax
