"""Term deposits, wealth products and card repayments: what they move on the current account."""

import numpy as np

from analysis.bank.demo.accounts import KINDS, Holdings
from analysis.bank.demo.calendar import DAY
from analysis.bank.demo.latent import NEVER
from analysis.bank.demo.ledger import SYSTEM, Ledger
from analysis.bank.demo.network import BALANCED, MANDATE, MONEY_MARKET
from analysis.bank.demo.parameters import FADING_DAYS
from analysis.bank.demo.world import World

TERM_RATE = 0.019  # a year, paid to the current account on the anniversary
# a month: mean, spread
RETURNS = {MONEY_MARKET: (0.0017, 0.0002), BALANCED: (0.003, 0.022), MANDATE: (0.0035, 0.013)}
MONTHS_WITH_ORDERS = 0.22


def wealth(rng, world: World, ledger: Ledger, holdings: Holdings) -> np.ndarray:
    """Book purchases and sales of wealth products; the value at each month end, customer × month.

    Values are traced back from the last: what was bought or sold in a month and what the market did
    leads to the value before.
    """
    calendar, latent = world.calendar, ledger.latent
    months, n = calendar.months, len(latent)
    market = world.generator("market").normal(size=months)
    product = holdings.product[:, KINDS.index("wealth")]
    mean, spread = (np.array([RETURNS[p][i] for p in product]) for i in (0, 1))
    growth = 1 + mean[:, None] + spread[:, None] * market[None, :]
    orders = rng.random((n, months)) < MONTHS_WITH_ORDERS
    part = np.where(rng.random((n, months)) < 0.68, 1.0, -1.0) * rng.uniform(0.02, 0.14, (n, months)) * orders
    path = np.empty((n, months + 1))
    path[:, -1] = holdings.wealth
    for month in range(months - 1, -1, -1):
        path[:, month] = path[:, month + 1] * (1 - part[:, month]) / growth[:, month]
    ends = calendar.month_end(np.arange(months))
    opened = holdings.day("wealth")
    fade = np.clip((latent.left[:, None] - ends[None, :]) / FADING_DAYS, 0, 1)
    value = np.round(path[:, 1:] * fade * (opened[:, None] <= ends[None, :]), 2)
    before = np.column_stack([np.where(opened < 0, np.round(path[:, 0], 2), 0.0), value[:, :-1]])
    net = np.round(value - before * growth, 2)
    # rounding is no order, and the last value falls to the customer who closes the account
    net[np.abs(net) < 1.0] = 0.0
    _order(rng, ledger, opened, net)
    return value


def _order(rng, ledger: Ledger, opened: np.ndarray, net: np.ndarray) -> None:
    calendar = ledger.world.calendar
    owner, month = np.nonzero(net)
    low = np.maximum(calendar.first[month], ledger.since[owner])
    high = np.minimum(calendar.first[month + 1], ledger.until[owner]) - 1
    day = low + (rng.random(len(owner)) * np.maximum(high - low, 1)).astype(int)
    day = np.maximum(calendar.business_before[np.minimum(day, calendar.days - 1)], low)
    first = calendar.first[month] <= opened[owner]
    day = np.where(first & (opened[owner] >= 0), np.maximum(opened[owner], low), day)
    keep = (day <= high) & (day < ledger.until[owner])
    owner, day, yuan = owner[keep], day[keep], net[owner[keep], month[keep]]
    channel, second = ledger.route(rng, owner, day)
    for category, which in (("investment_buy", yuan > 0), ("investment_sell", yuan < 0)):
        ledger.add(owner[which], second[which], -yuan[which], category, channel[which])


def term_deposits(rng, ledger: Ledger, holdings: Holdings) -> None:
    """Opening, yearly interest and closing of term deposits, on both accounts."""
    calendar, latent = ledger.world.calendar, ledger.latent
    owner = np.flatnonzero(holdings.has("term"))
    opened, yuan = holdings.day("term")[owner], holdings.term[owner]
    new = opened >= 0
    channel, second = ledger.route(rng, owner[new], opened[new])
    ledger.add(owner[new], second, -yuan[new], "transfer_out", channel)
    ledger.add(owner[new], second, yuan[new], "transfer_in", channel, "term")
    for year in range(1, calendar.days // 365 + 2):
        day = opened % 365 + 365 * (year - 1)
        due = (day > opened + 300) & (day < ledger.until[owner])
        second = day[due] * DAY + calendar.clock(rng, "batch", int(due.sum()))
        ledger.add(owner[due], second, yuan[due] * TERM_RATE, "interest", SYSTEM)
    gone = latent.left[owner] < NEVER
    day = latent.left[owner[gone]] - 1
    second = day * DAY + calendar.clock(rng, "office", int(gone.sum()))
    ledger.add(owner[gone], second, -yuan[gone], "transfer_out", SYSTEM, "term")
    ledger.add(owner[gone], second, yuan[gone], "transfer_in", SYSTEM)


def repay_cards(rng, ledger: Ledger, holdings: Holdings) -> None:
    """Repay each month what the card was charged in the month before; leavers repay the rest at the end."""
    calendar, n = ledger.world.calendar, len(ledger.latent)
    bookings = ledger.gathered()
    charged = bookings.kind == KINDS.index("card")
    month = calendar.month[bookings.second[charged] // DAY]
    key = bookings.owner[charged] * calendar.months + month
    owed = -np.bincount(key, bookings.cents[charged], n * calendar.months).reshape(n, -1)
    due_day = rng.integers(4, 21, n)
    carried = np.zeros(n)
    for month in range(calendar.months):
        last = (ledger.until <= calendar.first[month + 1]) & (ledger.until > calendar.first[month])
        last &= ledger.until < calendar.days
        due = np.where(last, ledger.until - 1, calendar.first[month] + due_day - 1)
        amount = carried + np.where(last, owed[:, month], 0.0)
        carried = np.where(amount > 0, owed[:, month] * ~last, carried + owed[:, month] * ~last)
        owner = np.flatnonzero((amount > 0) & (due >= ledger.since) & (due < ledger.until))
        clock = np.where(last[owner], DAY - 120, calendar.clock(rng, "batch", len(owner)))
        second, yuan = due[owner] * DAY + clock, amount[owner] / 100
        ledger.add(owner, second, -yuan, "loan_payment", SYSTEM)
        ledger.add(owner, second, yuan, "loan_payment", SYSTEM, "card")
