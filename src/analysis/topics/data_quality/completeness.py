"""Blank values per table and column, and whether their share has moved over the months."""

import ibis
import pandas as pd

from analysis.bank.schema import Column, tables
from analysis.bank.source import View
from analysis.language import _, ngettext, number, percent
from analysis.statistics.differences import share_difference
from analysis.topics.data_quality.tallies import (
    first_day,
    how_many,
    month_number,
    month_of,
    readable,
    with_shares,
)

# What the contract says of a blank value, worst first.
TOLERANCE = 0.005  # a change of the share of blanks below half a point is none


def _judged(name: str) -> list[Column]:
    """Columns of which a blank says something: not those that are blank until something happens."""
    return [column for column in tables()[name].columns.values() if not column.blank_until]


def completeness(view: View) -> pd.DataFrame:
    """Blank values of every column, among all rows known on the day.

    Returns
    -------
    DataFrame
        One row per table and column: table, column, severity (what the contract calls a blank), absent
        (the bank has no such column), n (rows), count (blank), share, low, high (95 % Wilson). Tables without
        rows and tables that cannot be read are left out. One query per table.
    """
    rows = []
    for name, table in readable(view)[0].items():
        stored = view.bank.raw(name).columns
        blanks = {column.name: how_many(table[column.name].isnull()) for column in _judged(name)}
        found = table.aggregate(n=table.count(), **blanks).to_pyarrow().to_pylist()[0]
        for column in _judged(name) if found["n"] else []:
            absent = column.name not in stored
            rows.append((name, column.name, column.missing, absent, found["n"], found[column.name]))
    frame = pd.DataFrame(rows, columns=["table", "column", "severity", "absent", "n", "count"])
    return with_shares(frame)


def worst(table: pd.DataFrame) -> pd.DataFrame:
    """Columns with blanks that matter: those that are an error or a warning, highest share first."""
    chosen = table[(table["severity"] != "fine") & (table["count"] > 0)]
    label = chosen["table"] + "." + chosen["column"]
    absent = _("{column} (not delivered)")
    named = chosen.assign(
        label=[
            absent.format(column=c) if gone else c for c, gone in zip(label, chosen["absent"], strict=True)
        ]
    )
    return named.sort_values(["share", "label"], ascending=[False, True], ignore_index=True)


def worst_words(table: pd.DataFrame) -> str:
    """The column of `worst` with most blanks, in a sentence."""
    if table.empty:
        return _("No column that should be filled has blanks")
    most = table.iloc[0]
    share = percent(most["share"], 2 if most["share"] < 0.01 else 1)
    return _("Most blanks: {column}, {share} of rows").format(column=most["label"], share=share)


def monthly_blanks(view: View, months: int = 13) -> pd.DataFrame:
    """Blank values by month in which the row became known, of the columns whose blanks matter.

    Returns
    -------
    DataFrame
        One row per table, column and month with rows: table, column, month (its first day), n, count, share,
        low, high. The last `months` calendar months, the running one included. One query per table.
    """
    first = month_of(view.as_of) - months + 1
    parts = [
        _by_month(name, table, first) for name, table in readable(view)[0].items() if tables()[name].known_at
    ]
    frame = pd.concat([part for part in parts if len(part)] or [pd.DataFrame(columns=_MONTHLY)])
    frame = frame.astype({"n": "int64", "count": "int64"}).reset_index(drop=True)
    return with_shares(frame.assign(month=first_day(frame["month"].astype("int64"))))


_MONTHLY = ["table", "column", "month", "n", "count"]


def _by_month(name: str, table: ibis.Table, first: int) -> pd.DataFrame:
    spec = tables()[name]
    names = [
        c.name for c in _judged(name) if c.missing != "fine" and c.name not in (*spec.key, spec.known_at)
    ]
    table = table.mutate(month_=month_number(table[spec.known_at]))
    table = table.filter(table.month_ >= first)
    counts = {column: how_many(table[column].isnull()) for column in names}
    wide = table.group_by("month_").aggregate(n_=table.count(), **counts).to_pandas()
    long = wide.melt(["month_", "n_"], var_name="column", value_name="count").assign(table=name)
    return long.rename(columns={"month_": "month", "n_": "n"})[_MONTHLY]


def moved(monthly: pd.DataFrame, tolerance: float = TOLERANCE) -> pd.DataFrame:
    """Months in which a column's share of blanks differs from that of its other months.

    Parameters
    ----------
    monthly : DataFrame
        As `monthly_blanks` gives it.
    tolerance : float
        Smaller differences do not count.

    Returns
    -------
    DataFrame
        The rows of `monthly` with others (share in the column's other months), change, change_low and
        change_high, of which the whole interval lies beyond the tolerance; largest change first. The level
        is 95 % for all months and columns together (Bonferroni).
    """
    total = monthly.groupby(["table", "column"])[["n", "count"]].transform("sum")
    n, count = total["n"] - monthly["n"], total["count"] - monthly["count"]
    level = 1 - 0.05 / max(len(monthly), 1)
    change, low, high = share_difference(count, n, monthly["count"], monthly["n"], level)
    frame = monthly.assign(others=count / n.where(n > 0), change=change, change_low=low, change_high=high)
    beyond = frame[(frame["change_low"] > tolerance) | (frame["change_high"] < -tolerance)]
    return beyond.sort_values("change", key=abs, ascending=False, ignore_index=True)


def moved_words(jumps: pd.DataFrame) -> str:
    """In how many months of a column the share of blanks jumped, in a sentence."""
    if jumps.empty:
        return _("In no month did the share of blanks of a column jump.")
    first, months = jumps.iloc[0], jumps["month"].nunique()
    said = ngettext(
        "The share of blanks changed in {n} month, most for {column}: {share} against {others} otherwise.",
        "The share of blanks changed in {n} months, most for {column}: {share} against {others} otherwise.",
        months,
    )
    column, share, others = f"{first['table']}.{first['column']}", first["share"], first["others"]
    return said.format(n=number(months), column=column, share=percent(share), others=percent(others))
