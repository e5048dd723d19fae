"""Retention by cohort: of those who joined in the same quarter or half-year, who is still here."""

from collections.abc import Sequence
from datetime import date

import pandas as pd

from analysis.bank.source import View
from analysis.language import _
from analysis.statistics.intervals import wilson
from analysis.topics.churn.activity import activity, with_the_bank
from analysis.topics.churn.definitions import Definition
from analysis.topics.churn.retention import observed_from
from analysis.topics.lifetime_value.relationship.calendar import number_of

PERIODS = {"quarter": 3, "half-year": 6}  # months
SHORT = 730  # days of history, below which cohorts are quarters and not half-years


def cohorts(view: View, definition: Definition, period: str = "") -> pd.DataFrame:
    """Retention of those who joined in the same quarter or half-year, all of whose life is on record.

    Parameters
    ----------
    view : View
    definition : Definition
        By a behavioural one, who is retained has started a booking in the `silent_days` up to the day, and is
        with the bank; else, who is with the bank.
    period : {"", "quarter", "half-year"}
        Length of a cohort; if empty, quarters where there are less than two years of history.

    Returns
    -------
    DataFrame
        One row per cohort and quarter end from the end of its period on: cohort (such as "2023 H1"), months
        (since the end of the period: 0, 3, …), customers (who joined in the period), retained, rate, low, high
        (95 % Wilson). Periods that began before the first booking have no row: who left before is not known.

    Raises
    ------
    ValueError
        If the period is unknown.
    """
    if period and period not in PERIODS:
        raise ValueError(f"period is {period!r}; expected '' or one of {', '.join(PERIODS)}")
    columns = ["cohort", "months", "customers", "retained", "rate", "low", "high"]
    since = observed_from(view)
    days = [] if since is None else [end.date() for end in pd.date_range(since, view.as_of, freq="QE")]
    if not days:
        return pd.DataFrame(columns=columns)
    length = PERIODS[period or ("quarter" if (view.as_of - since).days < SHORT else "half-year")]
    people = view.table("customers")
    joined = people.select("customer_id", period=number_of(people.joined_on) // length)
    sizes = joined.group_by("period").aggregate(customers=joined.count()).to_pandas()
    if definition.kind == "behavioural":
        here = activity(view, days)
        here = here.filter(here.quiet_days < definition.silent_days)
    else:
        here = with_the_bank(view, days)
    both = here.select("customer_id", "day").inner_join(joined, "customer_id")
    counts = both.group_by("period", "day").aggregate(retained=both.count()).to_pandas()
    return _cohort_rows(sizes, counts, days, length, since)[columns]


def _cohort_rows(sizes, counts, days: Sequence[date], length: int, since: date) -> pd.DataFrame:
    first = -(-(since.year * 12 + since.month - 1 + (since.day > 1)) // length)
    counts = counts.assign(day=pd.to_datetime(counts["day"]))
    grid = sizes[sizes["period"] >= first].merge(pd.DataFrame({"day": pd.to_datetime(days)}), how="cross")
    grid["months"] = grid["day"].dt.year * 12 + grid["day"].dt.month - length * (grid["period"] + 1)
    grid = grid[grid["months"] >= 0].merge(
        counts.astype({"day": grid["day"].dtype}), on=["period", "day"], how="left"
    )
    grid["retained"] = grid["retained"].fillna(0).astype(int)
    grid["rate"] = grid["retained"] / grid["customers"]
    grid["low"], grid["high"] = wilson(grid["retained"], grid["customers"])
    grid["cohort"] = [_cohort_name(int(period), length) for period in grid["period"]]
    return grid.sort_values(["period", "months"], ignore_index=True)


def _cohort_name(period: int, length: int) -> str:
    year, place = divmod(period * length, 12)
    if length == 6:
        return (_("{year} H2") if place else _("{year} H1")).format(year=year)
    return _("{year} Q{quarter}").format(year=year, quarter=place // length + 1)
