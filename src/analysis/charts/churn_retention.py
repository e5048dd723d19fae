"""Charts of who stays: cohorts, survival curves with the customers at risk, ratios of the hazard.

Each takes a table of `analysis.topics.churn` (or one with the same columns); figures may be missing where too few
customers stand behind them.
"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from analysis.charts import style
from analysis.charts.ratio_dots import ratio_dots, ratio_shown
from analysis.language import _, number, share

SETTLING = 3.5  # months by which a curve may begin after a tick and still be counted there


def cohort_map(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Share of each cohort that is retained, by months since its period ended: a heat map.

    Parameters
    ----------
    table : DataFrame
        One row per cohort and months: cohort, months, customers (of the cohort), rate; the last two missing where
        suppressed.
    """
    if table["rate"].isna().all():
        return style.nothing(
            _("Nobody joined since the data begin, or the cohorts are too small to be shown."), ax
        )
    cohorts, months = table["cohort"].unique().tolist(), sorted(table["months"].unique())
    ax = style.axes(ax, 1.5 + 0.38 * len(cohorts))
    floor = table["rate"].min()
    for row in table.itertuples():
        x, y = months.index(row.months), len(cohorts) - 1 - cohorts.index(row.cohort)
        if pd.isna(row.rate):
            ax.text(x, y, "–", ha="center", va="center", color=style.MUTED)
            continue
        shade = (row.rate - floor) / (1 - floor) if floor < 1 else 1.0
        face = style.SEQUENTIAL(0.15 + 0.65 * shade)
        ax.add_patch(Rectangle((x - 0.48, y - 0.46), 0.96, 0.92, facecolor=face, edgecolor="white"))
        colour = "white" if shade > 0.45 else style.INK
        ax.text(x, y, share(row.rate, 0), ha="center", va="center", fontsize=9, color=colour)
    ax.set_xticks(range(len(months)), [number(m) for m in months], color=style.INK)
    sizes = table.groupby("cohort")["customers"].max()
    labels = [_cohort(cohort, sizes[cohort]) for cohort in reversed(cohorts)]
    ax.set_yticks(range(len(cohorts)), labels, color=style.INK)
    ax.set(xlim=(-0.5, len(months) - 0.5), ylim=(-0.5, len(cohorts) - 0.5))
    ax.set_xlabel(_("months since the end of the cohort's period"))
    style.bare(ax)
    ax.tick_params(labelbottom=True, labelleft=True)
    style.title(ax, _kept(table), detail)
    return ax


def _cohort(name: str, customers: float) -> str:
    return name if pd.isna(customers) else f"{name} ({number(customers)})"


def _kept(table: pd.DataFrame) -> str:
    """The longest time that two cohorts have been seen for, and how they compare."""
    known = table.dropna(subset=["rate"])
    counts = known[known["months"] > 0].groupby("months")["cohort"].nunique()
    month = counts[counts >= 2].index.max() if (counts >= 2).any() else known["months"].max()
    rows = known[known["months"] == month].sort_values("rate", kind="stable")
    worst, best = rows.iloc[0], rows.iloc[-1]
    if len(rows) == 1:
        words = _("{high} of cohort {best} are retained {months} months on")
    elif worst["rate"] == best["rate"]:
        words = _("{months} months on, {high} of each of {n} cohorts are retained")
    else:
        words = _("{months} months on, {low} ({worst}) to {high} ({best}) of a cohort are retained")
    return words.format(
        months=number(month), n=number(len(rows)), low=share(worst["rate"]), worst=worst["cohort"],
        high=share(best["rate"]), best=best["cohort"],
    )  # fmt: skip


def survival_curves(
    table: pd.DataFrame, *, up_to: float = 240, detail: str = "", ax: Axes | None = None
) -> Axes:
    """Share of customers who stay, by tenure, with intervals, and how many are at risk.

    Parameters
    ----------
    table : DataFrame
        One row per group and month of tenure: label, months, customers (at risk), survival, low, high; missing
        where suppressed.
    up_to : float
        Last month drawn.
    """
    rows = table[(table["months"] <= up_to) & table["survival"].notna()]
    if rows.empty:
        return style.nothing(
            _("Who stays cannot be drawn: too few watched long enough, or their groups are not known."), ax
        )
    labels, few = _largest(rows)
    rows = rows[rows["label"].isin(labels)]
    detail = " · ".join(part for part in (detail, few) if part)
    ax = style.axes(ax, 3.6 + 0.22 * len(labels))
    for label, colour in zip(labels, style.PALETTE, strict=False):
        part = rows[rows["label"] == label]
        ax.fill_between(
            part["months"], part["low"], part["high"], step="post", color=colour, alpha=0.18, linewidth=0
        )
        ax.step(part["months"], part["survival"], where="post", color=colour, linewidth=2, label=label)
    last = max(rows["months"].max(), 1.0)
    ax.set_xlim(0, last)
    ax.set_ylim(0, 1.02)
    ticks = _years(last)
    ax.set_xticks([12 * year for year in ticks], [style.tick(year) for year in ticks])
    ax.set_xlabel(_("years since joining"))
    style.shares(ax.yaxis)
    ax.grid(axis="y")
    ax.legend(loc="lower left")
    _at_risk(ax, rows, labels, ticks)
    style.title(ax, _lasting(rows), detail)
    return ax


def _largest(rows: pd.DataFrame) -> tuple[list[str], str]:
    """As many groups as there are colours, in order, and a word if that is not all of them."""
    labels, shown = list(dict.fromkeys(rows["label"])), len(style.PALETTE)
    if len(labels) <= shown:
        return labels, ""
    largest = rows.groupby("label")["customers"].max().nlargest(shown).index
    words = _("the {n} largest of {all} groups").format(n=number(shown), all=number(len(labels)))
    return [label for label in labels if label in largest], words


def _years(months: float) -> list[float]:
    step = next((step for step in (0.25, 0.5, 1, 2, 5) if months / 12 / step <= 7), 10)
    return [float(year) for year in np.arange(0, months / 12 + 1e-9, step)]


def _at_risk(ax: Axes, rows: pd.DataFrame, labels: list[str], ticks: list[float]) -> None:
    """The risk table: under each tick how many of each group are watched there."""
    text = {
        "xycoords": ("data", "axes fraction"),
        "textcoords": "offset points",
        "va": "center",
        "fontsize": 8.5,
    }
    ax.annotate(_("customers at risk"), (0, 0), (0, -46), ha="left", color=style.MUTED, **text)
    for place, (label, colour) in enumerate(zip(labels, style.PALETTE, strict=False)):
        part = rows[rows["label"] == label].sort_values("months")
        for year in ticks:
            here = part[part["months"] >= 12 * year - 0.5].head(1)
            inside = len(here) and here["months"].iloc[0] <= 12 * year + SETTLING
            words = number(here["customers"].iloc[0]) if inside else "–"
            align = "left" if year == 0 else "center"
            ax.annotate(words, (12 * year, 0), (0, -61 - 13 * place), ha=align, color=colour, **text)


def _lasting(rows: pd.DataFrame) -> str:
    """Who stays from where all curves have begun to where all can be read: the highest and the lowest."""
    if rows["survival"].min() == 1:
        return _("Nobody is recorded to have left: how long customers stay is unknown")
    spans = rows.groupby("label", sort=False)["months"].agg(["min", "max"])
    last = spans["max"].min()
    last = 12 * np.floor(last / 12) if last >= 12 else last
    spans = spans[spans["min"] <= last]
    first = np.ceil(spans["min"].max())
    ends = {at: _read(rows, at + 1e-6).reindex(spans.index) for at in (first, last)}
    # Of those still here where the last curve begins; what is unsure before it only widens the interval.
    stayed = ends[last].div(ends[first]["survival"], axis=0).sort_values("survival", kind="stable")
    worst, best = stayed.iloc[0], stayed.iloc[-1]
    if len(stayed) == 1:
        words = _("{best}: {high} stay {span}")
    elif best["low"] > worst["high"]:
        words = _("{best}: {high} stay {span}, {worst}: {low}")
    else:
        words = _("{best}: {high} stay {span}, {worst}: {low}; that they differ is not shown")
    return words.format(
        best=best.name, high=share(best["survival"], 0), worst=worst.name,
        low=share(worst["survival"], 0), span=_span(first, last),
    )  # fmt: skip


def _read(rows: pd.DataFrame, month: float) -> pd.DataFrame:
    """Each curve at a month: survival, low, high."""
    known = rows[rows["months"] <= month].sort_values("months", kind="stable")
    return known.groupby("label")[["survival", "low", "high"]].last()


def _span(first: float, last: float) -> str:
    years = last >= 24
    if first > 1:
        words = _("from month {first} to year {n}") if years else _("from month {first} to month {n}")
    else:
        words = _("for {n} years") if years else _("for {n} months")
    return words.format(first=number(first), n=number(last / 12 if years else last))


def hazard_ratios(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Ratios of the hazard with their intervals, on a scale where half and double are as far from 1.

    Parameters
    ----------
    table : DataFrame
        One row per driver: label, ratio, low, high; missing where the data do not tell.
    """
    rows = table.dropna(subset=["ratio"]).sort_values("ratio", ignore_index=True)
    if rows.empty:
        return style.nothing(_("Too few customers churned to tell what goes with it."), ax)
    sure = (rows["low"] > 1) | (rows["high"] < 1)
    ax = ratio_dots(rows, sure, ax=ax)
    style.title(ax, _strongest(rows, sure), detail)
    return ax


def _strongest(rows: pd.DataFrame, sure: pd.Series) -> str:
    if not sure.any():
        return _("Nothing that the data show goes with churning sooner or later beyond chance")
    row = rows.loc[np.log(rows["ratio"]).abs()[sure].idxmax()]
    words = _("{driver}: {ratio} times the rate of churn ({low} to {high}), all else equal")
    ends = {name: ratio_shown(row[name]) for name in ("ratio", "low", "high")}
    return words.format(driver=row["label"], **ends)
