"""The model is chosen without the window that it is reported on, and falls back when none is fit."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from tests.topics.lifetime_value.logs import purchases as simulated

from analysis.topics import lifetime_value as ltv
from analysis.topics.lifetime_value import candidates as cand
from analysis.topics.lifetime_value import challenger, choice
from analysis.topics.lifetime_value import histories as hist
from analysis.topics.lifetime_value import purchases as logs


@pytest.fixture(scope="module")
def found():
    return ltv.evaluate(simulated(1_500, seed=0), weeks=26)


def test_windows_follow_each_other():
    parts = choice.windows(date(2020, 1, 1), date(2023, 12, 31))
    assert parts.now - parts.outer == parts.outer - parts.inner == parts.inner - parts.past == timedelta(364)


def test_a_short_log_has_no_challenger():
    parts = choice.windows(date(1997, 1, 1), date(1998, 6, 30), weeks=39)
    assert parts.outer == date(1997, 9, 30)
    assert parts.past is None
    assert parts.outer - parts.inner < parts.now - parts.outer


def test_too_short_a_log_is_refused():
    with pytest.raises(
        ValueError, match="cover 2024-01-01 to 2024-02-10, 6 weeks; a holdout of 1 weeks leaves 4"
    ):
        choice.windows(date(2024, 1, 1), date(2024, 2, 10))


def test_the_right_model_is_chosen_and_beats_the_naive(found):
    assert found.chosen in ("pareto_nbd", "bg_nbd", "mbg_nbd")
    gain, low, high = found.gain
    assert 0 < low < gain < high
    rows = found.outer.set_index("candidate")
    assert rows.loc[found.chosen, "mae"] < rows.loc[cand.NAIVE, "mae"]
    assert rows.loc[cand.NAIVE, "score"] == 1
    assert rows.loc[cand.POPULATION, "gini"] == pytest.approx(0)


def test_the_choice_does_not_see_the_outer_window():
    """Purchases of the outer window made up differently change the report, not the choice."""
    table = simulated(800, seed=5)
    cut = pd.Timestamp(choice.windows(table["date"].min().date(), table["date"].max().date(), 26).outer)
    other = pd.concat([table[table["date"] <= cut], table[table["date"] > cut].tail(1)])
    one, changed = (ltv.evaluate(t, weeks=26, until=table["date"].max().date()) for t in (table, other))
    pd.testing.assert_frame_equal(one.inner, changed.inner)
    assert one.chosen == changed.chosen
    assert one.outer["mae"].sum() != changed.outer["mae"].sum()


def test_a_model_can_be_asked_for():
    found = ltv.evaluate(simulated(300, seed=1), weeks=26, model="bg_nbd")
    assert (found.chosen, found.asked) == ("bg_nbd", True)
    with pytest.raises(ValueError, match="model is 'best'; expected one of auto, population_rate"):
        ltv.evaluate(simulated(300, seed=1), model="best")


def test_without_a_fit_model_customers_go_on_as_before():
    """Everybody buys every second week and nobody stops: no candidate has anything to say of stopping."""
    days = pd.date_range("2022-01-01", "2023-12-31", freq="14D")
    table = pd.DataFrame(
        {"customer_id": np.repeat([f"C{k}" for k in range(120)], len(days)), "date": [*days] * 120}
    )
    found = ltv.evaluate(table, weeks=26)
    assert found.chosen == cand.NAIVE
    assert {"bg_nbd", "mbg_nbd", "pareto_nbd"} <= set(found.latest.unfit)


def test_the_challenger_learns_what_models_do_not_know():
    """A feature that tells the future (planted): only the challenger can see it."""
    log = logs.from_table(simulated(1_500, seed=6, s=0.8, beta=30))
    parts = choice.windows(log.since, log.until, 20)
    found = hist.fetched(log, parts.days)
    ahead = {parts.days[k]: found.between(k, k - 1) for k in (1, 2, 3)}
    assert parts.past

    def oracle(day):
        rows = ahead[day]
        return pd.DataFrame({"customer_id": rows["customer_id"], "will": rows["purchases"]})

    plain, told = (choice.evaluate(log, 20, extra=extra) for extra in (None, oracle))
    before, after = (e.outer.set_index("candidate").loc[cand.BOOSTED, "score"] for e in (plain, told))
    assert after < before - 0.05
    assert told.chosen == cand.BOOSTED


def test_few_customers_are_no_lesson():
    log = logs.from_table(simulated(100, seed=7))
    summary = hist.fetched(log, [log.until]).summary(0)
    assert challenger.fit(summary, np.ones(len(summary)), 10) is None


def test_the_published_log(public_data):
    """CDNOW complete, 39 weeks and 39 weeks: at least as good as the best published model on both measures."""
    path = public_data / "cdnow" / "CDNOW_master.txt"
    table = pd.read_csv(
        path, sep=r"\s+", skiprows=1, names=["customer_id", "date", "count", "value"], dtype=str
    )
    table["date"] = pd.to_datetime(table["date"], format="%Y%m%d")
    found = ltv.evaluate(table, weeks=39)
    assert found.windows.outer == date(1997, 9, 30)
    assert len(found.outcome) == 23_570
    rows = found.outer.set_index("candidate")
    assert rows.loc[cand.NAIVE, ["mae", "rmse"]].round(3).tolist() == [1.038, 2.158]
    assert rows.loc["bg_nbd", ["mae", "rmse"]].round(3).tolist() == [0.819, 1.733]
    assert rows.loc["mbg_nbd", "mae"] == pytest.approx(0.795, abs=1e-3)
    assert rows.loc[found.chosen, "mae"] <= 0.80
    assert rows.loc[found.chosen, "rmse"] <= 1.73


def test_a_feature_that_nobody_has_is_left_out():
    table = simulated(700, seed=8)
    log = logs.from_table(table)
    summary = hist.fetched(log, [log.until]).summary(0)
    extra = pd.DataFrame({"customer_id": summary["customer_id"], "blank": np.nan, "known": 1.0})
    learnt = challenger.fit(summary, summary["recent_91"].to_numpy(), 13, extra)
    assert "bank_blank" not in learnt.columns
    assert np.isfinite(learnt.expected(summary, extra, 13)).all()
