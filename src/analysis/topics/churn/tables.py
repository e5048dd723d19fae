"""The table that models of churn learn from: one row per customer and day, its columns sorted out."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

MOST_LEVELS = 100  # of a category; rarer ones are taken together
CLOCK_SHARE = 0.95  # of a feature's variance that lies between moments, for it to be a clock
_BLOCKS = 200  # moments that a table in order of time is cut into


@dataclass(frozen=True)
class Examples:
    """Rows to learn from and to be tested on.

    Attributes
    ----------
    features : DataFrame
        One row per unit and moment: numbers and categories, blanks allowed.
    churned : array of int
        1 if it was lost in the window after the moment.
    unit : array of int
        Customer of each row, numbered from 0; rows of a customer are never parted between learning and testing.
    names : array
        Customer of each number.
    time : array
        Moment of each row, to be sorted by: days of a bank, or places in a table.
    dropped : dict
        Columns that were left out, with the reason.
    """

    features: pd.DataFrame
    churned: np.ndarray
    unit: np.ndarray
    names: np.ndarray
    time: np.ndarray
    dropped: dict[str, str]

    def __len__(self) -> int:
        return len(self.churned)

    def rows(self, mask: np.ndarray) -> "Examples":
        """Those of `mask`."""
        features = self.features[mask].reset_index(drop=True)
        part = {
            "features": features,
            "churned": self.churned[mask],
            "unit": self.unit[mask],
            "time": self.time[mask],
        }
        return replace(self, **part)

    def without(self, columns) -> "Examples":
        """The same without some features."""
        kept = [name for name in self.features.columns if name not in set(columns)]
        return replace(self, features=self.features[kept])


def examples(features: pd.DataFrame, churned, unit=None, time=None) -> Examples:
    """Sort out a table: numbers stay numbers, text becomes categories, what cannot be learnt from is left out.

    Parameters
    ----------
    features : DataFrame
        Numbers, truth values, text or categories, blanks allowed. Dates are left out (their distance to the row's
        moment would be a feature; the date itself is not).
    churned : array-like of 0 and 1
    unit : array-like, optional
        Customer of each row; without it every row is a customer of its own.
    time : array-like, optional
        Moment of each row; without it the order of the rows has no meaning.

    Raises
    ------
    ValueError
        If lengths differ, the label is not 0/1 or has one value only, or no feature is left.
    """
    if features.columns.duplicated().any():
        twice = features.columns[features.columns.duplicated()][0]
        raise ValueError(f"column {twice!r} is there twice; give every feature a name of its own")
    label = _label(churned, len(features))
    units = np.arange(len(features)) if unit is None else np.asarray(unit)
    moments = np.zeros(len(features), int) if time is None else np.asarray(time)
    for name, values in (("unit", units), ("time", moments)):
        if len(values) != len(features):
            raise ValueError(f"{name} has {len(values)} entries and the table {len(features)} rows")
        if pd.isna(values).any():
            raise ValueError(f"{name} has {int(pd.isna(values).sum())} blanks; every row needs one")
    kept, dropped = {}, {}
    for name in features.columns:
        column, reason = _sorted_out(features[name])
        if reason:
            dropped[str(name)] = reason
        else:
            kept[str(name)] = column
    if not kept:
        raise ValueError(f"no feature is left of {len(features.columns)} columns: {dropped}")
    codes, names = pd.factorize(units)
    return Examples(pd.DataFrame(kept).reset_index(drop=True), label, codes, names, moments, dropped)


def _label(churned, rows: int) -> np.ndarray:
    values = pd.Series(np.asarray(churned))
    if len(values) != rows:
        raise ValueError(f"churned has {len(values)} entries and the table {rows} rows")
    strange = values[~values.isin([0, 1])]
    if len(strange):
        came = strange.iloc[0]
        said = repr(came) if isinstance(came, str) else came
        raise ValueError(
            f"churned is {said} in {len(strange)} rows; expected 1 for who was lost and 0 for who stayed"
        )
    if values.nunique() < 2:
        raise ValueError(
            f"churned is {int(values.iloc[0])} in all rows; nothing can be learnt from one outcome"
        )
    return values.to_numpy(dtype=np.int8)


def _sorted_out(column: pd.Series) -> tuple[pd.Series, str]:
    """The column as a model takes it, or why it is left out."""
    if pd.api.types.is_datetime64_any_dtype(column.dtype) or _holds_dates(column):
        return column, "dates"
    if column.nunique() < 2 and not (column.nunique() == 1 and column.isna().any()):
        return column, "one value only"
    if pd.api.types.is_bool_dtype(column.dtype) or pd.api.types.is_numeric_dtype(column.dtype):
        numbers = column.astype("float64").replace([np.inf, -np.inf], np.nan)
        return numbers, ""
    text = column.astype("string")
    levels = text.value_counts()
    if len(levels) > max(MOST_LEVELS, len(text) // 2):
        return column, "a different text in nearly every row, such as an identifier"
    if len(levels) > MOST_LEVELS:
        text = text.where(text.isin(levels.index[: MOST_LEVELS - 1]) | text.isna(), "(other)")
    return text.astype("category"), ""


def _holds_dates(column: pd.Series) -> bool:
    import datetime

    known = column.dropna()
    return column.dtype == object and len(known) > 0 and isinstance(known.iloc[0], datetime.date)


def clocks(table: Examples) -> list[str]:
    """Features that only say when a row was made, such as an interest rate or a month.

    All customers of a moment share their value, so they cannot tell one customer from another then; what a
    model learns from them is the level of the past, which the future need not repeat. A feature is a clock if at least
    95 % of its variance (of a category: of its levels' indicators) lies between short stretches of time.
    """
    order = np.argsort(table.time, kind="stable")
    if table.time[order[0]] == table.time[order[-1]]:
        return []
    distinct = pd.factorize(table.time[order])[0]
    block = distinct if distinct[-1] < _BLOCKS else np.arange(len(order)) * _BLOCKS // len(order)
    found = []
    for name, column in table.features.items():
        values = _indicators(column).iloc[order]
        within = values.groupby(block).transform("mean")
        total = values.var().sum()
        if total > 0 and within.var().sum() >= CLOCK_SHARE * total:
            found.append(str(name))
    return found


def _indicators(column: pd.Series) -> pd.DataFrame:
    if isinstance(column.dtype, pd.CategoricalDtype):
        return pd.get_dummies(column, dtype=float)
    return column.fillna(column.median()).to_frame()
