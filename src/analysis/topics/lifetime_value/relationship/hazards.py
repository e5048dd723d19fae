"""Three models of the chance to leave within a month, fitted to counts.

constant  h = p, the same for everybody: the naive one.
sbg       h = μ_k φ / (φ + t − 1): everybody has an own constant chance, beta distributed within tier k with mean
          μ_k = a / (a + b) and φ = a + b (shifted beta-geometric, Fader & Hardie 2007, J. Interactive Marketing
          21(1), equation 6: retention (b + t − 1) / (a + b + t − 1)). The tiers share φ.
logit     log(h / (1 − h)) = α_k + β log t (discrete-time hazard, Singer & Willett 1993).

t is the tenure in months, from 1. The likelihood is the product over months at risk of h if the customer left
and 1 − h if not. It counts nobody before the first month in which they were seen, which is what left
truncation asks for: with h the hazard of those still there, the factor of earlier months cancels.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import expit, logit, xlog1py, xlogy

MODELS = ("constant", "sbg", "logit")
# Log-odds between tiers, before the data speak: a normal distribution around what all share. A tier without
# departures has an estimate then, and it is not 0.
PRIOR_SPREAD = 2.0
FLATTEST = 12.0  # log φ at which the sbg has no heterogeneity left
LARGEST_ERROR = 5.0  # standard error on the scale of logarithms, at which a parameter could be anything
_LOWEST = -3.0


@dataclass(frozen=True)
class Hazard:
    """A fitted model.

    Attributes
    ----------
    model : {"constant", "sbg", "logit"}
    tiers : tuple of str
    params : Series
        level (log-odds that all share), one deviation per tier (none of a single tier, or of "constant"), and
        "shape": log φ of sbg, β of logit.
    covariance : DataFrame
        Of params: inverse curvature of the penalised log-likelihood. A parameter at its bound has 0.
    log_likelihood : float
        Without the penalty.
    converged : bool
    """

    model: str
    tiers: tuple[str, ...]
    params: pd.Series
    covariance: pd.DataFrame
    log_likelihood: float
    converged: bool


def chances(hazard: Hazard, tier, tenure, params=None) -> np.ndarray:
    """Chance to leave within the month of tenure `tenure` of customers of tier `tier` who are still there.

    Parameters
    ----------
    hazard : Hazard
    tier : array-like of str
        One per customer.
    tenure : array-like of float
        Months, from 1: one per customer, or customers × months.
    params : array, optional
        Other parameters in the order of `hazard.params`, or draws × parameters.

    Returns
    -------
    ndarray
        Of the shape of `tenure`, with the draws before it if there are any.
    """
    codes, names = pd.factorize(np.asarray(tier, dtype=object))
    known = pd.Index(hazard.tiers).get_indexer(names)
    if (known < 0).any():
        raise ValueError(
            f"tier {names[known < 0][0]!r} is not among those that survival was estimated for "
            f"({', '.join(hazard.tiers)}); use the same tiers for both"
        )
    tenure = np.asarray(tenure, dtype=float)
    place = known[codes].reshape(-1, *[1] * (tenure.ndim - 1))
    values = hazard.params.to_numpy() if params is None else np.asarray(params)
    return _chances(values, hazard.model, len(hazard.tiers), place, tenure)


def _chances(params, model: str, tiers: int, place, t) -> np.ndarray:
    lead = (..., *[None] * t.ndim)  # draws come before customers
    level = params[..., 0][lead]
    if model == "constant":
        return expit(level) * np.ones_like(t)
    if tiers > 1:
        level = level + params[..., 1 : 1 + tiers][..., place]
    shape = params[..., -1][lead]
    if model == "logit":
        return expit(level + shape * np.log(t))
    phi = np.exp(shape)
    return expit(level) * phi / (phi + t - 1)


def fit(table: pd.DataFrame, model: str) -> Hazard:
    """Fit `model` to counts of months at risk.

    Parameters
    ----------
    table : DataFrame
        tier, tenure, at_risk, departures.
    model : {"constant", "sbg", "logit"}
    """
    counts = table.groupby(["tier", "tenure"], as_index=False)[["at_risk", "departures"]].sum()
    tiers = tuple(sorted(counts["tier"].unique()))
    place, t = pd.Index(tiers).get_indexer(counts["tier"]), counts["tenure"].to_numpy(float)
    n, d = counts["at_risk"].to_numpy(float), counts["departures"].to_numpy(float)
    names, start, bounds = _parameters(model, tiers, (d.sum() + 0.5) / (n.sum() + 1))

    def loss(params):
        h = np.clip(_chances(params, model, len(tiers), place, t), 1e-12, 1 - 1e-12)
        return -(xlogy(d, h) + xlog1py(n - d, -h)).sum() + _penalty(params, model, len(tiers))

    found = minimize(loss, start, method="L-BFGS-B", bounds=bounds, options={"maxiter": 500, "ftol": 1e-13})
    index = pd.Index(names)
    fixed = [_at_bound(value, bound) for value, bound in zip(found.x, bounds, strict=True)]
    covariance = pd.DataFrame(_covariance(loss, found.x, fixed), index, index)
    likelihood = -(found.fun - _penalty(found.x, model, len(tiers)))
    return Hazard(model, tiers, pd.Series(found.x, index), covariance, float(likelihood), bool(found.success))


def sound(hazard: Hazard) -> bool:
    """Whether the fit converged and the data pin down every parameter; one tenure alone tells no shape."""
    variances = np.diag(hazard.covariance)
    known = np.isfinite(variances) & (variances >= 0) & (variances < LARGEST_ERROR**2)
    return hazard.converged and bool(known.all())


def log_likelihoods(hazard: Hazard, table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Log-likelihood of one departure, and of one month stayed, for each row of counts."""
    h = np.clip(chances(hazard, table["tier"], table["tenure"]), 1e-12, 1 - 1e-12)
    return np.log(h), np.log1p(-h)


def parameter_draws(hazard: Hazard, draws: int, rng: np.random.Generator) -> np.ndarray:
    """Parameters from the normal distribution around the estimate, draws × parameters."""
    values, vectors = np.linalg.eigh(hazard.covariance.to_numpy())
    root = vectors * np.sqrt(np.clip(values, 0, None))
    found = hazard.params.to_numpy() + rng.normal(size=(draws, len(values))) @ root.T
    if hazard.model == "sbg":
        found[:, -1] = np.clip(found[:, -1], _LOWEST, FLATTEST)
    return found


def _parameters(model: str, tiers: tuple[str, ...], rate: float):
    names, start, bounds = ["level"], [logit(rate)], [(-20.0, 10.0)]
    if model != "constant" and len(tiers) > 1:
        names += [f"tier {tier}" for tier in tiers]
        start += [0.0] * len(tiers)
        bounds += [(-12.0, 12.0)] * len(tiers)
    if model == "sbg":
        return [*names, "shape"], [*start, 4.0], [*bounds, (_LOWEST, FLATTEST)]
    if model == "logit":
        return [*names, "shape"], [*start, 0.0], [*bounds, (-5.0, 5.0)]
    return names, start, bounds


def _penalty(params, model: str, tiers: int) -> float:
    if model == "constant" or tiers == 1:
        return 0.0
    return float((params[1 : 1 + tiers] ** 2).sum() / (2 * PRIOR_SPREAD**2))


def _at_bound(value: float, bound: tuple[float, float]) -> bool:
    return min(value - bound[0], bound[1] - value) < 0.05


def _covariance(loss, at: np.ndarray, fixed: list[bool]) -> np.ndarray:
    """Inverse of the Hessian by central differences over the parameters that are not at a bound."""
    free = np.flatnonzero(~np.array(fixed))
    step = 1e-3
    hessian = np.empty((len(free), len(free)))
    for i, a in enumerate(free):
        for j, b in enumerate(free[: i + 1]):
            corners = 0.0
            for s in (1, -1):
                for r in (1, -1):
                    moved = at.copy()
                    moved[a] += s * step
                    moved[b] += r * step
                    corners += s * r * loss(moved)
            hessian[i, j] = hessian[j, i] = corners / (4 * step**2)
    covariance = np.zeros((len(at), len(at)))
    covariance[np.ix_(free, free)] = np.linalg.pinv(hessian, hermitian=True)
    return covariance
