"""How complete is the picture of each customer? One row per customer, ten areas, filled or not."""

import ibis
import numpy as np
import pandas as pd

from analysis.bank.features import features
from analysis.bank.features.holdings import last_month
from analysis.bank.source import View
from analysis.language import _, percent
from analysis.topics.data_quality.tallies import readable, with_shares

YEAR = 365
SMALLEST = 11  # customers of a group whose mean is told

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
        "suitability": _("Risk appetite"),
        "consent": _("Consent asked"),
        "owner": _("Relationship manager"),
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
        column of `FILLED` and known_phone_or_email (birth dates over 110 years ago and unusual genders count
        as unknown), consent (0, 1, blank), employed (whether the owner still works here; blank if table staff
        does not tell), days_since_contact (blank if never), and area_<name>, 0 or 1, per area. Names,
        telephones and e-mails stay in the bank.

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
    return joined.mutate(consent=agreed, **areas_).drop("balanced")


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
    """`customers(view)` fetched; of a customer who is there twice, the first row."""
    return customers(view).to_pandas().drop_duplicates("customer_id", ignore_index=True)


def scores(table: pd.DataFrame, weights: dict[str, float] | None = None) -> pd.Series:
    """Part of the picture that is filled, 0 to 1, for each customer.

    Parameters
    ----------
    table : DataFrame
        One row per customer with area_<name> for every area.
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
    parts = [table[f"area_{name}"] * weight for name, weight in weights.items()]
    return (sum(parts) / sum(weights.values())).rename("score").astype("float64")


def by_area(table: pd.DataFrame) -> pd.DataFrame:
    """Customers of whom an area is filled: area, label, n, count, share, low, high; emptiest first."""
    rows = [(code, label, len(table), int(table[f"area_{code}"].sum())) for code, label in areas().items()]
    frame = with_shares(pd.DataFrame(rows, columns=["area", "label", "n", "count"]))
    return frame.sort_values("share", kind="stable", ignore_index=True)


def distribution(score: pd.Series) -> pd.DataFrame:
    """Customers by score in steps of a tenth: tenth (0 to 10, rounded down), customers, share."""
    tenths = np.floor(score * 10 + 1e-9).astype(int)
    counts = tenths.value_counts().reindex(range(11), fill_value=0)
    share = counts / max(len(score), 1)
    return pd.DataFrame({"tenth": range(11), "customers": counts.to_numpy(), "share": share.to_numpy()})


def by_group(score: pd.Series, group: pd.Series) -> pd.DataFrame:
    """Mean score of each group of customers, lowest first; groups of fewer than 11 are left out.

    Returns
    -------
    DataFrame
        One row per group: label, customers, mean, low, high (normal 95 % interval).
    """
    grouped = score.groupby(group)
    frame = pd.DataFrame({"customers": grouped.size(), "mean": grouped.mean()})
    half = 1.96 * grouped.std(ddof=0) / np.sqrt(frame["customers"])
    frame = frame.assign(low=(frame["mean"] - half).clip(0), high=(frame["mean"] + half).clip(upper=1))
    frame = frame[frame["customers"] >= SMALLEST].rename_axis("label").reset_index()
    return frame.astype({"label": "str"}).sort_values(["mean", "label"], ignore_index=True)


def tenure_band(tenure_days: pd.Series) -> pd.Series:
    """Time with the bank in words."""
    names = [_("under a year"), _("1 to 3 years"), _("3 to 5 years"), _("over 5 years")]
    edges = [-np.inf, YEAR, 3 * YEAR, 5 * YEAR, np.inf]
    return pd.cut(tenure_days, edges, right=False, labels=names).astype("str")


def group_words(groups: pd.DataFrame) -> str:
    """The emptiest and the fullest group of `by_group`, if they differ by more than chance."""
    if len(groups) < 2:
        return _("There are too few groups of customers to compare.")
    least, most = groups.iloc[0], groups.iloc[-1]
    if least["high"] >= most["low"]:
        return _("The picture is filled alike in all groups: the intervals overlap")
    return _("The picture is emptiest for {least} ({low}), fullest for {most} ({high})").format(
        least=least["label"], low=percent(least["mean"]), most=most["label"], high=percent(most["mean"])
    )
