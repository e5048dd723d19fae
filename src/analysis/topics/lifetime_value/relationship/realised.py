"""What customers earned the bank in months that are over: balances, fees, contacts, losses."""

import ibis

from analysis.bank.source import View
from analysis.topics.lifetime_value.relationship import losses
from analysis.topics.lifetime_value.relationship.assumptions import Assumptions
from analysis.topics.lifetime_value.relationship.calendar import last_full, number_of
from analysis.topics.lifetime_value.relationship.margin import contact_price, priced


def months_of(view: View, assumptions: Assumptions, after: int) -> ibis.Table:
    """Margin of each customer in each month after month number `after`, up to the last full one.

    Parameters
    ----------
    view : View
    assumptions : Assumptions
    after : int
        Month number (year × 12 + month − 1).

    Returns
    -------
    ibis.Table
        One row per customer and month in which they had an account or were with the bank at the month's end:
        customer_id, month (number), earned (currency: balance at the month end × margin rate / 12 and yearly
        fees / 12 of accounts open then, less contacts and the flat cost; loans in default earn nothing), lost
        (currency: loss given default × outstanding of loans that became 90 days late in the month).
    """
    last = last_full(view.as_of)
    parts = [_open_accounts(view, after, last), _flat(view, assumptions, after, last)]
    if view.has("interactions") and priced(view, assumptions) and assumptions.cost_per_contact:
        parts.append(_contacts(view, assumptions, after, last))
    parts = [part.mutate(lost=ibis.literal(0.0)) for part in parts]
    if view.has("loan_months"):
        parts.append(_lost(view, assumptions, after))
    rows = ibis.union(*parts)
    return rows.group_by("customer_id", "month").aggregate(earned=rows.earned.sum(), lost=rows.lost.sum())


def _open_accounts(view: View, after: int, last: int) -> ibis.Table:
    accounts = view.table("accounts").select(
        "account_id", "customer_id", "product_id", "opened_on", "closed_on"
    )
    rates = view.table("products").select("product_id", "margin_rate", "annual_fee")
    owned = accounts.inner_join(rates, "product_id")
    fees = owned.filter(owned.annual_fee > 0)
    fees = _monthly(fees, fees.opened_on, fees.closed_on, after, last).select(
        "customer_id", "account_id", "month", earned=lambda t: t.annual_fee / 12
    )
    balances = view.table("balances")
    balances = balances.select("account_id", "balance", month=number_of(balances.month_end))
    balances = balances.filter((balances.month > after) & (balances.month <= last))
    earned = owned.inner_join(balances, "account_id")
    earned = earned.select(
        "customer_id",
        "account_id",
        "month",
        earned=(earned.balance.abs() * earned.margin_rate / 12).fill_null(0.0),
    )
    rows = ibis.union(earned, fees)
    if view.has("loan_months"):
        rows = rows.left_join(losses.defaults(view), "account_id")
        rows = rows.filter(rows.default.isnull() | (rows.month < rows.default))
    return rows.select("customer_id", "month", "earned")


def _monthly(rows: ibis.Table, begins, ends, after: int, last: int) -> ibis.Table:
    """Each row once for every month in (after, last] at whose end what began and ended on those days lasted."""
    first = ibis.greatest(number_of(begins), after + 1)
    final = ibis.least(number_of(ends).fill_null(last + 2) - 1, last)
    rows = rows.mutate(first=first.cast("int64"), final=final.cast("int64"))
    rows = rows.filter(rows.first <= rows.final)
    return rows.mutate(month=ibis.range(rows.first, rows.final + 1).unnest())


def _flat(view: View, assumptions: Assumptions, after: int, last: int) -> ibis.Table:
    people = view.table("customers")
    cost = float(assumptions.cost_per_month) if priced(view, assumptions) else 0.0
    here = _monthly(
        people.select("customer_id", "joined_on", "left_on"), people.joined_on, people.left_on, after, last
    )
    return here.select("customer_id", "month", earned=ibis.literal(-cost, "float64"))


def _lost(view: View, assumptions: Assumptions, after: int) -> ibis.Table:
    rows = losses.states(view)
    new = losses.at_stake(view, rows.filter((rows.month == rows.default) & (rows.month > after)), assumptions)
    accounts = view.table("accounts").select("account_id", "customer_id")
    owed = accounts.inner_join(new, "account_id")
    return owed.select("customer_id", "month", earned=ibis.literal(0.0), lost=owed.lost)


def _contacts(view: View, assumptions: Assumptions, after: int, last: int) -> ibis.Table:
    rows = view.table("interactions")
    rows = rows.select(
        "customer_id", month=number_of(rows.started_at), earned=-contact_price(rows, assumptions)
    )
    return rows.filter((rows.month > after) & (rows.month <= last))
