"""Banks small enough to work out by hand, from a few words."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import pandas as pd
from tests.bank.random_bank import write

from analysis.bank.source import Bank, open_bank

PRODUCTS = {"save": "deposit", "fund": "wealth", "card": "card"}


def _rows(columns: str, rows: list[tuple]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns.split())


def tables(
    people: Mapping[str, tuple[date, date | None]],
    accounts: Sequence[tuple],
    bookings: Mapping[str, Sequence[date]],
    balances: Mapping[str, Mapping[date, float]] | None = None,
) -> dict[str, pd.DataFrame]:
    """Frames of a bank.

    Parameters
    ----------
    people : joined_on and left_on by customer
    accounts : account_id, customer_id, product_id, opened_on, closed_on
    bookings : days with a card payment that the customer started, by account
    balances : balance by account and month end
    """
    moments = [(account, pd.Timestamp(day)) for account, days in bookings.items() for day in days]
    frames = {
        "customers": _rows("customer_id joined_on left_on", [(c, *days) for c, days in people.items()]),
        "accounts": _rows("account_id customer_id product_id opened_on closed_on", list(accounts)),
        "transactions": _rows(
            "transaction_id account_id booked_at amount category channel",
            [(f"T{k}", a, moment, -5.0, "card_payment", "pos") for k, (a, moment) in enumerate(moments)],
        ),
    }
    if balances is not None:
        held = [(a, end, value) for a, months in balances.items() for end, value in months.items()]
        frames["balances"] = _rows("account_id month_end balance", held)
        frames["products"] = _rows(
            "product_id family name margin_rate annual_fee launched_on",
            [(p, family, p, 0.01, 0.0, date(2000, 1, 1)) for p, family in PRODUCTS.items()],
        )
    return frames


def bank(folder: Path, frames: dict[str, pd.DataFrame]) -> Bank:
    """The bank of `frames` as a folder."""
    return open_bank(str(write(frames, folder)))
