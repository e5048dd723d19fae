"""Fit a model to customers, and sample its parameters."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.language import _
from analysis.topics.lifetime_value.models.beta_geometric import BgNbd, MbgNbd
from analysis.topics.lifetime_value.models.exact import Exact
from analysis.topics.lifetime_value.models.gamma_gamma import GammaGamma
from analysis.topics.lifetime_value.models.inputs import MONTHS, PURCHASES, collapse, history, values
from analysis.topics.lifetime_value.models.monthly import BgBb
from analysis.topics.lifetime_value.models.pareto import ParetoNbd
from analysis.topics.lifetime_value.models.per_month import fit_per_month

FITTERS = {"bg_nbd": BgNbd, "mbg_nbd": MbgNbd, "pareto_nbd": ParetoNbd, "bg_bb": BgBb}
MODELS = tuple(FITTERS)


@dataclass(frozen=True)
class Fit:
    """A fitted model.

    Attributes
    ----------
    model : str
        One of `MODELS`, or ``"gamma_gamma"``.
    params : Series
        Maximum-likelihood estimates by name; time in weeks (bg_bb: months), value in the currency.
    covariance : DataFrame
        Of the logarithms of the parameters, from the observed information; NaN if there is no inner maximum.
    log_likelihood : float
        Summed over customers, in the units of the columns (bg_bb: of the active months alone).
    customers : int
        Customers in the likelihood.
    converged : bool
        An inner maximum was reached. If not, the figures of the model must not be shown.
    message : str
        What happened, for the reader.
    """

    model: str
    params: pd.Series
    covariance: pd.DataFrame
    log_likelihood: float
    customers: int
    converged: bool
    message: str


def fit(summary: pd.DataFrame, model: str) -> Fit:
    """Fit `model` to customers by maximum likelihood without a penalty; identical rows are collapsed first.

    Parameters
    ----------
    summary : DataFrame
        One row per customer: frequency (purchases after the start), recency (weeks from the start to the last of
        them, 0 if none), T (weeks from the start to the day). For bg_bb: frequency (active months), recency
        (number of the last active month, 0 if none), periods (months observed), purchases_per_active_month.
    model : str
        One of `MODELS`.

    Raises
    ------
    ValueError
        If `model` is unknown or a column cannot be used. A fit that fails is no error: see `Fit.converged`.
    """
    if model not in FITTERS:
        raise ValueError(f"model is {model!r}; expected one of {', '.join(MODELS)}")
    rows = history(summary, MONTHS if model == "bg_bb" else PURCHASES)
    (x, last, total), place = collapse(*rows)
    weights = np.bincount(place)
    fitter = FITTERS[model]()
    if not rows[0].any() or not rows[2].any():
        return _nothing(fitter, model, rows)
    fitter.fit(x, last, total, weights=weights)
    # lifetimes fits with the longest T as the unit of time: each purchase's density is put back into weeks.
    units = 0.0 if model == "bg_bb" else weights @ x * np.log(total.max())
    found = _fit(fitter, model, len(summary), units)
    return fit_per_month(found, summary) if model == "bg_bb" else found


def fit_value(summary: pd.DataFrame) -> Fit:
    """Fit Gamma-Gamma to the mean value per purchase of the customers who purchased.

    Parameters
    ----------
    summary : DataFrame
        One row per customer: frequency, monetary_value (mean value per purchase in the currency; NaN at frequency
        0). Customers without a purchase, or with a mean of 0 or less, are left out: Gamma-Gamma has no place for
        them, and `checks` counts them.

    Raises
    ------
    ValueError
        If a column cannot be used.
    """
    x, mean = values(summary)
    used = (x > 0) & (mean > 0)
    fitter = GammaGamma()
    if used.sum() < 2:
        return _nothing(fitter, "gamma_gamma", (x[used],))
    unit = mean[used].mean()
    (x, mean), place = collapse(x[used], mean[used] / unit)
    fitter.fit(x, mean, weights=np.bincount(place))
    found = _fit(fitter, "gamma_gamma", int(used.sum()), int(used.sum()) * np.log(unit))
    params = found.params * [1.0, 1.0, unit]
    if found.converged and params["q"] <= 1:
        message = _("q is 1 or less: the mean value of a purchase is not finite.")
        return replace(found, params=params, converged=False, message=message)
    return replace(found, params=params)


def parameter_draws(fit: Fit, draws: int, rng: np.random.Generator) -> pd.DataFrame:
    """Sampled parameters, one row a draw: log-normal around the estimates with the fit's covariance.

    Raises
    ------
    ValueError
        If the fit has no covariance.
    """
    covariance = fit.covariance.to_numpy()
    if not np.isfinite(covariance).all():
        raise ValueError(
            f"the fit of {fit.model} has no covariance ({fit.message}); its parameters cannot be sampled. "
            "Use another model, or the naive forecast."
        )
    logs = rng.multivariate_normal(np.log(fit.params.to_numpy(float)), covariance, size=draws, method="eigh")
    return pd.DataFrame(np.exp(logs), columns=fit.params.index)


def _fit(fitter: Exact, model: str, customers: int, units: float) -> Fit:
    best = fitter.maximum
    params = pd.Series(fitter.params_.to_numpy(float), index=list(fitter.names))
    return Fit(
        model=model,
        params=params,
        covariance=fitter.log_covariance(customers),
        log_likelihood=float(best.value * customers - units),
        customers=customers,
        converged=best.converged,
        message=_ended(fitter),
    )


def _ended(fitter: Exact) -> str:
    best = fitter.maximum
    if best.converged:
        return _("The likelihood has its maximum here.")
    if not best.at_edge.any():
        return _("The search for the maximum of the likelihood did not come to rest.")
    ran = [
        (_("{name} to infinity") if side > 0 else _("{name} to 0")).format(name=name)
        for name, side in zip(fitter.names, best.at_edge, strict=True)
        if side
    ]
    return _("The likelihood has no maximum inside: it rises as parameters run off ({ran}).").format(
        ran=", ".join(ran)
    )


def _nothing(fitter: Exact, model: str, rows) -> Fit:
    """Data in which the model has nothing to estimate."""
    names = list(fitter.names)
    return Fit(
        model=model,
        params=pd.Series(np.nan, index=names),
        covariance=pd.DataFrame(np.nan, index=names, columns=names),
        log_likelihood=np.nan,
        customers=len(rows[0]),
        converged=False,
        message=_("There is nothing to learn from: no purchase, or customers observed for no time."),
    )
