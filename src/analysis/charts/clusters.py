"""Charts of clusters: what tells each from all customers, and whether it would be found again."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from analysis.charts import style
from analysis.charts.dots import dots
from analysis.language import _, number, share

_DIVERGING = LinearSegmentedColormap.from_list("apart", [style.ORANGE, "#fbf3ea", "#f3f7fa", style.BLUE])
_FULL = 1.5  # standard deviations at which the colour is full
_STABLE = 0.75


def profile_map(
    table: pd.DataFrame, clusters: pd.DataFrame, *, detail: str = "", ax: Axes | None = None
) -> Axes:
    """How far each cluster lies from all customers in each feature.

    Parameters
    ----------
    table : DataFrame
        One row per cluster and feature: label, feature_label, effect (standard deviations from all).
    clusters : DataFrame
        One row per cluster: label, share (of customers; missing where suppressed).
    """
    if table.empty:
        return style.nothing(_("There are no groups to show."), ax)
    labels, features = clusters["label"].tolist(), table["feature_label"].unique().tolist()
    grid = table.pivot(index="feature_label", columns="label", values="effect").loc[features, labels]
    ax = style.axes(ax, 2.4 + 0.42 * len(features))
    ax.pcolormesh(grid.to_numpy(), cmap=_DIVERGING, vmin=-_FULL, vmax=_FULL, edgecolor="white", linewidth=2)
    for (row, column), effect in np.ndenumerate(grid.to_numpy()):
        colour = "white" if abs(effect) > 0.8 * _FULL else style.INK
        sign = "" if abs(effect) < 0.05 else "+" if effect > 0 else "−"
        said = sign + number(abs(effect), 1)
        ax.text(column + 0.5, row + 0.5, said, ha="center", va="center", color=colour)
    ax.set_xticks(np.arange(len(labels)) + 0.5, [_column(row) for row in clusters.itertuples()], fontsize=8.5)
    ax.set_yticks(np.arange(len(features)) + 0.5, [style.broken(name, 24) for name in features], fontsize=9)
    ax.invert_yaxis()
    style.bare(ax)
    ax.tick_params(labelbottom=True, labelleft=True, labelcolor=style.INK)
    key = _("in standard deviations from the mean of all customers; share of customers below each group")
    detail = " · ".join(part for part in (detail, key) if part)
    style.title(ax, _furthest(table), detail)
    return ax


def _furthest(table: pd.DataFrame) -> str:
    # Of groups that read as equally far, none is the furthest.
    far = table["effect"].abs().round(1)
    labels = table.loc[far == far.max(), "label"].unique().tolist()
    said = _("Furthest from the mean of all customers, by {effect} standard deviations: {group}")
    return said.format(effect=number(far.max(), 1), group=_("; ").join(labels))


def _column(row) -> str:
    told = share(row.share) if pd.notna(row.share) else _("withheld")
    return style.broken(row.label, 14) + "\n" + told


def stability(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Similarity of each cluster with its counterpart in resampled customers.

    Parameters
    ----------
    table : DataFrame
        One row per cluster: label, jaccard, low, high; missing where it was not computed.
    """
    rows = table.dropna(subset=["jaccard"])
    if rows.empty:
        return style.nothing(_("There are no groups whose stability could be shown."), ax)
    line = (_STABLE, _("stable from {bound}").format(bound=number(_STABLE, 2)))
    ax = dots(rows, "jaccard", words=lambda value: number(value, 2), line=line, ax=ax)
    style.title(ax, _found_again(rows), detail)
    return ax


def _found_again(rows: pd.DataFrame) -> str:
    facts = {
        "all": number(len(rows)),
        "firm": number((rows["jaccard"] >= _STABLE).sum()),
        "sure": number((rows["low"] >= _STABLE).sum()),
    }
    if facts["firm"] == number(0):
        said = _("None of {all} groups is found again on average in resampled customers")
    elif facts["firm"] == facts["sure"]:
        said = _("{firm} of {all} groups are found again in nearly every resampling of the customers")
    else:
        said = _("{firm} of {all} groups are found again on average, {sure} in nearly every resampling")
    return said.format(**facts)
