"""What each customer is worth from here on, and how sure we are.

`evaluate`, `fit` and `predict` take a table of your own; docs/lifetime_value.md has an example that runs. For a bank,
`purchases.from_view` gives the log of purchases, `choice` and `valuation` their value, `relationship` that of balances
and fees.
"""

from analysis.topics.lifetime_value import (
    candidates,
    changes,
    choice,
    decision,
    findings,
    health,
    histories,
    intervals,
    purchases,
    reconcile,
    relationship,
    sensitivity,
    valuation,
    views,
)
from analysis.topics.lifetime_value.own_table import Forecaster, evaluate, fit, predict

__all__ = [
    "Forecaster",
    "candidates",
    "changes",
    "choice",
    "decision",
    "evaluate",
    "findings",
    "fit",
    "health",
    "histories",
    "intervals",
    "predict",
    "purchases",
    "reconcile",
    "relationship",
    "sensitivity",
    "valuation",
    "views",
]
