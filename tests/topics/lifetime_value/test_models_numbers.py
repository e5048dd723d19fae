"""Predictions against the integrals that define them, far beyond where hyp2f1 gives up; and their properties."""

from decimal import Decimal, localcontext
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import betaln
from tests.topics.lifetime_value.stories import TRUE, customers, values

from analysis.topics.lifetime_value.models import (
    Fit,
    alive,
    expected,
    expected_from_start,
    expected_value,
    fit,
    fit_value,
)
from analysis.topics.lifetime_value.models.fitting import FITTERS

PURCHASES = ["bg_nbd", "mbg_nbd", "pareto_nbd"]
HISTORIES = [
    (0, 0.0, 0.14),
    (0, 0.0, 1500.0),
    (1, 1500.0, 1500.0),
    (5, 10.0, 39.0),
    (50, 0.0, 1500.0),
    (1000, 1500.0, 1500.0),
    (1000, 1400.0, 1500.0),
    (1000, 3.0, 1500.0),
]


def given_fit(model: str, *params: float) -> Fit:
    names = list(FITTERS[model].names)
    return Fit(model, pd.Series(params, index=names), pd.DataFrame(), 0.0, 0, True, "")


def one(x: float, recency: float, age: float) -> pd.DataFrame:
    return pd.DataFrame({"customer_id": ["1"], "frequency": [x], "recency": [recency], "T": [age]})


def alive_by_integral(r, alpha, s, beta, x, recency, age) -> float:
    """1 / (1 + s ∫ …): the integral by scipy, over v = (r + x) log((α + u) / (α + t_x))."""

    def moment(v):
        return (alpha + recency) * np.exp(v / (r + x)) - alpha

    def integrand(v):
        u = moment(v)
        return np.exp(-v) * (alpha + u) / (r + x) * ((beta + age) / (beta + u)) ** (s + 1)

    whole = (r + x) * np.log((alpha + age) / (alpha + recency))
    points = np.unique(np.minimum([0.0, 1e-6, 1e-3, 0.03, 0.3, 1, 3, 10, 30, 100, 700], whole))
    area = sum(quad(integrand, *ends, epsabs=0, epsrel=1e-12)[0] for ends in pairwise(points))
    return 1 / (1 + s * area * np.exp(whole) / (beta + age)) if whole < 700 else 0.0


@pytest.mark.parametrize("history", HISTORIES)
@pytest.mark.parametrize(
    "params",
    [(0.55, 10.6, 0.6, 11.7), (0.05, 0.01, 0.2, 50.0), (20.0, 5.0, 2.0, 1000.0), (0.3, 100.0, 5.0, 0.1)],
)
def test_pareto_nbd_alive_is_its_integral(params, history):
    found = alive(given_fit("pareto_nbd", *params), one(*history))[0]
    assert found == pytest.approx(alive_by_integral(*params, *history), rel=1e-7, abs=1e-250)


def expected_by_series(r, alpha, a, b, x, age, weeks, coin) -> float:
    """Eq. 10 of Fader, Hardie & Lee (2005), given alive, with 2F1 as a series in 80 digits."""
    with localcontext(prec=80):
        r, alpha, a, b, age, weeks = (Decimal(repr(float(value))) for value in (r, alpha, a, b, age, weeks))
        shape, stay = r + x, b + x + coin
        top, z = a + stay - 1, weeks / (alpha + age + weeks)
        term = total = Decimal(1)
        for k in range(200_000):
            term *= (shape + k) * (stay + k) / ((top + k) * (k + 1)) * z
            total += term
            if term < total * Decimal("1e-60") and k > 50:
                break
        return float(top / (a - 1) * (1 - total * (1 - z) ** shape))


@pytest.mark.parametrize("model", ["bg_nbd", "mbg_nbd"])
@pytest.mark.parametrize(
    "params",
    [(0.24, 4.4, 0.79, 2.43), (0.5, 4.0, 0.999999, 2.0), (2.0, 40.0, 0.01, 0.5), (20.0, 3.0, 5.0, 100.0)],
)
@pytest.mark.parametrize(
    ("x", "age", "weeks"), [(0, 30.0, 52.0), (5, 39.0, 39.0), (1000, 1500.0, 52.0), (30, 1.0, 99.0)]
)
def test_expected_purchases_are_the_series(model, params, x, age, weeks):
    # At recency = T a customer with purchases is alive but for the last coin.
    table = one(x, age if x else 0.0, age)
    found = given_fit(model, *params)
    series = expected_by_series(*params, x, age, weeks, int(model == "mbg_nbd"))
    assert expected(found, table, weeks)[0] / alive(found, table)[0] == pytest.approx(series, rel=1e-8)


def test_expected_purchases_pass_through_the_singular_points_of_the_formulas():
    table = one(7, 20.0, 30.0)
    for model, params, place in (
        ("bg_nbd", [0.5, 4.0, 1.0, 2.0], 2),
        ("pareto_nbd", [0.5, 4.0, 1.0, 9.0], 2),
    ):
        low, high = list(params), list(params)
        low[place], high[place] = 1 - 1e-6, 1 + 1e-6
        around = [expected(given_fit(model, *given), table, 52)[0] for given in (low, params, high)]
        assert around[0] > around[1] > around[2]
        assert around[1] == pytest.approx((around[0] + around[2]) / 2, rel=1e-9)


def test_pareto_nbd_expects_what_the_no_dropout_rate_gives_while_alive():
    """E[λ] ∫ P(still here at w) dw, the second factor by scipy."""
    r, alpha, s, beta = 0.55, 10.6, 0.6, 11.7
    table = one(9, 40.0, 60.0)
    found = given_fit("pareto_nbd", r, alpha, s, beta)
    lived = quad(lambda w: ((beta + 60) / (beta + 60 + w)) ** s, 0, 52)[0]
    assert expected(found, table, 52)[0] / alive(found, table)[0] == pytest.approx(
        (r + 9) / (alpha + 60) * lived
    )


def bg_bb_terms(alpha, beta, gamma, delta, x, last, n) -> np.ndarray:
    """Eq. 5 of Fader, Hardie & Shang (2010) term by term."""
    stays = betaln(alpha + x, beta + n - x) + betaln(gamma, delta + n)
    goes = [
        betaln(alpha + x, beta + last - x + i) + betaln(gamma + 1, delta + last + i) for i in range(n - last)
    ]
    return np.exp(np.array([stays, *goes]) - stays)


@pytest.mark.parametrize(
    ("x", "last", "n"), [(0, 0, 1), (0, 0, 24), (5, 9, 24), (24, 24, 24), (60, 90, 120), (1, 1, 240)]
)
def test_bg_bb_alive_and_expected(x, last, n):
    params = (1.2, 0.8, 0.7, 8.0)
    found = given_fit("bg_bb", *params)
    found = Fit(
        **{
            **vars(found),
            "params": pd.concat([found.params, pd.Series({"extra_shape": 2.0, "extra_rate": 1.0})]),
        }
    )
    rate = 2.5 if x else np.nan
    table = pd.DataFrame(
        {"frequency": [x], "recency": [last], "periods": [n], "purchases_per_active_month": [rate]}
    )
    chance = alive(found, table)[0]
    assert chance == pytest.approx(1 / bg_bb_terms(*params, x, last, n).sum(), rel=1e-10)
    months, weeks = 3, 3 * 30 / 7
    here = [np.exp(betaln(0.7, 8 + n + k) - betaln(0.7, 8 + n)) for k in range(1, months + 1)]
    a_month = 1 + (2 + np.round(1.5 * x)) / (1 + x)
    assert expected(found, table, weeks)[0] == pytest.approx(
        chance * (1.2 + x) / (2 + n) * sum(here) * a_month
    )


@pytest.mark.parametrize("model", [*PURCHASES, "bg_bb"])
def test_a_new_customer_is_expected_to_buy_what_new_customers_bought(model):
    """Simulated event by event, with everybody observed as long as the forecast goes."""
    table = customers(model, 60_000, 11)
    if model == "bg_bb":
        table = table[table["periods"] == 24]
        bought = (table["frequency"] * table["purchases_per_active_month"].fillna(0)).to_numpy()
        weeks = 24 * 30 / 7
    else:
        table = table[table["T"].between(51, 53)]
        bought, weeks = table["frequency"].to_numpy(), table["T"].mean()
    names = list(TRUE[model])
    truth = Fit(model, pd.Series(TRUE[model])[names], pd.DataFrame(), 0.0, 0, True, "")
    error = bought.std() / np.sqrt(len(bought))
    assert expected_from_start(truth, weeks)[0] == pytest.approx(bought.mean(), abs=4 * error)


POSITIVE = st.floats(0.05, 30)


@st.composite
def cases(draw):
    model = draw(st.sampled_from(PURCHASES))
    rows = []
    for _row in range(draw(st.integers(1, 6))):
        x, age = draw(st.integers(0, 1_000)), draw(st.floats(0.1, 1_500))
        rows.append((x, age * draw(st.floats(0, 1)) if x else 0.0, age))
    table = pd.DataFrame(rows, columns=["frequency", "recency", "T"])
    return given_fit(model, *(draw(POSITIVE) for _parameter in range(4))), table


@settings(max_examples=150, deadline=None)
@given(cases(), st.floats(0.1, 200), st.floats(1.01, 3))
def test_properties_of_predictions(case, weeks, longer):
    found, table = case
    chance, soon = alive(found, table), expected(found, table, weeks)
    assert ((chance >= 0) & (chance <= 1)).all()
    no_dropout = (found.params["r"] + table["frequency"]) / (found.params["alpha"] + table["T"]) * weeks
    # 1e-8 is the error of the quadrature where dropout is all but sure.
    assert (soon >= 0).all() and (soon <= no_dropout * (1 + 1e-9)).all()
    later = expected(found, table, weeks * longer)
    assert (later >= soon * (1 - 1e-8)).all() and (later <= soon * longer * (1 + 1e-8)).all()
    turned = table.iloc[::-1]
    np.testing.assert_allclose(expected(found, turned, weeks)[::-1], soon, rtol=1e-9)
    np.testing.assert_allclose(alive(found, turned)[::-1], chance, rtol=1e-12)


@settings(max_examples=60, deadline=None)
@given(cases(), st.floats(0.1, 100))
def test_a_later_last_purchase_never_makes_a_customer_less_alive(case, weeks):
    found, table = case
    later = table.assign(recency=np.where(table["frequency"] > 0, (table["recency"] + table["T"]) / 2, 0.0))
    assert (alive(found, later) >= alive(found, table) - 1e-12).all()


def test_weeks_may_differ_by_customer_and_must_make_sense():
    table = customers("pareto_nbd", 5, 1)
    found = given_fit("pareto_nbd", 0.5, 4.0, 1.0, 9.0)
    weeks = np.array([1.0, 2, 3, 4, 0])
    each = [expected(found, table.iloc[[i]], weeks[i])[0] for i in range(5)]
    np.testing.assert_allclose(expected(found, table, weeks), each)
    with pytest.raises(ValueError, match=r"weeks has shape \(2,\)"):
        expected(found, table, [1.0, 2.0])
    with pytest.raises(ValueError, match=r"weeks is -1\.0; expected a number of weeks ahead"):
        expected(found, table, -1.0)


def test_expected_value_shrinks_to_the_mean_of_all():
    table = values(3_000, 6)
    found = fit_value(table)
    p, q, v = found.params
    value = expected_value(found, table)
    assert value[table["frequency"] == 0] == pytest.approx(p * v / (q - 1))
    bought = table["frequency"] > 0
    between = (value - p * v / (q - 1))[bought] / (table["monetary_value"] - p * v / (q - 1))[bought]
    np.testing.assert_allclose(between, (p * table["frequency"] / (p * table["frequency"] + q - 1))[bought])


def test_expected_value_of_no_value_is_a_shrunk_zero():
    table = values(500, 6)
    found = fit_value(table)
    odd = pd.DataFrame({"frequency": [3, 3, 3], "monetary_value": [-5.0, 0.0, 1.0]})
    lost, nothing, little = expected_value(found, odd)
    assert 0 < lost == nothing < little


@pytest.mark.parametrize("model", PURCHASES)
def test_busy_customers_over_many_years_are_fitted(model):
    """Card payments several times a week for up to 29 years: several hundred to a thousand purchases."""
    truth = {"alpha": 2.0, "b": 300.0, "beta": 400.0, "r": 2.0}
    names = [name for name in FITTERS[model].names if name in truth]
    table = customers(model, 400, 12, weeks=900, **{name: truth[name] for name in names})
    found = fit(table, model)
    assert table["frequency"].max() > 1_000 and found.converged
    ahead = expected(found, table, 52)
    assert np.isfinite(ahead).all() and (ahead >= 0).all()
