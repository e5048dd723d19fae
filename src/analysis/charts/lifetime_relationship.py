"""Charts of the relationship value: who stays, what was predicted and came."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import style
from analysis.language import _, money, ngettext, number, share


def survival_curves(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Share who stayed through the held-out months, foreseen with its interval and seen, by tier.

    Parameters
    ----------
    table : DataFrame
        One row per tier and month: label (of the tier), month (1, 2, …), expected, low, high, seen.
    """
    if table.empty:
        return style.nothing(
            _("Too few months or departures are on record to foresee who stays and check it."), ax
        )
    ax = style.axes(ax, 4.0)
    labels = list(dict.fromkeys(table["label"]))
    for label, colour, mark in zip(labels, style.PALETTE, "os^Dv*", strict=False):
        rows = table[table["label"] == label]
        months = np.concatenate([[0], rows["month"]])
        whole = {name: np.concatenate([[1.0], rows[name]]) for name in ("expected", "low", "high", "seen")}
        ax.fill_between(months, whole["low"], whole["high"], color=colour, alpha=0.18, linewidth=0)
        ax.plot(months, whole["expected"], color=colour, linewidth=1.4, linestyle=(0, (4, 3)))
        line = {"color": colour, "marker": mark, "markersize": 4, "linewidth": 2, "label": label}
        ax.step(months, whole["seen"], where="post", **line)
    ax.set_xlabel(_("months"))
    ax.set_xlim(0, table["month"].max())
    ax.set_ylim(top=1.002)
    style.shares(ax.yaxis)
    ax.grid(axis="y")
    style.key(ax, *ax.get_legend_handles_labels())
    style.title(ax, _stayed(table), detail or _("Line: seen; dashed: foreseen, with 95% interval"))
    return ax


def _stayed(table: pd.DataFrame) -> str:
    last = table[table["month"] == table["month"].max()]
    inside = last["seen"].between(last["low"], last["high"])
    worst = last.loc[(last["seen"] - last["expected"]).abs().idxmax()]
    words = _("{where}; furthest off: {tier}, {seen} still there after {months}, {expected} foreseen")
    months = int(worst["month"])
    return words.format(
        where=_within(inside),
        tier=worst["label"],
        seen=share(worst["seen"]),
        expected=share(worst["expected"]),
        months=ngettext("{n} month", "{n} months", months).format(n=number(months)),
    )


def _within(inside: pd.Series) -> str:
    if inside.all():
        return _("What was seen lies within the interval in every tier")
    words = _("What was seen lies within the interval in {inside} of {all} tiers")
    return words.format(inside=number(inside.sum()), all=number(len(inside)))


def decile_calibration(
    table: pd.DataFrame, currency: str, *, detail: str = "", ax: Axes | None = None
) -> Axes:
    """Margin per customer by tenth of the prediction: predicted and realised with its interval.

    Parameters
    ----------
    table : DataFrame
        One row per decile, lowest first: decile, predicted, realised, low, high (currency a customer); missing where
        suppressed.
    currency : str
        ISO code.
    """
    if len(table):
        table = table.dropna(subset=["realised"])
    if table.empty:
        return style.nothing(
            _("Too few months or customers are on record to compare what was predicted with what came."), ax
        )
    ax = style.axes(ax, 3.8)
    place = table["decile"].to_numpy()
    ax.vlines(place, table["low"], table["high"], color=style.SKY, linewidth=6, alpha=0.7)
    ax.plot(place, table["realised"], "o", color=style.BLUE, markersize=7, label=_("realised, 95% interval"))
    ax.plot(
        place,
        table["predicted"],
        "_",
        color=style.ORANGE,
        markersize=18,
        markeredgewidth=2.5,
        label=_("predicted"),
    )
    # Tenths differ by orders of magnitude, and some cost money. Linear up to a power of ten, as ticks stand at those
    # and would crowd around 0.
    middle = max(float(np.median(table[["predicted", "realised"]].abs())), 1e-9)
    ax.set_yscale("symlog", linthresh=10 ** np.ceil(np.log10(middle)))
    style.amounts(ax.yaxis)
    ax.axhline(0, color=style.MUTED, linewidth=0.8)
    ax.set_xticks(place, [number(k) for k in place])
    ax.set_xlabel(_("tenth of the customers by predicted margin, lowest first"))
    style.key(ax, *ax.get_legend_handles_labels())
    style.title(ax, _held(table, currency), detail)
    return ax


def _held(table: pd.DataFrame, currency: str) -> str:
    held = table["predicted"].between(table["low"], table["high"])
    top = table.iloc[-1]
    words = _("{where}; tenth {k}: {predicted} predicted, {realised} realised a customer")
    return words.format(
        where=_held_in(held),
        k=number(top["decile"]),
        predicted=money(top["predicted"], currency),
        realised=money(top["realised"], currency),
    )


def _held_in(held: pd.Series) -> str:
    if held.all():
        return _("Predicted margins lie within the interval of the realised ones in every tenth shown")
    words = _("Predicted margins lie within the interval of the realised ones in {held} of {all} tenths")
    return words.format(held=number(held.sum()), all=number(len(held)))
