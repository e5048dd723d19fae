"""Moments with blanks and weights, and of many samples at once, are those of plain sums."""

import numpy as np
import pandas as pd
import pytest

from analysis.statistics import moments as mo


def table(n: int = 60, blanks: float = 0.0) -> pd.DataFrame:
    rng = np.random.default_rng(4)
    values = rng.normal(5, 2, (n, 4)) + rng.normal(size=(n, 1))
    values[rng.random(values.shape) < blanks] = np.nan
    return pd.DataFrame(values, columns=list("abcd"))


def test_without_blanks_they_are_numpy_s():
    scores, weights = table(), np.random.default_rng(1).uniform(0.2, 3, 60)
    found = mo.moments(scores, weights)
    np.testing.assert_allclose(found.covariance[0], np.cov(scores.T, ddof=0, aweights=weights), atol=1e-12)
    np.testing.assert_allclose(found.mean[0], np.average(scores, axis=0, weights=weights), atol=1e-12)
    np.testing.assert_allclose(found.correlation[0].diagonal(), 1)


def test_with_blanks_every_pair_counts_those_who_answered_both():
    scores = table(blanks=0.1)
    found = mo.moments(scores)
    both = scores[["a", "c"]].dropna()
    assert len(both) < len(scores)
    assert found.covariance[0][0, 2] == pytest.approx(np.cov(both.T, ddof=0)[0, 1], abs=1e-12)
    np.testing.assert_allclose(found.mean[0], scores.mean(), atol=1e-12)


def test_blanks_at_random_do_not_shrink_correlations_as_mean_replacement_does():
    scores = table(20_000, blanks=0.2)
    whole = table(20_000).corr().to_numpy()[0, 1]
    assert mo.moments(scores).correlation[0][0, 1] == pytest.approx(whole, abs=0.02)
    assert scores.fillna(scores.mean()).corr().to_numpy()[0, 1] < whole - 0.1 * whole


def test_pairs_that_contradict_each_other_are_made_a_correlation_matrix():
    a = np.tile([1.0, -1.0], 30)
    scores = pd.DataFrame({"a": a, "b": a, "c": a})
    scores.loc[:19, "a"] = np.nan
    scores.loc[20:39, "b"], scores.loc[40:, "c"] = np.nan, np.nan
    scores.loc[20:39, "c"] *= -1  # a is b, b is c, but a is the opposite of c
    found = mo.moments(scores).correlation[0]
    assert np.linalg.eigvalsh(found)[0] > 0
    np.testing.assert_allclose(found.diagonal(), 1)


@pytest.mark.parametrize("blanks", [0.0, 0.1])
def test_a_bootstrap_sample_has_the_moments_of_its_rows(blanks):
    scores = table(blanks=blanks)
    units = np.arange(60) // 2
    found = mo.resampled(scores, units=units, draws=3, seed=9)
    again = mo.resampled(scores, units=units, draws=3, seed=9)
    np.testing.assert_array_equal(found.covariance, again.covariance)
    drawn = np.random.default_rng(9).multinomial(30, np.full(30, 1 / 30), size=3)
    rows = scores.loc[np.repeat(np.arange(60), drawn[1][units])]
    np.testing.assert_allclose(found.covariance[1], mo.moments(rows).covariance[0], atol=1e-10)
    np.testing.assert_allclose(found.mean[1], rows.mean(), atol=1e-10)


def test_bootstrap_errors_are_those_of_theory():
    scores = table(400)
    spread = mo.resampled(scores, draws=1_000, seed=2).mean.std(axis=0)
    np.testing.assert_allclose(spread, scores.std() / 20, rtol=0.08)


def test_who_answers_twice_is_drawn_with_both_answers():
    once = table(200)
    twice = pd.concat([once, once])
    unit = np.tile(np.arange(200), 2)
    alone = mo.resampled(once, draws=500).mean.std(axis=0)
    np.testing.assert_allclose(mo.resampled(twice, units=unit, draws=500).mean.std(axis=0), alone, rtol=1e-9)
    assert (mo.resampled(twice, draws=500).mean.std(axis=0) < 0.8 * alone).all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda s: s.head(1), "1 respondents for 4 items; expected more respondents than items"),
        (lambda s: s.head(4), "4 respondents for 4 items"),
        (lambda s: s.assign(b=np.nan), "no respondent answered item b; leave it out"),
        (lambda s: s.assign(b=3.0, c=1.0), "item b, c has the same score from every respondent"),
        (lambda s: s.assign(a="good"), "item a is str; expected numbers"),
        (lambda s: s.assign(a=s["a"].where(s.index < 30), b=s["b"].where(s.index >= 30)), "items a and b have fewer than 3"),
    ],
)  # fmt: skip
def test_scores_that_cannot_be_used_are_named(change, message):
    with pytest.raises(ValueError, match=message):
        mo.checked(change(table()))


def test_weights_that_cannot_be_used_are_named():
    for weights in ([1.0], [np.nan] * 60, [-1.0] * 60, [0.0] * 60):
        with pytest.raises(ValueError, match="expected one per respondent, none missing or negative"):
            mo.moments(table(), weights)


def test_respondents_without_a_name_are_not_drawn_as_another():
    for units in ([None, *range(59)], range(3)):
        with pytest.raises(ValueError, match="expected one each, such as the customer_id"):
            mo.resampled(table(), units=list(units), draws=2)


def test_a_sample_that_makes_an_item_constant_is_missing_and_intervals_say_so():
    scores = table(12).assign(d=[9.0, *[3.0] * 11])
    drawn = mo.resampled(scores, draws=300, seed=1)
    absent = np.isnan(drawn.covariance).any(axis=(1, 2))
    assert 0.2 < absent.mean() < 0.5  # (11/12)^12 = 0.35
    assert np.isnan(mo.percentiles(drawn.covariance)[0]).all()
    low, high = mo.percentiles(mo.resampled(scores[["a", "b"]], draws=300).covariance)
    assert (low < high).all()
    few = np.where(np.arange(300)[:, None] < 20, np.nan, np.arange(300.0)[:, None])
    assert mo.percentiles(few)[0] == pytest.approx(np.quantile(np.arange(20, 300), 0.025))
