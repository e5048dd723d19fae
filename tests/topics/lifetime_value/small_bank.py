"""A bank small enough to work out by hand: three customers over a year and a half."""

from datetime import date
from pathlib import Path

import pandas as pd
from tests.bank.random_bank import write

from analysis.bank.source import Bank, open_bank

END = date(2024, 6, 30)


def month_ends(first: str, last: str) -> list[date]:
    return [day.date() for day in pd.date_range(first, last, freq="ME")]


def _rows(columns: str, *rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=columns.split())


def frames() -> dict[str, pd.DataFrame]:
    """Tables: A saves and has a card, B borrows and is late, C left in May 2024."""
    ends = month_ends("2023-01-01", "2024-06-30")
    saved = {"A1": [1_200.0] * 15 + [600.0, 1_200.0, 1_800.0], "C1": [500.0] * 16}
    late = [0] * 15 + [0, 10, 40]
    balances = [(a, end, b) for a, values in saved.items() for end, b in zip(ends, values, strict=False)]
    balances += [("B1", end, -10_000.0) for end in ends]
    return {
        "bank_profile": _rows("bank_id name currency extracted_on", ("X", "X", "CNY", END)),
        "customers": _rows(
            "customer_id joined_on left_on",
            ("A", date(2020, 5, 7), None), ("B", date(2023, 1, 2), None),
            ("C", date(2022, 12, 31), date(2024, 5, 20)),
        ),
        "accounts": _rows(
            "account_id customer_id product_id opened_on closed_on",
            ("A1", "A", "save", date(2020, 5, 7), None), ("A2", "A", "card", date(2023, 3, 1), None),
            ("B1", "B", "loan", date(2023, 1, 2), None), ("C1", "C", "save", date(2022, 12, 31), date(2024, 5, 20)),
        ),
        "products": _rows(
            "product_id family name margin_rate annual_fee launched_on",
            ("save", "deposit", "save", 0.02, 0.0, date(2020, 1, 1)),
            ("card", "card", "card", None, 60.0, date(2020, 1, 1)),
            ("loan", "loan", "loan", 0.03, 0.0, date(2020, 1, 1)),
        ),
        "transactions": _rows(
            "transaction_id account_id booked_at amount", ("T1", "A1", pd.Timestamp("2023-01-01 09:00"), 5.0)
        ),
        "balances": pd.DataFrame(balances, columns=["account_id", "month_end", "balance"]),
        "interactions": _rows(
            "interaction_id customer_id started_at channel",
            ("I0", "A", pd.Timestamp("2023-01-05 09:00"), "branch"),
            ("I1", "A", pd.Timestamp("2023-09-05 09:00"), "branch"),
            ("I2", "A", pd.Timestamp("2024-06-05 09:00"), "mobile"),
            ("I3", "A", pd.Timestamp("2024-06-06 09:00"), "pigeon"),
        ),
        "loans": _rows("account_id granted_on principal term_months purpose", ("B1", date(2023, 1, 2), 12_000.0, 60, "car")),
        "loan_months": pd.DataFrame(
            {"account_id": "B1", "month_end": ends, "days_past_due": late, "outstanding": 10_000.0}
        ),
    }  # fmt: skip


def bank(folder: Path, tables: dict[str, pd.DataFrame]) -> Bank:
    """The bank of `tables` as a folder."""
    return open_bank(str(write(tables, folder)))
