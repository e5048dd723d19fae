"""Charts of what drives satisfaction: parts of the explained differences, asymmetric effects, gains in NPS."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import style, survey_rows
from analysis.language import _, number, percent

_ROW = 0.46  # inches


def importance(table: pd.DataFrame, target: str, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Each driver's part of what all explain together, by LMG with its interval and by Johnson's weights.

    Parameters
    ----------
    table : DataFrame
        One row per driver, most important first: label, lmg, lmg_low, lmg_high, johnson, rank_low, r2 (of all drivers
        together). Blank rows are left out.
    target : str
        What is explained, as people call it.
    """
    rows = table.dropna(subset=["lmg", "lmg_low", "lmg_high"]).reset_index(drop=True)
    if rows.empty:
        return style.nothing(_("Too few answered to say what drives {target}.").format(target=target), ax)
    ax = style.axes(ax, 2.1 + _ROW * len(rows))
    place = np.arange(len(rows))[::-1]
    ax.hlines(place, rows["lmg_low"], rows["lmg_high"], color=style.SKY, linewidth=6, alpha=0.75)
    ax.plot(
        rows["lmg"], place, "o", color=style.BLUE, markersize=7.5, label=_("LMG (Shapley), with 95% interval")
    )
    ax.plot(rows["johnson"], place, "D", color=style.ORANGE, markersize=6, markerfacecolor="white", markeredgewidth=1.6,
            label=_("Johnson's relative weight"))  # fmt: skip
    _ends(ax, rows["lmg_high"], place, [percent(v, 0) for v in rows["lmg"]])
    survey_rows.names(ax, rows["label"], place)
    ax.set_xlim(0, rows[["lmg_high", "johnson"]].max().max() * 1.15)
    style.shares(ax.xaxis)
    ax.set_xlabel(_("part of what the drivers explain together"))
    survey_rows.legend(ax)
    first = rows.iloc[0]
    alone = not (rows["rank_low"].iloc[1:] <= 1).any()
    words = (
        _("{name} counts most for {target}: {share} of the {r2} that the drivers explain")
        if alone
        else _(
            "{name} counts most for {target}, but not clearly: {share} of the {r2} that the drivers explain"
        )
    )
    explained = percent(first["r2"], 0 if first["r2"] >= 0.01 else 1)
    said = words.format(name=first["label"], target=target, share=percent(first["lmg"], 0), r2=explained)
    style.title(ax, said, detail)
    return ax


def _ends(ax: Axes, at: pd.Series, place: np.ndarray, words: list[str]) -> None:
    white = {"facecolor": "white", "edgecolor": "none", "pad": 1}
    for x, y, text in zip(at, place, words, strict=True):
        ax.annotate(text, (x, y), (7, 0), textcoords="offset points", va="center", fontsize=9.5, bbox=white)


def asymmetry(
    table: pd.DataFrame, kinds: dict[str, str], *, detail: str = "", ax: Axes | None = None
) -> Axes:
    """What a point less costs, to the left, and what a point more wins, to the right.

    Parameters
    ----------
    table : DataFrame
        One row per driver: label, penalty, penalty_low, penalty_high, reward, reward_low, reward_high (points of the
        target), kind. Blank rows are left out.
    kinds : dict
        What each kind is called.
    """
    rows = table.dropna(subset=["penalty", "reward"]).reset_index(drop=True)
    if rows.empty:
        return style.nothing(_("Too few stand on either side of the middle to see asymmetric effects."), ax)
    ax = style.axes(ax, 2.1 + 0.56 * len(rows))
    place = np.arange(len(rows))[::-1]
    for value, sign, colour, label in (
        ("penalty", -1, style.ORANGE, _("lost for a point less, below the median")),
        ("reward", 1, style.GREEN, _("won for a point more, above the median")),
    ):
        ax.barh(place, sign * rows[value], 0.5, color=colour, alpha=0.85, label=label)
        ax.hlines(
            place, sign * rows[f"{value}_low"], sign * rows[f"{value}_high"], color=style.INK, linewidth=1.4
        )
    ax.axvline(0, color=style.MUTED, linewidth=1.2)
    names = [f"{style.broken(row.label, 34)}\n{kinds[row.kind]}" for row in rows.itertuples()]
    ax.set_yticks(place, names, fontsize=9.5, color=style.INK)
    ax.set_ylim(-0.6, len(rows) - 0.4)
    ends = rows[["penalty_low", "penalty_high", "reward_low", "reward_high"]]
    widest = 1.1 * max(ends.abs().max(axis=None), 0.05)
    ax.set_xlim(-widest, widest)
    ax.xaxis.set_major_formatter(lambda tick, _place: number(abs(tick), 1))
    ax.grid(axis="x")
    ax.spines["left"].set_visible(False)
    ax.set_xlabel(_("points of satisfaction, with 95% interval"))
    survey_rows.legend(ax)
    style.title(ax, _bent(rows), detail)
    return ax


def _bent(rows: pd.DataFrame) -> str:
    basic, delight = (rows["label"][rows["kind"] == kind] for kind in ("basic", "delight"))
    if basic.empty and delight.empty:
        return _("For no driver do losses and gains differ beyond chance")
    words = _("Doing worse costs more than doing better wins: {basic}; the other way round: {delight}")
    if delight.empty:
        words = _("Doing worse costs more than doing better wins: {names}")
    if basic.empty:
        words = _("Doing better wins more than doing worse costs: {names}")
    basic, delight = survey_rows.few(basic), survey_rows.few(delight)
    return words.format(basic=basic, delight=delight, names=basic or delight)


def gains(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """NPS points for one point more in each construct.

    Parameters
    ----------
    table : DataFrame
        One row per construct, largest gain first: label, gain, low, high, measured, corrected (whether errors of
        measurement are taken out of the gain). Blank rows are left out.
    """
    rows = table.dropna(subset=["gain", "low", "high"]).reset_index(drop=True)
    if rows.empty:
        return style.nothing(_("Too few answered to say what a point more would do to the NPS."), ax)
    corrected = bool(rows["corrected"].iloc[0])
    gain = (
        _("errors of measurement taken out, with 95% interval")
        if corrected
        else _("as measured, with 95% interval")
    )
    ax = style.axes(ax, 2.1 + _ROW * len(rows))
    place = np.arange(len(rows))[::-1]
    ax.hlines(place, rows["low"], rows["high"], color=style.SKY, linewidth=6, alpha=0.75)
    ax.plot(rows["gain"], place, "o", color=style.BLUE, markersize=7.5, label=gain)
    if corrected:
        ax.plot(rows["measured"], place, "D", color=style.ORANGE, markersize=6, markerfacecolor="white", markeredgewidth=1.6,
                label=_("as measured"))  # fmt: skip
    survey_rows.names(ax, rows["label"], place)
    edges = rows[["low", "high", "measured"]]
    ax.set_xlim(min(edges.min().min() * 1.1, 0), max(edges.max().max(), 0.1) * 1.08)
    style.plain(ax.xaxis)
    ax.set_xlabel(_("NPS points for one point more, if the paths hold"))
    survey_rows.legend(ax)
    style.title(ax, _most_gained(rows), detail)
    return ax


def _most_gained(rows: pd.DataFrame) -> str:
    sure = rows[rows["low"] > 0]
    if sure.empty:
        return _("That a point more goes with more NPS points is not shown for any construct")
    first = sure.iloc[0]
    others = rows.drop(index=first.name)
    words = _("One point more in {name} goes with {gain} more NPS points, more than in any other")
    if (others["high"] > first["low"]).any():
        words = _(
            "One point more in {name} goes with {gain} more NPS points, not clearly more than in others"
        )
    if others.empty:
        words = _("One point more in {name} goes with {gain} more NPS points")
    return words.format(name=first["label"], gain=number(first["gain"], 1))
