"""Charts of early warning: what rules promised and kept, and how early they fire."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import style
from analysis.language import _, ngettext, number, share

_ROW = 0.62  # inches: labels take two lines


def found_and_checked(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Precision of each rule on the days on which it was found and on later ones, against the share of all who leave.

    Parameters
    ----------
    table : DataFrame
        One row per rule, best first, also for all together and for comparison: kind, label, found, precision, low, high,
        base (shares). Blank rows are left out.
    """
    rows = table.dropna(subset=["precision", "low", "high"]).reset_index(drop=True)
    if not (rows["kind"] == "rule").any():
        return style.nothing(_("No rule foretells leaving better than chance."), ax)
    ax = style.axes(ax, 1.5 + _ROW * len(rows))
    place = np.arange(len(rows))[::-1]
    ax.hlines(place, rows["low"], rows["high"], color=style.SKY, linewidth=6, alpha=0.75)
    ax.plot(rows["found"], place, "D", color=style.ORANGE, markersize=6, markerfacecolor="white", markeredgewidth=1.8,
            label=_("when found"))  # fmt: skip
    ax.plot(
        rows["precision"],
        place,
        "o",
        color=style.BLUE,
        markersize=7.5,
        label=_("checked later, 95% interval"),
    )
    base = rows["base"].iloc[0]
    ax.axvline(base, color=style.MUTED, linewidth=1.2, linestyle=(0, (4, 3)), zorder=0,
               label=_("all customers: {share}").format(share=share(base)))  # fmt: skip
    _rows(ax, rows, place)
    ax.set_xlim(0, max(rows["high"].max(), rows["found"].max()) * 1.05)
    style.shares(ax.xaxis)
    ax.set_xlabel(_("share of alarms followed by leaving"))
    style.title(ax, _kept(rows), detail)
    return ax


def _rows(ax: Axes, rows: pd.DataFrame, place: np.ndarray) -> None:
    lines = [_lines(label) for label in rows["label"]]
    ax.set_yticks(place, lines, fontsize=9.5, color=style.INK, linespacing=1.3)
    ax.set_ylim(-0.6, len(rows) - 0.4)
    ax.grid(axis="x")
    ax.spines["left"].set_visible(False)
    # Beside the axes the layout keeps room for it.
    ax.figure.legend(*ax.get_legend_handles_labels(), loc="outside lower left", ncols=3, fontsize=9.5)


def _lines(label: str) -> str:
    """A pair of conditions stands on lines of its own."""
    return "\n+ ".join(style.broken(part, 40) for part in label.split(" + "))


def _kept(rows: pd.DataFrame) -> str:
    rules, whole = rows[rows["kind"] == "rule"], rows[rows["kind"] == "any"]
    held = int((rules["low"] > rules["base"]).sum())
    words = ngettext(
        "{held} of {n} rule still beats the {base} of all customers on later days",
        "{held} of {n} rules still beat the {base} of all customers on later days",
        len(rules),
    )
    said = words.format(held=number(held), n=number(len(rules)), base=share(rules["base"].iloc[0]))
    if whole.empty:
        return said
    return _("{said}; together {now}, when found {then}").format(
        said=said, now=share(whole["precision"].iloc[0]), then=share(whole["found"].iloc[0])
    )


def lead_times(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Days from the first alarm of each rule to leaving: middle half and median.

    Parameters
    ----------
    table : DataFrame
        One row per rule: kind, label, lower, median, upper (days). Blank rows are left out.
    """
    rows = table.dropna(subset=["lower", "median", "upper"]).reset_index(drop=True)
    if rows.empty:
        return style.nothing(_("Too few alarmed customers have left to say how early the alarm came."), ax)
    ax = style.axes(ax, 1.5 + _ROW * len(rows))
    place = np.arange(len(rows))[::-1]
    ax.hlines(
        place, rows["lower"], rows["upper"], color=style.SKY, linewidth=7, alpha=0.75, label=_("middle half")
    )
    ax.plot(rows["median"], place, "o", color=style.BLUE, markersize=7.5, label=_("median"))
    for y, row in zip(place, rows.itertuples(), strict=True):
        ax.annotate(
            number(row.median), (row.median, y), (0, 8), textcoords="offset points", ha="center", fontsize=9.5
        )
    _rows(ax, rows, place)
    ax.set_xlim(0, rows["upper"].max() * 1.06)
    ax.set_xlabel(_("days from the first alarm to leaving"))
    style.title(ax, _early(rows), detail)
    return ax


def _early(rows: pd.DataFrame) -> str:
    """The middle case of all rules together, and the span of the rules: no rule is told apart from the next."""
    rules, whole = rows[rows["kind"] == "rule"]["median"], rows[rows["kind"] == "any"]["median"]
    one = rules if whole.empty else whole
    if whole.empty and rules.nunique() > 1:
        words = _("In the middle case the first alarm comes {low} to {high} days before leaving, by rule")
    elif rules.nunique() > 1:
        words = _(
            "In the middle case the first alarm comes {days} days before leaving; by rule {low} to {high}"
        )
    else:
        words = ngettext(
            "In the middle case the first alarm comes {days} day before leaving",
            "In the middle case the first alarm comes {days} days before leaving",
            round(one.iloc[0]),
        )
    return words.format(days=number(one.iloc[0]), low=number(rules.min()), high=number(rules.max()))
