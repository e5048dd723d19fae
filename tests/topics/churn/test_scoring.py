"""Scores of today's customers: reasons beside the right customer, lists as the run stores them."""

import numpy as np
import pandas as pd
import pytest

from analysis.bank.source import open_bank
from analysis.statistics.calibration import Calibrator
from analysis.topics import churn
from analysis.topics.churn import scoring
from analysis.topics.churn.definitions import Definition


@pytest.fixture(scope="module")
def whole(demo_folder):
    """A model of the small simulated bank, and its customers of today."""
    view = open_bank(str(demo_folder)).view()
    plan, meant = churn.panel.planned(view, Definition("contractual"))
    table = churn.panel.examples(churn.panel.past(view, plan.days, meant))
    found = churn.evaluation.compared(table, plan.slices(table.time), churn.learners.LOGISTIC, seed=1)
    # The bank is so small that no model beats its base rate; reasons need one all the same.
    learner = churn.learners.learn(churn.learners.LOGISTIC, table, churn.learners.Settings(), seed=1)
    latest = churn.evaluation.Model(churn.learners.LOGISTIC, learner, Calibrator(0.0, 1.0))
    now = churn.panel.could_churn(view, churn.panel.known(view), meant)
    return found, latest, now, scoring.scored(latest, now, table)


def test_every_customer_has_a_probability_and_reasons_that_are_theirs(whole):
    _found, _latest, now, scores = whole
    assert scores["customer_id"].tolist() == now["customer_id"].tolist()
    assert scores["probability"].between(0, 1).all()
    mixed = scores.sample(200, random_state=1)
    told = scoring.with_reasons(mixed, now).set_index("customer_id")
    rows = now.set_index("customer_id")
    seen = 0
    for k in (1, 2, 3):
        for customer, row in told[told[f"reason_{k}"] == "tenure"].iterrows():
            years = rows.loc[customer, "tenure_days"] / 365.25
            assert row[f"why_{k}"] == f"With the bank for {years:.1f} years"
            seen += 1
    assert seen > 10
    assert (
        told["why"] == told[["why_1", "why_2", "why_3"]].apply(lambda w: "; ".join(x for x in w if x), axis=1)
    ).all()


def test_the_tested_rows_select_the_highest_of_each_day(whole):
    found, *_rest = whole
    rows = scoring.tested(found, capacity=20)
    assert (rows.groupby("day")["selected"].sum() == 20).all()
    for _day, part in rows.groupby("day"):
        assert (
            part.loc[part["selected"], "probability"].min()
            >= part.loc[~part["selected"], "probability"].max()
        )
    assert rows["age_years"].notna().any()


def test_expected_losses_are_near_those_of_a_like_window(whole):
    found, _latest, _now, scores = whole
    rate = found.outcome["churned"].mean()
    assert scores["probability"].mean() == pytest.approx(rate, rel=0.6)


@pytest.mark.parametrize(
    ("probability", "said"),
    [
        ([0.01] * 20, "Nobody is at 5 times the average risk or more: the losses are spread over many."),
        ([0.0] * 19 + [0.2], "The 1 at 5 times the average risk or more accounts for 100% of these losses."),
        (
            [0.01] * 18 + [0.41] * 2,
            "The 2 at 5 times the average risk or more account for 82% of these losses.",
        ),
    ],
)
def test_the_headline_counts_who_is_at_high_risk(probability, said):
    assert churn.findings.concentrated(pd.DataFrame({"probability": probability})) == said


@pytest.mark.parametrize(
    ("p_adjusted", "changed", "ok", "said"),
    [
        (0.5, False, True, "That a measure changed over the test months is not shown."),
        (0.01, True, False, "Measures that changed over the test months: auc."),
        (np.nan, False, False, "Too few test months could be measured to tell whether measures change."),
    ],
)
def test_months_that_nobody_could_compare_are_not_called_alike(whole, p_adjusted, changed, ok, said):
    change = pd.DataFrame({"measure": ["auc"], "p_adjusted": [p_adjusted], "changed": [changed]})
    moved = pd.DataFrame({"feature": ["probability"], "psi": [0.1], "noise": [0.05], "drifted": [False]})
    alarms = pd.DataFrame(columns=["check", "ok", "message"])
    checks = churn.health.checks(whole[0], alarms, moved, change)
    assert checks[-1] == ("months_alike", ok, said)


def test_findings_say_what_the_evaluation_says(whole):
    found, _latest, _now, scores = whole
    headline = churn.findings.headline(scores, Definition("contractual"), found)
    assert headline.startswith(f"Of {len(scores):,} customers, {scores['probability'].sum():.0f} ")
    unknown = "Who they are is not known" in headline
    assert unknown != found.usable
    reached = churn.findings.at_capacity(found, 20)
    assert (reached["low"] <= reached["high"]).all()
    figures = {one["name"]: one for one in churn.findings.figures(scores, found, reached)}
    assert figures["roc_auc"]["value"] == found.measure("roc_auc")[0]
    assert figures["expected_losses"]["low"] <= figures["expected_losses"]["value"]
    assert np.isfinite(figures["calibration_slope"]["value"])
    table = churn.findings.compared(found)
    assert isinstance(table, pd.DataFrame) and table["pr_auc"].is_monotonic_decreasing
