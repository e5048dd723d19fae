"""Charts of what answers to complaints change: who leaves, and what the next survey says."""

import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import style
from analysis.charts.spans import spans
from analysis.language import _, number, percent


def speed(table: pd.DataFrame, message: str, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """How many more leave after slow answers than after fast ones, by the way of comparing.

    Parameters
    ----------
    table : DataFrame
        One row per way: way, label, difference, low, high (shares). The naive and plain ones are grey; blank
        ones are left out.
    message : str
        The title: what `topics.complaints.effect_findings` says of the same rows.
    """
    rows = table.dropna(subset=["difference"])
    if rows.empty:
        return style.nothing(_("What slow answers are followed by is not known yet."), ax)
    grey = tuple(rows.loc[rows["way"].str.contains("naive|plain"), "label"])
    points = rows.assign(**{name: 100 * rows[name] for name in ("difference", "low", "high")})
    ax = spans(points, "difference", words=_points, ticks=style.tick, ghosts=grey, ax=ax)
    ax.set_xlabel(_("percentage points more that leave after a slow answer"))
    style.title(ax, message, detail or _("95% intervals; grey: not adjusted"))
    return ax


def _points(value: float) -> str:
    return number(value, 1)


def outcomes(table: pd.DataFrame, message: str, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Share that leaves after the resolution, by outcome and compensation.

    Parameters
    ----------
    table : DataFrame
        One row per group: label, adjusted, low, high (shares); blank ones are left out.
    """
    rows = table.dropna(subset=["adjusted"])
    if rows.empty:
        return style.nothing(_("What outcomes are followed by is not known yet."), ax)
    ax = spans(rows, "adjusted", words=percent, ticks=style.share_tick, ax=ax)
    ax.set_xlim(left=0)
    ax.set_xlabel(_("left after the resolution, adjusted"))
    style.title(ax, message, detail or _("95% intervals"))
    return ax


def satisfaction(table: pd.DataFrame, message: str, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """What complaints and slow answers do to satisfaction.

    Parameters
    ----------
    table : DataFrame
        One row per comparison: way, label, difference, low, high (points of 0 to 100). The control is grey; blank ones
        are left out.
    """
    rows = table.dropna(subset=["difference"])
    if rows.empty:
        return style.nothing(_("Too few customers complained and answered a survey."), ax)
    grey = tuple(rows.loc[rows["way"] == "control", "label"])
    ax = spans(rows, "difference", words=_points, ticks=style.tick, ghosts=grey, ax=ax)
    ax.set_xlabel(_("points of 100"))
    style.title(
        ax,
        message,
        detail or _("Adjusted differences, 95% intervals; grey: what a complaint should not change"),
    )
    return ax
