"""Checks on whether a fit can be trusted."""

import pandas as pd

from analysis.topics.lifetime_value.models.fitting import Fit


def checks(fit: Fit, summary: pd.DataFrame) -> list[tuple[str, bool, str]]:
    """Checks on `fit`: name, whether it is well, a sentence for the reader."""
    return [("convergence", fit.converged, fit.message)]
