"""Charts of how well purchases were foretold: over time, by model, by group."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import style
from analysis.language import _, day, listed, number, percent, share


def tracking(
    table: pd.DataFrame, learnt_until: pd.Timestamp, *, detail: str = "", ax: Axes | None = None
) -> Axes:
    """Purchases of each week against what the model expects, through calibration and holdout.

    Parameters
    ----------
    table : DataFrame
        One row per week, in order: ends_on, purchases, expected.
    learnt_until : Timestamp
        Day up to which the model has seen the data.
    """
    if table.empty:
        return style.nothing(_("No probability model is fit for use, so that none is tracked."), ax)
    ax = style.axes(ax, 3.6)
    ax.plot(table["ends_on"], table["purchases"], color=style.GHOST, linewidth=1.6)
    ax.plot(table["ends_on"], table["expected"], color=style.BLUE, linewidth=2.2)
    ax.axvspan(learnt_until, table["ends_on"].max(), color=style.ORANGE, alpha=0.08, linewidth=0)
    ax.axvline(learnt_until, color=style.ORANGE, linewidth=1, linestyle=(0, (4, 3)))
    _inside(ax, learnt_until, _("learnt until {day}").format(day=day(learnt_until)), style.ORANGE)
    last = table.iloc[-8:]
    _end(ax, table["ends_on"].max(), last["expected"].mean(), _("expected"), style.BLUE)
    gap = last["purchases"].mean() - last["expected"].mean()
    shift = 0.09 * table["purchases"].max() * (1 if gap >= 0 else -1)
    seen = last["expected"].mean() + (gap if abs(gap) > abs(shift) else shift)
    _end(ax, table["ends_on"].max(), seen, _("seen"), style.MUTED)
    ax.set_ylim(0, table[["purchases", "expected"]].max().max() * 1.12)
    _counts(ax)
    ax.set_ylabel(_("purchases a week"))
    ax.grid(axis="y")
    style.title(ax, _tracked(table[table["ends_on"] > learnt_until]), detail)
    return ax


def _counts(ax: Axes) -> None:
    """Ticks of the vertical axis, short where they are large."""
    if ax.get_ylim()[1] >= 20_000:
        style.amounts(ax.yaxis)
    else:
        ax.yaxis.set_major_formatter(lambda tick, _place: number(tick))


def _inside(ax: Axes, at, words: str, colour: str) -> None:
    ax.annotate(
        words,
        (at, 1),
        (-5, -3),
        xycoords=("data", "axes fraction"),
        textcoords="offset points",
        ha="right",
        va="top",
        color=colour,
        fontsize=9.5,
    )


def _end(ax: Axes, x, y: float, words: str, colour: str) -> None:
    ax.annotate(
        words, (x, y), (7, 0), textcoords="offset points", va="center", color=colour, annotation_clip=False
    )


def _tracked(after: pd.DataFrame) -> str:
    seen, expected = after["purchases"].sum(), after["expected"].sum()
    if not seen:
        words = _("No purchase was seen after the model had learnt; it expected {expected}")
        return words.format(expected=number(expected, 0 if expected >= 1 else 2))
    if expected == seen:
        return _("After the model had learnt, as many purchases came as it expected")
    words = (
        _("After the model had learnt, it expected {off} more purchases than came")
        if expected > seen
        else _("After the model had learnt, it expected {off} fewer purchases than came")
    )
    return words.format(off=share(abs(expected / seen - 1)))


def models(
    table: pd.DataFrame,
    chosen: str,
    gain: tuple[float, float, float],
    *,
    detail: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Error of every candidate on the outer window, relative to the naive forecast.

    Parameters
    ----------
    table : DataFrame
        One row per candidate: candidate, label, score (1 is as good as the own past rate), fit.
    chosen : str
        The candidate in use.
    gain : tuple of float
        How much of the naive error the chosen candidate saves, with its 95 % interval.
    """
    if table["score"].isna().all():
        return style.nothing(_("The customers' own past rate was never wrong: no model can err less."), ax)
    rows = table.dropna(subset=["score"]).sort_values("score", ascending=False, ignore_index=True)
    ax = style.axes(ax, 1.2 + 0.36 * len(rows))
    colours = [
        style.BLUE if name == chosen else style.GHOST if fit else style.LINE
        for name, fit in zip(rows["candidate"], rows["fit"], strict=True)
    ]
    widest = max(1.0, min(rows["score"].max(), 2.0))
    bars = ax.barh(rows["label"], rows["score"].clip(upper=widest), 0.72, color=colours)
    clear = {"facecolor": "white", "edgecolor": "none", "pad": 1}  # of the dashed line
    words = [_error(row.score, row.fit, widest) for row in rows.itertuples()]
    style.direct_labels(ax, bars, words, bbox=clear, zorder=4)
    ax.axvline(1, color=style.MUTED, linewidth=1, linestyle=(0, (4, 3)), zorder=3)
    ax.set_xlim(0, widest * 1.3)
    style.bare(ax, keep="y")
    ax.tick_params(axis="y", labelsize=10.5, labelcolor=style.INK)
    ax.set_xlabel(_("error; dashed: 1, that of the customers' own past rate"))
    style.title(
        ax, _compared(rows, chosen, gain), " · ".join(filter(None, [_interval(chosen, gain), detail]))
    )
    return ax


def _error(score: float, fit: bool, widest: float) -> str:
    notes = [
        note for note, due in ((_("bar cut off"), score > widest), (_("not fit for use"), not fit)) if due
    ]
    if not notes:
        return number(score, 2)
    return _("{score} ({notes})").format(score=number(score, 2), notes=listed(notes))


def _compared(rows: pd.DataFrame, chosen: str, gain: tuple[float, float, float]) -> str:
    if chosen == "own_rate":
        return _("No model is relied on: customers are taken to go on at their own past rate")
    saved, low, high = gain
    if low <= 0 <= high:
        words = _("It is not shown that {model} errs less than the customers' own past rate")
    elif saved > 0:
        words = _("{model} errs {gain} less than the customers' own past rate")
    else:
        words = _("{model} errs {gain} more than the customers' own past rate")
    model = rows.set_index("candidate").loc[chosen, "label"]
    return words.format(model=model, gain=share(abs(saved)))


def _interval(chosen: str, gain: tuple[float, float, float]) -> str:
    if chosen == "own_rate":
        return ""
    words = _("95% interval of the error saved: {low} to {high}")
    return words.format(low=share(gain[1]), high=share(gain[2]))


def calibration(table: pd.DataFrame, *, xlabel: str, detail: str = "", ax: Axes | None = None) -> Axes:
    """Mean forecast and what was seen, by group.

    Parameters
    ----------
    table : DataFrame
        One row per group, in order: label, forecast, actual, low, high (per customer); missing where suppressed.
    xlabel : str
        What the groups are.
    """
    rows = table.dropna(subset=["actual"]).reset_index(drop=True)
    if rows.empty:
        return style.nothing(_("Too few customers to hold the forecast against what came."), ax)
    ax = style.axes(ax, 3.8)
    place = np.arange(len(rows))
    ax.bar(place, rows["actual"], 0.7, color=style.GHOST)
    ax.vlines(place, rows["low"], rows["high"], color=style.MUTED, linewidth=1.4)
    ax.plot(place, rows["forecast"], "o", color=style.BLUE, markersize=7)
    ax.set_xticks(place, rows["label"])
    ax.set_xlabel(xlabel)
    ax.set_ylabel(_("purchases per customer"))
    ax.set_ylim(0, rows[["high", "forecast"]].max().max() * 1.12)
    _counts(ax)
    ax.grid(axis="y")
    style.key(ax, [ax.containers[0], ax.lines[0]], [_("seen, with 95% interval"), _("forecast")])
    style.title(ax, _calibrated(rows), detail)
    return ax


def _calibrated(rows: pd.DataFrame) -> str:
    inside = (rows["forecast"] >= rows["low"]) & (rows["forecast"] <= rows["high"])
    if inside.all():
        return _("In every group shown the forecast lies within the interval of what came")
    said = _("In {inside} of {all} groups the forecast lies within the interval of what came").format(
        inside=number(inside.sum()), all=number(len(rows))
    )
    top = rows.iloc[-1]
    off = percent(abs(top["forecast"] / top["actual"] - 1), 0) if top["actual"] else percent(0, 0)
    if inside.iloc[-1] or off == percent(0, 0):
        return said
    most = (
        _("that of the highest group is {off} too high")
        if top["forecast"] > top["actual"]
        else _("that of the highest group is {off} too low")
    )
    return _("{first}; {second}").format(first=said, second=most.format(off=off))
