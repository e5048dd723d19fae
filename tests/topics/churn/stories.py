"""Customers by hand whose signals can be counted, and panels of signals with planted causes."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
from tests.bank.random_bank import write

from analysis.bank.source import Bank, open_bank
from analysis.topics.churn.signals import SIGNALS

END = date(2024, 6, 30)


def _rows(columns: str, *rows: tuple) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=columns.split())


def _monthly(first: str, last: str, day: int) -> list[pd.Timestamp]:
    return [month.replace(day=day, hour=9).as_unit("us") for month in pd.date_range(first, last, freq="MS")]


def frames() -> dict[str, pd.DataFrame]:
    """A has lost her salary, is silent online and waits for an answer; B is as ever; C got two salaries and left."""
    salary = [("A1", at, 5_000.0) for at in _monthly("2023-06-01", "2024-03-01", 10)]
    salary += [("B1", at, 5_000.0) for at in _monthly("2023-06-01", "2024-06-01", 10)]
    salary += [("C1", at, 5_000.0) for at in _monthly("2024-01-01", "2024-02-01", 10)]
    digital = [("A", at) for at in _monthly("2023-10-01", "2024-02-01", 5)]
    digital += [("B", at) for at in _monthly("2024-03-01", "2024-05-01", 5)]
    day = pd.Timestamp
    return {
        "bank_profile": _rows("bank_id name currency extracted_on", ("X", "X", "CNY", END)),
        "customers": _rows(
            "customer_id joined_on left_on marketing_consent",
            ("A", date(2020, 5, 7), None, True), ("B", date(2023, 1, 2), None, True),
            ("C", date(2022, 12, 31), date(2024, 5, 20), False), ("D", date(2021, 3, 1), date(2024, 4, 2), True),
        ),
        "accounts": _rows(
            "account_id customer_id product_id opened_on closed_on matures_on",
            ("A1", "A", "save", date(2020, 5, 7), None, None),
            ("A2", "A", "card", date(2023, 3, 1), date(2024, 6, 1), None),
            ("A3", "A", "term", date(2023, 3, 1), date(2024, 6, 1), date(2024, 6, 1)),
            ("B1", "B", "save", date(2023, 1, 2), None, None),
            ("B2", "B", "term", date(2023, 1, 2), date(2024, 3, 1), date(2025, 1, 2)),
            ("C1", "C", "save", date(2022, 12, 31), date(2024, 5, 20), None),
            ("D1", "D", "save", date(2021, 3, 1), date(2024, 4, 2), None),
            ("D2", "D", "card", date(2021, 3, 1), date(2024, 4, 2), None),
        ),
        "products": _rows(
            "product_id family name margin_rate annual_fee launched_on",
            ("save", "deposit", "save", 0.02, 0.0, date(2020, 1, 1)),
            ("term", "deposit", "term", 0.01, 0.0, date(2020, 1, 1)),
            ("card", "card", "card", None, 60.0, date(2020, 1, 1)),
        ),
        "transactions": pd.DataFrame(salary, columns=["account_id", "booked_at", "amount"]).assign(
            transaction_id=lambda t: [f"T{k}" for k in t.index], category="salary", channel="system"
        ),
        "balances": pd.DataFrame(
            [
                (account, end.date(), amount)
                for account, amount in (("A1", 900.0), ("B1", 100.0), ("C1", 300.0), ("D1", 60_000.0))
                for end in pd.date_range("2023-01-31", "2024-06-30", freq="ME")
                if not (account == "D1" and end > day("2024-04-01")) and not (account == "C1" and end > day("2024-05-20"))
            ],
            columns=["account_id", "month_end", "balance"],
        ),
        "interactions": pd.DataFrame(digital, columns=["customer_id", "started_at"]).assign(
            interaction_id=lambda t: [f"I{k}" for k in t.index], channel="mobile"
        ),
        "feedback": _rows(
            "feedback_id customer_id received_at kind resolved_at extension_approved",
            ("F1", "A", day("2024-06-10 08:00"), "complaint", None, False),
            ("F2", "A", day("2024-04-01 08:00"), "complaint", day("2024-05-01 17:00"), False),
            ("F3", "B", day("2023-09-01 08:00"), "complaint", day("2023-12-01 17:00"), False),
            ("F4", "B", day("2024-06-01 08:00"), "praise", None, False),
            ("F5", "D", day("2024-03-20 08:00"), "complaint", None, False),
        ),
    }  # fmt: skip


def bank(folder: Path, without: tuple[str, ...] = ()) -> Bank:
    """The bank of `frames`, less some tables."""
    return open_bank(str(write({k: v for k, v in frames().items() if k not in without}, folder)))


CAUSES = {"salary_stopped": 0.08, "complaint_open": 0.10}


def planted(seed: int, customers: int = 1_500, days: int = 9, causes: dict[str, float] = CAUSES):
    """Signals by customer and day, 90 days apart, of which `causes` add to the chance to leave in the 90 days after.

    Returns
    -------
    signals, left : DataFrame
        As `signals` and the customers with left_on give them.
    """
    rng = np.random.default_rng(seed)
    first = date(2022, 1, 1)
    present = np.ones(customers, bool)
    spells = {s.name: _spell(rng, customers, days) for s in SIGNALS}
    rows, left = [], []
    for k in range(days):
        day = pd.Timestamp(first + timedelta(days=90 * k))
        on = {name: spell[:, k] for name, spell in spells.items()}
        chance = 0.012 + sum(rate * on[name] for name, rate in causes.items())
        leaves = present & (rng.random(customers) < chance)
        strength = {s.name: np.where(on[s.name], s.steps[-1], 0.0)[present] for s in SIGNALS}
        rows.append(
            pd.DataFrame(
                {
                    "customer_id": np.flatnonzero(present).astype(str),
                    "day": day,
                    "churned": leaves[present] * 1,
                }
                | strength
            ).assign(quiet_days=0.0)
        )
        gone = np.flatnonzero(leaves)
        left.append(pd.DataFrame({"customer_id": gone.astype(str), "left_on": day + pd.Timedelta(days=40)}))
        present &= ~leaves
    return pd.concat(rows, ignore_index=True), pd.concat(left, ignore_index=True)


def _spell(rng, customers: int, days: int) -> np.ndarray:
    """A signal that one in four customers has for a while."""
    start, length = rng.integers(0, days, customers), rng.integers(1, 4, customers)
    day = np.arange(days)
    on = (day >= start[:, None]) & (day < (start + length)[:, None])
    return on & (rng.random(customers) < 0.25)[:, None]
