"""Charts of potential customers: how often each sign is seen, and whether the score lasts."""

import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import style
from analysis.charts.dots import dots
from analysis.language import _, percent


def sign_shares(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Share of the candidates with each sign, with intervals.

    Parameters
    ----------
    table : DataFrame
        One row per sign: label, share (of those of whom it is known), low, high; missing where suppressed or
        unknown.
    """
    rows = table.dropna(subset=["share"]).sort_values("share", ascending=False)
    if rows.empty:
        return style.nothing(_("No sign of money elsewhere can be seen in these data."), ax)
    ax = dots(rows, "share", words=percent, ax=ax)
    style.shares(ax.xaxis)
    said = _("Seen most often: {sign} ({share})")
    most = rows.iloc[0]
    style.title(ax, said.format(sign=most["label"], share=percent(most["share"])), detail)
    return ax


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
    ax = dots(rows, "share", words=percent, ax=ax)
    style.shares(ax.xaxis)
    then, others = (rows.set_index("group")["share"][name] for name in ("potential", "others"))
    said = _("Potential a year ago: {then} still are, {others} of the others became so")
    style.title(ax, said.format(then=percent(then), others=percent(others)), detail)
    return ax
