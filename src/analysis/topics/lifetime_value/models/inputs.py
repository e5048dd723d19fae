"""What comes in is checked, and identical rows become one row with a weight."""

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

Rows = tuple[np.ndarray, ...]

PURCHASES = ("frequency", "recency", "T")
MONTHS = ("frequency", "recency", "periods")
VALUES = ("frequency", "monetary_value")


def history(summary: pd.DataFrame, columns: tuple[str, ...]) -> Rows:
    """Frequency, recency and time observed as float arrays, after checks.

    Raises
    ------
    ValueError
        If a column is missing, not numeric or blank, or if a value cannot be: the column, the first value and its
        row, and the remedy are named.
    """
    _require(summary, columns)
    x, last, total = (summary[name].to_numpy(float) for name in columns)
    names = dict(zip(("x", "last", "total"), columns, strict=True))
    _refuse(summary, "frequency", (x < 0) | (x != np.floor(x)), "counts: whole numbers from 0")
    _refuse(summary, names["last"], last < 0, "0 or more: the time from the start to the last purchase")
    _refuse(summary, names["last"], last > total, f"at most {names['total']} of the same row")
    _refuse(summary, names["last"], (x == 0) & (last != 0), "0 where frequency is 0")
    if columns == MONTHS:
        for name, values in (("recency", last), ("periods", total)):
            _refuse(summary, name, values != np.floor(values), "whole months")
        _refuse(summary, "frequency", x > last, "at most recency: a month is active once")
    return x, last, total


def values(summary: pd.DataFrame) -> Rows:
    """Frequency and mean value per purchase as float arrays, after checks; the value is NaN at frequency 0."""
    _require(summary, VALUES, blank="monetary_value")
    x, mean = (summary[name].to_numpy(float) for name in VALUES)
    _refuse(summary, "frequency", (x < 0) | (x != np.floor(x)), "counts: whole numbers from 0")
    _refuse(summary, "monetary_value", (x > 0) & ~np.isfinite(mean), "a number where frequency is 1 or more")
    return x, np.where(x > 0, mean, np.nan)


def horizon(weeks: float | np.ndarray, rows: int) -> np.ndarray:
    """Weeks ahead, one for each row."""
    weeks = np.asarray(weeks, float)
    if weeks.ndim and weeks.shape != (rows,):
        raise ValueError(
            f"weeks has shape {weeks.shape}; expected one number, or one for each of {rows} rows"
        )
    if not np.isfinite(weeks).all() or (weeks < 0).any():
        wrong = weeks[~(np.isfinite(weeks) & (weeks >= 0))].ravel()[0]
        raise ValueError(f"weeks is {wrong}; expected a number of weeks ahead, 0 or more")
    return np.broadcast_to(weeks, (rows,))


def collapse(*columns: np.ndarray) -> tuple[Rows, np.ndarray]:
    """The distinct rows of `columns`, and for each row the place of its like among them."""
    code, size = np.zeros(len(columns[0]), np.int64), 1
    for column in columns:
        codes, distinct = pd.factorize(column)
        if size * max(len(distinct), 1) > 2**62:
            code, kept = pd.factorize(code)
            size = len(kept)
        code, size = code * len(distinct) + codes, size * len(distinct)
    place, kept = pd.factorize(code)
    first = np.empty(len(kept), np.int64)
    first[place[::-1]] = np.arange(len(place) - 1, -1, -1)
    return tuple(column[first] for column in columns), place


def _require(summary: pd.DataFrame, columns: tuple[str, ...], blank: str = "") -> None:
    missing = [name for name in columns if name not in summary]
    if missing:
        raise ValueError(
            f"the summary has no column {missing[0]}; expected {', '.join(columns)}. Make one with `purchases`."
        )
    for name in columns:
        if not is_numeric_dtype(summary[name]) or is_bool_dtype(summary[name]):
            raise ValueError(f"{name} is {summary[name].dtype}; expected numbers. Convert the column first.")
        if name != blank:
            _refuse(
                summary, name, ~np.isfinite(summary[name].to_numpy(float)), "a finite number in every row"
            )


def _refuse(summary: pd.DataFrame, column: str, wrong: np.ndarray, expected: str) -> None:
    if wrong.any():
        row = int(np.argmax(wrong))
        raise ValueError(
            f"{column} is {summary[column].iloc[row]} in row {row} ({int(wrong.sum())} such rows); expected {expected}. "
            "Correct or leave out these customers."
        )


def further_purchases(activity: pd.DataFrame) -> Rows:
    """Active months, and purchases in them beyond the first of each month."""
    name = "purchases_per_active_month"
    _require(activity, (name,), blank=name)
    months, rate = activity["frequency"].to_numpy(float), activity[name].to_numpy(float)
    _refuse(activity, name, (months > 0) & ~(rate >= 1), "1 or more where frequency is 1 or more")
    return months, np.where(months > 0, np.round(months * (np.where(months > 0, rate, 1.0) - 1)), 0.0)
