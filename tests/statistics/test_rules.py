"""Rules: their figures are right, their intervals cover, and noise is believed at the nominal rate only."""

import numpy as np
import pytest

from analysis.statistics import rules
from analysis.statistics.evidence import Observed, evidence
from analysis.statistics.intervals import wilson


def test_the_figures_of_a_small_example():
    # Two days, four customers; the rule fires for 0 and 1 on both, customer 0 leaves after the second day.
    seen = Observed(
        np.array([0, 0, 1, 0, 1, 0, 0, 0], bool), np.array([0, 1, 2, 3, 0, 1, 3, 4]), np.repeat([0, 1], 4)
    )
    fires = np.isin(seen.unit, [0, 1])
    found = evidence(fires, seen)
    assert (found.alarms, found.units, found.hits, found.hit_units) == (4, 2, 1, 1)
    assert found.expected == pytest.approx(2 * 1 / 4 + 2 * 1 / 4)
    assert found.precision == 0.25 and found.lift == 1.0
    # residuals: customer 0 −0.25 + 0.75, customer 1 −0.5; against 4 × 0.25 × 0.75
    assert found.design == 1.0
    assert (found.low, found.high) == pytest.approx(wilson(1, 4))


def test_a_rule_that_never_fires_tells_nothing():
    found = evidence(np.zeros(4, bool), Observed(np.ones(4, bool), np.arange(4), np.zeros(4, int)))
    assert found.alarms == 0 and found.p_value == 1 and np.isnan(found.precision)


def test_seeing_everybody_three_times_is_no_more_evidence():
    rng = np.random.default_rng(1)
    event, fires = rng.random(2_000) < 0.05, rng.random(2_000) < 0.1
    event[:40] = fires[:40] = True
    once = evidence(fires, Observed(event, np.arange(2_000), np.zeros(2_000, int)))
    thrice = evidence(
        np.tile(fires, 3),
        Observed(np.tile(event, 3), np.tile(np.arange(2_000), 3), np.repeat(range(3), 2_000)),
    )
    assert thrice.design == pytest.approx(3)
    for name in ("precision", "low", "high", "lift", "lift_low", "lift_high"):
        assert getattr(thrice, name) == pytest.approx(getattr(once, name), rel=1e-6), name
    assert np.log(thrice.p_value) == pytest.approx(np.log(once.p_value), rel=0.05)


def panel(rng, customers=1_500, days=6, base=0.015, overlap=True):
    """Conditions that last for some days each, drawn apart from leaving; windows of three days' length."""
    leaves = rng.geometric(base, customers)
    unit, stratum = np.divmod(np.arange(customers * days), days)
    here = leaves[unit] > stratum
    window = 3 if overlap else 1
    event = (leaves[unit] <= stratum + window) & here
    return Observed(event[here], unit[here], stratum[here]), here


def lasting(rng, customers=1_500, days=6, share=0.1):
    """A condition per customer and day that holds for some days in a row."""
    start, length = rng.integers(0, days, customers), rng.integers(1, days + 1, customers)
    has = rng.random(customers) < 2.5 * share
    day = np.arange(days)
    on = has[:, None] & (day >= start[:, None]) & (day < (start + length)[:, None])
    return on.ravel()


def test_noise_is_listed_at_the_nominal_rate():
    rng = np.random.default_rng(2)
    single, family = [], []
    for _run in range(200):
        seen, here = panel(rng)
        names = [f"c{k}" for k in range(6)]
        conditions = {name: lasting(rng)[here] for name in names}
        tried = rules.search(conditions, {name: name for name in names}, seen)
        single += tried["p_value"][tried["rule"].map(len) == 1].tolist()
        family.append((tried["p_adjusted"] < 0.05).any())
    assert 0.02 < np.mean(np.array(single) < 0.05) < 0.065  # exact tests of counts are a little careful
    assert np.mean(family) < 0.05 + 3 * np.sqrt(0.05 * 0.95 / 200)


def test_a_cause_is_found_and_noise_beside_it_is_not():
    rng = np.random.default_rng(3)
    found, noise, runs = 0, 0, 60
    for _run in range(runs):
        base, here = panel(rng, overlap=False)
        cause, *others = (lasting(rng)[here] for _name in range(5))
        event = base.event | (cause & (rng.random(len(cause)) < 0.08))
        seen = Observed(event, base.unit, base.stratum)
        conditions = {"cause": cause} | {f"noise {k}": each for k, each in enumerate(others)}
        tried = rules.search(conditions, {name: name for name in conditions}, seen)
        believed = set(tried.loc[tried["p_adjusted"] < 0.05, "rule"])
        found += ("cause",) in believed
        noise += bool(believed - {("cause",)})
    assert found == runs
    assert noise / runs < 0.05 + 3 * np.sqrt(0.05 * 0.95 / runs)


def test_two_causes_that_need_each_other_are_listed_as_a_pair():
    rng = np.random.default_rng(4)
    base, here = panel(rng, overlap=False)
    one, other = (lasting(rng, share=0.3)[here] for _name in range(2))
    event = base.event | (one & other & (rng.random(len(one)) < 0.25))
    tried = rules.search(
        {"a": one, "b": other}, {"a": "a", "b": "b"}, Observed(event, base.unit, base.stratum)
    )
    assert tried.loc[tried["bound"].idxmax(), "rule"] == ("a", "b")
    assert tried.loc[tried["rule"] == ("a", "b"), "p_adjusted"].item() < 0.001


def test_the_interval_of_precision_covers_with_customers_seen_again_and_again():
    rng = np.random.default_rng(5)
    covered, runs = 0, 300
    for _run in range(runs):
        # Customers differ in how likely they leave; each is seen on six days with windows that overlap.
        prone = rng.beta(0.5, 12, 400)
        event = np.repeat(rng.random(400) < prone, 6)
        seen = Observed(event, np.repeat(np.arange(400), 6), np.tile(range(6), 400))
        result = evidence(np.ones(2_400, bool), seen)
        covered += result.low <= 0.5 / 12.5 <= result.high
    assert 0.92 <= covered / runs <= 0.99


def test_of_rules_that_fire_for_the_same_people_one_is_taken():
    rng = np.random.default_rng(6)
    base, here = panel(rng, overlap=False)
    cause, second, noise = (lasting(rng)[here] for _name in range(3))
    event = base.event | ((cause | second) & (rng.random(len(cause)) < 0.1))
    nearly = cause & (rng.random(len(cause)) < 0.9)
    fires = [cause, nearly, cause & noise, second, noise]
    kinds = [frozenset(name) for name in ("a", "b", "a", "c", "d")]
    taken, why = rules.cover(fires, kinds, Observed(event, base.unit, base.stratum), most=8, least_units=5)
    assert taken == [0, 3]
    assert why == {1: "same", 2: "kind", 4: "covered"}
    assert (
        rules.cover(fires, kinds, Observed(event, base.unit, base.stratum), most=1, least_units=5)[1][3]
        == "enough"
    )
