"""Campaigns with randomised arms and a planted uplift for every customer."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pyarrow as pa

from analysis.bank.demo.arrow import blank, build, number, pick
from analysis.bank.demo.latent import NEVER, Latent
from analysis.bank.demo.parameters import PRIVATE_FROM
from analysis.bank.demo.world import World

STAY_DAYS = 180  # a retention campaign has reached its objective when the customer is still here then
OFFER_MONTHS = 6  # in which a retention offer works


@dataclass(frozen=True)
class Campaign:
    """A campaign; `starts` is the part of the simulation before it, `holding` what a cross-sell offers."""

    campaign_id: str
    product_id: str | None
    holding: str | None
    channel: str
    objective: str
    starts: float
    days: int
    unit_cost: float
    audience: float
    treated: float


CAMPAIGNS = (
    Campaign("K01", None, None, "phone", "retention", 0.30, 30, 18.0, 0.45, 0.5),
    Campaign("K02", "P03", "wealth", "mobile", "cross_sell", 0.45, 60, 0.6, 0.70, 0.5),
    Campaign("K03", "P06", "card", "sms", "cross_sell", 0.58, 60, 0.2, 0.70, 0.6),
    Campaign("K04", None, None, "mobile", "retention", 0.72, 30, 6.0, 0.60, 0.5),
)


@dataclass
class Enrolment:
    """Customer × campaign: arm (−1 not in it, 0 control, 1 treatment), conversion, planted probabilities."""

    arm: np.ndarray
    converted: np.ndarray
    p_control: np.ndarray
    p_treatment: np.ndarray


def start_of(world: World, campaign: Campaign) -> int:
    """First day of a campaign: a working day."""
    calendar = world.calendar
    return int(calendar.business_before[int(campaign.starts * calendar.days)])


def enrol(world: World, latent: Latent, block: int) -> Enrolment:
    """Draw arms, and sell what the cross-sell campaigns sell; customers who leave are sorted out later."""
    rng = world.generator("campaigns", block)
    shape = (len(latent), len(CAMPAIGNS))
    enrolment = Enrolment(
        np.full(shape, -1), np.full(shape, NEVER), np.full(shape, np.nan), np.full(shape, np.nan)
    )
    for at, campaign in enumerate(CAMPAIGNS):
        start = start_of(world, campaign)
        # the wealthiest have a private banker and are left out of campaigns
        fit = (latent.joined < start - 90) & (latent.asset_key < PRIVATE_FROM)
        fit &= rng.random(len(latent)) < campaign.audience
        if campaign.holding:
            fit &= latent.opened[campaign.holding] >= start
        arm = (rng.random(len(latent)) < campaign.treated).astype(int)
        enrolment.arm[:, at] = np.where(fit, arm, -1)
        if campaign.holding:
            _sell(rng, world, latent, enrolment, at, start)
    return enrolment


def _sell(rng, world: World, latent: Latent, enrolment: Enrolment, at: int, start: int) -> None:
    """Conversions of a cross-sell: the uplift grows with digital affinity and income, some are put off."""
    campaign, n = CAMPAIGNS[at], len(latent)
    inactive = latent.purchases_end < start
    drawn = -3.6 + 0.35 * latent.digital + 0.25 * latent.satisfaction - 1.2 * (latent.trait("mobile") < -0.5)
    effect = 0.9 + 0.5 * latent.digital + 0.8 * latent.potential - 0.7 * (latent.age > 60) - 0.8 * inactive
    p0, p1 = 1 / (1 + np.exp(-drawn)), 1 / (1 + np.exp(-(drawn + effect)))
    arm = enrolment.arm[:, at]
    sold = (rng.random(n) < np.where(arm == 1, p1, p0)) & (arm >= 0)
    last = min(start + campaign.days, world.calendar.days - 31)
    day = start + 4 + (rng.beta(1, 2.5, n) * max(last - start - 4, 1)).astype(int)
    day = np.where(sold & (day < world.calendar.days - 30), day, NEVER)
    opened = latent.opened[campaign.holding]
    # the campaign's day takes the place of an opening that was to follow later anyhow
    latent.opened[campaign.holding] = np.where(day < NEVER, day, opened)
    enrolment.converted[:, at] = day
    enrolment.p_control[:, at] = np.where(arm >= 0, p0, np.nan)
    enrolment.p_treatment[:, at] = np.where(arm >= 0, p1, np.nan)


def retain(world: World, latent: Latent, enrolment: Enrolment, log_odds: np.ndarray) -> np.ndarray:
    """Log-odds of leaving with the offers made; fills the planted probabilities of staying."""
    log_odds = log_odds.copy()
    for at, campaign in enumerate(CAMPAIGNS):
        if campaign.objective != "retention":
            continue
        start = start_of(world, campaign)
        begin = int(world.calendar.month[start]) + 1
        months = slice(begin, begin + OFFER_MONTHS)
        wavering = (latent.purchases_end < start) | (latent.salary_stops < begin)
        effect = -0.3 - 1.1 * wavering - 0.3 * latent.digital + 0.9 * (latent.trait("sessions") < 0.5)
        arm = enrolment.arm[:, at]
        now = log_odds[:, months]
        enrolment.p_control[:, at] = np.where(arm >= 0, _stays(now), np.nan)
        enrolment.p_treatment[:, at] = np.where(arm >= 0, _stays(now + effect[:, None]), np.nan)
        log_odds[:, months] += np.where(arm == 1, effect, 0.0)[:, None]
    return log_odds


def _stays(log_odds: np.ndarray) -> np.ndarray:
    """Probability of leaving in none of the months."""
    return np.prod(1 / (1 + np.exp(log_odds)), axis=1)


def campaign_table(world: World) -> pa.Table:
    """The campaigns themselves."""
    starts = [world.calendar.date_of(start_of(world, c)).item() for c in CAMPAIGNS]
    names = ("campaign_id", "product_id", "channel", "objective", "unit_cost")
    columns = {name: [getattr(c, name) for c in CAMPAIGNS] for name in names}
    ends = [day + timedelta(days=c.days) for day, c in zip(starts, CAMPAIGNS, strict=True)]
    return build("campaigns", columns | {"started_on": starts, "ended_on": ends})


def contacts(world: World, latent: Latent, enrolment: Enrolment, block: int) -> tuple[pa.Table, pa.Table]:
    """campaign_contacts of a block, and the truth: probability of conversion under either arm."""
    rng = world.generator("contacts", block)
    calendar = world.calendar
    starts = np.array([start_of(world, c) for c in CAMPAIGNS])
    retention = np.array([c.objective == "retention" for c in CAMPAIGNS])
    campaign, owner = np.nonzero(((enrolment.arm >= 0) & (latent.left[:, None] > starts + 20)).T)
    size, start = len(owner), starts[campaign]
    treated = enrolment.arm[owner, campaign] == 1
    contacted = np.minimum(start + rng.integers(0, 4, size), calendar.days - 1)
    stayed = np.where(latent.left[owner] > start + STAY_DAYS, start + STAY_DAYS, NEVER)
    sold = enrolment.converted[owner, campaign]
    sold = np.where(sold < latent.left[owner] - 45, sold, NEVER)
    converted = np.where(retention[campaign], stayed, sold)
    converted = np.where(converted < calendar.days, converted, NEVER)
    answers = treated & (rng.random(size) < np.where(converted < NEVER, 0.30, 0.06))
    responded = contacted + np.minimum(rng.geometric(0.25, size), np.maximum(converted - contacted, 0))
    answers &= responded < calendar.days
    value = np.round(rng.gamma(2.0, np.where(retention[campaign], 90.0, 140.0)), 2)
    ids = {"campaign_id": pick(campaign, [c.campaign_id for c in CAMPAIGNS])}
    ids["customer_id"] = number("C", latent.number[owner] + 1, 7)
    table = build(
        "campaign_contacts",
        ids
        | {
            "arm": pick(treated.astype(int), ("control", "treatment")),
            "contacted_on": blank(calendar.date_of(contacted), treated),
            "responded_on": blank(calendar.date_of(responded), answers),
            "converted_on": blank(calendar.date_of(converted), converted < NEVER),
            "value": blank(value, converted < NEVER),
        },
    )
    truth = pa.table(
        ids
        | {
            "p_control": enrolment.p_control[owner, campaign],
            "p_treatment": enrolment.p_treatment[owner, campaign],
        }
    )
    return table, truth
