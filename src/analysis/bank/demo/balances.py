"""Month-end balances of every account, and table transactions."""

import numpy as np
import pyarrow as pa

from analysis.bank.demo.accounts import KINDS, SLOTS, Holdings, account_ids, account_number
from analysis.bank.demo.arrow import build, number, pick
from analysis.bank.demo.calendar import DAY
from analysis.bank.demo.latent import Latent
from analysis.bank.demo.ledger import CATEGORIES, CHANNELS, Bookings
from analysis.bank.demo.loans import Loans
from analysis.bank.demo.world import World

MOST_BOOKINGS = 10_000_000  # of one block; keeps booking numbers of blocks apart


def month_ends(
    world: World, latent: Latent, holdings: Holdings, current: np.ndarray, wealth: np.ndarray,
    cards: Bookings, loans: Loans,
) -> pa.Table:  # fmt: skip
    """Table balances of a block: accounts that are open at the month's end."""
    calendar, n = world.calendar, len(latent)
    money = np.zeros((n, SLOTS, calendar.months))
    money[:, KINDS.index("current")] = current / 100
    money[:, KINDS.index("term")] = holdings.term[:, None]
    money[:, KINDS.index("wealth")] = wealth
    key = cards.owner * calendar.months + calendar.month[cards.second // DAY]
    charged = np.bincount(key, cards.cents, n * calendar.months).reshape(n, -1)
    money[:, KINDS.index("card")] = np.round(np.cumsum(charged, axis=1)) / 100
    money[loans.owner, KINDS.index("loan")] = -loans.outstanding
    ends = calendar.month_end(np.arange(calendar.months))
    open_ = (holdings.opened[:, :, None] <= ends) & (holdings.closed[:, :, None] > ends)
    open_[:, [KINDS.index("insurance"), KINDS.index("payment")]] = False
    owner, kind, month = np.nonzero(open_)
    return build(
        "balances",
        {
            "account_id": account_ids(latent, owner, kind),
            "month_end": calendar.date_of(ends[month]),
            "balance": money[owner, kind, month] + 0.0,
        },
    )


def transactions(world: World, latent: Latent, bookings: Bookings, block: int) -> dict:
    """Columns of table transactions of a block, by account and moment, before any dirt."""
    bookings = bookings.take(np.lexsort((bookings.second, bookings.kind, bookings.owner)))
    kind = bookings.kind.astype(np.int64)
    slots = number("A", account_number(latent, np.repeat(np.arange(len(latent)), SLOTS),
                                       np.tile(np.arange(SLOTS), len(latent))), 8)  # fmt: skip
    return {
        "transaction_id": number("T", block * MOST_BOOKINGS + np.arange(len(bookings)) + 1, 11),
        "account_id": pick(bookings.owner * SLOTS + kind, slots),
        "booked_at": world.calendar.moment_of(bookings.second),
        "amount": bookings.cents / 100,
        "category": pick(bookings.category, CATEGORIES),
        "channel": pick(bookings.channel, CHANNELS),
    }
