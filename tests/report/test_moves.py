"""The verdict "beyond its interval" against a known truth: banks in which nothing moved, and some in which it did."""

import numpy as np
import pytest

from analysis.report import moves, results
from analysis.statistics.differences import share_difference
from analysis.statistics.intervals import wilson
from analysis.statistics.multiplicity import holm

CUSTOMERS, FIGURES = 1_500, 40


def run(answers: np.ndarray) -> dict:
    """A run's figures: one share per column of yes and no."""
    hits = answers.sum(axis=0)
    low, high = wilson(hits, len(answers))
    figures = [
        results.figure(f"f{i}", hits[i] / len(answers), low=low[i], high=high[i], unit="share")
        for i in range(answers.shape[1])
    ]
    return {"topic": {"figures": figures, "health": []}}


def verdicts(generator, *, kept: float, moved: int = 0) -> list[bool]:
    """Verdicts on two days of a bank; the shares of the first `moved` figures rose or fell by 10 points between them.

    Half of the customers answer all questions alike, so that the figures hang together; the share `kept` is there on both
    days and answers as before where nothing moved.
    """
    shares = generator.uniform(0.05, 0.95, FIGURES)
    moves_by = np.where(np.arange(FIGURES) < moved, np.where(shares < 0.5, 0.1, -0.1), 0)
    alike = np.arange(CUSTOMERS)[:, None] < CUSTOMERS / 2

    def moods():
        own, common = generator.random((CUSTOMERS, FIGURES)), generator.random((CUSTOMERS, 1))
        return np.where(alike, common, own)

    first, anew = moods(), moods()
    second = np.where(generator.random((CUSTOMERS, 1)) < kept, first, anew)
    found = moves.moves(run(first < shares), run(second < shares + moves_by))
    return [move["beyond"] for move in found]


@pytest.mark.parametrize(("kept", "level"), [(0.0, moves.LEVEL), (0.9, 0.0)])
def test_nothing_is_said_to_have_moved_where_nothing_did(kept, level):
    """With other customers on the second day at the level that is promised; with the same ones never."""
    generator = np.random.default_rng(1)
    banks = 200
    alarms = sum(any(verdicts(generator, kept=kept)) for _ in range(banks))
    # Three standard errors above the level, so that chance does not fail the test.
    assert alarms <= banks * level + 3 * np.sqrt(banks * level * (1 - level))


def test_what_moved_is_found_and_nothing_else():
    generator = np.random.default_rng(2)
    found = np.array([verdicts(generator, kept=0.9, moved=5) for _ in range(40)])
    assert found[:, :5].mean() > 0.95
    assert found[:, 5:].sum() == 0


def test_of_shares_the_interval_is_newcombes():
    found = moves.difference(
        *(run(np.arange(400)[:, None] < hits)["topic"]["figures"][0] for hits in (40, 70))
    )
    change, low, high = share_difference(40, 400, 70, 400)
    assert (found["change"], found["low"], found["high"]) == pytest.approx((change, low, high))
    assert (found["p"] < 0.05) == (low > 0)


@pytest.mark.parametrize("change", [-0.03, 0.03, 0.0])
def test_the_verdict_and_the_interval_agree(change):
    before = results.figure("a", 0.5, low=0.49, high=0.53)
    found = moves.difference(before, results.figure("a", 0.5 + change, low=0.48 + change, high=0.51 + change))
    assert found["low"] <= found["change"] <= found["high"]
    assert (found["p"] < 0.05) == (found["low"] > 0 or found["high"] < 0)


def test_p_values_are_adjusted_as_holm_did():
    p = [0.01, 0.04, 0.03, 0.005, 0.9]
    assert moves._adjusted(p) == pytest.approx(holm(p))


@pytest.mark.parametrize("has_bounds", [False, True])
def test_without_an_interval_of_some_width_there_is_no_verdict(has_bounds):
    def recorded(value):
        bounds = {"low": value, "high": value} if has_bounds else {}
        return {"t": {"figures": [results.figure("a", value, **bounds)], "health": []}}

    found = moves.moves(recorded(0.5), recorded(0.6))[0]
    assert found["change"] == pytest.approx(0.1)
    assert found["beyond"] is None


def test_figures_are_the_same_by_topic_name_and_unit():
    def recorded(**figure):
        return {"t": {"figures": [results.figure("a", 20, **figure)], "health": []}}

    assert moves.moves(recorded(label="A"), recorded(label="甲"))
    assert not moves.moves(recorded(unit="CNY"), recorded(unit="EUR"))
    assert not moves.moves(recorded(n=10), recorded(n=50))


def test_only_checks_that_turned_are_told():
    def recorded(**checks):
        return {"t": {"figures": [], "health": [results.health(n, ok, n) for n, ok in checks.items()]}}

    before, after = recorded(a=True, b=False, c=True), recorded(a=False, b=False, d=False)
    assert moves.turned(before, after) == [{"topic": "t", "check": "a", "ok": False, "message": "a"}]
    assert moves.turned({}, after) == []
