"""Which topics a bank's tables allow: the one place that says what each topic needs."""

import pandas as pd

from analysis.bank.source import View
from analysis.language import _, listed, number
from analysis.topics.data_quality.tallies import readable

_CORE = ("customers", "accounts", "transactions")


def needs() -> dict[str, tuple[str, tuple[str, ...]]]:
    """Each topic's name for people, and the tables without which it cannot run; others make it richer."""
    return {
        "data_quality": (_("Data quality"), _CORE),
        "segmentation": (_("Customer segmentation"), _CORE),
        "lifetime_value": (_("Lifetime value"), _CORE),
        "churn": (_("Churn"), _CORE),
        "next_best_action": (_("Next best action"), (*_CORE, "products", "campaigns", "campaign_contacts")),
        "channels": (_("Channels"), (*_CORE, "interactions")),
        "credit_risk": (_("Credit risk"), (*_CORE, "loans", "loan_months")),
        "operational_risk": (_("Operational risk"), ("operational_events", "processes")),
        "fraud": (_("Fraud"), (*_CORE, "fraud_labels")),
        "survey": (
            _("Satisfaction survey"),
            (*_CORE, "survey_invitations", "survey_answers", "survey_items"),
        ),
        "complaints": (_("Complaints"), ("customers", "feedback")),
        "staff": (_("Staff"), (*_CORE, "staff", "training", "appraisals")),
        "programmes": (
            _("Loyalty and education programmes"),
            (*_CORE, "loyalty_members", "loyalty_ledger", "education_events"),
        ),
        "market": (_("Market and brand"), ("market", "brand_tracker", "media")),
        "innovation": (_("Innovation"), ("customers", "experiments")),
        "partners": (_("Partners"), ("partners", "partner_months")),
    }


def runnable(view: View) -> pd.DataFrame:
    """What the bank's tables allow.

    Returns
    -------
    DataFrame
        One row per topic: topic, label, runs, missing (tables that it needs and the bank lacks, or that
        cannot be read; "" if none).
    """
    found = readable(view)[0]
    rows = []
    for topic, (label, needed) in needs().items():
        missing = [name for name in needed if name not in found]
        rows.append((topic, label, not missing, listed(missing)))
    return pd.DataFrame(rows, columns=["topic", "label", "runs", "missing"])


def runnable_words(table: pd.DataFrame) -> str:
    """How many topics the tables allow, in a sentence."""
    said = _("{n} of {all} topics can be analysed with these tables")
    return said.format(n=number(table["runs"].sum()), all=number(len(table)))
