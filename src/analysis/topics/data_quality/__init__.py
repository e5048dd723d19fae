"""Can the tables be trusted, how complete is the picture of each customer, what changed since last time?"""

from analysis.topics.data_quality.completeness import completeness, monthly_blanks, moved, moved_words, worst
from analysis.topics.data_quality.consistency import consistency
from analysis.topics.data_quality.crm import by_tier, readiness, state_of
from analysis.topics.data_quality.findings import (
    decision,
    duplicate_figures,
    figures,
    headline,
    repairs,
    trust,
)
from analysis.topics.data_quality.freshness import (
    delays,
    freshness,
    rows_by_day,
    rows_by_month,
    silent_days,
    silent_words,
    states,
    stopped_words,
)
from analysis.topics.data_quality.health import checks, contract
from analysis.topics.data_quality.movement import MUST_MOVE, feature_drift, meanings, then_and_now
from analysis.topics.data_quality.needs import (
    NEEDS,
    runnable,
    runnable_words,
)
from analysis.topics.data_quality.picture import (
    areas,
    by_area,
    by_group,
    customers,
    distribution,
    group_words,
    people,
    scores,
    tenure_band,
)
from analysis.topics.data_quality.since import (
    change_words,
    compared,
    measures,
    months_before,
    verdicts,
)
from analysis.topics.data_quality.tallies import readable
from analysis.topics.data_quality.validity import condensed, findings_of

__all__ = [
    "MUST_MOVE",
    "NEEDS",
    "areas",
    "by_area",
    "by_group",
    "by_tier",
    "change_words",
    "checks",
    "compared",
    "completeness",
    "condensed",
    "consistency",
    "contract",
    "customers",
    "decision",
    "delays",
    "distribution",
    "duplicate_figures",
    "feature_drift",
    "figures",
    "findings_of",
    "freshness",
    "group_words",
    "headline",
    "meanings",
    "measures",
    "monthly_blanks",
    "months_before",
    "moved",
    "moved_words",
    "people",
    "readable",
    "readiness",
    "repairs",
    "rows_by_day",
    "rows_by_month",
    "runnable",
    "runnable_words",
    "scores",
    "silent_days",
    "silent_words",
    "state_of",
    "states",
    "stopped_words",
    "tenure_band",
    "then_and_now",
    "trust",
    "verdicts",
    "worst",
]
