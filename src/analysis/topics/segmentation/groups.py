"""The result: every customer with all of the groups that the topic makes."""

import pandas as pd

from analysis.topics.segmentation.engagement import Rule, engagement_of
from analysis.topics.segmentation.rfm import rfm_scores
from analysis.topics.segmentation.tiers import Ladder, tier_of


def grouped(customers: pd.DataFrame, steps: Ladder, rule: Rule) -> pd.DataFrame:
    """Put every customer in a tier, an engagement group and an RFM segment.

    Parameters
    ----------
    customers : DataFrame
        One row per customer, with the columns of `population.COLUMNS`.
    steps : Ladder
    rule : Rule

    Returns
    -------
    DataFrame
        One row per customer in the order of customer_id: customer_id, tier (missing if assets are unknown),
        engagement, r, f, m, rfm, rfm_segment, then the columns they rest on.
    """
    scores = rfm_scores(customers)
    made = {"tier": tier_of(customers["assets"], steps), "engagement": engagement_of(customers, rule)}
    table = customers.assign(**made, **{name: scores[name] for name in scores})
    first = ["customer_id", *made, *scores.columns]
    ordered = [*first, *(name for name in customers.columns if name not in first)]
    return table[ordered].sort_values("customer_id", ignore_index=True)
