"""Months as whole numbers, year × 12 + month − 1, so that they can be counted on every engine."""

from datetime import date, timedelta

import ibis.expr.types as ir

from analysis.bank.features.holdings import last_month


def number_of(day: ir.DateValue | ir.TimestampValue) -> ir.IntegerValue:
    """Number of the month of a day or moment."""
    return (day.year() * 12 + day.month() - 1).cast("int64")


def last_full(as_of: date) -> int:
    """Number of the last month that is over at the end of `as_of`."""
    last = last_month(as_of)
    return last.year * 12 + last.month - 1


def last_day(month: int) -> date:
    """Last day of the month of that number."""
    return date((month + 1) // 12, (month + 1) % 12 + 1, 1) - timedelta(days=1)
