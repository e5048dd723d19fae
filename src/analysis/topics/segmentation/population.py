"""One row per customer with what the groups are made of: from the bank, or from a table of your own."""

from collections.abc import Sequence

import ibis
import pandas as pd

from analysis.bank.features import FEATURES, features
from analysis.bank.features.holdings import last_month
from analysis.bank.source import View
from analysis.topics.plain_table import require, require_one_row_each
from analysis.topics.segmentation import elsewhere

# Column: (unit, meaning, whether a table of your own must have it). Blank means unknown.
COLUMNS: dict[str, tuple[str, str, bool]] = {
    "customer_id": ("", "Customer number, unique", True),
    "tenure_days": ("days", "Days since joining", True),
    "observed_days": (
        "days",
        "Days of bookings on record, at most since joining; if blank, all of them",
        False,
    ),
    "days_since_activity": ("days", "Days since the customer last started a booking; blank if never", True),
    "bookings_365d": ("bookings", "Bookings the customer started in 365 days", True),
    "bookings_180d": ("bookings", "The same in 180 days; the outcome of groups made 180 days earlier", False),
    "active_months_12m": ("months", "Of the last 12 calendar months, those with such a booking", False),
    "turnover_365d": ("currency", "Money in plus money out over 365 days", False),
    "has_salary": ("flag", "1 if salary or pension is received here", False),
    "families_held": ("families", "Product families among the open accounts", False),
    "assets": ("currency", "Positive deposit and wealth balances at the last month end", False),
    "balance_mean_12m": (
        "currency",
        "Mean balance over 12 months; blank for who had no account of that kind",
        False,
    ),
    "margin": ("currency a year", "Balance times the product's margin rate, summed over accounts", False),
    "branch_id": ("", "Branch", False),
    "staff_id": ("", "Relationship manager; blank if none", False),
    "marketing_consent": ("flag", "1 if the customer agreed to be contacted with offers", False),
}
_TEXT = ("customer_id", "branch_id", "staff_id")


def customers(view: View, more: Sequence[str] = ()) -> ibis.Table:
    """Every customer with the bank on the day of `view`, in one query.

    Parameters
    ----------
    view : View
    more : sequence of str
        Other columns to give: features of the catalogue, columns of `elsewhere.COLUMNS`.

    Returns
    -------
    ibis.Table
        One row per customer: the columns of `COLUMNS` but observed_days, then those of `more`. Margin is
        blank if table products or balances is missing, or no product of the customer has a rate.

    Raises
    ------
    MissingTable
        If the bank lacks customers, accounts or transactions.
    ValueError
        If a name of `more` is unknown.
    """
    for name in ("accounts", "transactions"):
        view.table(name)
    found, catalogue = features(view), [feature.name for feature in FEATURES]
    if unknown := [name for name in more if name not in (*catalogue, *COLUMNS, *elsewhere.COLUMNS)]:
        raise ValueError(f"{unknown[0]!r} is no feature; expected some of {', '.join(catalogue)}")
    if not {*more} <= {*catalogue, *COLUMNS}:
        found = elsewhere.with_evidence(found, view)
    people = view.customers().select("customer_id", "branch_id", "staff_id", "marketing_consent")
    found = found.inner_join(people, "customer_id")
    if view.has("products") and view.has("balances"):
        found = found.left_join(_margins(view), "customer_id")
    else:
        found = found.mutate(margin=ibis.null("float64"))
    agreed = found.marketing_consent
    found = found.mutate(
        turnover_365d=found.inflow_365d + found.outflow_365d,
        # PostgreSQL has no cast from a truth value to bigint.
        marketing_consent=ibis.cases((agreed, 1), (~agreed, 0)),
    )
    return found.select(*dict.fromkeys(name for name in (*COLUMNS, *more) if name != "observed_days"))


def _margins(view: View) -> ibis.Table:
    """Yearly margin per customer; debts earn it as assets do, so the balance's sign does not count."""
    balances = view.table("balances")
    balances = balances.filter(balances.month_end == ibis.literal(last_month(view.as_of)))
    rates = view.table("products").select("product_id", "margin_rate")
    owned = view.table("accounts").select("account_id", "customer_id", "product_id")
    joined = owned.inner_join(balances, "account_id").inner_join(rates, "product_id")
    return joined.group_by("customer_id").aggregate(margin=(joined.balance.abs() * joined.margin_rate).sum())


def fetched(view: View, more: Sequence[str] = ()) -> pd.DataFrame:
    """The table of `customers`, fetched, checked and completed with observed_days."""
    table = checked(customers(view, more).to_pandas())
    return table.assign(observed_days=table["tenure_days"].clip(upper=history_days(view)))


def checked(table: pd.DataFrame) -> pd.DataFrame:
    """A table of one row per customer, checked and completed: columns that it lacks are blank.

    Parameters
    ----------
    table : DataFrame
        Columns as `COLUMNS` documents them; others are kept.

    Raises
    ------
    ValueError
        If a needed column is missing, holds text instead of numbers or negative values, or a customer
        appears twice or has no number.
    """
    require(
        table, {name: meaning for name, (_unit, meaning, needed) in COLUMNS.items() if needed}, "customers"
    )
    require_one_row_each(table)
    return table.assign(**{name: _column(table, name) for name in COLUMNS})


def _column(table: pd.DataFrame, name: str) -> pd.Series:
    if name not in table.columns:
        return pd.Series(None, index=table.index, dtype="str" if name in _TEXT else "float64")
    column = table[name]
    if name in _TEXT:
        return column
    try:
        column = pd.to_numeric(column).astype("float64")
    except (ValueError, TypeError) as error:
        raise ValueError(
            f"{name} holds {column.dropna().iloc[0]!r}; expected a number ({COLUMNS[name][0]})"
        ) from error
    if name != "margin" and name != "balance_mean_12m" and (column < 0).any():
        raise ValueError(f"{name} reaches down to {column.min():g}; expected 0 or more ({COLUMNS[name][0]})")
    return column


def history_days(view: View) -> int:
    """Days from the first booking that the view covers to its own day; 0 if there is none."""
    first = view.table("transactions").booked_at.min().date().to_pyarrow().as_py()
    return 0 if first is None else (view.as_of - first).days
