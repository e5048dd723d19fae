"""What the charts of a survey share: named rows, and a legend below them."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import style


def names(ax: Axes, labels: pd.Series, place: np.ndarray) -> None:
    """Name the rows of a chart at their places, the first on top."""
    ax.set_yticks(place, [style.broken(label, 34) for label in labels], fontsize=10.5, color=style.INK)
    ax.set_ylim(-0.6, len(labels) - 0.4)
    ax.grid(axis="x")
    ax.spines["left"].set_visible(False)


def legend(ax: Axes, columns: int = 2) -> None:
    """Legend below the chart; the layout keeps room for it."""
    ax.figure.legend(*ax.get_legend_handles_labels(), loc="outside lower left", ncols=columns, fontsize=9.5)
