"""League tables that do not rank noise: branches and tiers shrunk towards the mean, with the uncertainty of their ranks."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.language import _, listed, number, percent, together
from analysis.statistics import weighted
from analysis.statistics.measures import Estimate
from analysis.statistics.shrinkage import Shrunk, shrink
from analysis.statistics.weighted import Weighting
from analysis.topics.survey.sample import Sample, heads
from analysis.topics.survey.scores import Measure

SMALLEST = 11  # customers of a group that is compared
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
    often in a good wave gains nothing by it. Errors are the linearised ones, smoothed over groups: a group of a dozen
    customers who happen to agree has no small error by that (generalised variance function, Wolter 2007, Introduction to
    Variance Estimation, chapter 7). If everybody gives the same answer there is nothing to compare.
    """
    groups = sample.respondents[by].astype(str).to_numpy()
    y = _without_waves(sample, weighting, measure.values(sample))
    rows = []
    for label in sorted(set(groups)):
        here = (groups == label) & ~np.isnan(y)
        customers, weights = len(np.unique(weighting.unit[here])), weighting.weights[here]
        found = weighted.mean(weighting, y, here) if customers >= SMALLEST else Estimate(np.nan, np.zeros(0))
        rows.append(
            (
                label,
                customers,
                int(here.sum()),
                found.value,
                weighted.error(found),
                weights.sum(),
                (weights**2).sum(),
            )
        )
    columns = ["label", "customers", "responses", "estimate", "error", "total", "squares"]
    table = pd.DataFrame(rows, columns=columns).set_index("label")
    table["error"] = _smoothed(table)
    compared = shrink(table["estimate"], table["error"], seed=seed)
    table = table[["customers", "responses"]].join(compared.table)
    table = table.sort_values(["shrunk", "estimate"], ascending=False, na_position="last", kind="stable")
    return League(by, heads().get(by, by), measure, table.reset_index(), compared)


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


def _smoothed(table: pd.DataFrame) -> pd.Series:
    """Errors of all groups from one variance of an answer, which is pooled over the groups."""
    known = table["estimate"].notna()
    squares = table.loc[known, "squares"].sum()
    pooled = (table["error"] * table["total"])[known].pow(2).sum() / squares if squares else 0.0
    return np.sqrt(pooled * table["squares"]).div(table["total"]).where(known & (pooled > 0))


def sentence(found: League) -> str:
    """Whether the groups differ, by how much, and which are surely high or low."""
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
        ("p_top", _("Surely in the highest quarter: {names}."), _("None is surely in the highest quarter.")),
        ("p_bottom", _("Surely in the lowest quarter: {names}."), _("None is surely in the lowest quarter.")),
    ):
        sure = found.table[found.table[column] >= SURE]
        names = listed(f"{row.label} ({percent(getattr(row, column), 0)})" for row in sure.itertuples())
        said.append(words.format(names=names) if len(sure) else nobody)
    return together(*said)


def _p(value: float) -> str:
    return _("below {least}").format(least=number(0.001, 3)) if value < 0.001 else number(value, 3)
