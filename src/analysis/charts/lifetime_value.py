"""Charts of what customers are worth: where the value sits, and what it hangs on."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import style
from analysis.language import _, money, number, percent


def values(table: pd.DataFrame, currency: str, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Both values by group, one on top of the other.

    Parameters
    ----------
    table : DataFrame
        One row per group, in order: label, customers_share, value_share, transaction_value, relationship_value
        (currency); missing where suppressed.
    """
    rows = table.dropna(subset=["value_share"]).iloc[::-1].reset_index(drop=True)
    if rows.empty:
        return style.nothing(_("Too few customers in every group to show their value."), ax)
    ax = style.axes(ax, 1.4 + 0.5 * len(rows))
    parts = {
        "relationship_value": (_("Relationship"), style.BLUE),
        "transaction_value": (_("Purchases"), style.ORANGE),
    }
    left = np.zeros(len(rows))
    for name, (label, colour) in parts.items():
        amounts = rows[name].fillna(0.0).clip(lower=0).to_numpy()
        ax.barh(_row_names(rows), amounts, 0.62, left=left, color=colour, label=label)
        left = left + amounts
    words = [
        _("{value} from {customers} of customers").format(
            value=money(row.value, currency), customers=percent(row.customers_share)
        )
        for row in rows.itertuples()
    ]
    for place, (end, text) in enumerate(zip(left, words, strict=True)):
        ax.annotate(text, (end, place), (5, 0), textcoords="offset points", va="center", fontsize=9.5)
    ax.set_xlim(0, max(left.max(), 1e-9) * 1.55)
    style.bare(ax, keep="y")
    ax.tick_params(axis="y", labelsize=10.5, labelcolor=style.INK)
    _legend_below(ax)
    most = rows.loc[rows["value_share"].idxmax()]
    said = _("{label}: {customers} of customers bring {value} of the value to come")
    style.title(
        ax,
        said.format(
            label=most["label"],
            customers=percent(most["customers_share"]),
            value=percent(most["value_share"]),
        ),
        detail,
    )
    return ax


def _row_names(rows: pd.DataFrame) -> list[str]:
    """Labels of the rows, long ones in two lines: a phone shows the left part of a chart first."""
    return [style.broken(label, 24) for label in rows["label"]]


def _legend_below(ax: Axes) -> None:
    ax.legend(loc="upper left", bbox_to_anchor=(0, 0.02), ncols=2, borderaxespad=0)


def sensitivity(
    table: pd.DataFrame, base: float, currency: str, *, detail: str = "", ax: Axes | None = None
) -> Axes:
    """What other assumptions would make of the total.

    Parameters
    ----------
    table : DataFrame
        One row per assumption changed: label, value (currency).
    base : float
        Total under the assumptions in use.
    """
    rows = table.assign(change=table["value"] / base - 1 if base else np.nan)
    rows = rows.reindex(rows["change"].abs().sort_values().index).reset_index(drop=True)
    ax = style.axes(ax, 1.3 + 0.36 * len(rows))
    colours = [style.BLUE if change >= 0 else style.ORANGE for change in rows["change"]]
    ax.barh(_row_names(rows), rows["change"], 0.66, color=colours)
    for place, row in enumerate(rows.itertuples()):
        ax.annotate(
            f"{'+' if row.change >= 0 else '−'}{percent(abs(row.change), 0)} · {money(row.value, currency)}",
            (max(row.change, 0.0), place),
            (5, 0),
            textcoords="offset points",
            va="center",
            fontsize=9.5,
        )
    ax.axvline(0, color=style.MUTED, linewidth=1)
    low, high = min(rows["change"].min(), 0.0), max(rows["change"].max(), 0.0)
    ax.set_xlim(low - 0.02, high + 0.5 * max(high - low, 0.05))
    style.bare(ax, keep="y")
    ax.tick_params(axis="y", labelsize=9.5, labelcolor=style.INK)
    most = rows.iloc[-1]
    said = _("{label}: {value}, not {base}")
    style.title(
        ax,
        said.format(label=most["label"], value=money(most["value"], currency), base=money(base, currency)),
        detail,
    )
    return ax


def at_risk(table: pd.DataFrame, currency: str, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Value that is lost with the customers who are expected to go, by group.

    Parameters
    ----------
    table : DataFrame
        One row per group, in order: label, at_risk (currency), at_risk_share (of the group's value); missing
        where suppressed.
    """
    rows = table.dropna(subset=["at_risk"]).iloc[::-1].reset_index(drop=True)
    if rows.empty:
        return style.nothing(_("Too few customers in every group to show the value at risk."), ax)
    ax = style.axes(ax, 1.3 + 0.42 * len(rows))
    bars = ax.barh(_row_names(rows), rows["at_risk"], 0.62, color=style.ORANGE)
    words = [
        _("{money}, {share} of the group's value").format(
            money=money(row.at_risk, currency), share=percent(row.at_risk_share)
        )
        for row in rows.itertuples()
    ]
    style.direct_labels(ax, bars, words)
    ax.set_xlim(0, max(rows["at_risk"].max(), 1e-9) * 1.7)
    style.bare(ax, keep="y")
    ax.tick_params(axis="y", labelsize=10.5, labelcolor=style.INK)
    most = rows.loc[rows["at_risk"].idxmax()]
    said = _("Most value is at risk among {label}: {money}")
    style.title(ax, said.format(label=most["label"], money=money(most["at_risk"], currency)), detail)
    return ax


def kinds(table: pd.DataFrame, currency: str, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Customers high in one value and not in the other.

    Parameters
    ----------
    table : DataFrame
        One row per kind: kind, label, customers, transaction_value, relationship_value (sums, currency); missing
        where suppressed.
    """
    rows = table.dropna(subset=["relationship_value"]).iloc[::-1].reset_index(drop=True)
    if rows.empty:
        return style.nothing(_("The two values cannot be held against each other here."), ax)
    ax = style.axes(ax, 1.4 + 0.62 * len(rows))
    parts = (("relationship_value", style.BLUE), ("transaction_value", style.ORANGE))
    names = {"relationship_value": _("Relationship"), "transaction_value": _("Purchases")}
    for k, (name, colour) in enumerate(parts):
        each = rows[name] / rows["customers"]
        place = np.arange(len(rows)) + 0.2 - 0.4 * k
        ax.barh(place, each, 0.36, color=colour, label=names[name])
        for y, value in zip(place, each, strict=True):
            ax.annotate(
                money(value, currency),
                (max(value, 0), y),
                (5, 0),
                textcoords="offset points",
                va="center",
                fontsize=9.5,
            )
    named = _("{group}\n{n} customers")
    labels = [named.format(group=row.label, n=number(row.customers)) for row in rows.itertuples()]
    ax.set_yticks(range(len(rows)), labels, fontsize=10, color=style.INK, linespacing=1.4)
    each = pd.concat([rows[name] / rows["customers"] for name, _colour in parts])
    ax.axvline(0, color=style.LINE, linewidth=1)
    ax.set_xlim(min(each.min(), 0) * 1.05, max(each.max(), 1e-9) * 1.2)
    style.bare(ax, keep="y")
    _legend_below(ax)
    disagree = rows[rows["kind"].isin(["active", "rich"])]["customers"].sum()
    said = _("The two values name different customers: {count} are high in one only")
    style.title(ax, said.format(count=number(disagree)), detail)
    return ax
