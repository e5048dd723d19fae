"""What was known of a customer on a day of their own: of invitees when they were asked, of who wrote when they did."""

import ibis
import ibis.expr.types as ir

from analysis.bank.features.contacts import DIGITAL
from analysis.bank.features.holdings import OWN_MONEY, with_family
from analysis.bank.source import View

COLUMNS = {
    "age": "int64",
    "gender": "string",
    "region": "string",
    "branch_id": "string",
    "tenure_days": "int64",
    "assets": "float64",
    "complaints_365d": "int64",
    "digital_90d": "int64",
}


def known_then(view: View, moments: ibis.Table) -> ibis.Table:
    """What was known of customers on days of their own.

    Parameters
    ----------
    view : View
    moments : ibis.Table
        One row per customer and day, no two the same: customer_id, day.

    Returns
    -------
    ibis.Table
        One row per row of `moments`: customer_id, day, then `COLUMNS`: age in completed years (blank beyond 0 to
        120), gender, region and branch_id (as they are on the day of the view: the tables keep no earlier ones),
        tenure_days, assets (positive deposit and wealth balances at the last month end before or on the day, in the
        bank's currency), complaints_365d and digital_90d (complaints and digital sessions in the days up to and with
        the day). A column is blank if its table is missing, age and tenure too for who joined after the day.
    """
    people = view.table("customers")
    rows = moments.left_join(people, "customer_id").drop("customer_id_right")
    found = rows.select("customer_id", "day", "gender", "region", "branch_id", **_person(rows))
    for build, needed in (
        (_assets, "balances"),
        (_complaints, "feedback"),
        (_sessions, "interactions"),
    ):
        if view.has(needed):
            joined = found.left_join(build(view, moments), ["customer_id", "day"])
            found = joined.drop("customer_id_right", "day_right")
    return found.select("customer_id", "day", **{n: _column(found, n, t) for n, t in COLUMNS.items()})


def _column(found: ibis.Table, name: str, kind: str) -> ir.Value:
    if name not in found.columns:
        return ibis.null(kind)
    value = found[name].cast(kind)
    return value.fill_null(0) if name in ("assets", "complaints_365d", "digital_90d") else value


def _person(rows: ibis.Table) -> dict[str, ir.Value]:
    born, day = rows.birth_date, rows.day
    to_come = born.month() * 100 + born.day() > day.month() * 100 + day.day()
    age = day.year() - born.year() - ibis.ifelse(to_come, 1, 0)
    tenure = day.delta(rows.joined_on, unit="day")
    return {
        "age": ibis.ifelse((age >= 0) & (age <= 120), age, None),
        "tenure_days": ibis.ifelse(tenure >= 0, tenure, None),
    }


def _month(day: ir.Value) -> ir.Value:
    return day.year() * 12 + day.month()


def _assets(view: View, moments: ibis.Table) -> ibis.Table:
    accounts = with_family(view)
    accounts = accounts.filter(ibis.coalesce(accounts.family.isin(OWN_MONEY), True))
    balances = view.table("balances").filter(lambda t: t.balance > 0)
    balances = balances.select("account_id", "balance", month=_month(balances.month_end))
    owned = accounts.select("account_id", "customer_id").inner_join(balances, "account_id")
    # a day that is no month end looks at the end of the month before
    after = moments.day + ibis.interval(days=1)
    asked = moments.mutate(month=_month(after) - 1)
    joined = asked.inner_join(owned, ["customer_id", "month"])
    return joined.group_by(["customer_id", "day"]).aggregate(assets=joined.balance.sum())


def _complaints(view: View, moments: ibis.Table) -> ibis.Table:
    feedback = view.table("feedback").filter(lambda t: t.kind == "complaint")
    return _counted(
        moments, feedback.select("customer_id", on=feedback.received_at.date()), 365, "complaints_365d"
    )


def _sessions(view: View, moments: ibis.Table) -> ibis.Table:
    contacts = view.table("interactions").filter(lambda t: t.channel.isin(DIGITAL))
    return _counted(moments, contacts.select("customer_id", on=contacts.started_at.date()), 90, "digital_90d")


def _counted(moments: ibis.Table, events: ibis.Table, days: int, name: str) -> ibis.Table:
    joined = moments.inner_join(events, "customer_id")
    ago = joined.day.delta(joined.on, unit="day")
    within = joined.filter((ago >= 0) & (ago < days))
    return within.group_by(["customer_id", "day"]).aggregate(**{name: within.count()})
