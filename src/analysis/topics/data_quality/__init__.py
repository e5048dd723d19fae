"""Can the tables be trusted, how complete is the picture of each customer, what changed since last time?"""

from analysis.topics.data_quality.completeness import (
    completeness,
    monthly_blanks,
    moved,
    moved_words,
    worst,
    worst_words,
)
from analysis.topics.data_quality.consistency import consistency, consistency_words
from analysis.topics.data_quality.crm import by_tier, readiness
from analysis.topics.data_quality.findings import decision, duplicate_figures, figures, headline, repairs
from analysis.topics.data_quality.freshness import (
    FEWEST,
    booked_before,
    freshness,
    rows_by_day,
    rows_by_month,
    silent_days,
    silent_words,
    states,
    stopped_words,
)
from analysis.topics.data_quality.health import checks, contract
from analysis.topics.data_quality.movement import LARGE, MUST_MOVE, feature_drift
from analysis.topics.data_quality.needs import runnable, runnable_words
from analysis.topics.data_quality.picture import by_area, complete, customers, people, scores
from analysis.topics.data_quality.since import change_words, compared, measures, months_before, verdicts
from analysis.topics.data_quality.tallies import readable
from analysis.topics.data_quality.validity import broken_rules, findings_of

__all__ = [
    "FEWEST", "LARGE", "MUST_MOVE", "booked_before", "broken_rules", "by_area", "by_tier", "change_words",
    "checks", "compared", "complete", "completeness", "consistency", "consistency_words", "contract", "customers",
    "decision", "duplicate_figures", "feature_drift", "figures", "findings_of", "freshness", "headline",
    "measures", "monthly_blanks", "months_before", "moved", "moved_words", "people", "readable",
    "readiness", "repairs", "rows_by_day", "rows_by_month", "runnable", "runnable_words",
    "scores", "silent_days", "silent_words", "states", "stopped_words", "verdicts", "worst",
    "worst_words",
]  # fmt: skip
