"""Charts of fairness between groups, and of a model's figures from month to month."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from analysis.charts import style
from analysis.language import _, day, listed, ngettext, number, share


def group_differences(table: pd.DataFrame, what: str, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Difference of each group to the others with its interval; groups that differ stand out.

    Parameters
    ----------
    table : DataFrame
        One row per group of one measure: label, difference, low, high (shares), differs. Blank rows are left out.
    what : str
        The measure in words.
    """
    rows = table.dropna(subset=["difference", "low", "high"]).reset_index(drop=True)
    if rows.empty:
        return style.nothing(_("Every group is too small to be compared."), ax)
    ax = style.axes(ax, 1.4 + 0.36 * len(rows))
    place = np.arange(len(rows))[::-1]
    differs = rows["differs"].astype(bool)
    colours = np.where(differs, style.ORANGE, style.BLUE)
    ax.hlines(place, 100 * rows["low"], 100 * rows["high"], color=style.GHOST, linewidth=5)
    ax.scatter(100 * rows["difference"], place, color=colours, s=46, zorder=3)
    ax.axvline(0, color=style.MUTED, linewidth=1)
    ax.set_yticks(place, [style.broken(label, 24) for label in rows["label"]], fontsize=10, color=style.INK)
    ax.set_ylim(-0.7, len(rows) - 0.3)
    ax.xaxis.set_major_formatter(lambda tick, _place: _sign(tick) + style.tick(abs(tick)))
    ax.set_xlabel(_("percentage points against the others, 95% intervals for all comparisons at once"))
    ax.grid(axis="x")
    ax.spines["left"].set_visible(False)
    gone = len(table) - len(rows)
    left_out = ngettext(
        "{n} group is left out: too few in it or beside it to compare",
        "{n} groups are left out: too few in them or beside them to compare",
        gone,
    ).format(n=number(gone))
    style.title(
        ax, _message(rows, what), " · ".join(part for part in (detail, left_out if gone else "") if part)
    )
    return ax


def _sign(value: float) -> str:
    return "" if abs(value) < 1e-9 else "+" if value > 0 else "−"


def _points(difference: float) -> str:
    """Percentage points with their sign, and more decimals where they would read 0 and are not."""
    value, digits = 100 * abs(difference), 1
    while 1e-9 < value <= 0.5 * 10.0**-digits:
        digits += 1
    return _sign(difference) + number(value, digits)


def _message(rows: pd.DataFrame, what: str) -> str:
    apart = rows[rows["differs"].astype(bool)]
    if apart.empty:
        return _("{what}: no group differs from the others beyond chance").format(what=what)
    most = apart.loc[apart["difference"].abs().sort_values(ascending=False, kind="stable").index].head(3)
    groups = listed(f"{r.label} {_points(r.difference)}" for r in most.itertuples())
    words = _("{what}: {groups} points against the others")
    if len(apart) > len(most):
        words = _("{what}: {n} groups differ from the others, most of all {groups} points")
    return words.format(what=what, groups=groups, n=number(len(apart)))


def by_month(
    table: pd.DataFrame,
    change: pd.DataFrame,
    measure: str,
    what: str,
    *,
    detail: str = "",
    ax: Axes | None = None,
) -> Axes:
    """A figure of the model at each time with its interval, and whether it changed.

    Parameters
    ----------
    table : DataFrame
        One row per time and measure: time, measure, value, low, high. Blank rows are left out.
    change : DataFrame
        One row per measure: measure, p_adjusted, changed.
    measure : str
        The measure shown, and `what` it is called.
    """
    rows = table[table["measure"] == measure].dropna(subset=["value", "low", "high"])
    if rows.empty:
        return style.nothing(_("Too few leavers in each month to follow the model over time."), ax)
    ax = style.axes(ax, 2.9)
    place = np.arange(len(rows))
    ax.vlines(place, rows["low"], rows["high"].clip(upper=1), color=style.SKY, linewidth=6, alpha=0.75)
    ax.plot(place, rows["value"], "o-", color=style.BLUE, markersize=7, linewidth=1.2)
    if measure == "calibration":
        ax.axhline(0, color=style.MUTED, linewidth=1)
        style.shares(ax.yaxis)
    else:
        ax.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
        style.plain(ax.yaxis)
    ax.set_xticks(place, [day(str(time)) for time in rows["time"]])
    ax.tick_params(axis="x", rotation=45 if len(rows) > 6 else 0)
    ax.set_xlim(-0.5, len(rows) - 0.5)
    ax.grid(axis="y")
    style.title(ax, _over_time(rows, change[change["measure"] == measure], what), detail)
    return ax


def _over_time(rows: pd.DataFrame, change: pd.DataFrame, what: str) -> str:
    say = share if rows["measure"].iloc[0] == "calibration" else lambda value: number(value, 3)
    lowest, highest = rows.loc[rows["value"].idxmin()], rows.loc[rows["value"].idxmax()]
    if change.empty or pd.isna(change["p_adjusted"].iloc[0]):
        words = _("{what}: {low} on {low_day}; one day does not tell whether it changes")
    elif change["changed"].iloc[0]:
        words = _("{what} changed beyond chance: lowest {low} on {low_day}, highest {high} on {high_day}")
    else:
        words = _("{what} between {low} and {high}: that it changed is not shown")
    return words.format(
        what=what, low=say(lowest["value"]), high=say(highest["value"]), low_day=day(str(lowest["time"])),
        high_day=day(str(highest["time"])),
    )  # fmt: skip
