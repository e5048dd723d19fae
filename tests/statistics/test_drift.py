"""Drift: the index by hand, false alarms at their nominal rate, real moves found."""

import numpy as np
import pandas as pd
import pytest

from analysis.statistics.drift import drift_table, paired_psi, psi


def test_the_index_by_hand():
    left = pd.Series(["a"] * 60 + ["b"] * 40)
    right = pd.Series(["a"] * 50 + ["b"] * 50)
    by_hand = (0.5 - 0.6) * np.log(0.5 / 0.6) + (0.5 - 0.4) * np.log(0.5 / 0.4)
    assert psi(left, right).psi == pytest.approx(by_hand)
    assert paired_psi(left, right).psi == pytest.approx(by_hand)


def test_nothing_moves_between_equal_samples():
    same = pd.Series(np.arange(1000.0))
    assert psi(same, same).psi == 0
    assert paired_psi(same, same).p_value == 1


@pytest.mark.parametrize("kind", ["lognormal", "ties", "categories", "blanks"])
def test_false_alarms_of_independent_samples_are_nominal(kind):
    rng = np.random.default_rng(11)
    draw = {
        "lognormal": lambda n: pd.Series(rng.lognormal(size=n)),
        "ties": lambda n: pd.Series(rng.poisson(0.7, n)),
        "categories": lambda n: pd.Series(rng.choice(list("abcde"), n, p=[0.4, 0.3, 0.15, 0.1, 0.05])),
        "blanks": lambda n: pd.Series(rng.normal(size=n)).where(rng.random(n) > 0.2),
    }[kind]
    alarms = np.mean([psi(draw(2000), draw(900)).p_value < 0.05 for _ in range(400)])
    assert 0.03 <= alarms <= 0.075


def test_false_alarms_of_the_same_customers_are_nominal():
    rng = np.random.default_rng(12)
    alarms = []
    for seed in range(250):
        base = rng.normal(size=800)
        days = [pd.Series(base + 0.3 * rng.normal(size=800)) for _ in range(2)]
        alarms.append(paired_psi(*days, draws=400, seed=seed).p_value < 0.05)
    assert 0.025 <= np.mean(alarms) <= 0.08


def test_pairs_show_a_move_that_independent_samples_would_hide():
    rng = np.random.default_rng(13)
    base = pd.Series(rng.normal(size=2000))
    moved = base + 0.1
    assert psi(base, moved).p_value > 0.05
    assert paired_psi(base, moved).p_value < 0.01


def test_the_table_ranks_what_moved_and_controls_false_discoveries():
    rng = np.random.default_rng(14)
    first = pd.DataFrame(rng.normal(size=(3000, 12)), columns=[f"f{i}" for i in range(12)])
    second = pd.DataFrame(rng.normal(size=(3000, 12)), columns=first.columns)
    second["f3"] += 0.5
    table = drift_table(first, second, paired=False)
    assert table.feature[0] == "f3"
    assert table.drifted.tolist() == [True] + [False] * 11
    shuffled = drift_table(first.sample(frac=1, random_state=1), second, paired=False)
    pd.testing.assert_frame_equal(table, shuffled)


def test_pairs_are_matched_by_the_index():
    rng = np.random.default_rng(15)
    first = pd.DataFrame({"x": rng.normal(size=500)}, index=[f"C{i}" for i in range(500)])
    second = pd.concat([first.sample(frac=1, random_state=2), pd.DataFrame({"x": [9.0] * 50})])
    assert drift_table(first, second, paired=True).psi[0] == 0


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="0 and 3 rows"):
        psi(pd.Series([], dtype=float), pd.Series([1.0, 2.0, 3.0]))
    with pytest.raises(ValueError, match="before has 1 rows and after 2"):
        paired_psi(pd.Series([1.0]), pd.Series([1.0, 2.0]))
