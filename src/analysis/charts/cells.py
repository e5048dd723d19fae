"""A rate with its interval as a field of a matrix, the darker the higher."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from analysis.charts import style
from analysis.language import number, share


def rate_cell(ax: Axes, cell, place: tuple[int, int]) -> None:
    """Draw the field at `place` (column, row) of a matrix; `cell` holds rate, low and high."""
    x, y = place
    face = style.SEQUENTIAL(0.85 * np.sqrt(cell["rate"]))
    ax.add_patch(Rectangle((x - 0.48, y - 0.46), 0.96, 0.92, facecolor=face, edgecolor="white"))
    text = {"ha": "center", "color": "white" if cell["rate"] > 0.35 else style.INK}
    ax.text(x, y + 0.02, share(cell["rate"]), va="bottom", weight="bold", **text)
    interval = f"{number(100 * cell['low'], 1)}–{number(100 * cell['high'], 1)}"
    ax.text(x, y - 0.02, interval, va="top", fontsize=8, **text)
