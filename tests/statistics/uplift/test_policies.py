"""The value of a rule: by hand, covered by its interval, and compared on the same units."""

import numpy as np
import pytest
from sklearn.dummy import DummyClassifier
from tests.statistics.uplift.trial import trial

from analysis.statistics.uplift import policies, scores


def test_by_hand():
    chosen, measured = np.array([True, True, False, False]), np.array([1.0, -0.5, 9.0, 9.0])
    found = policies.value(chosen, measured, worth=10.0, cost=2.0)
    assert found.value == pytest.approx((8 - 7) / 4)
    assert policies.top([1, 3, 2, 3], 0.5).tolist() == [False, True, False, True]


def test_comparison_has_an_interval_of_its_own():
    rng = np.random.default_rng(1)
    measured = rng.normal(0.1, 1, 2_000)
    rules = {"all": np.ones(2_000, bool), "none": np.zeros(2_000, bool), "most": np.arange(2_000) > 50}
    table = policies.compare(rules, measured, 5.0, 0.1).set_index("rule")
    assert table.loc["none", ["value", "low", "high"]].tolist() == [0, 0, 0]
    assert table.loc["all", ["better", "better_low", "better_high"]].tolist() == [0, 0, 0]
    width = table["better_high"] - table["better_low"]
    assert width["most"] < 0.3 * width["none"]  # they differ in 51 units only
    assert table["better"].to_numpy() == pytest.approx(
        (table["value"] - table.loc["all", "value"]).to_numpy()
    )


def test_the_interval_covers_the_truth_with_skewed_values():
    held = {"all": 0, "best": 0}
    for seed in range(60):
        one = trial(seed, n=2_000)
        worth = np.random.default_rng(seed).lognormal(7, 1, 2_000)
        models = (DummyClassifier(strategy="prior"),) * 2
        measured = scores.scores(one.features, one.treated, one.stayed, models=models).effect
        for name, chosen in (("all", np.ones(2_000, bool)), ("best", one.gain * worth > 6)):
            found = policies.value(chosen, measured, worth, 6.0)
            held[name] += found.low <= np.mean(chosen * (worth * one.gain - 6)) <= found.high
    assert min(held.values()) >= 51  # 85 %; 57 expected
