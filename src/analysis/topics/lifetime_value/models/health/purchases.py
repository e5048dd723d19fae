"""Checks on the fit of a model of purchases."""

import pandas as pd
from scipy.stats import nbinom

from analysis.language import _, ngettext, number, percent
from analysis.topics.lifetime_value.models.fitting import Fit
from analysis.topics.lifetime_value.models.health.estimates import Check, convergence, precision, size
from analysis.topics.lifetime_value.models.health.frequencies import frequency_gap
from analysis.topics.lifetime_value.models.inputs import MONTHS, PURCHASES, further_purchases, history
from analysis.topics.lifetime_value.models.prediction import chance_alive

FEWEST = 200  # customers with a purchase after the start
ALIKE, APART = 100.0, 0.01  # shape of a distribution over customers
SURE = 0.99  # chance to be alive, and share of customers, from which nobody is told apart
FAR = 0.01  # chance that the most frequent of all customers buys so often
GAP = 0.05  # share of customers in another class of frequency than the model says
GAP_P = 0.001
# Of a beta distribution the smaller parameter is the shape: the larger one only says how rare the event is.
SHAPES = {
    "bg_nbd": [("r",), ("a", "b")],
    "mbg_nbd": [("r",), ("a", "b")],
    "pareto_nbd": [("r",), ("s",)],
    "bg_bb": [("alpha", "beta"), ("gamma", "delta")],
}


def purchase_checks(fit: Fit, summary: pd.DataFrame) -> list[Check]:
    """Checks on the fit of a model of purchases; names and order as `checks` says."""
    rows = history(summary, MONTHS if fit.model == "bg_bb" else PURCHASES)
    found = [size(int((rows[0] > 0).sum()), FEWEST), convergence(fit)]
    if fit.params.isna().any():
        return found
    return [
        *found,
        precision(fit),
        _heterogeneity(fit),
        _alive(fit, rows),
        _frequencies(fit, rows),
        _highest_frequency(fit, rows, summary),
    ]


def _heterogeneity(fit: Fit) -> Check:
    """Shapes of the distributions over customers: of the rate, and of dropout."""
    shapes = {", ".join(names): fit.params[list(names)].min() for names in SHAPES[fit.model]}
    alike = [name for name, shape in shapes.items() if shape > ALIKE]
    apart = [name for name, shape in shapes.items() if shape < APART]
    if alike:
        message = _("The model makes all customers alike ({names} above {limit}): it has degenerated.")
        return "heterogeneity", False, message.format(names=_("; ").join(alike), limit=number(ALIKE))
    if apart:
        message = _("The model knows only extremes ({names} below {limit}): it has degenerated.")
        return "heterogeneity", False, message.format(names=_("; ").join(apart), limit=number(APART, 2))
    return "heterogeneity", True, _("Customers differ in the model as distributions of usual shape allow.")


def _alive(fit: Fit, rows) -> Check:
    """Some are told apart. BG/NBD calls everybody without a purchase alive: they are left out."""
    bought = rows[0] > 0
    if not bought.any():
        return "alive", False, _("Nobody has a purchase.")
    chance = chance_alive(fit.model, fit.params, tuple(column[bought] for column in rows))
    surely, hardly = (chance > SURE).mean(), (chance < 1 - SURE).mean()
    if surely > SURE:
        return (
            "alive",
            False,
            _("The model takes practically every customer for active: it sees nobody leave."),
        )
    if hardly > SURE:
        return "alive", False, _("The model takes practically every customer for lost.")
    message = _("The chance to be active is {mean} on average; {sure} of the customers are above {limit}.")
    return (
        "alive",
        True,
        message.format(mean=percent(chance.mean()), sure=percent(surely), limit=percent(SURE, 0)),
    )


def _frequencies(fit: Fit, rows) -> Check:
    """The model's distribution of frequency is that of the data."""
    gap, p = frequency_gap(fit, rows[0], rows[2])
    message = _(
        "{gap} of the customers are in another class of frequency than the model says (limit {limit})."
    )
    ok = gap <= GAP or p >= GAP_P
    return "frequencies", bool(ok), message.format(gap=percent(gap), limit=percent(GAP, 0))


def _highest_frequency(fit: Fit, rows, summary: pd.DataFrame) -> Check:
    """No customer purchases more often than the model can make plausible.

    While a customer lives his purchases are negative binomial, and leaving only makes them fewer; times the number
    of customers (Bonferroni) this bounds the chance of the most frequent.
    """
    if fit.model == "bg_bb":
        (span, counts), shape, rate = further_purchases(summary), "extra_shape", "extra_rate"
    else:
        span, counts, shape, rate = rows[2], rows[0], "r", "alpha"
    r, alpha = fit.params[shape], fit.params[rate]
    chance = nbinom.sf(counts - 1, r, alpha / (alpha + span)) * len(counts)
    far = (chance < FAR) & (counts > 0)
    if not far.any():
        message = _("The highest frequency, {highest}, is within reach of the model.")
        return "highest_frequency", True, message.format(highest=number(rows[0].max()))
    message = ngettext(
        "{n} customer purchases far more often than the model can make plausible ({highest}): perhaps a business "
        "or a machine. Look at it apart.",
        "{n} customers purchase far more often than the model can make plausible (up to {highest}): perhaps "
        "businesses or machines. Look at them apart.",
        int(far.sum()),
    )
    return "highest_frequency", False, message.format(n=number(far.sum()), highest=number(counts[far].max()))
