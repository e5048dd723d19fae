"""Checks on whether what is said about leaving can be trusted."""

import pandas as pd

from analysis.language import _, listed, number
from analysis.topics.lifetime_value.relationship import hazards

FEWEST = 30  # departures on which models can be told apart

Check = tuple[str, bool, str]


def labels() -> dict[str, str]:
    """Names of the models."""
    return {
        "constant": _("One rate for all"),
        "sbg": _("The beta-geometric model"),
        "logit": _("The hazard by tier and tenure"),
    }


def checks(fitted: hazards.Hazard, table, scores, seen, labels: dict[str, str]) -> list[Check]:
    """All checks of a survival that was chosen out of time; `labels` of the groups, the others as in `Survival`."""
    return [_enough(table), _pooled(labels), _better(fitted, scores), _sound(fitted), _calibrated(seen)]


def no_departures(table: pd.DataFrame) -> Check:
    words = _(
        "No departure is recorded in {months} customer months: how long customers stay is unknown. The values are"
        " those if nobody leaves, an upper bound."
    )
    return "departures", False, words.format(months=number(table["at_risk"].sum()))


def too_short() -> Check:
    return (
        "survival_choice",
        False,
        _(
            "The months observed are too few to choose a model of leaving out of time: one rate serves for all."
        ),
    )


def _enough(table: pd.DataFrame) -> Check:
    departures = table["departures"].sum()
    words = _(
        "{departures} departures in {months} customer months; models can be told apart from {least} on."
    )
    said = words.format(departures=number(departures), months=number(table["at_risk"].sum()), least=FEWEST)
    return "departures", bool(departures >= FEWEST), said


def _pooled(labels: dict[str, str]) -> Check:
    joined = [label for group, label in labels.items() if "+" in group]
    if not joined:
        return "survival_tiers", True, _("Every tier is large enough for a rate of leaving of its own.")
    words = _("{tiers} share one rate of leaving: too few customers left to tell them apart.")
    # Joining the top tiers is no fault; if all are one, nothing is known of how tiers differ.
    return "survival_tiers", len(labels) > 1, words.format(tiers=listed(joined))


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


def _sound(fitted: hazards.Hazard) -> Check:
    if not hazards.sound(fitted):
        return (
            "survival_fit",
            False,
            _("The fit of survival did not converge, or its parameters could be anything."),
        )
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
