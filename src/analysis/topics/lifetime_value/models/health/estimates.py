"""Checks that every fit has: size, convergence, precision."""

import numpy as np
import pandas as pd

from analysis.language import _, number
from analysis.topics.lifetime_value.models.fitting import Fit

WIDEST = 1.0  # standard error of a log-parameter: the 95 % interval is a factor of 7 to each side

Check = tuple[str, bool, str]


def size(buyers: int, fewest: int) -> Check:
    """Enough customers who purchased."""
    message = _("{n} customers have purchases to learn from; at least {fewest} are needed.")
    return "size", buyers >= fewest, message.format(n=number(buyers), fewest=number(fewest))


def convergence(fit: Fit) -> Check:
    """An inner maximum."""
    return "convergence", fit.converged, fit.message


def precision(fit: Fit) -> Check:
    """Standard errors that exist and are not huge."""
    variances = np.diag(fit.covariance)
    if not (variances >= 0).all():
        return "precision", False, _("The parameters have no standard errors.")
    errors = pd.Series(np.sqrt(variances), index=fit.covariance.index)
    if errors.max() > WIDEST:
        message = _(
            "The data hardly tell parameter {name}: a factor of {factor} either way is possible (95%)."
        )
        factor = number(np.exp(1.96 * min(errors.max(), 5.0)))
        return "precision", False, message.format(name=errors.idxmax(), factor=factor)
    message = _("The least certain parameter, {name}, is known to a factor of {factor} (95%).")
    return (
        "precision",
        True,
        message.format(name=errors.idxmax(), factor=number(np.exp(1.96 * errors.max()), 1)),
    )
