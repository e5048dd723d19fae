"""Candidates: sampled outcomes keep the level, blanks and new categories are taken as they come."""

import numpy as np
import pandas as pd
import pytest
from tests.topics.churn import planted

from analysis.topics.churn import learners as lrn
from analysis.topics.churn.tables import examples


def rare(n: int = 40_000, seed: int = 0):
    """A rare outcome: controls are sampled."""
    rng = np.random.default_rng(seed)
    x = pd.DataFrame({"a": rng.normal(size=n), "b": rng.normal(size=n)})
    return examples(x, (rng.random(n) < 1 / (1 + np.exp(5 - x["a"]))).astype(int))


@pytest.mark.parametrize("name", lrn.CANDIDATES)
def test_the_level_is_right_though_most_who_stayed_are_left_out(name):
    table = rare()
    sample, shift = lrn.sampled(table, 0)
    assert len(sample) < len(table) / 2
    assert sample.churned.sum() == table.churned.sum()
    assert shift < 0
    p = lrn.learn(name, table, lrn.Settings(4, 60), 0).predict(table.features)
    assert p.mean() == pytest.approx(table.churned.mean(), rel=0.1)


def test_a_planted_coefficient_is_found_through_the_sampling():
    learner = lrn.learn(lrn.LOGISTIC, rare(100_000), lrn.Settings(), 0)
    odds = [np.log(p / (1 - p)) for p in learner.predict(pd.DataFrame({"a": [0.0, 1.0], "b": [0.0, 0.0]}))]
    assert odds[1] - odds[0] == pytest.approx(1.0, abs=0.15)
    assert odds[0] == pytest.approx(-5.0, abs=0.2)


@pytest.mark.parametrize("name", lrn.MODELS)
def test_new_categories_and_blank_columns_are_taken(name):
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"x": rng.normal(size=800), "word": rng.choice(["a", "b"], 800), "blank": np.nan})
    table = examples(
        frame.assign(blank=np.where(np.arange(800) < 400, np.nan, 1.0)), (frame["x"] > 1).astype(int)
    )
    early = table.rows(np.arange(800) < 400)
    learner = lrn.learn(name, early, lrn.Settings(4, 20), 0)
    asked = table.features.iloc[400:].reset_index(drop=True)
    asked["word"] = asked["word"].astype("object").where(asked.index > 3, "new").astype("category")
    assert np.isfinite(learner.predict(asked)).all()


def test_the_one_rule_takes_the_feature_that_ranks_best_and_draws_small_cells_in():
    table = planted.panel(customers=1_000, days=6).table()
    learner = lrn.learn(lrn.RULE, table, lrn.Settings(), 0)
    assert learner.column == "recent"
    assert learner.predict(table.features.assign(recent=np.nan).head(1))[0] == pytest.approx(
        learner.rate, rel=1e-6
    )


def test_the_search_is_held_to_small_trees_where_few_were_lost():
    assert lrn.search(planted.panel(customers=400, days=6).table(), 0).leaves == lrn.LEAVES[0]


def test_every_coefficient_has_an_owner():
    table = planted.panel(customers=800, days=6).table()
    learner = lrn.learn(lrn.LOGISTIC, table, lrn.Settings(), 0)
    assert len(learner.owners()) == learner.pipeline[-1].coef_.shape[1]
    assert set(learner.owners()) == set(table.features.columns)
