"""Survival of the relationship: which model, how sure, and whether it holds out of time."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from scipy.stats import norm

from analysis.language import _, number
from analysis.topics.lifetime_value.relationship import hazards
from analysis.topics.lifetime_value.relationship.at_risk import MOST, checked

HOLDOUT = 12  # months
FEWEST_EXPECTED = 10  # departures that a tier needs at the rate of all, to have a rate of its own
FEWEST = 30  # departures on which models can be told apart

Check = tuple[str, bool, str]


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
        Departures expected and seen in the held-out months, as `calibration` gives them; empty likewise.
    checks : list of (name, ok, message)
    """

    hazard: hazards.Hazard | None
    groups: dict[str, str]
    scores: pd.DataFrame
    calibration: pd.DataFrame
    checks: list[Check] = field(default_factory=list)

    @property
    def known(self) -> bool:
        """Whether anything is known of how customers leave; if not, a value is an upper bound."""
        return self.hazard is not None


def survival(table: pd.DataFrame, order: Sequence[str] = (), model: str = "") -> Survival:
    """Choose a model of leaving out of time and fit it on all months.

    The models are fitted on the months before the last 12 (the last third, if that is less), and the one that
    gives the departures of the held-out months the highest likelihood is fitted again on all.

    Parameters
    ----------
    table : DataFrame
        `exposure`, fetched; or counts of your own: tier, tenure, month, at_risk, departures.
    order : sequence of str
        Tiers from the lowest to the highest (`Ladder.codes`); those it lacks follow by name.
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
    groups = _groups(table, order)
    table = table.assign(tier=table["tier"].map(groups))
    if not table["departures"].sum() > 0:
        return Survival(None, groups, _NO_SCORES, _NO_CALIBRATION, [_no_departures(table)])
    before, after = split(table)
    if not (before["departures"].sum() > 0 and len(after)):
        chosen = hazards.fit(table, model or "constant")
        return Survival(chosen, groups, _NO_SCORES, _NO_CALIBRATION, [_too_short()])
    tried = {name: hazards.fit(before, name) for name in hazards.MODELS}
    scores = score(tried, after)
    best = model or str(scores.loc[scores["log_likelihood"].idxmax(), "model"])
    fitted = hazards.fit(table, best)
    seen = calibration(tried[best], after)
    return Survival(fitted, groups, scores, seen, _checks(fitted, table, scores, seen, groups))


_NO_SCORES = pd.DataFrame(columns=["model", "log_likelihood", "gain", "low", "high"])
_NO_CALIBRATION = pd.DataFrame(columns=["by", "group", "at_risk", "expected", "seen", "low", "high"])


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
        Other parameters of the model, such as a row of `hazards.parameter_draws`.

    Returns
    -------
    ndarray
        Customers × months; 1 throughout if no departure is recorded.
    """
    tier, tenure = np.asarray(tier, dtype=object), np.asarray(tenure, dtype=float)
    if found.hazard is None:
        return np.ones((len(tier), months))
    group = np.array([found.groups.get(t, t) for t in tier], dtype=object)
    ahead = np.clip(tenure[:, None] + np.arange(1, months + 1), 1, MOST)
    wide = np.broadcast_to(group[:, None], ahead.shape)
    return np.cumprod(1 - hazards.chances(found.hazard, wide, ahead, params), axis=1)


def split(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Counts of the months before the last 12 (last third, if that is less), and of those."""
    months = np.sort(table["month"].unique())
    held = min(HOLDOUT, len(months) // 3)
    later = table["month"].isin(months[len(months) - held :])
    return table[~later], table[later]


def score(tried: dict[str, hazards.Hazard], after: pd.DataFrame) -> pd.DataFrame:
    """Log-likelihood of later months by model, and its gain over the constant hazard.

    The interval is normal with the variance of the gain over single months at risk (Vuong 1989).
    """
    n, d = after["at_risk"].to_numpy(float), after["departures"].to_numpy(float)
    naive = hazards.log_likelihoods(tried["constant"], after)
    rows = []
    for name, fitted in tried.items():
        left, stayed = hazards.log_likelihoods(fitted, after)
        more_left, more_stayed = left - naive[0], stayed - naive[1]
        gain = (d * more_left + (n - d) * more_stayed).sum()
        squares = (d * more_left**2 + (n - d) * more_stayed**2).sum()
        half = norm.ppf(0.975) * np.sqrt(max(squares - gain**2 / n.sum(), 0.0))
        rows.append((name, (d * left + (n - d) * stayed).sum(), gain, gain - half, gain + half))
    return pd.DataFrame(rows, columns=_NO_SCORES.columns)


def calibration(fitted: hazards.Hazard, after: pd.DataFrame) -> pd.DataFrame:
    """Departures expected by `fitted` and seen in later months: in all, by tier, tenure and year of joining.

    Returns
    -------
    DataFrame
        One row per group: by ("all", "tier", "tenure", "cohort"), group, at_risk (customer months), expected,
        seen (customers), and low and high, between which 95 % of counts fall if the model holds (Poisson with
        the spread that the parameters' uncertainty adds).
    """
    rng = np.random.default_rng(0)
    draws = hazards.parameter_draws(fitted, 500, rng)
    h = np.stack([hazards.chances(fitted, after["tier"], after["tenure"], row) for row in draws])
    expected = after["at_risk"].to_numpy() * hazards.chances(fitted, after["tier"], after["tenure"])
    counts = rng.poisson(h * after["at_risk"].to_numpy())
    bands = pd.cut(
        after["tenure"], [0, 12, 36, 60, 120, np.inf], labels=["1–12", "13–36", "37–60", "61–120", "121+"]
    )
    keys = {"all": pd.Series("all", after.index), "tier": after["tier"], "tenure": bands.astype("str")}
    if "cohort" in after:
        keys["cohort"] = (after["cohort"] // 5 * 5).astype("str")
    rows = []
    for by, key in keys.items():
        for group in sorted(key.unique()):
            inside = (key == group).to_numpy()
            low, high = np.quantile(counts[:, inside].sum(axis=1), [0.025, 0.975])
            part = after[inside]
            rows.append(
                (
                    by,
                    group,
                    part["at_risk"].sum(),
                    expected[inside].sum(),
                    part["departures"].sum(),
                    low,
                    high,
                )
            )
    return pd.DataFrame(rows, columns=_NO_CALIBRATION.columns)


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


def _no_departures(table: pd.DataFrame) -> Check:
    words = _(
        "No departure is recorded in {months} customer months: how long customers stay is unknown. The values are"
        " those if nobody leaves, an upper bound."
    )
    return "departures", False, words.format(months=number(table["at_risk"].sum()))


def _too_short() -> Check:
    return (
        "survival_choice",
        False,
        _(
            "The months observed are too few to choose a model of leaving out of time: one rate serves for all."
        ),
    )


def _checks(fitted, table, scores, seen, groups) -> list[Check]:
    return [_enough(table), _pooled(groups), _better(fitted, scores), _sound(fitted), _calibrated(seen)]


def _enough(table: pd.DataFrame) -> Check:
    departures = table["departures"].sum()
    words = _(
        "{departures} departures in {months} customer months; models can be told apart from {least} on."
    )
    said = words.format(departures=number(departures), months=number(table["at_risk"].sum()), least=FEWEST)
    return "departures", bool(departures >= FEWEST), said


def _pooled(groups: dict[str, str]) -> Check:
    joined = sorted({group for tier, group in groups.items() if tier != group})
    if not joined:
        return "survival_tiers", True, _("Every tier is large enough for a rate of leaving of its own.")
    words = _("Too few customers to tell how many leave of each tier: {tiers} share one rate.")
    return "survival_tiers", False, words.format(tiers=", ".join(joined))


def _better(fitted, scores: pd.DataFrame) -> Check:
    best = scores[scores["model"] == fitted.model].iloc[0]
    if fitted.model == "constant":
        return "survival_choice", True, _("One rate of leaving for all did best on the held-out months.")
    words = _(
        "{model} did best on the held-out months: log-likelihood {gain} above one rate for all (95% interval"
        " {low} to {high})."
    )
    said = words.format(
        model=labels()[fitted.model],
        gain=number(best["gain"], 1),
        low=number(best["low"], 1),
        high=number(best["high"], 1),
    )
    return "survival_choice", bool(best["low"] > 0), said


def labels() -> dict[str, str]:
    """Names of the models."""
    return {
        "constant": _("One rate for all"),
        "sbg": _("The beta-geometric model"),
        "logit": _("The hazard by tier and tenure"),
    }


def _sound(fitted: hazards.Hazard) -> Check:
    if not fitted.converged or not np.isfinite(fitted.covariance.to_numpy()).all():
        return "survival_fit", False, _("The fit of survival did not converge.")
    if fitted.model == "sbg" and fitted.covariance.loc["shape", "shape"] == 0:
        return (
            "survival_fit",
            False,
            _(
                "The beta-geometric model is at its bound: within a tier customers are not found to differ in"
                " their chance to leave."
            ),
        )
    return "survival_fit", True, _("The fit of survival converged, no parameter at a bound.")


def _calibrated(seen: pd.DataFrame) -> Check:
    row = seen[seen["by"] == "all"].iloc[0]
    words = _(
        "In the held-out months {seen} customers left, {expected} were expected (95% of counts: {low} to {high})."
    )
    said = words.format(
        seen=number(row["seen"]),
        expected=number(row["expected"]),
        low=number(row["low"]),
        high=number(row["high"]),
    )
    return "survival_calibration", bool(row["low"] <= row["seen"] <= row["high"]), said
