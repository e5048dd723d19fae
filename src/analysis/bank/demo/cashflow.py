"""The current account settled month by month: no overdraft, a month-end balance near its planned path.

Money beyond the plan goes out, money short comes in, and an account that would fall below zero between
is topped up in round amounts just before: the running balance is always the sum of the bookings.
"""

from dataclasses import dataclass

import numpy as np

from analysis.bank.demo.accounts import Holdings
from analysis.bank.demo.calendar import DAY
from analysis.bank.demo.latent import Latent
from analysis.bank.demo.ledger import (
    BRANCH,
    CATEGORIES,
    MOBILE,
    SYSTEM,
    Bookings,
    Ledger,
    joined,
    round_as_people_do,
)
from analysis.bank.demo.parameters import FADING_DAYS
from analysis.bank.demo.world import World

RATE = 0.0025  # interest a year on the current account, paid quarterly
INTEREST_DAY = 21
TOLERANCE, LEAST = 0.25, 300.0  # how far a balance drifts from its path before somebody acts
TOP_UPS = np.array([200, 500, 1_000, 2_000]) * 100
FAR = np.int64(1) << 43  # cents; keeps the running minimum of one owner from the next


@dataclass
class Settled:
    """Bookings of the current accounts, their balances in cents at month ends, and the opening balances."""

    bookings: Bookings
    balances: np.ndarray
    opening: np.ndarray


def planned_path(rng, world: World, latent: Latent, holdings: Holdings) -> np.ndarray:
    """Planned balance in cents at the start and at each month end, customer × (months + 1)."""
    calendar, n = world.calendar, len(latent)
    months = calendar.months
    restless = np.minimum(0.05 + 0.12 * latent.trait("sessions"), 0.35)
    steps = rng.normal(size=(n, months + 1)) * restless[:, None] * np.sqrt(1 - 0.8**2)
    x = np.empty((n, months + 1))
    x[:, 0] = rng.normal(size=n) * restless
    for month in range(1, months + 1):
        x[:, month] = 0.8 * x[:, month - 1] + steps[:, month]
    ago = months - np.arange(months + 1)
    # the last balance is given: what the walk back from it adds on average is taken off again
    drift = -0.04 / 12 * ago - restless[:, None] ** 2 * (1 - 0.8**ago)
    path = holdings.current[:, None] * np.exp(x - x[:, -1:] + drift)
    ends = np.concatenate([[-1], calendar.month_end(np.arange(months))])
    fade = np.clip((latent.left[:, None] - ends[None, :]) / FADING_DAYS, 0, 1)
    path *= fade * (latent.joined[:, None] <= ends[None, :])
    return np.round(path * 100).astype(np.int64)


def settle(world: World, ledger: Ledger, holdings: Holdings, block: int) -> Settled:
    """Add interest, transfers that hold the path, top-ups and the closing transfer."""
    rng = world.generator("cashflow", block)
    path = planned_path(rng, world, ledger.latent, holdings)
    gathered = ledger.gathered()
    current = gathered.take(np.flatnonzero(gathered.kind == 0))
    month = world.calendar.month[current.second // DAY]
    current = current.take(np.argsort(month, kind="stable"))
    cuts = np.searchsorted(np.sort(month), np.arange(world.calendar.months + 1))
    balance = path[:, 0].copy()
    balances = np.empty((len(balance), world.calendar.months), dtype=np.int64)
    parts = []
    for m in range(world.calendar.months):
        booked = current.take(np.arange(cuts[m], cuts[m + 1]))
        booked = joined([booked, _interest(rng, ledger, balance, m)])
        booked = joined([booked, _balancing(rng, ledger, booked, balance, path[:, m + 1], m)])
        top_ups = _top_ups(rng, ledger, booked, balance, m)
        booked = joined([booked, top_ups])
        balance = balance + _per_owner(booked, len(balance))
        closing = _closing(rng, ledger, balance, m)
        balance = balance + _per_owner(closing, len(balance))
        balances[:, m] = balance
        parts += [booked, closing]
    return Settled(joined(parts), balances, path[:, 0])


def _per_owner(bookings: Bookings, n: int) -> np.ndarray:
    return np.bincount(bookings.owner, bookings.cents, n).astype(np.int64)


def _bookings(owner, second, cents, category: str, channel) -> Bookings:
    size = len(owner)
    code = np.full(size, CATEGORIES.index(category), np.int8)
    return Bookings(
        owner, np.zeros(size, np.int8), second, cents.astype(np.int64), code,
        np.broadcast_to(np.asarray(channel, np.int8), (size,)),
    )  # fmt: skip


def _interest(rng, ledger: Ledger, balance: np.ndarray, month: int) -> Bookings:
    calendar = ledger.world.calendar
    day = calendar.first[month] + INTEREST_DAY - 1
    quarterly = calendar.dates[day].item().month % 3 == 0
    cents = np.round(balance * RATE / 4).astype(np.int64) * quarterly
    owner = np.flatnonzero((cents > 0) & (ledger.since < day) & (ledger.until > day))
    second = day * DAY + calendar.clock(rng, "batch", len(owner))
    return _bookings(owner, second, cents[owner], "interest", SYSTEM)


def _balancing(rng, ledger: Ledger, booked: Bookings, balance, target, month: int) -> Bookings:
    """Transfers with other banks and wallets that bring the month end near its planned balance."""
    calendar, latent, n = ledger.world.calendar, ledger.latent, len(balance)
    low = np.maximum(calendar.first[month], ledger.since)
    high = np.minimum(calendar.first[month + 1], ledger.until)
    gap = target - balance - _per_owner(booked, n)
    ending = latent.left <= calendar.first[month + 1]
    fresh = (latent.joined >= calendar.first[month]) & (latent.joined < high)
    fresh_gap = np.maximum(gap, 10_000 * rng.integers(1, 6, n))
    gap = np.where(fresh, fresh_gap, gap)
    acts = (np.abs(gap) > np.maximum(LEAST * 100, TOLERANCE * target)) & ~ending & (high - low > 2)
    owner = np.flatnonzero((acts | fresh) & (high > low))
    amount = np.round(round_as_people_do(rng, gap[owner] / 100) * 100)
    part = np.where(amount < 0, rng.uniform(0.45, 0.98, len(owner)), rng.beta(1, 2, len(owner)))
    day = low[owner] + (part * (high - low)[owner]).astype(int)
    day = np.where(fresh[owner], low[owner], day)
    channel, second = ledger.route(rng, owner, day)
    # a branch may be shut until the next month
    in_month = second // DAY < high[owner]
    second = np.where(in_month, second, day * DAY + second % DAY)
    channel = np.where(in_month, channel, MOBILE)
    in_cash = (latent.trait("branch")[owner] > 0.6) & (rng.random(len(owner)) < 0.6) & (channel == BRANCH)
    both = []
    for sign, transfer, cash in ((1, "transfer_in", "cash_deposit"), (-1, "transfer_out", "cash_withdrawal")):
        for category, which in ((transfer, ~in_cash), (cash, in_cash)):
            chosen = which & (np.sign(amount) == sign)
            both.append(_bookings(owner[chosen], second[chosen], amount[chosen], category, channel[chosen]))
    return joined(both)


def _top_ups(rng, ledger: Ledger, booked: Bookings, balance, month: int) -> Bookings:
    """Round amounts that come in just before a booking that the balance does not cover."""
    order = np.lexsort((booked.second, booked.owner))
    owner, second, cents = booked.owner[order], booked.second[order], booked.cents[order]
    starts = np.flatnonzero(np.diff(owner, prepend=-1))
    at = np.cumsum(np.diff(owner, prepend=-1) > 0) - 1
    total = np.cumsum(cents)
    running = total - (total[starts] - cents[starts])[at] + balance[owner]
    lowest = np.minimum.accumulate(running - at * FAR) + at * FAR
    need = -np.minimum(lowest, 0)
    quantum = rng.choice(TOP_UPS, len(balance))
    need = -(-need // quantum[owner]) * quantum[owner]
    more = np.diff(need, prepend=0)
    more[starts] = need[starts]
    hit = np.flatnonzero(more > 0)
    started = booked.channel[order][hit] != SYSTEM
    # before a direct debit people pay in the evening before, before a purchase at the last minute
    lead = np.where(started, rng.integers(20, 900, len(hit)), rng.integers(4 * 3_600, 12 * 3_600, len(hit)))
    since = np.maximum(ledger.world.calendar.first[month], ledger.since[owner[hit]]) * DAY
    moment = np.maximum(second[hit] - lead, since)
    return _bookings(owner[hit], moment, more[hit], "transfer_in", MOBILE)


def _closing(rng, ledger: Ledger, balance: np.ndarray, month: int) -> Bookings:
    """The last transfer of who leaves in the month."""
    calendar, left = ledger.world.calendar, ledger.latent.left
    leaves = (left >= calendar.first[month]) & (left < calendar.first[month + 1])
    owner = np.flatnonzero(leaves & (balance > 0))
    second = left[owner] * DAY + calendar.clock(rng, "office", len(owner))
    return _bookings(owner, second, -balance[owner], "transfer_out", BRANCH)
