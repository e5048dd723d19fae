"""Sampled futures agree with expectations and with what customers simulated event by event then do."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chisquare
from tests.topics.lifetime_value.stories import TRUE, customers, values

from analysis.topics.lifetime_value.models import (
    MODELS,
    Fit,
    expected,
    expected_value,
    fit,
    fit_value,
    parameter_draws,
    purchase_draws,
    value_draws,
)


def known(model: str) -> Fit:
    """A fit that knows the truth for sure."""
    params = pd.Series(TRUE[model])
    sure = pd.DataFrame(0.0, index=params.index, columns=params.index)
    return Fit(model, params, sure, 0.0, 1, True, "")


@pytest.mark.parametrize("model", MODELS)
def test_draws_are_expected_on_average(model):
    table = customers(model, 40, 1)
    weeks = np.linspace(5, 60, len(table))
    drawn = purchase_draws(known(model), table, weeks, 3_000, np.random.default_rng(1))
    assert drawn.shape == (40, 3_000) and np.issubdtype(drawn.dtype, np.integer) and (drawn >= 0).all()
    error = np.maximum(drawn.std(axis=1), 0.1) / np.sqrt(3_000)
    off = (drawn.mean(axis=1) - expected(known(model), table, weeks)) / error
    assert np.abs(off).max() < 4.5 and abs(off.mean()) < 1


@pytest.mark.parametrize("model", MODELS)
def test_futures_of_new_customers_are_those_of_the_story(model):
    """The whole distribution after a year: sampled from the start, against customers simulated event by event."""
    if model == "bg_bb":
        year = customers(model, 60_000, 3).query("periods == 12")
        count = (year["frequency"] * year["purchases_per_active_month"].fillna(0)).round().to_numpy(int)
        weeks = 12 * 30 / 7
        new = year.assign(frequency=0, recency=0, periods=0, purchases_per_active_month=np.nan)
    else:
        year = customers(model, 60_000, 3).query("51.5 < T < 52.5")
        count, weeks = year["frequency"].to_numpy(), 52.0
        new = year.assign(frequency=0, recency=0.0, T=0.0)
    drawn = purchase_draws(known(model), new, weeks, 40, np.random.default_rng(3)).ravel()
    edges = [0, 1, 2, 3, 5, 8, 13, 21, np.inf]
    observed, sampled = np.histogram(count, edges)[0], np.histogram(drawn, edges)[0]
    assert chisquare(observed, sampled / sampled.sum() * observed.sum()).pvalue > 1e-3


def test_parameters_are_drawn_too_and_shared_between_chunks():
    table = customers("bg_nbd", 600, 4)
    found = fit(table, "bg_nbd")
    parameters = parameter_draws(found, 400, np.random.default_rng(1))
    chunks = [
        purchase_draws(found, part, 52, 400, np.random.default_rng(seed), parameters)
        for seed, part in enumerate((table[:300], table[300:]))
    ]
    together = purchase_draws(found, table, 52, 400, np.random.default_rng(9)).sum(axis=0).std()
    assert np.vstack(chunks).sum(axis=0).std() == pytest.approx(together, rel=0.15)
    sure = replace(found, covariance=found.covariance * 0)
    assert purchase_draws(sure, table, 52, 400, np.random.default_rng(9)).sum(axis=0).std() < together
    with pytest.raises(ValueError, match="parameters has 400 rows; expected one for each of 10 draws"):
        purchase_draws(found, table, 52, 10, np.random.default_rng(1), parameters)


def test_intervals_of_each_customer_cover_what_customers_then_buy():
    """Fitted at week 52, looked at at week 104; the middle 90 % with the whole numbers at its ends."""
    both = customers("pareto_nbd", 4_000, 5, weeks=1.0)
    rng = np.random.default_rng(6)
    truth = TRUE["pareto_nbd"]
    rate = rng.gamma(truth["r"], 1 / truth["alpha"], len(both))
    end = rng.exponential(1 / rng.gamma(truth["s"], 1 / truth["beta"], len(both)))
    first, second = np.minimum(end, 52), np.clip(end - 52, 0, 52)
    x = rng.poisson(rate * first)
    last = np.where(x > 0, first * rng.random(len(both)) ** (1 / np.maximum(x, 1)), 0.0)
    table = both.assign(frequency=x, recency=last, T=52.0)
    drawn = purchase_draws(fit(table, "pareto_nbd"), table, 52, 200, rng)
    then = rng.poisson(rate * second)
    # Randomised place of each outcome among its draws: uniform if the predictive distributions are right.
    below, same = (drawn < then[:, None]).mean(axis=1), (drawn == then[:, None]).mean(axis=1)
    place = below + same * rng.random(len(both))
    assert ((place > 0.05) & (place < 0.95)).mean() == pytest.approx(0.90, abs=0.015)
    low, high = np.quantile(drawn.sum(axis=0), [0.001, 0.999])
    assert low < then.sum() < high


def test_draws_of_value():
    table = values(60, 7)
    found = known("gamma_gamma")
    counts = np.full((60, 3_000), 3)
    counts[0] = 0
    spent = value_draws(found, table, counts, np.random.default_rng(1))
    assert (spent[0] == 0).all() and (spent[1:] > 0).all()
    ratio = spent[1:].mean(axis=1) / (3 * expected_value(found, table)[1:])
    np.testing.assert_allclose(ratio, 1, atol=0.06)
    assert ratio.mean() == pytest.approx(1, abs=0.01)


def test_draws_of_value_know_that_parameters_are_uncertain():
    table = values(300, 8)
    found = fit_value(table)
    counts = np.full((300, 500), 2)
    unsure = value_draws(found, table, counts, np.random.default_rng(1)).sum(axis=0).std()
    sure = replace(found, covariance=found.covariance * 0)
    assert value_draws(sure, table, counts, np.random.default_rng(1)).sum(axis=0).std() < unsure
    with pytest.raises(ValueError, match=r"counts has shape \(299, 500\); expected \(300 customers, draws\)"):
        value_draws(found, table, counts[1:], np.random.default_rng(1))
