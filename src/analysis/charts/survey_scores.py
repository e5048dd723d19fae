"""Charts of the scores: by wave with and without weights, under every weighting, and of groups compared."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import style, survey_rows
from analysis.language import _, number, percent

_SURE = 0.9  # chance of being in the highest or lowest quarter, at which a group is named
_WAVES = 10  # named, of more every second, third … from the last
_SIDE = 20  # groups shown at either end, if there are more than twice as many


def _words(kind: str) -> Callable[[float], str]:
    """How a value of a kind of score is written."""
    return percent if kind == "share" else lambda value: number(value, 1 if kind == "nps" else 2)


def waves(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """A score by wave with its interval, weighted beside unweighted.

    Parameters
    ----------
    table : DataFrame
        One row per wave of one score: head, kind ("nps", "mean" or "share"), label, value, low, high, plain, plain_low,
        plain_high; missing where suppressed.
    """
    rows = table.dropna(subset=["value"]).reset_index(drop=True)
    if rows.empty:
        return style.nothing(_("Nobody answered, or too few to be shown."), ax)
    ax, say = style.axes(ax, 3.4), _words(rows["kind"].iloc[0])
    place = np.arange(len(rows))
    series = (("plain", "plain_low", "plain_high", style.GHOST, 0.09, _("every answer alike")),
              ("value", "low", "high", style.BLUE, -0.09, _("weighted to all customers")))  # fmt: skip
    for value, low, high, colour, shift, name in series:
        ax.vlines(place + shift, rows[low], rows[high], color=colour, linewidth=4, alpha=0.45)
        ax.plot(place + shift, rows[value], "o-", color=colour, markersize=6, linewidth=1.4, label=name)
    named = place[::-1][:: -(-len(rows) // _WAVES)]
    for x, value in zip(named, rows["value"][named], strict=True):
        ax.annotate(
            say(value), (x - 0.09, value), (-8, 0), textcoords="offset points", va="center", ha="right", fontsize=9.5,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )  # fmt: skip
    ends = rows[["low", "high", "plain_low", "plain_high", "value", "plain"]].to_numpy(float)
    least, most = np.nanmin(ends), np.nanmax(ends)
    ax.set_ylim(least - 0.05 * (most - least or 1), most + 0.3 * (most - least or 1))
    if rows["kind"].iloc[0] == "nps" and least < 0 < most:
        ax.axhline(0, color=style.MUTED, linewidth=1, zorder=0)
    ax.yaxis.set_major_formatter(
        lambda tick, _place: say(tick) if rows["kind"].iloc[0] != "nps" else style.tick(tick)
    )
    ax.set_xticks(named, rows["label"][named], color=style.INK)
    ax.set_xlim(-0.2 - 0.1 * len(rows), len(rows) - 0.4)
    ax.grid(axis="y")
    ax.legend(loc="upper left", ncols=2)
    last = rows.iloc[-1]
    words = _("{what} in {wave}: {value} ({low} to {high}) weighted, {plain} without weights")
    said = words.format(what=last["head"], wave=last["label"], plain=say(last["plain"]),
                        **{name: say(last[name]) for name in ("value", "low", "high")})  # fmt: skip
    style.title(ax, said, detail)
    return ax


def sensitivity(
    table: pd.DataFrame, what: str, kind: str, *, detail: str = "", ax: Axes | None = None
) -> Axes:
    """A score under every weighting; the one in use stands out.

    Parameters
    ----------
    table : DataFrame
        One row per weighting: label, value, low, high, used (bool); missing where suppressed.
    what, kind : str
        The score in words; "nps", "mean" or "share".
    """
    rows = table.dropna(subset=["value"]).reset_index(drop=True)
    if rows.empty:
        return style.nothing(_("Nobody answered, or too few to be shown."), ax)
    used, say = rows["used"].astype(bool), _words(kind)
    ax = _intervals(rows, np.where(used, style.BLUE, style.GHOST), say, ax)
    ax.xaxis.set_major_formatter(lambda tick, _place: style.tick(tick) if kind == "nps" else say(tick))
    low, high = say(rows["value"][~used].min()), say(rows["value"][~used].max())
    if not used.any():
        words = _("{what}: from {low} to {high}, depending on the weights")
    elif used.all():
        words = _("{what}: {value} with the weights in use")
    elif low == high:
        words = _("{what}: {value} with the weights in use, {low} with all others")
    else:
        words = _("{what}: {value} with the weights in use, from {low} to {high} with others")
    value = say(rows["value"][used].max())
    style.title(ax, words.format(what=what, value=value, low=low, high=high), detail)
    return ax


def _intervals(rows: pd.DataFrame, colours, say: Callable[[float], str], ax: Axes | None) -> Axes:
    """A dot with its interval per row, the first on top; values may be negative."""
    ax = style.axes(ax, 1.5 + 0.36 * len(rows))
    place = np.arange(len(rows))[::-1]
    ax.hlines(place, rows["low"], rows["high"], color=style.SKY, linewidth=5, alpha=0.6)
    ax.scatter(rows["value"], place, s=46, color=colours, zorder=3)
    ends = rows["high"].fillna(rows["value"])
    for y, value, end in zip(place, rows["value"], ends, strict=True):
        ax.annotate(say(value), (end, y), (7, 0), textcoords="offset points", va="center", fontsize=9.5)
    least, most = rows[["value", "low"]].min().min(), max(ends.max(), rows["value"].max())
    room = most - least or 1.0
    ax.set_xlim(least - 0.05 * room, most + 0.14 * room)
    if least < 0 < most:
        ax.axvline(0, color=style.MUTED, linewidth=1, zorder=0)
    ax.set_yticks(place, [style.broken(label, 44) for label in rows["label"]], fontsize=9.5, color=style.INK)
    ax.set_ylim(-0.7, len(rows) - 0.3)
    ax.grid(axis="x")
    ax.spines["left"].set_visible(False)
    return ax


def league(
    table: pd.DataFrame,
    what: str,
    kind: str,
    *,
    mean: float,
    detail: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Groups compared by a score: shrunk values with their intervals, raw ones as rings.

    Parameters
    ----------
    table : DataFrame
        One row per group, the highest first: label, estimate, shrunk, low, high, p_top, p_bottom (blank if nothing is
        to be ranked); missing where suppressed.
    what : str
        What is compared: the groups and the score.
    kind : str
        Of the score: "nps", "mean" or "share".
    mean : float
        Of all groups.
    """
    known = table.dropna(subset=["shrunk"])
    if len(known) < 2:
        return style.nothing(_("Too few groups have enough respondents to be compared."), ax)
    many = len(known) > 2 * _SIDE
    rows = (pd.concat([known.head(_SIDE), known.tail(_SIDE)]) if many else known).reset_index(drop=True)
    ax, say = style.axes(ax, 1.6 + 0.29 * len(rows)), _words(kind)
    place, ranked = np.arange(len(rows))[::-1], rows["p_top"].notna().any()
    sure = ((rows["p_top"] >= _SURE) | (rows["p_bottom"] >= _SURE)).to_numpy()
    ax.hlines(place, rows["low"], rows["high"], color=style.SKY, linewidth=5, alpha=0.6)
    ax.scatter(rows["estimate"], place, s=34, facecolor="white", edgecolor=style.MUTED, zorder=2)
    ax.scatter(rows["shrunk"], place, s=44, color=np.where(sure, style.ORANGE, style.BLUE), zorder=3)
    ax.axvline(mean, color=style.MUTED, linewidth=1, linestyle=(0, (4, 3)), zorder=0)
    ax.set_yticks(place, rows["label"], fontsize=9.5, color=style.INK)
    ax.set_ylim(-0.8, len(rows) - 0.2)
    ax.xaxis.set_major_formatter(lambda tick, _place: style.tick(tick) if kind == "nps" else say(tick))
    ax.grid(axis="x")
    ax.spines["left"].set_visible(False)
    parts = [detail, _("ring: before shrinking; dashed: mean")]
    if sure.any():
        parts.append(_("orange: named with a chance of {sure} or more").format(sure=percent(_SURE, 0)))
    if many:
        words = _("the {side} highest and the {side} lowest of {n}")
        parts.append(words.format(side=number(_SIDE), n=number(len(known))))
    style.title(ax, _compared(rows, what, ranked), " · ".join(part for part in parts if part))
    return ax


def _compared(rows: pd.DataFrame, what: str, ranked: bool) -> str:
    if not ranked:
        return _("{what}: no difference beyond chance, nothing to rank").format(what=what)
    top, low = (rows["label"][rows[column] >= _SURE] for column in ("p_top", "p_bottom"))
    parts = (
        [_("{names} very likely in the highest quarter").format(names=survey_rows.few(top))]
        if len(top)
        else []
    )
    parts += (
        [_("{names} very likely in the lowest quarter").format(names=survey_rows.few(low))]
        if len(low)
        else []
    )
    said = _("; ").join(parts) or _("they differ, but it is not clear which are highest or lowest")
    return _("{what}: {parts}").format(what=what, parts=said)
