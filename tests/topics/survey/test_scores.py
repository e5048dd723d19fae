"""Scores, their intervals and trends: which items they are, the values by hand, and what moves."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.topics.survey.surveys import ITEMS, STEPS, WAVES, planted, survey

from analysis.language import number
from analysis.report.results import figure
from analysis.statistics import weighted
from analysis.topics.survey import scores, weighting
from analysis.topics.survey.sample import sample


@pytest.fixture(scope="module")
def whole():
    return survey()


def test_items_are_found_by_code_or_by_construct():
    assert scores.headline_items(ITEMS) == {"nps": "nps", "csat": "csat", "ces": "ces"}
    other = ITEMS.assign(item=["q1", "q2", "q3", "q4"])
    assert scores.headline_items(other) == {"nps": "q1", "csat": "q2", "ces": "q3"}
    assert "nps" not in scores.headline_items(other.assign(scale_max=7.0))
    assert scores.measures(other.assign(construct="X")) == []


def test_values_are_those_by_hand(whole):
    alike = weighting.unweighted(whole)
    table = scores.by_wave(whole, alike).set_index(["measure", "wave"])
    here = whole.answers[(whole.respondents["wave"] == "2024H1").to_numpy()]
    nps = 100 * ((here["nps"] >= 9).mean() - (here["nps"] <= 6).mean())
    assert (
        table.loc[("nps", "2024H1"), "value"] == pytest.approx(nps) == table.loc[("nps", "2024H1"), "plain"]
    )
    assert table.loc[("csat_top2", "2024H1"), "value"] == pytest.approx((here["csat"] >= 4).mean())
    assert table.loc[("ces", "2024H1"), "value"] == pytest.approx(here["ces"].mean())
    assert (table["low"] < table["value"]).all() and (table["value"] < table["high"]).all()
    items = scores.by_item(whole, alike, "2024H1").set_index("item")
    assert items.loc["sat1", "mean"] == pytest.approx(here["sat1"].mean())
    assert items.loc["sat1", "label"] == "sat1: All in all?" and items.loc["sat1", "answered"] == 1


@pytest.mark.parametrize("everybody", [1.0, 9.0])
def test_no_interval_of_the_net_promoter_score_leaves_its_scale(whole, everybody):
    answers = whole.answers.assign(nps=everybody)
    answers.loc[answers.index[0], "nps"] = 7.0
    table = scores.by_wave(replace(whole, answers=answers), weighting.unweighted(whole))
    nps = table[table["measure"] == "nps"]
    assert nps["value"].abs().min() < 100 == nps[["low", "high"]].abs().max(axis=None)


@pytest.mark.parametrize(("everybody", "value"), [(1.0, -100), (7.0, 0), (10.0, 100)])
def test_a_score_of_answers_all_alike_is_not_sure(whole, everybody, value):
    """Of n answers all alike up to about 4/n of the others may be different (Wilson)."""
    answers = whole.answers.assign(nps=everybody)
    table = scores.by_wave(replace(whole, answers=answers), weighting.unweighted(whole))
    nps = table[table["measure"] == "nps"]
    wide = 200 * 3.84 / (nps["customers"] + 3.84)
    assert (nps["value"] == value).all()
    assert nps["low"].tolist() == pytest.approx((value - wide).clip(lower=-100).tolist(), rel=0.01)
    assert nps["high"].tolist() == pytest.approx((value + wide).clip(upper=100).tolist(), rel=0.01)


def test_a_trend_is_seen_where_it_is_and_seldom_where_it_is_not():
    moved = []
    for seed in range(40):
        still = survey(seed, asked=500)
        table = scores.trend(still, weighting.unweighted(still))
        moved.append(table["moved"].any())
    assert np.mean(moved) <= 0.15
    rising = survey(1, shift=0.6)
    table = scores.trend(rising, weighting.unweighted(rising))
    assert table["moved"].all() and (table["low"] > 0).all()
    assert "Beyond chance (3 comparisons, Holm's correction): Net promoter score (NPS) from 2024H1" in (
        scores.trend_sentence(table)
    )


def test_the_headline_says_weighted_and_unweighted(whole):
    choice = weighting.chosen(whole, {})
    table = scores.by_wave(whole, choice.weighting)
    said = scores.headline(table)
    last = table[(table["measure"] == "nps") & (table["wave"] == WAVES[-1])].iloc[0]
    assert said.startswith(f"In wave 2024H2: Net promoter score (NPS): {number(last['value'], 1)} (")
    assert f"Without weights the net promoter score would be {number(last['plain'], 1)}" in said
    figures = [figure(**row) for row in scores.figures(table)]
    assert [row["name"] for row in figures] == ["nps", "csat", "csat_top2", "ces", "ces_top2"]
    assert figures[0]["value"] == last["value"] and figures[0]["baseline"] == last["plain"]
    assert scores.figures(table.assign(customers=10)) == []
    withheld = table.assign(value=table["value"].mask(table["wave"] == WAVES[-1]))
    assert scores.headline(withheld) == "Too few answered in wave 2024H2 for a score to be shown."


def test_one_wave_and_no_answer_are_told():
    invited, given, _latent = planted(1, asked=300)
    one = sample(invited[invited["wave"] == "2024H1"], given, ITEMS, STEPS)
    table = scores.trend(one, weighting.unweighted(one))
    assert table.empty and scores.trend_sentence(table).startswith("There are not two waves")
    none = sample(invited.assign(response_id=None), given, ITEMS, STEPS)
    assert scores.headline(scores.by_wave(none, weighting.unweighted(none))).startswith(
        "No score can be told"
    )
    assert scores.headline(pd.DataFrame()).startswith("No score can be told")


def test_a_measure_uses_the_weights_of_its_item(whole):
    csat = next(m for m in scores.measures(whole.items) if m.name == "csat")
    base = weighting.unweighted(whole)
    other = weighted.Weighting(np.linspace(1, 2, len(base.weights)), base.unit, base.units)
    both = weighted.Weighting(base.weights, base.unit, base.units, instead={"csat": other})
    assert scores.estimated(whole, both, csat)[0].value == scores.estimated(whole, other, csat)[0].value
