"""Explanations: planted drivers on top, attributions that add up, sentences that fit the customer."""

import numpy as np
import pandas as pd
import pytest
from tests.topics.churn import planted

from analysis import language
from analysis.statistics.calibration import log_odds
from analysis.topics.churn import evaluation as ev
from analysis.topics.churn import explain, reasons
from analysis.topics.churn import learners as lrn


@pytest.fixture(scope="module")
def found():
    table = planted.panel(seed=5).table()
    return ev.compared(table, planted.slices(table.time), seed=1)


def test_planted_drivers_matter_and_noise_does_not(found):
    table = explain.importance(found, {name: [name] for name in found.table.features.columns}).set_index(
        "group"
    )
    assert set(table.index[:2]) == {"recent", "balance"}
    assert (table.loc[["recent", "balance", "tenure"], "low"] > 0).all()
    noise = table[table.index.str.startswith("noise")]
    assert (noise["low"] <= 0).mean() >= 0.8
    assert table.loc["recent", "loss"] > 5 * noise["loss"].abs().max()


def test_features_that_stand_in_for_each_other_are_permuted_together():
    panel = planted.panel(customers=2_000, seed=2)
    twin = panel.frame.drop(columns=["customer_id", "day", "churned"]).assign(twin=panel.frame["recent"])
    table = panel.table(twin)
    twins = ev.compared(table, planted.slices(table.time), model=lrn.LOGISTIC)
    together = explain.importance(twins, {"both": ["recent", "twin"], "one": ["recent"]}).set_index("group")[
        "loss"
    ]
    assert together["both"] > 1.5 * together["one"]


def test_dependence_rises_as_planted_and_counts_the_customers(found):
    table = explain.dependence(found, "recent")
    assert np.corrcoef(table["value"], table["probability"])[0, 1] > 0.8
    assert table["customers"].sum() == len(found.tested)
    assert ((table["low"] <= table["probability"]) & (table["probability"] <= table["high"])).all()


@pytest.mark.parametrize("name", [lrn.RULE, lrn.LOGISTIC, lrn.BOOSTED, lrn.BASE])
def test_attributions_add_up_to_the_score(name):
    panel = planted.panel(customers=1_500, days=8, seed=3)
    table = panel.table(panel.frame[["recent", "balance", "tenure", "noise_0"]])
    model = ev.Model(name, lrn.learn(name, table, lrn.Settings(4, 40), 0), None)
    parts = explain.attribution(model, table.features)
    total = parts.base + parts.parts.sum(axis="columns")
    assert np.allclose(total, log_odds(model.learner.predict(table.features)), atol=1e-6)
    if name in lrn.MODELS:
        assert parts.parts.abs().mean().idxmax() == "recent"


def test_boosting_on_categories_says_that_it_cannot_be_taken_apart():
    table = planted.panel(customers=800, days=6).table()
    model = ev.Model(lrn.BOOSTED, lrn.learn(lrn.BOOSTED, table, lrn.Settings(4, 10), 0), None)
    with pytest.raises(ValueError, match=r"categories among the features \(group\); use model='logistic'"):
        explain.attribution(model, table.features)


CUSTOMER = {
    "days_since_activity": 40.0, "bookings_pace_30d": 0.3, "inflow_pace_30d": np.nan, "outflow_pace_30d": 1.5,
    "balance_ratio": 0.2, "assets": 100.0, "days_since_salary": 75.0, "open_accounts": 1, "tenure_days": 731,
    "age_years": np.nan, "days_since_digital": np.nan, "staffed_contacts_90d": 2, "complaint_open_days": 12.0,
    "complaints_365d": 1,
}  # fmt: skip


@pytest.mark.parametrize("language_used", ["en", "zh"])
def test_every_group_has_a_sentence_that_fits(language_used):
    language.use(language_used)
    groups = pd.Series(list(reasons.GROUPS))
    rows = pd.DataFrame([CUSTOMER] * len(groups))
    said = dict(zip(groups, reasons.said(groups, rows), strict=True))
    language.use("en")
    assert all(said.values())
    if language_used == "en":
        assert said["balance"] == "Balance 80% below its 12-month average"
        assert said["salary"] == "Last salary 75 days ago"
        assert said["money_in"] == "No money in for a year"
        assert said["money_out"] == "Money out of 30 days 50% above usual"
        assert said["complaints"] == "Complaint unresolved for 12 days"
    else:
        assert said["salary"] == "最近一次工资在75天前"


def test_only_what_raises_a_score_is_a_reason():
    parts = pd.DataFrame({"tenure_days": [0.5, -0.5], "age_years": [0.01, 0.9], "assets": [0.2, -0.1]})
    found = reasons.strongest(explain.Attribution(-4.0, parts)).fillna("")
    assert found.iloc[0].tolist() == ["tenure", "balance", ""]
    assert found.iloc[1].tolist() == ["age", "", ""]


def test_every_feature_of_the_panel_belongs_to_one_group():
    from analysis.bank.features import FEATURES

    grouped = [name for names in reasons.GROUPS.values() for name in names]
    assert len(grouped) == len(set(grouped))
    assert {feature.name for feature in FEATURES} <= set(grouped)
