"""Probability models of what customers will buy, on lifetimes' fitters, which are imported here alone.

docs/lifetime_value_models.md has the formulas, the health checks and what was measured.
"""

from analysis.topics.lifetime_value.models.draws import purchase_draws, value_draws
from analysis.topics.lifetime_value.models.fitting import MODELS, Fit, fit, fit_value, parameter_draws
from analysis.topics.lifetime_value.models.health import checks
from analysis.topics.lifetime_value.models.prediction import (
    alive,
    expected,
    expected_from_start,
    expected_value,
)

__all__ = [
    "MODELS",
    "Fit",
    "alive",
    "checks",
    "expected",
    "expected_from_start",
    "expected_value",
    "fit",
    "fit_value",
    "parameter_draws",
    "purchase_draws",
    "value_draws",
]
