"""Qini curves: by hand, ties, and intervals."""

import numpy as np
import pytest
from tests.statistics.uplift.trial import trial

from analysis.statistics.uplift.curves import curve


def test_by_hand():
    # best half: treated 2 of 2, control 0 of 2; other half: treated 0 of 2, control 2 of 2
    p = [4, 4, 4, 4, 1, 1, 1, 1]
    t = [1, 1, 0, 0, 1, 1, 0, 0]
    y = [1, 1, 0, 0, 0, 0, 1, 1]
    found = curve(p, t, y, draws=20)
    gain = found.points.set_index("share")["gain"]
    assert gain[0.25] == pytest.approx(0.25) and gain[0.5] == pytest.approx(0.5)
    assert gain[1.0] == pytest.approx(0)
    # from one half on: φ (1/(2φ) − (φ − ½)/φ) = 1 − φ, a triangle of area ¼ in all
    assert found.area.value == pytest.approx(0.25, abs=1e-3)
    assert found.qini.value == pytest.approx(0.25, abs=1e-3)


def test_a_constant_prediction_is_the_lot():
    one = trial(1)
    found = curve(np.ones(len(one.treated)), one.treated, one.stayed, draws=30)
    assert found.points["gain"].to_numpy() == pytest.approx(found.points["random"].to_numpy())
    assert found.qini.value == pytest.approx(0) and found.qini.high == pytest.approx(0)


def test_the_truth_is_above_the_lot_and_its_reverse_below():
    one = trial(2)
    for sign in (1, -1):
        found = curve(sign * one.gain, one.treated, one.stayed, draws=100)
        assert sign * found.qini.value > 0
        assert (found.qini.low > 0) == (sign > 0)


def test_the_interval_of_the_area_covers():
    held = 0
    for seed in range(60):
        one = trial(seed, n=1_500)
        order = np.argsort(-one.gain)
        truth = np.cumsum(one.gain[order]).mean() / len(order)
        area = curve(one.gain, one.treated, one.stayed, draws=100).area
        held += area.low <= truth <= area.high
    assert held >= 52  # of 57 expected
