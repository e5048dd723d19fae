"""Charts of what saving customers pays: where the profit ends, and for how many a contact breaks even."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import style
from analysis.language import _, money, ngettext, number, percent


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
    ax.set_xlim(0, max(len(table) - 1, affordable))
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
    words = ngettext(
        "Most profit is expected of contacting {n} customer: {profit} ({low} to {high})",
        "Most profit is expected of contacting {n} customers: {profit} ({low} to {high})",
        int(best["contacted"]),
    )
    values = {name: money(best[name], currency) for name in ("profit", "low", "high")}
    parts = [words.format(n=number(best["contacted"]), **values)]
    if within["contacted"] < best["contacted"]:
        words = _("the budget pays for {few}: {within}")
        parts.append(words.format(few=number(within["contacted"]), within=money(within["profit"], currency)))
    if best["low"] <= 0:
        parts.append(_("that it pays is not shown"))
    return _("; ").join(parts)


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
        Uplift that the plan rests on with its lower and upper bound; left out, it is unknown.
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
            label=_("uplift of the plan, 95% interval"),
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
        return _pays_at(table, reduction)
    enough = table[table["customers"] >= affordable]
    if affordable == 0:
        return _("The effect of a contact is unknown, and the budget pays for none")
    if enough.empty:
        words = ngettext(
            "The effect of a contact is unknown; even if it kept everybody, it would pay for {n} customer only",
            "The effect of a contact is unknown; even if it kept everybody, it would pay for {n} customers only",
            int(table["customers"].max()),
        )
        return words.format(n=number(table["customers"].max()))
    words = ngettext(
        "The effect of a contact is unknown; to pay for {n} customer it must keep {share} of those who would leave",
        "The effect of a contact is unknown; to pay for {n} customers it must keep {share} of those who would leave",
        affordable,
    )
    return words.format(n=number(affordable), share=percent(enough["uplift"].iloc[0], 0))


def _pays_at(table: pd.DataFrame, reduction: tuple) -> str:
    ends = [float(part) for part in reduction[:3]]
    counts = np.interp(np.clip(ends, 0, 1), table["uplift"], table["customers"]).round().astype(int)
    words = ngettext(
        "At the uplift of the plan, {share}, a contact pays for {n} customer ({low} to {high})",
        "At the uplift of the plan, {share}, a contact pays for {n} customers ({low} to {high})",
        int(counts[0]),
    )
    n, low, high = (number(count) for count in counts)
    said = words.format(share=percent(ends[0], 0), n=n, low=low, high=high)
    if ends[1] > 0:
        return said
    words = _("{said}; that a contact keeps anybody is not shown")
    if ends[2] < 0:
        words = _("{said}; after a contact more leave")
    return words.format(said=said)
