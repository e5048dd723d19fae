"""Response that depends on the answer: planted and recovered, and told where it cannot be."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from analysis.statistics import weighted
from analysis.statistics.nonresponse import fit, tilted
from analysis.statistics.weighted import Weighting

EFFECT = 0.25 * np.random.default_rng(99).normal(size=12)  # of branches


def survey(seed: int, n: int = 3_000, on_score: float = 0.6, on_shadow: float = 0.0, shadow: float = -0.9):
    """Invitees whose response depends on age and a latent score that a complaint and the branch go with."""
    rng = np.random.default_rng(seed)
    complaint, branch, age = (rng.random(n) < 0.15) * 1.0, rng.integers(0, 12, n), rng.normal(size=n)
    effect = EFFECT * (shadow != 0)
    latent = shadow * complaint + effect[branch] + 0.2 * age + 0.7 * rng.normal(size=n)
    answered = rng.random(n) < expit(-0.9 + on_score * latent + 0.3 * age + on_shadow * complaint)
    score = np.where(answered, latent + 0.3 * rng.normal(size=n), np.nan)
    y = 10 * latent + 3 * rng.normal(size=n)
    shadows = {
        "complaint": pd.DataFrame({"complaint": complaint}),
        "branch": pd.get_dummies(branch, drop_first=True),
    }
    return (
        answered,
        score,
        pd.DataFrame({"age": age}),
        {k: v.astype(float) for k, v in shadows.items()},
        y,
        latent,
    )


def headline(weighting: Weighting, y: np.ndarray) -> tuple[float, float, float]:
    found = weighted.mean(weighting, y)
    return found.value, *weighted.interval(found, len(y))


def test_the_planted_dependence_and_the_mean_of_all_are_recovered():
    hits, plain, odds = [], [], []
    for seed in range(80):
        answered, score, age, shadows, y, _latent = survey(seed)
        unit = np.arange(len(y))
        found = fit(answered, score, age, shadows, unit)
        assert found.usable
        truth = 10 * (-0.9 * 0.15 + EFFECT.mean())
        _value, low, high = headline(
            Weighting(found.weights, unit[answered], len(y), (found.stage,)), y[answered]
        )
        hits.append(low <= truth <= high)
        _value, low, high = headline(tilted(answered, score, age, 0.0, unit), y[answered])
        plain.append(low <= truth <= high)
        row, spread = found.odds.loc["score"], score[answered].std()
        odds.append(row["low"] / spread <= 0.6 <= row["high"] / spread)
    assert 0.91 <= np.mean(hits) <= 0.99 and np.mean(plain) < 0.1
    # An error in the score moves the intercept only.
    assert 0.90 <= np.mean(odds) <= 0.99


def test_weighted_sums_meet_those_of_all_asked():
    answered, score, age, shadows, _y, _latent = survey(1)
    found = fit(answered, score, age, shadows, np.arange(len(score)))
    assert found.converged and found.weights.min() > 1
    np.testing.assert_allclose(
        found.weights @ found.stage.calibration, found.stage.asked.sum(axis=0), rtol=1e-6
    )


def test_where_response_does_not_depend_on_the_score_it_says_so():
    p_level = []
    for seed in range(40):
        answered, score, age, shadows, *_rest = survey(seed, on_score=0.0)
        row = fit(answered, score, age, shadows, np.arange(len(score))).odds.loc["score"]
        p_level.append(not row["low"] <= 0 <= row["high"])
    assert np.mean(p_level) <= 0.12


def test_shadow_variables_without_strength_are_not_used():
    weak = [fit(*survey(seed, shadow=0.0)[:4], np.arange(3_000)) for seed in range(30)]
    assert np.mean([one.usable for one in weak]) <= 0.05


def test_a_shadow_variable_that_moves_response_itself_is_found_out():
    honest, broken = (
        [
            min(fit(*survey(s, 12_000, on_shadow=b)[:4], np.arange(12_000)).agreement.values()) < 0.05
            for s in range(25)
        ]
        for b in (0.0, 0.8)
    )
    assert np.mean(honest) <= 0.2 and np.mean(broken) >= 0.6


def test_stated_odds_bring_the_truth_about_where_they_are_right():
    answered, score, age, _shadows, y, latent = survey(5, 40_000)
    per_deviation = 0.6 * score[answered].std()
    found = {
        b: headline(tilted(answered, score, age, b, np.arange(40_000)), y[answered])
        for b in (0.0, per_deviation)
    }
    truth = 10 * latent.mean()
    assert found[0.0][1] > truth and found[per_deviation][1] < truth < found[per_deviation][2]


def test_repeated_customers_widen_the_errors():
    answered, score, age, shadows, *_rest = survey(6)
    alone = fit(answered, score, age, shadows, np.arange(3_000))
    again = {name: pd.concat([table] * 2, ignore_index=True) for name, table in shadows.items()}
    ages, unit = pd.concat([age] * 2, ignore_index=True), np.tile(np.arange(3_000), 2)
    twice = fit(np.tile(answered, 2), np.tile(score, 2), ages, again, unit)
    np.testing.assert_allclose(twice.odds["error"], alone.odds["error"], rtol=0.05)
    assert twice.strength == pytest.approx(alone.strength, rel=0.05)


def test_what_cannot_be_fitted_is_named():
    answered, score, age, shadows, *_rest = survey(7, 200)
    unit = np.arange(200)
    with pytest.raises(ValueError, match="200 of 200 answered"):
        fit(np.ones(200, bool), score, age, shadows, unit)
    with pytest.raises(ValueError, match="age is missing"):
        fit(answered, score, age * np.nan, shadows, unit)
    with pytest.raises(ValueError, match="count them as not answered"):
        fit(np.arange(200) < 150, score, age, shadows, unit)


def test_errors_of_weights_that_are_raked_afterwards_are_those_of_a_bootstrap():
    """Both steps are done again in every draw of the invitations."""
    answered, score, age, shadows, y, _latent = survey(8, 2_500)
    group = (age["age"] > 0).to_numpy().astype(int)
    base = np.array([60_000.0, 40_000.0])  # another scale, and other shares, than those who were asked

    def weights(rows: np.ndarray):
        found = fit(answered[rows], score[rows], age.iloc[rows], {k: v.iloc[rows] for k, v in shadows.items()},
                    np.arange(len(rows)))  # fmt: skip
        here = group[rows][answered[rows]]
        return found, here, found.weights * (base / np.bincount(here, found.weights))[here]

    every = np.arange(len(y))
    found, here, w = weights(every)
    x = np.eye(2)[here]
    stages = (found.stage, weighted.Stage(x, x, w, w, (np.arange(len(w)),)))
    ours = weighted.error(weighted.mean(Weighting(w, every[answered], len(y), stages), y[answered]))
    rng, drawn = np.random.default_rng(0), []
    for _draw in range(200):
        rows = rng.integers(0, len(y), len(y))
        drawn.append(np.average(y[rows][answered[rows]], weights=weights(rows)[2]))
    assert ours == pytest.approx(np.std(drawn), rel=0.15)
