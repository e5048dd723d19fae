"""Drivers: planted ones ranked right, asymmetries found where they are, gains of the simulator's own equations."""

import numpy as np
import pandas as pd
import pytest
from benchmarks import survey_drivers as bench
from tests.statistics import satisfaction as sat
from tests.topics.survey import planted

from analysis.report.results import figure
from analysis.topics.survey import careless, driver_findings, drivers, gain, kano, predictive, soundness
from analysis.topics.survey import index as ix


@pytest.fixture(scope="module")
def survey():
    scores, items, known, latent = planted.answers(7, 4_000)
    return (
        scores,
        items,
        known,
        latent,
        ix.fit(scores, items, customers=known["customer_id"], draws=150, seed=1),
    )


def test_the_planted_first_driver_is_first_in_most_banks():
    first = {"nps": "IMAG", "csat": "VAL"}  # by LMG of the latent constructs themselves, see the benchmark
    hits = dict.fromkeys(first, 0)
    for seed in range(60, 65):
        scores, items, known, _latent = planted.answers(seed, 4_000)
        for target, name in first.items():
            table = drivers.importance(scores, items, target, customers=known["customer_id"], draws=100)
            hits[target] += table["driver"].iloc[0] == name
            assert table["lmg"].sum() == pytest.approx(1) == table["johnson"].sum()
            assert ((table["lmg_low"] <= table["lmg"]) & (table["lmg"] <= table["lmg_high"])).all()
            assert (table["johnson"] - table["lmg"]).abs().max() < 0.05
    assert hits["nps"] == 5 and hits["csat"] >= 4


def test_a_sure_ranking_is_told_as_such_and_an_unsure_one_not():
    scores = sat.planted(3_000, 1, {"Y": {"A": 0.6, "B": 0.3, "C": 0.28}})
    table = drivers.importance(scores, sat.of(scores), "Y", ["A", "B", "C"], draws=200)
    assert table["driver"].iloc[0] == "A" and table["rank_high"].iloc[0] == 1 and table["first"].iloc[0] == 1
    assert table["rank_low"].iloc[2] == 2
    assert "not certain" not in drivers.importance_sentence(table, "Y")
    scores = sat.planted(300, 1, {"Y": {"A": 0.4, "B": 0.4}})
    table = drivers.importance(scores, sat.of(scores), "Y", ["A", "B"], draws=200)
    assert "Which one is first is not certain" in drivers.importance_sentence(table, "Y")
    assert drivers.importance_sentence(table.assign(lmg=np.nan), "Y").startswith("Too few")


def test_weights_change_whose_drivers_they_are():
    one, other = (sat.planted(1_000, 1, {"Y": e}) for e in ({"A": 0.7, "B": 0.1}, {"A": 0.1, "B": 0.7}))
    scores = pd.concat([one, other], ignore_index=True)
    weights = np.r_[np.full(1_000, 1.0), np.full(1_000, 9.0)]
    found = drivers.importance(scores, sat.of(scores), "Y", ["A", "B"], weights, draws=50)
    assert found["driver"].iloc[0] == "B" and found["lmg"].iloc[0] > 0.7


@pytest.mark.parametrize(
    ("target", "names", "message"),
    [
        ("Y", ["Y", "A"], "drivers of Y are Y, A; expected one or more others than itself"),
        ("Y", ["Z"], "Z is neither an item nor a construct of the questionnaire; expected one of A, B, Y or an item"),
        ("Y", ["A", "a1", "a2", "a3", "a4"], "drivers A, a1, a2, a3, a4 are collinear"),
    ],
)  # fmt: skip
def test_drivers_that_cannot_be_compared_are_named(target, names, message):
    scores = sat.planted(200, 1, {"Y": {"A": 0.4, "B": 0.4}})
    with pytest.raises(ValueError, match=message):
        drivers.importance(scores, sat.of(scores), target, names, draws=20)


def test_the_map_tells_what_matters_and_stands_low():
    paths = {"LOY": {"A": 0.6, "B": 0.2, "C": 0.2}}
    scores = sat.planted(2_000, 2, paths)
    low = [c for c in scores if c.startswith("a")]
    scores[low] -= 2
    items = sat.of(scores).assign(scale_min=-5.0, scale_max=20.0)
    found = ix.fit(scores, items, paths={"LOY": ("A", "B", "C")}, draws=150)
    table = drivers.importance_performance(found).set_index("construct")
    assert table["kind"].to_dict() == {"A": "improve", "B": "minor", "C": "minor"}
    assert "A: matters more for Loyalty" in drivers.map_sentence(table.reset_index(), "Loyalty")
    assert table.loc["A", "performance"] < table.loc["B", "performance"] - 5
    raised = scores.copy()
    raised[low] += 4
    other = drivers.importance_performance(ix.fit(raised, items, paths={"LOY": ("A", "B", "C")}, draws=150))
    assert other.set_index("construct").loc["A", "kind"] == "keep"
    assert "A has the largest importance" in drivers.map_sentence(other, "Loyalty")
    unsure = other.assign(importance_low=-0.1, kind="unclear")
    assert drivers.map_sentence(unsure, "Loyalty") == "That any construct matters for Loyalty is not shown."
    with pytest.raises(ValueError, match="target is 'NPS'; expected a construct of the index"):
        drivers.importance_performance(found, "NPS")


def test_the_map_leaves_out_satisfaction_which_a_bank_moves_through_the_others_only(survey):
    scores, items = survey[:2]
    found = ix.fit(scores, items, draws=20)
    assert "SAT" in set(ix.paths(found)["from"])
    assert drivers.importance_performance(found)["construct"].tolist() == ["IMAG", "EXPE", "QUAL", "VAL"]


def test_importance_is_what_a_regression_in_points_gives(survey):
    """With one cause the effect in points is the slope of the scores on each other."""
    scores, items = survey[:2]
    found = ix.fit(scores, items, paths={"LOY": ("SAT",)}, draws=20)
    weights = found.found.weights[0]
    parts = [
        (scores[list(found.design.items)].fillna(scores.mean()) * w).sum(axis=1) / w.sum() for w in weights.T
    ]
    slope = np.polyfit(parts[0], parts[1], 1)[0]
    assert found.design.constructs == ("SAT", "LOY")
    assert drivers.importance_performance(found)["importance"].iloc[0] == pytest.approx(slope, abs=0.02)


def test_bent_effects_are_found_and_straight_ones_are_not_bent():
    found = {bend: [] for bend in (0.0, 0.4)}
    for bend, kinds in found.items():
        for seed in range(20):
            scores, items, _latent = bench.bent(seed, 700, bend)
            table = kano.asymmetry(scores, items, target="Y", drivers=["A", "B"]).set_index("driver")
            kinds.append((table.loc["A", "kind"], table.loc["B", "kind"]))
    assert sum(kinds != ("even", "even") for kinds in found[0.0]) <= 3
    assert sum(a == "basic" for a, _b in found[0.4]) >= 16
    assert sum(b != "even" for _a, b in found[0.4]) <= 4


def test_slopes_are_those_of_a_regression_with_a_knot():
    scores, items, _latent = bench.bent(3, 900, 0.4)
    table = kano.asymmetry(scores, items, target="Y", drivers=["A"]).iloc[0]
    driver, target = scores.filter(like="a").mean(axis=1), scores.filter(like="y").mean(axis=1)
    off = driver - driver.median()
    x = np.column_stack([np.ones(900), off.clip(upper=0), off.clip(lower=0)])
    slopes = np.linalg.lstsq(x, target, rcond=None)[0][1:]
    assert [table["penalty"], table["reward"]] == pytest.approx(slopes)
    assert table["contrast"] == pytest.approx(slopes[1] - slopes[0]) and table["high"] < 0
    assert "Doing worse costs more than doing better wins: A." in kano.sentence(pd.DataFrame([table]))


def test_asymmetry_needs_respondents_on_both_sides():
    scores, items, _latent = bench.bent(3, 300, 0.0)
    top = scores.assign(**{f"b{k}": np.where(np.arange(300) < 10, 3.0, 10.0) for k in range(1, 5)})
    table = kano.asymmetry(top, items, target="Y", drivers=["A", "B"]).set_index("driver")
    assert np.isnan(table.loc["B", "contrast"]) and table.loc["B", "kind"] == ""
    assert np.isfinite(table.loc["A", "contrast"])
    with pytest.raises(ValueError, match="40 responses have Y and all of A, B; expected at least 50"):
        kano.asymmetry(scores.head(40), items, target="Y", drivers=["A", "B"])
    assert kano.sentence(table.assign(contrast=np.nan)).startswith("Too few")


def test_gains_are_those_of_the_simulator_once_errors_are_taken_out():
    rows = []
    for seed in range(80, 84):
        scores, items, known, latent = planted.answers(seed, 4_000)
        kept = ~careless.flags(scores, items, known["seconds"])["careless"].to_numpy()
        index = ix.fit(scores[kept], items, draws=100)
        table = gain.table(index, scores["nps"][kept]).set_index("construct")
        rows.append(table.assign(true=bench.true_gains(latent[kept], seed)))
        assert table["gain"].is_monotonic_decreasing and {"IMAG", "SAT"} == set(table.index[:2])
        assert table["corrected"].all()
    means = pd.concat(rows).groupby(level=0)[["gain", "measured", "true"]].mean()
    assert (means["gain"] / means["true"] - 1).abs().max() < 0.15
    assert (means["measured"] < 0.9 * means["true"]).all()  # errors of measurement hide a part
    covered = pd.concat(rows).eval("low <= true <= high")
    assert covered.mean() >= 0.8


def test_gain_is_the_mean_difference_of_two_logistic_regressions(survey):
    from sklearn.linear_model import LogisticRegression

    scores, _items, _known, _latent, index = survey
    table = gain.table(index, scores["nps"]).set_index("construct")
    x = gain._points(index, index.place("LOY"))
    here = scores["nps"].notna().to_numpy()
    total = 0.0
    for outcome, sign in ((scores["nps"] >= 9, 100), (scores["nps"] <= 6, -100)):
        model = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1_000).fit(x[here, None], outcome[here])
        after = model.predict_proba(x[here, None] + table.loc["SAT", "moved"])[:, 1]
        total += sign * (after - model.predict_proba(x[here, None])[:, 1]).mean()
    assert table.loc["SAT", "measured"] == pytest.approx(total, abs=1e-3)
    assert (table["low"] < table["gain"]).all() and (table["gain"] < table["high"]).all()
    assert (table["measured"] < table["low"]).all()
    assert "as measured, that is with errors" in gain.sentence(table.reset_index())
    assert "not effects of a measure" in gain.limits()
    unsure = table.reset_index().assign(low=-1.0)
    assert gain.sentence(unsure).startswith("That a point more goes with more NPS points is not shown")
    second = unsure.assign(low=unsure["low"].where(unsure.index != 1, 2.0))
    assert gain.sentence(second).startswith(f"One point more in {second['label'][1]} goes with")


def test_where_constructs_are_answered_as_one_the_gain_is_as_measured(public_data):
    scores, items = sat.bank(public_data)
    index = ix.fit(scores, items.assign(scale_min=0.0, scale_max=10.0), draws=100)
    rows = gain.table(index, scores["loy1"])
    assert not rows["corrected"].any() and rows["gain"].equals(rows["measured"])
    assert (rows["low"] <= rows["gain"]).all() and (rows["gain"] <= rows["high"]).all()
    assert "a part that cannot be known" in gain.sentence(rows)


def test_gains_that_cannot_be_known_are_errors(survey):
    scores, _items, _known, _latent, index = survey
    with pytest.raises(
        ValueError, match="through is 'IMAG'; expected a construct on which others act: EXPE, QUAL"
    ):
        gain.table(index, scores["nps"], through="IMAG")
    with pytest.raises(ValueError, match="recommend has other rows than the index"):
        gain.table(index, scores["nps"].head(10))
    with pytest.raises(ValueError, match="with 0 promoters and"):
        gain.table(index, scores["nps"].clip(upper=8))
    assert gain.sentence(gain.table(index, scores["nps"]).assign(gain=np.nan)).startswith("Too few")


def test_the_same_seed_gives_the_same_figures(survey):
    scores, items, known, _latent, index = survey
    again = ix.fit(scores, items, customers=known["customer_id"], draws=150, seed=1)
    pd.testing.assert_frame_equal(gain.table(index, scores["nps"]), gain.table(again, scores["nps"]))
    pd.testing.assert_frame_equal(ix.paths(index), ix.paths(again))


def test_what_is_recorded_is_accepted_and_blanks_are_left_out(survey):
    scores, items, known, _latent, index = survey
    reliable, ranked = (
        soundness.reliability(scores, items, draws=30),
        drivers.importance(scores, items, draws=30),
    )
    gains, foretold = gain.table(index, scores["nps"]), predictive.later_wave(scores, items, known["wave"])
    found = driver_findings.figures(index, reliable, ranked, gains, foretold)
    names = ["index_sat", "index_loy", "least_omega", "first_driver", "nps_gain", "q2_sat", "q2_loy"]
    assert [one["name"] for one in found] == names
    assert all(figure(**one)["low"] <= one["value"] <= one["high"] for one in found)
    empty = driver_findings.figures(index, reliable.head(0), ranked.head(0), gains.head(0), foretold.head(0))
    assert [one["name"] for one in empty] == ["index_sat", "index_loy"]
    blank = driver_findings.figures(index, reliable, ranked.assign(lmg=np.nan), gains, foretold)
    assert "first_driver" not in [one["name"] for one in blank]
