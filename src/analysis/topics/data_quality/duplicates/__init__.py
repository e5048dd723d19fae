"""The same person recorded twice among the customers."""

from analysis.topics.data_quality.duplicates.findings import (
    NotJudged,
    Summary,
    duplicate_groups,
    duplicate_pairs,
    judged,
    summary,
)

__all__ = ["NotJudged", "Summary", "duplicate_groups", "duplicate_pairs", "judged", "summary"]
