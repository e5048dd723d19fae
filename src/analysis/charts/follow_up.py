"""Charts of what groups of the segmentation do afterwards: share active and gone, later bookings.

Each takes a table of `analysis.topics.segmentation.follow_up` (or one with the same columns) whose column
`label` names the rows for people. Figures may be missing where too few customers stand behind them.
"""

from collections.abc import Callable
from functools import partial

import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import style
from analysis.charts.claims import contrast, decimal
from analysis.charts.dots import dots
from analysis.language import _, share


def later(table: pd.DataFrame, outcome: str, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Share of each former group with an outcome afterwards, with intervals, against all customers.

    Parameters
    ----------
    table : DataFrame
        One row per outcome and group: outcome, label, share, low, high, and average, the share of all.
    outcome : {"active", "left"}
    """
    rows = table[(table["outcome"] == outcome) & table["share"].notna()]
    if rows.empty:
        return style.nothing(_unseen(table, outcome), ax)
    average = float(rows["average"].iloc[0])
    line = (average, _("all {share}").format(share=share(average)))
    ax = dots(rows, "share", words=share, line=line, ax=ax)
    style.shares(ax.xaxis)
    style.title(ax, _afterwards(rows, outcome), detail)
    return ax


def _unseen(table: pd.DataFrame, outcome: str) -> str:
    if table.empty:
        return _("The data do not reach back far enough to see what became of the groups.")
    if (table["outcome"] == outcome).any():
        return _("Too few customers in each group to show what became of them.")
    return _("Nobody is recorded as having left; it may be that the data do not tell who leaves.")


def _afterwards(groups: pd.DataFrame, outcome: str) -> str:
    words = {
        "active": {
            "one": _("{most}: {high} were active afterwards, against {average} of all customers"),
            "alike": _("No group was clearly more active afterwards: the intervals overlap"),
            "two": _("Active afterwards: {most} {high}, {least} {low}"),
        },
        "left": {
            "one": _("{most}: {high} left afterwards, against {average} of all customers"),
            "alike": _("No group clearly left more often: the intervals overlap"),
            "two": _("Left afterwards: {most} {high}, {least} {low}"),
        },
    }[outcome]
    words["one"] = words["one"].replace("{average}", share(groups["average"].iloc[0]))
    return contrast(groups, "share", share, **words)


def band_lifts(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Later bookings by band of the RFM sum over the average, with intervals.

    Parameters
    ----------
    table : DataFrame
        One row per band, the lowest first: band, lift, low, high.
    """
    return _lifts(table.assign(label=table["band"]), _rising, detail, ax)


def segment_lifts(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Later bookings by RFM segment over the average, with intervals.

    Parameters
    ----------
    table : DataFrame
        One row per segment: label, lift, low, high.
    """
    return _lifts(table, _extremes, detail, ax)


def _lifts(rows: pd.DataFrame, message: Callable, detail: str, ax: Axes | None) -> Axes:
    rows = rows.dropna(subset=["lift"])
    if rows.empty:
        return style.nothing(_("There are no later bookings to compare the groups by."), ax)
    ax = dots(rows, "lift", words=_times, line=(1.0, _("average")), ax=ax)
    style.title(ax, message(rows), detail)
    return ax


def _times(lift: float) -> str:
    return f"{decimal(lift, 2)}×"


def _rising(rows: pd.DataFrame) -> str:
    first, last = rows.iloc[0], rows.iloc[-1]
    steps = rows["lift"].diff().dropna()
    beyond_chance = rows["low"] > rows["high"].shift()
    if len(rows) == 1:
        words = _("Only one band can be shown: {first} books {low} times the average afterwards")
    elif beyond_chance.iloc[1:].all():
        words = _(
            "Later bookings rise from band to band: {low} times the average in {first}, {high} in {last}"
        )
    elif (rows["high"] < rows["low"].shift()).iloc[1:].all():
        words = _(
            "Later bookings fall from band to band: {low} times the average in {first}, {high} in {last}"
        )
    elif (steps > 0).all():
        words = _(
            "Later bookings rise from band to band, not always beyond chance: {low} times the average in"
            " {first}, {high} in {last}"
        )
    else:
        words = _(
            "Later bookings do not rise at every step: {low} times the average in {first}, {high} in {last}"
        )
    facts = {"low": decimal(first["lift"], 2), "high": decimal(last["lift"], 2)}
    return words.format(first=first["label"], last=last["label"], **facts)


def _extremes(rows: pd.DataFrame) -> str:
    return contrast(
        rows,
        "lift",
        partial(decimal, digits=2),
        one=_("Later bookings relative to the average: {most} {high}"),
        alike=_("No group clearly books more afterwards: the intervals overlap"),
        two=_("Later bookings relative to the average: {most} {high}, {least} {low}"),
    )
