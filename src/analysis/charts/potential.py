"""Charts of potential customers: how often each sign is seen, and how scores are spread."""

import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import style
from analysis.charts.dots import dots
from analysis.language import _, number, percent


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


def seen_counts(table: pd.DataFrame, least: int, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """How many signs the candidates have, those with `least` or more in colour.

    Parameters
    ----------
    table : DataFrame
        One row per number of signs, ascending: seen, share (of the candidates; missing where suppressed).
    least : int
        Signs that make a potential customer.
    """
    if not table["share"].sum() > 0:
        return style.nothing(_("Too few customers for a distribution."), ax)
    ax = style.axes(ax, 3.0)
    colours = [style.BLUE if seen >= least else style.GHOST for seen in table["seen"]]
    bars = ax.bar(table["seen"], table["share"].fillna(0), 0.8, color=colours)
    style.direct_labels(ax, bars, [percent(share) if share > 0 else "" for share in table["share"]])
    ax.set_xticks(table["seen"], [number(seen) for seen in table["seen"]])
    ax.set_xlabel(_("signs of money elsewhere"))
    ax.set_ylim(0, table["share"].max() * 1.15)
    style.bare(ax, keep="x")
    ax.set_yticks([])
    style.title(ax, _many(table[table["seen"] >= least], least), detail)
    return ax


def _many(rows: pd.DataFrame, least: int) -> str:
    if rows["share"].isna().all():
        return _("Too few customers show {least} signs or more to say how many").format(least=number(least))
    if rows["share"].isna().any():
        words = _("At least {share} of the customers with little here show {least} signs or more")
    else:
        words = _("{share} of the customers with little here show {least} signs or more")
    return words.format(share=percent(rows["share"].sum()), least=number(least))


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
