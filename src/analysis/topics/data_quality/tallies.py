"""Counting in the bank: which tables can be read, and one query per table."""

from datetime import date

import ibis
import pandas as pd

from analysis.bank.source import BankError, View
from analysis.statistics.intervals import wilson


def readable(view: View) -> tuple[dict[str, ibis.Table], dict[str, str]]:
    """Tables of the bank as known on the day, and why the others cannot be read.

    Returns
    -------
    tuple of dict
        Table by name; reason by name of a table that is there and cannot be read.
    """
    found, broken = {}, {}
    for name in view.bank.names:
        try:
            found[name] = view.table(name)
        except BankError as error:
            broken[name] = str(error)
    return found, broken


def how_many(condition: ibis.Value) -> ibis.Value:
    """Count of the rows of which `condition` is true."""
    return ibis.ifelse(condition, 1, 0).sum()


def month_number(moment: ibis.Value) -> ibis.Value:
    """Months since the year 0 of a day or moment."""
    return (moment.year() * 12 + moment.month() - 1).cast("int32")


def month_of(day: date) -> int:
    """The same for a day of Python's."""
    return day.year * 12 + day.month - 1


def first_day(months: pd.Series) -> pd.Series:
    """First day of each month number."""
    return pd.to_datetime({"year": months // 12, "month": months % 12 + 1, "day": 1})


def with_shares(frame: pd.DataFrame, count: str = "count", of: str = "n") -> pd.DataFrame:
    """`frame` with share, low and high: `count` of `of` with Wilson's 95 % interval."""
    low, high = wilson(frame[count], frame[of])
    return frame.assign(share=frame[count] / frame[of].where(frame[of] > 0), low=low, high=high)
