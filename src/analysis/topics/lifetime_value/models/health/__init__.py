"""Checks on whether a fit can be trusted; docs/lifetime_value_models.md says where the limits come from."""

import pandas as pd

from analysis.topics.lifetime_value.models.fitting import Fit
from analysis.topics.lifetime_value.models.health.estimates import Check
from analysis.topics.lifetime_value.models.health.purchases import purchase_checks
from analysis.topics.lifetime_value.models.health.value import value_checks


def checks(fit: Fit, summary: pd.DataFrame) -> list[Check]:
    """Checks on `fit` of the customers in `summary`: name, whether it is well, a sentence for the reader.

    All models: size, convergence, precision. Purchases: heterogeneity, alive, frequencies, highest_frequency.
    Value: positive_values, repeated_values, finite_mean, independence, value_shape. Without parameters those that
    need them are left out.
    """
    return value_checks(fit, summary) if fit.model == "gamma_gamma" else purchase_checks(fit, summary)
