"""Least squares with clusters is that of statsmodels; repeated rows do not pretend to be new ones."""

import numpy as np
import statsmodels.api as sm

from analysis.statistics.least_squares import clustered


def data(n: int = 300):
    rng = np.random.default_rng(5)
    unit = rng.integers(0, n // 3, n)
    x = np.column_stack([np.ones(n), rng.normal(size=(n, 2))])
    y = x @ [1.0, 0.5, -0.2] + rng.normal(size=n // 3)[unit] + rng.normal(size=n)
    return x, y, rng.uniform(0.5, 2, n), unit


def test_coefficients_and_errors_are_those_of_statsmodels():
    x, y, weight, unit = data()
    beta, covariance = clustered(x, y, weight, unit)
    theirs = sm.WLS(y, x, weights=weight).fit(cov_type="cluster", cov_kwds={"groups": unit})
    np.testing.assert_allclose(beta, theirs.params, atol=1e-10)
    units, n = len(np.unique(unit)), len(y)
    factor = (units / (units - 3)) / (units / (units - 1) * (n - 1) / (n - 3))
    np.testing.assert_allclose(covariance, theirs.cov_params() * factor, rtol=1e-8)


def test_doubled_rows_of_the_same_unit_change_nothing():
    x, y, weight, unit = data()
    once, twice = (
        clustered(x, y, weight, unit),
        clustered(*(np.concatenate([v, v]) for v in (x, y, weight, unit))),
    )
    np.testing.assert_allclose(once[0], twice[0])
    np.testing.assert_allclose(once[1], twice[1])
