"""Churn: where customers are in the lifecycle, who is leaving, whom it is worth saving.

The door for a table of your own is `evaluate`.
"""

from analysis.topics.churn import (
    alarms,
    cohorts,
    definitions,
    evaluation,
    explain,
    fairness,
    findings,
    hazard,
    leaks,
    learners,
    panel,
    reasons,
    retention,
    returns,
    scoring,
    sensitivity,
    signals,
    stage_flow,
    stages,
    tables,
    warning,
    winback,
)
from analysis.topics.churn.own_table import OwnTable, evaluate

__all__ = [
    "OwnTable",
    "alarms",
    "cohorts",
    "definitions",
    "evaluate",
    "evaluation",
    "explain",
    "fairness",
    "findings",
    "hazard",
    "leaks",
    "learners",
    "panel",
    "reasons",
    "retention",
    "returns",
    "scoring",
    "sensitivity",
    "signals",
    "stage_flow",
    "stages",
    "tables",
    "warning",
    "winback",
]
