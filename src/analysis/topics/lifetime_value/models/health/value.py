"""Checks on a fit of Gamma-Gamma."""

import numpy as np
import pandas as pd
from scipy.special import betainc
from scipy.stats import kstest, spearmanr

from analysis.language import _, ngettext, number, percent
from analysis.topics.lifetime_value.models.fitting import Fit
from analysis.topics.lifetime_value.models.health.estimates import Check, convergence, precision, size
from analysis.topics.lifetime_value.models.inputs import values

FEWEST = 200  # customers with purchases of a value above 0
FEWEST_REPEATED = (
    50  # of them with two or more: without, a customer's own spread cannot be told from that of all
)
RELATED, RELATED_P = 0.1, 0.01  # rank correlation: Cohen's (1988) smallest effect
BENT, BENT_P = 0.05, 0.001  # Kolmogorov-Smirnov distance


def value_checks(fit: Fit, summary: pd.DataFrame) -> list[Check]:
    """Checks on the fit of `fit_value`; names and order as `checks` says."""
    x, mean = values(summary)
    used = (x > 0) & (mean > 0)
    found = [size(int(used.sum()), FEWEST), convergence(fit), _positive(x, mean), _repeated(x, used)]
    if fit.params.isna().any():
        return found
    place = value_place(fit, x[used], mean[used])
    return [*found, precision(fit), _finite(fit), _independent(x[used], place), _shape(place)]


def value_place(fit: Fit, x: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """Place of each customer's mean value in the model's distribution at his frequency: uniform if it is right.

    x m / (v + x m) is Beta(p x, q). The mean of many purchases is less skewed than that of few, so that mean values
    themselves depend on frequency a little even where purchases do not; their places do not.
    """
    p, q, v = fit.params[["p", "q", "v"]]
    return betainc(p * x, q, x * mean / (v + x * mean))


def _positive(x: np.ndarray, mean: np.ndarray) -> Check:
    wrong = int(((x > 0) & ~(mean > 0)).sum())
    if not wrong:
        return "positive_values", True, _("Every customer's mean value is above 0.")
    message = ngettext(
        "{n} customer ({share} of those with purchases) has a mean value of 0 or less: left out of the fit.",
        "{n} customers ({share} of those with purchases) have a mean value of 0 or less: left out of the fit.",
        wrong,
    )
    return "positive_values", False, message.format(n=number(wrong), share=percent(wrong / (x > 0).sum()))


def _repeated(x: np.ndarray, used: np.ndarray) -> Check:
    repeated = int((x[used] > 1).sum())
    message = _(
        "{n} customers have two or more valued purchases (at least {fewest} are needed); {none} of all have none and "
        "get the mean of all."
    )
    message = message.format(
        n=number(repeated), fewest=number(FEWEST_REPEATED), none=percent((x == 0).mean())
    )
    return "repeated_values", repeated >= FEWEST_REPEATED, message


def _finite(fit: Fit) -> Check:
    message = _("q is {q}; above 1 the mean value of a purchase is finite.").format(
        q=number(fit.params["q"], 2)
    )
    return "finite_mean", bool(fit.params["q"] > 1), message


def _independent(x: np.ndarray, place: np.ndarray) -> Check:
    """Value has nothing to do with frequency: rank correlation, significant and of a size that matters."""
    if len(np.unique(x)) < 2 or len(np.unique(place)) < 2:
        return (
            "independence",
            True,
            _("Value cannot be compared with frequency: one of them is the same for all."),
        )
    related, p = spearmanr(x, place)
    message = _("The rank correlation of value and frequency is {related} (limit {limit}).")
    message = message.format(related=number(related, 2), limit=number(RELATED, 2))
    return "independence", bool(abs(related) <= RELATED or p >= RELATED_P), message


def _shape(place: np.ndarray) -> Check:
    """Values are spread as Gamma-Gamma says."""
    distance, p = kstest(place, "uniform")
    message = _("The spread of values is off by {gap} of the customers at most (limit {limit}).")
    message = message.format(gap=percent(distance), limit=percent(BENT, 0))
    return "value_shape", bool(distance <= BENT or p >= BENT_P), message
