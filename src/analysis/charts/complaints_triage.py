"""Charts of triage: how sure is sure enough, label by label against baselines, do the probabilities come true."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from analysis.charts import style
from analysis.language import _, listed, number, percent, share

_MOST = 14  # labels in a chart


def coverage(
    curve: pd.DataFrame, target: float, kept: dict, *, detail: str = "", ax: Axes | None = None
) -> Axes:
    """Accuracy of the surest labels by how many of them nobody looks at.

    Parameters
    ----------
    curve : DataFrame
        One row per point: coverage, accuracy, low, high, as `statistics.text.certainty.coverage_curve` gives it.
    target : float
        Accuracy wanted.
    kept : dict
        The rule on later texts, as `statistics.text.certainty.Rule.kept` gives it.
    """
    if curve.empty:
        return style.nothing(_("Too few later texts to say how sure is sure enough."), ax)
    ax = style.axes(ax, 3.6)
    ax.fill_between(curve["coverage"], curve["low"], curve["high"], color=style.SKY, alpha=0.35, linewidth=0)
    line = ax.plot(curve["coverage"], curve["accuracy"], color=style.BLUE, linewidth=2.2)[0]
    wanted = ax.axhline(target, color=style.MUTED, linewidth=1, linestyle=(0, (4, 3)))
    handles, labels = [line, wanted], [_("right, with 95% interval"), _("wanted")]
    if kept["alone"]:
        alone = 1 - kept["to_person"]
        ax.vlines(alone, kept["accuracy_low"], kept["accuracy_high"], color=style.ORANGE, linewidth=1.8)
        handles.append(ax.plot(alone, kept["accuracy"], "o", color=style.ORANGE, markersize=8)[0])
        labels.append(_("the rule"))
    ax.set_xlim(0, 1.02)
    ax.set_ylim(max(min(curve["low"].min(), target) - 0.05, 0), 1.01)
    style.shares(ax.xaxis)
    style.shares(ax.yaxis)
    ax.tick_params(axis="x", pad=6)
    ax.set_xlabel(_("share of later feedback labelled without a person, the surest first"))
    ax.set_ylabel(_("share right"))
    ax.grid(axis="y")
    ax.legend(handles=handles, labels=labels, loc="lower left")
    style.title(ax, _ruled(kept, target), detail)
    return ax


def _ruled(kept: dict, target: float) -> str:
    if not kept["alone"]:
        return _("Every text goes to a person: no label is sure enough for {target}").format(
            target=percent(target, 0)
        )
    words = _(
        "The rule does not hold: of the {alone} that go without a person {accuracy} are right ({low} to {high}), less than"
        " the {target} wanted"
    )
    if kept["kept"]:
        words = _(
            "{alone} need no person: {accuracy} of their labels are right ({low} to {high}), not told apart from the"
            " {target} wanted"
        )
    if kept["accuracy_low"] > target:
        words = _(
            "{alone} need no person: {accuracy} of their labels are right ({low} to {high}), more than the {target} wanted"
        )
    values = {"accuracy": "accuracy", "low": "accuracy_low", "high": "accuracy_high"}
    return words.format(
        alone=share(1 - kept["to_person"]),
        target=percent(target, 0),
        **{name: share(kept[key]) for name, key in values.items()},
    )


def by_label(table: pd.DataFrame, *, detail: str = "", ax: Axes | None = None) -> Axes:
    """F1 of each label with its interval, beside keywords and the plain logistic regression.

    Parameters
    ----------
    table : DataFrame
        One row per label, the most frequent first: label, n, f1, low, high, keywords, tfidf; blank where suppressed.
    """
    rows = table[(table["n"] > 0) & table["f1"].notna()].head(_MOST).iloc[::-1].reset_index(drop=True)
    if rows.empty:
        return style.nothing(_("Too few later texts of any label."), ax)
    ax = style.axes(ax, 1.7 + 0.36 * len(rows))
    place = np.arange(len(rows))
    ax.hlines(place, rows["low"], rows["high"], color=style.SKY, linewidth=5, alpha=0.75)
    marks = [
        ("keywords", "|", style.MUTED, _("keywords")),
        ("tfidf", "D", style.ORANGE, _("TF-IDF + logistic regression")),
    ]
    handles = [ax.plot(rows["f1"], place, "o", color=style.BLUE, markersize=8)[0]]
    labels = [_("the model, with 95% interval")]
    for column, mark, colour, words in marks:
        size = {"|": 13, "D": 4.5}[mark]
        handles.append(
            ax.plot(rows[column], place, mark, color=colour, markersize=size, markeredgewidth=1.8)[0]
        )
        labels.append(words)
    names = [f"{style.broken(str(r.label), 34)} ({number(r.n)})" for r in rows.itertuples()]
    ax.set_yticks(place, names, fontsize=10, color=style.INK)
    ax.set_xlim(-0.02, 1.03)
    ax.set_ylim(-0.7, len(rows) - 0.3)
    ax.xaxis.set_major_formatter(lambda value, _place: number(value, 1))
    ax.set_xlabel(_("F1 on later feedback: 1 is every text right; in brackets: texts"))
    ax.grid(axis="x")
    ax.spines["left"].set_visible(False)
    ax.legend(
        handles=handles,
        labels=labels,
        loc="upper center",
        bbox_to_anchor=(0.4, -0.55 / (0.36 * len(rows))),
        ncols=3,
    )
    style.title(ax, _ahead(rows), detail)
    return ax


def _ahead(rows: pd.DataFrame) -> str:
    better, worse = ((rows["low"] > rows["keywords"]).sum(), (rows["high"] < rows["keywords"]).sum())
    parts = [
        _("The model's interval lies above keywords in {better} of {all} labels and below in {worse}").format(
            better=number(better), worse=number(worse), all=number(len(rows))
        )
    ]
    if never := rows.loc[rows["f1"] == 0, "label"].tolist()[::-1]:
        parts.append(_("never right: {names}").format(names=listed(never)))
    return _("; ").join(parts)


def reliability(
    curve: pd.DataFrame, ece: float, by_chance: float, *, detail: str = "", ax: Axes | None = None
) -> Axes:
    """How often labels are right by how sure the model says they are.

    Parameters
    ----------
    curve : DataFrame
        One row per tenth of the probability: expected, observed, low, high; blank where suppressed.
    ece, by_chance : float
        Expected calibration error, and what chance alone exceeds once in twenty times.
    """
    rows = curve.dropna(subset=["observed"])
    if rows.empty:
        return style.nothing(_("Too few later texts to hold the probabilities against what came."), ax)
    ax = style.axes(ax, 3.8)
    ideal = ax.plot([0, 1], [0, 1], color=style.MUTED, linewidth=1, linestyle=(0, (4, 3)))[0]
    ax.vlines(rows["expected"], rows["low"], rows["high"], color=style.SKY, linewidth=4, alpha=0.75)
    dots = ax.plot(rows["expected"], rows["observed"], "o", color=style.BLUE, markersize=7)[0]
    ax.set_xlim(0, 1.02)
    ax.set_ylim(0, 1.04)
    style.shares(ax.xaxis)
    style.shares(ax.yaxis)
    ax.tick_params(axis="x", pad=6)
    ax.set_xlabel(_("probability of the label told"))
    ax.set_ylabel(_("share right"))
    ax.grid(axis="y")
    ax.legend(
        handles=[dots, ideal],
        labels=[_("a tenth of the texts, with 95% interval"), _("as said")],
        loc="upper left",
    )
    said = _(
        "The probabilities are {off} points off on later feedback, more than chance makes (up to {chance})"
    )
    if ece <= by_chance:
        said = _(
            "The probabilities are {off} points off on later feedback, no more than chance makes (up to {chance})"
        )
    style.title(ax, said.format(off=number(100 * ece, 1), chance=number(100 * by_chance, 1)), detail)
    return ax
