"""Fairness: by hand, silent at the nominal rate where a model is fair, loud where unfairness is planted."""

import numpy as np
import pandas as pd
import pytest

from analysis.statistics import fairness
from analysis.statistics.fairness import Scored
from analysis.statistics.intervals import wilson

RUNS = 200


def world(rng, units=1_200, seen=3, odds=None, blind=None, risk=0.0):
    """A calibrated model of a rare event, customers seen three times; and what may be planted in group "B".

    `odds` multiplies the true odds of B unseen by the model, `blind` is the part of B's selections that is not made,
    `risk` shifts B's risk, which the model knows.
    """
    group = rng.choice(["A", "B", "C"], units, p=[0.5, 0.3, 0.2])
    attributes = pd.DataFrame({"tier": group, "gender": rng.choice(["f", "m"], units)})
    own = rng.normal(-2.9, 1.0, units) + risk * (group == "B")
    rows = np.repeat(np.arange(units), seen)
    logit = own[rows] + rng.normal(0, 0.3, len(rows))
    said = 1 / (1 + np.exp(-logit))
    true = 1 / (1 + np.exp(-(logit + np.log(odds or 1) * (group[rows] == "B"))))
    event = rng.random(len(rows)) < true
    selected = said > np.quantile(said, 0.8)
    selected &= ~((group[rows] == "B") & (rng.random(len(rows)) < (blind or 0)))
    return attributes.iloc[rows].reset_index(drop=True), Scored(event, said, selected, rows)


def fired(runs: int = RUNS, seed: int = 0, **planted) -> pd.DataFrame:
    """Share of runs in which something differs: per measure, and for group B of it."""
    rng = np.random.default_rng(seed)
    out = []
    for _run in range(runs):
        found = fairness.differences(*world(rng, **planted))
        differs = found[found["differs"]]
        own = differs[differs["group"] == "B"]["measure"]
        out.append({"any": len(differs) > 0} | {m: (own == m).any() for m in fairness.MEASURES})
    return pd.DataFrame(out).mean()


def test_groups_by_hand():
    scored = Scored(
        np.array([1, 1, 0, 0, 0], bool), np.array([0.5, 0.2, 0.3, 0.1, 0.4]),
        np.array([1, 0, 1, 0, 0], bool), np.array([7, 7, 8, 9, 9]),
    )  # fmt: skip
    attributes = pd.DataFrame({"tier": ["low", "low", "low", "high", None]})
    table = fairness.groups(attributes, scored).set_index("group")
    low = table.loc["low"]
    assert (low["n"], low["units"], low["events"]) == (3, 2, 2)
    assert low["calibration"] == pytest.approx(2 / 3 - 1 / 3)
    assert low["false_negatives"] == 0.5 and low["selection"] == pytest.approx(2 / 3) and low["auc"] == 0.5
    assert table.loc["high", ["events", "selection"]].tolist() == [0, 0]
    assert table.loc["high", ["false_negatives", "auc"]].isna().all()


def test_a_share_of_independent_rows_has_its_plain_interval():
    side = fairness._share(np.arange(100) < 30, np.arange(100))
    assert side.n == pytest.approx(100)
    twice = fairness._share(np.repeat(np.arange(100) < 30, 2), np.repeat(np.arange(100), 2))
    assert twice.n == pytest.approx(100)
    assert wilson(30, 100)[0] == pytest.approx(wilson(twice.value * twice.n, twice.n)[0])


def test_a_fair_model_is_accused_at_the_nominal_rate():
    rate = fired()["any"]
    assert rate <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / RUNS)
    assert rate > 0  # a test that never fires would pass otherwise


def test_groups_of_other_risk_are_no_fault_of_calibration():
    rates = fired(seed=1, risk=1.0)
    assert rates["calibration"] <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / RUNS)
    assert rates["selection"] > 0.95  # they are selected more often, which is said


def test_probabilities_that_are_wrong_for_a_group_are_noticed():
    assert fired(runs=60, seed=2, odds=2.0)["calibration"] > 0.9


def test_leavers_of_a_group_who_are_passed_over_are_noticed():
    rates = fired(runs=60, seed=3, blind=0.7)
    assert rates["false_negatives"] > 0.9 and rates["selection"] > 0.9
    assert rates["calibration"] < 0.1


def test_all_intervals_hold_at_once_under_planted_differences():
    rng = np.random.default_rng(4)
    true, held = None, 0
    attributes, scored = world(np.random.default_rng(99), units=300_000, odds=1.5, blind=0.3)
    true = fairness.differences(attributes, scored).set_index(["attribute", "group", "measure"])["difference"]
    for _run in range(100):
        found = fairness.differences(*world(rng, odds=1.5, blind=0.3)).set_index(
            ["attribute", "group", "measure"]
        )
        low, high = found["low"], found["high"]
        known = low.notna()
        held += ((low <= true) & (true <= high))[known].all()
    assert held >= 95 - 3 * np.sqrt(100 * 0.05 * 0.95)


def test_small_groups_are_not_judged():
    attributes, scored = world(np.random.default_rng(5))
    few = attributes.index < 10 * 3
    attributes.loc[:, "tier"] = np.where(few, "few", "many")
    found = fairness.differences(attributes, scored).query("attribute == 'tier'")
    assert found["difference"].isna().all() and not found["differs"].any()
    # without events there are intervals for the selection alone
    none = scored._replace(event=np.zeros(len(scored.event), bool), probability=scored.probability * 1e-6)
    known = fairness.differences(attributes.assign(tier=attributes["gender"]), none).dropna(subset=["low"])
    assert set(known["measure"]) == {"selection"}


def test_a_reference_group():
    attributes, scored = world(np.random.default_rng(6))
    found = fairness.differences(attributes[["tier"]], scored, {"tier": "A"})
    assert found["group"].unique().tolist() == ["B", "C"]
    b, a = (scored.only(attributes["tier"].to_numpy() == name).selected.mean() for name in "BA")
    row = found.query("group == 'B' and measure == 'selection'").iloc[0]
    assert (row["value"], row["other"], row["difference"]) == pytest.approx((b, a, b - a))
    with pytest.raises(ValueError, match="no group 'X'"):
        fairness.differences(attributes, scored, {"tier": "X"})
    with pytest.raises(ValueError, match="align"):
        fairness.differences(attributes.head(3), scored)
