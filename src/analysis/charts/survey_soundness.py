"""Charts of the soundness of a survey: reliability, number of factors, differences between ways of asking."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import style, survey_rows
from analysis.language import _, listed, number

_ROW = 0.42  # inches


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
    message = (
        _("Every construct is measured reliably")
        if weak.empty
        else _("Not measured reliably: {names}").format(names=listed(weak))
    )
    style.title(ax, message, detail)
    return ax


def factors(
    eigenvalues: pd.DataFrame, constructs: int, *, most: int = 10, detail: str = "", ax: Axes | None = None
) -> Axes:
    """Eigenvalues of the items against those of uncorrelated ones.

    Parameters
    ----------
    eigenvalues : DataFrame
        One row per factor, largest first: factor, eigenvalue, noise, kept.
    constructs : int
        Constructs that the items were written for.
    most : int
        Factors shown.
    """
    rows = eigenvalues.head(max(most, constructs + 2))
    if rows.empty:
        return style.nothing(_("Too few items to look for factors."), ax)
    ax = style.axes(ax, 3.4)
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
    ax.legend(loc="upper right")
    found = int(eigenvalues["kept"].sum())
    words = (
        _("{found} factors are more than chance, where the questionnaire has {constructs} constructs")
        if found < constructs
        else _(
            "{found} factors are more than chance, no fewer than the questionnaire's {constructs} constructs"
        )
    )
    style.title(ax, words.format(found=number(found), constructs=number(constructs)), detail)
    return ax


def modes(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Adjusted difference of each construct between ways of asking.

    Parameters
    ----------
    table : DataFrame
        One row per construct and mode: label, mode, reference, difference, low, high (points), p_adjusted. Blank rows
        are left out.
    """
    rows = table.dropna(subset=["difference", "low", "high"]).reset_index(drop=True)
    if rows.empty:
        return style.nothing(_("No two ways of asking can be compared."), ax)
    ax = style.axes(ax, 1.5 + _ROW * len(rows))
    place = np.arange(len(rows))[::-1]
    sure = rows["p_adjusted"] < 0.05
    ax.axvline(0, color=style.MUTED, linewidth=1.2, zorder=0)
    for k, colour in ((sure, style.BLUE), (~sure, style.GHOST)):
        ax.hlines(place[k], rows["low"][k], rows["high"][k], color=colour, linewidth=5, alpha=0.6)
        ax.plot(rows["difference"][k], place[k], "o", color=colour, markersize=7)
    single = rows["mode"].nunique() == 1
    names = rows["label"] if single else rows["label"] + " · " + rows["mode"]
    survey_rows.names(ax, names, place)
    ax.xaxis.set_major_formatter(lambda tick, _place: number(tick, 1))
    compared = listed(dict.fromkeys(rows["mode"]))
    ax.set_xlabel(_("points more by {modes} than by {reference}, at the same age and assets").format(
        reference=rows["reference"].iloc[0], modes=compared
    ))  # fmt: skip
    message = (
        _("{count} of {n} differences between ways of asking are more than chance").format(
            count=number(int(sure.sum())), n=number(len(rows))
        )
        if sure.any()
        else _("How customers were asked does not show in their answers")
    )
    style.title(ax, message, detail)
    return ax
