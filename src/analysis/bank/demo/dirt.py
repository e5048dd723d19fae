"""About one row in a hundred soiled as real systems do: always a warning of the contract, never an error."""

from collections import Counter
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.bank.demo.ledger import CATEGORIES, SYSTEM, Bookings

UNKNOWN_BIRTH = date(1900, 1, 1)  # what some systems store for "not known"
GENDERS = {"female": ["F", "女", "未知"], "male": ["M", "男", "未知"]}
SPELLINGS = {
    "card_payment": ["Card Payment", "POS消费", "cardpayment"],
    "transfer_out": ["TRANSFER_OUT", "转账", "transfer out"],
    "transfer_in": ["TRANSFER_IN", "转入", "transfer in"],
    "cash_withdrawal": ["ATM取款", "cash_withdrawl"],
    "bill": ["BILL", "缴费"],
}
CHANNELS = {
    "mobile": ["APP", "手机银行"],
    "branch": ["柜面", "Branch"],
    "online": ["网银", "web"],
    "phone": ["95xxx"],
}

# column, kind of dirt, share of rows
CUSTOMERS = (
    ("birth_date", "blank", 0.002), ("birth_date", "1900-01-01", 0.002), ("gender", "blank", 0.001),
    ("gender", "spelling", 0.002), ("region", "blank", 0.001), ("marketing_consent", "blank", 0.0015),
    ("branch_id", "blank", 0.0005),
)  # fmt: skip
TRANSACTIONS = (
    ("category", "blank", 0.0015), ("category", "spelling", 0.003), ("channel", "blank", 0.003),
    ("channel", "spelling", 0.002),
)  # fmt: skip
INTERACTIONS = (("channel", "spelling", 0.01),)
ZERO_AMOUNTS = 0.001  # waived fees booked with nothing


def soil(rng, table: str, columns: dict, plan, counts: Counter) -> None:
    """Soil columns in place by `plan`; every row at most once.

    Parameters
    ----------
    counts : Counter
        Counts by (table, column, kind) what was soiled.
    """
    size = len(columns[plan[0][0]])
    draw, low = rng.random(size), 0.0
    for column, kind, share in plan:
        hit = (draw >= low) & (draw < low + share)
        low += share
        values = columns[column]
        if kind == "spelling":
            hit &= pc.is_in(values, pa.array(list(_spellings(column)))).to_numpy(zero_copy_only=False)
        columns[column] = pc.replace_with_mask(values, hit, _replacement(rng, values, hit, column, kind))
        counts[table, column, kind] += int(hit.sum())


def _spellings(column: str) -> dict[str, list[str]]:
    return {"gender": GENDERS, "category": SPELLINGS, "channel": CHANNELS}[column]


def _replacement(rng, values: pa.Array, hit: np.ndarray, column: str, kind: str) -> pa.Array:
    count = int(hit.sum())
    if kind == "blank":
        return pa.nulls(count, values.type)
    if kind == "1900-01-01":
        return pa.array([UNKNOWN_BIRTH] * count, values.type)
    clean = values.filter(pa.array(hit)).to_pylist()
    return pa.array([str(rng.choice(_spellings(column)[value])) for value in clean], values.type)


def zero_bookings(rng, bookings: Bookings, counts: Counter) -> Bookings:
    """Waived fees, booked with an amount of zero a minute after another booking of the account."""
    at = np.flatnonzero(rng.random(len(bookings)) < ZERO_AMOUNTS)
    zero = bookings.take(at)
    counts["transactions", "amount", "zero"] += len(at)
    return Bookings(
        zero.owner, zero.kind, zero.second - zero.second % 60 + 59, np.zeros_like(zero.cents),
        np.full(len(at), CATEGORIES.index("fee"), np.int8), np.full(len(at), SYSTEM, np.int8),
    )  # fmt: skip
