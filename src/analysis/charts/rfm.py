"""The RFM segments, each where it lies in the grid of scores."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from analysis.charts import style
from analysis.charts.claims import leaders, named
from analysis.language import _, share


def rfm_map(
    segments: pd.DataFrame, regions: pd.DataFrame, *, detail: str = "", ax: Axes | None = None
) -> Axes:
    """The grid of recency and frequency scores, each segment where it lies, the darker the more customers.

    Parameters
    ----------
    segments : DataFrame
        One row per segment: rfm_segment, customers, customers_share, assets_share; missing where suppressed,
        and `suppressed` with the reason.
    regions : DataFrame
        One row per segment of the grid: rfm_segment, label, r_low, r_high, f_low, f_high.
    """
    if segments["customers_share"].isna().all():
        return style.nothing(_("Too few customers for a grid of scores."), ax)
    ax = style.axes(ax, 4.6)
    table = regions.merge(segments.drop(columns="label", errors="ignore"), on="rfm_segment", how="left")
    most = table["customers_share"].max()
    for row in table.itertuples():
        depth = 0.0 if pd.isna(row.customers_share) else row.customers_share / most
        _region(ax, row, depth)
    ax.set(xlim=(0.5, 5.5), ylim=(0.5, 5.5), xticks=range(1, 6), yticks=range(1, 6))
    ax.set(xlabel=_("frequency: 5 books most often"), ylabel=_("recency: 5 booked most recently"))
    for spine in ax.spines.values():
        spine.set_visible(False)
    style.title(ax, _largest(table), detail)
    return ax


def _region(ax: Axes, row, depth: float) -> None:
    size = (row.f_high - row.f_low + 1, row.r_high - row.r_low + 1)
    corner = (row.f_low - 0.5, row.r_low - 0.5)
    ax.add_patch(
        Rectangle(corner, *size, facecolor=style.SEQUENTIAL(0.9 * depth), edgecolor="white", linewidth=3)
    )
    colour = "white" if depth > 0.5 else style.INK
    place = (corner[0] + size[0] / 2, corner[1] + size[1] / 2)
    lines = [_held(row)]
    if pd.notna(row.customers_share) and pd.notna(row.assets_share):
        lines.append(_("{share} of assets").format(share=share(row.assets_share)))
    ax.annotate(
        row.label,
        place,
        (0, 5),
        textcoords="offset points",
        ha="center",
        va="bottom",
        color=colour,
        weight="bold",
    )
    ax.annotate(
        "\n".join(lines),
        place,
        (0, 3),
        linespacing=1.35,
        textcoords="offset points",
        ha="center",
        va="top",
        color=colour,
        fontsize=8.5,
    )


def _held(row) -> str:
    if pd.notna(row.customers_share):
        return _("{share} of customers").format(share=share(row.customers_share))
    reason = getattr(row, "suppressed", None)
    if not isinstance(reason, str):
        return _("nobody")
    return _("withheld") if reason == "withheld" else _("{few} customers").format(few=reason)


def _largest(table: pd.DataFrame) -> str:
    labels = leaders(table, "customers_share")
    said = _("{label} is the largest segment, with {share} of customers")
    if len(labels) > 1:
        said = _("{label} are the largest segments, each with {share} of customers")
    return said.format(label=named(labels), share=share(table["customers_share"].max()))
