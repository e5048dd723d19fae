"""Who are our customers: asset tiers, engagement, RFM, and what became of the groups afterwards.

Each function takes one row per customer with the columns that `COLUMNS` documents: from
`customers(view)`, or from a table of your own, which `checked` holds against them.
"""

from analysis.topics.segmentation.actions import action, decision
from analysis.topics.segmentation.engagement import (
    Rule,
    engagement_of,
    engagement_table,
    window_sensitivity,
)
from analysis.topics.segmentation.engagement import labels as engagement_labels
from analysis.topics.segmentation.findings import depth_figures, figures, headline, ranking
from analysis.topics.segmentation.follow_up import HORIZON, band_lifts, follow, outcomes, segment_lifts
from analysis.topics.segmentation.groups import grouped
from analysis.topics.segmentation.health import checks
from analysis.topics.segmentation.population import COLUMNS, checked, customers, fetched, history_days
from analysis.topics.segmentation.rfm import GRID, rfm_regions, rfm_scores, rfm_segments
from analysis.topics.segmentation.tiers import Ladder, ladder, publishable, tier_of, tier_table

__all__ = [
    "COLUMNS",
    "GRID",
    "HORIZON",
    "Ladder",
    "Rule",
    "action",
    "band_lifts",
    "checked",
    "checks",
    "customers",
    "decision",
    "depth_figures",
    "engagement_labels",
    "engagement_of",
    "engagement_table",
    "fetched",
    "figures",
    "follow",
    "grouped",
    "headline",
    "history_days",
    "ladder",
    "outcomes",
    "publishable",
    "ranking",
    "rfm_regions",
    "rfm_scores",
    "rfm_segments",
    "segment_lifts",
    "tier_of",
    "tier_table",
    "window_sensitivity",
]
