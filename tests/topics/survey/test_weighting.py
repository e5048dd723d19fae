"""Weights of a survey: margins met, response that depends on satisfaction corrected where it can be, and told."""

import numpy as np
import pandas as pd
import pytest
from tests.topics.survey.surveys import ITEMS, STEPS, planted, survey

from analysis.bank.source import open_bank
from analysis.statistics import weighted
from analysis.topics.segmentation.tiers import ladder
from analysis.topics.survey import answers, sensitivity, weighting
from analysis.topics.survey.sample import attributes, sample
from analysis.topics.survey.scores import measures


@pytest.fixture(scope="module")
def whole():
    return survey()


@pytest.fixture(scope="module")
def choice(whole):
    return weighting.chosen(whole, {})


def test_margins_of_every_wave_are_those_of_its_base(whole, choice):
    for wave in whole.waves:
        here = (whole.respondents["wave"] == wave).to_numpy()
        for name in weighting.MARGINS:
            asked = whole.invited.loc[whole.invited["wave"] == wave, name].astype(str).value_counts()
            got = (
                pd.Series(choice.weighting.weights[here])
                .groupby(whole.respondents.loc[here, name].astype(str).to_numpy())
                .sum()
            )
            thin = choice.raked.joined
            for label in set(asked.index) - set(thin.loc[thin["margin"] == name, "category"]):
                if not thin["into"].str.contains(label, regex=False).any():
                    assert got[label] == pytest.approx(asked[label], abs=1e-5)
    assert choice.raked.waves["converged"].all() and (choice.raked.waves["base"] == 2_000).all()


def test_satisfaction_that_moves_response_is_corrected(whole, choice):
    assert choice.kind == "corrected" and choice.response.strength > 50
    assert "times as high" in choice.reason
    nps = weighted.promoters(whole.answers["nps"])
    plain = weighted.mean(weighting.unweighted(whole), nps)
    mended = weighted.mean(choice.weighting, nps)
    assert mended.value < plain.value - 8
    assert weighted.error(mended) > weighted.error(plain)


def test_the_weighted_score_covers_that_of_all_who_were_asked_and_the_plain_one_does_not():
    """An item that satisfaction is measured by has weights of its own: chance in an answer would lower its weight."""
    held = {"own": [], "shared": [], "plain": []}
    for seed in range(14):
        invited, given, latent = planted(seed, on_score=0.8)
        whole = sample(invited, given, ITEMS, STEPS)
        noise = 0.5 * np.random.default_rng(1).normal(size=latent.size)
        truth = np.clip(np.round(7.2 + 1.6 * (0.84 * latent + noise)), 0, 10).mean()
        response = weighting.response(whole)
        ways = {
            "own": weighting.corrected(whole, weighting.response(whole, "sat1")),
            "shared": weighting.corrected(whole, response),
            "plain": weighting.unweighted(whole),
        }
        for name, way in ways.items():
            low, high = weighted.interval(weighted.mean(way, whole.answers["sat1"]), len(whole.answers))
            held[name].append(low <= truth <= high)
    assert sum(held["own"]) >= 12 and sum(held["plain"]) <= 2
    assert sum(held["shared"]) < sum(held["own"])


def test_items_of_satisfaction_have_weights_that_do_not_know_their_answers(whole, choice):
    assert set(choice.weighting.instead) == {"csat", "sat1"}
    assert choice.weighting.of("nps") is choice.weighting is not choice.weighting.of("sat1")
    assert choice.weighting.of("sat1").weights.sum() == pytest.approx(choice.weighting.weights.sum())


def test_without_anything_that_tells_it_rakes_and_says_what_remains_open():
    invited, given, _latent = planted(1, branch=0.0, complaint=0.0)
    weak = weighting.chosen(sample(invited, given, ITEMS, STEPS), {})
    assert weak.kind == "raked" and "tell too little of satisfaction (F " in weak.reason
    blind = sample(invited.drop(columns=["complaints_365d", "branch_id"]), given, ITEMS, STEPS)
    none = weighting.chosen(blind, {})
    assert none.kind == "raked" and none.response is None and "Nothing known of those" in none.reason
    nps = measures(blind.items)[0]
    table = sensitivity.sensitivity(blind, {}, none, nps)
    farthest = table.set_index("name").loc["assumed_2.0", "value"]
    said = sensitivity.sentence(table, none, nps)
    assert said.endswith(f"it would be {nps.words(farthest)}.")
    checks = {name: ok for name, ok, _words in sensitivity.checks(none)}
    assert checks == {"raking_converged": True, "weights_bounded": True, "response_and_satisfaction": False}


def test_shadow_variables_that_contradict_one_another_are_not_used():
    invited, given, _latent = planted(2, asked=6_000)
    lost = (invited["complaints_365d"] > 0) & (np.random.default_rng(0).random(len(invited)) < 0.6)
    invited.loc[lost, ["response_id", "answered_on"]] = [None, pd.NaT]
    found = weighting.chosen(sample(invited, given, ITEMS, STEPS), {})
    assert found.kind == "raked" and "contradict one another" in found.reason


def test_every_choice_is_compared_and_the_one_in_use_is_marked(whole, choice):
    nps = measures(whole.items)[0]
    table = sensitivity.sensitivity(whole, {}, choice, nps, "2024H2").set_index("name")
    assert table.index[0] == "unweighted" and table["used"].sum() == 1 and table.loc["used", "used"]
    assert table["label"].is_unique and (table.loc["unweighted", ["change", "design_effect"]] == [0, 1]).all()
    assumed = table.loc[[f"assumed_{odds}" for odds in weighting.ASSUMED], "value"]
    assert assumed.is_monotonic_decreasing
    # The margins know nothing of satisfaction here: raking alone moves next to nothing.
    assert abs(table.loc["raked_4", "change"]) < 3 < abs(table.loc["used", "change"])
    assert "with weights" in sensitivity.sentence(table.reset_index(), choice, nps)


def test_a_thin_tier_joins_its_neighbour_and_says_so(choice):
    joined = choice.raked.joined
    assert (joined.loc[joined["margin"] == "tier", "into"].str.contains("Private banking")).any()
    assert (joined["respondents"] < 10).all()


def test_a_cap_bounds_the_weights(whole):
    skewed = {wave: weighting.counted(whole.invited[whole.invited["wave"] == wave]) for wave in whole.waves}
    for counts in skewed.values():
        age = counts["age_band"] * [20 if "under" in label else 1 for label in counts["age_band"].index]
        counts["age_band"] = age * counts["gender"].sum() / age.sum()
    free, cut = (weighting.raked(whole, skewed, cap=cap).waves for cap in (None, 4.9))
    assert free["largest"].max() > 4.9 and cut["converged"].all()
    assert cut["design_effect"].max() <= free["design_effect"].max()


def test_bases_of_the_simulated_bank_are_who_was_with_it(demo_folder):
    view = open_bank(str(demo_folder)).view()
    invited = answers.invited(view)
    steps = ladder(invited["assets"], view.currency)
    whole = sample(invited, answers.scores(view), answers.items(view), steps)
    bases = weighting.bases(view, whole, steps)
    assert list(bases) == whole.waves
    for wave, counts in bases.items():
        day = invited.loc[invited["wave"] == wave, "invited_on"].min().date()
        people = attributes(answers.base(view, day), steps)
        assert {series.sum() for series in counts.values()} == {len(people)}
        assert counts["tier"].to_dict() == people["tier"].value_counts().to_dict()
    found = weighting.chosen(whole, bases)
    assert found.weighting.weights.sum() == pytest.approx(sum(c["tier"].sum() for c in bases.values()))


def test_nobody_answered():
    invited, given, _latent = planted(1, asked=50)
    whole = sample(invited.assign(response_id=None), given.head(0), ITEMS, STEPS)
    found = weighting.chosen(whole, {})
    assert found.raked.waves.empty and not sensitivity.checks(found)[0][1]
