"""Charts of the comments of a survey: the score of those who speak of each theme, and what detractors speak of."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import style
from analysis.charts.dots import dots
from analysis.language import _, number, percent

_ROW, _MOST = 0.36, 15  # inches a row; rows


def score_by_theme(table: pd.DataFrame, overall: float, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Mean score of those whose comment is about each theme, with its interval.

    Parameters
    ----------
    table : DataFrame
        One row per theme, the lowest score first: label, mean, low, high. Blank rows are left out.
    overall : float
        Mean score of all who wrote.
    """
    rows = table.dropna(subset=["mean", "low", "high"]).head(_MOST).reset_index(drop=True)
    if rows.empty:
        return style.nothing(_("No theme has enough customers to be shown."), ax)
    line = (overall, _("all who wrote: {mean}").format(mean=number(overall, 1)))
    named = rows.assign(
        label=_broken(rows["label"]), low=rows["low"].clip(lower=0), high=rows["high"].clip(upper=10)
    )
    ax = dots(named, "mean", words=lambda value: number(value, 1), line=line, ax=ax)
    ax.set_xlim(0, 11)
    ax.set_xticks(range(0, 11, 2))
    style.plain(ax.xaxis)
    ax.set_xlabel(_("would recommend, 0 to 10, mean with 95% interval"))
    style.title(ax, _lower(rows, overall), detail)
    return ax


def _lower(rows: pd.DataFrame, overall: float) -> str:
    below = rows[rows["high"].round(1) < round(overall, 1)]
    if below.empty:
        words = _("No theme goes clearly with lower scores than the {all} that all who wrote give")
        return words.format(all=number(overall, 1))
    worst = below.iloc[0]
    words = _("Lower scores with {label}: {mean} where all who wrote give {all}")
    return words.format(label=worst["label"], mean=number(worst["mean"], 1), all=number(overall, 1))


def detractors_speak_of(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Share of detractors who speak of each theme less that of the others, with its interval.

    Parameters
    ----------
    table : DataFrame
        One row per theme: label, difference, difference_low, difference_high (shares), over ("detractors", "others", "").
        Blank rows are left out.
    """
    known = table.dropna(subset=["difference", "difference_low", "difference_high"])
    if known.empty:
        return style.nothing(_("No theme has enough customers to be shown."), ax)
    rows = known.sort_values("difference", ascending=False, kind="stable").head(_MOST)
    ax = style.axes(ax, 1.6 + _ROW * len(rows))
    place = np.arange(len(rows))[::-1]
    colour = np.where(
        rows["over"] == "detractors",
        style.ORANGE,
        np.where(rows["over"] == "others", style.GREEN, style.BLUE),
    )
    ax.hlines(place, rows["difference_low"], rows["difference_high"], color=colour, linewidth=5, alpha=0.45)
    ax.scatter(rows["difference"], place, color=colour, s=48, zorder=3)
    ax.axvline(0, color=style.MUTED, linewidth=1)
    ax.set_yticks(place, _broken(rows["label"]), fontsize=10, color=style.INK)
    ax.set_ylim(-0.6, len(rows) - 0.4)
    ax.xaxis.set_major_formatter(lambda value, _place: style.tick(100 * value))
    ax.grid(axis="x")
    ax.spines["left"].set_visible(False)
    ax.set_xlabel(_("share of detractors less share of others, percentage points, 95% interval"))
    clear = rows[rows["over"] == "detractors"]
    if clear.empty:
        said = _("No theme is more frequent among detractors than chance explains")
    else:
        first = clear.iloc[0]
        said = _("Detractors speak oftener of {label}: {points} points more than others").format(
            label=first["label"], points=number(100 * first["difference"], 1)
        )
    style.title(ax, said, detail)
    return ax


def tone_by_group(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """Tone of the comments of promoters, passives and detractors.

    Parameters
    ----------
    table : DataFrame
        One row per group: group, label, positive, neutral, negative (shares that add up to 1). Blank rows are left out.
    """
    rows = table.dropna(subset=["positive", "neutral", "negative"])
    if rows.empty:
        return style.nothing(_("No group has enough customers to be shown."), ax)
    ax = style.axes(ax, 1.7 + 0.5 * len(rows))
    place, left = np.arange(len(rows))[::-1], np.zeros(len(rows))
    tones = {
        "positive": (_("positive"), style.GREEN),
        "neutral": (_("neutral"), style.GHOST),
        "negative": (_("negative"), style.ORANGE),
    }
    for name, (words, colour) in tones.items():
        bars = ax.barh(place, rows[name], left=left, color=colour, height=0.62, label=words)
        shown = [percent(share, 0) if share >= 0.06 else "" for share in rows[name]]
        ax.bar_label(
            bars, shown, label_type="center", fontsize=9.5, color=style.INK if name == "neutral" else "white"
        )
        left = left + rows[name].to_numpy()
    ax.set_yticks(place, rows["label"], fontsize=10.5, color=style.INK)
    ax.set_xlim(0, 1)
    style.bare(ax, keep="y")
    ax.legend(loc="upper left", bbox_to_anchor=(0, 0), borderaxespad=0.3, fontsize=9.5, ncols=3)
    worst = rows.loc[rows["negative"].idxmax()]
    words = _("{label}: {share} of their comments sound negative")
    if rows["negative"].round(2).nunique() == 1 and len(rows) > 1:
        words = _("{share} of the comments sound negative in every group shown")
    style.title(ax, words.format(label=worst["label"], share=percent(worst["negative"], 0)), detail)
    return ax


def _broken(labels: pd.Series) -> list[str]:
    return [style.broken(label, 40) for label in labels]
