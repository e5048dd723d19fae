"""Groups by predicted effect, and a test of heterogeneity that holds its level and has power."""

import numpy as np
import pytest
from tests.statistics.uplift.trial import trial

from analysis.statistics.uplift import groups, scores


def test_groups_by_hand():
    p, t = np.repeat([3.0, 2.0, 1.0], 4), np.tile([True, True, False, False], 3)
    y = [1, 1, 0, 0, 1, 0, 1, 0, 0, 0, 1, 1]
    found = groups.by_group(p, t, y, groups=3)
    assert found["n"].tolist() == [4, 4, 4] and found["predicted"].tolist() == [3, 2, 1]
    assert found["effect"].tolist() == [1, 0, -1]
    assert (found["low"] <= found["effect"]).all() and (found["effect"] <= found["high"]).all()


def test_equal_predictions_stay_together():
    one = trial(1)
    assert len(groups.by_group(np.ones(len(one.treated)), one.treated, one.stayed)) == 1


def test_sign_of_every_group_with_a_large_effect():
    one = trial(7, n=8_000)
    found = groups.by_group(one.gain, one.treated, one.stayed)
    assert found["effect"].iloc[0] > 0 and found["low"].iloc[0] > 0
    assert found["effect"].iloc[-1] < 0


def test_level_with_a_prediction_that_tells_nothing():
    """Rare outcomes and a skewed prediction: the test fires as often as it says."""
    fired = beyond = 0
    for seed in range(400):
        rng = np.random.default_rng(seed)
        n = 1_500
        risk = 1 / (1 + np.exp(3.5 - rng.normal(size=n)))
        t, y = rng.random(n) < 0.5, (rng.random(n) > risk).astype(float)
        measured = (t / 0.5 - (~t) / 0.5) * (y - (1 - risk))
        predicted = risk * rng.lognormal(0, 0.5, n)
        fired += groups.heterogeneity(measured, predicted).p_value < 0.05
        beyond += groups.heterogeneity(measured, predicted, beside=risk).p_value < 0.05
    assert 0.025 <= fired / 400 <= 0.08 and 0.025 <= beyond / 400 <= 0.08


def test_it_fires_on_planted_differences_with_a_slope_of_one():
    one = trial(8)
    measured = scores.scores(one.features, one.treated, one.stayed).effect
    found = groups.heterogeneity(measured, one.gain)
    assert found.p_value < 0.001 and found.slope.low < 1 < found.slope.high
    assert groups.heterogeneity(measured, -one.gain).p_value > 0.999


def test_risk_alone_is_no_difference_beyond_risk():
    fired = seen = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        n = 3_000
        risk = 1 / (1 + np.exp(2.5 - rng.normal(size=n)))
        t = rng.random(n) < 0.5
        y = (rng.random(n) > np.where(t, 0.5 * risk, risk)).astype(float)
        measured = (t / 0.5 - (~t) / 0.5) * (y - (1 - 0.75 * risk))
        predicted = 0.5 * risk + rng.normal(0, 0.02, n)
        seen += groups.heterogeneity(measured, 0.5 * risk).p_value < 0.05
        fired += groups.heterogeneity(measured, predicted, beside=risk).p_value < 0.05
    assert fired <= 8  # 3 expected
    assert seen > 45


def test_a_constant_prediction_shows_nothing():
    found = groups.heterogeneity(np.random.default_rng(1).normal(size=50), np.full(50, 0.3))
    assert found.p_value == 1 and np.isnan(found.slope.value)


def test_calibration_brings_predictions_onto_the_scale_seen():
    rng = np.random.default_rng(4)
    truth = rng.normal(0.1, 0.2, 5_000)
    found = groups.calibrated(truth + rng.normal(size=5_000), 10 * truth + 3, [3.0, 13.0])
    assert found["effect"].tolist() == pytest.approx([0, 1], abs=0.15)
    assert (found["low"] < [0, 1]).all() and (found["high"] > [0, 1]).all()
