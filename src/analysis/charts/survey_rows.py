"""What the charts of a survey share: named rows, a legend below them, and names in a title."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import style
from analysis.language import listed, ngettext, number

_NAMED = 3  # names that a title has room for


def names(ax: Axes, labels: pd.Series, place: np.ndarray) -> None:
    """Name the rows of a chart at their places, the first on top."""
    ax.set_yticks(place, [style.broken(label, 34) for label in labels], fontsize=10.5, color=style.INK)
    ax.set_ylim(-0.6, len(labels) - 0.4)
    ax.grid(axis="x")
    ax.spines["left"].set_visible(False)


def legend(ax: Axes, columns: int = 2) -> None:
    """Legend below the chart; the layout keeps room for it."""
    ax.figure.legend(*ax.get_legend_handles_labels(), loc="outside lower left", ncols=columns, fontsize=9.5)


def few(labels: pd.Series) -> str:
    """The first names of many, and how many others there are."""
    rest = len(labels) - _NAMED
    if rest <= 0:
        return listed(labels)
    words = ngettext("{names} and {n} other", "{names} and {n} others", rest)
    return words.format(names=listed(labels[:_NAMED]), n=number(rest))
