"""Ratios with their intervals, a row each, on a scale where half and double are as far from 1."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullLocator

from analysis.charts import style
from analysis.language import number

FARTHEST = 50  # a ratio near 0 or very large would press all others together
TICKS = (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50)
COARSE, MOST = (0.02, 0.1, 0.5, 1, 2, 10, 50), 8


def ratio_dots(rows: pd.DataFrame, sure: pd.Series, *, ax: Axes | None = None) -> Axes:
    """Draw each row's ratio, the first row at the bottom; the caller sets the title.

    Parameters
    ----------
    rows : DataFrame
        One row per driver: label, ratio, low, high; above 0.
    sure : Series of bool
        Whether the ratio is told apart from 1; others are drawn pale.
    """
    ax = style.axes(ax, 1.4 + 0.36 * len(rows))
    place = np.arange(len(rows))
    low, high = (rows[end].clip(1 / FARTHEST, FARTHEST) for end in ("low", "high"))
    ax.hlines(place, low, high, color=style.SKY, linewidth=5, alpha=0.75)
    ax.scatter(
        rows["ratio"].clip(1 / FARTHEST, FARTHEST),
        place,
        s=48,
        color=np.where(sure, style.BLUE, style.GHOST),
        zorder=3,
    )
    ax.axvline(1, color=style.MUTED, linewidth=1)
    for y, ratio, end in zip(place, rows["ratio"], high, strict=True):
        ax.annotate(
            ratio_shown(ratio), (end, y), (7, 0), textcoords="offset points", va="center", fontsize=9.5,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1},
        )  # fmt: skip
    ax.set_xscale("log")
    ax.set_xlim(min(low.min(), 0.5) / 1.15, max(high.max(), 2.0) * 1.6)
    ax.set_xticks([tick for tick in TICKS if low.min() / 1.3 <= tick <= high.max() * 1.3])
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(
        FuncFormatter(lambda tick, _place: f"× {number(tick, 0 if tick >= 1 else 2)}")
    )
    ax.set_yticks(place, rows["label"], fontsize=10.5, color=style.INK)
    ax.set_ylim(-0.6, len(rows) - 0.4)
    if len(ax.get_xticks()) > MOST:
        # Those in between would run into each other.
        ax.set_xticks([tick for tick in ax.get_xticks() if tick in COARSE])
    ax.grid(axis="x")
    ax.spines["left"].set_visible(False)
    return ax


def ratio_shown(value: float) -> str:
    """A ratio in words; what would read 0 is less than a hundredth."""
    return number(value, 2) if value >= 0.01 else f"<{number(0.01, 2)}"
