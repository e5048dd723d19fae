"""Learners find planted effects, keep still where there are none, and survive arms without events."""

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier
from tests.statistics.uplift.trial import trial

from analysis.statistics.uplift import groups, learners, outcome, scores

PLANTED = [trial(seed) for seed in (11, 12)]


@pytest.mark.parametrize("name", ["two-model", "x", "dr"])
def test_who_is_kept_is_found_and_holds_on_the_next_trial(name):
    first, second = PLANTED
    effect = (
        learners.LEARNERS[name]().fit(first.features, first.treated, first.stayed).effect(second.features)
    )
    assert np.corrcoef(effect, second.gain)[0, 1] > 0.5
    best = effect >= np.quantile(effect, 0.8)
    assert second.gain[best].mean() > 2 * second.gain.mean()


def test_comparison_prefers_who_is_nearer_and_predicts_out_of_fold():
    one = PLANTED[0]
    table, predicted = learners.compare(one.features, one.treated, one.stayed)
    loss = table.set_index("learner")["loss"]
    assert loss["constant"] == 0 and table["learner"].iloc[0] in ("two-model", "x", "dr")
    near = {name: ((effect - one.gain) ** 2).mean() for name, effect in predicted.items()}
    assert near[table["learner"].iloc[0]] < near["constant"]
    assert len(np.unique(predicted["constant"])) <= learners.FOLDS


def test_where_nothing_is_planted_penalised_learners_stay_near_nothing():
    none = trial(5, "none")
    for name in ("proportional", "dr"):
        effect = learners.LEARNERS[name]().fit(none.features, none.treated, none.stayed).effect(none.features)
        assert np.sqrt((effect**2).mean()) < 0.012


def test_proportional_is_of_the_rarer_outcome():
    one = PLANTED[0]
    stayed = learners.Proportional().fit(one.features, one.treated, one.stayed)
    left = learners.Proportional().fit(one.features, one.treated, 1 - one.stayed)
    assert stayed.effect(one.features) == pytest.approx(-left.effect(one.features), abs=1e-3)
    assert stayed.effect(one.features).std() > 0


def test_scores_are_unbiased_whatever_the_model():
    values = []
    for seed in range(40):
        one = trial(seed, n=1_500)
        wrong = (DummyClassifier(strategy="constant", constant=1),) * 2
        found = scores.scores(one.features, one.treated, one.stayed, propensity=0.5, models=wrong)
        values.append(found.effect.mean() - one.gain.mean())
    assert np.mean(values) == pytest.approx(0, abs=3 * np.std(values) / np.sqrt(40))


def test_estimated_propensity_undoes_a_choice_by_risk():
    """Those at risk are treated more often: the plain difference of the arms is wrong, the scores are not."""
    plain, found = [], []
    for seed in range(8):
        one = trial(seed, "none", share=lambda x: 1 / (1 + np.exp(-1.2 * x["a"])))
        plain.append(one.stayed[one.treated].mean() - one.stayed[~one.treated].mean())
        models = (DummyClassifier(strategy="prior"),) * 2
        drawn = scores.scores(
            one.features, one.treated, one.stayed, propensity="estimated", models=models, folds=3
        )
        found.append(drawn.effect.mean())
    assert np.mean(plain) < -0.03
    assert abs(np.mean(found)) < 0.01


def test_known_propensities_are_used():
    one = PLANTED[0]
    each = np.where(one.features["a"] > 0, 0.4, 0.6)
    found = scores.propensities(one.features, one.treated, np.zeros(len(each), int), each)
    assert found == pytest.approx(each)


def test_few_events_leave_the_constant():
    one = trial(3, n=200)
    assert isinstance(outcome.choose(one.features, np.arange(200) < 5), DummyClassifier)
    nobody = np.ones(200, dtype=int)
    found = scores.scores(one.features, one.treated, nobody)
    assert found.effect == pytest.approx(0)


def test_columns_without_a_value_do_no_harm():
    one = trial(4)
    x = one.features.assign(blank=np.nan)
    assert np.isfinite(scores.scores(x, one.treated, one.stayed).effect).all()
    assert np.isfinite(learners.DRLearner().fit(x, one.treated, one.stayed).effect(x)).all()


def test_out_of_fold_predictions_do_not_see_the_unit():
    """Fitted and tested on the same units, two models find differences in noise; out of fold they do not."""
    p = []
    for seed in range(12):
        none = trial(seed, "none", n=1_500)
        models = (outcome.candidates(500)["logistic, C = 0.1"],) * 2
        effect = learners.out_of_fold("two-model", none.features, none.treated, none.stayed, models=models)
        measured = scores.scores(none.features, none.treated, none.stayed, models=models, seed=1).effect
        p.append(groups.heterogeneity(measured, effect).p_value)
    assert np.mean(np.array(p) < 0.05) <= 0.25
