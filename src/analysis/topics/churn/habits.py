"""What signals of leaving need and the features lack: habits, complaints without an answer, closed accounts."""

from datetime import date, timedelta

import ibis

from analysis.bank.features.bits import any_of, bit, how_many
from analysis.bank.features.contacts import DIGITAL
from analysis.bank.features.salary import LABELLED
from analysis.bank.source import View

HABITS = ("salary_habit", "digital_habit", "complaint_open_days", "complaint_slow_days", "closed_90d")
RECENT = 90  # days for which a closed account and an answered complaint count
_LOOK_BACK = 30  # months that fit the bits
_WINDOW, _REGULAR = 6, 4  # a habit: in at least 4 of the 6 months up to the last time


def habits(view: View) -> ibis.Table:
    """What the signals need and the features lack.

    Returns
    -------
    ibis.Table
        One row per customer with the bank on the day: customer_id, salary_habit (1: a labelled salary in 4 of the 6
        calendar months up to the last, which is no more than 30 months back; 0 otherwise), digital_habit (the same of
        mobile and online contacts), complaint_open_days (age of the oldest complaint not resolved), complaint_slow_days
        (longest time, in days, that a complaint took or has been open, of those open or resolved within 90 days; both
        blank if none), closed_90d (accounts closed within 90 days, before their term if they have one). What needs a
        table that the bank lacks is blank.
    """
    found = view.customers().select("customer_id")
    parts = [(_salary_habit, "transactions"), (_digital_habit, "interactions"), (_complaints, "feedback"),
             (_closed, "accounts")]  # fmt: skip
    for build, needed in parts:
        if view.has(needed):
            found = found.left_join(build(view), "customer_id").drop("customer_id_right")
    columns = {name: found[name] if name in found.columns else ibis.null("int64") for name in HABITS}
    none = {"salary_habit": "transactions", "digital_habit": "interactions", "closed_90d": "accounts"}
    columns |= {name: columns[name].fill_null(0) for name, table in none.items() if view.has(table)}
    return found.select("customer_id", **{name: value.cast("int64") for name, value in columns.items()})


def _salary_habit(view: View) -> ibis.Table:
    bookings = view.table("transactions")
    bookings = bookings.filter(bookings.category.isin(LABELLED) & (bookings.amount > 0))
    months = bookings.group_by("account_id").aggregate(months=_months(bookings.booked_at, view.as_of))
    owned = view.table("accounts").select("account_id", "customer_id").inner_join(months, "account_id")
    whole = owned.group_by("customer_id").aggregate(months=any_of(owned.months))
    return whole.select("customer_id", salary_habit=_habit(whole.months))


def _digital_habit(view: View) -> ibis.Table:
    contacts = view.table("interactions")
    contacts = contacts.filter(contacts.channel.isin(DIGITAL))
    whole = contacts.group_by("customer_id").aggregate(months=_months(contacts.started_at, view.as_of))
    return whole.select("customer_id", digital_habit=_habit(whole.months))


def _months(moment: ibis.Value, as_of: date) -> ibis.Value:
    """Calendar months, counted back from the running one, as a set."""
    ago = as_of.year * 12 + as_of.month - (moment.year() * 12 + moment.month())
    return any_of(ibis.ifelse(ago < _LOOK_BACK, bit(ibis.least(ago, _LOOK_BACK - 1)), None))


def _habit(months: ibis.Value) -> ibis.Value:
    """1 if the six months up to the last one of the set hold at least four of it."""
    months = months.fill_null(0).cast("int64")
    last = months & -months  # the lowest bit is the latest month
    shifted = (months / last.nullif(0)).cast("int64")
    return ibis.ifelse(how_many(shifted, _WINDOW) >= _REGULAR, 1, 0)


def _complaints(view: View) -> ibis.Table:
    feedback = view.table("feedback")
    since = ibis.timestamp((view.as_of - timedelta(days=RECENT - 1)).isoformat())
    open_ = feedback.resolved_at.isnull()
    cases = feedback.filter((feedback.kind == "complaint") & (open_ | (feedback.resolved_at >= since)))
    ended = ibis.ifelse(cases.resolved_at.isnull(), ibis.literal(view.as_of), cases.resolved_at.date())
    took = ended.delta(cases.received_at.date(), unit="day")
    return cases.group_by("customer_id").aggregate(
        complaint_open_days=ibis.ifelse(cases.resolved_at.isnull(), took, None).max(),
        complaint_slow_days=took.max(),
    )


def _closed(view: View) -> ibis.Table:
    accounts = view.table("accounts")
    since = ibis.literal(view.as_of - timedelta(days=RECENT - 1))
    early = (accounts.closed_on < accounts.matures_on).fill_null(True)
    gone = accounts.filter((accounts.closed_on >= since) & early)
    return gone.group_by("customer_id").aggregate(closed_90d=gone.count())
