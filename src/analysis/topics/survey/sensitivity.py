"""What the headline owes to the weighting: the same score under every choice that could have been made."""

import numpy as np
import pandas as pd

from analysis.language import _, listed, number, together
from analysis.statistics import nonresponse
from analysis.statistics.raking import design_effect, effective_size
from analysis.statistics.weighted import Weighting
from analysis.topics.survey import scores
from analysis.topics.survey.sample import Sample, heads
from analysis.topics.survey.weighting import (
    ASSUMED,
    CAP,
    LARGEST_EFFECT,
    MARGINS,
    Bases,
    Choice,
    corrected,
    covariates,
    of_all,
    raked,
    unweighted,
)

Check = tuple[str, bool, str]
TIGHT = 2.0  # a cap that cuts deep, for comparison


def choices(sample: Sample, bases: Bases, choice: Choice) -> dict[str, tuple[str, Weighting]]:
    """Every weighting that is compared: name to label and weights; "used" is that of the report."""
    names = heads()
    found = {"unweighted": (_("Unweighted"), unweighted(sample))}
    for count in range(1, len(MARGINS) + 1):
        which = MARGINS[:count]
        label = _("Raked to {margins}").format(margins=listed(names[m].lower() for m in which))
        found[f"raked_{count}"] = (label, raked(sample, bases, which).weighting)
    tight = raked(sample, bases, cap=TIGHT).weighting
    found["trimmed"] = (_("… no weight above {cap} times the mean").format(cap=number(TIGHT)), tight)
    if choice.response is not None and choice.response.converged:
        found["corrected"] = (_("Corrected for satisfaction, not raked"), corrected(sample, choice.response))
        begin = corrected(sample, choice.response)
        found["corrected_raked"] = (
            _("Corrected for satisfaction and raked"),
            raked(sample, bases, start=begin).weighting,
        )
    own, answered = of_all(sample, sample.own), sample.invited["answered"].to_numpy()
    if len(sample.own) and np.ptp(sample.own) > 0 and not answered.all():
        for odds in ASSUMED:
            begin = nonresponse.tilted(
                answered, own, covariates(sample), np.log(odds), sample.invited["unit"].to_numpy()
            )
            label = _("Assumed: odds of answering × {odds} per standard deviation of satisfaction")
            weights = raked(sample, bases, start=begin, cap=CAP).weighting
            found[f"assumed_{odds}"] = (label.format(odds=number(odds, 2)), weights)
    used = "corrected_raked" if choice.kind == "corrected" else f"raked_{len(MARGINS)}"
    found["used"] = (_("{label} (used)").format(label=found.pop(used)[0]), choice.weighting)
    return found


def sensitivity(
    sample: Sample,
    bases: Bases,
    choice: Choice,
    measure: scores.Measure,
    wave: str | None = None,
) -> pd.DataFrame:
    """A score under every weighting.

    Parameters
    ----------
    wave : str, optional
        All waves together if not given.

    Returns
    -------
    DataFrame
        One row per weighting: name, label, customers, value, low, high (95 %), change (against unweighted), design_effect
        (Kish), effective (respondents of equal weight), used (bool).
    """
    here = None if wave is None else (sample.respondents["wave"] == wave).to_numpy()
    rows = []
    for name, (label, weighting) in choices(sample, bases, choice).items():
        found, low, high, customers = scores.estimated(sample, weighting, measure, here)
        w = weighting.weights if here is None else weighting.weights[here]
        rows.append(
            (
                name,
                label,
                customers,
                found.value,
                low,
                high,
                design_effect(w),
                effective_size(w),
                name == "used",
            )
        )
    columns = ["name", "label", "customers", "value", "low", "high", "design_effect", "effective", "used"]
    table = pd.DataFrame(rows, columns=columns)
    table.insert(6, "change", table["value"] - table["value"].iloc[0])
    return table


def sentence(table: pd.DataFrame, choice: Choice, measure: scores.Measure) -> str:
    """What the weighting moves, and how far it could be moved."""
    used, plain = (table[table["name"] == name].iloc[0] for name in ("used", "unweighted"))
    if pd.isna(used["value"]):
        return choice.reason
    words = _("{what}: {value} ({low} to {high}) with weights, {plain} without.")
    said = [words.format(what=measure.label, value=measure.words(used["value"]), low=measure.words(used["low"]),
                         high=measure.words(used["high"]), plain=measure.words(plain["value"])), choice.reason]  # fmt: skip
    assumed = table[table["name"].str.startswith("assumed")]
    if choice.kind == "raked" and len(assumed):
        words = _("If the odds of answering were {odds} times as high per standard deviation of satisfaction, it would be"
                  " {value}.")  # fmt: skip
        farthest = assumed.set_index("name")["value"][f"assumed_{max(ASSUMED)}"]
        said.append(words.format(odds=number(max(ASSUMED)), value=measure.words(farthest)))
    return together(*said)


def checks(choice: Choice) -> list[Check]:
    """Are margins met, weights bounded, and is it known whether response depends on satisfaction?"""
    waves = choice.raked.waves
    failed = waves[~waves["converged"].astype(bool)]
    met = _("The margins of every wave are met.")
    if len(failed):
        met = _("The margins cannot be met together in wave {waves}.").format(waves=listed(failed["wave"]))
    effect, largest = waves["design_effect"].max(), waves["largest"].max()
    return [
        ("raking_converged", failed.empty and len(waves) > 0, met),
        (
            "weights_bounded",
            bool(effect <= LARGEST_EFFECT and largest <= CAP * (1 + 1e-6)),
            _(
                "Largest weight {largest} times the mean ({cap} allowed), largest design effect {effect} ({most})."
            ).format(
                largest=number(largest, 1),
                cap=number(CAP, 1),
                effect=number(effect, 2),
                most=number(LARGEST_EFFECT, 1),
            ),
        ),
        ("response_and_satisfaction", choice.kind == "corrected", choice.reason),
    ]
