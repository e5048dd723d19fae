"""What each customer did around a day: when they were last active, when they were again, when they left."""

from collections.abc import Sequence
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from analysis.bank.features.bookings import started
from analysis.bank.features.holdings import OWN_MONEY, last_month
from analysis.bank.source import View
from analysis.topics.lifetime_value.relationship.calendar import number_of

BEFORE = 6  # month ends whose mean a balance is held against
STAYS = 2  # month ends for which a balance must be down, the last ones of the window


def with_the_bank(view: View, days: Sequence[date]) -> ibis.Table:
    """Customers on each day on which they were with the bank.

    Returns
    -------
    ibis.Table
        One row per customer and day: customer_id, day, left_on (as known on the day of `view`).
    """
    people = view.table("customers").select("customer_id", "joined_on", "left_on")
    rows = _each_day(people, days)
    here = (rows.joined_on <= rows.day) & (rows.left_on.isnull() | (rows.left_on > rows.day))
    return rows.filter(here).select("customer_id", "day", "left_on")


def activity(view: View, days: Sequence[date]) -> ibis.Table:
    """Silence before and after each day, of the customers who were with the bank and active at all before it.

    Parameters
    ----------
    view : View
        As of a later day: what it knows after each of `days` tells the silence after it.
    days : sequence of date

    Returns
    -------
    ibis.Table
        One row per customer and day: customer_id, day; quiet_days, since the last booking the customer started
        on or before the day; back_days, until the next one after it, blank if there was none; leaves_days,
        until the customer left, blank if not known to have left.
    """
    bookings = view.table("transactions")
    bookings = bookings.filter(started(bookings)).select("account_id", booked_on=lambda t: t.booked_at.date())
    per_account = bookings.group_by("account_id").aggregate(**_nearest(bookings, days))
    owned = view.table("accounts").select("account_id", "customer_id").inner_join(per_account, "account_id")
    places = range(len(days))
    rolled = owned.group_by("customer_id").aggregate(
        **{f"last_{k}": owned[f"last_{k}"].max() for k in places},
        **{f"next_{k}": owned[f"next_{k}"].min() for k in places},
    )
    rows = _each_day(rolled, days)
    found = rows.select(
        "customer_id",
        "day",
        last_on=_at_place(rows.place, [rows[f"last_{k}"] for k in places]),
        next_on=_at_place(rows.place, [rows[f"next_{k}"] for k in places]),
    )
    both = with_the_bank(view, days).inner_join(found.filter(found.last_on.notnull()), ["customer_id", "day"])
    return both.select(
        "customer_id",
        "day",
        quiet_days=both.day.delta(both.last_on, unit="day").cast("int64"),
        back_days=both.next_on.delta(both.day, unit="day").cast("int64"),
        leaves_days=both.left_on.delta(both.day, unit="day").cast("int64"),
    )


def _nearest(bookings: ibis.Table, days: Sequence[date]) -> dict[str, ir.Value]:
    on = bookings.booked_on
    last = {f"last_{k}": ibis.ifelse(on <= ibis.literal(d), on, None).max() for k, d in enumerate(days)}
    return last | {f"next_{k}": ibis.ifelse(on > ibis.literal(d), on, None).min() for k, d in enumerate(days)}


def balances_around(view: View, days: Sequence[date], window: int) -> ibis.Table:
    """Deposit and wealth balance before each day and at the end of the window after it.

    Parameters
    ----------
    view : View
    days : sequence of date
    window : int
        Days after each day; at least `STAYS` month ends must lie in it.

    Returns
    -------
    ibis.Table
        One row per customer and day with a balance before it: customer_id, day, usual (mean of the last
        `BEFORE` month ends on or before the day, of those with a balance), now (at the last of them), later
        (the highest of the last `STAYS` month ends in the window; an account without a balance has 0).
    """
    monthly = own_money(view)
    rows = _each_day(monthly, days)
    on_day = _at_place(rows.place, [_month(day) for day in days])
    at_end = _at_place(rows.place, [_month(day + timedelta(days=window)) for day in days])
    before = (rows.month <= on_day) & (rows.month > on_day - BEFORE)
    ends = {f"end_{k}": ibis.ifelse(rows.month == at_end - k, rows.balance, 0.0).sum() for k in range(STAYS)}
    found = rows.group_by("customer_id", "day").aggregate(
        usual=ibis.ifelse(before, rows.balance, None).mean(),
        now=ibis.ifelse(rows.month == on_day, rows.balance, 0.0).sum(),
        **ends,
    )
    later = ibis.greatest(*(found[name] for name in ends))
    return found.filter(found.usual.notnull()).select("customer_id", "day", "usual", "now", later=later)


def own_money(view: View) -> ibis.Table:
    """Deposits and wealth of each customer by month (number): customer_id, month, balance."""
    balances = view.table("balances")
    balances = balances.select("account_id", "balance", month=number_of(balances.month_end))
    accounts = view.table("accounts").select("account_id", "customer_id", "product_id")
    if view.has("products"):
        families = view.table("products").select("product_id", "family")
        accounts = accounts.left_join(families, "product_id")
        accounts = accounts.filter(ibis.coalesce(accounts.family.isin(OWN_MONEY), True))
    held = accounts.select("account_id", "customer_id").inner_join(balances, "account_id")
    return held.group_by("customer_id", "month").aggregate(balance=held.balance.sum())


def _month(day: date) -> int:
    end = last_month(day)
    return end.year * 12 + end.month - 1


def month_ends_between(day: date, window: int) -> int:
    """Month ends after `day` and up to `window` days later."""
    return _month(day + timedelta(days=window)) - _month(day)


def _each_day(table: ibis.Table, days: Sequence[date]) -> ibis.Table:
    """Every row once per day, with `place` in `days` and the `day`."""
    first, after = (ibis.literal(k, "int64") for k in (0, len(days)))
    rows = table.mutate(place=ibis.range(first, after).unnest())
    return rows.mutate(day=_at_place(rows.place, [ibis.literal(day) for day in days]))


def _at_place(place: ir.IntegerValue, values: Sequence) -> ir.Value:
    return ibis.cases(*((place == k, value) for k, value in enumerate(values)))
