"""Churn: where customers are in the lifecycle, who is leaving, whom it is worth saving.

The door for a table of your own is `evaluate`.
"""

from analysis.topics.churn import (
    alarms,
    definitions,
    evaluation,
    explain,
    fairness,
    findings,
    leaks,
    learners,
    panel,
    reasons,
    returns,
    scoring,
    signals,
    tables,
    warning,
    winback,
)
from analysis.topics.churn.own_table import OwnTable, evaluate

__all__ = [
    "OwnTable",
    "alarms",
    "definitions",
    "evaluate",
    "evaluation",
    "explain",
    "fairness",
    "findings",
    "leaks",
    "learners",
    "panel",
    "reasons",
    "returns",
    "scoring",
    "signals",
    "tables",
    "warning",
    "winback",
]
