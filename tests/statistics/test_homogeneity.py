"""Are two periods alike: the statistic by hand, and a p-value that is one also where moves are rare."""

import numpy as np
import pandas as pd
import pytest

from analysis.statistics.homogeneity import same_transitions


def table(rows: dict[tuple[str, str], int]) -> pd.DataFrame:
    return pd.DataFrame(
        [(*cell, count) for cell, count in rows.items()], columns=["origin", "target", "count"]
    )


def test_statistic_by_hand():
    one = table({("a", "a"): 30, ("a", "b"): 20, ("b", "b"): 7})
    other = table({("a", "a"): 20, ("a", "b"): 30, ("b", "b"): 9})
    found = same_transitions(one, other, seed=1)
    assert found.statistic == pytest.approx(4.0)  # four cells that are each 5 off 25
    assert found.df == 1
    # The chi-square distribution would say 0.0455; Fisher's exact test of the table says 0.0712.
    assert found.p_value == pytest.approx(0.0712, abs=0.02)
    assert found.moved == pytest.approx(50 * 0.2 / 50)


def test_rare_moves_do_not_fool_it():
    """Where a move is seen once or twice a year, alarms are still no more frequent than they should be."""
    rng = np.random.default_rng(8)
    values = []
    for seed in range(300):
        years = rng.multinomial(400, [0.99, 0.004, 0.004, 0.002], size=2)
        one, other = (table({("a", t): int(k) for t, k in zip("abcd", year, strict=True)}) for year in years)
        values.append(same_transitions(one, other, draws=499, seed=seed).p_value)
    assert np.mean(np.array(values) <= 0.05) <= 0.08


def test_nothing_to_compare():
    one = table({("a", "a"): 10})
    assert same_transitions(one, table({("b", "a"): 4, ("b", "b"): 4})).df == 0
    assert np.isnan(same_transitions(one, one).p_value)
