"""What bookings tell of money that customers hold elsewhere: one row per customer, on every engine."""

import ibis

from analysis.bank.features.salary import LABELLED
from analysis.bank.source import View

YEAR = 365
SWEPT_WITHIN = 3  # days after a salary in which money sent on counts as swept out

# Column: (unit, meaning). Blank means unknown; only customer_id and assets must be there.
COLUMNS: dict[str, tuple[str, str]] = {
    "customer_id": ("", "Customer number, unique"),
    "assets": ("currency", "Positive deposit and wealth balances at the last month end"),
    "balance_mean_12m": ("currency", "Mean balance over 12 month ends"),
    "income_monthly": (
        "currency a month",
        "Salary or pension; without one, money in from others over 12 months",
    ),
    "salary_365d": ("currency", "Labelled salary and pension in 365 days, those of the last 3 days left out"),
    "swept_365d": (
        "currency",
        "Of it, sent out by transfer within 3 days, less what came in on the same day",
    ),
    "sent_365d": ("currency", "Transfers out in 365 days, less transfers in of the same day"),
    "inflow_365d": ("currency", "Money in over 365 days; the naive way to rank customers"),
    "card_365d": ("currency", "Card payments in 365 days"),
    "income_band": ("", "Band of declared income"),
}


def with_evidence(found: ibis.Table, view: View) -> ibis.Table:
    """What the signs rest on, beside the features of customers.

    Parameters
    ----------
    found : ibis.Table
        As `analysis.bank.features.features` gives it for `view`.
    view : View

    Returns
    -------
    ibis.Table
        The rows and columns of `found`, with the columns of `COLUMNS` that it lacks.
    """
    found = found.left_join(_sent_on(view), "customer_id").drop("customer_id_right")
    bands = view.customers().select("customer_id", "income_band")
    found = found.inner_join(bands, "customer_id")
    # Moves between own accounts are money in of one of them: what nets out within a day is no income.
    earned = (found.inflow_365d - found.netted_365d.fill_null(0)) * 30 / YEAR
    found = found.mutate(
        income_monthly=ibis.ifelse(found.salary_monthly > 0, found.salary_monthly, earned),
        card_365d=found.card_share_365d.fill_null(0) * found.outflow_365d,
        sent_365d=found.sent_365d.fill_null(0),
    )
    return found.drop("netted_365d")


def _sent_on(view: View) -> ibis.Table:
    """Salary, what of it was sent on at once, and net transfers out; one row per customer with any of these.

    Bookings become one row per customer and day first; only those days are ordered.
    """
    bookings = view.table("transactions")
    age = ibis.literal(view.as_of).delta(bookings.booked_at.date(), unit="day").cast("int32")
    bookings = bookings.select("account_id", "category", "amount", age=age)
    bookings = bookings.filter(
        bookings.age < YEAR, bookings.category.isin((*LABELLED, "transfer_out", "transfer_in"))
    )
    per_account = bookings.group_by("account_id", "age").aggregate(
        salary=_sum(bookings.category.isin(LABELLED) & (bookings.amount > 0), bookings.amount),
        out=_sum(bookings.category == "transfer_out", -bookings.amount),
        back=_sum(bookings.category == "transfer_in", bookings.amount),
    )
    owned = view.table("accounts").select("account_id", "customer_id").inner_join(per_account, "account_id")
    days = owned.group_by("customer_id", "age").aggregate(
        salary=owned.salary.sum(), out=owned.out.sum(), back=owned.back.sum()
    )
    days = days.mutate(sent=ibis.greatest(days.out - days.back, 0.0), netted=ibis.least(days.out, days.back))
    since = ibis.range_window(
        group_by="customer_id", order_by="age", preceding=SWEPT_WITHIN, following=0
    )  # age falls as time passes: the days from the salary to three days after
    days = days.mutate(within=days.sent.sum().over(since), whole=days.age >= SWEPT_WITHIN)
    return days.group_by("customer_id").aggregate(
        salary_365d=_sum(days.whole, days.salary),
        swept_365d=_sum(days.whole, ibis.least(days.salary, days.within)),
        sent_365d=days.sent.sum(),
        netted_365d=days.netted.sum(),
    )


def _sum(condition, value):
    return ibis.ifelse(condition, value, 0.0).sum()
