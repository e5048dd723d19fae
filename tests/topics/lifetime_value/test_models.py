"""Fits: as published, as lifetimes finds them, the same row by row, and never an exception for what data are like."""

import subprocess
import sys
from importlib.resources import files

import numpy as np
import pandas as pd
import pytest
from tests.topics.lifetime_value.stories import TRUE, broken, customers, values

from analysis.topics.lifetime_value.models import (
    MODELS,
    alive,
    exact,
    expected,
    expected_from_start,
    fit,
    fit_value,
    parameter_draws,
    purchase_draws,
)
from analysis.topics.lifetime_value.models.fitting import FITTERS
from analysis.topics.lifetime_value.models.gamma_gamma import GammaGamma

LIFETIMES = {
    "bg_nbd": exact.BetaGeoFitter,
    "mbg_nbd": exact.ModifiedBetaGeoFitter,
    "pareto_nbd": exact.ParetoNBDFitter,
    "bg_bb": exact.BetaGeoBetaBinomFitter,
}


@pytest.fixture(scope="module")
def sample(public_data) -> pd.DataFrame:
    """The tenth of CDNOW's customers on whom the models were published, observed for 39 weeks.

    Which customers they are is a column of lifetimes' copy; their purchases are read from the complete file.
    """
    lines = (files("lifetimes") / "datasets/CDNOW_sample.txt").read_text().splitlines()
    chosen = {line.split()[0] for line in lines if line.strip()}
    table = pd.read_csv(
        public_data / "cdnow" / "CDNOW_master.txt", sep=r"\s+", skiprows=1, header=None, dtype=str
    )
    table = table[table[0].isin(chosen) & (table[1] <= "19970930")]
    table = table.assign(day=pd.to_datetime(table[1]), value=table[3].astype(float))
    days = table.groupby([0, "day"], as_index=False)["value"].sum()
    start = days.groupby(0)["day"].transform("min")
    again = days[days["day"] > start].groupby(0)
    first = days.groupby(0)["day"].min()
    return pd.DataFrame(
        {
            "frequency": again.size().reindex(first.index, fill_value=0),
            "recency": ((again["day"].max() - first).dt.days / 7).fillna(0.0),
            "T": (pd.Timestamp("1997-09-30") - first).dt.days / 7,
            "monetary_value": again["value"].mean(),
        }
    ).reset_index(names="customer_id")


PUBLISHED = {
    "bg_nbd": ([0.2426, 4.4135, 0.7929, 2.4258], -9582.4),
    "pareto_nbd": ([0.553, 10.577, 0.606, 11.667], -9595.0),
}


@pytest.mark.parametrize("model", PUBLISHED)
def test_the_published_parameters_of_cdnow(sample, model):
    params, log_likelihood = PUBLISHED[model]
    found = fit(sample, model)
    assert len(sample) == 2_357 and found.converged
    np.testing.assert_allclose(found.params, params, rtol=0.005)
    assert round(found.log_likelihood, 1) == log_likelihood


def test_the_likelihood_of_pareto_nbd_on_cdnow_is_that_of_lifetimes(sample):
    rows = [sample[name].to_numpy() for name in ("frequency", "recency", "T")]
    at_published = exact.ParetoNBDFitter._conditional_log_likelihood(PUBLISHED["pareto_nbd"][0], *rows).sum()
    assert fit(sample, "pareto_nbd").log_likelihood == pytest.approx(at_published, abs=0.01)


def test_the_published_parameters_of_value_on_cdnow(sample):
    found = fit_value(sample)
    assert found.customers == 946
    np.testing.assert_allclose(found.params, [6.249, 3.745, 15.448], rtol=0.005)


@pytest.mark.parametrize("model", MODELS)
def test_collapsed_rows_give_the_parameters_of_single_rows(model):
    table = customers(model, 3_000, 1, weeks=40)
    time = "periods" if model == "bg_bb" else "T"
    rows = [np.ceil(table[name].to_numpy(float)) for name in ("frequency", "recency", time)]
    table[["frequency", "recency", time]] = np.column_stack(rows)
    single = FITTERS[model]().fit(*rows)
    found = fit(table, model)
    names = list(single.params_.index)
    np.testing.assert_allclose(found.params[names], single.params_, rtol=1e-6)
    np.testing.assert_allclose(
        found.covariance.loc[names, names], single.log_covariance(len(table)), rtol=1e-5, atol=1e-9
    )


@pytest.mark.parametrize("model", ["bg_nbd", "mbg_nbd", "pareto_nbd"])
def test_no_worse_than_lifetimes_on_lifetimes_likelihood(model):
    table = customers(model, 800, 2)
    rows = [table[name].to_numpy() for name in ("frequency", "recency", "T")]
    start = {"initial_params": np.array([1.0, 1.0, 1.0, 1.0])} if model == "pareto_nbd" else {}
    peer = LIFETIMES[model]().fit(*rows, **start)
    found, ones = fit(table, model), np.ones(len(table))

    def loss(params):
        scale = np.array([1, rows[2].max(), 1, rows[2].max() if model == "pareto_nbd" else 1])
        given = params / scale if model == "pareto_nbd" else np.log(params / scale)
        return LIFETIMES[model]._negative_log_likelihood(
            given, rows[0], rows[1] / rows[2].max(), rows[2] / rows[2].max(), ones, 0.0
        )

    assert loss(found.params.to_numpy()) <= loss(peer.params_.to_numpy()) + 1e-9
    np.testing.assert_allclose(found.params, peer.params_, rtol=0.02)


def test_bg_bb_finds_what_lifetimes_finds_over_few_months():
    table = customers("bg_bb", 2_000, 3)
    table = table[table["periods"] <= 14].reset_index(drop=True)
    peer = exact.BetaGeoBetaBinomFitter().fit(table["frequency"], table["recency"], table["periods"])
    found = fit(table, "bg_bb")
    np.testing.assert_allclose(found.params[peer.params_.index], peer.params_, rtol=0.01)
    assert found.log_likelihood == pytest.approx(-peer._negative_log_likelihood_ * len(table), abs=1e-3)


def test_value_finds_what_lifetimes_finds():
    table = values(2_000, 4)
    bought = table[table["frequency"] > 0]
    peer = exact.GammaGammaFitter().fit(bought["frequency"], bought["monetary_value"])
    found = fit_value(table)
    np.testing.assert_allclose(found.params, peer.params_, rtol=1e-3)
    assert found.log_likelihood == pytest.approx(-peer._negative_log_likelihood_ * len(bought), abs=1e-3)


def _numeric_hessian(slope, place, step=1e-5):
    moves = step * np.eye(len(place))
    return np.array([(slope(place + move) - slope(place - move)) / (2 * step) for move in moves])


@pytest.mark.parametrize("model", [*MODELS, "gamma_gamma"])
def test_derivatives_are_those_of_the_likelihood(model):
    if model == "gamma_gamma":
        table = values(200, 5).query("frequency > 0")
        fitter, columns = GammaGamma(), ("frequency", "monetary_value")
    else:
        table = customers(model, 200, 5)
        fitter = FITTERS[model]()
        columns = ("frequency", "recency", "periods" if model == "bg_bb" else "T")
    integers = model == "bg_bb"
    rows = [table[name].to_numpy(int if integers else float) for name in columns]
    mean = fitter._mean(rows, np.linspace(0.5, 2, len(table)))
    place = np.log([TRUE[model][name] for name in fitter.names])
    value, gradient, hessian = mean(place)
    moves = 1e-5 * np.eye(len(place))
    slope = [(mean(place + move)[0] - mean(place - move)[0]) / 2e-5 for move in moves]
    np.testing.assert_allclose(gradient, slope, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(
        hessian, _numeric_hessian(lambda at: mean(at)[1], place), rtol=1e-5, atol=1e-7 * abs(value)
    )


@pytest.mark.parametrize("model", MODELS)
def test_the_truth_is_within_the_intervals(model):
    """One bank; docs/lifetime_value_models.md has bias and coverage over thirty."""
    found = fit(customers(model, 4_000, 7), model)
    errors = np.sqrt(np.diag(found.covariance))
    distance = (np.log(found.params) - np.log(pd.Series(TRUE[model]))[found.params.index]) / errors
    assert found.converged
    assert (distance.abs() < 3.5).all(), distance


@pytest.mark.parametrize("model", MODELS)
def test_the_order_of_customers_changes_nothing(model):
    table = customers(model, 6_000, 8)
    shuffled = table.sample(frac=1, random_state=1).reset_index(drop=True)
    np.testing.assert_allclose(fit(table, model).params, fit(shuffled, model).params, rtol=1e-7)


@pytest.mark.parametrize(
    "kind", ["nobody leaves", "everyone has left", "regular", "two kinds", "machines", "few"]
)
@pytest.mark.parametrize("model", ["bg_nbd", "mbg_nbd", "pareto_nbd"])
def test_no_data_make_a_fit_raise(kind, model):
    found = fit(broken(kind, n=400), model)
    assert found.converged == np.isfinite(found.covariance).all(axis=None)
    assert found.message


def test_without_purchases_there_is_nothing_to_learn():
    table = customers("pareto_nbd", 50, 1).assign(frequency=0, recency=0.0)
    for model in ("bg_nbd", "mbg_nbd", "pareto_nbd"):
        found = fit(table, model)
        assert not found.converged and found.params.isna().all() and "nothing to learn" in found.message
        for told in (alive(found, table), expected(found, table, 52), expected_from_start(found, [1, 2])):
            assert np.isnan(told).all()
    assert not fit_value(values(50, 1).assign(frequency=0)).converged


@pytest.mark.parametrize("model", MODELS)
def test_customers_of_the_last_day_are_no_obstacle(model):
    """Joined on the day: observed for no time yet, perhaps with a purchase already."""
    table = customers(model, 500, 2)
    time = "periods" if model == "bg_bb" else "T"
    table.loc[:9, ["frequency", "recency", time]] = 0
    if model != "bg_bb":
        table.loc[:3, "frequency"] = 1
    found = fit(table, model)
    assert found.converged
    for told in (alive(found, table), expected(found, table, 4)):
        assert np.isfinite(told).all()
    assert purchase_draws(found, table, 4, 5, np.random.default_rng(1)).shape == (500, 5)


@pytest.mark.parametrize("model", MODELS)
def test_no_customers_are_no_exception(model):
    table = customers(model, 50, 1)
    found = fit(table, model)
    assert len(alive(found, table[:0])) == len(expected(found, table[:0], 52)) == 0
    assert not fit(table[:0], model).converged


def test_a_mean_value_that_is_not_finite_is_no_fit():
    found = fit_value(values(4_000, 2, p=1.0, q=0.6, v=10.0))
    assert found.params["q"] < 1 and not found.converged and "not finite" in found.message


def test_parameters_are_sampled_around_the_estimates():
    found = fit(customers("bg_nbd", 2_000, 9), "bg_nbd")
    logs = np.log(parameter_draws(found, 20_000, np.random.default_rng(1)))
    np.testing.assert_allclose(logs.mean(), np.log(found.params), atol=0.01)
    np.testing.assert_allclose(logs.cov(), found.covariance, rtol=0.1, atol=1e-4)
    lost = fit(broken("nobody leaves"), "bg_nbd")
    with pytest.raises(ValueError, match="has no covariance"):
        parameter_draws(lost, 10, np.random.default_rng(1))


WRONG = [
    ({"frequency": -1}, r"frequency is -1.*whole numbers from 0"),
    ({"frequency": 1.5}, r"frequency is 1\.5.*whole numbers"),
    ({"recency": -2.0}, r"recency is -2\.0.*0 or more"),
    ({"recency": 500.0}, r"recency is 500\.0.*at most T"),
    ({"frequency": 0, "recency": 3.0}, r"recency is 3\.0.*0 where frequency is 0"),
    ({"T": np.nan}, r"T is nan in row 3 \(1 such rows\).*finite number"),
]


@pytest.mark.parametrize(("change", "message"), WRONG)
def test_what_cannot_be_is_named(change, message):
    table = customers("bg_nbd", 10, 1).astype({"frequency": float})
    for column, value in change.items():
        table.loc[3, column] = value
    with pytest.raises(ValueError, match=message):
        fit(table, "bg_nbd")


def test_columns_models_and_months_are_named():
    table = customers("bg_nbd", 10, 1)
    with pytest.raises(ValueError, match="no column recency; expected frequency, recency, T"):
        fit(table.drop(columns="recency"), "bg_nbd")
    with pytest.raises(ValueError, match=r"T is .*; expected numbers"):
        fit(table.assign(T="long"), "bg_nbd")
    with pytest.raises(ValueError, match="model is 'nbd'; expected one of bg_nbd"):
        fit(table, "nbd")
    months = customers("bg_bb", 10, 1)
    with pytest.raises(ValueError, match=r"frequency is 40.*at most recency"):
        fit(months.assign(frequency=40, recency=12), "bg_bb")
    months["purchases_per_active_month"] = 0.5
    with pytest.raises(ValueError, match=r"purchases_per_active_month is 0\.5.*1 or more"):
        fit(months, "bg_bb")
    with pytest.raises(ValueError, match=r"monetary_value is nan.*a number where frequency"):
        fit_value(values(10, 1).assign(frequency=2, monetary_value=np.nan))


def test_lifetimes_leaves_no_trace():
    """Filters of warnings, the options of pandas and numpy's global generator stay as they were."""
    code = """
import warnings, numpy as np, pandas as pd, scipy.stats
before, state = list(warnings.filters), np.random.get_state()[1].copy()
from tests.topics.lifetime_value.stories import customers
from analysis.topics.lifetime_value.models import fit
for model in ("bg_nbd", "pareto_nbd"):
    fit(customers(model, 200, 1), model)
assert warnings.filters == before, warnings.filters
assert (np.random.get_state()[1] == state).all()
warnings.simplefilter("ignore")
assert pd.get_option("mode.chained_assignment") == "warn"
"""
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)
