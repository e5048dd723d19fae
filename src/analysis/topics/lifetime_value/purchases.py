"""Purchase logs: of a bank's customers, or a table of your own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import ibis
import pandas as pd

from analysis.bank.features.bookings import NOT_STARTED, started
from analysis.bank.source import View
from analysis.language import _

CARD = "card_payment"
BILLS = ("bill", "household", "insurance")
# What the issuer of a card may take at most in China, of credit and of debit cards (National Development and
# Reform Commission and People's Bank of China, notice 557 of 2016).
CREDIT_FEE, DEBIT_FEE = 0.0045, 0.0035


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
        chosen = tuple(sorted(found & set(categories)))
    elif CARD in found:
        chosen = (CARD,)
    else:
        return out.filter(started(out)), tuple(sorted(found - set(NOT_STARTED) - {None}))
    return out.filter(out.category.isin(chosen)), chosen


def alternative(view: View, log: Log, credit_fee: float, debit_fee: float) -> list[tuple[str, Log]]:
    """Logs of other bookings than those that count, with a label each: bills and insurance beside card payments."""
    other = from_view(view, [*log.categories, *BILLS], credit_fee, debit_fee)
    if set(other.categories) <= set(log.categories):
        return []
    return [(_("Bills and insurance count as purchases"), other)]


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


def only(log: Log, customers: Sequence[str]) -> Log:
    """The log of some customers."""
    chosen = {
        name: table.filter(table.customer_id.isin(customers))
        for name, table in (("daily", log.daily), ("people", log.people))
    }
    return replace(log, **chosen)
