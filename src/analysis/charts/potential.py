"""Charts of potential customers: how often each sign is seen, and whether the score lasts."""

import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import style
from analysis.charts.claims import apart
from analysis.charts.dots import dots
from analysis.language import _, share


def sign_shares(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Share of the candidates with each sign, with intervals.

    Parameters
    ----------
    table : DataFrame
        One row per sign: label, share (of those of whom it is known), low, high; missing where suppressed or
        unknown.
    """
    rows = table.dropna(subset=["share"]).sort_values("share", ascending=False, kind="stable")
    if rows.empty:
        return style.nothing(_("No sign of money elsewhere can be seen in these data."), ax)
    ax = dots(rows, "share", words=share, ax=ax)
    style.shares(ax.xaxis)
    style.title(ax, _most_frequent(rows), detail)
    return ax


def _most_frequent(rows: pd.DataFrame) -> str:
    """`rows` from the most to the least frequent sign."""
    first = rows.iloc[0]
    rivals = rows[1:][rows["high"][1:] >= first["low"]]
    if rivals.empty:
        return _("Seen most often of the signs shown: {sign} ({share})").format(
            sign=first["label"], share=share(first["share"])
        )
    second = rivals.iloc[0]
    return _("No sign is clearly the most frequent: {sign} {share}, {other} {less}").format(
        sign=first["label"], share=share(first["share"]), other=second["label"], less=share(second["share"])
    )


def lasting(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Share who are potential customers a year later, of those who were and of the others.

    Parameters
    ----------
    table : DataFrame
        Rows "potential" and "others" in column group: label, share, low, high; missing where suppressed.
    """
    rows = table.dropna(subset=["share"])
    if len(rows) < 2:
        return style.nothing(
            _("The data do not reach back far enough, or too few customers were scored."), ax
        )
    ax = dots(rows, "share", words=share, ax=ax)
    style.shares(ax.xaxis)
    said = _("Potential a year ago: {then} still are, {others} of the others became so")
    if apart(rows, "share") is None:
        said = _(
            "Potential a year ago: {then} still are, {others} of the others became so: no clear difference"
        )
    shares = rows.set_index("group")["share"].map(share)
    style.title(ax, said.format(then=shares["potential"], others=shares["others"]), detail)
    return ax
