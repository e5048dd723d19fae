"""Health checks fire on data that break what a model assumes, and not on data as it assumes them."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.topics.lifetime_value.stories import broken, customers, values

from analysis.topics.lifetime_value.models import MODELS, checks, fit, fit_value


def fired(table, model: str) -> set[str]:
    found = fit_value(table) if model == "gamma_gamma" else fit(table, model)
    told = checks(found, table)
    assert all(message and "{" not in message for _name, _ok, message in told)
    return {name for name, ok, _message in told if not ok}


@pytest.mark.parametrize("model", MODELS)
def test_customers_as_the_model_has_them_raise_no_alarm(model):
    """Two banks here; docs/lifetime_value_models.md has fifty for each model."""
    for seed in (1, 2):
        assert fired(customers(model, 1_500, seed), model) == set()


def test_values_as_the_model_has_them_raise_no_alarm():
    for seed in (1, 2):
        assert fired(values(1_500, seed), "gamma_gamma") == set()


@pytest.mark.parametrize("model", ["bg_nbd", "mbg_nbd", "pareto_nbd"])
@pytest.mark.parametrize(
    ("kind", "alarms"),
    [
        ("nobody leaves", {"precision", "heterogeneity"}),
        ("everyone has left", {"convergence", "precision", "alive"}),
        ("regular", {"convergence", "precision", "alive", "frequencies"}),
        ("two kinds", {"convergence", "precision"}),
        ("machines", {"highest_frequency"}),
        ("few", {"size", "precision"}),
    ],
)
def test_customers_who_break_the_model_are_noticed(model, kind, alarms):
    assert alarms <= fired(broken(kind), model)


def test_frequencies_of_another_shape_are_noticed():
    """One customer in three never had a card: no negative binomial has that many zeros and that few ones."""
    table = customers("pareto_nbd", 3_000, 3, r=6.0, alpha=20.0)
    idle = np.arange(len(table)) % 3 == 0
    table.loc[idle, ["frequency", "recency"]] = 0
    assert "frequencies" in fired(table, "pareto_nbd")


def test_a_month_with_too_many_purchases_is_noticed():
    table = customers("bg_bb", 1_500, 4)
    active = table["frequency"].gt(5).idxmax()
    table.loc[active, "purchases_per_active_month"] = 900.0
    assert "highest_frequency" in fired(table, "bg_bb")


def test_no_month_without_purchases_and_no_end_are_noticed():
    table = customers("bg_bb", 1_500, 4)
    table = table.assign(frequency=table["periods"], recency=table["periods"], purchases_per_active_month=1.0)
    assert {"convergence", "precision", "alive"} <= fired(table, "bg_bb")


def test_value_tied_to_frequency_is_noticed():
    table = values(1_500, 5)
    table["monetary_value"] *= np.maximum(table["frequency"], 1) ** 0.5
    assert "independence" in fired(table, "gamma_gamma")


def test_a_correlation_without_weight_is_not_alarming_however_significant():
    table = values(60_000, 5)
    table["monetary_value"] *= np.maximum(table["frequency"], 1) ** 0.02
    assert "independence" not in fired(table, "gamma_gamma")


def test_values_of_nothing_are_noticed():
    table = values(1_500, 6)
    bought = table.index[table["frequency"] > 0]
    table.loc[bought[:7], "monetary_value"] = 0.0
    table.loc[bought[7], "monetary_value"] = -3.0
    found = dict((name, message) for name, ok, message in checks(fit_value(table), table) if not ok)
    assert set(found) == {"positive_values"} and found["positive_values"].startswith("8 customers")


def test_single_purchases_only_are_noticed():
    table = values(1_500, 7)
    table = table[table["frequency"] <= 1]
    assert "repeated_values" in fired(table, "gamma_gamma")


def test_a_few_purchases_are_noticed():
    assert "size" in fired(values(60, 8), "gamma_gamma")


def test_values_without_a_finite_mean_are_noticed():
    assert {"convergence", "finite_mean"} <= fired(values(4_000, 2, p=1.0, q=0.6, v=10.0), "gamma_gamma")


def test_equal_prices_are_noticed():
    """A fee of 5 a purchase for everybody: no distribution to speak of."""
    table = values(1_500, 9)
    table["monetary_value"] = np.where(table["frequency"] > 0, 5.0, np.nan)
    assert {"convergence", "precision", "value_shape"} <= fired(table, "gamma_gamma")


def test_two_price_lists_are_noticed():
    table = values(3_000, 10, p=30.0, q=30.0, v=30.0)
    dear = np.arange(len(table)) % 2 == 0
    table.loc[dear, "monetary_value"] *= 20
    assert "value_shape" in fired(table, "gamma_gamma")


def test_without_purchases_the_checks_still_speak():
    assert fired(customers("bg_nbd", 300, 1).assign(frequency=0, recency=0.0), "bg_nbd") == {
        "size",
        "convergence",
    }
    assert {"size", "convergence"} <= fired(values(300, 1).assign(frequency=0), "gamma_gamma")


@st.composite
def few_customers(draw):
    """One to twelve customers, many of them alike: what a filter on a branch may leave."""
    model = draw(st.sampled_from([*MODELS, "gamma_gamma"]))
    rows = []
    for _row in range(draw(st.integers(1, 6))):
        periods = draw(st.integers(0, 40))
        recency = draw(st.integers(0, periods))
        most = recency if model == "bg_bb" else 500
        x = draw(st.sampled_from([0, 1, 3, 500])) if model != "bg_bb" else draw(st.integers(0, most))
        value = draw(st.sampled_from([-1.0, 0.0, 5.0, 80.0]))
        rate = draw(st.sampled_from([1.0, 2.5, 40.0]))
        rows.append((x, recency if x else 0, periods, periods, value, rate))
    names = ["frequency", "recency", "T", "periods", "monetary_value", "purchases_per_active_month"]
    return model, pd.DataFrame(rows * draw(st.integers(1, 2)), columns=names)


@settings(max_examples=25, deadline=None)
@given(few_customers())
def test_no_handful_of_customers_makes_fit_or_checks_raise(case):
    model, table = case
    assert "size" in fired(table, model)
