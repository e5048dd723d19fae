"""Average effects: by hand, their coverage, how they are drawn in, what a trial could have shown."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from analysis.statistics.uplift import effects


def test_log_ratio_by_hand():
    log, error = effects.log_ratio(10, 1_000, 20, 1_000)
    assert log == pytest.approx(np.log(0.5))
    assert error == pytest.approx(np.sqrt(1 / 10 + 1 / 20 - 2 / 1_000))
    found = effects.reduction(float(log), float(error))
    assert found.value == pytest.approx(0.5)
    assert found.low == pytest.approx(1 - np.exp(np.log(0.5) + 1.959964 * error), abs=1e-6)
    log, error = effects.log_ratio(0, 100, 4, 100)
    assert np.isfinite([log, error]).all() and log < 0


def test_pooled_weighs_by_precision_and_sees_disagreement():
    alike = pd.DataFrame(
        {
            "k_treated": [10, 100],
            "n_treated": [1_000, 10_000],
            "k_control": [20, 200],
            "n_control": [1_000, 10_000],
        }
    )
    found = effects.pooled(alike)
    assert found.log == pytest.approx(np.log(0.5)) and found.p_same == pytest.approx(1)
    apart = alike.assign(k_treated=[40, 100])
    assert effects.pooled(apart).p_same < 0.001
    assert effects.pooled(apart).log < -0.35  # log 0.5 and log 2, the larger trial weighs five times as much
    assert np.isnan(effects.pooled(alike.head(1)).p_same)


def test_shrinking():
    assert effects.shrunk(-0.5, 0.1)[0] == pytest.approx(-0.5 * (1 - 0.04))
    assert effects.shrunk(-0.5, 0.6) == (0.0, 0.0)
    assert effects.shrunk(0.0, 0.3) == (0.0, 0.0)


def test_shrinking_errs_less_where_there_is_little_effect():
    rng = np.random.default_rng(2)
    seen = rng.normal(0.1, 0.3, 4_000)
    drawn = np.array([effects.shrunk(one, 0.3)[0] for one in seen])
    assert ((drawn - 0.1) ** 2).mean() < 0.8 * ((seen - 0.1) ** 2).mean()


def test_adjusted_is_the_difference_without_prediction_and_sharper_with_one():
    rng = np.random.default_rng(3)
    t, m = rng.random(3_000) < 0.4, rng.normal(size=3_000)
    y = 2 * m + 0.5 * t + rng.normal(size=3_000)
    plain, sharp = effects.adjusted(t, y, np.zeros(3_000)), effects.adjusted(t, y, m)
    assert plain.value == pytest.approx(y[t].mean() - y[~t].mean())
    assert plain.error == pytest.approx(np.sqrt(y[t].var(ddof=1) / t.sum() + y[~t].var(ddof=1) / (~t).sum()))
    assert sharp.error < 0.6 * plain.error and sharp.low < 0.5 < sharp.high


def test_adjusted_covers():
    held = 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        p = 1 / (1 + np.exp(3 - rng.normal(size=1_500)))
        t = rng.random(1_500) < 0.5
        y = rng.random(1_500) < np.where(t, 0.7 * p, p)
        found = effects.adjusted(t, y, p)
        held += found.low <= -0.3 * p.mean() <= found.high
    assert 0.92 <= held / 300 <= 0.98


def test_detectable_fall_is_detected_as_often_as_stated():
    n, rate = 2_000, 0.05
    fall = effects.detectable(n, n, rate)
    rng = np.random.default_rng(1)
    treated, control = rng.binomial(n, rate - fall, 4_000) / n, rng.binomial(n, rate, 4_000) / n
    both = (treated + control) / 2
    z = (control - treated) / np.sqrt(2 * both * (1 - both) / n)
    assert (z > norm.ppf(0.975)).mean() == pytest.approx(0.8, abs=0.03)
    assert effects.units_needed(rate, fall) == pytest.approx(2 * n, rel=0.01)
    assert np.isnan(effects.detectable(20, 20, 0.03)) and np.isnan(effects.detectable(20, 20, 0.0))
