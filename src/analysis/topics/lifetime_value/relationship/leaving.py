"""Survival of the relationship: which model, how sure, and whether it holds out of time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.language import _
from analysis.topics.lifetime_value.relationship import hazards, survival_checks
from analysis.topics.lifetime_value.relationship.at_risk import MOST, checked
from analysis.topics.lifetime_value.relationship.holdout import (
    NO_CALIBRATION,
    NO_CURVES,
    NO_SCORES,
    calibration,
    curves,
    score,
    split,
)

FEWEST_EXPECTED = 10  # departures that a tier needs at the rate of all, to have a rate of its own


@dataclass(frozen=True)
class Survival:
    """How long customers stay.

    Attributes
    ----------
    hazard : Hazard or None
        The chosen model on all months; None if no departure is recorded, so that nobody is taken to leave.
    groups : dict of str to str
        Tier to the group of tiers whose rate it shares.
    scores : DataFrame
        One row per model: model, log_likelihood of the held-out months, gain over "constant" with its 95 %
        interval (low, high). Empty if there was nothing to hold out.
    calibration : DataFrame
        Departures expected and seen in the held-out months, as `holdout.calibration` gives them; empty likewise.
    curves : DataFrame
        Share who stayed through those months, as `holdout.curves` gives it, with the label of the tier; empty
        likewise.
    checks : list of (name, ok, message)
    """

    hazard: hazards.Hazard | None
    groups: dict[str, str]
    scores: pd.DataFrame
    calibration: pd.DataFrame
    curves: pd.DataFrame
    checks: list[survival_checks.Check] = field(default_factory=list)

    @property
    def known(self) -> bool:
        """Whether anything is known of how customers leave; if not, a value is an upper bound."""
        return self.hazard is not None


def survival(table: pd.DataFrame, tiers: Mapping[str, str] | None = None, model: str = "") -> Survival:
    """Choose a model of leaving out of time and fit it on all months.

    The models are fitted on the months before the last 12 (the later half, if that is less), and the one that
    gives the departures of the held-out months the highest likelihood is fitted again on all. A model whose
    parameters the data do not pin down is not chosen.

    Parameters
    ----------
    table : DataFrame
        `exposure`, fetched; or counts of your own: tier, tenure, month, at_risk, departures.
    tiers : mapping of str to str
        Codes and labels of the tiers from the lowest to the highest; those it lacks follow by code.
    model : str
        One of `hazards.MODELS`, to overrule the choice.

    Raises
    ------
    ValueError
        If the counts make no sense or the model is unknown.
    """
    if model and model not in hazards.MODELS:
        raise ValueError(f"model is {model!r}; expected one of {', '.join(hazards.MODELS)}")
    table = checked(table)
    tiers = tiers or {}
    groups = _groups(table, list(tiers))
    labels = {group: _label(group, tiers) for group in groups.values()}
    table = table.assign(tier=table["tier"].map(groups))
    if not table["departures"].sum() > 0:
        return Survival(
            None, groups, NO_SCORES, NO_CALIBRATION, NO_CURVES, [survival_checks.no_departures(table)]
        )
    before, after = split(table)
    if not (before["departures"].sum() > 0 and len(after)):
        chosen = hazards.fit(table, model or "constant")
        return Survival(chosen, groups, NO_SCORES, NO_CALIBRATION, NO_CURVES, [survival_checks.too_short()])
    tried = {name: hazards.fit(before, name) for name in hazards.MODELS}
    scores = score(tried, after)
    candidates = scores[[hazards.sound(tried[name]) for name in scores["model"]]]
    best = model or str(candidates.loc[candidates["log_likelihood"].idxmax(), "model"])
    fitted = hazards.fit(table, best)
    seen = calibration(tried[best], after)
    return Survival(
        fitted,
        groups,
        scores,
        seen,
        _in_order(curves(tried[best], after), labels),
        survival_checks.checks(fitted, table, scores, seen, labels),
    )


def stays(found: Survival, tier, tenure, months: int, params=None) -> np.ndarray:
    """Chance to be here after 1, …, `months` months, given here now.

    Parameters
    ----------
    found : Survival
    tier : array-like of str
        One per customer.
    tenure : array-like of float
        Months since the month of joining, one per customer.
    months : int
    params : array, optional
        Draws × parameters of the model, as of `hazards.parameter_draws`.

    Returns
    -------
    ndarray
        Customers × months, with the draws of `params` before them; 1 throughout if no departure is recorded.
    """
    tenure = np.asarray(tenure, dtype=float)
    if found.hazard is None:
        return np.ones((len(tenure), months))
    group = [found.groups.get(t, t) for t in tier]
    ahead = np.clip(tenure[:, None] + np.arange(1, months + 1), 1, MOST)
    return np.cumprod(1 - hazards.chances(found.hazard, group, ahead, params), axis=-1)


def _label(group: str, tiers: Mapping[str, str]) -> str:
    names = [tiers.get(tier, tier) for tier in group.split("+")]
    if len(names) == 1:
        return names[0]
    return _("{lowest} to {highest}").format(lowest=names[0], highest=names[-1])


def _in_order(table: pd.DataFrame, labels: Mapping[str, str]) -> pd.DataFrame:
    """Curves with the names of their tiers, from the lowest to the highest."""
    places = table["tier"].map(list(labels).index)
    return (
        table.assign(label=table["tier"].map(labels))
        .iloc[places.argsort(kind="stable")]
        .reset_index(drop=True)
    )


def _groups(table: pd.DataFrame, order: Sequence[str]) -> dict[str, str]:
    """Tiers that are too small for a rate of their own share that of the tier below (the lowest: above).

    Too small is a tier of which fewer than 10 departures would be expected at the rate of all. What was seen
    does not decide: a tier of which nobody leaves would be given the rate of those who do.
    """
    sums = table.groupby("tier")[["at_risk", "departures"]].sum()
    present = [tier for tier in order if tier in sums.index]
    present += sorted(sums.index.difference(present))
    expected = sums["at_risk"] * sums["departures"].sum() / max(sums["at_risk"].sum(), 1)
    parts = [[tier] for tier in present]
    while len(parts) > 1:
        sizes = [expected[part].sum() for part in parts]
        small = [k for k, size in enumerate(sizes) if size < FEWEST_EXPECTED]
        if not small:
            break
        low = max(small[-1] - 1, 0)
        parts[low : low + 2] = [parts[low] + parts[low + 1]]
    return {tier: "+".join(part) for part in parts for tier in part}
