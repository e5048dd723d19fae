"""The Lorenz curve: how unevenly assets are spread."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import style
from analysis.language import _, number, share

_FEWEST = 11  # holders whose part may be seen
_EVEN = 0.1  # Gini coefficient up to which shares count as almost equal


def lorenz_curve(
    curve: pd.DataFrame, gini: tuple[float, float, float, int], *, detail: str = "", ax: Axes | None = None
) -> Axes:
    """Lorenz curve of assets against the line of equal shares.

    Parameters
    ----------
    curve : DataFrame
        Cumulative shares `holders` and `held`, ascending from (0, 0) to (1, 1).
    gini : tuple of float
        Gini coefficient, lower and upper bound, number of holders.
    """
    if curve.empty:
        return style.nothing(_("No assets are known: there is nothing to share out."), ax)
    holders = gini[3]
    if holders < 10 * _FEWEST:
        return style.nothing(_("Too few customers to show how unevenly assets are spread."), ax)
    # The richest few are one line, so that nobody's own part is seen.
    curve = curve[(curve["holders"] <= 1 - _FEWEST / holders) | (curve["holders"] == 1)]
    ax = style.axes(ax, 4.6, 5.6)
    ax.plot([0, 1], [0, 1], color=style.MUTED, linewidth=1, linestyle=(0, (4, 3)))
    ax.fill_between(
        curve["holders"], curve["held"], curve["holders"], color=style.SKY, alpha=0.22, linewidth=0
    )
    ax.plot(curve["holders"], curve["held"], color=style.BLUE, linewidth=2.2, clip_on=False)
    tenth = 1 - float(np.interp(0.9, curve["holders"], curve["held"]))
    ax.plot([0.9], [1 - tenth], "o", color=style.BLUE, markersize=6)
    ax.plot([0.9, 1.03, 1.03, 1], [1 - tenth, 1 - tenth, 1, 1], color=style.BLUE, linewidth=1, clip_on=False)
    ax.text(
        1.05,
        1 - tenth / 2,
        _("richest tenth\n{held}").format(held=share(tenth)),
        linespacing=1.35,
        va="center",
        fontsize=9.5,
    )
    ax.text(0.36, 0.40, _("equal shares"), rotation=45, rotation_mode="anchor", ha="left", color=style.MUTED)
    for axis, label in ((ax.xaxis, _("customers, poorest first")), (ax.yaxis, _("share of assets held"))):
        style.shares(axis)
        axis.set_label_text(label)
    ax.set(xlim=(0, 1), ylim=(0, 1), yticks=[0.2, 0.4, 0.6, 0.8, 1], aspect="equal")
    style.title(ax, _spread(tenth, gini[0]), _gini_words(gini) + (f" · {detail}" if detail else ""))
    return ax


def _spread(tenth: float, gini: float) -> str:
    said = _("The richest tenth of customers holds {held} of assets")
    if gini <= _EVEN:
        said = _("Assets are spread almost evenly: the richest tenth holds {held}")
    return said.format(held=share(tenth))


def _gini_words(gini: tuple[float, float, float]) -> str:
    value, low, high = (number(part, 2) for part in gini[:3])
    return _("Gini {value}, 95% interval {low}–{high}; equal shares: 0").format(
        value=value, low=low, high=high
    )
