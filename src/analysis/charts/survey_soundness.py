"""Charts of the soundness of a survey: reliability and number of factors."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import style, survey_rows
from analysis.language import _, ngettext, number

_ROW = 0.42  # inches
_FACTORS = 10  # shown at least


def reliability(
    table: pd.DataFrame, *, needed: float = 0.7, detail: str = "", ax: Axes | None = None
) -> Axes:
    """Omega of each construct with its interval, alpha beside it.

    Parameters
    ----------
    table : DataFrame
        One row per construct: label, omega, omega_low, omega_high, alpha. Blank rows are left out.
    needed : float
        Reliability from which on differences between groups can be read.
    """
    rows = table.dropna(subset=["omega", "omega_low", "omega_high"]).reset_index(drop=True)
    if rows.empty:
        return style.nothing(_("No construct has two or more items: its reliability cannot be known."), ax)
    ax = style.axes(ax, 2.0 + _ROW * len(rows))
    place = np.arange(len(rows))[::-1]
    ax.hlines(place, rows["omega_low"], rows["omega_high"], color=style.SKY, linewidth=6, alpha=0.75)
    ax.plot(rows["omega"], place, "o", color=style.BLUE, markersize=7.5, label=_("omega, with 95% interval"))
    ax.plot(rows["alpha"], place, "D", color=style.ORANGE, markersize=6, markerfacecolor="white", markeredgewidth=1.6,
            label=_("Cronbach's alpha"))  # fmt: skip
    ax.axvline(needed, color=style.MUTED, linewidth=1.2, linestyle=(0, (4, 3)), zorder=0,
               label=_("needed: {value}").format(value=number(needed, 1)))  # fmt: skip
    survey_rows.names(ax, rows["label"], place)
    low = min(rows["omega_low"].min(), rows["alpha"].min(), needed)
    ax.set_xlim(max(low - 0.05, 0) if low > 0 else low - 0.05, 1.0)
    ax.xaxis.set_major_formatter(lambda tick, _place: number(tick, 2))
    ax.set_xlabel(_("reliability of the sum of the items, 1 is without error"))
    survey_rows.legend(ax, 3)
    weak = rows[rows["omega_low"] < needed]["label"]
    message = ngettext(
        "The {n} construct shown is measured reliably",
        "All {n} constructs shown are measured reliably",
        len(rows),
    ).format(n=number(len(rows)))
    if len(weak):
        message = _("Not shown to be measured reliably: {names}").format(names=survey_rows.few(weak))
    style.title(ax, message, detail)
    return ax


def factors(eigenvalues: pd.DataFrame, constructs: int, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Eigenvalues of the items against those of uncorrelated ones.

    Parameters
    ----------
    eigenvalues : DataFrame
        One row per factor, largest first: factor, eigenvalue, noise, kept.
    constructs : int
        Constructs of several items, which the items were written for.
    """
    found = int(eigenvalues["kept"].sum())
    rows = eigenvalues.head(max(_FACTORS, constructs + 2, found + 2))
    if rows.empty:
        return style.nothing(_("Too few items to look for factors."), ax)
    ax = style.axes(ax, 4.0)
    ax.plot(
        rows["factor"],
        rows["eigenvalue"],
        "o-",
        color=style.BLUE,
        markersize=6,
        linewidth=1.6,
        label=_("these answers"),
    )
    ax.plot(rows["factor"], rows["noise"], "--", color=style.MUTED, linewidth=1.4,
            label=_("chance alone, 95% quantile"))  # fmt: skip
    ax.set_xticks(rows["factor"], [number(k) for k in rows["factor"]])
    ax.set_xlabel(_("factor, the largest first"))
    ax.set_ylabel(_("eigenvalue, in items' worth of variance"))
    ax.set_ylim(0, None)
    ax.grid(axis="y")
    survey_rows.legend(ax)
    if found == constructs:
        words = _("As many factors stand out from chance as there are constructs: {found}")
    elif found < constructs:
        words = _(
            "Fewer factors stand out from chance than there are constructs: {found} against {constructs}"
        )
    else:
        words = _(
            "More factors stand out from chance than there are constructs: {found} against {constructs}"
        )
    style.title(ax, words.format(found=number(found), constructs=number(constructs)), detail)
    return ax
