"""Features of customers on a day: one Ibis expression for every engine."""

import ibis
import ibis.expr.types as ir

from analysis.bank.features.bookings import of_bookings
from analysis.bank.features.catalogue import FEATURES, Feature
from analysis.bank.features.contacts import of_feedback, of_interactions
from analysis.bank.features.holdings import of_accounts, of_balances
from analysis.bank.source import View

__all__ = ["FEATURES", "Feature", "features"]


def features(view: View) -> ibis.Table:
    """Features of every customer who is with the bank on the day of `view`.

    A window of d days is (as_of − d, as_of]. Accounts count for their owner. Counts and sums of nothing
    are 0; shares and means of nothing, and days since what never happened, are blank; so is every feature
    one of whose tables the bank does not have.

    Returns
    -------
    ibis.Table
        One row per customer: ``customer_id``, then a column per entry of `FEATURES`, in that order.
    """
    customers = view.customers()
    found = customers.select("customer_id", **_person(customers, view.as_of))
    for build, needed in (
        (of_accounts, "accounts"),
        (of_bookings, "transactions"),
        (of_balances, "balances"),
        (of_interactions, "interactions"),
        (of_feedback, "feedback"),
    ):
        if view.has(needed):
            found = found.left_join(build(view), "customer_id").drop("customer_id_right")
    return found.select("customer_id", **{f.name: _column(found, f, view) for f in FEATURES})


def _person(customers: ibis.Table, as_of) -> dict[str, ir.Value]:
    born = customers.birth_date
    birthday_to_come = (born.month() * 100 + born.day()) > as_of.month * 100 + as_of.day
    age = as_of.year - born.year() - ibis.ifelse(birthday_to_come, 1, 0)
    return {
        "age_years": ibis.ifelse((age >= 0) & (age <= 120), age, None),
        "tenure_days": ibis.literal(as_of).delta(customers.joined_on, unit="day"),
    }


def _column(found: ibis.Table, feature: Feature, view: View) -> ir.Value:
    if not all(view.has(table) for table in feature.tables):
        return ibis.null(feature.type)
    value = found[feature.name].cast(feature.type)
    return value if feature.blank else value.fill_null(0)
