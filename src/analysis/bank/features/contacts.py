"""Features from contacts: digital sessions, conversations, complaints."""

from datetime import timedelta

import ibis
import ibis.expr.types as ir

from analysis.bank.source import View

DIGITAL = ("mobile", "online")
STAFFED = ("phone", "branch", "chat", "video")


def of_interactions(view: View) -> ibis.Table:
    """Contacts by kind, one row per customer with a contact, keyed ``customer_id``."""
    contacts = view.table("interactions")
    recent = contacts.started_at >= _first_moment(view, 90)
    digital = contacts.channel.isin(DIGITAL)
    last = ibis.ifelse(digital, contacts.started_at, None).max()
    return contacts.group_by("customer_id").aggregate(
        digital_contacts_90d=ibis.ifelse(recent & digital, 1, None).count(),
        staffed_contacts_90d=ibis.ifelse(recent & contacts.channel.isin(STAFFED), 1, None).count(),
        days_since_digital=ibis.literal(view.as_of).delta(last.date(), unit="day"),
    )


def of_feedback(view: View) -> ibis.Table:
    """Complaints, one row per customer with one, keyed ``customer_id``."""
    feedback = view.table("feedback")
    complaints = feedback.filter(
        (feedback.kind == "complaint") & (feedback.received_at >= _first_moment(view, 365))
    )
    return complaints.group_by("customer_id").aggregate(complaints_365d=complaints.count())


def _first_moment(view: View, days: int) -> ir.TimestampScalar:
    return ibis.timestamp((view.as_of - timedelta(days=days - 1)).isoformat())
