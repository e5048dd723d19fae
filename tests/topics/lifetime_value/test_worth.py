"""Discounting against closed forms, intervals against what then happens."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from tests.topics.lifetime_value.logs import purchases as simulated

from analysis.topics import lifetime_value as ltv
from analysis.topics.lifetime_value import candidates as cand
from analysis.topics.lifetime_value import discount, intervals, worth
from analysis.topics.lifetime_value import histories as hist
from analysis.topics.lifetime_value import purchases as logs


@pytest.fixture(scope="module")
def found():
    return ltv.evaluate(simulated(1_500, seed=0), weeks=26)


def test_a_year_of_months_discounts_by_the_annual_rate():
    assert discount.monthly(0.08) ** 12 == pytest.approx(1 / 1.08)
    with pytest.raises(ValueError, match=r"the annual discount rate is -1; expected a share such as 0\.05"):
        discount.monthly(-1)


@pytest.mark.parametrize("months", [1, 7, 12, 30])
def test_a_constant_stream_is_an_annuity(months):
    """The own rate goes on for ever, so that the value has a closed form."""
    summary = pd.DataFrame({"customer_id": ["a"], "frequency": [104], "recency": [104.0], "T": [104.0]})
    learnt = cand.Learnt(1.0, {}, None)
    plain, present = worth.discounted(learnt, cand.NAIVE, summary, months, 0.1)
    a_month = worth.WEEKS_A_MONTH
    assert plain[0] == pytest.approx(months * a_month)
    steps = min(months, 12)
    edges = np.unique(np.ceil(np.linspace(0, months, steps + 1)))
    by_hand = sum((b - a) * a_month * 1.1 ** (-(a + b) / 24) for a, b in pairwise(edges))
    assert present[0] == pytest.approx(by_hand)
    continuous = a_month * (1 - 1.1 ** (-months / 12)) / (np.log(1.1) / 12)
    assert present[0] == pytest.approx(continuous, rel=1e-3)


def test_no_discount_changes_nothing(found):
    args = (found.latest, found.chosen, found.summary, 12)
    plain, present = worth.discounted(*args, 0.0)
    np.testing.assert_allclose(present, plain)
    assert (worth.discounted(*args, 0.2)[1] <= plain).all()


def tied(power: float) -> pd.DataFrame:
    """A summary whose values grow with frequency."""
    table = simulated(2_000, seed=1)
    log = logs.from_table(table)
    rows = hist.fetched(log, [log.until]).summary(0)
    return rows.assign(monetary_value=rows["monetary_value"] * (1 + rows["frequency"]) ** power)


def test_value_that_goes_with_frequency_is_modelled_within_bands():
    rows = tied(0.5)
    found = worth.spend(rows)
    assert found.tied
    assert found.reasons == ()
    assert list(found.levels) == sorted(found.levels)
    expected, bought = found.expected(rows), rows["frequency"] > 0
    assert expected[~bought].mean() < 0.6 * expected[bought].mean()
    assert expected[bought].mean() == pytest.approx(rows["monetary_value"].mean(), rel=0.05)
    # A single purchase says less of the customer than many.
    log_own, log_found = np.log(rows["monetary_value"][bought]), np.log(expected[bought])
    few = rows["frequency"][bought] == 1
    assert log_found[few].std() < 0.9 * log_own[few].std()


def test_value_without_ties_is_not_cut():
    found = worth.spend(tied(0.0))
    assert found.tied == ""
    assert found.levels == (1.0,)


def test_values_that_gamma_gamma_cannot_take_leave_the_own_mean():
    rows = tied(0.0).head(60)
    found = worth.spend(rows)
    assert found.reasons
    bought = rows["frequency"] > 0
    np.testing.assert_allclose(found.expected(rows)[bought], rows["monetary_value"][bought])


def test_intervals_hold_what_then_happens():
    """90 % intervals of customers, made on a day, against the purchases of the half year after it."""
    held = []
    for seed in range(3):
        table = simulated(1_200, seed=seed)
        found = ltv.evaluate(table, weeks=26, model="pareto_nbd")
        fit = intervals.reference(found, found.earlier)
        forecast = found.outcome["pareto_nbd"].to_numpy()
        drawn = intervals.draw(fit, found.histories.summary(1), found.windows.outer_weeks, forecast, seed)
        held.append(found.outcome["purchases"].between(drawn.low, drawn.high).mean())
        assert drawn.totals.mean() == pytest.approx(forecast.sum(), rel=0.03)
    # Counts are whole: an interval of few of them holds more than its level.
    assert 0.88 <= np.mean(held) <= 0.98


def test_past_errors_make_intervals_where_no_model_does(found):
    forecast = found.outcome[found.chosen].to_numpy()
    low, high = intervals.from_errors(found, forecast)
    held = found.outcome["purchases"].between(low - 1e-9, high + 1e-9).mean()
    assert 0.87 <= held <= 0.97
    assert (low <= high).all()
    assert (low >= 0).all()


def test_the_level_of_past_totals_widens_the_total(found):
    factors = intervals.level_error(found, seed=0, draws=20_000)
    biases = [t.set_index("candidate").loc[found.chosen, "bias"] for t in (found.inner, found.outer)]
    spread = np.sqrt(np.mean(np.square(np.log1p(biases))))
    low, high = np.quantile(np.log(factors), [0.05, 0.95])
    assert high == pytest.approx(2.92 * spread, rel=0.1)  # Student's t, two degrees of freedom
    assert low == pytest.approx(-high, rel=0.1)
