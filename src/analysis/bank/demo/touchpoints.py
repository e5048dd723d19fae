"""interactions (digital sessions and contacts) and crm_activities of relationship managers."""

import numpy as np
import pyarrow as pa

from analysis.bank.demo.arrow import blank, build, number, pick
from analysis.bank.demo.calendar import DAY
from analysis.bank.demo.customers import managers
from analysis.bank.demo.latent import Latent
from analysis.bank.demo.ledger import Ledger
from analysis.bank.demo.parameters import EMERGING_MONTHS
from analysis.bank.demo.world import World

CHANNELS = ("mobile", "online", "phone", "branch", "atm", "chat", "video")
MOBILE, ONLINE, PHONE, BRANCH, ATM, CHAT, VIDEO = range(len(CHANNELS))
PURPOSES = (
    "balance",
    "transfer",
    "bill_payment",
    "investment",
    "card_service",
    "loan_application",
    "information",
)
PURPOSE_SHARES = (0.38, 0.22, 0.11, 0.10, 0.08, 0.03, 0.08)
STEPS = ("start", "identify", "details", "review", "confirm")
# probability of going on after each step, by purpose
GOES_ON = np.array([
    (0.99, 0.98, 0.99, 1.0), (0.98, 0.96, 0.95, 0.97), (0.98, 0.96, 0.96, 0.97), (0.97, 0.93, 0.80, 0.88),
    (0.97, 0.95, 0.93, 0.96), (0.94, 0.85, 0.72, 0.85), (0.99, 0.99, 0.98, 0.99),
])  # fmt: skip
OUTCOMES = ("done", "abandoned", "failed", "handed_over")
MOST = 1_000_000  # interactions of a block at most

KINDS = ("call", "visit", "message", "review")
RESULTS = ("reached", "not_reached", "appointment", "declined", "offer_made")


def interactions(world: World, latent: Latent, ledger: Ledger, block: int) -> dict:
    """Columns of table interactions before any dirt."""
    rng = world.generator("interactions", block)
    calendar = world.calendar
    individual = np.exp(rng.normal(0, 0.35, len(latent)))
    rate = latent.trait("sessions") * individual / 30.4
    owner, day = calendar.sample(rng, "even", ledger.since, ledger.until, rate)
    keep = ledger.lasting(rng, owner, day)
    owner, day = owner[keep], day[keep]
    routed, second = ledger.route(rng, owner, day)
    size = len(owner)
    channel = np.array([MOBILE, ONLINE, PHONE, BRANCH])[routed]
    u = rng.random(size)
    channel = np.select(
        [(channel == ONLINE) & (u < 0.12), (channel == PHONE) & (u < 0.15), (channel == BRANCH) & (u < 0.25)],
        [CHAT, VIDEO, ATM], channel,
    )  # fmt: skip
    order = np.lexsort((second, owner))
    owner, second, channel = owner[order], second[order], channel[order]
    purpose = rng.choice(len(PURPOSES), size, p=PURPOSE_SHARES)
    step, outcome = _journey(rng, world, second // DAY, channel, purpose)
    base = np.array([90, 240, 320, 900, 60, 280, 700])[channel] * (0.4 + 0.15 * step)
    person = np.isin(channel, (PHONE, BRANCH, VIDEO))
    role = np.where(channel == BRANCH, 0, 1)
    staff = np.where(
        role == 0,
        world.network.of_branch(rng, latent.branch[owner], "teller"),
        world.network.of_branch(rng, latent.branch[owner], "adviser"),
    )
    return {
        "interaction_id": number("I", block * MOST + np.arange(size) + 1, 10),
        "customer_id": number("C", latent.number[owner] + 1, 7),
        "started_at": calendar.moment_of(second),
        "channel": pick(channel, CHANNELS),
        "purpose": pick(purpose, PURPOSES),
        "step": pick(step, STEPS),
        "outcome": pick(outcome, OUTCOMES),
        "seconds": np.round(base * np.exp(rng.normal(0, 0.6, size))),
        "staff_id": pick(np.maximum(staff, 0), world.network.staff_ids, person & (staff >= 0)),
    }


def _journey(rng, world: World, day, channel, purpose) -> tuple[np.ndarray, np.ndarray]:
    """Last step reached, and how it ended; identification by phone fails more often in the last months."""
    calendar, size = world.calendar, len(day)
    goes_on = GOES_ON[purpose].copy()
    assisted = np.isin(channel, (PHONE, BRANCH, VIDEO))
    goes_on[assisted] = goes_on[assisted] ** 0.3
    late = day >= calendar.first[max(calendar.months - EMERGING_MONTHS, 0)]
    goes_on[late & (channel == MOBILE), 1] *= 0.95
    stops = rng.random((size, len(STEPS) - 1)) > goes_on
    done = ~stops.any(axis=1)
    step = np.where(done, len(STEPS) - 1, stops.argmax(axis=1))
    u = rng.random(size)
    human = (step >= 2) & np.isin(channel, (CHAT, ONLINE, PHONE))
    ended = np.where(human & (u < 0.35), 3, np.where((step == 1) & (u < 0.7) | (u > 0.85), 2, 1))
    return step, np.where(done, 0, ended)


def activities(world: World, latent: Latent, ledger: Ledger, block: int) -> pa.Table:
    """Table crm_activities: what relationship managers planned and did."""
    rng = world.generator("activities", block)
    calendar = world.calendar
    staff = managers(world, latent, block)
    rate = np.where(staff >= 0, 4.5 * np.exp(rng.normal(0, 0.4, len(latent))), 0.0) / 365
    owner, planned = calendar.sample(rng, "counter", ledger.since, ledger.until, rate)
    order = np.lexsort((planned, owner))
    owner, planned = owner[order], planned[order]
    size = len(owner)
    done = calendar.next_open[np.minimum(planned + rng.geometric(0.45, size) - 1, calendar.days - 1)]
    is_done = (rng.random(size) < 0.88) & (done < np.minimum(latent.left[owner], calendar.days))
    return build(
        "crm_activities",
        {
            "activity_id": number("V", block * MOST + np.arange(size) + 1, 10),
            "customer_id": number("C", latent.number[owner] + 1, 7),
            "staff_id": pick(staff[owner], world.network.staff_ids),
            "kind": pick(rng.choice(len(KINDS), size, p=(0.5, 0.15, 0.25, 0.1)), KINDS),
            "planned_on": calendar.date_of(planned),
            "done_on": blank(calendar.date_of(done), is_done),
            "outcome": pick(
                rng.choice(len(RESULTS), size, p=(0.42, 0.25, 0.13, 0.08, 0.12)), RESULTS, is_done
            ),
        },
    )
