"""Logistic regression for reading: odds ratios with errors that mind repeated units."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import expit
from scipy.stats import norm

from analysis.language import _, number

LEVEL = "level"
STEPS, CLOSE = 60, 1e-10
LARGEST_ERROR = 5.0  # of a log-odds ratio, at which it could be anything


@dataclass(frozen=True)
class Logistic:
    """A fitted model.

    Attributes
    ----------
    coefficients : Series
        "level", then one per covariate: log-odds.
    errors : Series
        Standard errors, clustered by unit.
    converged : bool
        Whether the likelihood has its maximum; it has none where a covariate tells the outcome by itself.
    """

    coefficients: pd.Series
    errors: pd.Series
    converged: bool

    def probability(self, covariates: pd.DataFrame) -> np.ndarray:
        """Probability of each row; columns as in the fit."""
        slopes = self.coefficients.drop(LEVEL)
        return expit(self.coefficients[LEVEL] + covariates[slopes.index].to_numpy(float) @ slopes.to_numpy())

    def odds(self, level: float = 0.95) -> pd.DataFrame:
        """One row per covariate: covariate, ratio, low, high, p_value; blank where the data do not tell."""
        b, error = self.coefficients.drop(LEVEL), self.errors.drop(LEVEL)
        half = norm.ppf((1 + level) / 2) * error
        table = pd.DataFrame({"ratio": np.exp(b), "low": np.exp(b - half), "high": np.exp(b + half)})
        table["p_value"] = 2 * norm.sf(np.abs(b / error))
        told = error.lt(LARGEST_ERROR) & self.converged
        return table[told].reindex(table.index).rename_axis("covariate").reset_index()


def fit(covariates: pd.DataFrame, event, unit) -> Logistic:
    """Fit by maximum likelihood.

    Parameters
    ----------
    covariates : DataFrame
        Numbers, none missing; a column that does not vary has no coefficient.
    event : array-like of 0 and 1
    unit : array-like
        Of each row; errors are the sandwich with units as clusters (Liang & Zeger 1986, Biometrika 73).

    Raises
    ------
    ValueError
        If a covariate is missing somewhere, or nothing or everything is an event.
    """
    y = np.asarray(event, dtype=float)
    if not 0 < y.sum() < len(y):
        raise ValueError(
            _("{events} events in {n} rows; expected some rows with and some without").format(
                events=number(y.sum()), n=number(len(y))
            )
        )
    if missing := [name for name in covariates if covariates[name].isna().any()]:
        raise ValueError(f"covariate {missing[0]} is missing in some rows; fill it or leave the rows out")
    varying = [name for name in covariates if covariates[name].nunique() > 1]
    x = np.column_stack([np.ones(len(y)), covariates[varying].astype(float)])
    beta, converged = np.zeros(x.shape[1]), False
    for _step in range(STEPS):
        p = expit(x @ beta)
        information = (x * (p * (1 - p))[:, None]).T @ x
        step = np.linalg.lstsq(information, x.T @ (y - p), rcond=1e-12)[0]
        beta = beta + step / max(np.abs(x @ step).max() / 4, 1.0)
        if converged := bool(np.abs(step).max() < CLOSE):
            break
    bread = np.linalg.pinv(information, hermitian=True)
    scores = pd.DataFrame(x * (y - p)[:, None]).groupby(np.asarray(unit)).sum().to_numpy()
    clusters = len(scores)
    covariance = bread @ (scores.T @ scores) @ bread * clusters / max(clusters - 1, 1)
    names = pd.Index([LEVEL, *varying])
    return Logistic(
        pd.Series(beta, names), pd.Series(np.sqrt(np.maximum(np.diag(covariance), 0.0)), names), converged
    )
