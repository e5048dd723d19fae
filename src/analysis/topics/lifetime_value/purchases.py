"""Purchase logs and what they say of each customer on several days: one query, one row per customer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from analysis.bank.features.bits import any_of, bit, how_many
from analysis.bank.features.bookings import NOT_STARTED
from analysis.bank.source import View
from analysis.language import _

CARD = "card_payment"
BILLS = ("bill", "household", "insurance")
# What the issuer of a card may take at most in China, of credit and of debit cards (National Development and
# Reform Commission and People's Bank of China, notice 557 of 2016).
CREDIT_FEE, DEBIT_FEE = 0.0045, 0.0035

WEEK, MONTH = 7, 30  # days
RECENT = (28, 91, 182, 364)  # days before the day in which purchases are counted, for the challenger
_HALF = 30  # months that fit one set of bits
MOST_MONTHS = 2 * _HALF  # of monthly activity looked back on


@dataclass(frozen=True)
class Log:
    """A purchase log.

    Attributes
    ----------
    daily : ibis.Table
        One row per customer and day with a purchase: customer_id, day, value (currency; what is bought on one
        day is one purchase).
    people : ibis.Table
        One row per customer: customer_id, start (day from which purchases could be seen; those of that day do
        not count), gone (day the customer left; blank if not known by the last day).
    since, until : datetime.date
        First day with a purchase, and the last day that the log covers.
    categories : tuple of str
        Which bookings count as purchases, for a bank.
    """

    daily: ibis.Table
    people: ibis.Table
    since: date
    until: date
    categories: tuple[str, ...] = ()


def from_view(
    view: View,
    categories: Sequence[str] = (),
    credit_fee: float = CREDIT_FEE,
    debit_fee: float = DEBIT_FEE,
) -> Log:
    """The purchases of a bank's customers, worth what the bank earns on them.

    Parameters
    ----------
    view : View
    categories : sequence of str
        Categories of bookings that count. Empty: card payments; in a bank without any, all payments out that
        customers start.
    credit_fee, debit_fee : float
        Part of a purchase that the bank earns, on accounts of family card and on all others.

    Raises
    ------
    MissingTable
        If the bank lacks customers, accounts or transactions.
    ValueError
        If no booking is of the categories.
    """
    bookings, chosen = _bought(view.table("transactions"), categories)
    accounts = view.table("accounts").select("account_id", "customer_id", "product_id")
    fee = ibis.literal(debit_fee)
    if view.has("products"):
        families = view.table("products").select("product_id", "family")
        accounts = accounts.left_join(families, "product_id").drop("product_id_right")
        fee = ibis.ifelse((accounts.family == "card").fill_null(False), credit_fee, debit_fee)
    accounts = accounts.select("account_id", "customer_id", fee=fee)
    per_account = bookings.group_by("account_id", day=bookings.booked_at.date()).aggregate(
        spent=-bookings.amount.sum()
    )
    owned = per_account.inner_join(accounts, "account_id")
    daily = owned.group_by("customer_id", "day").aggregate(value=(owned.spent * owned.fee).sum())
    first = view.table("transactions").booked_at.min().date().to_pyarrow().as_py()
    customers = view.table("customers")
    people = customers.select(
        "customer_id",
        start=ibis.greatest(customers.joined_on, ibis.literal(first)),
        gone=customers.left_on,
    )
    return Log(daily, people, first, view.as_of, chosen)


def _bought(bookings: ibis.Table, categories: Sequence[str]) -> tuple[ibis.Table, tuple[str, ...]]:
    out = bookings.filter(bookings.amount < 0)
    found = set(out.category.value_counts().to_pyarrow().to_pydict()["category"])
    if categories:
        if not found & set(categories):
            raise ValueError(
                f"categories is {list(categories)}, but no booking out of an account is of them; "
                f"there are {', '.join(sorted(found - {None}))}"
            )
        chosen = tuple(categories)
    elif CARD in found:
        chosen = (CARD,)
    else:
        started = ibis.coalesce(out.channel != "system", out.category.notin(NOT_STARTED), True)
        return out.filter(started), tuple(sorted(found - set(NOT_STARTED) - {None}))
    return out.filter(out.category.isin(chosen)), chosen


def alternative(view: View, log: Log, credit_fee: float, debit_fee: float) -> list[tuple[str, Log]]:
    """Logs of other bookings than those that count, with a label each: bills and insurance beside card payments."""
    out = view.table("transactions").filter(lambda bookings: bookings.amount < 0)
    found = set(out.category.value_counts().to_pyarrow().to_pydict()["category"])
    wider = sorted(found & {*log.categories, *BILLS})
    if wider == sorted(log.categories):
        return []
    label = _("Bills and insurance count as purchases")
    return [(label, from_view(view, wider, credit_fee, debit_fee))]


def from_table(table: pd.DataFrame, until: date | str | None = None) -> Log:
    """A purchase log of your own; a customer starts with the first purchase.

    Parameters
    ----------
    table : DataFrame
        One row per purchase: customer_id, date, value (currency; without the column, every purchase is
        worth 1).
    until : date, optional
        Last day that the log covers; the last purchase if not given.

    Raises
    ------
    ValueError
        If a column is missing, empty or not of its kind, or no purchase is left.
    """
    rows = _checked(table)
    last = pd.Timestamp(until).date() if until is not None else rows["day"].max().date()
    rows = rows[rows["day"] <= pd.Timestamp(last)]
    if rows.empty:
        raise ValueError(f"no purchase is dated on or before {last}; expected at least one")
    daily = rows.groupby(["customer_id", "day"], as_index=False)["value"].sum()
    people = daily.groupby("customer_id", as_index=False)["day"].min().rename(columns={"day": "start"})
    connection = ibis.duckdb.connect()
    stored = connection.create_table("daily", ibis.memtable(daily))
    starts = connection.create_table("people", ibis.memtable(people))
    return Log(
        stored.mutate(day=stored.day.cast("date")),
        starts.mutate(start=starts.start.cast("date"), gone=ibis.null("date")),
        rows["day"].min().date(),
        last,
    )


def _checked(table: pd.DataFrame) -> pd.DataFrame:
    absent = [name for name in ("customer_id", "date") if name not in table.columns]
    if absent:
        raise ValueError(
            f"the purchase table lacks {', '.join(absent)}; it has {', '.join(map(str, table.columns))}. "
            "Rename its columns to customer_id, date and value"
        )
    try:
        days = pd.to_datetime(table["date"], format="ISO8601").dt.normalize().dt.tz_localize(None)
    except (ValueError, TypeError) as error:
        shown = table["date"].dropna().iloc[0] if table["date"].notna().any() else None
        raise ValueError(
            f"date holds {shown!r} ({error}); expected days such as 2024-12-31. Convert them with pandas.to_datetime"
        ) from error
    value = table["value"] if "value" in table.columns else pd.Series(1.0, index=table.index)
    try:
        value = pd.to_numeric(value).astype("float64")
    except (ValueError, TypeError) as error:
        raise ValueError(f"value is to be a number in your currency ({error})") from error
    rows = pd.DataFrame({"customer_id": table["customer_id"], "day": days, "value": value})
    for name in rows:
        if rows[name].isna().any():
            count = int(rows[name].isna().sum())
            raise ValueError(
                f"{name.replace('day', 'date')} is blank in {count} of {len(rows)} rows; "
                "fill them or leave the rows out"
            )
    return rows


def _within(day: ir.DateValue, end: date, days: int | None = None) -> ir.BooleanValue:
    inside = day <= ibis.literal(end)
    return inside if days is None else inside & (day > ibis.literal(end - timedelta(days=days)))


def _measures(daily: ibis.Table, end: date, k: int) -> dict[str, ir.Value]:
    """Aggregates of one customer's purchases up to day `end`; column names end in the day's number `k`."""
    here = _within(daily.day, end)
    age = (ibis.literal(end).delta(daily.day, unit="day") // MONTH).cast("int32")
    found = {
        f"count_{k}": here.sum(),
        f"last_{k}": ibis.ifelse(here, daily.day, None).max(),
        f"value_{k}": ibis.ifelse(here, daily.value, 0.0).sum(),
    }
    found |= {f"recent_{days}_{k}": _within(daily.day, end, days).sum() for days in RECENT}
    for low in (0, _HALF):
        half = here & (age >= low) & (age < low + _HALF)
        found[f"months_{low}_{k}"] = any_of(ibis.ifelse(half, bit(ibis.ifelse(half, age - low, 0)), None))
    return found


def only(log: Log, customers: Sequence[str]) -> Log:
    """The log of some customers."""
    chosen = {
        name: table.filter(table.customer_id.isin(customers))
        for name, table in (("daily", log.daily), ("people", log.people))
    }
    return replace(log, **chosen)


def histories(log: Log, days: Sequence[date]) -> ibis.Table:
    """What was known of each customer's purchases on each of `days`.

    Returns
    -------
    ibis.Table
        One row per customer: customer_id, start, gone, and for the k-th day: count_k (days with a purchase
        after the start), last_k (the last of them), value_k (sum, currency), recent_d_k (those of the last d
        days), active_k (months of 30 days, counted back from the day, with a purchase; at most 60).
    """
    people = log.people.filter(log.people.start < ibis.literal(max(days)))
    after = log.daily.inner_join(people, "customer_id")
    after = after.filter(after.day > after.start)
    measures = {name: value for k, day in enumerate(days) for name, value in _measures(after, day, k).items()}
    found = people.left_join(after.group_by("customer_id").aggregate(**measures), "customer_id")
    columns: dict[str, ir.Value] = {}
    for k in range(len(days)):
        columns |= {f"{name}_{k}": found[f"{name}_{k}"].fill_null(0) for name in ("count", "value")}
        columns |= {f"recent_{d}_{k}": found[f"recent_{d}_{k}"].fill_null(0) for d in RECENT}
        columns[f"last_{k}"] = found[f"last_{k}"]
        halves = (how_many(found[f"months_{low}_{k}"].fill_null(0), _HALF) for low in (0, _HALF))
        columns[f"active_{k}"] = sum(halves)
    return found.select("customer_id", "start", "gone", **columns)


@dataclass(frozen=True)
class Histories:
    """Histories on several days, fetched.

    Attributes
    ----------
    days : tuple of datetime.date
    frame : DataFrame
        As `histories` gives it, by customer_id.
    """

    days: tuple[date, ...]
    frame: pd.DataFrame

    def summary(self, k: int) -> pd.DataFrame:
        """Customers who had started by the k-th day and had not left.

        Returns
        -------
        DataFrame
            One row per customer: customer_id, frequency (days with a purchase after the start), recency and T
            (weeks from the start to the last purchase and to the day), monetary_value (currency per purchase,
            missing without one), recent_d (purchases of the last d days), and the activity by months of 30
            days: active (with a purchase), periods (observed), last_active (number of the last, 0 if none).
        """
        day, frame = pd.Timestamp(self.days[k]), self.frame
        gone = pd.to_datetime(frame["gone"])
        rows = frame[(pd.to_datetime(frame["start"]) < day) & ~(gone <= day)]
        start = pd.to_datetime(rows["start"])
        count, last = rows[f"count_{k}"].astype("int64"), pd.to_datetime(rows[f"last_{k}"])
        quiet = (day - last).dt.days
        periods = ((day - start).dt.days // MONTH).clip(upper=MOST_MONTHS)
        last_active = (periods - quiet // MONTH).fillna(0).clip(lower=0).astype("int64")
        columns = {
            "customer_id": rows["customer_id"],
            "frequency": count,
            "recency": ((last - start).dt.days / WEEK).fillna(0.0),
            "T": (day - start).dt.days / WEEK,
            "monetary_value": rows[f"value_{k}"] / count.where(count > 0),
            **{f"recent_{d}": rows[f"recent_{d}_{k}"].astype("int64") for d in RECENT},
            # What is left over at the start is no whole month and does not count.
            "active": rows[f"active_{k}"].astype("int64").clip(upper=last_active),
            "periods": periods,
            "last_active": last_active,
        }
        return pd.DataFrame(columns).reset_index(drop=True)

    def between(self, j: int, k: int) -> pd.DataFrame:
        """Purchases after the j-th day and up to the k-th: customer_id, purchases, value (currency)."""
        rows = self.frame
        return pd.DataFrame(
            {
                "customer_id": rows["customer_id"],
                "purchases": (rows[f"count_{k}"] - rows[f"count_{j}"]).astype("int64"),
                "value": rows[f"value_{k}"] - rows[f"value_{j}"],
            }
        )


def fetched(log: Log, days: Sequence[date]) -> Histories:
    """The table of `histories`, fetched, in the order of customer_id."""
    rows = histories(log, days).to_pandas()
    return Histories(tuple(days), rows.sort_values("customer_id", ignore_index=True))


def weekly(log: Log, day: date) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Purchases by week of the customers known on `day`, counted back from the last day of the log.

    Returns
    -------
    tuple of DataFrame
        One row per week, in order: ends_on (its last day), purchases (days with one, after the customer's start);
        and one row per day on which customers started: start, customers.
    """
    people = log.people.filter(
        log.people.start < ibis.literal(day), log.people.gone.isnull() | (log.people.gone > ibis.literal(day))
    )
    after = log.daily.inner_join(people, "customer_id")
    after = after.filter(after.day > after.start, after.day <= ibis.literal(log.until))
    ago = (ibis.literal(log.until).delta(after.day, unit="day") // WEEK).cast("int64")
    seen = after.group_by(ago=ago).aggregate(purchases=after.count()).to_pandas()
    started = people.group_by("start").aggregate(customers=people.count()).order_by("start").to_pandas()
    weeks = int(seen["ago"].max()) + 1 if len(seen) else 0
    counts = seen.set_index("ago")["purchases"].reindex(range(weeks), fill_value=0).to_numpy()
    ends = pd.Timestamp(log.until) - pd.to_timedelta(np.arange(weeks) * WEEK, unit="D")
    table = pd.DataFrame({"ends_on": ends, "purchases": counts})
    return table.iloc[::-1].reset_index(drop=True), started
