"""Charts of whom it is worth to save: who responds, what a rule of contacting brings, where the profit ends."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import style
from analysis.language import _, money, number, percent


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
    words = (
        _(
            "Choosing by predicted response keeps more customers than the lot: Qini {value} per 1,000 ({low} to {high})"
        )
        if qini[1] > 0
        else _(
            "That choosing by predicted response keeps more customers than the lot is not shown: Qini {value} per 1,000"
            " ({low} to {high})"
        )
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
    first = known.iloc[0]
    words = _(
        "Fewer left, beyond chance, in {helped} of {all} groups and more in {harmed}; group {label}, with the highest"
        " prediction: {saved} points fewer ({low} to {high})"
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
    span = max(table["high"].max(), 0) - min(table["low"].min(), 0)
    for y, value, high in zip(place, table["value"], table["high"], strict=True):
        ax.annotate(said(value), (high, y), (7, 0), textcoords="offset points", va="center", fontsize=9.5)
    ax.set_yticks(place, [style.broken(label, 26) for label in table["label"]], color=style.INK)
    ax.set_xlim(min(table["low"].min(), 0) - 0.03 * span, max(table["high"].max(), 0) + 0.2 * span)
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
    best = table.loc[table["value"].idxmax()]
    if not best["value"] > 0:
        words = _("No rule brought more than contacting nobody in the last campaign")
    elif currency:
        words = _("{rule} brought most in the last campaign: {value} per 1,000 customers ({low} to {high})")
    else:
        words = _("{rule} kept most in the last campaign: {value} of 1,000 customers ({low} to {high})")
    values = {name: said(best[name]) for name in ("value", "low", "high")}
    message = words.format(rule=best["label"], **values)
    style.title(ax, message, detail or _("Over contacting nobody, with 95% interval"))
    return ax


def profit_curve(
    table: pd.DataFrame, affordable: int, currency: str, *, detail: str = "", ax: Axes | None = None
) -> Axes:
    """Expected profit by number of contacts, with the best cut-off and what the budget pays for.

    Parameters
    ----------
    table : DataFrame
        One row per number of contacts, ascending from 0: contacted, profit, low, high (currency).
    affordable : int
        Contacts that the budget pays for.
    currency : str
        ISO code.
    """
    if table.empty:
        return style.nothing(
            _("The effect of a contact or the value of customers is unknown: no profit can be told."), ax
        )
    ax = style.axes(ax, 3.6)
    # a curve of a million points would be megabytes of SVG
    drawn = table.iloc[np.unique(np.linspace(0, len(table) - 1, 400).astype(int))]
    ax.fill_between(
        drawn["contacted"], drawn["low"], drawn["high"], color=style.BLUE, alpha=0.15, linewidth=0
    )
    ax.plot(drawn["contacted"], drawn["profit"], color=style.BLUE, linewidth=2)
    ax.axhline(0, color=style.MUTED, linewidth=0.8)
    best = table.loc[table["profit"].idxmax()]
    reached = table[table["contacted"] <= affordable]
    within = reached.loc[reached["profit"].idxmax()]
    ax.axvline(
        affordable,
        color=style.ORANGE,
        linewidth=1.4,
        linestyle=(0, (4, 3)),
        label=_("what the budget pays for"),
    )
    ax.plot(best["contacted"], best["profit"], "o", color=style.GREEN, markersize=8, label=_("best cut-off"))
    ax.set_xlim(0, len(table) - 1)
    _counts(ax.xaxis)
    style.amounts(ax.yaxis)
    ax.set_xlabel(_("customers contacted, most profitable first"))
    ax.set_ylabel(_("expected profit, {currency}").format(currency=currency))
    ax.grid(axis="y")
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2)
    style.title(ax, _profit(best, within, currency), detail or _("Band: 95% interval of the uplift"))
    return ax


def _counts(axis) -> None:
    """Ticks of an axis as whole numbers of customers; thousands in short would repeat themselves."""
    axis.set_major_formatter(lambda value, _place: number(value))


def _profit(best: pd.Series, within: pd.Series, currency: str) -> str:
    if best["profit"] <= 0:
        return _("No contact has an expected profit")
    words = _(
        "Contacting {n} customers brings most: {profit} expected ({low} to {high}); within the budget {within} with {few}"
    )
    values = {name: money(best[name], currency) for name in ("profit", "low", "high")}
    few = number(within["contacted"])
    return words.format(
        n=number(best["contacted"]), within=money(within["profit"], currency), few=few, **values
    )


def break_even(
    table: pd.DataFrame,
    affordable: int,
    reduction: tuple | None = None,
    *,
    detail: str = "",
    ax: Axes | None = None,
) -> Axes:
    """For how many customers a contact would pay, by the part of would-be leavers whom it keeps.

    Parameters
    ----------
    table : DataFrame
        One row per uplift, ascending: uplift (0 to 1), customers.
    affordable : int
        Contacts that the budget pays for.
    reduction : tuple of float, optional
        Uplift that the experiments show with its lower and upper bound; left out, it is unknown.
    """
    if table.empty:
        return style.nothing(_("The value of customers is unknown: no break-even can be told."), ax)
    ax = style.axes(ax, 3.4)
    ax.plot(table["uplift"], table["customers"], color=style.BLUE, linewidth=2)
    ax.axhline(
        affordable,
        color=style.ORANGE,
        linewidth=1.4,
        linestyle=(0, (4, 3)),
        label=_("what the budget pays for"),
    )
    if reduction is not None:
        value, low, high = (min(max(float(part), 0.0), 1.0) for part in reduction[:3])
        ax.axvspan(
            low,
            high,
            color=style.GREEN,
            alpha=0.14,
            linewidth=0,
            label=_("shown by experiments, 95% interval"),
        )
        ax.axvline(value, color=style.GREEN, linewidth=1.6)
    ax.set_xlim(0, 1)
    ax.set_ylim(0, 1.08 * max(table["customers"].max(), affordable, 1))
    style.shares(ax.xaxis)
    _counts(ax.yaxis)
    ax.tick_params(axis="x", pad=6)
    ax.set_xlabel(_("part of those who would leave whom a contact keeps"))
    ax.set_ylabel(_("customers it pays to contact"))
    ax.grid(axis="y")
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2)
    style.title(ax, _pays(table, affordable, reduction), detail)
    return ax


def _pays(table: pd.DataFrame, affordable: int, reduction: tuple | None) -> str:
    if reduction is not None:
        at = np.interp(
            np.clip([float(part) for part in reduction[:3]], 0, 1), table["uplift"], table["customers"]
        )
        words = _("At the uplift shown, {share}, a contact pays for {n} customers ({low} to {high})")
        numbers = [number(round(float(part))) for part in at]
        return words.format(share=percent(reduction[0], 0), n=numbers[0], low=numbers[1], high=numbers[2])
    enough = table[table["customers"] >= affordable]
    if enough.empty:
        words = _(
            "The effect of a contact is unknown; even if it kept everybody, it would pay for {n} customers only"
        )
        return words.format(n=number(table["customers"].max()))
    words = _(
        "The effect of a contact is unknown; to pay for {n} customers it must keep {share} of those who would leave"
    )
    return words.format(n=number(affordable), share=percent(enough["uplift"].iloc[0], 0))
