"""Who answered: rates with intervals, the model of response, and what it says of the last wave."""

import numpy as np
import pandas as pd
import pytest
from tests.topics.survey.surveys import ITEMS, STEPS, planted, survey

from analysis.bank.source import open_bank
from analysis.report.results import figure
from analysis.statistics.intervals import wilson
from analysis.topics.segmentation.tiers import ladder
from analysis.topics.survey import answers, response, scores, sensitivity, weighting
from analysis.topics.survey.sample import attributes, sample


@pytest.fixture(scope="module")
def whole():
    return survey()


def test_rates_count_invitations_and_customers(whole):
    table = response.rates(whole)
    assert set(table["by"]) == {"wave", "mode", "tier", "age_band", "gender", "region"}
    for _by, part in table.groupby("by"):
        assert part["invitations"].sum() == 4_000 and part["answered"].sum() == len(whole.answers)
    wave = table[table["by"] == "wave"].iloc[0]
    low, high = wilson(wave["answered"], wave["invitations"])
    # Every customer is asked once in a wave: Wilson's interval, up to n / (n − 1) of the variance.
    assert (wave["low"], wave["high"]) == pytest.approx((low, high), abs=1e-4)
    assert figure(**response.figures(table)[0])["value"] == table[table["label"] == "2024H2"]["rate"].iloc[0]
    assert table[table["by"] == "age_band"]["label"].tolist() == ["under 30", "30–44", "45–59", "60 or older"]


def test_the_model_finds_who_answers_and_what_does_not_matter():
    found = response.model(survey(3, asked=6_000, on_score=0.0))
    odds = found.odds.set_index("covariate")
    assert odds.loc["age", "low"] < np.exp(0.1) < odds.loc["age", "high"] and odds.loc["age", "low"] > 1
    others = odds.drop("age")
    assert ((others["low"] < 1) & (others["high"] > 1)).mean() > 0.8
    assert found.later["auc_low"] > 0.5 and found.later["slope_low"] < 1 < found.later["slope_high"]
    said = response.sentence(survey(3, asked=6_000, on_score=0.0), found)
    assert "of 12,000 invitations were answered" in said and "Ten years older × 1." in said


def test_a_last_wave_that_answers_otherwise_fails_the_check():
    invited, given, _latent = planted(4, asked=4_000, on_score=0.0)
    late = (invited["wave"] == "2024H2") & (invited["age"] > 45) & (np.arange(len(invited)) % 10 > 0)
    invited.loc[late, ["response_id", "answered_on"]] = [None, pd.NaT]
    whole = sample(invited, given, ITEMS, STEPS)
    checks = {name: ok for name, ok, _words in response.checks(whole, response.model(whole), "2025-06-01")}
    assert checks == {"wave_answered": True, "response_calibrated": False}


def test_a_wave_that_is_still_being_answered_is_told(whole):
    name, ok, words = response.checks(whole, response.ResponseModel(pd.DataFrame(), {}), "2024-12-11")[0]
    assert name == "wave_answered" and not ok and "1 days ago; 99 of 100 answers come within 2" in words


def test_few_answers_and_one_wave_give_no_model():
    few = survey(asked=20)
    found = response.model(few)
    assert found.odds.empty and not found.later and "were answered" in response.sentence(few, found)
    invited, given, _latent = planted(1)
    one = invited[invited["wave"] == "2024H1"]
    assert response.model(sample(one, given, ITEMS, STEPS)).later == {}


def test_what_is_unknown_is_a_group_of_its_own_and_columns_may_be_absent():
    people = pd.DataFrame({"age": [np.nan, 30.0, 200.0], "gender": ["F", "female", None]})
    found = attributes(people, STEPS)
    assert found["age_band"].tolist() == ["unknown", "30–44", "unknown"]
    assert found["gender"].tolist() == ["unknown", "women", "unknown"]
    assert found["tier"].tolist() == ["unknown"] * 3 == found["region"].tolist()


def test_answers_beyond_the_scale_are_blank_and_blank_responses_are_none():
    invited, given, _latent = planted(2)
    spoilt = given.assign(nps=99.0)
    spoilt.iloc[0] = 99.0
    whole = sample(invited, spoilt, ITEMS, STEPS)
    assert len(whole.answers) == len(given) - 1 and whole.answers["nps"].isna().all()


def test_waves_that_do_not_sort_by_their_days_are_refused():
    invited, given, _latent = planted(2)
    renamed = invited.assign(wave=invited["wave"].map({"2024H1": "z", "2024H2": "a"}))
    with pytest.raises(ValueError, match="name them so that they sort"):
        sample(renamed, given, ITEMS, STEPS)
    with pytest.raises(ValueError, match="lacks response_id"):
        sample(invited.drop(columns="response_id"), given, ITEMS, STEPS)


def test_the_simulated_bank_can_be_read(demo_folder):
    view = open_bank(str(demo_folder)).view()
    invited = answers.invited(view)
    whole = sample(
        invited, answers.scores(view), answers.items(view), ladder(invited["assets"], view.currency)
    )
    assert len(whole.waves) == 4 and np.isfinite(whole.own).all()
    assert response.rates(whole)["rate"].between(0, 1).all() and len(response.model(whole).odds) > 5


def test_before_the_first_survey_everything_says_so(demo_folder):
    view = open_bank(str(demo_folder)).view("2022-03-31")
    invited = answers.invited(view)
    whole = sample(
        invited, answers.scores(view), answers.items(view), ladder(invited["assets"], view.currency)
    )
    choice = weighting.chosen(whole, weighting.bases(view, whole, STEPS))
    table = scores.by_wave(whole, choice.weighting)
    assert whole.waves == [] and response.rates(whole).empty and table.empty and choice.kind == "raked"
    assert (
        response.model(whole).odds.empty and response.checks(whole, response.model(whole), view.as_of) == []
    )
    assert scores.headline(table).startswith("No score") and scores.figures(table) == []
    assert scores.trend_sentence(scores.trend(whole, choice.weighting)).startswith("There are not two waves")
    assert not dict((name, ok) for name, ok, _words in sensitivity.checks(choice))["raking_converged"]
