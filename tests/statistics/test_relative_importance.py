"""Relative importance: brute force over all orders, closed forms, collinear drivers."""

from itertools import permutations
from time import perf_counter

import numpy as np
import pytest

from analysis.statistics import relative_importance as ri


def correlation(drivers: int, seed: int, n: int = 200) -> np.ndarray:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, drivers + 1)) @ rng.normal(size=(drivers + 1, drivers + 1))
    return np.corrcoef(x, rowvar=False)


def r2(matrix: np.ndarray, drivers: list[int]) -> float:
    if not drivers:
        return 0.0
    r = matrix[drivers, -1]
    return float(r @ np.linalg.solve(matrix[np.ix_(drivers, drivers)], r))


@pytest.mark.parametrize("drivers", [1, 2, 5])
def test_lmg_is_the_average_over_all_orders(drivers):
    matrix = correlation(drivers, drivers)
    gains = np.zeros(drivers)
    orders = list(permutations(range(drivers)))
    for order in orders:
        for k, driver in enumerate(order):
            gains[driver] += r2(matrix, list(order[: k + 1])) - r2(matrix, list(order[:k]))
    np.testing.assert_allclose(ri.lmg(matrix), gains / len(orders), atol=1e-12)


def test_both_share_out_all_of_r2():
    matrix = np.stack([correlation(6, seed) for seed in range(3)])
    expected = [r2(m, list(range(6))) for m in matrix]
    np.testing.assert_allclose(ri.lmg(matrix).sum(axis=1), expected)
    np.testing.assert_allclose(ri.relative_weights(matrix).sum(axis=1), expected)
    np.testing.assert_allclose(ri.lmg(matrix)[1], ri.lmg(matrix[1]))
    assert (ri.relative_weights(matrix) >= 0).all() and (ri.lmg(matrix) >= 0).all()


def test_uncorrelated_drivers_have_their_squared_correlation():
    matrix = np.eye(4)
    matrix[:3, 3] = matrix[3, :3] = [0.5, 0.3, 0.1]
    for share in (ri.lmg, ri.relative_weights):
        np.testing.assert_allclose(share(matrix), [0.25, 0.09, 0.01], atol=1e-12)


def test_two_drivers_agree_in_both():
    """With two drivers Johnson's weights and the averages over orders are the same (Thomas et al. 2014)."""
    matrix = correlation(2, 8)
    np.testing.assert_allclose(ri.lmg(matrix), ri.relative_weights(matrix), atol=1e-12)


def test_johnson_s_steps():
    matrix = correlation(4, 3)
    among, target = matrix[:4, :4], matrix[:4, 4]
    left, values, _right = np.linalg.svd(among)
    root = left @ np.diag(np.sqrt(values)) @ left.T
    beta = np.linalg.solve(root, target)
    np.testing.assert_allclose(ri.relative_weights(matrix), root**2 @ beta**2, atol=1e-10)


def test_fifteen_drivers_are_exact_and_quick():
    matrix = correlation(15, 1)
    started = perf_counter()
    found = ri.lmg(matrix)
    assert found.sum() == pytest.approx(r2(matrix, list(range(15))))
    assert perf_counter() - started < 2
    with pytest.raises(ValueError, match="16 drivers have too many subsets; expected at most 15"):
        ri.lmg(correlation(16, 1))


def test_collinear_drivers_have_no_importance_of_their_own():
    matrix = np.ones((3, 3))
    matrix[:2, 2] = matrix[2, :2] = 0.5
    assert np.isnan(ri.lmg(matrix)).all() and np.isnan(ri.relative_weights(matrix)).all()
    assert np.isinf(ri.variance_inflation(matrix[:2, :2])).all()
    good = correlation(4, 2)[:4, :4]
    np.testing.assert_allclose(ri.variance_inflation(good), np.diag(np.linalg.inv(good)))
