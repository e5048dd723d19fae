"""League tables: planted branches are found, noise is not ranked, small groups are not compared."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.topics.survey.surveys import survey

from analysis.report.privacy import suppress
from analysis.topics.survey import league, weighting
from analysis.topics.survey.scores import Measure, measures

NPS = measures(survey(asked=30).items)[0]


def found(seed: int, **planting) -> league.League:
    whole = survey(seed, **planting)
    return league.league(whole, weighting.unweighted(whole), NPS)


def test_planted_branches_are_recovered_with_their_ranks():
    one = found(1, branch=0.5, on_score=0.0, asked=3_000)
    effect = pd.Series(np.random.default_rng(9).normal(size=12), [f"B{b:02}" for b in range(12)])
    table = one.table.set_index("label")
    assert one.shrunk.differs and np.corrcoef(table["shrunk"], effect.reindex(table.index))[0, 1] > 0.9
    rank = effect.rank(ascending=False).reindex(table.index)
    assert ((table["rank_low"] <= rank) & (rank <= table["rank_high"])).mean() >= 0.9
    assert "differ beyond chance (p below 0.001)" in league.sentence(one)
    assert f"Very likely in the highest quarter: {table['p_top'].idxmax()} (" in league.sentence(one)
    assert table["shrunk"].is_monotonic_decreasing


def test_noise_is_not_ranked():
    quiet = [found(seed, branch=0.0, asked=500) for seed in range(30)]
    assert np.mean([one.shrunk.differs for one in quiet]) <= 0.17
    one = next(one for one in quiet if not one.shrunk.differs)
    assert one.table[["rank", "p_top", "p_bottom"]].isna().all(axis=None)
    assert "there is nothing to rank" in league.sentence(one)


def test_waves_that_differ_do_not_make_branches_differ():
    """A branch that was asked in the better wave only gains nothing by it."""
    whole = survey(2, branch=0.0, shift=1.5, complaint=0.0, asked=1_500)
    keep = (whole.respondents["branch_id"] != "B00") | (whole.respondents["wave"] == "2024H2")
    answers = whole.answers.assign(nps=whole.answers["nps"].where(keep))
    moved = league.league(
        type(whole)(whole.invited, answers, whole.own, whole.items), weighting.unweighted(whole), NPS
    )
    row = moved.table.set_index("label").loc["B00"]
    assert abs(row["estimate"] - moved.shrunk.mean) < 3 * row["error"]


def test_the_level_that_all_share_is_not_in_the_errors():
    whole = survey(3, asked=3_000)
    choice = weighting.chosen(whole, {})
    corrected = league.league(whole, choice.weighting, NPS).table["error"].mean()
    plain = league.league(whole, weighting.unweighted(whole), NPS).table["error"].mean()
    assert choice.kind == "corrected" and corrected == pytest.approx(plain, rel=0.35)


def test_small_groups_are_not_compared_and_can_be_suppressed():
    whole = survey(4, asked=150)
    one = league.league(whole, weighting.unweighted(whole), NPS)
    small = one.table["customers"] < 11
    assert small.any() and one.table.loc[small, ["estimate", "shrunk"]].isna().all(axis=None)
    shown = suppress(one.table, "customers", by="label")
    assert shown.loc[small, "customers"].isna().all()
    tiny = league.league(survey(5, asked=20), weighting.unweighted(survey(5, asked=20)), NPS)
    assert "fewer than two groups have 11 respondents" in league.sentence(tiny)


def test_no_interval_of_a_group_leaves_the_scale():
    whole = survey(4, asked=1_000)
    answers = whole.answers.assign(nps=np.where(np.arange(len(whole.answers)) % 40, 1.0, 10.0))
    one = league.league(replace(whole, answers=answers), weighting.unweighted(whole), NPS)
    table = one.table.dropna(subset="shrunk")
    assert (
        table["estimate"].min() < -90
        and (table["low"] >= -100).all()
        and (table["low"] < table["high"]).all()
    )


def test_tiers_are_too_few_to_be_shrunk_and_answers_all_alike_are_not_compared():
    whole = survey(6)
    by_mode = league.league(whole, weighting.unweighted(whole), NPS, "mode")
    assert by_mode.head == "Mode" and (by_mode.table["kept"] == 1).all()
    alike = whole.answers.assign(nps=8.0)
    same = league.league(
        type(whole)(whole.invited, alike, whole.own, whole.items), weighting.unweighted(whole), NPS
    )
    assert same.shrunk.groups == 0 and same.table["shrunk"].isna().all()
    share = league.league(whole, weighting.unweighted(whole), Measure("t", "Top two", "csat", "share"))
    assert share.table["shrunk"].between(0, 1).all()
