"""The door for a survey of your own: answers and questionnaire in, checked; the same scores, trend and league tables out."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.language import _, listed, number
from analysis.statistics.weighted import Weighting
from analysis.topics.plain_table import require
from analysis.topics.survey import league as lg
from analysis.topics.survey import scores as sc
from analysis.topics.survey.sample import Sample, satisfaction
from analysis.topics.survey.weighting import CAP, Raked, raked

NEEDED = {
    "item": "code",
    "construct": "what it depends on",
    "scale_min": "lowest score",
    "scale_max": "highest score",
}


@dataclass(frozen=True)
class Own:
    """A survey of your own, analysed.

    Attributes
    ----------
    sample : Sample
        The answers that can be used.
    weighting : Weighting
    raked : Raked or None
        How the weights came about, if a base was given.
    waves, items, trend : DataFrame
        As `scores.by_wave`, `by_item` (of the last wave) and `trend` give them.
    leagues : dict of str to League
        Of each group that has at least two values.
    notes : list of str
        What could not be used or told, in words.
    """

    sample: Sample
    weighting: Weighting
    raked: Raked | None
    waves: pd.DataFrame
    items: pd.DataFrame
    trend: pd.DataFrame
    leagues: dict[str, lg.League]
    notes: list[str]


def survey(
    scores: pd.DataFrame,
    items: pd.DataFrame,
    *,
    wave=None,
    customer=None,
    groups: pd.DataFrame | None = None,
    weights=None,
    base: Mapping[str, pd.Series] | None = None,
    seed: int = 0,
) -> Own:
    """Analyse a survey of your own.

    Parameters
    ----------
    scores : DataFrame
        One row per response, a column per item; blank where not answered.
    items : DataFrame
        One row per item: item, construct, scale_min, scale_max (and question).
    wave, customer : array-like, optional
        Round of the survey, and who answered, of each response; one wave, and everybody once, if not given.
    groups : DataFrame, optional
        One row per response: branch, age band or the like, to compare and to weight by.
    weights : array-like, optional
        One per response, above 0.
    base : mapping of str to Series, optional
        Of columns of `groups`, the number of customers in each category: each wave is raked to them.
    seed : int
        Of the draws of ranks.

    Raises
    ------
    ValueError
        If the tables cannot be used: what came, what was expected and what to do is said.
    """
    answers, known, notes = _answers(scores, items)
    kept = answers.notna().any(axis=1).to_numpy()
    if not kept.any():
        raise ValueError(
            "no item has an answer; expected one row per response and scores in columns named as the items"
        )
    given = _weights(weights, len(scores))
    rows = _rows(len(scores), wave, customer, groups)[kept].reset_index(drop=True)
    if left := int((~kept).sum()):
        notes.append(_("{n} responses without any answer were left out.").format(n=number(left)))
    answers = answers[kept].reset_index(drop=True)
    rows = rows.assign(unit=pd.factorize(rows["customer_id"])[0]).sort_values("wave", kind="stable")
    answers = answers.loc[rows.index].reset_index(drop=True)
    whole = Sample(rows.reset_index(drop=True), answers, satisfaction(answers, known), known)
    weighting = Weighting(given[kept][rows.index], whole.invited["unit"].to_numpy(), whole.units)
    found = _raked(whole, weighting, base, notes) if base else None
    weighting = found.weighting if found else weighting
    return _analysed(whole, weighting, found, [] if groups is None else list(groups), notes, seed)


def _answers(scores: pd.DataFrame, items: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    """Answers to items that have any, as numbers within their scales; and what is to be said of them."""
    require(items, NEEDED, "items")
    if (twice := items["item"][items["item"].duplicated()]).size:
        raise ValueError(f"item {twice.iloc[0]!r} is in the questionnaire twice; keep one row per item")
    if not len(scores):
        raise ValueError("the table of scores has no row; expected one row per response")
    known = items[items["item"].isin(scores.columns)].reset_index(drop=True)
    if known.empty:
        raise ValueError(
            f"no column of the scores is an item: columns {', '.join(map(str, scores.columns))}, items"
            f" {', '.join(map(str, items['item']))}; name the columns as the items"
        )
    notes = []
    if strange := [str(name) for name in scores if name not in set(items["item"])]:
        notes.append(
            _("Columns that the questionnaire does not know were left out: {names}.").format(
                names=listed(strange)
            )
        )
    answers = pd.DataFrame({row.item: _numbers(scores[row.item], row) for row in known.itertuples()})
    if blank := [str(name) for name in answers if answers[name].isna().all()]:
        notes.append(_("Nobody answered {items}; left out.").format(items=listed(blank)))
    if alike := [str(name) for name in answers if answers[name].count() > 1 and answers[name].nunique() == 1]:
        notes.append(
            _("Everybody gave the same answer to {items}: it tells nothing apart.").format(
                items=listed(alike)
            )
        )
    known = known[~known["item"].isin(blank)].reset_index(drop=True)
    return answers[list(known["item"])], known, notes


def _numbers(column: pd.Series, item) -> pd.Series:
    """Scores of an item as floats."""
    values = pd.to_numeric(column, errors="coerce").astype(float)
    if (text := column[values.isna() & column.notna()]).size:
        raise ValueError(
            f"item {item.item}: {text.size} answers are no numbers, such as {text.iloc[0]!r}; expected scores from"
            f" {item.scale_min:g} to {item.scale_max:g}, blank where not answered"
        )
    if not item.scale_min < item.scale_max:
        raise ValueError(
            f"item {item.item}: its scale goes from {item.scale_min} to {item.scale_max}; expected the lowest first"
        )
    if (beyond := values[(values < item.scale_min) | (values > item.scale_max)]).size:
        raise ValueError(
            f"item {item.item}: {beyond.size} answers are beyond its scale from {item.scale_min:g} to {item.scale_max:g},"
            f" such as {beyond.iloc[0]:g}; make codes for 'no answer' blank, or correct the scale"
        )
    return values


def _weights(weights, n: int) -> np.ndarray:
    if weights is None:
        return np.ones(n)
    given = np.asarray(weights, dtype=float)
    if len(given) != n:
        raise ValueError(f"{len(given)} weights for {n} responses; expected one each")
    if (bad := np.flatnonzero(~(np.isfinite(given) & (given > 0)))).size:
        raise ValueError(
            f"{bad.size} weights are not above 0, such as {given[bad[0]]:g} in row {bad[0]}; leave out responses"
            " that are not to count"
        )
    return given


def _rows(n: int, wave, customer, groups: pd.DataFrame | None) -> pd.DataFrame:
    """One row per response: wave, customer_id, the groups in words, answered."""
    columns = {
        "wave": "1" if wave is None else pd.Series(np.asarray(wave)).astype(object),
        "customer_id": np.arange(n) if customer is None else np.asarray(customer),
    }
    for name, values in columns.items():
        if not np.isscalar(values) and len(values) != n:
            raise ValueError(f"{len(values)} values of {name} for {n} responses; expected one each")
    if groups is not None and len(groups) != n:
        raise ValueError(f"{len(groups)} rows of groups for {n} responses; expected one each")
    rows = pd.DataFrame(columns, index=np.arange(n)).assign(answered=True)
    if rows["wave"].isna().any():
        raise ValueError(
            f"the wave of {int(rows['wave'].isna().sum())} responses is missing; expected one each"
        )
    for name in [] if groups is None else groups:
        column = groups[name].reset_index(drop=True)
        ordered = isinstance(column.dtype, pd.CategoricalDtype)
        rows[name] = (
            column if ordered and column.notna().all() else column.astype(object).fillna(_("unknown"))
        )
    return rows


def _raked(sample: Sample, weighting: Weighting, base: Mapping[str, pd.Series], notes: list[str]) -> Raked:
    if absent := [name for name in base if name not in sample.invited]:
        raise ValueError(
            f"the base counts {absent[0]}, which is no column of groups; give the group of each response"
        )
    found = raked(sample, {name: base for name in sample.waves}, tuple(base), start=weighting, cap=CAP)
    for row in found.joined.itertuples():
        words = _(
            "Wave {wave}: {n} respondents have {margin} = {category}, too few to stand for others; joined to {into}."
        )
        notes.append(words.format(wave=row.wave, n=number(row.respondents), margin=row.margin, category=row.category,
                                  into=row.into))  # fmt: skip
    failed = found.waves.loc[~found.waves["converged"].astype(bool), "wave"]
    if len(failed):
        words = _(
            "The margins cannot be met together in wave {waves}: the weights come as close as they can."
        )
        notes.append(words.format(waves=listed(failed)))
    return found


def _analysed(
    sample: Sample, weighting: Weighting, found: Raked | None, groups: list[str], notes, seed: int
) -> Own:
    if len(sample.answers) == 1:
        notes.append(_("One response: it is shown, but has no interval and nothing to be compared with."))
    if len(sample.waves) == 1:
        notes.append(_("One wave: no trend can be told."))
    which = sc.followed(sample.items)
    if sc.NPS not in {measure.name for measure in which}:
        notes.append(_("No item is a net promoter score: none is called nps and has a scale from 0 to 10."))
    leagues = {
        name: lg.league(sample, weighting, which[0], name, seed)
        for name in groups
        if sample.invited[name].nunique() > 1
    }
    return Own(
        sample, weighting, found, sc.by_wave(sample, weighting), sc.by_item(sample, weighting),
        sc.trend(sample, weighting), leagues, notes,
    )  # fmt: skip
