"""Measures against figures worked out by hand."""

import numpy as np
import pandas as pd
import pytest

from analysis.topics.lifetime_value import accuracy as acc

SEEN = np.array([0.0, 1.0, 2.0, 5.0])


def test_a_perfect_forecast():
    found = acc.accuracy(SEEN, SEEN)
    assert (found["mae"], found["rmse"], found["bias"]) == (0, 0, 0)
    assert found["rank_correlation"] == pytest.approx(1)
    assert found["gini"] == pytest.approx(1)


def test_errors_by_hand():
    found = acc.accuracy(SEEN, SEEN + np.array([1, 1, 1, -1]))
    assert (found["mae"], found["rmse"], found["bias"]) == (1, 1, 0.25)


def test_a_constant_ranks_nobody():
    found = acc.accuracy(SEEN, np.full(4, 2.0))
    assert np.isnan(found["rank_correlation"])
    assert found["gini"] == 0


def test_the_order_turned_round_has_the_opposite_gini():
    assert acc.ranked_gini(SEEN, -SEEN) == pytest.approx(-1)


def test_the_score_is_the_mean_of_both_ratios():
    forecasts = pd.DataFrame(
        {"naive": SEEN + 2, "better": SEEN + 1, "one_off": SEEN + np.array([0, 0, 0, 4])}
    )
    scores = acc.score(SEEN, forecasts, "naive")
    assert scores["naive"] == 1
    assert scores["better"] == 0.5
    assert scores["one_off"] == pytest.approx((0.5 + 1.0) / 2)


def test_equal_forecasts_share_a_band():
    assert acc.bands(np.array([1.0, 1.0, 1.0, 9.0]), 2).tolist() == [1, 1, 1, 2]


def test_calibration_holds_the_truth_in_its_interval():
    rng = np.random.default_rng(0)
    mean = np.repeat(np.arange(1.0, 11.0), 2_000)
    inside = []
    for _draw in range(20):
        table = acc.calibration(rng.poisson(mean), mean, acc.bands(mean))
        inside += list((table["low"] <= table["forecast"]) & (table["forecast"] <= table["high"]))
    assert table["customers"].sum() == len(mean)
    assert 0.9 <= np.mean(inside) <= 0.99


def test_few_purchases_leave_room_for_chance():
    """Where nobody bought, the normal interval has no width at all."""
    seen = np.array([0.0] * 400 + [0.0] * 399 + [1.0])
    table = acc.calibration(seen, np.full(800, 0.005), np.repeat([1, 2], 400))
    # Garwood's intervals of 0 and of 1 event: up to 3.69, and 0.025 to 5.57
    assert table["low"].tolist() == pytest.approx([0, 0], abs=1e-4)
    assert table["high"].tolist() == pytest.approx([3.689 / 400, 5.572 / 400], rel=1e-3)
