"""Charts of what answers to complaints change: who leaves, what the next survey says, and whether groups were alike."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import style
from analysis.charts.spans import spans
from analysis.language import _, number, percent

MOST = 12  # covariates shown


def speed(table: pd.DataFrame, message: str = "", *, detail: str = "", ax: Axes | None = None) -> Axes:
    """How many more leave after slow answers than after fast ones, by the way of comparing.

    Parameters
    ----------
    table : DataFrame
        One row per way: way, label, difference, low, high (shares; blank where unknown). The naive and plain ones are grey.
    message : str
        What it says; the title.
    """
    if table["difference"].isna().all():
        return style.nothing(_("What slow answers are followed by is not known yet."), ax)
    grey = tuple(table.loc[table["way"].str.contains("naive|plain"), "label"])
    points = table.assign(**{name: 100 * table[name] for name in ("difference", "low", "high")})
    ax = spans(points, "difference", words=_points, ticks=style.tick, ghosts=grey, ax=ax)
    ax.set_xlabel(_("percentage points more that leave after a slow answer"))
    style.title(
        ax, message or _("Slow answers and who leaves"), detail or _("95% intervals; grey: not adjusted")
    )
    return ax


def _points(value: float) -> str:
    return number(value, 1)


def outcomes(table: pd.DataFrame, message: str = "", *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Share that leaves after the resolution, by outcome and compensation.

    Parameters
    ----------
    table : DataFrame
        One row per group: label, adjusted, low, high (shares; blank where unknown or suppressed).
    """
    if table["adjusted"].isna().all():
        return style.nothing(_("What outcomes are followed by is not known yet."), ax)
    ax = spans(table, "adjusted", words=percent, ticks=style.share_tick, ax=ax)
    ax.set_xlim(left=0)
    ax.set_xlabel(_("left after the resolution, adjusted"))
    style.title(ax, message or _outcomes(table), detail or _("95% intervals"))
    return ax


def _outcomes(table: pd.DataFrame) -> str:
    known = table.dropna(subset=["adjusted"])
    most, least = known.loc[known["adjusted"].idxmax()], known.loc[known["adjusted"].idxmin()]
    words = _("{most}: {high} leave, {least}: {low}; that they differ is not shown")
    if most["low"] > least["high"]:
        words = _("{most}: {high} leave, {least}: {low}")
    shares = {"high": percent(most["adjusted"]), "low": percent(least["adjusted"])}
    return words.format(most=most["label"], least=least["label"], **shares)


def satisfaction(table: pd.DataFrame, message: str = "", *, detail: str = "", ax: Axes | None = None) -> Axes:
    """What complaints and slow answers do to satisfaction.

    Parameters
    ----------
    table : DataFrame
        One row per comparison: way, label, difference, low, high (points of 0 to 100). The control is grey.
    """
    if table["difference"].isna().all():
        return style.nothing(_("Too few customers complained and answered a survey."), ax)
    grey = tuple(table.loc[table["way"] == "control", "label"])
    ax = spans(table, "difference", words=_points, ticks=style.tick, ghosts=grey, ax=ax)
    ax.set_xlabel(_("points of 100"))
    style.title(
        ax,
        message or _("Complaints and satisfaction"),
        detail or _("Adjusted differences, 95% intervals; grey: what a complaint should not change"),
    )
    return ax


def balance(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """How alike the groups were before and after weighting, by covariate.

    Parameters
    ----------
    table : DataFrame
        As `statistics.adjusted.Adjusted.balance`: covariate, before, after (standard deviations); the covariates that were
        furthest apart are shown.
    """
    if table.empty:
        return style.nothing(_("Nothing was adjusted."), ax)
    widest = table[["before", "after"]].abs().max(axis=1)
    shown = table.loc[widest.sort_values(ascending=False).index[:MOST]]
    ax = style.axes(ax, 1.9 + 0.3 * len(shown))
    place = np.arange(len(shown))[::-1]
    before, after = shown["before"].abs(), shown["after"].abs()
    ax.hlines(place, np.minimum(before, after), np.maximum(before, after), color=style.LINE, linewidth=2)
    ax.plot(before, place, "o", color=style.MUTED, markersize=6, label=_("before weighting"))
    ax.plot(after, place, "o", color=style.BLUE, markersize=7, label=_("after"))
    ax.axvline(0.1, color=style.ORANGE, linewidth=1.2, linestyle=(0, (4, 3)))
    ax.set_yticks(place, shown["covariate"], fontsize=9.5, color=style.INK)
    ax.set_ylim(-0.7, len(shown) - 0.3)
    ax.set_xlim(0, 1.08 * max(float(np.maximum(before, after).max()), 0.12))
    ax.xaxis.set_major_formatter(lambda tick, _place: number(tick, 1))
    ax.set_xlabel(_("difference of the groups, standard deviations"))
    ax.grid(axis="x")
    ax.spines["left"].set_visible(False)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.1 - 0.6 / len(shown)), ncols=2)
    far = int((table["after"].abs() > 0.1).sum())
    words = _("After weighting {far} of {all} covariates differ by more than 0.1 standard deviations")
    style.title(ax, words.format(far=number(far), all=number(len(table))), detail)
    return ax
