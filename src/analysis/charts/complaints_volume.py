"""Charts of how much customers tell: control charts by kind, and the funnel of branches.

Each takes a table of `analysis.topics.complaints` (or one with the same columns); figures may be missing where too few
customers stand behind them.
"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.ticker import MaxNLocator

from analysis.charts import style
from analysis.language import _, listed, ngettext, number

NAMED = 5  # branches with their name in the funnel


def control_charts(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Monthly rate of each kind with its limits, a small chart each; months that ring are marked.

    Parameters
    ----------
    table : DataFrame
        One row per kind and month: kind, label, month, baseline, rate, centre, low, high, signal.
    """
    if table["rate"].isna().all():
        return style.nothing(_("Too few months are on record to draw control limits."), ax)
    kinds = list(dict.fromkeys(table["kind"]))
    rows = -(-len(kinds) // 2)
    ax = style.axes(ax, 0.9 + 2.1 * rows)
    ax.set_axis_off()
    for place, kind in enumerate(kinds):
        across, down = place % 2, place // 2
        box = (0.055 + 0.505 * across, 1 - (down + 0.88) / rows, 0.44, 0.68 / rows)
        _control(ax.inset_axes(box), table[table["kind"] == kind].reset_index(drop=True))
    style.title(
        ax,
        _ringing(table),
        " · ".join(
            part
            for part in (
                detail,
                _("cases per 10,000 customers a month; shaded: limits; grey: months that set them"),
            )
            if part
        ),
    )
    return ax


def _control(ax: Axes, part: pd.DataFrame) -> None:
    month = part["month"]
    ax.fill_between(month, part["low"], part["high"], color=style.SKY, alpha=0.25, linewidth=0, step="mid")
    ax.plot(month, part["centre"], color=style.MUTED, linewidth=1)
    ax.plot(month, part["rate"], color=style.LINE, linewidth=1.2, zorder=1)
    rings, judged = _rings(part), _judged(part)
    for which, colour, size in (
        (~judged & ~rings, style.GHOST, 14), (judged & ~rings, style.BLUE, 18),
        (rings, style.ORANGE, 30),
    ):  # fmt: skip
        ax.scatter(month[which], part["rate"][which], s=size, color=colour, zorder=3)
    months_axis(ax)
    top = part[["high", "rate"]].max(axis=None)
    ax.set_ylim(0, top * 1.08 if top > 0 else 1)
    ax.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    style.plain(ax.yaxis)
    ax.tick_params(labelsize=8.5)
    ax.set_title(part["label"].iloc[0], loc="left", fontsize=10, color=style.INK, pad=3)


def _rings(table: pd.DataFrame) -> pd.Series:
    return (table["signal"] != "") & table["rate"].notna()


def _judged(table: pd.DataFrame) -> pd.Series:
    """The months after those that set the limits; a first month that is not whole is neither."""
    return table["month"] > table.loc[table["baseline"], "month"].max()


def months_axis(ax: Axes) -> None:
    """A few ticks of months as 2024-03, of years as 2024."""
    locator = AutoDateLocator(minticks=2, maxticks=5)
    ax.xaxis.set_major_locator(locator)
    formats = ["%Y", "%Y-%m", "%Y-%m-%d", "%H:%M", "%H:%M", "%S"]
    ax.xaxis.set_major_formatter(ConciseDateFormatter(locator, formats=formats, show_offset=False))


def _ringing(table: pd.DataFrame) -> str:
    judged = table[_judged(table)]
    months = judged["month"].nunique()
    rings = judged[_rings(judged)]
    above = rings["rate"] > rings["centre"]
    sides = (
        (rings[above], _("above the usual level {kinds}")),
        (rings[~above], _("below the usual level {kinds}")),
    )
    parts = [words.format(kinds=_by_kind(part)) for part, words in sides if len(part)]
    words = ngettext(
        "Beyond chance in the {months} month judged: {parts}",
        "Beyond chance in the {months} months judged: {parts}",
        months,
    )
    if not parts:
        words = ngettext(
            "No kind of feedback left its usual level beyond chance in the {months} month judged",
            "No kind of feedback left its usual level beyond chance in the {months} months judged",
            months,
        )
    return words.format(months=number(months), parts=_("; ").join(parts))


def _by_kind(rings: pd.DataFrame) -> str:
    counts = rings.groupby("label", sort=False).size()
    return listed(_("{kind} in {n}").format(kind=label, n=number(n)) for label, n in counts.items())


def funnel(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Complaints over expected ones against how many were expected, within the limits of chance.

    Parameters
    ----------
    table : DataFrame
        One row per branch: label, expected, ratio, warn_low, warn_high, alarm_low, alarm_high, outside; missing where
        suppressed.
    """
    rows = table.dropna(subset=["ratio", "expected"]).sort_values("expected", ignore_index=True)
    if len(rows) < 2:
        return style.nothing(_("Fewer than two branches are large enough to be compared."), ax)
    ax = style.axes(ax, 4.0)
    for name, style_, label in (
        ("warn", (0, (4, 3)), _("95% of branches like all others")),
        ("alarm", "-", _("99.8%")),
    ):
        for side in ("low", "high"):
            ax.plot(
                rows["expected"], rows[f"{name}_{side}"], color=style.MUTED, linewidth=1, linestyle=style_,
                label=label if side == "low" else None,
            )  # fmt: skip
    ax.axhline(1, color=style.LINE, linewidth=1.2, zorder=0)
    out = rows["outside"].fillna("") != ""
    ax.scatter(rows["expected"], rows["ratio"], s=42, color=np.where(out, style.ORANGE, style.BLUE), zorder=3)
    distance = (np.log(rows["ratio"].clip(lower=0.01)).abs() * np.sqrt(rows["expected"])).rank(
        ascending=False
    )
    for place, row in enumerate(rows[distance <= NAMED].itertuples()):
        # Neighbours have their names on different sides.
        side = {"xytext": (6, 5), "ha": "left"} if place % 2 else {"xytext": (-6, 5), "ha": "right"}
        ax.annotate(row.label, (row.expected, row.ratio), textcoords="offset points", fontsize=9, **side)
    ax.set_xlim(0, rows["expected"].max() * 1.1)
    ax.set_ylim(0, np.nanmax(rows[["ratio", "alarm_high"]].to_numpy(float)) * 1.08)
    ax.set_xlabel(_("complaints expected of the same customers elsewhere"))
    ax.set_ylabel(_("complaints over expected"))
    style.plain(ax.xaxis)
    ax.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_formatter(lambda tick, _place: number(tick, 1))
    ax.legend(loc="upper right", ncols=2, fontsize=9)
    style.title(ax, _outside(rows), detail)
    return ax


def _outside(rows: pd.DataFrame) -> str:
    above, below = (int((rows["outside"] == side).sum()) for side in ("above", "below"))
    words = _(
        "Of {n} branches shown, {above} above and {below} below what chance and the usual spread between branches explain"
    )
    if not above + below:
        words = _(
            "None of the {n} branches shown has more or fewer complaints than chance and the usual spread between"
            " branches explain"
        )
    return words.format(n=number(len(rows)), above=number(above), below=number(below))
