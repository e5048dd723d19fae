"""What each customer earns the bank a month: balances, fees, cost to serve, expected loss."""

from datetime import timedelta

import ibis
import pandas as pd

from analysis.bank.features.holdings import of_balances
from analysis.bank.source import View
from analysis.language import _
from analysis.topics.lifetime_value.relationship import losses
from analysis.topics.lifetime_value.relationship.assumptions import Assumptions
from analysis.topics.lifetime_value.relationship.calendar import last_full, number_of
from analysis.topics.plain_table import require, require_one_row_each

MONTHS = 3  # month ends that the balance is averaged over
YEAR = 12  # months of contacts

# Column of a table of your own: (unit, meaning, whether it must be there).
COLUMNS: dict[str, tuple[str, str, bool]] = {
    "customer_id": ("", "Customer number, unique", True),
    "margin": ("currency a month", "What the customer earns the bank; negative if they cost it money", True),
    "tenure": ("months", "Calendar months since the month of joining; taken as 0 if missing", False),
    "tier": ("", "Group whose customers leave alike; all are one if missing", False),
    "expected_loss": ("currency a month", "Part of the margin that is expected loss on loans", False),
    "loss_if_default": ("currency", "What the customer's loans can lose at most", False),
}


def margins(view: View, assumptions: Assumptions) -> ibis.Table:
    """Monthly margin of every customer with the bank on the day.

    Parameters
    ----------
    view : View
    assumptions : Assumptions

    Returns
    -------
    ibis.Table
        One row per customer: customer_id, tenure (calendar months since the month of joining), assets
        (currency; positive deposit and wealth balances at the last month end, 0 if none), balance_margin
        (mean of the last 3 month ends × margin rate / 12 over open accounts; debts earn as assets do, loans in
        default nothing),
        fees (annual fees of open accounts / 12), cost_to_serve, expected_loss, margin (the first two less the
        other two; currency a month) and loss_if_default (currency). What `missing` names is 0.

    Raises
    ------
    MissingTable
        If the bank lacks balances, accounts or products: no margin is known without them. Nor is one if `earns`
        says no; the zeros then mean nothing.
    """
    people = view.customers()
    tenure = (ibis.literal(last_full(view.as_of), "int64") - number_of(people.joined_on)).clip(lower=0)
    parts = people.select("customer_id", tenure=tenure.cast("int64"))
    assets = of_balances(view).select("customer_id", "assets")
    for table in (assets, _earned(view), _contacts(view, assumptions), _losses(view, assumptions)):
        parts = parts.left_join(table, "customer_id").drop("customer_id_right")
    filled = {
        name: parts[name].fill_null(0.0)
        for name in ("assets", "balance_margin", "fees", "expected_loss", "loss_if_default")
    }
    flat = assumptions.cost_per_month if priced(view, assumptions) else 0.0
    found = parts.mutate(**filled, cost_to_serve=parts.contact_cost.fill_null(0.0) + flat)
    margin = found.balance_margin + found.fees - found.cost_to_serve - found.expected_loss
    return found.select(
        "customer_id", "tenure", "assets", "balance_margin", "fees", "cost_to_serve", "expected_loss",
        "loss_if_default", margin=margin,
    )  # fmt: skip


def missing(view: View, assumptions: Assumptions) -> list[str]:
    """Parts of the margin that this bank's tables do not give, in words; they count as 0."""
    said = []
    if not priced(view, assumptions):
        words = _("cost to serve (the costs are given in {currency}, the bank counts in another currency)")
        said.append(words.format(currency=assumptions.cost_currency))
    elif not view.has("interactions"):
        said.append(_("the cost of contacts (table interactions is missing)"))
    if not view.has("loan_months"):
        said.append(_("expected loss on loans (table loan_months is missing)"))
    rates, fees = _rated(view)
    if not rates:
        said.append(_("the margin on balances (no product has a margin rate)"))
    if not fees:
        said.append(_("fees (no product has a yearly fee)"))
    return said


def earns(view: View) -> bool:
    """Whether any product has a margin rate or a fee: without, every margin is unknown, not 0 (Berka)."""
    return any(_rated(view))


def _rated(view: View) -> tuple[int, int]:
    """Number of products with a margin rate, and with a yearly fee."""
    products = view.table("products")
    counted = products.aggregate(rates=products.margin_rate.count(), fees=products.annual_fee.count())
    row = counted.to_pyarrow().to_pylist()[0]
    return row["rates"], row["fees"]


def priced(view: View, assumptions: Assumptions) -> bool:
    """Whether the costs are in the bank's currency, so that they count."""
    return view.currency == assumptions.cost_currency


def _earned(view: View) -> ibis.Table:
    """Margin on balances and fees of open accounts, one row per customer."""
    balances = view.table("balances")
    last = last_full(view.as_of)
    recent = number_of(balances.month_end).between(last - MONTHS + 1, last)
    recent = balances.filter(recent).group_by("account_id").aggregate(mean=lambda t: t.balance.abs().mean())
    accounts = view.table("accounts").select("account_id", "customer_id", "product_id", "closed_on")
    accounts = accounts.filter(accounts.closed_on.isnull())
    if view.has("loan_months"):
        accounts = accounts.anti_join(losses.defaults(view), "account_id")
    rates = view.table("products").select("product_id", "margin_rate", "annual_fee")
    owned = accounts.inner_join(rates, "product_id").left_join(recent, "account_id")
    return owned.group_by("customer_id").aggregate(
        balance_margin=(owned["mean"] * owned.margin_rate).sum() / 12, fees=owned.annual_fee.sum() / 12
    )


def contact_price(contacts: ibis.Table, assumptions: Assumptions):
    """Cost of each row of table interactions."""
    prices = assumptions.cost_per_contact.items()
    price = ibis.cases(*((contacts.channel == channel, float(cost)) for channel, cost in prices), else_=0.0)
    return price.cast("float64")


def _contacts(view: View, assumptions: Assumptions) -> ibis.Table:
    """Cost of the contacts of the last 12 months, a month; over fewer months if recorded or here for fewer."""
    people = view.customers().select("customer_id", "joined_on")
    if not (priced(view, assumptions) and view.has("interactions") and assumptions.cost_per_contact):
        return people.select("customer_id", contact_cost=ibis.null("float64"))
    contacts = view.table("interactions")
    began = contacts.started_at.min().to_pyarrow().as_py()
    since = view.as_of - timedelta(days=364)
    since = max(since, began.date()) if began else since
    recent = contacts.filter(contacts.started_at >= ibis.timestamp(since.isoformat()))
    cost = recent.group_by("customer_id").aggregate(cost=contact_price(recent, assumptions).sum())
    both = people.inner_join(cost, "customer_id")
    first = ibis.greatest(both.joined_on, ibis.literal(since))
    # As a float: to Spark 365.25 is a decimal, whose quotients it rounds to six digits.
    days = ibis.literal(view.as_of).delta(first, unit="day").cast("float64") + 1
    # Whoever joined yesterday is not held to talk to the bank every day from now on.
    return both.select("customer_id", contact_cost=both.cost / ibis.greatest(days / 365.25 * 12, 1.0))


def _losses(view: View, assumptions: Assumptions) -> ibis.Table:
    if not view.has("loan_months"):
        empty = ibis.null("float64")
        return view.customers().select("customer_id", expected_loss=empty, loss_if_default=empty)
    accounts = view.table("accounts").select("account_id", "customer_id", "closed_on")
    accounts = accounts.filter(accounts.closed_on.isnull())
    owned = accounts.inner_join(losses.of_loans(view, assumptions), "account_id")
    return owned.group_by("customer_id").aggregate(
        expected_loss=owned.expected_loss.sum(), loss_if_default=owned.loss_if_default.sum()
    )


def checked(table: pd.DataFrame) -> pd.DataFrame:
    """A table of one row per customer with the columns of `COLUMNS`, checked and completed; others are kept.

    Raises
    ------
    ValueError
        If customer_id or margin is missing, a customer appears twice, or a number is none.
    """
    require(table, {name: meaning for name, (_unit, meaning, needed) in COLUMNS.items() if needed}, "margins")
    require_one_row_each(table)
    filled = {"tenure": 0.0, "expected_loss": 0.0, "loss_if_default": 0.0}
    numbers = {name: _number(table, name, filled.get(name)) for name in ("margin", *filled)}
    tier = table["tier"].astype("str") if "tier" in table else "all"
    return table.assign(tier=tier, **numbers)


def _number(table: pd.DataFrame, name: str, instead: float | None) -> pd.Series:
    if name not in table:
        return pd.Series(instead, table.index, dtype=float)
    try:
        values = pd.to_numeric(table[name]).astype(float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} is not a number throughout ({error}); convert it first") from None
    if values.isna().any() and instead is None:
        raise ValueError(f"{name} is blank in {int(values.isna().sum())} rows; fill it or leave them out")
    return values if instead is None else values.fillna(instead)
