"""Checks on the model of churn: better than the base rate, calibrated, without leaks, stable."""

import pandas as pd

from analysis.language import _, listed, number
from analysis.statistics.drift import drift_table
from analysis.topics.churn import evaluation as ev
from analysis.topics.churn import learners as lrn

SLOPE = (0.8, 1.25)  # of calibration, beyond which forecasts are too extreme or too flat
MOVED = 0.25  # PSI of the scores


def drift(evaluation: ev.Evaluation, scored: pd.DataFrame) -> pd.DataFrame:
    """Have the features and the scores moved since the model was tested?

    Parameters
    ----------
    scored : DataFrame
        One row per customer of today: customer_id, probability, the features.

    Returns
    -------
    DataFrame
        As `statistics.drift.drift_table`, of the customers of both the last test day and today, the score among the
        features.
    """
    tested = evaluation.outcome
    last = tested["time"] == tested["time"].max()
    before = evaluation.tested.features[last.to_numpy()].assign(probability=evaluation.probability[last])
    before.index = pd.Index(tested["unit"][last])
    after = scored.set_index("customer_id")[list(before.columns)]
    return drift_table(before, after, paired=True, seed=evaluation.seed)


def checks(
    evaluation: ev.Evaluation, alarms: pd.DataFrame, moved: pd.DataFrame, change: pd.DataFrame
) -> list[tuple[str, bool, str]]:
    """Checks on the model, as arguments of `report.results.health`: name, whether it holds, message.

    Parameters
    ----------
    alarms : DataFrame
        From `leaks.alarms`.
    moved : DataFrame
        From `drift`.
    change : DataFrame
        From `statistics.stability.by_time`.
    """
    gain, slope = evaluation.gain(lrn.BASE, "log_loss"), evaluation.calibration["slope"]
    score = moved.set_index("feature").loc["probability"]
    unstable = change[change["changed"].fillna(False).astype(bool)]
    steady = _("That a measure changed over the test months is not shown.")
    if change["p_adjusted"].isna().all():
        steady = _("Too few test months could be measured to tell whether measures change.")
    shaky = _("Measures that changed over the test months: {names}.").format(
        names=listed(unstable["measure"])
    )
    return [
        (
            "better_than_base_rate",
            evaluation.usable,
            _("Log loss against the base rate: {gain} ({low} to {high}).").format(
                gain=number(gain[0], 4), low=number(gain[1], 4), high=number(gain[2], 4)
            ),
        ),
        (
            "calibrated",
            bool(slope[1] <= SLOPE[1] and slope[2] >= SLOPE[0]),
            _("Calibration slope {slope} ({low} to {high}); {least} to {most} is accepted.").format(
                slope=number(slope[0], 2),
                low=number(slope[1], 2),
                high=number(slope[2], 2),
                least=number(SLOPE[0], 2),
                most=number(SLOPE[1], 2),
            ),
        ),
        *(
            (f"leak_{row.check}", bool(row.ok), row.message)
            for row in alarms.itertuples()
            if row.ok is not pd.NA
        ),
        (
            "scores_stable",
            bool(score["psi"] < MOVED or not score["drifted"]),
            _("PSI of the scores since the last test day: {psi} (up to {noise} is chance).").format(
                psi=number(score["psi"], 3), noise=number(score["noise"], 3)
            ),
        ),
        (
            "months_alike",
            bool(change["p_adjusted"].notna().any() and unstable.empty),
            steady if unstable.empty else shaky,
        ),
    ]
