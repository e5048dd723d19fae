"""The door for a survey of one's own: what is wrong is named, what can be told is told."""

import numpy as np
import pandas as pd
import pytest
from tests.topics.survey.surveys import ITEMS

from analysis.topics.survey.checked import survey


@pytest.fixture
def scores() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {"nps": rng.integers(0, 11, 400), "csat": rng.integers(1, 6, 400), "ces": rng.integers(1, 8, 400)}
    )


def said(notes: list[str], words: str) -> bool:
    return any(words in note for note in notes)


def test_a_sound_survey_gives_scores_trend_and_league_tables(scores):
    rng = np.random.default_rng(1)
    groups = pd.DataFrame(
        {"branch": rng.choice(list("ABCDEFGH"), 400), "age": rng.choice(["young", "old"], 400)}
    )
    base = {"age": pd.Series({"young": 700.0, "old": 300.0})}
    found = survey(scores, ITEMS, wave=np.repeat(["a", "b"], 200), groups=groups, base=base)
    assert not found.notes and found.raked.waves["converged"].all()
    weights = (
        pd.Series(found.weighting.weights)
        .groupby([found.sample.invited["wave"], found.sample.invited["age"]])
        .sum()
    )
    np.testing.assert_allclose(weights, [300, 700, 300, 700], rtol=1e-8)
    assert set(found.leagues) == {"branch", "age"} and len(found.trend) == 3 and len(found.waves) == 10
    assert found.items["item"].tolist() == ["nps", "csat", "ces"]


def test_given_weights_are_used(scores):
    w = np.where(scores["nps"] >= 9, 3.0, 1.0)
    value = survey(scores, ITEMS, weights=w).waves.set_index("measure").loc["nps", "value"]
    counted = 100 * ((scores["nps"] >= 9) * 1.0 - (scores["nps"] <= 6))
    assert value == pytest.approx(np.average(counted, weights=w))


def test_one_response_and_one_wave_are_told(scores):
    found = survey(scores.head(1), ITEMS)
    assert said(found.notes, "One response") and said(found.notes, "One wave")
    row = found.waves.set_index("measure").loc["csat"]
    assert row["value"] == scores["csat"].iloc[0] and np.isnan(row["low"])


def test_items_without_use_are_told(scores):
    spoilt = scores.assign(csat=np.nan, ces=4, remark="fine")
    spoilt.loc[5, ["nps", "ces"]] = np.nan
    found = survey(spoilt, ITEMS)
    assert said(found.notes, "Nobody answered csat; left out")
    assert said(found.notes, "same answer to ces")
    assert said(found.notes, "1 responses without any answer")
    assert said(found.notes, "does not know were left out: remark")
    assert "csat" not in found.waves["measure"].tolist() and len(found.sample.answers) == 399


def test_a_questionnaire_without_a_net_promoter_score_gives_means(scores):
    found = survey(
        scores,
        ITEMS.assign(construct="X", item=["a", "csat2", "c", "d"]).assign(item=ITEMS["item"]).iloc[1:3],
    )
    assert said(found.notes, "No item is a net promoter score")
    plain = survey(scores.rename(columns={"nps": "q"}), pd.DataFrame(
        {"item": ["q"], "construct": ["X"], "scale_min": [0], "scale_max": [10]}))  # fmt: skip
    assert plain.waves["measure"].tolist() == ["q"]


def test_an_empty_cell_is_joined_and_told(scores):
    groups = pd.DataFrame({"tier": np.where(np.arange(400) < 3, "private", "mass")})
    groups.loc[100:200, "tier"] = "premium"
    base = {"tier": pd.Series({"mass": 90.0, "premium": 9.0, "private": 1.0, "royal": 0.5})}
    found = survey(scores, ITEMS, groups=groups, base=base)
    assert said(found.notes, "0 respondents have tier = royal, too few to stand for others; joined to")
    assert found.weighting.weights.sum() == pytest.approx(100.5)


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        (lambda s: s.assign(nps=99), {}, "item nps: 400 answers are beyond its scale from 0 to 10, such as 99; make codes"),
        (lambda s: s.assign(nps="good"), {}, "item nps: 400 answers are no numbers, such as 'good'; expected scores from 0"),
        (lambda s: s.head(0), {}, "has no row; expected one row per response"),
        (lambda s: s * np.nan, {}, "no item has an answer"),
        (lambda s: s.add_prefix("x_"), {}, "no column of the scores is an item: columns x_nps"),
        (lambda s: s, {"weights": [1.0]}, "1 weights for 400 responses"),
        (lambda s: s, {"weights": np.zeros(400)}, "400 weights are not above 0, such as 0 in row 0; leave out"),
        (lambda s: s, {"weights": np.r_[np.nan, np.ones(399)]}, "1 weights are not above 0, such as nan in row 0"),
        (lambda s: s, {"wave": ["a"]}, "1 values of wave for 400 responses"),
        (lambda s: s, {"wave": [None] * 400}, "the wave of 400 responses is missing"),
        (lambda s: s, {"groups": pd.DataFrame({"a": [1]})}, "1 rows of groups for 400 responses"),
        (lambda s: s, {"base": {"age": pd.Series({"old": 1.0})}}, "the base counts age, which is no column of groups"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_named(scores, change, options, message):
    with pytest.raises(ValueError, match=message):
        survey(change(scores), ITEMS, **options)


def test_a_bad_questionnaire_is_named(scores):
    with pytest.raises(ValueError, match="lacks scale_max"):
        survey(scores, ITEMS.drop(columns="scale_max"))
    with pytest.raises(ValueError, match="item 'nps' is in the questionnaire twice"):
        survey(scores, pd.concat([ITEMS, ITEMS]))
    with pytest.raises(ValueError, match=r"goes from 10\.0 to 0\.0; expected the lowest first"):
        survey(scores, ITEMS.assign(scale_min=[10.0, 1, 1, 0], scale_max=[0.0, 5, 7, 10]))


def test_margins_with_different_totals_are_named(scores):
    groups = pd.DataFrame({"a": np.tile(["x", "y"], 200), "b": np.repeat(["u", "v"], 200)})
    base = {"a": pd.Series({"x": 5.0, "y": 5.0}), "b": pd.Series({"u": 1.0, "v": 1.0})}
    with pytest.raises(ValueError, match="different totals: a 10, b 2"):
        survey(scores, ITEMS, groups=groups, base=base)


def test_the_survey_of_a_real_bank_goes_through(public_data):
    """250 customers of a Spanish bank (plspm's data set): no net promoter score, no wave, gender as a group."""
    table = pd.read_csv(public_data / "bank_satisfaction" / "satisfaction.csv", index_col=0)
    gender = table.pop("gender")
    items = pd.DataFrame({"item": table.columns, "scale_min": 0, "scale_max": 10})
    items["construct"] = items["item"].str.rstrip("0123456789").str.upper()
    found = survey(table, items, groups=pd.DataFrame({"gender": gender}))
    assert len(found.sample.answers) == 250 and len(found.waves) == 27
    assert found.notes == [
        "One wave: no trend can be told.",
        "No item is a net promoter score: none is called nps and has a scale from 0 to 10.",
    ]
    np.testing.assert_allclose(found.items.set_index("item")["mean"], table.mean(), rtol=1e-9)
    assert set(found.leagues["gender"].table["label"]) == set(gender.unique())
