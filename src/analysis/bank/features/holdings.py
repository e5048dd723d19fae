"""Features from what a customer holds: accounts by product family, and their month-end balances."""

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from analysis.bank.features.bits import any_of, bit, how_many
from analysis.bank.features.catalogue import FAMILIES
from analysis.bank.source import View

# Their balances are a customer's money; accounts of an unknown family count as well.
OWN_MONEY = ("deposit", "wealth")
MONTHS = (6, 12)


def with_family(view: View) -> ibis.Table:
    """Accounts with their product family; blank where table products is missing or lacks the product."""
    accounts = view.table("accounts").select(
        "account_id", "customer_id", "product_id", "opened_on", "closed_on"
    )
    if not view.has("products"):
        return accounts.mutate(family=ibis.null("string"))
    families = view.table("products").select("product_id", "family")
    return accounts.left_join(families, "product_id").drop("product_id_right")


def of_accounts(view: View) -> ibis.Table:
    """Open accounts and families held, one row per customer with an account, keyed ``customer_id``."""
    accounts = with_family(view)
    accounts = accounts.filter(accounts.closed_on.isnull())
    counted = {"open_accounts": accounts.count()}
    if view.has("products"):
        counted["families_held"] = accounts.family.nunique()
        for family in FAMILIES:
            counted[f"has_{family}"] = ibis.ifelse(accounts.family == family, 1, 0).max()
    return accounts.group_by("customer_id").aggregate(**counted)


def last_month(as_of: date) -> date:
    """The last month end on or before `as_of`."""
    first_of_next = (as_of + timedelta(days=1)).replace(day=1)
    return first_of_next - timedelta(days=1)


def of_balances(view: View) -> ibis.Table:
    """Assets, debts, mean and slope of balance, one row per customer with a balance, keyed ``customer_id``.

    The slope is that of least squares on the months for which the customer has a balance.
    """
    balances = view.table("balances")
    last = last_month(view.as_of)
    ago = (last.year * 12 + last.month - (balances.month_end.year() * 12 + balances.month_end.month())).cast(
        "int32"
    )
    balances = balances.select("account_id", "balance", ago=ago)
    balances = balances.filter((balances.ago >= 0) & (balances.ago < max(MONTHS)))
    sums = {
        "last": ibis.ifelse(balances.ago == 0, balances.balance, 0).sum(),
        "bits": any_of(bit(balances.ago)),
    }
    for n in MONTHS:
        within = ibis.ifelse(balances.ago < n, balances.balance, 0)
        sums |= {f"y_{n}": within.sum(), f"xy_{n}": (within * -balances.ago).sum()}
    per_account = balances.group_by("account_id").aggregate(**sums)
    return _rolled_up(with_family(view).inner_join(per_account, "account_id"))


def _rolled_up(accounts: ibis.Table) -> ibis.Table:
    own = ibis.coalesce(accounts.family.isin(OWN_MONEY), True)
    totals = {
        "assets": ibis.ifelse(own & (accounts["last"] > 0), accounts["last"], 0).sum(),
        "debts": ibis.ifelse(accounts["last"] < 0, -accounts["last"], 0).sum(),
        "bits": any_of(ibis.ifelse(own, accounts.bits, 0)),
    }
    for name in (f"{kind}_{n}" for kind in ("y", "xy") for n in MONTHS):
        totals[name] = ibis.ifelse(own, accounts[name], 0).sum()
    rolled = accounts.group_by("customer_id").aggregate(**totals)
    features = {}
    for n in MONTHS:
        features[f"balance_mean_{n}m"] = rolled[f"y_{n}"] / how_many(rolled.bits, n).nullif(0)
        features[f"balance_slope_{n}m"] = _slope(rolled, n)
    return rolled.select("customer_id", "assets", "debts", **features)


def _slope(rolled: ibis.Table, n: int) -> ir.FloatingValue:
    """Least squares on the months x = 0, −1, …, 1 − n whose bit is set."""
    set_bits = [(rolled.bits >> ago) & 1 for ago in range(n)]
    count = how_many(rolled.bits, n)
    x = sum(bit * -ago for ago, bit in enumerate(set_bits))
    xx = sum(bit * ago * ago for ago, bit in enumerate(set_bits))
    return (count * rolled[f"xy_{n}"] - x * rolled[f"y_{n}"]) / (count * xx - x * x).nullif(0)
