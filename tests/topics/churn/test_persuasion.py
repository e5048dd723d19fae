"""What campaigns show: planted differences are found on the later one, and nothing where nothing is planted."""

import numpy as np
import pandas as pd
import pytest
from tests.topics.churn.campaigns import planted

from analysis.report.privacy import suppress
from analysis.topics.churn import persuasion, targeting
from analysis.topics.churn.experiments import PREDICTORS

N = 3_000


def both(effect: str, seed: int = 21, n: int = N) -> pd.DataFrame:
    return pd.concat([planted(seed, effect, "K1", n), planted(seed + 1, effect, "K2", n)], ignore_index=True)


@pytest.fixture(scope="module")
def trials() -> pd.DataFrame:
    return both("some")


@pytest.fixture(scope="module")
def found(trials) -> persuasion.Evidence:
    return persuasion.evidence(trials, 0.5)


@pytest.fixture(scope="module")
def nothing() -> persuasion.Evidence:
    return persuasion.evidence(both("none", 31, 1_500), 0.5)


def test_learnt_early_tested_late(found, trials):
    assert found.out_of_time and set(found.people["campaign_id"]) == {"K2"}
    assert found.learner in persuasion.TELLING
    truth = trials.loc[trials["campaign_id"] == "K2", "truth"].to_numpy()
    assert np.corrcoef(found.people["predicted"], truth)[0, 1] > 0.5
    assert found.saved.low < truth.mean() < found.saved.high
    assert found.any_difference.p_value < 0.01
    assert persuasion.qini(found).qini.low > 0


def test_groups_have_the_planted_signs(found, trials):
    table = persuasion.by_group(found)
    truth = trials.loc[trials["campaign_id"] == "K2", "truth"]
    fifth = pd.qcut(-found.people["predicted"], 5, labels=False)
    means = truth.groupby(fifth.to_numpy()).mean().to_numpy()
    assert means[0] > 0.05 and table["low"].iloc[0] > 0  # the material one
    assert ((table["low"] < means) & (means < table["high"])).sum() >= 4
    assert table["customers"].sum() == N and table["label"].tolist() == list("12345")


def test_groups_can_be_suppressed_and_drawn(found):
    table = suppress(persuasion.by_group(found), "customers", by="label")
    assert (table["suppressed"] == "").all()
    few = suppress(
        persuasion.by_group(found).assign(customers=[5.0, 800, 800, 800, 800]), "customers", by="label"
    )
    assert few["saved"].isna().sum() == 2
    campaigns = suppress(found.campaigns, "customers", by="label")
    assert campaigns["reduction"].notna().all()


def test_outcomes_of_the_later_campaign_choose_nobody(trials):
    """The rules of the test are made before it: other departures in it leave them as they are."""
    trials = trials.groupby("campaign_id", group_keys=False).head(800)
    turned = trials.copy()
    late = turned["campaign_id"] == "K2"
    turned.loc[late, "left"] = np.random.default_rng(1).permutation(turned.loc[late, "left"])
    rules = [targeting.rules(persuasion.evidence(one, 0.5), 0.3, 2_000.0, 6.0) for one in (trials, turned)]
    for name, chosen in rules[0].items():
        assert (chosen == rules[1][name]).all(), name


def test_nothing_planted(nothing):
    assert not nothing.pays_on_average and not nothing.differs
    assert persuasion.qini(nothing).qini.low <= 0
    assert abs(nothing.used.value) < abs(nothing.reduction.value)


def test_one_campaign_is_tested_on_other_customers_of_it(trials):
    found = persuasion.evidence(trials[trials["campaign_id"] == "K1"])
    assert not found.out_of_time and len(found.people) == N
    assert np.isnan(found.p_same)
    assert found.any_difference.p_value < 0.05


def test_without_an_experiment(trials):
    assert persuasion.evidence(trials.head(0)) is None
    assert targeting.uplift(None, trials, trials) is None
    assert persuasion.by_group(None).empty and targeting.policy_values(None, 0.3).empty
    assert persuasion.qini(None).points.empty


def now(n: int = 6) -> tuple[pd.DataFrame, pd.DataFrame]:
    x = pd.DataFrame(0.0, index=range(n), columns=PREDICTORS).assign(customer_id=[f"C{k}" for k in range(n)])
    x[PREDICTORS[0]] = np.linspace(-2, 2, n)
    return x, x[["customer_id"]].assign(probability=0.05)


def test_uplift_of_all_is_the_shrunk_average_where_no_difference_is_shown(nothing):
    features, scores = now()
    table = targeting.uplift(nothing, features, scores)
    assert (table["uplift"] == nothing.used.value).all() and table["customer_id"].tolist() == scores[
        "customer_id"
    ].tolist()


def test_uplift_of_each_where_it_is_shown(found):
    features, scores = now()
    shown = persuasion.Evidence(**(vars(found) | {"beyond_risk": found.any_difference}))
    table = targeting.uplift(shown, features, scores)
    assert table["uplift"].iloc[-1] > table["uplift"].iloc[0]
    assert table["uplift"].between(-1, 1).all()
    assert (table["low"] <= table["uplift"]).all() and (table["uplift"] <= table["high"]).all()


def test_the_average_is_taken_where_the_predicted_fall_is_above_the_chance_to_leave(found):
    features, scores = now()
    shown = persuasion.Evidence(**(vars(found) | {"beyond_risk": found.any_difference}))
    before = targeting.uplift(shown, features, scores)
    last = before.index[-1]
    assert before.loc[last, "uplift"] > 0
    unlikely = scores.assign(probability=0.05 * before.loc[last, "uplift"] * 0.9)
    after = targeting.uplift(shown, features, unlikely).loc[last]
    assert (after["uplift"], after["low"], after["high"]) == (
        found.used.value,
        found.used.low,
        found.used.high,
    )


def test_nothing_is_said_of_customers_wealthier_than_any_in_the_campaigns(found):
    features, scores = now()
    features.loc[2, "assets"] = 1e6 + 1
    table = targeting.uplift(found, features, scores)
    assert table["uplift"].isna().tolist() == [False, False, True, False, False, False]
    assert table["customer_id"].tolist() == scores["customer_id"].tolist()


def test_policy_values(found, trials):
    worth, share = 2_000.0, 0.3
    people = found.people
    value = people[["customer_id"]].assign(value=worth)
    table = targeting.policy_values(found, share, value, 6.0).set_index("label")
    truth = trials.loc[trials["campaign_id"] == "K2", "truth"].to_numpy()
    rules = targeting.rules(found, share, worth, 6.0)
    for name, chosen in rules.items():
        true = 1000 * np.mean(chosen * (worth * truth - 6))
        assert table.loc[name, "low"] <= true <= table.loc[name, "high"], name
        assert table.loc[name, "contacted"] == chosen.sum()
    kept = targeting.policy_values(found, share).set_index("label")
    assert kept.loc["all", "value"] == pytest.approx(1000 * people["measured"].mean())
    assert (
        targeting.policy_values(found, share, value.head(10), 6.0).set_index("label").loc["all", "value"] < 0
    )
    own = targeting.policy_values(found, share, value).set_index("label")
    assert own.loc["all", "value"] == pytest.approx(table.loc["all", "value"])  # the campaign's own cost is 6


def test_scores_of_a_churn_model_take_the_place_of_the_risk(found):
    scores = found.people[["customer_id"]].assign(probability=np.linspace(0, 1, len(found.people)))
    table = targeting.policy_values(found, 0.1, scores=scores).set_index("label")
    last = found.people["measured"].tail(round(0.1 * len(found.people))).sum()
    assert table.loc["churn score", "value"] == pytest.approx(1000 * last / len(found.people))
