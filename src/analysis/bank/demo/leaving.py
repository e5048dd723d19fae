"""Who leaves, when: a monthly hazard with planted drivers."""

import numpy as np

from analysis.bank.demo.complaints import Complaints
from analysis.bank.demo.latent import NEVER, Latent
from analysis.bank.demo.parameters import LEAVING, PRIVATE_FROM
from analysis.bank.demo.world import World

SETTLING = 3  # months after joining in which nobody leaves
LAST_OPENING = 45  # days before leaving from which on nothing new is opened


def hazards(world: World, latent: Latent, complaints: Complaints) -> np.ndarray:
    """Log-odds of leaving in each month before any retention offer, customer × month."""
    calendar = world.calendar
    first = calendar.first[:-1]
    years = np.maximum(first[None, :] - latent.joined[:, None], 0) / 365.25
    held = sum((day[:, None] <= first[None, :]).astype(int) for day in latent.opened.values())
    # A month's complaints count for leaving in the next two.
    trouble = complaints.unresolved(len(latent), calendar.first)
    trouble = _delayed(trouble, 1) | _delayed(trouble, 2)
    return (
        LEAVING["intercept"]
        + LEAVING["log_tenure_years"] * np.log1p(years)
        + LEAVING["single_product"] * (held == 0)
        + LEAVING["purchases_ended"] * (latent.purchases_end[:, None] < first[None, :])
        + LEAVING["salary_stopped"] * (latent.salary_stops[:, None] < np.arange(calendar.months)[None, :])
        + LEAVING["complaint_unresolved"] * trouble
        + LEAVING["satisfaction"] * latent.satisfaction[:, None]
        + LEAVING["private_banker"] * (latent.asset_key[:, None] > PRIVATE_FROM)
    )


def _delayed(flags: np.ndarray, months: int) -> np.ndarray:
    later = np.zeros_like(flags)
    later[:, months:] = flags[:, : flags.shape[1] - months]
    return later


def depart(world: World, latent: Latent, log_odds: np.ndarray, block: int) -> None:
    """Set `latent.left`, and take back what would have been opened afterwards."""
    rng = world.generator("leaving", block)
    calendar = world.calendar
    chance = 1 / (1 + np.exp(-log_odds)) * at_risk(world, latent)
    leaves = rng.random(chance.shape) < chance
    month = np.where(leaves.any(axis=1), leaves.argmax(axis=1), NEVER)
    gone = month < NEVER
    first = calendar.first[month[gone]]
    day = calendar.business_before[first + rng.integers(2, 28, gone.sum())]
    # a holiday may reach back into the month before
    # the first days of the simulation have no working day before them
    fits = (day > first) & calendar.business[day]
    latent.left[gone] = np.where(fits, day, calendar.next_open[first + 1])
    for name, opened in latent.opened.items():
        latent.opened[name] = np.where((opened >= 0) & (opened >= latent.left - LAST_OPENING), NEVER, opened)


def at_risk(world: World, latent: Latent) -> np.ndarray:
    """Whether the customer may leave in a month, customer × month: joined over `SETTLING` months before."""
    return latent.joined[:, None] + SETTLING * 31 <= world.calendar.first[None, :-1]
