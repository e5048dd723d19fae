"""Do the tables agree with each other? Each check counts what contradicts another table."""

from collections.abc import Callable
from datetime import date, timedelta

import ibis
import pandas as pd

from analysis.bank.features.holdings import last_month
from analysis.bank.source import View
from analysis.language import _, ngettext, number
from analysis.topics.data_quality.tallies import how_many, month_number, month_of, readable, with_shares

SETTLED = 60  # days after opening within which an account without a booking is nothing strange
WITH_BALANCE = ("deposit", "wealth", "loan")  # a policy or an unused card leaves no trace
MONTHS = 12  # months whose balances are held against the bookings
TOLERANCE = 1.0  # in the bank's currency

Tables = dict[str, ibis.Table]


def consistency(view: View, tolerance: float = TOLERANCE) -> pd.DataFrame:
    """Contradictions between tables, as far as the tables at hand allow.

    Parameters
    ----------
    view : View
    tolerance : float
        Difference between a balance's change and the month's bookings that is let pass, in currency.

    Returns
    -------
    DataFrame
        One row per check whose tables are there and have rows: check, label, unit (what is looked at, in
        words), n (looked at), count (contradicting), share, low, high (95 % Wilson); most first.
    """
    found = readable(view)[0]
    rows = []
    for code, (label, unit, needed, build) in _checks(tolerance).items():
        if set(needed) <= set(found):
            n, count = _counted(build(found, view.as_of))
            rows.append((code, label, unit, n, count))
    table = pd.DataFrame(rows, columns=["check", "label", "unit", "n", "count"])
    table = with_shares(table[table["n"] > 0])
    return table.sort_values(["share", "n"], ascending=False, ignore_index=True)


def consistency_words(table: pd.DataFrame) -> str:
    """How many of the checks of `consistency` find a contradiction, in a sentence."""
    if table.empty:
        return _("There are no two tables that could contradict each other")
    broken = int((table["count"] > 0).sum())
    said = ngettext(
        "{broken} of {all} checks between tables finds a contradiction",
        "{broken} of {all} checks between tables find a contradiction",
        broken,
    )
    return said.format(broken=number(broken), all=number(len(table)))


def _counted(looked_at: ibis.Table) -> tuple[int, int]:
    """Rows, and those whose column `wrong` is true."""
    found = looked_at.aggregate(n=looked_at.count(), wrong=how_many(looked_at.wrong))
    row = found.to_pyarrow().to_pylist()[0]
    return row["n"], row["wrong"] or 0


def _checks(tolerance: float) -> dict[str, tuple[str, str, tuple[str, ...], Callable]]:
    """Per check: label, unit, tables it needs, and the table of what it looks at with column `wrong`."""
    people, money = ("customers", "accounts"), ("accounts", "transactions")
    return {
        "no_account": (
            _("Customers without an account, their own or another's"), _("customers"), people, _no_account
        ),
        "left_with_account": (
            _("Open accounts of customers who left"), _("accounts"), people, _left_with_account
        ),
        "before_joining": (
            _("Accounts opened before the customer joined"), _("accounts"), people, _before_joining
        ),
        "no_trace": (_("Open accounts without booking or balance"), _("accounts"), money, _no_trace),
        "outside_life": (
            _("Accounts booked on before opening or after closing"), _("accounts"), money, _outside_life
        ),
        "no_owner": (_("Accounts of an unknown customer"), _("accounts"), people, _no_owner),
        "not_reconciled": (
            _("Balance changes that the bookings do not explain"),
            _("account months"),
            (*money, "balances"),
            lambda found, as_of: _not_reconciled(found, as_of, tolerance),
        ),
        "off_scale": (
            _("Survey answers outside the scale"), _("answers"), ("survey_answers", "survey_items"), _off_scale
        ),
    }  # fmt: skip


def _no_account(found: Tables, _as_of: date) -> ibis.Table:
    customers = found["customers"]
    here = customers.filter(customers.left_on.isnull()).select("customer_id")
    owners = found["accounts"].select(owner="customer_id")
    if "account_users" in found:
        owners = owners.union(found["account_users"].select(owner="customer_id"))
    owners = owners.distinct()
    joined = here.left_join(owners, here.customer_id == owners.owner)
    return joined.mutate(wrong=joined.owner.isnull())


def _owned(found: Tables) -> ibis.Table:
    customers = found["customers"].select("customer_id", "joined_on", "left_on")
    return found["accounts"].inner_join(customers, "customer_id")


def _left_with_account(found: Tables, _as_of: date) -> ibis.Table:
    owned = _owned(found)
    opened = owned.filter(owned.closed_on.isnull())
    return opened.mutate(wrong=opened.left_on.notnull())


def _before_joining(found: Tables, _as_of: date) -> ibis.Table:
    owned = _owned(found)
    return owned.mutate(wrong=owned.opened_on < owned.joined_on)


def _no_owner(found: Tables, _as_of: date) -> ibis.Table:
    customers = found["customers"].select(known="customer_id").distinct()
    accounts = found["accounts"].select("account_id", "customer_id")
    joined = accounts.left_join(customers, accounts.customer_id == customers.known)
    return joined.mutate(wrong=joined.known.isnull())


def _booked(found: Tables) -> ibis.Table:
    """First and last booking of each account that has one: the large table is read once, before any join."""
    bookings = found["transactions"]
    moments = {"first": bookings.booked_at.min().date(), "last": bookings.booked_at.max().date()}
    return bookings.group_by("account_id").aggregate(**moments)


def _no_trace(found: Tables, as_of: date) -> ibis.Table:
    accounts = found["accounts"]
    settled = accounts.opened_on <= ibis.literal(as_of - timedelta(days=SETTLED))
    traces = _booked(found).select(traced="account_id")
    if "balances" in found:
        traces = traces.union(found["balances"].select(traced="account_id"), distinct=True)
    accounts = accounts.filter(accounts.closed_on.isnull() & settled)
    if "products" in found:
        products = found["products"]
        accounts = accounts.semi_join(products.filter(products.family.isin(WITH_BALANCE)), "product_id")
    accounts = accounts.select("account_id")
    joined = accounts.left_join(traces, accounts.account_id == traces.traced)
    return joined.mutate(wrong=joined.traced.isnull())


def _outside_life(found: Tables, _as_of: date) -> ibis.Table:
    lives = found["accounts"].select("account_id", "opened_on", "closed_on")
    joined = lives.inner_join(_booked(found), "account_id")
    early, late = joined["first"] < joined.opened_on, joined["last"] > joined.closed_on
    return joined.mutate(wrong=early | late.fill_null(False))


def _not_reconciled(found: Tables, as_of: date, tolerance: float) -> ibis.Table:
    """Months of deposit accounts of which both month ends are known: the change against the bookings."""
    first = month_of(last_month(as_of)) - MONTHS + 1
    accounts = found["accounts"].select("account_id", "product_id")
    if "products" in found:
        products = found["products"]
        accounts = accounts.semi_join(products.filter(products.family == "deposit"), "product_id")
    ends = found["balances"].mutate(month=month_number(found["balances"].month_end))
    ends = ends.filter(ends.month >= first - 1).semi_join(accounts, "account_id")
    ends = ends.select("account_id", "month", "balance")
    before = ends.select("account_id", month=(ends.month + 1).cast("int32"), earlier="balance")
    bookings = found["transactions"].mutate(month=month_number(found["transactions"].booked_at))
    bookings = bookings.filter(bookings.month >= first)
    sums = bookings.group_by("account_id", "month").aggregate(booked=bookings.amount.sum())
    pairs = ends.inner_join(before, ["account_id", "month"])
    pairs = pairs.left_join(sums, ["account_id", "month"])
    gap = pairs.balance - pairs.earlier - pairs.booked.fill_null(0)
    return pairs.select(wrong=gap.abs() > tolerance)


def _off_scale(found: Tables, _as_of: date) -> ibis.Table:
    answers = found["survey_answers"].filter(found["survey_answers"].score.notnull())
    joined = answers.inner_join(found["survey_items"], "item")
    return joined.mutate(wrong=(joined.score < joined.scale_min) | (joined.score > joined.scale_max))
