"""For whom the respondents stand: weights that bring them to the bank's customers, and what the headline owes to them.

Raking brings age, gender, region and tier of the respondents to those of all customers on the day of the wave. It does
not help if the satisfied answer more often whatever their age; complaints and branches, which are known of everybody who was
asked, show whether they do and by how much (docs/survey_weighting.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.bank.source import View
from analysis.language import _, number, together
from analysis.statistics import nonresponse, weighted
from analysis.statistics.raking import design_effect, effective_size, join_thin, rake
from analysis.statistics.weighted import Stage, Weighting
from analysis.topics.segmentation.tiers import Ladder
from analysis.topics.survey import answers
from analysis.topics.survey.response import terms
from analysis.topics.survey.sample import SATISFACTION, Sample, attributes, satisfaction

MARGINS = ("age_band", "gender", "region", "tier")
CAP = 5.0  # largest weight, as a multiple of the mean
LARGEST_EFFECT = 2.0  # of the weights on the variance, beyond which they cost more than half the respondents
BRANCHES, IN_BRANCH = 30, 20  # most branches, and fewest respondents of one, that tell of satisfaction
BROKEN = 0.01  # p-value at which the shadow variables contradict one another
ASSUMED = (
    1.25,
    1.5,
    2.0,
)  # odds of answering per standard deviation of satisfaction, tried where they are not known

# Of each wave and margin, the number of customers in each group.
Bases = Mapping[str, Mapping[str, pd.Series]]


@dataclass(frozen=True)
class Raked:
    """Weights of all waves.

    Attributes
    ----------
    weighting : Weighting
        Sums to the customers of each wave's base.
    waves : DataFrame
        One row per wave: wave, customers (respondents), base, design_effect, effective (respondents of equal weight),
        largest (weight, as a multiple of the mean), trimmed, cycles, converged.
    joined : DataFrame
        One row per category that was too thin: wave, margin, category, respondents, into.
    """

    weighting: Weighting
    waves: pd.DataFrame
    joined: pd.DataFrame


@dataclass(frozen=True)
class Choice:
    """The weighting that the report uses, and why.

    Attributes
    ----------
    kind : {"corrected", "raked"}
        Corrected for response that depends on satisfaction and raked, or raked alone.
    raked : Raked
        The weights in use.
    response : nonresponse.Response or None
        The model of response, if one could be fitted.
    reason : str
        In words.
    """

    kind: str
    raked: Raked
    response: nonresponse.Response | None
    reason: str

    @property
    def weighting(self) -> Weighting:
        """The weights in use."""
        return self.raked.weighting


def bases(view: View, sample: Sample, ladder: Ladder) -> Bases:
    """All customers on the first day of each wave, counted by group."""
    days = sample.invited.groupby("wave", sort=False)["invited_on"].min().dropna()
    return {wave: counted(attributes(answers.base(view, day.date()), ladder)) for wave, day in days.items()}


def counted(people: pd.DataFrame, margins: tuple[str, ...] = MARGINS) -> dict[str, pd.Series]:
    """Number of people in each group of each margin."""
    counts = {name: people[name].value_counts() for name in margins}
    return {name: series.set_axis(series.index.astype(object)) for name, series in counts.items()}


def unweighted(sample: Sample) -> Weighting:
    """Every response alike."""
    return weighted.equal(sample.respondents["unit"].to_numpy(), sample.units)


def raked(
    sample: Sample,
    bases: Bases,
    margins: tuple[str, ...] = MARGINS,
    *,
    start: Weighting | None = None,
    cap: float | None = CAP,
) -> Raked:
    """Rake each wave to its base.

    Parameters
    ----------
    bases : Bases
        As `bases` gives them; a wave without one is raked to all who were asked.
    margins : tuple of str
        Those that have one group only, such as a tier that is known of nobody, settle nothing.
    start : Weighting, optional
        To begin with; all alike if not given.
    cap : float, optional
        Of the weights, as a multiple of their mean.
    """
    rows, begin = sample.respondents, start or unweighted(sample)
    weights, told, joined, codes = np.zeros(len(rows)), [], [], []
    for wave in sample.waves:
        here = np.flatnonzero(rows["wave"] == wave)
        if not len(here):
            continue
        base = bases.get(wave) or counted(sample.invited[sample.invited["wave"] == wave], margins)
        targets = {name: base[name] for name in margins}
        groups, targets, thin = join_thin(rows.loc[here, list(margins)].reset_index(drop=True), targets)
        found = rake(groups, targets, start=begin.weights[here], cap=cap)
        weights[here] = found.weights
        told.append(
            (wave, len(here), base[margins[0]].sum(), design_effect(found.weights), effective_size(found.weights),
             found.largest, found.trimmed, found.cycles, found.converged)
        )  # fmt: skip
        joined.append(thin.assign(wave=wave))
        codes.append(groups.set_axis(here))
    columns = [
        "wave",
        "customers",
        "base",
        "design_effect",
        "effective",
        "largest",
        "trimmed",
        "cycles",
        "converged",
    ]
    stage = _stage(pd.concat(codes), weights) if codes else None
    stages = (*begin.stages, *([stage] if stage else []))
    order = ["wave", "margin", "category", "respondents", "into"]
    thin = pd.concat(joined)[order].reset_index(drop=True) if joined else pd.DataFrame(columns=order)
    return Raked(
        Weighting(weights, begin.unit, begin.units, stages), pd.DataFrame(told, columns=columns), thin
    )


def _stage(codes: pd.DataFrame, weights: np.ndarray) -> Stage:
    """Dummies of the raked groups; the waves are their blocks."""
    x = pd.get_dummies(codes.sort_index().astype(str)).to_numpy(float)
    blocks = tuple(np.asarray(part.index) for part in _blocks(codes))
    return Stage(x, x, weights, weights, blocks)


def _blocks(codes: pd.DataFrame) -> list[pd.DataFrame]:
    ends = np.flatnonzero(np.diff(codes.index) < 0) + 1
    return [codes.iloc[a:b] for a, b in zip([0, *ends], [*ends, len(codes)], strict=True)]


def shadows(sample: Sample) -> dict[str, pd.DataFrame]:
    """What is known of everybody, goes with satisfaction, and with answering only through it: complaints and branches."""
    rows, found = sample.invited, {}
    if "complaints_365d" in rows and rows["complaints_365d"].fillna(0).gt(0).any():
        found["complaint"] = pd.DataFrame({"complaint": rows["complaints_365d"].fillna(0).gt(0) * 1.0})
    if "branch_id" in rows:
        counts = rows.loc[rows["answered"], "branch_id"].value_counts()
        named = counts[counts >= IN_BRANCH].index[: BRANCHES + 1]
        if len(named) > 1:
            found["branch"] = pd.DataFrame({f"branch={b}": (rows["branch_id"] == b) * 1.0 for b in named[1:]})
    return found


def covariates(sample: Sample) -> pd.DataFrame:
    """What response may depend on besides satisfaction: the terms of the model of response, and the wave."""
    waves = {f"wave={wave}": (sample.invited["wave"] == wave) * 1.0 for wave in sample.waves[1:]}
    known, _names = terms(sample)
    return pd.DataFrame(waves, sample.invited.index).join(
        known.drop(columns="complaints_365d", errors="ignore")
    )


def response(sample: Sample, without: str = "") -> nonresponse.Response | None:
    """Model of response with satisfaction among its causes; None if it cannot be fitted.

    Parameters
    ----------
    without : str
        Item that satisfaction is measured without.
    """
    own = satisfaction(sample.answers, sample.items, without) if without else sample.own
    telling, answered = shadows(sample), sample.invited["answered"].to_numpy()
    x = covariates(sample)
    enough = min(answered.sum(), (~answered).sum()) >= 5 * (x.shape[1] + 2)
    if not (telling and enough and np.ptp(own) > 0):
        return None
    return nonresponse.fit(answered, of_all(sample, own), x, telling, sample.invited["unit"].to_numpy())


def of_all(sample: Sample, own: np.ndarray) -> np.ndarray:
    """Satisfaction of each invitation's respondent; missing where nobody answered."""
    out = np.full(len(sample.invited), np.nan)
    out[sample.invited["answered"].to_numpy()] = own
    return out


def corrected(sample: Sample, found: nonresponse.Response) -> Weighting:
    """Weights of a model of response."""
    return Weighting(found.weights, sample.respondents["unit"].to_numpy(), sample.units, (found.stage,))


def chosen(sample: Sample, bases: Bases, cap: float | None = CAP) -> Choice:
    """Correct for response that depends on satisfaction if the data can tell of it, and rake; else rake alone."""
    found = response(sample)
    only = _("The weights know of age, gender, region and tier only.")
    if found is None:
        why = _(
            "Nothing known of those who did not answer tells of their satisfaction (complaints, branches), or too few"
            " answered."
        )
    elif not found.usable:
        why = _(
            "Complaints and branches tell too little of satisfaction (F {f}, {least} needed) to show whether the satisfied"
            " answer more often."
        ).format(f=number(found.strength, 1), least=number(nonresponse.STRONG))
    elif min(found.agreement.values(), default=1.0) < BROKEN:
        why = _(
            "Complaints and branches contradict one another about who answers (p {p}): one of them moves response itself."
        ).format(p=number(min(found.agreement.values()), 3))
    else:
        own = raked(sample, bases, start=corrected(sample, found), cap=cap)
        own = replace(own, weighting=replace(own.weighting, instead=_instead(sample, bases, cap)))
        return Choice("corrected", own, found, depends(found))
    return Choice("raked", raked(sample, bases, cap=cap), found, together(why, only))


def _instead(sample: Sample, bases: Bases, cap: float | None) -> dict[str, Weighting]:
    """Weights for the items that satisfaction is measured by, each from a measure without it.

    Chance in an answer would otherwise lower its own weight (docs/survey_scores.md).
    """
    items, found = sample.items["item"], {}
    for item in items[sample.items["construct"].astype(str).str.upper().isin(SATISFACTION)]:
        other = response(sample, item)
        if other is not None and other.usable:
            found[item] = raked(sample, bases, start=corrected(sample, other), cap=cap).weighting
    return found


def depends(found: nonresponse.Response) -> str:
    """Whether the satisfied answer more often, and by how much."""
    row = np.exp(found.odds.loc[nonresponse.SCORE, ["estimate", "low", "high"]].astype(float))
    words = _(
        "The odds of answering are {ratio} times as high ({low} to {high}) for a customer one standard deviation more"
        " satisfied, as complaints and branches of all who were asked show; the weights make up for it."
    )
    if row["low"] <= 1 <= row["high"]:
        words = _(
            "Whether the satisfied answer more often is open (odds × {ratio}, {low} to {high}, per standard deviation of"
            " satisfaction, by complaints and branches of all who were asked); the weights allow for it."
        )
    return words.format(
        ratio=number(row["estimate"], 2), low=number(row["low"], 2), high=number(row["high"], 2)
    )
