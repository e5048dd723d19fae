"""The model comparison: as good as can be on planted panels, calibrated later, customers on one side only."""

import numpy as np
import pandas as pd
import pytest
from tests.topics.churn import planted

from analysis.statistics.classification import roc_auc
from analysis.topics.churn import crossing
from analysis.topics.churn import evaluation as ev
from analysis.topics.churn import learners as lrn
from analysis.topics.churn.tables import examples


@pytest.fixture(scope="module")
def found():
    panel = planted.panel(seed=1)
    table = panel.table()
    evaluation = ev.compared(table, planted.slices(table.time), seed=3)
    return panel, evaluation


def test_the_ranking_is_within_two_hundredths_of_the_best_possible(found):
    panel, evaluation = found
    rows = evaluation.outcome["row"]
    best = roc_auc(panel.frame["churned"].iloc[rows], panel.chance[rows])
    assert best > 0.8
    assert evaluation.measure("roc_auc")[0] >= best - 0.02


def test_forecasts_come_true_on_later_days(found):
    _panel, evaluation = found
    slope = evaluation.calibration["slope"]
    assert 0.9 <= slope[0] <= 1.1
    assert slope[1] <= 1 <= slope[2]
    assert evaluation.probability.sum() == pytest.approx(evaluation.outcome["churned"].sum(), rel=0.15)


def test_models_beat_the_baselines_and_the_base_rate_ranks_nobody(found):
    _panel, evaluation = found
    measures = evaluation.measures.set_index(["candidate", "measure"])["value"]
    assert measures[lrn.BASE, "roc_auc"] == 0.5
    assert measures[lrn.LOGISTIC, "pr_auc"] > measures[lrn.RULE, "pr_auc"] > measures[lrn.BASE, "pr_auc"]
    assert evaluation.usable
    assert evaluation.gain(lrn.RULE)[1] > 0


def test_no_customer_is_forecast_by_a_model_that_has_learnt_from_them(found, monkeypatch):
    _panel, evaluation = found
    table, slices, fold = evaluation.table, evaluation.slices, evaluation.fold
    learnt = []
    monkeypatch.setattr(lrn, "learn", lambda _name, part, *_rest: learnt.append(set(part.unit)))
    crossing.crossed(
        lrn.LOGISTIC,
        table.rows(slices.again),
        fold[slices.again],
        table.rows(slices.test),
        lrn.Settings(),
        "",
        0,
    )
    for k, units in enumerate(learnt):
        assert not units & set(table.unit[slices.test & (fold == k)])
    assert len(learnt) == crossing.FOLDS


def test_slices_follow_each_other_in_time(found):
    _panel, evaluation = found
    time, slices = evaluation.table.time, evaluation.slices
    assert (
        time[slices.learn].max()
        < time[slices.tune].min()
        <= time[slices.tune].max()
        < time[slices.test].min()
    )
    assert time[slices.again].max() < time[slices.test].min()


def test_outcomes_of_the_test_do_not_move_a_forecast(found):
    """No look-ahead: other outcomes in the tested days leave every forecast as it was."""
    panel, evaluation = found
    frame = panel.frame.copy()
    late = evaluation.slices.test
    frame.loc[late, "churned"] = 1 - frame.loc[late, "churned"]
    other = ev.compared(planted.Planted(frame, panel.chance).table(), evaluation.slices, seed=3)
    assert other.chosen == evaluation.chosen
    assert np.array_equal(other.probability, evaluation.probability)


def test_a_planted_bend_needs_boosting_and_a_straight_line_does_not():
    rng = np.random.default_rng(0)
    n = 6_000
    x = rng.normal(size=(n, 4))
    time = np.arange(n)
    straight = rng.random(n) < 1 / (1 + np.exp(2 - x[:, 0]))
    bent = rng.random(n) < 1 / (1 + np.exp(2.5 - 2 * np.abs(x[:, 0]) * (x[:, 1] > 0)))
    features = pd.DataFrame(x, columns=list("abcd"))
    for churned, wanted in ((straight, lrn.LOGISTIC), (bent, lrn.BOOSTED)):
        table = examples(features, churned.astype(int), time=time)
        assert ev.compared(table, ev.in_order(table)).chosen == wanted


def test_where_nothing_can_be_known_no_model_is_used():
    rng = np.random.default_rng(2)
    features = pd.DataFrame(rng.normal(size=(4_000, 6)), columns=list("abcdef"))
    table = examples(features, (rng.random(4_000) < 0.1).astype(int), time=np.arange(4_000))
    evaluation = ev.compared(table, ev.in_order(table))
    assert not evaluation.usable
    model = ev.refitted(evaluation, table, evaluation.slices)
    assert model.name == lrn.BASE
    assert len(set(model.predict(features))) == 1


def test_the_unit_of_money_does_not_matter():
    panel = planted.panel(customers=1_200, days=8, seed=4)
    table = panel.table()
    features = table.features.assign(
        balance=table.features["balance"] * 128, recent=table.features["recent"] * 64
    )
    slices = planted.slices(table.time)
    one, other = (ev.compared(t, slices).probability for t in (table, panel.table(features)))
    assert np.allclose(one, other, atol=1e-9)


def test_a_model_may_be_asked_for_and_a_strange_one_is_named():
    table = planted.panel(customers=1_500, days=8).table()
    slices = planted.slices(table.time)
    assert ev.compared(table, slices, model=lrn.RULE, rule="recent").chosen == lrn.RULE
    with pytest.raises(ValueError, match=r"model is 'forest'; expected one of auto, base_rate"):
        ev.compared(table, slices, model="forest")


def test_too_few_losses_are_named_with_a_remedy():
    table = planted.panel(customers=150, days=8).table()
    with pytest.raises(ValueError, match=r"slice \w+ has \d+ lost and .* Take a longer history"):
        ev.compared(table, planted.slices(table.time))
