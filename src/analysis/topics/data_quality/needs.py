"""Which topics a bank's tables allow: the one place that says what each topic needs."""

import pandas as pd

from analysis.bank.source import View
from analysis.language import _, number
from analysis.topics.data_quality.tallies import readable

_CORE = ("customers", "accounts", "transactions")
# A topic runs if the bank has all of these; other tables make it richer.
NEEDS: dict[str, tuple[str, ...]] = {
    "data_quality": _CORE,
    "segmentation": _CORE,
    "lifetime_value": _CORE,
    "churn": _CORE,
    "next_best_action": (*_CORE, "products", "campaigns", "campaign_contacts"),
    "channels": (*_CORE, "interactions"),
    "credit_risk": (*_CORE, "loans", "loan_months"),
    "operational_risk": ("operational_events", "processes"),
    "fraud": (*_CORE, "fraud_labels"),
    "survey": (*_CORE, "survey_invitations", "survey_answers", "survey_items"),
    "complaints": ("customers", "feedback"),
    "staff": (*_CORE, "staff", "training", "appraisals"),
    "programmes": (*_CORE, "loyalty_members", "loyalty_ledger", "education_events"),
    "market": ("market", "brand_tracker", "media"),
    "innovation": ("customers", "experiments"),
    "partners": ("partners", "partner_months"),
}


def topics() -> dict[str, str]:
    """Names of the topics in the language in use."""
    return {
        "data_quality": _("Data quality"),
        "segmentation": _("Segmentation"),
        "lifetime_value": _("Lifetime value"),
        "churn": _("Churn"),
        "next_best_action": _("Next best action"),
        "channels": _("Channels"),
        "credit_risk": _("Credit risk"),
        "operational_risk": _("Operational risk"),
        "fraud": _("Fraud"),
        "survey": _("Satisfaction survey"),
        "complaints": _("Complaints"),
        "staff": _("Staff"),
        "programmes": _("Programmes"),
        "market": _("Market"),
        "innovation": _("Innovation"),
        "partners": _("Partners"),
    }


def runnable(view: View) -> pd.DataFrame:
    """What the bank's tables allow.

    Returns
    -------
    DataFrame
        One row per topic: topic, label, runs, missing (tables that it needs and the bank lacks, or that
        cannot be read; "–" if none).
    """
    found = readable(view)[0]
    rows = []
    for topic, needed in NEEDS.items():
        missing = [name for name in needed if name not in found]
        rows.append((topic, topics()[topic], not missing, ", ".join(missing) or "–"))
    return pd.DataFrame(rows, columns=["topic", "label", "runs", "missing"])


def runnable_words(table: pd.DataFrame) -> str:
    """How many topics the tables allow, in a sentence."""
    said = _("{n} of {all} topics can run on these tables")
    return said.format(n=number(table["runs"].sum()), all=number(len(table)))
