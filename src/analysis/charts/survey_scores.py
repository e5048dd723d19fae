"""Charts of the scores: by wave with and without weights, under every weighting, and of groups compared."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import style
from analysis.language import _, number, percent


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
    for x, value in zip(place, rows["value"], strict=True):
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
    ax.set_xticks(place, rows["label"], color=style.INK)
    ax.set_xlim(-0.75, len(rows) - 0.4)
    ax.grid(axis="y")
    ax.legend(loc="upper left", ncols=2)
    last = rows.iloc[-1]
    words = _("{what} in {wave}: {value} ({low} to {high}) weighted, {plain} without weights")
    said = words.format(what=last["head"], wave=last["label"], plain=say(last["plain"]),
                        **{name: say(last[name]) for name in ("value", "low", "high")})  # fmt: skip
    style.title(ax, said, detail)
    return ax


def sensitivity(table: pd.DataFrame, what: str, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """A score under every weighting; the one in use stands out.

    Parameters
    ----------
    table : DataFrame
        One row per weighting: label, value, low, high, used (bool); missing where suppressed.
    what : str
        The score in words.
    """
    rows = table.dropna(subset=["value"]).reset_index(drop=True)
    if rows.empty:
        return style.nothing(_("Nobody answered, or too few to be shown."), ax)
    used = rows["used"].astype(bool)
    ax = _intervals(rows, np.where(used, style.BLUE, style.GHOST), ax)
    said = _("{what}: from {low} to {high}, depending on the weights").format(
        what=what, low=number(rows["value"].min(), 1), high=number(rows["value"].max(), 1)
    )
    if used.any():
        words = _("{what}: {value} with the weights in use, from {low} to {high} with others")
        others = rows.loc[~used, "value"] if (~used).any() else rows["value"]
        said = words.format(what=what, value=number(rows.loc[used, "value"].iloc[0], 1), low=number(others.min(), 1),
                            high=number(others.max(), 1))  # fmt: skip
    style.title(ax, said, detail)
    return ax


def _intervals(rows: pd.DataFrame, colours, ax: Axes | None, digits: int = 1) -> Axes:
    """A dot with its interval per row, the first on top; values may be negative."""
    ax = style.axes(ax, 1.5 + 0.36 * len(rows))
    place = np.arange(len(rows))[::-1]
    ax.hlines(place, rows["low"], rows["high"], color=style.SKY, linewidth=5, alpha=0.6)
    ax.scatter(rows["value"], place, s=46, color=colours, zorder=3)
    ends = rows["high"].fillna(rows["value"])
    for y, value, end in zip(place, rows["value"], ends, strict=True):
        ax.annotate(
            number(value, digits), (end, y), (7, 0), textcoords="offset points", va="center", fontsize=9.5
        )
    least, most = rows[["value", "low"]].min().min(), max(ends.max(), rows["value"].max())
    room = most - least or 1.0
    ax.set_xlim(least - 0.05 * room, most + 0.14 * room)
    if least < 0 < most:
        ax.axvline(0, color=style.MUTED, linewidth=1, zorder=0)
    ax.xaxis.set_major_formatter(lambda tick, _place: number(tick, 0 if float(tick).is_integer() else digits))
    ax.set_yticks(place, [style.broken(label, 44) for label in rows["label"]], fontsize=9.5, color=style.INK)
    ax.set_ylim(-0.7, len(rows) - 0.3)
    ax.grid(axis="x")
    ax.spines["left"].set_visible(False)
    return ax


def league(
    table: pd.DataFrame,
    what: str,
    *,
    mean: float = np.nan,
    kind: str = "nps",
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
    mean : float
        Of all groups.
    kind : str
        Of the score: "nps", "mean" or "share".
    """
    rows = table.dropna(subset=["shrunk"]).reset_index(drop=True)
    if len(rows) < 2:
        return style.nothing(_("Too few groups have enough respondents to be compared."), ax)
    ax, say = style.axes(ax, 1.6 + 0.29 * len(rows)), _words(kind)
    place, ranked = np.arange(len(rows))[::-1], rows["p_top"].notna().any()
    sure = ranked & ((rows["p_top"] >= 0.9) | (rows["p_bottom"] >= 0.9)).to_numpy()
    ax.hlines(place, rows["low"], rows["high"], color=style.SKY, linewidth=5, alpha=0.6)
    ax.scatter(rows["estimate"], place, s=34, facecolor="white", edgecolor=style.MUTED, zorder=2)
    ax.scatter(rows["shrunk"], place, s=44, color=np.where(sure, style.ORANGE, style.BLUE), zorder=3)
    if np.isfinite(mean):
        ax.axvline(mean, color=style.MUTED, linewidth=1, linestyle=(0, (4, 3)), zorder=0)
    ax.set_yticks(place, rows["label"], fontsize=9.5, color=style.INK)
    ax.set_ylim(-0.8, len(rows) - 0.2)
    ax.xaxis.set_major_formatter(lambda tick, _place: style.tick(tick) if kind == "nps" else say(tick))
    ax.grid(axis="x")
    ax.spines["left"].set_visible(False)
    rings = _("ring: before shrinking; dashed: mean; orange: surely in the highest or lowest quarter")
    style.title(ax, _compared(rows, what, ranked, sure), " · ".join(part for part in (detail, rings) if part))
    return ax


def _compared(rows: pd.DataFrame, what: str, ranked: bool, sure: np.ndarray) -> str:
    if not ranked:
        return _("{what}: no difference beyond chance, nothing to rank").format(what=what)
    if not sure.any():
        return _("{what}: they differ, but none is surely among the highest or lowest").format(what=what)
    top = rows["label"][sure & (rows["p_top"] >= 0.9).to_numpy()].tolist()
    low = rows["label"][sure & (rows["p_bottom"] >= 0.9).to_numpy()].tolist()
    parts = [_("{names} surely high").format(names=_(", ").join(top))] if top else []
    parts += [_("{names} surely low").format(names=_(", ").join(low))] if low else []
    return _("{what}: {parts}").format(what=what, parts=_("; ").join(parts))
