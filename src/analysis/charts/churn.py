"""Charts of the churn model: candidates, calibration, gains, what it goes by."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import style
from analysis.language import _, ngettext, number, percent, share

AGAINST = 0.1  # part of a curve's range that it may go the other way and still be called one way


def models(table: pd.DataFrame, chosen: str, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """PR-AUC of every candidate with its interval.

    Parameters
    ----------
    table : DataFrame
        One row per candidate: candidate, label, value, low, high.
    chosen : str
        The candidate in use.
    """
    rows = table.sort_values("value", ignore_index=True)
    ax = style.axes(ax, 1.3 + 0.36 * len(rows))
    colours = [style.BLUE if name == chosen else style.GHOST for name in rows["candidate"]]
    place = np.arange(len(rows))
    ax.barh(place, rows["value"], 0.7, color=colours)
    ax.hlines(place, rows["low"], rows["high"], color=style.INK, linewidth=1.4)
    for k, row in enumerate(rows.itertuples()):
        ax.annotate(
            number(row.value, 3),
            (row.high, k),
            (6, 0),
            textcoords="offset points",
            va="center",
            fontsize=9.5,
        )
    ax.set_yticks(place, rows["label"])
    ax.set_xlim(0, rows["high"].max() * 1.2)
    style.bare(ax, keep="y")
    ax.tick_params(axis="y", labelsize=10.5, labelcolor=style.INK)
    style.title(ax, _compared(rows.set_index("candidate"), chosen), detail)
    return ax


def _compared(rows: pd.DataFrame, chosen: str) -> str:
    mine, others = rows.loc[chosen], rows.drop(index=chosen)
    best = others.loc[others["value"].idxmax()]
    ahead, behind = (mine, best) if mine["value"] >= best["value"] else (best, mine)
    if not ahead["low"] > behind["high"]:
        words = _(
            "{model} {value}, {other} {other_value}: that one finds leavers more precisely is not shown"
        )
        return words.format(
            model=mine["label"], value=number(mine["value"], 3), other=best["label"],
            other_value=number(best["value"], 3),
        )  # fmt: skip
    words = _("{model} finds leavers {times} times as precisely as {other}, clearly beyond chance")
    if ahead is not mine:
        words = _("{model}, which is not in use, finds leavers {times} times as precisely as {other}")
    times = ahead["value"] / behind["value"]
    return words.format(
        model=ahead["label"], other=behind["label"], times=number(times, 1 if times >= 1.1 else 3)
    )


def calibration(curve: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Expected and observed rate by tenth of the score.

    Parameters
    ----------
    curve : DataFrame
        One row per group, the lowest score first: expected, observed, low, high; missing where suppressed.
    """
    # A group keeps its place where another is withheld.
    rows = curve.assign(place=np.arange(len(curve))).dropna(subset=["observed"])
    if rows.empty:
        return style.nothing(_("Too few customers to hold the forecast against what came."), ax)
    ax = style.axes(ax, 3.6)
    place = rows["place"]
    ax.bar(place, rows["observed"], 0.7, color=style.GHOST)
    ax.vlines(place, rows["low"], rows["high"], color=style.MUTED, linewidth=1.4)
    ax.plot(place, rows["expected"], "o", color=style.BLUE, markersize=7, clip_on=False)
    ax.set_xticks(place, [number(k + 1) for k in place])
    ax.set_xlabel(_("groups of customers by score, the highest on the right"))
    ax.tick_params(axis="x", pad=7)  # a forecast near 0 reaches below the axis
    ax.set_ylabel(_("share lost"))
    style.shares(ax.yaxis)
    ax.set_ylim(0, rows[["high", "expected"]].max().max() * 1.12)
    ax.grid(axis="y")
    labels = [_("seen, with 95% interval"), _("forecast")]
    ax.legend(handles=[ax.containers[0], ax.lines[0]], labels=labels, loc="upper left")
    inside = ((rows["expected"] >= rows["low"]) & (rows["expected"] <= rows["high"])).sum()
    said = ngettext(
        "In {inside} of {all} group the forecast lies within the interval of what came",
        "In {inside} of {all} groups the forecast lies within the interval of what came",
        len(rows),
    )
    style.title(ax, said.format(inside=number(inside), all=number(len(rows))), detail)
    return ax


def gains(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Part of all losses by tenth of the score.

    Parameters
    ----------
    table : DataFrame
        One row per tenth, the highest score first: tenth, events, lift, captured (cumulative part).
    """
    ax = style.axes(ax, 3.4)
    parts = table["captured"].diff().fillna(table["captured"])
    bars = ax.bar(table["tenth"], parts, 0.72, color=[style.BLUE, *[style.GHOST] * (len(table) - 1)])
    ax.axhline(1 / len(table), color=style.MUTED, linewidth=1, linestyle=(0, (4, 3)))
    ax.annotate(
        _("chance"), (1, 1 / len(table)), (0, 3), xycoords=("axes fraction", "data"), textcoords="offset points",
        ha="right", va="bottom", fontsize=9.5, color=style.MUTED,
    )  # fmt: skip
    white = {"facecolor": "white", "edgecolor": "none", "pad": 1}
    style.direct_labels(ax, bars, [share(value, 0) for value in parts], bbox=white)
    ax.set_xticks(table["tenth"], [number(k) for k in table["tenth"]])
    ax.set_xlabel(_("customers by tenth of the score, the highest on the left"))
    style.bare(ax, keep="x")
    ax.set_yticks([])
    ax.set_ylim(0, parts.max() * 1.15)
    first = table.iloc[0]
    said = _("The tenth with the highest scores holds {part} of all losses, {lift} times its share")
    style.title(ax, said.format(part=share(first["captured"], 0), lift=number(first["lift"], 1)), detail)
    return ax


def importance(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Loss of ranking without each group of features.

    Parameters
    ----------
    table : DataFrame
        One row per group, the most important first: label, loss (of AUC), low, high.
    """
    rows = table.iloc[::-1].reset_index(drop=True)
    ax = style.axes(ax, 1.3 + 0.3 * len(rows))
    place, clear = np.arange(len(rows)), rows["low"] > 0
    ax.barh(place, rows["loss"], 0.7, color=np.where(clear, style.BLUE, style.GHOST))
    ax.hlines(place, rows["low"], rows["high"], color=style.MUTED, linewidth=1.4)
    ax.axvline(0, color=style.MUTED, linewidth=0.8)
    ax.set_yticks(place, rows["label"])
    ax.tick_params(axis="y", labelsize=10, labelcolor=style.INK)
    style.plain(ax.xaxis)
    ax.set_xlabel(_("loss of AUC if handed to other customers"))
    ax.grid(axis="x")
    ax.spines["left"].set_visible(False)
    style.title(ax, _matters(table), detail)
    return ax


def _matters(table: pd.DataFrame) -> str:
    clear = table[table["low"] > 0]
    if clear.empty:
        return _("No group of features matters beyond chance")
    first = clear.iloc[0]
    words = _(
        "{n} of {all} groups of features matter beyond chance; that one of them matters most is not shown"
    )
    if len(clear) == 1:
        words = _("Of {all} groups of features only {first} matters beyond chance")
    elif first["low"] > table["high"].drop(first.name).max():
        words = _("{first} matters most; {n} of {all} groups of features matter beyond chance")
    return words.format(first=first["label"], n=number(len(clear)), all=number(len(table)))


def dependence(
    table: pd.DataFrame, name: str, *, share: bool = False, detail: str = "", ax: Axes | None = None
) -> Axes:
    """Forecast by the value of one feature, with how many customers have it.

    Parameters
    ----------
    table : DataFrame
        As `topics.churn.explain.dependence` gives it.
    name : str
        What the feature is.
    share : bool
        Whether its values are shares.
    """
    ax = style.axes(ax, 3.6)
    place = np.arange(len(table))
    # Above all that is drawn there is room for the legend.
    top = max(table["high"].max(), table["observed"].max()) * 1.3
    crowd = ax.bar(
        place, table["customers"] / table["customers"].max() * top / 4, 0.9, color=style.LINE, alpha=0.7
    )
    ax.fill_between(place, table["low"], table["high"], color=style.SKY, alpha=0.35, linewidth=0)
    line = ax.plot(place, table["probability"], color=style.BLUE, linewidth=2.2)[0]
    dots = ax.plot(place, table["observed"], "o", color=style.ORANGE, markersize=5)[0]
    words = [
        percent(value, 0) if share else number(value, 0 if abs(value) >= 10 else 1)
        for value in table["value"]
    ]
    ax.set_xticks(place[::2], words[::2])
    ax.set_xlabel(name)
    ax.set_ylabel(_("share lost"))
    style.shares(ax.yaxis)
    ax.set_ylim(0, top)
    ax.legend(
        handles=[line, dots, crowd],
        labels=[_("forecast, all else as it is"), _("seen"), _("customers there")],
        loc="upper right",
        ncols=3,
    )
    style.title(ax, _leans(table, name), detail)
    return ax


def _leans(table: pd.DataFrame, name: str) -> str:
    forecast = table["probability"]
    lowest, highest = table.loc[forecast.idxmin()], table.loc[forecast.idxmax()]
    apart = highest["low"] > lowest["high"] and forecast.max() >= 1.2 * forecast.min()
    up, down = (forecast.diff().mul(sign).clip(lower=0).sum() for sign in (1, -1))
    if not apart:
        words = _("{name}: the forecast hardly changes with it")
    elif min(up, down) > AGAINST * (forecast.max() - forecast.min()):
        words = _("{name}: the forecast goes up and down, {low} at the least and {high} at the most")
    elif down > up:
        words = _("{name}: the lower, the higher the forecast, {low} to {high}")
    else:
        words = _("{name}: the higher, the higher the forecast, {low} to {high}")
    return words.format(name=name, low=share(forecast.min()), high=share(forecast.max()))
