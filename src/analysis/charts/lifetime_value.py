"""Charts of what customers are worth: where the value sits, and what it hangs on."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import style
from analysis.language import _, money, number, percent, share


def values(table: pd.DataFrame, currency: str, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Both values by group, one beside the other; what costs money lies left of 0.

    Parameters
    ----------
    table : DataFrame
        One row per group, in order: label, customers_share, value_share, transaction_value, relationship_value, value
        (currency); missing where suppressed or not known. value_share is missing everywhere if all together are worth
        nothing.
    """
    rows = table.dropna(subset=["value"]).iloc[::-1].reset_index(drop=True)
    if rows.empty:
        return style.nothing(_("Too few customers in every group to show their value."), ax)
    ax = style.axes(ax, 1.4 + 0.5 * len(rows))
    parts = {
        "relationship_value": (_("Relationship"), style.BLUE),
        "transaction_value": (_("Purchases"), style.ORANGE),
    }
    parts = {name: part for name, part in parts.items() if rows[name].notna().any()}
    ends = np.zeros(len(rows))
    for name, (label, colour) in parts.items():
        amounts = rows[name].fillna(0.0).to_numpy()
        start = np.where(amounts < 0, 0.0, ends)
        ax.barh(_row_names(rows), amounts, 0.62, left=start, color=colour, label=label)
        ends = ends + amounts.clip(min=0)
    words = [
        _("{value} from {customers} of customers").format(
            value=money(row.value, currency), customers=share(row.customers_share)
        )
        for row in rows.itertuples()
    ]
    for place, (end, text) in enumerate(zip(ends, words, strict=True)):
        ax.annotate(text, (end, place), (5, 0), textcoords="offset points", va="center", fontsize=9.5)
    lowest = rows[list(parts)].min(axis=None)
    ax.set_xlim(*_room(min(lowest, 0.0), ends.max(), 0.55))
    if lowest < 0:
        ax.axvline(0, color=style.LINE, linewidth=1)
    style.bare(ax, keep="y")
    ax.tick_params(axis="y", labelsize=10.5, labelcolor=style.INK)
    _legend_below(ax)
    style.title(ax, _brought(rows), detail)
    return ax


def _brought(rows: pd.DataFrame) -> str:
    most = rows.loc[rows["value"].idxmax()]
    if pd.isna(most["value_share"]):
        return _("All customers together cost as much as they bring, or more")
    words = (
        _("{label}: {customers} of customers bring {value} of the value to come")
        if most["value_share"] <= 1
        else _(
            "{label}: {customers} of customers bring all of the value; the others together cost more than they bring"
        )
    )
    return words.format(
        label=most["label"],
        customers=share(most["customers_share"]),
        value=share(most["value_share"]),
    )


def _room(low: float, high: float, words: float) -> tuple[float, float]:
    """Limits of an axis that leave a part of its length for `words` on the right."""
    span = (high - low) or 1.0
    return low - 0.03 * span * (low < 0), high + words * span


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
    rows = table.assign(change=table["value"] - base)
    rows = rows.reindex(rows["change"].abs().sort_values(kind="stable").index).reset_index(drop=True)
    ax = style.axes(ax, 1.3 + 0.36 * len(rows))
    colours = [style.BLUE if change >= 0 else style.ORANGE for change in rows["change"]]
    ax.barh(_row_names(rows), rows["change"], 0.66, color=colours)
    for place, row in enumerate(rows.itertuples()):
        ax.annotate(
            _changed(row.change, row.value, base, currency),
            (max(row.change, 0.0), place),
            (5, 0),
            textcoords="offset points",
            va="center",
            fontsize=9.5,
        )
    ax.axvline(0, color=style.MUTED, linewidth=1)
    ax.set_xlim(*_room(min(rows["change"].min(), 0.0), max(rows["change"].max(), 0.0), 0.5))
    style.bare(ax, keep="y")
    ax.tick_params(axis="y", labelsize=9.5, labelcolor=style.INK)
    most, total = rows.iloc[-1], money(base, currency)
    value = money(most["value"], currency)
    said = (
        _("{label}: {value}, not {base}")
        if value != total
        else _("None of the other assumptions moves the total of {base} by as much as can be seen")
    )
    style.title(ax, said.format(label=most["label"], value=value, base=total), detail)
    return ax


def _changed(change: float, value: float, base: float, currency: str) -> str:
    """The change as a part of the total, where that is worth anything, and the total that it makes."""
    if base <= 0:
        return money(value, currency)
    part = percent(abs(change) / base, 0)
    sign = "" if part == percent(0, 0) else "+" if change > 0 else "−"
    return f"{sign}{part} · {money(value, currency)}"


def at_risk(table: pd.DataFrame, currency: str, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Value that is lost with the customers who are expected to go, by group.

    Parameters
    ----------
    table : DataFrame
        One row per group, in order: label, at_risk (currency), at_risk_share (of the group's value, missing where
        that is nothing); missing where suppressed.
    """
    rows = table.dropna(subset=["at_risk"]).iloc[::-1].reset_index(drop=True)
    if rows.empty:
        return style.nothing(_("Too few customers in every group to show the value at risk."), ax)
    if rows["at_risk"].max() <= 0:
        return style.nothing(_("No loss of value can be foreseen from these data."), ax)
    ax = style.axes(ax, 1.3 + 0.42 * len(rows))
    bars = ax.barh(_row_names(rows), rows["at_risk"], 0.62, color=style.ORANGE)
    words = [_lost(row.at_risk, row.at_risk_share, currency) for row in rows.itertuples()]
    style.direct_labels(ax, bars, words)
    ax.set_xlim(0, rows["at_risk"].max() * 1.7)
    style.bare(ax, keep="y")
    ax.tick_params(axis="y", labelsize=10.5, labelcolor=style.INK)
    most = rows.loc[rows["at_risk"].idxmax()]
    said = _("{label}: {money} at risk, {part} of the value at risk in the groups shown")
    part = share(most["at_risk"] / rows["at_risk"].sum())
    style.title(
        ax, said.format(label=most["label"], money=money(most["at_risk"], currency), part=part), detail
    )
    return ax


def _lost(value: float, part: float, currency: str) -> str:
    if pd.isna(part):
        return money(value, currency)
    return _("{money}, {share} of the group's value").format(money=money(value, currency), share=share(part))


def kinds(table: pd.DataFrame, currency: str, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Customers high in one value and not in the other; none if the relationship cannot be valued.

    Parameters
    ----------
    table : DataFrame
        One row per kind: kind, label, customers, transaction_value, relationship_value (sums, currency); missing
        where suppressed.
    """
    if table.empty:
        return style.nothing(_("The relationship cannot be valued: balances or products are missing."), ax)
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
                _each(value, currency),
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
    ax.set_xlim(*_room(min(each.min(), 0.0), max(each.max(), 0.0), 0.2))
    style.bare(ax, keep="y")
    _legend_below(ax)
    style.title(ax, _named(table), detail)
    return ax


def _each(value: float, currency: str) -> str:
    """An amount; what is more than nothing does not read as nothing."""
    return f"<{money(0.1, currency)}" if 0 < value < 0.05 else money(value, currency)


def _named(table: pd.DataFrame) -> str:
    if table["customers"].isna().any():
        return _("Kinds of too few customers are left out: how far the two values agree is not told")
    count = table.groupby("kind")["customers"].sum().reindex(["both", "active", "rich"], fill_value=0)
    high, one = int(count.sum()), int(count[["active", "rich"]].sum())
    if not high:
        return _("No customer is high in either value")
    said = _("Of {high} customers high in either value, {one} are high in one only")
    return said.format(high=number(high), one=number(one))
