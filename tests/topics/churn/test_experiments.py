"""Randomised retention campaigns are found, their customers and departures counted, and broken ones named."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from tests.topics.churn.campaigns import END, START, bank, frames, planted

from analysis.bank.source import open_bank
from analysis.topics.churn import experiments


@pytest.fixture
def view(tmp_path):
    return bank(tmp_path, frames()).view()


def test_campaigns_with_both_arms_for_retention(view):
    found = experiments.campaigns(view)
    assert found["campaign_id"].tolist() == ["R1", "R2"]
    assert found["started_on"].tolist() == [START, date(2024, 3, 1)]
    assert found["unit_cost"].tolist() == [12.0, 0.5]
    assert experiments.matured(found, END)["campaign_id"].tolist() == ["R1"]
    assert experiments.matured(found, START + timedelta(days=179)).empty


def test_customers_by_hand(view):
    rows = experiments.customers(view, "R1", START).to_pandas().set_index("customer_id").sort_index()
    # P5 had left before, P8 came after the start
    assert rows.index.tolist() == ["P1", "P2", "P3", "P4", "P6"]
    assert rows["left"].tolist() == [0, 1, 0, 0, 1]  # P2 on the last day that counts, P3 a day later
    assert rows["treated"].tolist() == [True, True, False, False, False]
    assert rows["reached"].tolist() == rows["treated"].tolist()
    assert rows["converted"].tolist() == [True, False, True, True, False]


def test_features_are_of_the_day_before(view):
    rows = experiments.customers(view, "R1", START).to_pandas().set_index("customer_id")
    assert rows.loc["P1", "bookings_30d"] == 1  # not that of the first day
    assert rows.loc["P1", "tenure_days"] == (START - timedelta(days=1) - date(2020, 1, 6)).days


def test_a_shorter_time_counts_fewer_departures(view):
    rows = experiments.customers(view, "R1", START, days=10).to_pandas().set_index("customer_id")
    assert rows["left"].sum() == 1 and rows.loc["P6", "left"] == 1


def test_what_happens_later_changes_nothing(tmp_path):
    tables = frames()
    end = START + timedelta(days=180)
    then = bank(tmp_path / "then", tables | {"bank_profile": tables["bank_profile"].assign(extracted_on=end)})
    now = bank(tmp_path / "now", tables)
    one, other = (
        experiments.customers(b.view(end), "R1", START)
        .to_pandas()
        .sort_values("customer_id", ignore_index=True)
        for b in (then, now)
    )
    pd.testing.assert_frame_equal(one, other)
    assert one.set_index("customer_id").loc["P3", "left"] == 0


@pytest.mark.parametrize(
    "without", [("campaigns",), ("campaign_contacts",), ("campaigns", "campaign_contacts")]
)
def test_a_bank_without_campaigns(tmp_path, without):
    tables = {name: frame for name, frame in frames().items() if name not in without}
    view = bank(tmp_path, tables).view()
    assert experiments.campaigns(view).empty
    found = experiments.trials(view)
    assert found.empty and set(experiments.PREDICTORS) < set(found.columns)
    assert experiments.results(found).columns.tolist() == list(experiments.RESULTS)


def test_too_small_campaigns_are_left_out(view):
    assert experiments.trials(view).empty


def test_the_simulated_bank(demo_folder):
    view = open_bank(str(demo_folder)).view()
    found = experiments.trials(view)
    table = experiments.results(found, 0.5)
    assert table["label"].iloc[-1] == "K04"  # of so small a bank too few leave in K01
    assert (table["contradicted"] == 0).all()
    assert (table["reached"] == 1).all() and (table["reached_control"] == 0).all()
    assert experiments.doubts(table) == []
    left = view.table("customers").to_pandas().set_index("customer_id")["left_on"]
    one = found[found["left"] == 1]
    gone = (pd.to_datetime(one["customer_id"].map(left)) - pd.to_datetime(one["started_on"])).dt.days
    assert gone.between(0, experiments.DAYS).all()


def test_a_later_view_changes_no_customer_of_a_matured_campaign(demo_folder):
    bank = open_bank(str(demo_folder))
    last = experiments.campaigns(bank.view()).iloc[-1]
    matured = last["started_on"] + timedelta(days=experiments.DAYS)
    then, now = (experiments.trials(bank.view(day)) for day in (matured, bank.latest()))
    assert len(then) > 400
    pd.testing.assert_frame_equal(then, now)
    assert (
        last["campaign_id"]
        not in experiments.trials(bank.view(matured - timedelta(days=1)))["campaign_id"].tolist()
    )


def test_results_by_hand():
    part = planted(1, "none", "K1", 400)
    part["treated"] = np.arange(400) < 200
    part["left"] = np.r_[np.arange(200) < 10, np.arange(200) < 20].astype(int)
    row = experiments.results(part).iloc[0]
    assert (row["left_treated"], row["left_control"]) == (0.05, 0.1)
    assert row["saved"] == pytest.approx(0.05) and row["reduction"] == pytest.approx(0.5)
    assert row["low"] < 0.05 < row["high"] and row["reduction_low"] < 0.5 < row["reduction_high"]
    assert row["detectable"] > 0.05  # so small a trial mostly misses such a fall
    assert np.isnan(row["p_sizes"])


def test_broken_experiments_are_named():
    part = planted(2, "none", "K1", 2_000)
    assert experiments.doubts(experiments.results(part, 0.5)) == []
    rng = np.random.default_rng(1)
    treated = rng.random(2_000) < 0.3 + 0.4 * (part[experiments.PREDICTORS[0]] > 0)
    chosen = part.assign(treated=treated, reached=treated)
    said = {
        "differed before": experiments.results(chosen),
        "against the plan": experiments.results(part, 0.6),
        "contacted all the same": experiments.results(part.assign(reached=True)),
        "contradicts": experiments.results(part.assign(converted=rng.random(2_000) < 0.5)),
    }
    for words, table in said.items():
        doubts = experiments.doubts(table)
        assert len(doubts) == 1 and words in doubts[0] and "K1" in doubts[0], doubts
    assert np.isnan(experiments.results(part.assign(converted=False))["contradicted"].iloc[0])
