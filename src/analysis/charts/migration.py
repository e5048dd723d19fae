"""Charts of migration: rates of moving between groups, and the money behind them.

Each takes a table of `analysis.topics.segmentation.migration`, or one with the same columns. Rates and
amounts may be missing where too few customers stand behind them.
"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import style
from analysis.charts.cells import rate_cell
from analysis.charts.claims import contrast
from analysis.language import _, listed, money, ngettext, number, share

_STEPS = ("left", "down", "same", "up", "joined")


def rates_map(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Where the customers of each group went: a row per group of the earlier day, its rates with intervals.

    Parameters
    ----------
    table : DataFrame
        One row per origin and target, groups from the lowest: origin, target, origin_label, target_label,
        rate, low, high; n, customers of the origin; and rest, rest_low, rest_high, the rate of all withheld
        cells of the row together. A cell that is not there counts nobody; one without a rate is withheld.
    """
    if table["rate"].isna().all():
        return _nobody(table, ax)
    rows = table["origin"].unique().tolist()
    columns = [*rows, *(target for target in table["target"].unique() if target not in rows)]
    ax = style.axes(ax, 1.6 + 0.62 * len(rows))
    cells = table.set_index(["origin", "target"])
    for x, target in enumerate(columns):
        for y, origin in enumerate(rows):
            _cell(ax, cells.loc[(origin, target)] if (origin, target) in cells.index else None, (x, y))
    names = dict(zip(table["target"], table["target_label"], strict=True))
    names |= dict(zip(table["origin"], table["origin_label"], strict=True))
    ax.set_xticks(range(len(columns)), [names[target] for target in columns], color=style.INK)
    known = table.groupby("origin")["n"].max()
    labels = [_row(names[origin], known[origin]) for origin in rows]
    ax.set_yticks(range(len(rows)), labels, color=style.INK)
    ax.set(xlim=(-0.5, len(columns) - 0.5), ylim=(-0.5, len(rows) - 0.5))
    ax.set_xlabel(_("a year later"))
    style.bare(ax)
    ax.tick_params(labelbottom=True, labelleft=True)
    style.title(ax, _stayed(table), detail)
    return ax


def _row(name: str, customers: float) -> str:
    if pd.isna(customers):
        return f"{name}\n" + _("withheld")
    return _("{group}\n{n} customers").format(group=name, n=number(customers))


def _cell(ax: Axes, cell: pd.Series | None, place: tuple[int, int]) -> None:
    x, y = place
    if cell is None or pd.isna(cell["rate"]):
        ax.text(x, y, _not_shown(cell), ha="center", va="center", fontsize=8.5, color=style.MUTED)
        return
    rate_cell(ax, cell, place)


def _not_shown(cell: pd.Series | None) -> str:
    if cell is None:
        return _("nobody")
    if pd.isna(cell["rest"]):
        return _("withheld")
    return _("withheld, together\n{share} ({low}–{high})").format(
        share=share(cell["rest"]),
        low=number(100 * cell["rest_low"], 1),
        high=number(100 * cell["rest_high"], 1),
    )


def _stayed(table: pd.DataFrame) -> str:
    stayed = table[(table["origin"] == table["target"]) & table["rate"].notna()]
    if stayed.empty:
        return _("Who stayed in their group is withheld: too few customers")
    return contrast(
        stayed.assign(label=stayed["origin_label"]),
        "rate",
        share,
        one=_("{most}: {high} are still there a year later"),
        alike=_("In no group did clearly more stay than in another: the intervals overlap"),
        two=_("Still in their group a year later: {most} {high}, {least} {low}"),
    )


def money_bridge(table: pd.DataFrame, currency: str, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """From the assets of the earlier day to those of the later one, by what the customers did.

    Parameters
    ----------
    table : DataFrame
        One row per direction (left, down, same, up, joined): direction, label, assets_before, assets_after,
        change; missing where suppressed, and `suppressed` with the reason. A direction without a row: nobody.
    currency : str
        ISO code.
    """
    if table.empty:
        return _nobody(table, ax)
    parts = table.set_index("direction").reindex([s for s in _STEPS if (table["direction"] == s).any()])
    if parts["change"].isna().any():
        return style.nothing(_withheld(parts), ax)
    if not (parts["assets_before"].sum() > 0 or parts["assets_after"].sum() > 0):
        return style.nothing(_("No assets are known: no money can be seen to move."), ax)
    start, end = parts["assets_before"].sum(), parts["assets_after"].sum()
    foot = start + np.concatenate([[0.0], parts["change"].cumsum().to_numpy()[:-1]])
    ax = style.axes(ax, 1.4 + 0.42 * (len(parts) + 2))
    place = np.arange(len(parts) + 2)[::-1]
    ax.barh(place[[0, -1]], [start, end], 0.66, color=style.GHOST)
    rise = parts["change"] >= 0
    ax.barh(place[1:-1], parts["change"], 0.66, left=foot, color=np.where(rise, style.BLUE, style.ORANGE))
    tops = [start, *np.maximum(foot, foot + parts["change"]), end]
    words = [money(start, currency), *(_signed(c, currency) for c in parts["change"]), money(end, currency)]
    for y, top, said in zip(place, tops, words, strict=True):
        ax.annotate(said, (top, y), (6, 0), textcoords="offset points", va="center", fontsize=9.5)
    ax.set_yticks(place, [_("A year earlier"), *parts["label"], _("Now")], color=style.INK)
    ax.set_xlim(0, max(tops) * 1.2)
    style.bare(ax, keep="y")
    style.title(ax, _moved(parts, currency), detail)
    return ax


def _withheld(parts: pd.DataFrame) -> str:
    if (parts["suppressed"] != "").any():
        return _("Too few customers moved one way or another to show their money.")
    return _("No assets are known: no money can be seen to move.")


def _signed(value: float, currency: str) -> str:
    whole = round(value)
    return ("+" if whole > 0 else "") + money(whole, currency)


def _moved(parts: pd.DataFrame, currency: str) -> str:
    size = parts["change"].abs().round()
    if size.max() == 0:
        return _("Assets have not changed in a year")
    largest = parts[size == size.max()]
    said = ngettext(
        "Assets changed by {total} in a year; the largest part: {parts}",
        "Assets changed by {total} in a year; the largest parts: {parts}",
        len(largest),
    )
    told = listed(f"{part.label} {_signed(part.change, currency)}" for part in largest.itertuples())
    return said.format(total=_signed(parts["change"].sum(), currency), parts=told)


def _nobody(table: pd.DataFrame, ax: Axes | None) -> Axes:
    if table.empty:
        return style.nothing(
            _("No moves can be seen: the groups are unknown, or the data do not reach back far enough."), ax
        )
    return style.nothing(_("Too few customers in each group to show who moved"), ax)
