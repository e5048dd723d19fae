"""Charts of whom a contact keeps: who responds, and what a rule of contacting brings."""

from collections.abc import Callable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import style
from analysis.language import _, money, number


def qini_curve(points: pd.DataFrame, qini: tuple, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Customers kept by the share contacted, those predicted to respond most first, with its band.

    Parameters
    ----------
    points : DataFrame
        One row per share: share (0 to 1), gain, low, high, random (customers kept per customer).
    qini : tuple of float
        Qini coefficient with its lower and upper bound, in the unit of gain.
    """
    if points.empty:
        return style.nothing(_("Without a randomised campaign there is no curve of who responds."), ax)
    ax = style.axes(ax, 3.6)
    x = points["share"]
    ax.fill_between(x, 1000 * points["low"], 1000 * points["high"], color=style.BLUE, alpha=0.15, linewidth=0)
    ax.plot(x, 1000 * points["gain"], color=style.BLUE, linewidth=2, label=_("predicted to respond first"))
    ax.plot(x, 1000 * points["random"], color=style.MUTED, linestyle=(0, (4, 3)), label=_("by lot"))
    ax.axhline(0, color=style.LINE, linewidth=0.8)
    ax.set_xlim(0, 1)
    style.shares(ax.xaxis)
    ax.yaxis.set_major_formatter(lambda value, _place: number(value, 0 if float(value).is_integer() else 1))
    ax.set_xlabel(_("share of customers contacted"))
    ax.set_ylabel(_("customers kept per 1,000"))
    ax.grid(axis="y")
    ax.legend(loc="upper left")
    style.title(ax, _qini(qini), detail or _("Band: 95% interval of the curve"))
    return ax


def _qini(qini: tuple) -> str:
    value, low, high = (number(1000 * part, 1) for part in qini[:3])
    words = _(
        "That choosing by predicted response keeps more customers than drawing lots is not shown: Qini {value} per 1,000"
        " ({low} to {high})"
    )
    if qini[1] > 0:
        words = _(
            "Choosing by predicted response keeps more customers than drawing lots: Qini {value} per 1,000 ({low} to"
            " {high})"
        )
    if qini[2] < 0:
        words = _(
            "Choosing by predicted response keeps fewer customers than drawing lots: Qini {value} per 1,000 ({low} to"
            " {high})"
        )
    return words.format(value=value, low=low, high=high)


def uplift_groups(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Fall of the share who leave by group of predicted fall: seen with its interval, and predicted.

    Parameters
    ----------
    table : DataFrame
        One row per group, highest prediction first: label, saved, low, high, predicted (shares); missing where
        suppressed.
    """
    known = table.dropna(subset=["saved", "low", "high"])
    if known.empty:
        return style.nothing(_("There are no groups of customers to compare by response."), ax)
    ax = style.axes(ax, 3.4)
    place = np.arange(len(table))
    ax.axhline(0, color=style.MUTED, linewidth=0.8)
    ax.vlines(place, 100 * table["low"], 100 * table["high"], color=style.SKY, linewidth=6, alpha=0.7)
    ax.plot(place, 100 * table["saved"], "o", color=style.BLUE, markersize=7, label=_("seen, 95% interval"))
    mark = {"color": style.ORANGE, "markersize": 18, "markeredgewidth": 2.5, "label": _("predicted")}
    ax.plot(place, 100 * table["predicted"], "_", **mark)
    ax.set_xticks(place, table["label"], color=style.INK)
    ax.set_xlim(-0.6, len(table) - 0.4)
    ax.set_xlabel(_("group of customers, highest predicted response first"))
    ax.yaxis.set_major_formatter(lambda value, _place: number(value, 1))
    ax.grid(axis="y")
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2)
    unit = _("Fewer leave with a contact than without, in percentage points")
    style.title(ax, _groups(known), detail or unit)
    return ax


def _groups(known: pd.DataFrame) -> str:
    helped, harmed = int((known["low"] > 0).sum()), int((known["high"] < 0).sum())
    first = known.loc[known["predicted"].idxmax()]
    words = _(
        "Fewer left, beyond chance, in {helped} of {all} groups shown and more in {harmed}; in group {label}, predicted to"
        " respond most, the fall is {saved} points ({low} to {high})"
    )
    values = {name: number(100 * first[name], 1) for name in ("saved", "low", "high")}
    return words.format(
        helped=number(helped), harmed=number(harmed), all=number(len(known)), label=first["label"], **values
    )


def policy_values(
    table: pd.DataFrame, currency: str = "", *, detail: str = "", ax: Axes | None = None
) -> Axes:
    """What each rule of whom to contact would have brought in the last campaign, over contacting nobody.

    Parameters
    ----------
    table : DataFrame
        One row per rule: label (for reading), value, low, high (currency, or customers kept, per 1,000 customers).
    currency : str
        ISO code; empty for customers kept.
    """
    if table["value"].isna().all():
        return style.nothing(_("Without a randomised campaign no rule of contacting can be measured."), ax)

    def said(value: float) -> str:
        return money(value, currency) if currency else number(value, 1)

    ax = style.axes(ax, 1.5 + 0.42 * len(table))
    place = np.arange(len(table))[::-1]
    ax.axvline(0, color=style.MUTED, linewidth=0.8)
    ax.hlines(place, table["low"], table["high"], color=style.SKY, linewidth=5, alpha=0.75)
    ax.plot(table["value"], place, "o", color=style.BLUE, markersize=7)
    low, high = min(table["low"].min(), 0), max(table["high"].max(), 0)
    span = (high - low) or 1
    for y, value, end in zip(place, table["value"], table["high"], strict=True):
        ax.annotate(said(value), (end, y), (7, 0), textcoords="offset points", va="center", fontsize=9.5)
    ax.set_yticks(place, [style.broken(label, 26) for label in table["label"]], color=style.INK)
    ax.set_xlim(low - 0.03 * span, high + 0.2 * span)
    ax.set_ylim(-0.6, len(table) - 0.4)
    if currency:
        style.amounts(ax.xaxis)
    ax.locator_params(axis="x", nbins=6)
    ax.set_xlabel(
        _("{currency} per 1,000 customers").format(currency=currency)
        if currency
        else _("customers kept per 1,000")
    )
    ax.grid(axis="x")
    ax.spines["left"].set_visible(False)
    style.title(ax, _best(table, currency, said), detail or _("Over contacting nobody, with 95% interval"))
    return ax


def _best(table: pd.DataFrame, currency: str, said: Callable[[float], str]) -> str:
    best = table.loc[table["value"].idxmax()]
    if not best["value"] > 0:
        return _("No rule brought more than contacting nobody in the last campaign")
    words = (
        _("Most in the last campaign: {rule}, {value} per 1,000 customers ({low} to {high})")
        if currency
        else _("Most kept in the last campaign: {rule}, {value} of 1,000 customers ({low} to {high})")
    )
    first = words.format(rule=best["label"], **{name: said(best[name]) for name in ("value", "low", "high")})
    if best["low"] > 0:
        return first
    words = _("{said}; not shown to pay") if currency else _("{said}; not shown to keep anybody")
    return words.format(said=first)
