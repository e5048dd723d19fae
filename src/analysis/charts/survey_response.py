"""Charts of who answers: rates by group, and what goes with answering."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import style
from analysis.charts.dots import dots
from analysis.charts.ratio_dots import ratio_dots, ratio_shown
from analysis.language import _, share


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
    line = (all_, _("together: {rate}").format(rate=share(all_))) if len(rows) > 1 else None
    named = rows.assign(label=[style.broken(label, 26) for label in rows["label"]])
    ax = dots(named, "rate", words=share, line=line, ax=ax)
    ax.locator_params(axis="x", steps=[1, 2, 5, 10])
    style.shares(ax.xaxis)
    style.title(ax, _spread(rows, all_), detail)
    return ax


def _spread(rows: pd.DataFrame, all_: float) -> str:
    head = rows["head"].iloc[0]
    if len(rows) == 1:
        words = _("{head} {label}: {rate} answered")
        return words.format(head=head, label=rows["label"].iloc[0], rate=share(rows["rate"].iloc[0]))
    # The two whose intervals lie farthest apart: an extreme rate of a few says little.
    high, low = rows.loc[rows["low"].idxmax()], rows.loc[rows["high"].idxmin()]
    most, least = share(high["rate"]), share(low["rate"])
    if low["high"] >= high["low"] or most == least:
        return _("{head}: no group stands out; {rate} answered").format(head=head, rate=share(all_))
    words = _("{head}: {high} of {most} answered, {low} of {least}")
    return words.format(head=head, high=most, most=high["label"], low=least, least=low["label"])


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
    sure = (rows["low"] > 1) | (rows["high"] < 1)
    ax = ratio_dots(rows.assign(label=[style.broken(label, 34) for label in rows["label"]]), sure, ax=ax)
    dark = _("dark: told from 1, each term by itself") if sure.any() else ""
    style.title(ax, _strongest(rows, sure), " · ".join(part for part in (detail, dark) if part))
    return ax


def _strongest(rows: pd.DataFrame, sure: pd.Series) -> str:
    if not sure.any():
        return _("Nothing known of the customers goes with answering beyond chance")
    row = rows.loc[np.log(rows["ratio"]).abs()[sure].idxmax()]
    words = _("{term}: odds of answering × {ratio} ({low} to {high}), all else equal")
    ends = {name: ratio_shown(row[name]) for name in ("ratio", "low", "high")}
    return words.format(term=row["label"], **ends)
