"""Charts of who answers: rates by group, and what goes with answering."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullLocator

from analysis.charts import style
from analysis.charts.dots import dots
from analysis.language import _, number, percent


def rates(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Response rate of each group with its interval.

    Parameters
    ----------
    table : DataFrame
        One row per group of one attribute: head, label, invitations, answered, rate, low, high; missing where suppressed.
    """
    rows = table.dropna(subset=["rate"]).reset_index(drop=True)
    if rows.empty:
        return style.nothing(_("Nobody was asked, or the groups are too small to be shown."), ax)
    all_ = rows["answered"].sum() / rows["invitations"].sum()
    line = (all_, _("all: {rate}").format(rate=percent(all_))) if len(rows) > 1 else None
    rows["label"] = [style.broken(label, 26) for label in rows["label"]]
    ax = dots(rows, "rate", words=percent, line=line, ax=ax)
    style.title(ax, _spread(rows, all_), detail)
    return ax


def _spread(rows: pd.DataFrame, all_: float) -> str:
    head = rows["head"].iloc[0]
    if len(rows) == 1:
        words = _("{head} {label}: {rate} answered")
        return words.format(head=head, label=rows["label"].iloc[0], rate=percent(rows["rate"].iloc[0]))
    high, low = rows.loc[rows["rate"].idxmax()], rows.loc[rows["rate"].idxmin()]
    if low["high"] >= high["low"]:
        return _("{head}: no group stands out; {rate} answered").format(head=head, rate=percent(all_))
    words = _("{head}: {high} of {most} answered, {low} of {least}")
    return words.format(head=head, high=percent(high["rate"], 0), most=high["label"].replace("\n", " "),
                        low=percent(low["rate"], 0), least=low["label"].replace("\n", " "))  # fmt: skip


def odds(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Odds ratios of answering with their intervals, on a scale where half and double are as far from 1.

    Parameters
    ----------
    table : DataFrame
        One row per term: label, ratio, low, high; missing where the data do not tell.
    """
    rows = table.dropna(subset=["ratio"]).sort_values("ratio", ignore_index=True)
    if rows.empty:
        return style.nothing(_("Too few answered, or too few did not, to tell what goes with answering."), ax)
    ax = style.axes(ax, 1.4 + 0.36 * len(rows))
    place, sure = np.arange(len(rows)), (rows["low"] > 1) | (rows["high"] < 1)
    low, high = (rows[end].clip(1 / 20, 20) for end in ("low", "high"))
    ax.hlines(place, low, high, color=style.SKY, linewidth=5, alpha=0.75)
    ax.scatter(rows["ratio"], place, s=48, color=np.where(sure, style.BLUE, style.GHOST), zorder=3)
    ax.axvline(1, color=style.MUTED, linewidth=1)
    for y, ratio, end in zip(place, rows["ratio"], high, strict=True):
        ax.annotate(number(ratio, 2), (end, y), (7, 0), textcoords="offset points", va="center", fontsize=9.5)
    ax.set_xscale("log")
    ax.set_xlim(min(low.min(), 0.8) / 1.1, max(high.max(), 1.25) * 1.25)
    ax.set_xticks(
        [tick for tick in (0.1, 0.2, 0.5, 0.7, 1, 1.5, 2, 5, 10) if low.min() / 1.2 < tick < high.max() * 1.2]
    )
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(
        FuncFormatter(lambda tick, _place: f"× {number(tick, 0 if tick in (1, 2, 5, 10) else 1)}")
    )
    ax.set_yticks(place, [style.broken(label, 34) for label in rows["label"]], fontsize=10, color=style.INK)
    ax.set_ylim(-0.6, len(rows) - 0.4)
    ax.grid(axis="x")
    ax.spines["left"].set_visible(False)
    style.title(ax, _strongest(rows, sure), detail)
    return ax


def _strongest(rows: pd.DataFrame, sure: pd.Series) -> str:
    if not sure.any():
        return _("Nothing known of the customers goes with answering beyond chance")
    row = rows.loc[np.log(rows["ratio"]).abs()[sure].idxmax()]
    words = _("{term}: odds of answering × {ratio} ({low} to {high}), all else equal")
    ends = {name: number(row[name], 2) for name in ("ratio", "low", "high")}
    return words.format(term=row["label"], **ends)
