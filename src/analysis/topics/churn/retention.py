"""Who stays over the years of the relationship: by tier, first product and holdings, with late entry."""

from datetime import date

import ibis
import numpy as np
import pandas as pd

from analysis.bank.features.holdings import with_family
from analysis.bank.source import View
from analysis.language import _, number, percent, together
from analysis.statistics.survival import LogRank, kaplan_meier, log_rank, rate_interval
from analysis.topics.churn.activity import own_money
from analysis.topics.churn.definitions import families
from analysis.topics.lifetime_value.relationship.calendar import number_of
from analysis.topics.segmentation.tiers import Ladder, tier_of

MONTH, YEAR = 365.25 / 12, 365.25  # days
SETTLED = 90  # days after joining from which tier and holdings are known of a new customer
FEWEST = 30  # at risk, below which a curve is not drawn
SHORTEST = YEAR  # days of tenure that a curve must cover
GROUPS = ("tier", "first_product", "holdings")


def observed_from(view: View) -> date | None:
    """First day from which on departures are seen: that of the first booking; None without bookings."""
    return view.table("transactions").booked_at.min().date().to_pyarrow().as_py()


def spells(view: View, steps: Ladder | None = None) -> pd.DataFrame:
    """How long each customer has been seen to stay, from when they could be seen leaving.

    A customer of before the first booking enters late, at their tenure on that day: those who left before are
    not on record as these are. Tier and holdings are those of the entry, for the curve of a group may not know
    what came later; new customers enter those curves `SETTLED` days after joining, and all of them at the first
    month end with balances at the earliest, where there are tiers (landmark).

    Parameters
    ----------
    view : View
    steps : Ladder, optional
        Tiers by assets; without it, or without table balances, tier is missing.

    Returns
    -------
    DataFrame
        One row per customer who was seen at all: customer_id, joined_on; enter, settled (days since joining from
        which they are watched: in all, and with tier and holdings known), exit (days since joining when they
        left, or on the day of `view`), left (bool), tier, first_product (family of the first account, or its
        product without table products), holdings ("1", "2", "3+": families held, or open accounts), each
        missing if unknown.
    """
    since = observed_from(view) or view.as_of
    tiered = steps is not None and view.has("balances")
    known = max(since, _first_month_end(view) or view.as_of) if tiered else since
    people = view.table("customers").select("customer_id", "joined_on", "left_on")
    settled = people.joined_on + ibis.interval(days=SETTLED)
    people = people.mutate(entry=ibis.greatest(settled.cast("date"), ibis.literal(known)))
    parts = [_first_product(view), _held(view, people), *([_assets(view, people)] if tiered else [])]
    rows = people
    for part in parts:
        rows = rows.left_join(part, "customer_id").drop("customer_id_right")
    table = rows.to_pandas().sort_values("customer_id", ignore_index=True)
    table = _with_tenures(table, since, view.as_of)
    table["tier"] = tier_of(table["assets"].fillna(0.0), steps) if tiered else None
    table["holdings"] = (
        table["held"].map({1: "1", 2: "2"}).where(table["held"] < 3, "3+").where(table["held"] > 0, None)
    )
    names = ["customer_id", "joined_on", "enter", "settled", "exit", "left", *GROUPS]
    return table.loc[table["exit"] > table["enter"], names].reset_index(drop=True)


def _with_tenures(table: pd.DataFrame, since: date, until: date) -> pd.DataFrame:
    """Days since joining at the beginning and the end of the watch."""
    dates = {name: pd.to_datetime(table[name]) for name in ("joined_on", "left_on", "entry")}
    joined = dates["joined_on"]
    return table.assign(
        joined_on=joined,
        exit=(dates["left_on"].fillna(pd.Timestamp(until)) - joined).dt.days,
        enter=(pd.Timestamp(since) - joined).dt.days.clip(lower=0),
        settled=(dates["entry"] - joined).dt.days,
        left=dates["left_on"].notna(),
    )


def _first_month_end(view: View) -> date | None:
    return view.table("balances").month_end.min().to_pyarrow().as_py()


def _first_product(view: View) -> ibis.Table:
    accounts = with_family(view)
    if not view.has("products"):
        accounts = accounts.mutate(family=accounts.product_id)
    first = accounts.group_by("customer_id").aggregate(opened_on=accounts.opened_on.min())
    on_it = accounts.inner_join(first, ["customer_id", "opened_on"])
    # Of several on the first day the one that most customers of a bank would call the account comes first.
    return on_it.group_by("customer_id").aggregate(
        first_product=ibis.coalesce(
            ibis.ifelse(on_it.family == "deposit", "deposit", None).max(), on_it.family.min()
        )
    )


def _held(view: View, people: ibis.Table) -> ibis.Table:
    """Families (accounts, without table products) open at the end of each customer's day of entry."""
    accounts = with_family(view)
    both = people.select("customer_id", "entry").inner_join(accounts, "customer_id")
    both = both.filter(
        (both.opened_on <= both.entry) & (both.closed_on.isnull() | (both.closed_on > both.entry))
    )
    held = both.family.nunique() if view.has("products") else both.count()
    return both.group_by("customer_id").aggregate(held=held)


def _assets(view: View, people: ibis.Table) -> ibis.Table:
    """Deposits and wealth at the last month end on or before each customer's day of entry."""
    # That is the month before the one of the next day.
    month = number_of((people.entry + ibis.interval(days=1)).cast("date")) - 1
    asked = people.select("customer_id", month=month)
    held = asked.inner_join(own_money(view), ["customer_id", "month"])
    return held.select("customer_id", assets="balance")


def curves(found: pd.DataFrame, by: str = "", names: dict[str, str] | None = None) -> pd.DataFrame:
    """Survival of the relationship by tenure, of all or of each group, with late entry.

    Parameters
    ----------
    found : DataFrame
        As `spells` gives it.
    by : str
        "", or one of `GROUPS`.
    names : dict, optional
        Labels of the groups, in order; others follow by their code.

    Returns
    -------
    DataFrame
        One row per group and month of tenure: group, label, months, customers (at risk), survival, low, high
        (95 %), departures (within the group so far, on its curve). A curve covers the tenures of which at least 30
        customers were at risk throughout and is the share of those who stay on from its first month; a group
        without such a span of a year has none.
    """
    parts = []
    for group, label, rows in _groups(found, by, names):
        curve = kaplan_meier(rows["left"], rows["exit"], rows["from"], fewest=FEWEST)
        if len(curve) and curve["time"].iloc[-1] - curve["time"].iloc[0] >= SHORTEST:
            parts.append(_monthly(curve, rows).assign(group=group, label=label))
    columns = ["group", "label", "months", "customers", "survival", "low", "high", "departures"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def _groups(found: pd.DataFrame, by: str, names: dict[str, str] | None):
    """Code, label and spells (with `from`, the entry that goes with the group) of each group, in order."""
    if by not in ("", *GROUPS):
        raise ValueError(f"by is {by!r}; expected '' or one of {', '.join(GROUPS)}")
    start = "enter" if by in ("", "first_product") else "settled"
    rows = found.assign(**{"from": found[start]})
    rows = rows[rows["exit"] > rows["from"]]
    if not by:
        return [("all", _("All customers"), rows)]
    names = names or _names(by)
    codes = [*names, *sorted(set(rows[by].dropna()) - set(names))]
    return [
        (code, names.get(code, code), rows[rows[by] == code]) for code in codes if (rows[by] == code).any()
    ]


def _names(by: str) -> dict[str, str]:
    if by == "holdings":
        return {"1": _("1 product family"), "2": _("2 product families"), "3+": _("3 or more families")}
    return {code: name[:1].upper() + name[1:] for code, name in families().items()}


def _monthly(curve: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """A curve in days, read at whole months of tenure and at both of its ends."""
    start, end = curve["time"].iloc[0], curve["time"].iloc[-1]
    inner = MONTH * np.arange(np.ceil(start / MONTH), np.floor(end / MONTH) + 1)
    days = np.unique(np.concatenate([[start], inner[(inner > start) & (inner < end)], [end]]))
    place = np.searchsorted(curve["time"], days, side="right") - 1
    read = curve.iloc[place].reset_index(drop=True)
    # At risk on the day; at the beginning, just after it.
    just = days + np.where(days == start, 1e-6, 0.0)
    at = np.searchsorted(np.sort(rows["from"]), just) - np.searchsorted(np.sort(rows["exit"]), just)
    read["departures"] = curve["events"].cumsum().to_numpy()[place].astype(int)
    return read.assign(months=days / MONTH, customers=at)


def departure_rates(found: pd.DataFrame, by: str, names: dict[str, str] | None = None) -> pd.DataFrame:
    """Departures per customer year of each group, whatever the tenure.

    Returns
    -------
    DataFrame
        One row per group, in order: group, label, customers, years (watched), departures, rate (a customer
        year), low, high (95 %, Poisson), average (of all).
    """
    rows = []
    for group, label, part in _groups(found, by, names):
        years = (part["exit"] - part["from"]).sum() / YEAR
        rows.append((group, label, len(part), years, int(part["left"].sum())))
    table = pd.DataFrame(rows, columns=["group", "label", "customers", "years", "departures"])
    table["rate"] = table["departures"] / table["years"]
    table["low"], table["high"] = rate_interval(table["departures"], table["years"])
    return table.assign(average=table["departures"].sum() / max(table["years"].sum(), 1e-9))


def compared(found: pd.DataFrame, by: str) -> tuple[LogRank, str]:
    """Whether the groups leave at the same rate at every tenure (log-rank with late entry), and in a sentence."""
    groups = _groups(found, by, None)
    rows = (
        pd.concat([part for _code, _label, part in groups]) if groups else found.assign(**{"from": 0}).head(0)
    )
    test = log_rank(rows[by], rows["left"], rows["exit"], rows["from"])
    if not test.df:
        return test, _("There are no two groups of whom somebody left, so that nothing can be compared.")
    if test.p_value < 0.05:
        words = _("The groups do not leave at the same rate (log-rank test with late entry, {p}).")
    else:
        words = _(
            "The groups do not differ beyond chance in when they leave (log-rank test with late entry, {p})."
        )
    return test, words.format(p=p_words(test.p_value))


def p_words(value: float) -> str:
    """A p-value as people read it."""
    return "p < 0.0001" if value < 0.0001 else f"p = {number(value, 4)}"


def late_entry(found: pd.DataFrame) -> str:
    """How many customers entered late, and what ignoring it would have claimed, in a sentence."""
    late = found["enter"] > 0
    if found.empty or not late.any():
        return _("All customers are on record from the day they joined.")
    ours = kaplan_meier(found["left"], found["exit"], found["enter"], fewest=FEWEST)
    naive = kaplan_meier(found["left"], found["exit"], fewest=FEWEST)
    said = _(
        "{share} of customers joined before the data begin and count from the tenure they had then."
    ).format(share=percent(late.mean(), 0))
    if ours.empty or naive.empty or ours["time"].iloc[0] > 0:
        return said
    day = min(5 * YEAR, ours["time"].iloc[-1], naive["time"].iloc[-1])
    kept = [curve[curve["time"] <= day]["survival"].iloc[-1] for curve in (ours, naive)]
    more = _(
        "{share} stay for {months} months; as if all had been watched from the first day, it would seem {naive}."
    ).format(share=percent(kept[0], 0), months=number(day / MONTH), naive=percent(kept[1], 0))
    return together(said, more)
