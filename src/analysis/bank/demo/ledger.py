"""Bookings being gathered: who, when, how much, for what, through which channel."""

from dataclasses import dataclass, field

import numpy as np

from analysis.bank.demo.accounts import KINDS
from analysis.bank.demo.calendar import DAY
from analysis.bank.demo.latent import Latent
from analysis.bank.demo.parameters import FADING_DAYS
from analysis.bank.demo.world import World

CATEGORIES = (
    "salary", "pension", "transfer_in", "transfer_out", "card_payment", "cash_deposit", "cash_withdrawal",
    "bill", "household", "insurance", "loan_payment", "loan_payout", "investment_buy", "investment_sell",
    "interest", "fee", "refund",
)  # fmt: skip
CHANNELS = ("mobile", "online", "phone", "branch", "atm", "pos", "system", "partner")
MOBILE, ONLINE, PHONE, BRANCH, ATM, POS, SYSTEM, PARTNER = range(len(CHANNELS))


@dataclass
class Bookings:
    """Arrays of bookings: `kind` is a position in `KINDS`, `second` counts from the start; money in cents."""

    owner: np.ndarray
    kind: np.ndarray
    second: np.ndarray
    cents: np.ndarray
    category: np.ndarray
    channel: np.ndarray

    def __len__(self) -> int:
        return len(self.owner)

    def take(self, which: np.ndarray) -> "Bookings":
        """The bookings selected, in that order."""
        return Bookings(*(values[which] for values in vars(self).values()))


def joined(parts: list[Bookings]) -> Bookings:
    """All parts as one."""
    fields = zip(*(vars(part).values() for part in parts), strict=True)
    return Bookings(*(np.concatenate(values) for values in fields))


@dataclass
class Ledger:
    """Collects the bookings of one block."""

    world: World
    latent: Latent
    parts: list[Bookings] = field(default_factory=list)

    @property
    def since(self) -> np.ndarray:
        """First day of each customer in the simulation."""
        return np.maximum(self.latent.joined, 0)

    @property
    def until(self) -> np.ndarray:
        """Day after each customer's last full day."""
        return np.minimum(self.latent.left, self.world.calendar.days)

    def add(self, owner, second, yuan, category: str, channel, kind: str = "current") -> None:
        """Add bookings; `channel` is one position in `CHANNELS` or one for each."""
        size = len(owner)
        cents = np.round(np.asarray(yuan) * 100).astype(np.int64)
        columns = (
            np.asarray(owner),
            np.full(size, KINDS.index(kind), dtype=np.int8),
            np.asarray(second, dtype=np.int64),
            cents if cents.ndim else np.full(size, cents),
            np.full(size, CATEGORIES.index(category), dtype=np.int8),
            np.broadcast_to(np.asarray(channel, dtype=np.int8), (size,)),
        )
        real = columns[3] != 0
        self.parts.append(Bookings(*(values[real] for values in columns)))

    def lasting(self, rng, owner: np.ndarray, day: np.ndarray) -> np.ndarray:
        """Which events take place: within the relationship, and fewer the closer a leaver is to leaving."""
        within = (day >= self.since[owner]) & (day < self.until[owner])
        return within & (rng.random(len(owner)) * FADING_DAYS < self.latent.left[owner] - day)

    def monthly(self, rng, owner: np.ndarray, day_of_month: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Position of the order and day of each payment of monthly orders."""
        months = self.world.calendar.months
        order = np.repeat(np.arange(len(owner)), months)
        month = np.tile(np.arange(months), len(owner))
        day = self.world.calendar.due(month, day_of_month[order])
        keep = self.lasting(rng, owner[order], day)
        return order[keep], day[keep]

    def route(self, rng, owner: np.ndarray, day: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Channel and moment of bookings that a customer starts; branches only while they are open."""
        calendar, latent = self.world.calendar, self.latent
        mobile = latent.trait("mobile") + 0.6 * latent.digital
        odds = mobile[owner] + 0.3 * (day / 365 - 1.5)
        channel = np.where(rng.random(len(owner)) < 1 / (1 + np.exp(-odds)), MOBILE, ONLINE)
        at_branch = (channel == ONLINE) & (rng.random(len(owner)) < latent.trait("branch")[owner])
        opens = calendar.next_open[day]
        in_time = opens < self.until[owner]
        channel = np.where(at_branch, np.where(in_time, BRANCH, MOBILE), channel)
        channel = np.where((channel == ONLINE) & (rng.random(len(owner)) < 0.08), PHONE, channel)
        day = np.where(channel == BRANCH, opens, day)
        late = latent.trait("mobile")[owner] > 2
        size = len(owner)
        remote = np.where(late, calendar.clock(rng, "late", size), calendar.clock(rng, "contact", size))
        return channel, day * DAY + np.where(channel == BRANCH, calendar.clock(rng, "office", size), remote)

    def gathered(self) -> Bookings:
        """Everything added so far."""
        return joined(self.parts)


def round_as_people_do(rng, amounts: np.ndarray) -> np.ndarray:
    """Most amounts that people choose have one or two digits before the zeros."""
    size = np.maximum(np.abs(amounts), 1.0)
    step = 10.0 ** np.maximum(np.floor(np.log10(size)) - 1, 0)
    exact = rng.random(len(amounts)) < 0.15
    return np.where(exact, np.round(amounts, 2), np.round(amounts / step) * step)
