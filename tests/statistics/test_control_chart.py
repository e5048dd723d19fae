"""Control charts of rates: false alarms, overdispersion, steps, and the usual limits beside them."""

import numpy as np
import pytest

from analysis.statistics.control_chart import chart, level, step


def rings(mean: float, months: int, seed: int, shape: float | None = None, change: float = 1.0) -> np.ndarray:
    """Scores of the months after a baseline of 24, whose exposure varies, charts × months."""
    rng = np.random.default_rng(seed)
    found = []
    for _chart in range(months // 12):
        exposure = rng.uniform(0.7, 1.3, 36)
        rate = mean * (rng.gamma(shape, 1 / shape, 36) if shape else 1.0)
        x = rng.poisson(rate * exposure * np.where(np.arange(36) >= 24, change, 1.0))
        found.append(chart(x[24:], exposure[24:], level(x[:24], exposure[:24]))["score"])
    return np.concatenate(found)


@pytest.mark.parametrize("mean", [5, 40])
def test_few_and_many_events_ring_by_mistake_as_often_as_stated(mean):
    scores = rings(mean, 7_200, seed=3)
    assert np.mean(np.abs(scores) > 3) < 0.0075  # stated 0.0027; 0.0063 is what 5 events a month come to
    assert np.mean(scores > 3) < 0.003  # where the usual limits ring with 0.006 at 5 events
    assert 0.03 < np.mean(np.abs(scores) > 2) < 0.06


def test_the_usual_limits_ring_too_often_upwards_where_events_are_few():
    rng = np.random.default_rng(4)
    x = rng.poisson(5, (2_000, 36))
    mean = x[:, :24].mean(axis=1, keepdims=True)
    assert (x[:, 24:] > mean + 3 * np.sqrt(mean)).mean() > 0.004


def test_overdispersed_months_do_not_ring_all_the_time():
    wide = rings(300, 2_400, seed=5, shape=25)  # spread of 3.6 times Poisson's
    assert np.mean(np.abs(wide) > 3) < 0.02
    rng = np.random.default_rng(6)
    x = rng.poisson(300 * rng.gamma(25, 1 / 25, 24))
    found = level(x, np.ones(24))
    assert found.p_value < 0.001 and 2 < found.spread < 6
    assert level(rng.poisson(40, 24), np.ones(24)).spread == 1.0


def test_a_doubled_rate_rings_at_once():
    assert np.mean(rings(40, 600, seed=7, change=2.0) > 3) > 0.95


def test_limits_are_where_a_count_reaches_three():
    x, n = np.full(24, 9.0), np.ones(24)
    found = chart([9, 30, 0], [1, 1, 2], level(x, n))
    for side, limit in (("high", 3), ("low", -3)):
        at = found[side].iloc[2] * 2
        again = chart([at], [2], level(x, n))["score"].iloc[0]
        assert again == pytest.approx(limit, abs=1e-9)
    assert (
        found["low"].iloc[0] > 0
        and found["signal"].iloc[1] == "beyond"
        and "beyond" in found["signal"].iloc[2]
    )
    assert chart([0], [1], level(np.ones(24), n))["low"].iloc[0] == 0


def test_a_month_of_the_baseline_is_compared_with_the_rest_of_it():
    x = np.full(12, 40.0)
    x[5] = 80
    base = level(x, np.ones(12))
    inside = np.ones(12, bool)
    apart = chart(x, np.ones(12), base, inside)["score"].iloc[5]
    assert apart > chart(x, np.ones(12), base)["score"].iloc[5] > 3


def test_a_step_is_dated_and_sized_and_noise_is_not():
    rng = np.random.default_rng(8)
    base = level(rng.poisson(40, 24), np.ones(24))
    found = step(np.concatenate([rng.poisson(40, 6), rng.poisson(64, 6)]), np.ones(12), base)
    assert found.since == 6 and found.low < 1.6 < found.high and found.p_value == 0.001
    chance = [step(rng.poisson(40, 12), np.ones(12), level(rng.poisson(40, 24), np.ones(24)), seed=k).p_value
              for k in range(100)]  # fmt: skip
    assert np.mean(np.array(chance) < 0.05) < 0.12
    assert step([], [], base) is None


def test_what_no_level_can_be_told_from_is_said():
    with pytest.raises(ValueError, match="the baseline has 3 periods; expected at least 8"):
        level([1, 2, 3], [1, 1, 1])
    with pytest.raises(ValueError, match="1 periods of the baseline have no exposure"):
        level(np.ones(9), [*[1.0] * 8, 0.0])
