"""What the report on churn says: headline, figures, what sensitive features are worth, checks."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.language import _, listed, ngettext, number, percent, together
from analysis.statistics import classification as cls
from analysis.topics.churn import evaluation as ev
from analysis.topics.churn import learners as lrn
from analysis.topics.churn.definitions import Definition
from analysis.topics.churn.reasons import feature_label

# Features that are attributes of the person; gender and region are not learnt from.
SENSITIVE = ("age_years",)
HIGH = 5.0  # times the mean probability, from which on a customer is at high risk


def high_risk(scores: pd.DataFrame) -> np.ndarray:
    """Customers at five times the average risk or more."""
    return (scores["probability"] >= HIGH * scores["probability"].mean()).to_numpy()


def headline(scores: pd.DataFrame, definition: Definition, evaluation: ev.Evaluation) -> str:
    """The answer in two sentences.

    Parameters
    ----------
    scores : DataFrame
        One row per customer of today: probability.
    """
    expected, customers = scores["probability"].sum(), len(scores)
    first = _(
        "Of {customers} customers, {lost} ({share}) are expected to be lost within {days} days."
    ).format(
        customers=number(customers),
        lost=number(expected),
        share=percent(expected / max(customers, 1)),
        days=number(definition.window_days),
    )
    if not evaluation.usable:
        return together(
            first, _("Who they are is not known: no model forecasts better than the base rate on later time.")
        )
    return together(first, concentrated(scores))


def concentrated(scores: pd.DataFrame) -> str:
    """Which part of the expected losses the customers at high risk account for.

    Parameters
    ----------
    scores : DataFrame
        One row per customer of today: probability.
    """
    at_risk, times = high_risk(scores), number(HIGH)
    if not at_risk.any():
        words = _("Nobody is at {times} times the average risk or more: the losses are spread over many.")
        return words.format(times=times)
    words = ngettext(
        "The {many} at {times} times the average risk or more accounts for {part} of these losses.",
        "The {many} at {times} times the average risk or more account for {part} of these losses.",
        int(at_risk.sum()),
    )
    part = scores["probability"][at_risk].sum() / scores["probability"].sum()
    return words.format(many=number(at_risk.sum()), times=times, part=percent(part, 0))


def chosen_sentence(evaluation: ev.Evaluation) -> str:
    """Which candidate is used and how well it did."""
    name = lrn.labels()[evaluation.chosen]
    auc, pr = evaluation.measure("roc_auc"), evaluation.measure("pr_auc")
    base = evaluation.measure("pr_auc", lrn.BASE)[0]
    words = _(
        "{model} is used: on later customers and days it ranks with an AUC of {auc} ({low} to {high}); PR-AUC {pr}, where"
        " chance gives {base}."
    )
    if not evaluation.usable:
        words = _(
            "{model} ranks later customers with an AUC of {auc} ({low} to {high}), PR-AUC {pr} against {base} by chance: not"
            " enough to be used, everybody gets the base rate."
        )
    return words.format(
        model=name, auc=number(auc[0], 2), low=number(auc[1], 2), high=number(auc[2], 2), pr=number(pr[0], 2),
        base=number(base, 2),
    )  # fmt: skip


def at_capacity(evaluation: ev.Evaluation, capacity: int) -> pd.DataFrame:
    """Precision and capture if a team turns to so many customers a test day, with intervals.

    Returns
    -------
    DataFrame
        One row per measure, which is the index ("precision", "capture"): value, low, high.
    """
    of = cls.measures(evaluation.outcome["churned"], evaluation.probability, evaluation.selected(capacity))
    return cls.intervals(of, evaluation.outcome["unit"], evaluation.seed).loc[["precision", "capture"]]


def capacity_sentence(evaluation: ev.Evaluation, found: pd.DataFrame, capacity: int) -> str:
    """What a team of that capacity would have reached, from `at_capacity`."""
    rate = evaluation.outcome["churned"].mean()
    return _(
        "Turning to the {n} customers with the highest scores of a day reaches {capture} of those who are lost ({low} to"
        " {high}); of those turned to {precision} are lost, of all customers {rate}."
    ).format(
        n=number(capacity),
        capture=percent(found.loc["capture", "value"], 0),
        low=percent(found.loc["capture", "low"], 0),
        high=percent(found.loc["capture", "high"], 0),
        precision=percent(found.loc["precision", "value"], 0),
        rate=percent(rate),
    )


def calibration_sentence(evaluation: ev.Evaluation) -> str:
    """Slope and level of the calibration, and the error that chance alone gives, in words."""
    slope, level = (evaluation.calibration[name] for name in ("slope", "level"))
    ece = evaluation.measure("ece")[0]
    chance = cls.chance_ece(
        evaluation.probability, cls.quantile_bins(evaluation.probability), evaluation.seed
    )
    return _(
        "Calibration slope {slope} ({low} to {high}; 1 is right), expected calibration error {ece} (up to {chance} is"
        " chance), total expected against seen {off}."
    ).format(
        slope=number(slope[0], 2),
        low=number(slope[1], 2),
        high=number(slope[2], 2),
        ece=percent(ece, 2),
        chance=percent(chance, 2),
        off=number(np.exp(-level[0]), 2),
    )


def without_sensitive(evaluation: ev.Evaluation, names: Sequence[str] = SENSITIVE) -> str:
    """What it costs to leave out attributes of the person."""
    held = [name for name in names if name in evaluation.table.features.columns]
    if not held:
        return _("No attribute of the person is among the features.")
    less = ev.retested(evaluation, evaluation.table.without(held))
    y, unit = evaluation.outcome["churned"], evaluation.outcome["unit"]
    whole, other = cls.measures(y, evaluation.probability), cls.measures(y, less)
    found = cls.intervals(
        lambda w: {"cost": whole(w)["roc_auc"] - other(w)["roc_auc"]}, unit, evaluation.seed
    ).loc["cost"]
    return _(
        "Without what is known of the person ({names}) the AUC changes by {cost} ({low} to {high}); the parameter"
        ' "without" leaves it out.'
    ).format(
        names=listed(feature_label(name) for name in held),
        cost=number(-found["value"], 3),
        low=number(-found["high"], 3),
        high=number(-found["low"], 3),
    )


def figures(scores: pd.DataFrame, evaluation: ev.Evaluation, reached: pd.DataFrame) -> list[dict]:
    """Recorded figures, as arguments of `report.results.figure`; `reached` from `at_capacity`."""
    customers, tested = len(scores), len(evaluation.outcome)
    rate = float(evaluation.outcome["churned"].mean())
    spread = np.sqrt((scores["probability"] * (1 - scores["probability"])).sum())
    expected = float(scores["probability"].sum())
    found = [
        {
            "name": "expected_losses",
            "label": _("Expected losses"),
            "value": round(expected),
            "low": round(max(expected - 1.96 * spread, 0.0)),
            "high": round(expected + 1.96 * spread),
            "unit": "customers",
            "baseline": round(rate * customers),
            "n": customers,
        },
        {
            "name": "churn_rate_tested",
            "label": _("Churn rate, tested"),
            "value": rate,
            "unit": "share",
            "n": tested,
        },
    ]
    base = evaluation.measure("pr_auc", lrn.BASE)[0]
    for name, label, baseline in (("roc_auc", _("ROC-AUC"), 0.5), ("pr_auc", _("PR-AUC"), base)):
        value, low, high = evaluation.measure(name)
        found.append(
            {
                "name": name,
                "label": label,
                "value": value,
                "low": low,
                "high": high,
                "unit": "",
                "baseline": baseline,
                "n": tested,
            }
        )
    slope = evaluation.calibration["slope"]
    if np.isfinite(slope[0]):
        found.append(
            {"name": "calibration_slope", "label": _("Calibration slope"), "value": slope[0], "low": slope[1],
             "high": slope[2], "unit": "", "baseline": 1.0, "n": tested}
        )  # fmt: skip
    words = {"precision": _("Precision at capacity"), "capture": _("Capture at capacity")}
    for name, row in reached.iterrows():
        if np.isfinite(row["value"]):
            baseline = rate if name == "precision" else None
            found.append(
                {"name": f"{name}_at_capacity", "label": words[name], **row[["value", "low", "high"]].to_dict(),
                 "unit": "share", "baseline": baseline, "n": tested}
            )  # fmt: skip
    return found


def compared(evaluation: ev.Evaluation) -> pd.DataFrame:
    """All candidates on the test, for reading.

    Returns
    -------
    DataFrame
        One row per candidate, the best first: label, roc_auc, pr_auc, top_tenth_lift, and in thousandths brier,
        resolution, reliability.
    """
    wide = evaluation.measures.pivot(index="candidate", columns="measure", values="value")
    wide[["brier", "resolution", "reliability"]] *= 1_000
    wide = wide.loc[list(lrn.CANDIDATES)].sort_values("pr_auc", ascending=False).reset_index()
    return wide.assign(label=wide["candidate"].map(lrn.labels()))


def by_tenth(evaluation: ev.Evaluation) -> pd.DataFrame:
    """Expected against observed by tenth of the score.

    Returns
    -------
    DataFrame
        One row per tenth, the lowest score first: label, customers, expected, observed, low, high.
    """
    curve = evaluation.curve.rename(columns={"units": "customers"})
    return curve.assign(label=[number(k + 1) for k in range(len(curve))])


def compared_note() -> str:
    """What the measures of `compared` are."""
    return _(
        "Brier score: mean squared error of the probabilities. Of what leaving varies by itself, resolution is the part that"
        " a model tells apart; miscalibration is what it adds to the error."
    )
