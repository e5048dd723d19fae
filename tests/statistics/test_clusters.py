"""Groups are found where they were planted and nowhere else; measures agree with their definitions."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multivariate_t, norm
from sklearn.metrics import adjusted_rand_score
from tests.statistics.crowds import ONE_CROWD, one_crowd, planted
from threadpoolctl import threadpool_limits

from analysis.statistics.clusters import distinguishing, find_clusters, mixture, prepare
from analysis.statistics.clusters.models import path
from analysis.statistics.clusters.separation import gap, neighbours
from analysis.statistics.clusters.stability import bootstrap, jaccard, prediction_strength

LABELS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), min_size=1, max_size=40)


@pytest.fixture(scope="module")
def groups():
    frame, truth, _ = planted(4, 6_000, seed=5, shape="lognormal", apart=5)
    frame["f0"] = frame["f0"].mask(np.arange(len(frame)) % 9 == 0)
    return frame, truth


@pytest.fixture(scope="module")
def result(groups):
    return find_clusters(groups[0], draws=4, seed=3)


# Preparation


def test_columns_that_tell_nothing_are_left_out_and_named():
    random = np.random.default_rng(1)
    base = random.lognormal(8, 1.5, 500)
    frame = pd.DataFrame(
        {
            "amount": base,
            "fixed": 7.0,
            "nearly fixed": np.where(np.arange(500) == 3, 1.0, 0.0),
            "cents": base * 100,
            "sparse": np.where(np.arange(500) < 400, np.nan, base),
            "flow": random.standard_t(2, 500) * 1e4,
            "age": random.uniform(18, 90, 500),
            "member": random.random(500) < 0.5,
        }
    )
    matrix, how = prepare(frame)
    why = how.columns["why"]
    assert why[why != ""].to_dict() == {
        "fixed": "constant",
        "nearly fixed": "constant",
        "cents": "same as amount",
        "sparse": "mostly blank",
    }
    shapes = how.columns["shape"]
    assert shapes[how.used].tolist() == ["log", "asinh", "linear", "linear"]
    assert matrix.shape == (500, 4)
    assert how.columns["whole"][how.used].tolist() == [False, False, False, True]


@given(st.lists(st.floats(-1e12, 1e12), min_size=30, max_size=80, unique=True))
def test_preparation_keeps_the_order_of_customers(values):
    matrix, how = prepare(pd.DataFrame({"x": values}))
    if how.used:
        assert (np.diff(matrix[np.argsort(values), 0]) >= -1e-9).all()
        assert np.abs(matrix).max() <= 4


def test_blanks_become_the_median():
    matrix, how = prepare(pd.DataFrame({"x": [1.0, 2.0, 3.0, 10.0, 11.0, np.nan]}))
    assert how.columns.loc["x", ["filled", "missing"]].tolist() == [3.0, pytest.approx(1 / 6)]
    assert matrix[5] == matrix[2]


def test_nullable_and_boolean_columns_are_numbers():
    frame = pd.DataFrame(
        {"n": pd.array([1, 2, None, 9, 4], dtype="Int64"), "b": [True, False, True, False, True]}
    )
    assert np.isfinite(prepare(frame)[0]).all()


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (pd.DataFrame({"region": ["north", "south"]}), "'region'.*north.*expected numbers"),
        (pd.DataFrame({"x": [1.0, np.inf]}), "'x' has 1 infinite"),
        (pd.DataFrame([[1.0, 2.0]], columns=["x", "x"]), "more than once"),
        (pd.DataFrame({"x": []}, dtype=float), "0 rows"),
        (pd.DataFrame(index=[1, 2]), "0 columns"),
    ],
)
def test_unusable_features_are_refused(frame, message):
    with pytest.raises(ValueError, match=message):
        find_clusters(frame)


@pytest.mark.parametrize("wrong", [{"k": 1}, {"most": 1}, {"sample": 10}, {"draws": -1}])
def test_numbers_out_of_range_are_refused(wrong):
    name, value = next(iter(wrong.items()))
    with pytest.raises(ValueError, match=f"{name} is {value}"):
        find_clusters(pd.DataFrame({"x": [1.0]}), **wrong)


# Measures against their definitions


@given(LABELS)
def test_jaccard_is_the_best_overlap(pairs):
    one, other = (np.array(side) for side in zip(*pairs, strict=True))
    expected = []
    for label in np.unique(one):
        ours = set(np.flatnonzero(one == label))
        theirs = [set(np.flatnonzero(other == name)) for name in np.unique(other)]
        expected.append(max(len(ours & x) / len(ours | x) for x in theirs))
    assert jaccard(one, other) == pytest.approx(expected)


@given(LABELS)
def test_prediction_strength_counts_pairs(pairs):
    found, predicted = (np.array(side) for side in zip(*pairs, strict=True))
    shares = []
    for label in np.unique(found):
        members = predicted[found == label]
        kept = [a == b for i, a in enumerate(members) for j, b in enumerate(members) if i != j]
        shares.append(np.mean(kept) if kept else 0.0)
    assert prediction_strength(predicted, found) == pytest.approx(min(shares))


def test_prediction_strength_by_hand():
    """Of the four members of cluster 1 three stay together: 3·2 of 4·3 ordered pairs."""
    assert prediction_strength(np.array([0, 0, 0, 1, 1, 1]), np.array([1, 1, 1, 1, 0, 0])) == 0.5


def test_neighbours_have_nobody_between_them():
    assert neighbours(np.array([[0.0], [1.0], [3.0]])) == [(0, 1), (1, 2)]
    triangle = np.array([[0.0, 0.0], [1.0, 0.0], [0.5, 0.9]])
    assert neighbours(triangle) == [(0, 1), (0, 2), (1, 2)]


def test_the_gap_of_a_known_density():
    """Two equal normals 5 deviations apart: windows of ±0.125·5 at 0, ½ and 1 hold what the normal says."""
    random = np.random.default_rng(2)
    labels = random.integers(0, 2, 400_000)
    rows = np.column_stack([random.normal(5 * labels), random.normal(size=(400_000, 2))])
    window = lambda at: norm.cdf(at + 0.625) - norm.cdf(at - 0.625)  # noqa: E731
    expected = 2 * window(2.5) / (window(0) + window(5))
    found = gap(rows, labels, rows, (0, 1))
    assert found.filled == pytest.approx(expected, rel=0.05)
    assert found.p_value < 1e-6


def test_halves_of_one_crowd_have_no_gap():
    rows = np.random.default_rng(3).normal(size=(20_000, 4))
    found = gap(rows[::2], (rows[::2, 0] > 0).astype(int), rows[1::2], (0, 1))
    assert found.filled > 1
    assert found.p_value > 0.99


def test_bootstrap_tells_a_sure_cluster_from_an_arbitrary_cut():
    random = np.random.default_rng(4)
    rows = np.concatenate([random.normal(-6, 1, (300, 2)), random.normal(6, 1, (600, 2))])
    refit = lambda matrix, seed: path("k-means", matrix, 3, seed, 3)[0]  # noqa: E731
    partition = refit(rows, 0)
    labels = partition.assign(rows)[0]
    with threadpool_limits(1):
        found = bootstrap(labels, rows, refit, 30, 0)
    sure = labels[0]
    assert found.loc[sure, "jaccard"] > 0.99
    assert found.drop(index=sure)["jaccard"].max() < 0.75
    assert (found["low"] <= found["jaccard"]).all() and (found["jaccard"] <= found["high"]).all()


# Mixtures of t distributions


def two_t(rows: int, freedom: float) -> tuple[np.ndarray, np.ndarray]:
    """Two equal groups 8 scales apart in the first of three features, and whether a row is of the second."""
    random = np.random.default_rng(12)
    second = random.random(rows) < 0.5
    centre = np.outer(8 * second, [1.0, 0, 0])
    return centre + multivariate_t(np.zeros(3), np.eye(3), df=freedom).rvs(rows, random_state=random), second


@pytest.mark.parametrize("form", ["full", "diag"])
def test_a_mixture_recovers_what_it_was_drawn_from(form, monkeypatch):
    monkeypatch.setattr(
        mixture, "TOLERANCE", 1e-7
    )  # groups need less: the freedom is the last to come to rest
    rows, second = two_t(20_000, freedom=5)
    found = mixture.fit(rows, np.eye(2)[second.astype(int)], form)
    assert found.converged
    assert found.freedom == pytest.approx(5, abs=0.3)
    assert found.means == pytest.approx(np.array([[0, 0, 0], [8, 0, 0]]), abs=0.05)
    assert found.weights == pytest.approx([0.5, 0.5], abs=0.01)
    scale = np.linalg.inv(found.roots[0] @ found.roots[0].T)
    assert scale == pytest.approx(np.eye(3), abs=0.05)


def test_normal_groups_are_given_light_tails():
    rows, second = two_t(20_000, freedom=np.inf)
    assert mixture.fit(rows, np.eye(2)[second.astype(int)], "full").freedom > 12


def test_densities_and_bic_are_those_of_the_t_distribution():
    rows, second = two_t(500, freedom=4)
    found = mixture.fit(rows, np.eye(2)[second.astype(int)], "full")
    scales = np.linalg.inv(found.roots @ found.roots.transpose(0, 2, 1))
    parts = [
        weight * multivariate_t(mean, scale, df=found.freedom).pdf(rows)
        for weight, mean, scale in zip(found.weights, found.means, scales, strict=True)
    ]
    logs, _squares = found.densities(rows)
    assert np.exp(logs) == pytest.approx(np.column_stack(parts))
    parameters = 1 + 1 + 2 * (3 + 6)  # a share, the freedom, means and scales
    assert found.bic == pytest.approx(parameters * np.log(500) - 2 * np.log(sum(parts)).sum())


def test_heavy_tails_stay_with_their_group():
    """A normal mixture spends a component on the tails of both; the t mixture needs two in all."""
    rows, second = two_t(4_000, freedom=3.5)
    rows /= rows.std(axis=0)
    with threadpool_limits(1):
        found = path("mixture", rows, 4, 0)
    best = min(found, key=lambda partition: partition.icl(rows))
    assert len(best.centres) == 2
    assert adjusted_rand_score(second, best.assign(rows)[0]) > 0.95


# The whole


@pytest.mark.parametrize("kind", ["normal, correlated", "lognormal", "uniform", "bank-like"])
def test_one_crowd_has_no_groups(kind):
    result = find_clusters(one_crowd(kind, 3_000, seed=11), most=8, seed=11)
    assert (result.method, result.k, result.unsure) == ("none", 1, 0)
    assert (result.labels == 1).all()
    assert not result.criteria["chosen"].any()
    assert any("no groups worth naming" in fact["message"] and fact["ok"] for fact in result.health)


def test_planted_groups_are_found(groups, result):
    assert result.k == 4
    assert adjusted_rand_score(groups[1], result.labels) > 0.9
    assert all(fact["ok"] for fact in result.health), result.health
    assert any("(p < 0.0001)" in fact["message"] for fact in result.health)
    assert result.labels.value_counts().loc[[1, 2, 3, 4]].is_monotonic_decreasing
    assert result.stability["size"].sum() == len(groups[0])
    assert (result.stability["jaccard"] > 0.9).all()
    assert result.criteria["chosen"].sum() == 1


def test_round_groups_of_equal_width_are_left_to_k_means():
    random = np.random.default_rng(6)
    truth = random.integers(0, 3, 4_000)
    frame = pd.DataFrame(6 * np.eye(3)[truth] + random.normal(size=(4_000, 3)), columns=list("abc"))
    result = find_clusters(frame, most=5, draws=0)
    assert (result.method, result.k) == ("k-means", 3)
    assert adjusted_rand_score(truth, result.labels) > 0.98


def test_the_order_of_rows_does_not_matter(groups, result):
    shuffled = groups[0].sample(frac=1, random_state=8)
    again = find_clusters(shuffled, draws=4, seed=3)
    pd.testing.assert_series_equal(again.labels.sort_index(), result.labels)
    pd.testing.assert_frame_equal(again.stability, result.stability)


def test_a_sample_serves_for_all_rows(groups):
    result = find_clusters(groups[0], sample=3_000, draws=0, seed=3)
    assert len(result.labels) == len(groups[0])
    assert adjusted_rand_score(groups[1], result.labels) > 0.85
    part = groups[0].iloc[100:110]
    pd.testing.assert_series_equal(result.assign(part)["cluster"], result.labels.iloc[100:110])


def test_profile_is_in_the_features_own_units(groups, result):
    row = result.profile.query("cluster == 2 and feature == 'f1'").iloc[0]
    values = groups[0].loc[result.labels == 2, "f1"]
    assert (row["mean"], row["median"]) == pytest.approx((values.mean(), values.median()))
    assert row["overall"] == pytest.approx(groups[0]["f1"].median())
    weighted = result.profile.groupby("feature")["effect"].apply(
        lambda e: (e.to_numpy() * result.stability["share"]).sum()
    )
    assert weighted.abs().max() < 1e-9


def test_what_distinguishes_a_cluster():
    random = np.random.default_rng(9)
    member = random.random(3_000) < 0.3
    frame = pd.DataFrame(
        {
            "age": np.where(member, random.normal(25, 2, 3_000), random.normal(55, 6, 3_000)),
            "card share": np.where(member, random.normal(0.8, 0.05, 3_000), random.normal(0.4, 0.1, 3_000)),
            "noise": random.normal(size=3_000),
        }
    )
    result = find_clusters(frame, most=4, draws=0)
    told = distinguishing(result, n=2).query("cluster == 2").set_index("feature")
    assert set(told.index) == {"age", "card share"}
    assert told.loc["age", "effect"] < -1 < 1 < told.loc["card share", "effect"]
    assert sorted(told["rank"]) == [1, 2]


def test_an_imposed_number_is_obeyed_and_judged():
    result = find_clusters(one_crowd("normal", 2_000, seed=1), k=3, draws=5)
    assert (result.k, result.labels.nunique()) == (3, 3)
    facts = {fact["check"]: fact for fact in result.health}
    assert not facts["groups"]["ok"]
    assert "slices of a crowd" in facts["groups"]["message"]
    assert not facts["stability"]["ok"]


@pytest.mark.parametrize(
    ("frame", "check"),
    [
        (pd.DataFrame({"a": np.arange(50.0), "b": np.arange(50.0) % 7}), "rows"),
        (pd.DataFrame({"a": np.ones(500), "b": np.zeros(500)}), "features"),
        (pd.DataFrame({"a": np.random.default_rng(0).normal(size=500)}), "features"),
    ],
)
def test_too_little_is_said(frame, check):
    result = find_clusters(frame, most=3)
    assert result.method == "none"
    assert not {fact["check"]: fact["ok"] for fact in result.health}[check]


def test_few_different_rows_do_no_harm():
    frame = pd.DataFrame({"a": np.tile([0.1, 0.9], 300), "b": np.repeat([0.2, 0.4, 0.7], 200)})
    result = find_clusters(frame, most=8, draws=3)
    assert len(result.labels) == 600


# The measured rates; docs/clusters.md has the full tables


@pytest.mark.slow
def test_false_alarms_stay_below_their_rate():
    """90 crowds of nine kinds: groups are named in 5 % at most, and in no kind more than once (270: docs/clusters.md)."""
    named = {
        kind: [
            find_clusters(one_crowd(kind, 2_000, seed), most=8, draws=0, seed=seed).k > 1
            for seed in range(10)
        ]
        for kind in ONE_CROWD
    }
    rates = {kind: np.mean(found) for kind, found in named.items()}
    assert max(rates.values()) <= 0.1, rates
    assert np.mean(list(rates.values())) <= 0.05, rates


@cache
def recovered(k: int, shape: str) -> pd.DataFrame:
    """Of 10 planted crowds (docs/clusters.md has 30): whether the number of groups is found, ARI, and the oracle's."""
    rows = []
    for seed in range(10):
        frame, truth, oracle = planted(k, 10_000, seed, shape)
        result = find_clusters(frame, draws=0, seed=seed)
        rows.append(
            (result.k == k, adjusted_rand_score(truth, result.labels), adjusted_rand_score(truth, oracle))
        )
    return pd.DataFrame(rows, columns=["exact", "ari", "best"])


PLANTED = [(3, "t5"), (5, "lognormal"), (7, "normal")]


@pytest.mark.slow
@pytest.mark.parametrize(("k", "shape"), PLANTED)
def test_the_planted_number_of_groups_is_found_in_nine_of_ten_runs(k, shape):
    assert recovered(k, shape)["exact"].mean() >= 0.9


@pytest.mark.slow
@pytest.mark.parametrize(("k", "shape"), PLANTED)
def test_planted_groups_are_told_apart_in_nine_of_ten_runs(k, shape):
    assert (recovered(k, shape)["ari"] >= 0.8).mean() >= 0.9


@pytest.mark.slow
@pytest.mark.parametrize(("k", "shape"), PLANTED)
def test_groups_are_told_apart_nearly_as_well_as_by_who_knows_their_densities(k, shape):
    """Heavy tails overlap, so that ARI is bounded: the median run is to come within 0.01 of the bound."""
    found = recovered(k, shape)
    assert (found["best"] - found["ari"]).median() <= 0.01
