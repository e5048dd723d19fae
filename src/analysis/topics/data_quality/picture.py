"""How complete is the picture of each customer? One row per customer, ten areas, filled or not.

A relationship manager is asked of customers above the lowest asset tier, a risk appetite of those with wealth
products, the other areas of everybody.
"""

import ibis
import numpy as np
import pandas as pd

from analysis.bank.features import features
from analysis.bank.features.holdings import last_month
from analysis.bank.source import View
from analysis.language import _
from analysis.topics.data_quality.tallies import readable, with_shares
from analysis.topics.segmentation.tiers import ladder

YEAR = 365

# Columns of customers that somebody must fill in; of telephone and e-mail, one is enough.
FILLED = (
    "name", "birth_date", "gender", "branch_id", "region", "marketing_consent", "risk_appetite", "staff_id",
)  # fmt: skip


def areas() -> dict[str, str]:
    """Areas of the picture, with their names; each weighs the same unless weights are given."""
    return {
        "identity": _("Name"),
        "contact": _("Telephone or e-mail"),
        "demographic": _("Birth date, gender, region"),
        "suitability": _("Risk appetite, with wealth products"),
        "consent": _("Consent asked"),
        "owner": _("Relationship manager, above the lowest tier"),
        "accounts": _("Open account"),
        "balances": _("Balance at the last month end"),
        "transactions": _("Booking within a year"),
        "interactions": _("Contact within a year"),
    }


def customers(view: View) -> ibis.Table:
    """Every customer who is with the bank on the day: what is filled, the areas, and the features.

    Returns
    -------
    ibis.Table
        One row per customer: the features, customer_id, branch_id, region, one flag ``known_<column>`` per
        column of `FILLED` and known_phone_or_email (birth dates over 110 years ago, unusual genders and
        managers who left count as unknown), consent (0, 1, blank), days_since_contact (blank if never), and
        area_<name>, 0 or 1, per area. Names, telephones and e-mails stay in the bank.

    Raises
    ------
    MissingTable
        If the bank lacks customers or accounts.
    """
    found, _broken = readable(view)
    view.table("accounts")
    people = view.customers()
    known = {f"known_{name}": people[name].notnull() for name in FILLED}
    known["known_phone_or_email"] = people.phone.notnull() | people.email.notnull()
    age = view.as_of.year - people.birth_date.year()
    known["known_birth_date"] = age.between(0, 110).fill_null(False)
    known["known_gender"] = people.gender.isin(("female", "male")).fill_null(False)
    kept = people.select(
        "customer_id", "branch_id", "region", "staff_id", consent=people.marketing_consent, **known
    )
    joined = features(view).inner_join(kept, "customer_id")
    for part in (_employed(found), _balanced(found, view), _contacted(found, view)):
        if part is not None:
            key = part.columns[0]
            joined = joined.left_join(part, key).drop(f"{key}_right")
    return _with_areas(joined)


def _with_areas(joined: ibis.Table) -> ibis.Table:
    """Flags 0 or 1 per area; an area whose tables or columns the bank lacks is filled for nobody."""
    absent = {"balanced": "boolean", "employed": "boolean", "days_since_contact": "int64"}
    joined = joined.mutate(**{n: ibis.null(t) for n, t in absent.items() if n not in joined.columns})
    # Whether a manager still works here is taken for granted where table staff does not tell.
    joined = joined.mutate(known_staff_id=joined.known_staff_id & joined.employed.fill_null(True))
    flags = {
        "identity": joined.known_name,
        "contact": joined.known_phone_or_email,
        "demographic": joined.known_birth_date & joined.known_gender & joined.known_region,
        "suitability": joined.known_risk_appetite,
        "consent": joined.known_marketing_consent,
        "owner": joined.known_staff_id,
        "accounts": joined.open_accounts > 0,
        "balances": joined.balanced,
        "transactions": (joined.inflow_365d + joined.outflow_365d > 0) | (joined.bookings_365d > 0),
        "interactions": joined.days_since_contact < YEAR,
    }
    agreed = ibis.cases((joined.consent, 1), (~joined.consent, 0))
    areas_ = {f"area_{name}": ibis.ifelse(flag.fill_null(False), 1, 0) for name, flag in flags.items()}
    return joined.mutate(consent=agreed, **areas_).drop("balanced", "employed")


def _employed(found: dict[str, ibis.Table]) -> ibis.Table | None:
    if "staff" not in found:
        return None
    staff = found["staff"]
    return staff.select("staff_id", employed=staff.left_on.isnull())


def _balanced(found: dict[str, ibis.Table], view: View) -> ibis.Table | None:
    if "balances" not in found:
        return None
    ends = found["balances"].filter(found["balances"].month_end == ibis.literal(last_month(view.as_of)))
    owned = found["accounts"].select("customer_id", "account_id").semi_join(ends, "account_id")
    return owned.select("customer_id", balanced=ibis.literal(True)).distinct()


def _contacted(found: dict[str, ibis.Table], view: View) -> ibis.Table | None:
    """Last contact of any kind of each customer who had one."""
    parts = []
    if "interactions" in found:
        sessions = found["interactions"]
        parts.append(sessions.select("customer_id", day=sessions.started_at.date()))
    if "crm_activities" in found:
        done = found["crm_activities"].filter(found["crm_activities"].done_on.notnull())
        parts.append(done.select("customer_id", day="done_on"))
    if not parts:
        return None
    contacts = parts[0] if len(parts) == 1 else parts[0].union(parts[1])
    last = contacts.group_by("customer_id").aggregate(day=contacts.day.max())
    return last.select("customer_id", days_since_contact=ibis.literal(view.as_of).delta(last.day, unit="day"))


def people(view: View) -> pd.DataFrame:
    """`customers(view)` fetched, with due_owner and due_suitability: whether the area is asked of the customer.

    Of a customer who is there twice, the first row. What cannot be told from the tables is asked of everybody.
    """
    table = customers(view).to_pandas().drop_duplicates("customer_id", ignore_index=True)
    bounds = ladder(table["assets"], view.currency).thresholds
    upper = table["assets"] >= (bounds[0] if bounds else np.inf)
    return table.assign(
        due_owner=upper | table["assets"].isna(),
        due_suitability=table["has_wealth"].ne(0) | table["has_wealth"].isna(),
    )


def asked(table: pd.DataFrame, area: str) -> pd.Series:
    """Whether an area is asked of each customer of `people`."""
    return table.get(f"due_{area}", pd.Series(True, table.index)).astype(bool)


def scores(table: pd.DataFrame, weights: dict[str, float] | None = None) -> pd.Series:
    """Part of the areas asked of each customer that is filled, 0 to 1; missing if none is asked.

    Parameters
    ----------
    table : DataFrame
        As `people` gives it.
    weights : dict, optional
        Weight per area; areas left out weigh 0. Without it all weigh the same.

    Raises
    ------
    ValueError
        If a weight is negative, all are 0 or an area is unknown.
    """
    weights = weights or dict.fromkeys(areas(), 1.0)
    unknown = sorted(set(weights) - set(areas()))
    if unknown:
        raise ValueError(f"weights name {unknown[0]!r}; expected areas among {', '.join(areas())}")
    if min(weights.values()) < 0 or sum(weights.values()) <= 0:
        raise ValueError(f"weights are {weights}; expected none below 0 and one at least above")
    due = {name: asked(table, name) * weight for name, weight in weights.items()}
    filled = sum(table[f"area_{name}"] * weight for name, weight in due.items())
    total = sum(due.values())
    return (filled / total.where(total > 0)).rename("score").astype("float64")


def complete(table: pd.DataFrame) -> pd.Series:
    """Whether every area that is asked of a customer is filled."""
    return (scores(table) == 1).rename("complete")


def by_area(table: pd.DataFrame) -> pd.DataFrame:
    """Customers of whom an area is asked (n) and filled (count): area, label, share, low, high; emptiest first."""
    rows = []
    for area, label in areas().items():
        due = asked(table, area)
        rows.append((area, label, int(due.sum()), int((due & (table[f"area_{area}"] == 1)).sum())))
    frame = with_shares(pd.DataFrame(rows, columns=["area", "label", "n", "count"]))
    return frame.sort_values("share", kind="stable", ignore_index=True)
