"""What the relationship is worth: margin on balances and fees, times the chance to stay, discounted.

The door of this package; docs/lifetime_value_relationship.md tells the method.
"""

from analysis.topics.lifetime_value.relationship.assumptions import Assumptions
from analysis.topics.lifetime_value.relationship.at_risk import exposure
from analysis.topics.lifetime_value.relationship.evaluation import (
    Evaluation,
    accuracy,
    coverage,
    deciles,
    evaluate,
)  # fmt: skip
from analysis.topics.lifetime_value.relationship.health import checks
from analysis.topics.lifetime_value.relationship.leaving import Survival, stays, survival
from analysis.topics.lifetime_value.relationship.margin import earns, margins, missing
from analysis.topics.lifetime_value.relationship.paths import Changes, changes, paths_of
from analysis.topics.lifetime_value.relationship.realised import months_of
from analysis.topics.lifetime_value.relationship.survival_checks import labels
from analysis.topics.lifetime_value.relationship.worth import expected, total_draws, value

__all__ = [
    "Assumptions",
    "Changes",
    "Evaluation",
    "Survival",
    "accuracy",
    "changes",
    "checks",
    "coverage",
    "deciles",
    "earns",
    "evaluate",
    "expected",
    "exposure",
    "labels",
    "margins",
    "missing",
    "months_of",
    "paths_of",
    "stays",
    "survival",
    "total_draws",
    "value",
]
