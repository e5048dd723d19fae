"""Charts of the definition of churn and of the stages of the lifecycle.

Each takes a table of `analysis.topics.churn` (or one with the same columns); figures may be missing where too few
customers stand behind them.
"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import style
from analysis.charts.cells import rate_cell
from analysis.charts.dots import dots
from analysis.language import _, day, number, share


def definition_sensitivity(
    table: pd.DataFrame, used: str = "", *, detail: str = "", ax: Axes | None = None
) -> Axes:
    """Churn rate by definition, and the share of the churned who came back, with their intervals.

    Parameters
    ----------
    table : DataFrame
        One row per definition, in order: label (on the axis), name (in the title), rate, low, high, back_rate,
        back_low, back_high; missing where suppressed.
    used : str
        Label of the definition in use.
    """
    if table["rate"].isna().all():
        return style.nothing(
            _("Other definitions cannot be tried: too short a history, too few customers or no balances."), ax
        )
    ax = style.axes(ax, 3.6)
    place = np.arange(len(table))
    series = (("back_", style.ORANGE, _("of the churned, came back")), ("", style.BLUE, _("churned")))
    for prefix, colour, name in series:
        value, low, high = (table[f"{prefix}{column}"].to_numpy(float) for column in ("rate", "low", "high"))
        ax.fill_between(place, low, high, color=colour, alpha=0.18, linewidth=0)
        ax.plot(place, value, "o-", color=colour, markersize=5, linewidth=1.8, label=name)
    if used in table["label"].tolist():
        at = table["label"].tolist().index(used)
        ax.axvline(at, color=style.MUTED, linewidth=1, linestyle=(0, (4, 3)), zorder=0)
    ax.set_xticks(place, table["label"], color=style.INK)
    ax.set_xlim(-0.3, len(table) - 0.7)
    ax.set_ylim(0, min(1.25, np.nanmax(table[["high", "back_high"]].to_numpy(float)) * 1.25))
    # The legend has room above, but no share is above 1.
    ax.set_yticks([tick for tick in ax.get_yticks() if 0 <= tick <= 1])
    style.shares(ax.yaxis)
    ax.grid(axis="y")
    ax.legend(loc="upper right", ncols=2, frameon=True, facecolor="white", edgecolor="none", framealpha=1)
    dashed = _("dashed: in use") if used in table["label"].tolist() else ""
    style.title(ax, _decides(table, used), " · ".join(part for part in (detail, dashed) if part))
    return ax


def _decides(table: pd.DataFrame, used: str) -> str:
    known = table.dropna(subset=["rate"])
    first, last = known.iloc[0], known.iloc[-1]
    if used not in known["label"].tolist() and len(known) > 1:
        return _range(first, last)
    row = known[known["label"] == used].iloc[0] if used in known["label"].tolist() else first
    words = _("{definition}: {rate} churned")
    if pd.notna(row["back_rate"]):
        words = _("{definition}: {rate} churned, and {back} of them came back")
    return words.format(definition=row["name"], rate=share(row["rate"]), back=share(row["back_rate"], 0))


def _range(first: pd.Series, last: pd.Series) -> str:
    """What both ends of the definitions tried give."""
    back = pd.notna(first["back_rate"]) and pd.notna(last["back_rate"])
    words, column = _("{first}: {rate} churned; {last}: {last_rate}"), "rate"
    if back:
        words, column = _("{first}: {rate} of the churned came back; {last}: {last_rate}"), "back_rate"
    rates = [share(row[column], 0 if back else 1) for row in (first, last)]
    return words.format(first=first["name"], last=last["name"], rate=rates[0], last_rate=rates[1])


def stage_shares(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Share of the customers in each stage on the last day, and on the first one as a mark.

    Parameters
    ----------
    table : DataFrame
        One row per day and stage: day, stage, label, share; missing where suppressed.
    """
    days = sorted(table["day"].unique())
    if table.loc[table["day"].isin(days[-1:]), "share"].isna().all():
        return style.nothing(_("Nobody can be put in a stage, or the stages are too small to be shown."), ax)
    first, last = (table[table["day"] == when].reset_index(drop=True) for when in (days[0], days[-1]))
    rows = last.iloc[::-1].reset_index(drop=True)
    ax = style.axes(ax, 1.5 + 0.42 * len(rows))
    ax.barh(range(len(rows)), rows["share"].fillna(0), 0.62, color=style.BLUE)
    marks = first.set_index("stage")["share"].reindex(rows["stage"]).to_numpy()
    most = np.nanmax(table["share"])
    for y, (value, mark) in enumerate(zip(rows["share"], marks, strict=True)):
        end = np.nan_to_num(value)
        end = mark if end <= mark < end + most / 8 else end
        ax.annotate(_shown(value), (end, y), (7, 0), textcoords="offset points", va="center", fontsize=9.5)
    if len(days) > 1:
        ax.plot(marks, range(len(rows)), "|", color=style.ORANGE, markersize=22, markeredgewidth=2.5)
        detail = " · ".join(
            part for part in (detail, _("mark: {day}").format(day=day(pd.Timestamp(days[0]).date()))) if part
        )
    ax.set_yticks(range(len(rows)), rows["label"], fontsize=10.5, color=style.INK)
    ax.set_xlim(0, most * 1.18)
    style.bare(ax, keep="y")
    style.title(ax, _standing(first, last), detail)
    return ax


def _shown(value: float) -> str:
    return _("withheld") if pd.isna(value) else share(value)


def _standing(first: pd.DataFrame, last: pd.DataFrame) -> str:
    now, then = (rows.set_index("stage")["share"] for rows in (last, first))
    largest = last.loc[last["share"].idxmax()]
    compared = pd.notna(now.get("decline")) and pd.notna(then.get("decline"))
    if not compared or first["day"].equals(last["day"]):
        words = _("{stage}: {share} of customers")
    elif largest["stage"] == "decline":
        words = _("{stage}: {share} of customers, {then} before")
    else:
        words = _("{stage}: {share} of customers; in decline {now}, {then} before")
    return words.format(
        stage=largest["label"],
        share=share(largest["share"], 0 if largest["stage"] != "decline" else 1),
        now=share(now.get("decline", np.nan)),
        then=share(then.get("decline", np.nan)),
    )


def stage_rates(table: pd.DataFrame, step_days: int, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Where the customers of each stage were a step later: a row per stage, its rates with intervals.

    Parameters
    ----------
    table : DataFrame
        One row per origin and target that occurs, in order: origin, target, origin_label, target_label, rate, low,
        high; a rate is missing where suppressed.
    step_days : int
        Days between both looks.
    """
    if table["rate"].isna().all():
        return style.nothing(_("The data do not reach back far enough to see how customers move on."), ax)
    rows = table["origin"].unique().tolist()
    names = dict(zip(table["target"], table["target_label"], strict=True))
    names |= dict(zip(table["origin"], table["origin_label"], strict=True))
    columns = [*rows, *(target for target in names if target not in rows)]
    ax = style.axes(ax, 1.6 + 0.55 * len(rows))
    cells = table.set_index(["origin", "target"])
    for y, origin in enumerate(reversed(rows)):
        for x, target in enumerate(columns):
            cell = cells.loc[(origin, target)] if (origin, target) in cells.index else None
            _cell(ax, cell, (x, y))
    ax.set_xticks(range(len(columns)), [names[target] for target in columns], color=style.INK)
    ax.set_yticks(range(len(rows)), [names[origin] for origin in reversed(rows)], color=style.INK)
    ax.set(xlim=(-0.5, len(columns) - 0.5), ylim=(-0.5, len(rows) - 0.5))
    ax.set_xlabel(_("{days} days later").format(days=number(step_days)))
    style.bare(ax)
    ax.tick_params(labelbottom=True, labelleft=True)
    style.title(ax, _onward(cells, step_days), detail)
    return ax


def _cell(ax: Axes, cell: pd.Series | None, place: tuple[int, int]) -> None:
    x, y = place
    if cell is None or pd.isna(cell["rate"]):
        words = _("nobody") if cell is None else _("withheld")
        ax.text(x, y, words, ha="center", va="center", fontsize=8.5, color=style.MUTED)
        return
    rate_cell(ax, cell, place)


def _onward(cells: pd.DataFrame, step_days: int) -> str:
    rates, days = cells["rate"], number(step_days)
    seen = "decline" in cells.index.unique("origin")
    # A cell that does not occur is nobody; a blank one is withheld.
    stay = rates.get(("decline", "decline"), 0.0 if seen else np.nan)
    gone = rates.get(("decline", "left"), np.nan)
    if pd.isna(stay):
        stages = [origin for origin in cells.index.unique("origin") if pd.notna(rates.get((origin, origin)))]
        if not stages:
            return _("Who stayed in their stage is withheld: too few customers")
        best = max(stages, key=lambda origin: rates[(origin, origin)])
        return _("{stage}: {share} are still there {days} days later").format(
            stage=cells.loc[(best, best), "origin_label"],
            share=share(rates[(best, best)], 0),
            days=days,
        )
    if pd.isna(gone):
        return _("Of customers in decline, {stay} are still in it {days} days later").format(
            stay=share(stay, 0), days=days
        )
    return _("Of customers in decline, {stay} are still in it {days} days later and {gone} have left").format(
        stay=share(stay, 0), gone=share(gone), days=days
    )


def stage_churn(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Share who churned afterwards, by stage or by sign, against all.

    Parameters
    ----------
    table : DataFrame
        One row per group: label, rate, low, high, average (of all); missing where suppressed.
    """
    known = table.dropna(subset=["rate"])
    if known.empty or not known["rate"].max() > 0:
        return style.nothing(
            _("Nobody churned afterwards, or too few customers could, to tell groups apart."), ax
        )
    average = known["average"].iloc[0]
    name = _("all: {share}").format(share=share(average))
    ax = dots(known, "rate", words=share, line=(average, name), ax=ax)
    style.shares(ax.xaxis)
    ax.set_xlabel(_("share churned afterwards, 95% intervals"))
    style.title(ax, _apart(known), detail)
    return ax


def _apart(known: pd.DataFrame) -> str:
    ranked = known.sort_values("rate", kind="stable")
    least, most = ranked.iloc[0], ranked.iloc[-1]
    if len(known) == 1:
        words = _("{most}: {high} churned afterwards")
    elif most["low"] > least["high"]:
        words = _("{most}: {high} churned afterwards, {least}: {low}")
    else:
        words = _("{most}: {high} churned afterwards, {least}: {low}; that they differ is not shown")
    return words.format(
        most=most["label"],
        high=share(most["rate"]),
        least=least["label"],
        low=share(least["rate"]),
    )
