"""Latent customers: who they are, how they buy, what they hold, before anything is booked."""

from dataclasses import dataclass, field

import numpy as np
from scipy.stats import gamma, norm

from analysis.bank.demo.parameters import (
    HOLDINGS,
    POTENTIAL,
    PRIVATE_FROM,
    PURCHASES,
    SALARY_STOPS,
    SEGMENTS,
    segment_values,
)
from analysis.bank.demo.world import World

NEVER = 10**6  # a day that does not come
INCOMES = ("none", "salary", "pension", "irregular")


@dataclass
class Latent:
    """Customers of one block, arrays by position; days count from the start of the simulation.

    Attributes
    ----------
    number : customer number; `segment` : position in `SEGMENTS`
    asset_key : the higher, the richer in the bank
    purchase_rate, dropout_rate : a week; `purchases_end` : day of dropout
    mean_spend : yuan a purchase
    income_kind : position in `INCOMES`; `income` : yuan a month; `salary_stops` : month, or `NEVER`
    digital, satisfaction : standard normal traits (satisfaction includes the branch's effect)
    opened : day a holding is opened by its name, `NEVER` where there is none
    left : day of leaving, or `NEVER`; set by `leaving`
    """

    number: np.ndarray
    segment: np.ndarray
    branch: np.ndarray
    joined: np.ndarray
    age: np.ndarray
    digital: np.ndarray
    satisfaction: np.ndarray
    asset_key: np.ndarray
    purchase_rate: np.ndarray
    dropout_rate: np.ndarray
    purchases_end: np.ndarray
    mean_spend: np.ndarray
    income_kind: np.ndarray
    income: np.ndarray
    salary_stops: np.ndarray
    potential: np.ndarray
    opened: dict[str, np.ndarray]
    left: np.ndarray = field(default_factory=lambda: np.empty(0))

    def __len__(self) -> int:
        return len(self.number)

    def trait(self, name: str) -> np.ndarray:
        """Attribute of the segment for each customer."""
        return segment_values(name)[self.segment]


def draw(world: World, block: int) -> Latent:
    """Latent values of the customers of a block."""
    rng = world.generator("latent", block)
    number = world.members(block)
    n = len(number)
    shares = segment_values("share")
    segment = rng.choice(len(SEGMENTS), n, p=shares / shares.sum())
    branch = rng.choice(len(world.network.weight), n, p=world.network.weight)
    potential = rng.random(n) < segment_values("potential")[segment]
    asset = rng.normal(*segment_values("assets")[segment].T) + POTENTIAL["assets"] * potential
    # so rich a customer came, and opened what there is to open, before the simulation
    settled = asset > PRIVATE_FROM
    joined = _joined(rng, segment, settled, world.calendar.days)
    age = np.clip(rng.normal(*segment_values("age")[segment].T), 18, 94)
    opened = _holdings(rng, segment, joined, settled, world.calendar.days)
    weekly = _rank(rng, segment, potential, "purchases")
    p, dropout = PURCHASES, rng.gamma(PURCHASES["s"], 1 / PURCHASES["beta"], n)
    alive = 7 * rng.exponential(1 / np.maximum(dropout, 1e-9))
    spend = _rank(rng, segment, potential, "spend")
    asset += 0.45 * (opened["wealth"] < NEVER) + 0.25 * (opened["term"] < NEVER)
    income_kind = np.array([INCOMES.index(s.income) for s in SEGMENTS])[segment]
    income = segment_values("income_median")[segment] * np.exp(rng.normal(0, 0.28, n))
    income *= np.where(potential, POTENTIAL["income"], 1.0)
    stops = rng.geometric(SALARY_STOPS, n) - 1
    return Latent(
        number=number,
        segment=segment,
        branch=branch,
        joined=joined,
        age=np.maximum(age, 16 - np.minimum(joined, 0) / 365.25),
        digital=rng.normal(size=n),
        satisfaction=rng.normal(0, np.sqrt(1 - 0.4**2), n) + world.network.effect[branch],
        asset_key=asset,
        purchase_rate=gamma.ppf(weekly, p["r"], scale=1 / p["alpha"]),
        dropout_rate=dropout,
        purchases_end=np.minimum(np.maximum(joined, 0) + alive, NEVER).astype(int),
        # an inverse gamma distribution over customers, as Gamma-Gamma assumes
        mean_spend=p["p"] * p["v"] / gamma.ppf(1 - spend, p["q"]),
        income_kind=income_kind,
        income=np.round(income, -1),
        salary_stops=np.where((stops < world.calendar.months) & (income_kind == 1), stops, NEVER),
        potential=potential,
        opened=opened,
        left=np.full(n, NEVER),
    )


def _rank(rng, segment: np.ndarray, potential: np.ndarray, attribute: str) -> np.ndarray:
    """Rank in (0, 1) of each customer in the bank, uniform over all, higher where placed higher."""
    place, shift = segment_values(attribute), POTENTIAL[attribute]
    share, part = segment_values("share") / segment_values("share").sum(), segment_values("potential")
    x = rng.normal(*place[segment].T) + shift * potential
    rank = np.zeros(len(x))
    for (loc, spread), weight, chance in zip(place, share, part, strict=True):
        usual, shifted = norm.cdf((x - loc) / spread), norm.cdf((x - loc - shift) / spread)
        rank += weight * ((1 - chance) * usual + chance * shifted)
    return np.clip(rank, 1e-6, 1 - 1e-6)


def _joined(rng, segment: np.ndarray, settled: np.ndarray, days: int) -> np.ndarray:
    """Day of joining: most before the start, at most 24 years."""
    n = len(segment)
    years = np.minimum(rng.gamma(1.6, segment_values("tenure")[segment], n), 24)
    new = (rng.random(n) < segment_values("joining")[segment] * days / 365) & ~settled
    return np.where(new, rng.integers(0, max(days - 1, 1), n), -1 - (years * 365).astype(int))


def _holdings(rng, segment, joined, settled: np.ndarray, days: int) -> dict[str, np.ndarray]:
    """Day each holding is opened: with the relationship, later before the start, or during the simulation."""
    chances = segment_values("holds")
    n = len(segment)
    opened = {}
    for name in HOLDINGS:
        holds = rng.random(n) < np.array([c[name] for c in chances])[segment]
        recent = (rng.random(n) < 0.07 * days / 365) & (joined < days - 120) & ~settled
        since = np.maximum(joined, 0)
        late = since + 30 + (rng.random(n) * np.maximum(days - 60 - since, 1)).astype(int)
        early = joined + (rng.random(n) * np.maximum(-joined, 1)).astype(int)
        # who joins during the simulation opens everything else some weeks later
        day = np.where(recent | (joined >= 0), late, early)
        opened[name] = np.where(holds & (day < days - 30), day, NEVER)
    return opened
