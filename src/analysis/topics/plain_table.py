"""Checks on a table of a user's own, before a topic takes it in place of the bank's."""

from collections.abc import Mapping

import pandas as pd


def require(table: pd.DataFrame, columns: Mapping[str, str], what: str) -> None:
    """All `columns` are there.

    Parameters
    ----------
    columns : mapping of str to str
        Needed columns and their meaning.
    what : str
        What the table holds, for the message: "customers".

    Raises
    ------
    ValueError
        If columns are missing; all are named, with their meaning.
    """
    absent = [f"{name} ({meaning.lower()})" for name, meaning in columns.items() if name not in table.columns]
    if absent:
        raise ValueError(f"the table of {what} lacks {'; '.join(absent)}")


def require_one_row_each(table: pd.DataFrame) -> None:
    """Every row has a customer_id, and no two the same.

    Raises
    ------
    ValueError
        If not; the number of such rows and one of them are named.
    """
    twice = table["customer_id"][table["customer_id"].duplicated() | table["customer_id"].isna()]
    if len(twice):
        raise ValueError(
            f"customer_id is to be unique and filled, but {len(twice)} rows repeat or lack one, such as "
            f"{twice.iloc[0]!r}; keep one row per customer"
        )
