"""Reliability: a statistician's alpha, omega of planted factors, items that do not belong."""

import numpy as np
import pandas as pd
import pingouin
import pytest
from tests.statistics import satisfaction as sat

from analysis.statistics import factors as fa
from analysis.statistics import moments as mo
from analysis.statistics import reliability as rl


def scale(n: int, seed: int, loadings, blanks: float = 0.0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    loadings = np.asarray(loadings)
    values = rng.normal(size=(n, 1)) * loadings + rng.normal(size=(n, len(loadings))) * np.sqrt(
        1 - loadings**2
    )
    values[rng.random(values.shape) < blanks] = np.nan
    return pd.DataFrame(values, columns=[f"q{k}" for k in range(1, len(loadings) + 1)])


def test_alpha_and_its_interval_are_pingouin_s(public_data):
    scores, _items = sat.bank(public_data)
    for construct in ("imag", "val", "loy"):
        part = scores.filter(like=construct)
        found = rl.reliability(part, draws=20)
        value, interval = pingouin.cronbach_alpha(part)
        assert found["alpha"] == pytest.approx(value, abs=1e-6)
        np.testing.assert_allclose(
            [found["alpha_low"], found["alpha_high"]], interval, atol=5.1e-4
        )  # it rounds


def test_with_blanks_alpha_is_pingouin_s_to_the_third_decimal():
    """Its variances are divided by one less than who answered, ours by who answered."""
    scores = scale(800, 1, [0.7] * 5, blanks=0.05)
    assert rl.reliability(scores, draws=10)["alpha"] == pytest.approx(
        pingouin.cronbach_alpha(scores)[0], abs=1e-3
    )


def test_omega_is_the_reliability_that_was_planted_where_alpha_is_too_low():
    loadings = np.array([0.9, 0.9, 0.4, 0.3])
    true = loadings.sum() ** 2 / (loadings.sum() ** 2 + (1 - loadings**2).sum())
    found = rl.reliability(scale(20_000, 2, loadings), draws=100)
    assert found["omega"] == pytest.approx(true, abs=0.01)
    assert found["omega_low"] < true < found["omega_high"] and found["omega_high"] - found["omega_low"] < 0.02
    assert found["alpha"] < true - 0.03


def test_intervals_cover_at_their_rate():
    loadings = np.full(4, 0.7)
    true = loadings.sum() ** 2 / (loadings.sum() ** 2 + (1 - loadings**2).sum())
    runs = [rl.reliability(scale(150, seed, loadings), draws=200, seed=seed) for seed in range(60)]
    for name in ("alpha", "omega"):
        covered = np.mean([r[f"{name}_low"] <= true <= r[f"{name}_high"] for r in runs])
        assert 0.85 <= covered <= 1.0, name


def test_one_factor_is_that_of_the_general_routine():
    found = mo.moments(scale(500, 3, [0.8, 0.6, 0.7, 0.5, 0.9])).correlation
    general = fa.maximum_likelihood(found[0], 1)[0][:, 0]
    np.testing.assert_allclose(rl.one_factor(found)[0][0], general, atol=1e-4)


def test_an_item_that_does_not_belong_stands_out():
    scores = scale(2_000, 4, [0.8, 0.8, 0.8, 0.05])
    table = rl.items_in_their_scale(scores).set_index("item")
    assert table["item_rest"].idxmin() == "q4" and table.loc["q4", "item_rest"] < 0.2
    assert table.loc["q4", "alpha_without"] > rl.reliability(scores, draws=10)["alpha"] + 0.05
    rest = scores[["q2", "q3", "q4"]].sum(axis=1)
    assert table.loc["q1", "item_rest"] == pytest.approx(np.corrcoef(scores["q1"], rest)[0, 1])
    assert table.loc["q1", "alpha_without"] == pytest.approx(
        pingouin.cronbach_alpha(scores[["q2", "q3", "q4"]])[0]
    )


def test_two_items_have_a_reliability_and_one_has_none():
    both = scale(3_000, 5, [0.8, 0.8])
    found = rl.reliability(both, draws=20)
    assert found["omega"] == pytest.approx(found["alpha"], abs=1e-3)
    assert found["omega"] == pytest.approx(2 * 0.64 / 1.64, abs=0.02)
    assert rl.items_in_their_scale(both)["alpha_without"].isna().all()
    with pytest.raises(ValueError, match="a construct of 1 item has no reliability"):
        rl.reliability(both[["q1"]])
    with pytest.raises(ValueError, match="q2 has the same score from every respondent"):
        rl.reliability(both.assign(q2=1.0))


def test_weights_count_respondents_several_times():
    scores = scale(300, 6, [0.8, 0.5, 0.7])
    weights = np.random.default_rng(1).integers(1, 4, 300)
    found = rl.reliability(scores, weights, draws=10)
    repeated = scores.loc[scores.index.repeat(weights)]
    assert found["alpha"] == pytest.approx(rl.reliability(repeated, draws=10)["alpha"], abs=1e-9)
