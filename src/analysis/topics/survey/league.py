"""League tables that do not rank noise: branches and tiers shrunk towards the mean, with the uncertainty of their ranks."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.language import _, listed, number, percent, together
from analysis.statistics import weighted
from analysis.statistics.shrinkage import Shrunk, shrink
from analysis.statistics.weighted import Weighting
from analysis.topics.survey.sample import Sample, heads
from analysis.topics.survey.scores import SCALES, SMALLEST, Measure

SURE = 0.9  # chance of being in the highest or lowest quarter, at which a group is named


@dataclass(frozen=True)
class League:
    """Groups compared by a score.

    Attributes
    ----------
    by, head : str
        What the groups are, for machines and for people.
    measure : Measure
    table : DataFrame
        One row per group, the highest shrunk value first: label, customers, responses, estimate (weighted), error, shrunk,
        low, high (95 %), kept (share of the distance from the mean), rank, rank_low, rank_high, p_top, p_bottom. Groups with
        fewer than 11 customers have no estimate; ranks are blank if the groups do not differ beyond chance.
    shrunk : Shrunk
        The whole comparison: mean, spread, test.
    """

    by: str
    head: str
    measure: Measure
    table: pd.DataFrame
    shrunk: Shrunk


def league(
    sample: Sample, weighting: Weighting, measure: Measure, by: str = "branch_id", seed: int = 0
) -> League:
    """Compare groups by a score, over all waves of the sample.

    Each wave's mean is taken from its answers first and the mean of all put back, so that a group that was asked more
    often in a good wave gains nothing by it. Errors are the linearised ones without what all groups share (the level of
    all hangs on one model of response, which moves every group alike), smoothed over groups: a dozen customers who
    happen to agree have no small error by that (generalised variance function, Wolter 2007, Introduction to Variance
    Estimation, chapter 7). If everybody gives the same answer there is nothing to compare; customers whose group is
    unknown are left out.
    """
    table, shared = _estimates(sample, weighting, measure, sample.respondents[by].astype(str).to_numpy())
    compared = shrink(table["estimate"], _smoothed(table, shared), seed=seed)
    table = table[["customers", "responses"]].join(compared.table)
    table[["low", "high"]] = table[["low", "high"]].clip(*SCALES.get(measure.kind, (None, None)))
    table = table.sort_values(["shrunk", "estimate"], ascending=False, na_position="last", kind="stable")
    return League(by, heads().get(by, by), measure, table.reset_index(), compared)


def _estimates(
    sample: Sample, weighting: Weighting, measure: Measure, groups: np.ndarray
) -> tuple[pd.DataFrame, float]:
    """Weighted mean and variance of each group that is large enough, and the mean covariance of two groups."""
    weighting = weighting.of(measure.item)
    y = _without_waves(sample, weighting, measure.values(sample))
    rows, total, squares = {}, np.zeros(weighting.units), []
    for label in sorted(set(groups) - {_("unknown")}):
        here = (groups == label) & ~np.isnan(y)
        customers, w = len(np.unique(weighting.unit[here])), weighting.weights[here]
        value = variance = np.nan
        if customers >= SMALLEST:
            value, influence = weighted.mean(weighting, y, here)
            variance = float((influence**2).sum())
            total += influence
            squares.append(variance)
        rows[label] = (customers, len(w), value, variance, (w**2).sum() / w.sum() ** 2 if len(w) else np.nan)
    columns = ["customers", "responses", "estimate", "variance", "per_answer"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("label")
    pairs = len(squares) * (len(squares) - 1)
    return table, max(((total**2).sum() - sum(squares)) / pairs, 0.0) if pairs else 0.0


def _without_waves(sample: Sample, weighting: Weighting, y: np.ndarray) -> np.ndarray:
    """Answers with the mean of their wave replaced by that of all waves."""
    wave = sample.respondents["wave"].to_numpy()
    known = ~np.isnan(y)
    rows = pd.DataFrame(
        {"wave": wave[known], "w": weighting.weights[known], "wy": (weighting.weights * y)[known]}
    )
    sums = rows.groupby("wave")[["w", "wy"]].sum()
    of_wave = pd.Series(wave).map(sums["wy"] / sums["w"]).to_numpy(float)
    return y - of_wave + sums["wy"].sum() / sums["w"].sum() if known.any() else y


def _smoothed(table: pd.DataFrame, shared: float) -> pd.Series:
    """Errors of all groups from one variance of an answer, pooled over the groups by what each tells of it."""
    known, per_answer = table["estimate"].notna(), table["per_answer"]
    own = (table["variance"] - shared).clip(lower=0)
    pooled = (own / per_answer**2)[known].sum() / (1 / per_answer)[known].sum() if known.any() else 0.0
    return np.sqrt(pooled * per_answer).where(known & (pooled > 0))


def sentence(found: League) -> str:
    """Whether the groups differ, by how much, and which are very likely high or low."""
    compared, say = found.shrunk, found.measure.words
    if compared.groups < 2:
        return _("{head}: fewer than two groups have {least} respondents, so that none are compared.").format(
            head=found.head, least=number(SMALLEST)
        )
    if not compared.differs:
        return _(
            "{head}: the {groups} groups do not differ beyond chance (p {p}); there is nothing to rank. The mean is {mean}."
        ).format(
            head=found.head, groups=number(compared.groups), p=_p(compared.p_value), mean=say(compared.mean)
        )
    said = [
        _(
            "{head}: the {groups} groups differ beyond chance (p {p}), with a standard deviation of {spread}."
        ).format(
            head=found.head,
            groups=number(compared.groups),
            p=_p(compared.p_value),
            spread=say(compared.spread),
        )
    ]
    for column, words, nobody in (
        (
            "p_top",
            _("Very likely in the highest quarter: {names}."),
            _("None is very likely in the highest quarter."),
        ),
        (
            "p_bottom",
            _("Very likely in the lowest quarter: {names}."),
            _("None is very likely in the lowest quarter."),
        ),
    ):
        sure = found.table[found.table[column] >= SURE]
        names = listed(
            _("{name} ({share})").format(name=row.label, share=percent(getattr(row, column), 0))
            for row in sure.itertuples()
        )
        said.append(words.format(names=names) if len(sure) else nobody)
    return together(*said)


def _p(value: float) -> str:
    return _("below {least}").format(least=number(0.001, 3)) if value < 0.001 else number(value, 3)
