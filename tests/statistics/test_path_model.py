"""Path models: the published bank, the steps done row by row, planted paths with and without errors of measurement."""

import numpy as np
import pandas as pd
import pytest
from tests.statistics import satisfaction as sat

from analysis.statistics import moments as mo
from analysis.statistics import path_model as pm
from analysis.statistics import path_quality as pq


@pytest.fixture(scope="module")
def bank(public_data):
    scores, items = sat.bank(public_data)
    model = pm.design(items, sat.PATHS)
    return scores[list(model.items)], model


def effects(solution: pm.Solution, model: pm.Design, names: pd.DataFrame, kind: str) -> np.ndarray:
    at = {name: k for k, name in enumerate(model.constructs)}
    return getattr(solution, kind)[0][[at[n] for n in names["to"]], [at[n] for n in names["from"]]]


def test_the_published_bank_is_reproduced(bank, public_data):
    """The reference was made with centroid weights on items in points (plspm's `scaled = FALSE`)."""
    scores, model = bank
    found = pm.solve(mo.moments(scores), model)
    expected = sat.reference(public_data, "satisfaction.effects")
    np.testing.assert_allclose(effects(found, model, expected, "direct"), expected["direct"], atol=1e-6)
    np.testing.assert_allclose(effects(found, model, expected, "total"), expected["total"], atol=1e-6)
    outer = sat.reference(public_data, "satisfaction.outer-model").loc[list(model.items)]
    np.testing.assert_allclose(found.weights[0].sum(axis=1), outer["weight"], atol=1e-6)
    np.testing.assert_allclose(found.loadings[0], outer["loading"], atol=1e-6)
    redundancy = found.loadings[0] ** 2 * (model.member @ found.r2[0])
    np.testing.assert_allclose(redundancy, outer["redundancy"], atol=1e-6)


def test_the_published_paths_hold_whatever_the_scheme(bank, public_data):
    scores, model = bank
    expected = sat.reference(public_data, "satisfaction.effects")
    other = pm.solve(mo.moments(scores), model, scheme="path")
    np.testing.assert_allclose(effects(other, model, expected, "direct"), expected["direct"], atol=0.01)
    scaled = pm.solve(mo.moments(scores), model, scaled=True)
    assert np.abs(effects(scaled, model, expected, "direct") - expected["direct"]).max() > 0.02


def test_the_published_intervals_are_reproduced_as_far_as_their_own_chance_allows(bank, public_data):
    """The reference's ends rest on 100 draws (plspm's default), which scatter around those of many draws."""
    scores, model = bank
    expected = sat.reference(public_data, "satisfaction_boot_paths")
    names = pd.DataFrame([n.split(" -> ") for n in expected.index], columns=["from", "to"])
    at = {name: k for k, name in enumerate(model.constructs)}
    drawn = pm.solve(mo.resampled(scores, draws=4_000, seed=1), model)
    paths = drawn.direct[:, [at[n] for n in names["to"]], [at[n] for n in names["from"]]]
    ours = np.quantile(paths, [0.025, 0.975], axis=0).T
    off = np.abs(ours - expected[["perc.025", "perc.975"]].to_numpy())
    assert np.mean(off <= 0.03) >= 0.85 and off.mean() < 0.015
    rng = np.random.default_rng(2)
    samples = (paths[rng.integers(0, len(paths), 100)] for _ in range(400))
    chance = [np.abs(np.quantile(s, [0.025, 0.975], axis=0).T - ours).max() for s in samples]
    assert np.quantile(chance, 0.01) < off.max() < np.quantile(chance, 0.99)
    np.testing.assert_allclose(paths.std(axis=0), expected["std.error"], atol=0.01)
    assert drawn.converged.all()


@pytest.mark.parametrize("scheme", pm.SCHEMES)
def test_the_steps_are_those_of_the_algorithm_row_by_row(scheme):
    paths = {"B": {"A": 0.6}, "C": {"A": 0.3, "B": 0.5}}
    scores = sat.planted(300, 3, paths)
    model = pm.design(sat.of(scores), paths)
    x = scores[list(model.items)].to_numpy()
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    y = np.column_stack([x[:, m].sum(axis=1) for m in model.member.T])
    for _ in range(100):
        y = (y - y.mean(axis=0)) / y.std(axis=0)
        inner = np.zeros((3, 3))
        r = np.corrcoef(y.T)
        linked = model.acts | model.acts.T
        if scheme == "centroid":
            inner = np.sign(r) * linked
        for to in range(3) if scheme == "path" else ():
            causes = np.flatnonzero(model.acts[to])
            if len(causes):
                inner[causes, to] = np.linalg.lstsq(y[:, causes], y[:, to], rcond=None)[0]
            inner[model.acts[:, to], to] = r[model.acts[:, to], to]
        z = y @ inner
        weights = [x[:, m].T @ z[:, j] for j, m in enumerate(model.member.T)]
        y = np.column_stack([x[:, m] @ w for m, w in zip(model.member.T, weights, strict=True)])
    y = (y - y.mean(axis=0)) / y.std(axis=0)
    found = pm.solve(mo.moments(scores), model, scheme=scheme, scaled=True)
    np.testing.assert_allclose(found.correlation[0], np.corrcoef(y.T), atol=1e-7)
    slope = np.linalg.lstsq(y[:, :2], y[:, 2], rcond=None)[0]
    np.testing.assert_allclose(found.direct[0][2, :2], slope, atol=1e-7)
    assert found.r2[0][2] == pytest.approx(1 - (y[:, 2] - y[:, :2] @ slope).var(), abs=1e-7)
    indirect = found.total[0][2, 0] - found.direct[0][2, 0]
    assert indirect == pytest.approx(found.direct[0][1, 0] * found.direct[0][2, 1])


def test_many_samples_at_once_are_each_of_them_alone(bank):
    scores, model = bank
    drawn = mo.resampled(scores, draws=5, seed=3)
    together = pm.solve(drawn, model, "path")
    alone = pm.solve(mo.Moments(drawn.mean[3:4], drawn.covariance[3:4]), model, "path")
    np.testing.assert_allclose(together.direct[3], alone.direct[0], atol=1e-6)


def test_the_correction_is_missing_where_items_do_not_tell_constructs_apart(bank):
    """Expectations and quality of the Spanish bank correlate at 1 but for errors."""
    scores, model = bank
    found = pm.solve(mo.resampled(scores, draws=50, seed=3), model, consistent=True)
    at = model.constructs.index("VAL")
    assert np.isnan(found.direct[:, at]).any() and np.isfinite(found.rho).all()


def test_plain_paths_are_too_small_and_consistent_ones_are_not():
    paths = {"B": {"A": 0.6}, "C": {"A": 0.3, "B": 0.5}}
    scores = sat.planted(40_000, 7, paths, loading=0.7)
    model = pm.design(sat.of(scores), paths)
    found = mo.moments(scores)
    plain, right = (pm.solve(found, model, consistent=c) for c in (False, True))
    assert plain.direct[0][1, 0] == pytest.approx(0.6 * plain.rho[0][0], abs=0.02)  # equal reliabilities
    np.testing.assert_allclose([right.direct[0][1, 0], *right.direct[0][2, :2]], [0.6, 0.3, 0.5], atol=0.03)
    np.testing.assert_allclose(right.loadings[0], 0.7, atol=0.02)
    np.testing.assert_allclose(plain.rho[0], 4 * 0.49 / (1 + 3 * 0.49), atol=0.01)  # Spearman-Brown
    quality = pq.quality(right, model)
    np.testing.assert_allclose(quality["ave"], 0.49, atol=0.02)
    np.testing.assert_allclose(quality["composite_reliability"], plain.rho, atol=0.02)
    # With loadings alike the ratio is the correlation without errors.
    np.testing.assert_allclose(pq.htmt(found, model)[0][0, 1], 0.6, atol=0.02)


def test_items_that_point_the_other_way_turn_no_construct():
    scores = sat.planted(2_000, 1, {"B": {"A": 0.6}})
    turned = scores.assign(a1=14 - scores["a1"])
    model = pm.design(sat.of(scores), {"B": ("A",)})
    found = pm.solve(mo.moments(turned), model)
    assert found.loadings[0][0] < 0 < found.loadings[0][1:].min()
    assert found.direct[0][1, 0] > 0.4


def test_scores_use_other_people_s_weights_and_bear_blanks():
    scores = sat.planted(500, 5, {"B": {"A": 0.6}})
    model = pm.design(sat.of(scores), {"B": ("A",)})
    found = mo.moments(scores)
    solution = pm.solve(found, model)
    whole = pq.scores_of(scores, found.mean[0], solution.weights[0], model)
    np.testing.assert_allclose(np.corrcoef(whole.T)[0, 1], solution.correlation[0][0, 1])
    assert whole.std(ddof=0).to_numpy() == pytest.approx([1, 1])
    holes = scores.copy()
    holes.loc[0, "a1"], holes.loc[1, ["a1", "a2", "a3"]] = np.nan, np.nan
    bare = pq.scores_of(holes, found.mean[0], solution.weights[0], model)
    assert bare.loc[0, "A"] == pytest.approx(whole.loc[0, "A"], abs=0.8) and np.isnan(bare.loc[1, "A"])
    assert bare["B"].equals(whole["B"])


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        ({"B": ("Z",)}, "constructs Z of the paths have no items; the items' constructs are A, B"),
        ({"B": ("A",), "A": ("B",)}, "the paths between A, B go round in a circle"),
        ({}, "the model has no path"),
    ],
)
def test_models_that_cannot_be_are_named(paths, message):
    items = pd.DataFrame({"item": ["a1", "b1"], "construct": ["A", "B"]})
    with pytest.raises(ValueError, match=message):
        pm.design(items, paths)


def test_collinear_constructs_and_unknown_schemes_are_errors():
    scores = sat.planted(100, 1, {"C": {"A": 0.6}})
    twin = scores.assign(**{f"b{k}": scores[f"a{k}"] for k in range(1, 5)})
    model = pm.design(sat.of(twin), {"C": ("A", "B")})
    found = mo.moments(twin[list(model.items)])
    with pytest.raises(ValueError, match="constructs are collinear"):
        pm.solve(found, model)
    with pytest.raises(ValueError, match="scheme is 'best'; expected one of centroid, path"):
        pm.solve(found, model, scheme="best")
