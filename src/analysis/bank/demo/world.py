"""What all blocks of customers share: seed, calendar, network and the ranks of wealth."""

import zlib
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from analysis.bank.demo.calendar import Calendar
from analysis.bank.demo.network import Network, found
from analysis.bank.engines import BankError

BLOCK = 1_000  # customers drawn from one generator, so that results do not depend on the size of a chunk


@dataclass
class World:
    """A bank to be simulated; `assets` (yuan at the end, by customer) is known after the first pass."""

    customers: int
    seed: int
    calendar: Calendar
    network: Network
    assets: np.ndarray = field(default_factory=lambda: np.empty(0))

    @property
    def blocks(self) -> int:
        """Number of blocks of customers."""
        return -(-self.customers // BLOCK)

    def members(self, block: int) -> np.ndarray:
        """Numbers of the customers of a block, counted from 0."""
        return np.arange(block * BLOCK, min((block + 1) * BLOCK, self.customers))

    def generator(self, stage: str, block: int = 0) -> np.random.Generator:
        """Random numbers of one stage of one block: no other stage or block moves them."""
        return _generator(self.seed, stage, block)


def create(customers: int, seed: int, start: date, months: int) -> World:
    """A bank with its branches and staff, customers still to come."""
    if customers < 1:
        raise BankError(f"customers is {customers}; expected at least 1")
    calendar = Calendar(start, months)
    return World(customers, seed, calendar, found(_generator(seed, "network", 0), customers, calendar))


def _generator(seed: int, stage: str, block: int) -> np.random.Generator:
    keys = [seed, zlib.crc32(stage.encode()), block]
    return np.random.Generator(np.random.Philox(np.random.SeedSequence(keys)))
