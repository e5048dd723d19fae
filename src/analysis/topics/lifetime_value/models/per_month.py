"""Purchases in an active month, for BG/BB, which only knows active and inactive months.

An active month has 1 + Poisson(θ) purchases with θ ~ Gamma(shape, rate) over customers: the further purchases of a
customer over his active months are negative binomial, and his mean is shrunk towards that of all (Gamma-Poisson
shrinkage; Robbins, 1956, made parametric).
"""

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.special import digamma, gammaln, polygamma

from analysis.topics.lifetime_value.models.inputs import further_purchases
from analysis.topics.lifetime_value.models.maximum import maximise
from analysis.topics.lifetime_value.models.mixture import add_up, in_logs

NAMES = ("extra_shape", "extra_rate")
EQUAL = 1e5  # shape at which all customers count as alike


def fit_per_month(found, summary: pd.DataFrame):
    """The fit of BG/BB with the two parameters of further purchases, and their block of the covariance."""
    months, further = further_purchases(summary)
    bought = months > 0
    params, covariance = _estimate(months[bought], further[bought])
    names = [*found.params.index, *NAMES]
    joined = pd.DataFrame(0.0, index=names, columns=names)
    joined.loc[found.params.index, found.params.index] = found.covariance
    joined.loc[list(NAMES), list(NAMES)] = covariance
    params = pd.concat([found.params, pd.Series(params, index=NAMES)])
    return replace(found, params=params, covariance=joined)


def _estimate(months: np.ndarray, further: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Shape and rate with the covariance of their logarithms; without heterogeneity all get the common mean."""
    common = max(further.sum(), 0.5) / months.sum()
    best = maximise(_mean(months, further), np.log([1.0, 1.0 / common]))
    if best.converged:
        return np.exp(best.log_params), np.linalg.inv(-best.hessian) / len(months)
    # The likelihood rises to the Poisson: one mean for all, whose relative variance is 1 / count.
    return np.array([EQUAL, EQUAL / common]), np.diag([0.0, 1.0 / max(further.sum(), 0.5)])


def _mean(months: np.ndarray, further: np.ndarray):
    def mean(log_params: np.ndarray):
        shape, rate = np.exp(log_params)
        seen = rate + months
        value = (
            gammaln(shape + further)
            - gammaln(shape)
            + shape * np.log(rate)
            - (shape + further) * np.log(seen)
        )
        first = np.stack(
            [
                digamma(shape + further) - digamma(shape) + np.log(rate) - np.log(seen),
                shape / rate - (shape + further) / seen,
            ]
        )
        second = {
            (0, 0): polygamma(1, shape + further) - polygamma(1, shape),
            (0, 1): 1 / rate - 1 / seen,
            (1, 1): -shape / rate**2 + (shape + further) / seen**2,
        }
        ones = np.full(len(months), 1 / len(months))
        total, gradient, hessian = add_up(value[None], first[:, None], second, ones)
        return total, *in_logs(np.exp(log_params), gradient, hessian)

    return mean


def purchases_a_month(params: pd.Series, months: np.ndarray, further: np.ndarray) -> np.ndarray:
    """Expected purchases in an active month: 1 + (shape + further purchases) / (rate + active months)."""
    return 1 + (params["extra_shape"] + further) / (params["extra_rate"] + months)


def sample_further(params: pd.Series, months, further, active: np.ndarray, rng) -> np.ndarray:
    """Sampled further purchases over `active` months to come."""
    theta = rng.gamma(params["extra_shape"] + further) / (params["extra_rate"] + months)
    return rng.poisson(theta * active)
