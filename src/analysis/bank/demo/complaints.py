"""When and about what customers complain, and how long the answer takes: latent, before any text."""

from dataclasses import dataclass

import numpy as np

from analysis.bank.demo.calendar import DAY
from analysis.bank.demo.latent import Latent
from analysis.bank.demo.parameters import COMPLAINT_THEMES, EMERGING_MONTHS, EMERGING_THEME
from analysis.bank.demo.world import World

THEMES = tuple(COMPLAINT_THEMES)
COMPLEX = {"wealth_product_loss": 0.6, "loan_processing": 0.4, "transfer_delayed": 0.25, "staff_conduct": 0.3}
DAYS_TO_RESOLVE = {"simple": (5.0, 0.7), "complex": (17.0, 0.6)}  # median, spread of the logarithm
HOURS_TO_ACKNOWLEDGE = (9.0, 1.0)


@dataclass
class Complaints:
    """Complaints of a block in order of arrival; moments in seconds from the start."""

    owner: np.ndarray
    theme: np.ndarray
    received: np.ndarray
    acknowledged: np.ndarray
    resolved: np.ndarray
    is_complex: np.ndarray

    def keep(self, which: np.ndarray) -> "Complaints":
        """The complaints selected."""
        return Complaints(*(values[which] for values in vars(self).values()))

    def unresolved(self, customers: int, firsts: np.ndarray) -> np.ndarray:
        """Whether a customer's complaint has been open for over a week during a month, customer × month."""
        open_ = np.zeros((customers, len(firsts) - 1), dtype=bool)
        since, until = self.received // DAY + 7, self.resolved // DAY
        for month in range(len(firsts) - 1):
            now = (since < firsts[month + 1]) & (until >= firsts[month]) & (until > since)
            open_[self.owner[now], month] = True
        return open_


def draw(world: World, latent: Latent, block: int) -> Complaints:
    """All complaints that customers would make if nobody left."""
    rng = world.generator("complaints", block)
    calendar, n = world.calendar, len(latent)
    activity = np.exp(0.35 * np.log1p(latent.trait("sessions")) - 0.45 * latent.satisfaction) * 0.7
    owners, themes, days = [], [], []
    for theme, yearly in COMPLAINT_THEMES.items():
        since = np.maximum(latent.joined, 0)
        rate = np.full(n, yearly) * activity
        if theme == EMERGING_THEME:
            since = np.maximum(since, calendar.first[max(calendar.months - EMERGING_MONTHS, 0)])
            rate = rate * np.where(latent.trait("mobile") > 0, 1.2, 0.2)
        if theme == "wealth_product_loss":
            rate = rate * np.where(latent.opened["wealth"] < calendar.days, 1.6, 0.0)
        owner, day = calendar.sample(rng, "even", since, np.full(n, calendar.days), rate / 365)
        owners.append(owner)
        days.append(day)
        themes.append(np.full(len(owner), THEMES.index(theme)))
    owner, day, theme = (np.concatenate(parts) for parts in (owners, days, themes))
    received = day * DAY + calendar.clock(rng, "contact", len(day))
    order = np.lexsort((theme, owner, received))
    return _timed(rng, world, latent, owner[order], theme[order], received[order])


def _timed(rng, world: World, latent: Latent, owner, theme, received) -> Complaints:
    size = len(owner)
    odds = np.array([COMPLEX.get(name, 0.08) for name in THEMES])
    is_complex = rng.random(size) < odds[theme]
    slowness = world.network.slowness[latent.branch[owner]]
    median, spread = (
        np.where(is_complex, c, s)
        for s, c in zip(DAYS_TO_RESOLVE["simple"], DAYS_TO_RESOLVE["complex"], strict=True)
    )
    took = median * np.exp(rng.normal(0, 1, size) * spread) * slowness
    hours = HOURS_TO_ACKNOWLEDGE[0] * np.exp(rng.normal(0, HOURS_TO_ACKNOWLEDGE[1], size)) * slowness
    acknowledged = received + (np.minimum(hours, took * 23) * 3_600).astype(np.int64)
    resolved = received + (took * DAY).astype(np.int64)
    # cases are closed in working hours
    resolved = np.maximum(
        resolved // DAY * DAY + world.calendar.clock(rng, "office", size), acknowledged + 600
    )
    return Complaints(owner, theme, received, acknowledged, resolved, is_complex)
