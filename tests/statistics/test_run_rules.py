"""Rules of control charts: against the published run lengths, against simulation, by hand."""

import numpy as np
import pytest

from analysis.statistics.run_rules import run_length, signals

# Champ & Woodall (1987), Technometrics 29, table 1: run length in control, and at a shift of one standard deviation.
PUBLISHED = {
    ("beyond",): (370.40, 43.89),
    ("beyond", "two_of_three"): (225.44, 20.01),
    ("beyond", "four_of_five"): (166.05, 12.66),
    ("beyond", "run"): (152.73, 14.58),
    ("beyond", "two_of_three", "four_of_five"): (132.89, 10.95),
    ("beyond", "two_of_three", "four_of_five", "run"): (91.75, 9.22),
}


@pytest.mark.parametrize("rules", PUBLISHED, ids="+".join)
def test_the_published_run_lengths_are_met(rules):
    in_control, shifted = PUBLISHED[rules]
    assert run_length(rules).average == pytest.approx(in_control, abs=0.005)
    assert run_length(rules, shift=1.0).average == pytest.approx(shifted, abs=0.005)
    assert run_length(rules, shift=-1.0).average == pytest.approx(shifted, abs=0.005)


def test_signals_of_simulated_charts_come_as_often_as_the_chain_says():
    scores = np.random.default_rng(5).normal(size=(4_000, 12))
    rang = np.mean([any(signals(chart)) for chart in scores])
    assert rang == pytest.approx(run_length(periods=12).within[-1], abs=3 * np.sqrt(0.1 * 0.9 / 4_000))


def test_each_rule_fires_where_it_should_and_on_one_side_only():
    assert signals([0, 3.1, -3.1]) == [(), ("beyond",), ("beyond",)]
    assert signals([2.1, 0, 2.2])[-1] == ("two_of_three",)
    assert signals([2.1, 0, -2.2])[-1] == ()
    assert signals([1.1, 1.2, 0.1, 1.3, 1.4])[-1] == ("four_of_five",)
    assert signals([0.1] * 8)[-1] == ("run",) and signals([0.1] * 7)[-1] == ()
    # the last point itself must be beyond: an old run does not ring again
    assert signals([2.1, 2.2, 0.5])[1:] == [("two_of_three",), ()]


def test_a_missing_score_breaks_a_run():
    assert signals([0.1] * 4 + [np.nan] + [0.1] * 4) == [()] * 9


def test_unknown_rules_are_named():
    with pytest.raises(ValueError, match="rule 'trend' is unknown; expected some of beyond"):
        signals([0.0], ["trend"])
    with pytest.raises(ValueError, match="no rule is given"):
        run_length(())
