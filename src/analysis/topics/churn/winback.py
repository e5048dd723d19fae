"""Those already gone: what they were worth, whom to ask back and in which tone, and how many ever came back."""

from datetime import date, timedelta

import ibis
import numpy as np
import pandas as pd

from analysis.bank.features.holdings import OWN_MONEY
from analysis.bank.source import View
from analysis.language import _, day, money, number, percent, together
from analysis.topics.lifetime_value.relationship.margin import earns
from analysis.topics.plain_table import require

DAYS = 365
BEFORE = 90  # days before leaving on which holdings are counted: they are run down towards the end
UPSET = 180  # days before leaving in which a complaint explains it
AGED = 80  # years from which on a departure may be a death
TONES = ("usual", "apologise", "verify", "no_consent")


def labels() -> dict[str, str]:
    """Each tone in words."""
    return {
        "usual": _("Ask back"),
        "apologise": _("Apologise first: a complaint was unresolved"),
        "verify": _("Ask the branch first: aged 80 or more, may have died"),
        "no_consent": _("Do not contact: no consent to marketing"),
    }


def gone(view: View, days: int = DAYS) -> ibis.Table:
    """Customers who left within the last days, and what they were worth when they were still here.

    Parameters
    ----------
    view : View
    days : int

    Returns
    -------
    ibis.Table
        One row per customer: customer_id, left_on, tenure_days, age_years (at leaving), consent (bool), accounts and
        families (held 90 days before leaving, or on joining if later), balance (mean deposit and wealth balance of the 12
        month ends before the month of leaving), margin (currency a year: balances of these months × margin rate, and
        yearly fees; before the cost to serve), complaint (1: one of the 180 days before was unresolved on leaving). Blank
        where the tables are missing, and margin where no product has a rate or a fee.
    """
    people = view.table("customers")
    since = ibis.literal(view.as_of - timedelta(days=days - 1))
    people = people.filter(people.left_on >= since)
    born = people.birth_date
    birthday_to_come = born.month() * 100 + born.day() > people.left_on.month() * 100 + people.left_on.day()
    found = people.select(
        "customer_id",
        "left_on",
        tenure_days=people.left_on.delta(people.joined_on, unit="day").cast("int64"),
        age_years=(people.left_on.year() - born.year() - ibis.ifelse(birthday_to_come, 1, 0)).cast("int64"),
        consent=people.marketing_consent.fill_null(False),
    )
    accounts = _accounts(view, found)
    for part in (_held(accounts), _balances(view, accounts), _upset(view, found)):
        found = found.left_join(part, "customer_id").drop("customer_id_right")
    known = view.has("products") and earns(view)
    margin = found.earned.fill_null(0.0) + found.fees.fill_null(0.0) if known else ibis.null("float64")
    return found.select(
        "customer_id", "left_on", "tenure_days", "age_years", "consent", accounts=found.accounts.fill_null(0),
        families=found.families, balance=found.balance, margin=margin, complaint=found.complaint.fill_null(0),
    )  # fmt: skip


def _accounts(view: View, people: ibis.Table) -> ibis.Table:
    """Accounts of those who left, with their product, and whether they were open before the end."""
    accounts = view.table("accounts").select(
        "account_id", "customer_id", "product_id", "opened_on", "closed_on"
    )
    owned = people.select("customer_id", "left_on", "tenure_days").inner_join(accounts, "customer_id")
    if view.has("products"):
        products = view.table("products").select("product_id", "family", "margin_rate", "annual_fee")
        owned = owned.left_join(products, "product_id").drop("product_id_right")
    else:
        blank = {
            "family": ibis.null("string"),
            "margin_rate": ibis.null("float64"),
            "annual_fee": ibis.null("float64"),
        }
        owned = owned.mutate(**blank)
    back = ibis.least(owned.tenure_days, BEFORE)
    opened = owned.left_on.delta(owned.opened_on, unit="day") >= back
    closed = (owned.left_on.delta(owned.closed_on, unit="day") >= back).fill_null(False)
    return owned.mutate(held=opened & ~closed)


def _held(accounts: ibis.Table) -> ibis.Table:
    held = accounts.filter(accounts.held)
    return held.group_by("customer_id").aggregate(
        accounts=held.count(), families=held.family.nunique(), fees=held.annual_fee.sum()
    )


def _balances(view: View, accounts: ibis.Table) -> ibis.Table:
    if not view.has("balances"):
        columns = {"balance": ibis.null("float64"), "earned": ibis.null("float64")}
        return accounts.select("customer_id").distinct().mutate(**columns)
    rows = accounts.inner_join(view.table("balances"), "account_id")
    ago = (rows.left_on.year() - rows.month_end.year()) * 12 + rows.left_on.month() - rows.month_end.month()
    rows = rows.mutate(ago=ago).filter(ago.between(1, 12))
    own = ibis.coalesce(rows.family.isin(OWN_MONEY), True)
    months = rows.ago.nunique()
    return rows.group_by("customer_id").aggregate(
        balance=ibis.ifelse(own, rows.balance, 0.0).sum() / months,
        earned=(rows.balance.abs() * rows.margin_rate).sum() / months,
    )


def _upset(view: View, people: ibis.Table) -> ibis.Table:
    if not view.has("feedback"):
        return people.select("customer_id", complaint=ibis.null("int64"))
    feedback = view.table("feedback").select("customer_id", "kind", "received_at", "resolved_at")
    cases = people.select("customer_id", "left_on").inner_join(feedback, "customer_id")
    age = cases.left_on.delta(cases.received_at.date(), unit="day")
    open_ = (cases.resolved_at.date() > cases.left_on).fill_null(True)
    upset = cases.filter((cases.kind == "complaint") & (age >= 0) & (age < UPSET) & open_)
    return upset.select("customer_id", complaint=ibis.literal(1)).distinct()


def silent(view: View, now: pd.DataFrame, signals: pd.DataFrame, days: int = 180) -> pd.DataFrame:
    """Customers on the books who have started no booking for some time, in the columns of `gone`.

    Parameters
    ----------
    view : View
    now : DataFrame
        `features` of the day.
    signals : DataFrame
        `signals` of the day, for complaints.
    days : int
        Days without a booking; who never made one counts from joining.

    Returns
    -------
    DataFrame
        As `gone`, left_on and margin blank; balance is that of the last 12 month ends.
    """
    quiet = now["days_since_activity"].fillna(now["tenure_days"]) >= days
    people = view.customers()
    consent = people.select("customer_id", consent=people.marketing_consent.fill_null(False)).to_pandas()
    upset = signals.set_index("customer_id")["complaint_open"].notna().astype(int)
    rows = now[quiet].merge(consent, on="customer_id")
    return pd.DataFrame(
        {
            "customer_id": rows["customer_id"], "left_on": pd.NaT, "tenure_days": rows["tenure_days"],
            "age_years": rows["age_years"], "consent": rows["consent"], "accounts": rows["open_accounts"],
            "families": rows["families_held"], "balance": rows["balance_mean_12m"], "margin": np.nan,
            "complaint": rows["customer_id"].map(upset).fillna(0).astype(int),
        }
    )  # fmt: skip


def toned(table: pd.DataFrame) -> pd.DataFrame:
    """Each customer with the tone of a contact: tone (of `TONES`) and worth (margin, or balance if none is known).

    Parameters
    ----------
    table : DataFrame
        `gone`, fetched, or `silent`.

    Raises
    ------
    ValueError
        If a column is missing.
    """
    require(table, {"consent": "agreed to be contacted", "age_years": "age", "complaint": "unresolved on leaving",
                    "margin": "currency a year", "balance": "mean of the last year"}, "who left")  # fmt: skip
    consent = table["consent"].fillna(False).astype(bool)
    tone = np.select(
        [~consent, table["complaint"].fillna(0) > 0, table["age_years"].fillna(0) >= AGED],
        ["no_consent", "apologise", "verify"],
        "usual",
    )
    worth = table["margin"] if table["margin"].notna().any() else table["balance"]
    return table.assign(tone=pd.Series(tone, table.index, dtype="str"), worth=worth.astype(float))


def ranked(table: pd.DataFrame) -> pd.DataFrame:
    """The list to work through: who consents, worth most first, with the tone in words (label).

    Parameters
    ----------
    table : DataFrame
        As `toned` gives it.
    """
    asked = table[table["tone"] != "no_consent"]
    asked = asked.sort_values(
        ["worth", "customer_id"], ascending=[False, True], na_position="last", ignore_index=True
    )
    return asked.assign(label=asked["tone"].map(labels()))


def by_tone(table: pd.DataFrame) -> pd.DataFrame:
    """How many are to be contacted in which tone: tone, label, customers, balance and margin (sums).

    Parameters
    ----------
    table : DataFrame
        As `toned` gives it.
    """
    sums = table.groupby("tone").agg(
        customers=("tone", "size"),
        balance=("balance", "sum"),
        margin=("margin", lambda x: x.sum(min_count=1)),
    )
    sums = sums.reindex([tone for tone in TONES if tone in sums.index]).rename_axis("tone").reset_index()
    sums.insert(1, "label", sums["tone"].map(labels()).astype("str"))
    return sums


def summary(table: pd.DataFrame, back: pd.DataFrame, currency: str, since: date) -> str:
    """Who is on the list and what is known of coming back, from `toned` and `returns`."""
    if table.empty:
        return _("Nobody left in the period.")
    # Exact numbers would tell the small tones that the table does not show.
    asked = round((table["tone"] != "no_consent").mean(), 1)
    words = _("{n} customers have left since {since}; about {share} of them may be contacted.")
    said = [words.format(n=number(len(table)), since=day(since), share=percent(asked, 0))]
    if table["margin"].notna().any():
        earned = _("They earned the bank {margin} a year before the cost to serve.")
        said.append(earned.format(margin=money(table["margin"].sum(), currency)))
    row = back.iloc[0]
    if row["customers"]:
        came = _(
            "Of {n} who left earlier {k} came back within a year ({share}; 95% interval {low} to {high}): what a campaign"
            " would add is not known."
        )
        said.append(
            came.format(n=number(row["customers"]), k=number(row["returned"]), share=percent(row["share"]),
                        low=percent(row["low"]), high=percent(row["high"]))
        )  # fmt: skip
    return together(*said)
