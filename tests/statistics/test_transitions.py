"""Moves between states: counts by hand, whole rows, and intervals that cover the planted rates."""

import numpy as np
import pandas as pd
import pytest

from analysis.statistics.transitions import transitions

STATES = ["low", "middle", "high"]


def test_counts_and_rates_by_hand():
    before = pd.Series(["low", "low", "low", "high", None])
    after = pd.Series(["low", "middle", "low", "low", "high"])
    table = transitions(before, after, STATES).set_index(["origin", "target"])
    assert table.loc[("low", "middle"), ["count", "n", "rate", "step"]].tolist() == [1, 3, 1 / 3, 1]
    assert table.loc[("high", "low"), ["count", "n", "rate", "step"]].tolist() == [1, 1, 1, -2]
    assert table.loc["middle"][["rate", "low", "high"]].isna().all(axis=None)


def test_a_state_that_is_not_listed_is_named():
    with pytest.raises(ValueError, match="after holds the state 'top'; expected one of low, middle, high"):
        transitions(pd.Series(["low"]), pd.Series(["top"]), STATES)


def test_intervals_cover_the_planted_rates_as_often_as_they_say():
    rng = np.random.default_rng(5)
    planted = np.array([[0.9, 0.08, 0.02], [0.1, 0.8, 0.1], [0.01, 0.09, 0.9]])
    covered, cells = 0, 0
    for _ in range(200):
        origin = rng.choice(3, size=600, p=[0.6, 0.3, 0.1])
        target = (rng.random(600)[:, None] > planted[origin].cumsum(axis=1)).sum(axis=1)
        names = np.array(STATES)
        table = transitions(pd.Series(names[origin]), pd.Series(names[target]), STATES)
        truth = planted.ravel()
        covered += ((table["low"] <= truth) & (truth <= table["high"])).sum()
        cells += len(table)
    assert 0.93 <= covered / cells <= 0.98
