"""Logistic regression: statsmodels' coefficients and clustered errors, and what cannot be told."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.special import expit

from analysis.statistics.logistic import fit


def rows(n: int = 800) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    x = pd.DataFrame({"age": rng.normal(5, 2, n), "men": rng.integers(0, 2, n) * 1.0, "constant": 3.0})
    unit = rng.integers(0, n // 3, n)
    y = rng.random(n) < expit(-1 + 0.3 * (x["age"] - 5) + 0.4 * rng.normal(size=n // 3)[unit])
    return x, y.to_numpy(float), unit


def test_coefficients_and_clustered_errors_are_those_of_statsmodels():
    x, y, unit = rows()
    found = fit(x, y, unit)
    groups = pd.factorize(unit)[0]
    peer = sm.Logit(y, sm.add_constant(x[["age", "men"]]), missing="raise").fit(
        disp=0, tol=1e-12, cov_type="cluster", cov_kwds={"groups": groups, "use_correction": False}
    )
    clusters = len(np.unique(groups))
    assert found.converged and list(found.coefficients.index) == ["level", "age", "men"]
    np.testing.assert_allclose(found.coefficients, peer.params, rtol=1e-6)
    np.testing.assert_allclose(found.errors, peer.bse * np.sqrt(clusters / (clusters - 1)), rtol=1e-6)
    np.testing.assert_allclose(found.probability(x), peer.predict(), rtol=1e-6)
    odds = found.odds().set_index("covariate")
    assert odds.loc["age", "ratio"] == pytest.approx(np.exp(peer.params["age"]), rel=1e-6)
    assert odds.loc["age", "low"] < odds.loc["age", "ratio"] < odds.loc["age", "high"]


def test_a_covariate_that_tells_the_outcome_by_itself_has_no_ratio():
    x, y, unit = rows()
    odds = fit(x.assign(told=y), y, unit).odds()
    assert odds.set_index("covariate").loc["told"].isna().all()


def test_what_cannot_be_fitted_is_named():
    x, y, unit = rows()
    with pytest.raises(ValueError, match="800 events in 800 rows"):
        fit(x, np.ones(800), unit)
    with pytest.raises(ValueError, match="covariate age is missing"):
        fit(x.assign(age=np.nan), y, unit)
