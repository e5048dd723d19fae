"""Which open cases to answer on which day: as many in time as can be, and where not all can, those most is lost with."""

from datetime import date

import numpy as np
import pandas as pd

from analysis.language import _, day, money, number, percent
from analysis.statistics.adjusted import Adjusted
from analysis.topics.complaints.effect import WEEK

COLUMNS = [
    "order", "planned_on", "due_on", "state", "feedback_id", "customer_id", "issue", "branch_id", "days_open", "value",
    "missing", "at_stake", "low", "high",
]  # fmt: skip


def open_cases(
    cases: pd.DataFrame, today: date, value: pd.DataFrame | None = None, missing=None
) -> pd.DataFrame:
    """Complaints still open.

    Parameters
    ----------
    cases : DataFrame
        One row per case, as `cases.cases` gives it, with due_on: the last day on which an answer is in time.
    today : date
        Day of the view.
    value : DataFrame, optional
        customer_id and value, the margin of the customer in a year (currency), such as `churn.worth.values` gives it; else
        the customer's assets stand in for it when cases compete, and no money is told.
    missing : DataFrame, optional
        feedback_id and missing, the probability that a case misses its due date if nothing is done.

    Returns
    -------
    DataFrame
        One row per open complaint: feedback_id, customer_id, issue, branch_id, received_at, due_on, assets, days_open, value
        and missing (blank if not given).

    Raises
    ------
    ValueError
        If `cases` lacks due_on, or it is blank for an open case.
    """
    if "due_on" not in cases:
        raise ValueError(
            "cases lacks due_on; expected the last day on which each case is in time, such as a clock gives"
        )
    rows = cases[(cases["kind"] == "complaint") & cases["resolved_at"].isna()].reset_index(drop=True)
    if rows["due_on"].isna().any():
        raise ValueError(
            f"due_on is missing for {int(rows['due_on'].isna().sum())} open cases; every one needs a last day"
        )
    kept = ["feedback_id", "customer_id", "issue", "branch_id", "received_at", "due_on", "assets"]
    rows = rows[kept].assign(days_open=(pd.Timestamp(today) - rows["received_at"].dt.normalize()).dt.days)
    for name, given, key in (("value", value, "customer_id"), ("missing", missing, "feedback_id")):
        known = {} if given is None else given.set_index(key)[name]
        rows[name] = rows[key].map(known).astype("float64")
    return rows


def plan(rows: pd.DataFrame, today: date, capacity: int, slow: Adjusted | None = None) -> pd.DataFrame:
    """Working day on which each case is answered.

    Parameters
    ----------
    rows : DataFrame
        As `open_cases` gives it.
    today : date
        First day to plan; Mondays to Fridays are worked (holidays are not known).
    capacity : int
        Cases that can be answered a day.
    slow : Adjusted, optional
        Who leaves after slow answers (`effect.leaving` at a week): what is at stake is its difference times the value.

    Returns
    -------
    DataFrame
        One row per case in the order of work: order (from 1), planned_on, due_on, state ("in time", "late": it cannot be in
        time at this capacity, "overdue": it no longer can at any), feedback_id, customer_id, issue, branch_id, days_open,
        value, missing, at_stake, low, high (currency: value lost by a slow answer on average; blank if unknown).

    Raises
    ------
    ValueError
        If `capacity` is below 1.

    Notes
    -----
    Cases of one day's work each with deadlines: taking them by weight and keeping each that leaves all kept ones in time
    gives a set that is as large as any and of the largest weight (a matroid: Lawler 1976, Combinatorial Optimization,
    section 7.4; Jackson 1955 for the order by due date). The weight, value times the probability to miss, hence never
    costs another case its time; it decides only between cases that cannot all be in time. Kept cases move as late as they
    can, the oldest of the others take what is free before, and everything then moves up.
    """
    if capacity < 1:
        raise ValueError(f"capacity is {capacity}; expected 1 case a day or more")
    first = np.busday_offset(np.datetime64(today, "D"), 0, roll="forward")
    due = pd.to_datetime(rows["due_on"]).to_numpy().astype("datetime64[D]")
    # Place of the last working day on or before the due date; negative if there is none left.
    last = np.where(due < first, -1, np.busday_count(first, due + 1) - 1)
    place = _placed(last, _weight(rows), capacity)
    kept = place >= 0
    place[~kept] = _free(place[kept], int((~kept).sum()), due[~kept], capacity)
    overdue = due < np.datetime64(today, "D")
    table = rows.assign(
        place=place, state=np.select([kept, overdue], ["in time", "overdue"], "late"), **_at_stake(rows, slow)
    )
    table = table.sort_values(["place", "due_on", "feedback_id"], ignore_index=True)
    table["order"] = np.arange(len(table)) + 1
    table["planned_on"] = pd.to_datetime(np.busday_offset(first, np.arange(len(table)) // capacity)).astype(
        "datetime64[us]"
    )
    return table[COLUMNS]


def _weight(rows: pd.DataFrame) -> np.ndarray:
    worth = rows["value"] if rows["value"].notna().any() else rows["assets"]
    chance = rows["missing"].fillna(rows["missing"].mean()).fillna(1.0)
    return (worth.fillna(0.0).clip(lower=0) * chance).to_numpy()


def _placed(last: np.ndarray, weight: np.ndarray, capacity: int) -> np.ndarray:
    """Latest free day for each case, the heaviest first; -1 for those that find none."""
    used = np.zeros(max(int(last.max(initial=-1)) + 1, 1), dtype=int)
    place = np.full(len(last), -1)
    for k in np.lexsort((last, -weight)):
        free = np.flatnonzero(used[: last[k] + 1] < capacity)
        if len(free):
            place[k] = free[-1]
            used[free[-1]] += 1
    return place


def _free(taken: np.ndarray, wanted: int, due: np.ndarray, capacity: int) -> np.ndarray:
    """Earliest free days for the other cases, the one due longest ago first."""
    days = int(taken.max(initial=0)) + wanted // capacity + 2
    left = capacity - np.bincount(taken, minlength=days)
    slots = np.repeat(np.arange(len(left)), left)[:wanted]
    places = np.empty(wanted, dtype=int)
    places[np.argsort(due, kind="stable")] = slots
    return places


def _at_stake(rows: pd.DataFrame, slow: Adjusted | None) -> dict:
    known = rows["value"].clip(lower=0)
    if slow is None or slow.reason:
        return dict.fromkeys(("at_stake", "low", "high"), np.nan)
    row = slow.contrasts.iloc[0]
    return {"at_stake": known * row["difference"], "low": known * row["low"], "high": known * row["high"]}


def needed(rows: pd.DataFrame, today: date) -> int:
    """Cases a working day that would leave none late that can still be in time."""
    first = np.busday_offset(np.datetime64(today, "D"), 0, roll="forward")
    due = pd.to_datetime(rows["due_on"]).to_numpy().astype("datetime64[D]")
    last = np.sort((np.busday_count(first, due + 1) - 1)[due >= first])
    return int(np.ceil(np.arange(1, len(last) + 1) / (last + 1)).max(initial=0))


def state_labels() -> dict[str, str]:
    """Names of the states."""
    return {
        "in time": _("In time"),
        "late": _("Late at this capacity"),
        "overdue": _("Overdue"),
    }


def rule() -> str:
    """The rule for the order, in words."""
    return _(
        "As many cases as possible are answered in time, by due date; only where not all can be, the customer's value times"
        " the chance to miss the date decides. Cases that are late anyway take what is free, the oldest first."
    )


def sentence(table: pd.DataFrame, rows: pd.DataFrame, today: date, capacity: int) -> str:
    """How the open cases fare at the capacity."""
    if table.empty:
        return _("No complaint is open.")
    counts = table["state"].value_counts()
    words = _(
        "Open complaints: {n}, overdue: {overdue}. At {capacity} a working day {kept} will be answered in time and {late}"
        " will not; {needed} a day would keep all that can be kept."
    )
    said = {
        "kept": counts.get("in time", 0),
        "late": counts.get("late", 0),
        "overdue": counts.get("overdue", 0),
    }
    return words.format(
        n=number(len(table)),
        capacity=number(capacity),
        needed=number(needed(rows, today)),
        **{name: number(count) for name, count in said.items()},
    )


def money_sentence(table: pd.DataFrame, currency: str) -> str:
    """What slow answers to the open cases are expected to cost, and how much of it can still be avoided."""
    if table["at_stake"].isna().all():
        return _(
            "What is at stake in money cannot be told: it needs customers' margins and enough departures."
        )
    fresh = table[table["days_open"] < WEEK]
    total = {name: table[name].sum() for name in ("at_stake", "low", "high")}
    avoidable = fresh["at_stake"].sum()
    words = _(
        "If it is the slow answer that makes them leave, slow answers to all of them would cost {value} of margin in a year"
        " ({low} to {high}); {share} of it belongs to cases under a week old, where it can still be avoided."
    )
    if not total["low"] > 0:
        words = _(
            "That slow answers cost margin is not shown: {value} in a year for all of them ({low} to {high})."
        )
    share = percent(avoidable / total["at_stake"], 0) if total["at_stake"] else percent(0, 0)
    said = {"value": total["at_stake"], "low": total["low"], "high": total["high"]}
    return words.format(share=share, **{name: money(amount, currency) for name, amount in said.items()})


def decision(table: pd.DataFrame, currency: str) -> dict:
    """Arguments of `analysis.report.results.decision`: the cases of the first working day."""
    first = table[table["planned_on"] == table["planned_on"].min()]
    money = first["at_stake"].sum(min_count=1)
    return {
        "who": _("Complaints office"),
        "what": _("Answer the {n} complaints at the top of the list on {day}.").format(
            n=number(len(first)), day=day(first["planned_on"].iloc[0])
        )
        if len(first)
        else _("No complaint is open."),
        "customers": int(first["customer_id"].nunique()),
        "money": None if pd.isna(money) else float(money),
        "currency": currency,
        "stake": _("value at risk"),
    }
