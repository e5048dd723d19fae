"""One block of customers from latent values to tables."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from analysis.bank.demo import (
    accounts,
    balances,
    campaigns,
    complaints,
    customers,
    dirt,
    feedback,
    income,
    investing,
    latent,
    leaving,
    loans,
    spending,
    survey,
    touchpoints,
)  # fmt: skip
from analysis.bank.demo.arrow import build, number, pick
from analysis.bank.demo.cashflow import Settled, settle
from analysis.bank.demo.latent import NEVER, Latent
from analysis.bank.demo.ledger import Ledger, joined
from analysis.bank.demo.parameters import SEGMENTS
from analysis.bank.demo.world import World


@dataclass
class Plan:
    """Latent course of a block's customers: who they are, what they complain of, when they leave."""

    latent: Latent
    complaints: complaints.Complaints
    enrolment: campaigns.Enrolment
    log_odds: np.ndarray


@dataclass
class Result:
    """Tables of the bank and of the truth for one block, and what was soiled in it."""

    bank: dict[str, pa.Table]
    truth: dict[str, pa.Table]
    dirt: Counter = field(default_factory=Counter)


def plan(world: World, block: int) -> Plan:
    """Everything that does not need the ranks of wealth in the whole bank."""
    people = latent.draw(world, block)
    trouble = complaints.draw(world, people, block)
    enrolment = campaigns.enrol(world, people, block)
    log_odds = campaigns.retain(world, people, enrolment, leaving.hazards(world, people, trouble))
    leaving.depart(world, people, log_odds, block)
    return Plan(people, trouble, enrolment, log_odds)


def simulate(world: World, block: int) -> Result:
    """All tables of a block; `world.assets` must be known."""
    course = plan(world, block)
    people = course.latent
    soil = world.generator("dirt", block)
    result = Result({}, {})
    holdings = accounts.hold(world, people, block)
    lent = loans.lend(world, people, holdings, block)
    ledger = Ledger(world, people)
    wealth = _earn_and_spend(world, ledger, holdings, lent, block)
    settled = settle(world, ledger, holdings, block)
    other = ledger.gathered()
    other = other.take(np.flatnonzero(other.kind > 0))
    everything = joined([settled.bookings, other])
    everything = joined([everything, dirt.zero_bookings(soil, everything, result.dirt)])
    cards = other.take(np.flatnonzero(other.kind == accounts.KINDS.index("card")))

    described, pairs = customers.describe(world, people, block)
    dirt.soil(soil, "customers", described, dirt.CUSTOMERS, result.dirt)
    booked = balances.transactions(world, people, everything, block)
    dirt.soil(soil, "transactions", booked, dirt.TRANSACTIONS, result.dirt)
    touched = touchpoints.interactions(world, people, ledger, block)
    dirt.soil(soil, "interactions", touched, dirt.INTERACTIONS, result.dirt)

    contacts, uplift = campaigns.contacts(world, people, course.enrolment, block)
    said, themes = feedback.table(world, people, ledger, course.complaints, block)
    asked, meant, straight = survey.tables(world, people, course.complaints, block)
    result.dirt["survey_answers", "score", "straight-lined response"] += straight
    lending = loans.tables(world, people, holdings, lent)
    terms = np.zeros(len(people), int)
    terms[lent.owner] = lent.term
    result.bank = {
        "customers": build("customers", described),
        "accounts": accounts.table(world, people, holdings, terms, block),
        "transactions": build("transactions", booked),
        "balances": balances.month_ends(world, people, holdings, settled.balances, wealth, cards, lent),
        "interactions": build("interactions", touched),
        "crm_activities": touchpoints.activities(world, people, ledger, block),
        "campaign_contacts": contacts,
        "loans": lending["loans"],
        "loan_months": lending["loan_months"],
        "feedback": said,
        **asked,
    }
    result.truth = {
        "customers": _truth(world, course),
        "months": _hazards(world, course),
        "accounts": _openings(people, settled),
        "duplicates": pairs,
        "uplift": uplift,
        "loans": lending["truth"],
        "feedback": themes,
        **meant,
    }
    return result


def _earn_and_spend(world: World, ledger: Ledger, holdings, lent, block: int) -> np.ndarray:
    """Book everything but what `settle` adds; the value of wealth products by customer and month."""
    rng = world.generator("bookings", block)
    spending.purchases(rng, ledger, holdings)
    spending.bills(rng, ledger, holdings)
    spending.transfers(rng, ledger)
    spending.cash(rng, ledger)
    spending.fees(rng, ledger, holdings)
    income.salaries(rng, ledger)
    income.irregular(rng, ledger)
    loans.book(rng, ledger, holdings, lent)
    value = investing.wealth(rng, world, ledger, holdings)
    investing.term_deposits(rng, ledger, holdings)
    investing.repay_cards(rng, ledger, holdings)
    return value


def _truth(world: World, course: Plan) -> pa.Table:
    """Latent values of the customers."""
    people, calendar = course.latent, world.calendar
    ends = people.purchases_end < calendar.days
    stops = people.salary_stops < NEVER
    stop = calendar.first[np.where(stops, people.salary_stops, 0)]
    return pa.table(
        {
            "customer_id": number("C", people.number + 1, 7),
            "segment": pick(people.segment, [s.name for s in SEGMENTS]),
            "potential": people.potential,
            "purchase_rate": people.purchase_rate,
            "dropout_rate": people.dropout_rate,
            "purchases_ended_on": pa.array(calendar.date_of(people.purchases_end), pa.date32(), mask=~ends),
            "mean_spend": people.mean_spend,
            "income": people.income,
            "salary_stopped_on": pa.array(calendar.date_of(stop), pa.date32(), mask=~stops),
            "digital": people.digital,
            "satisfaction": people.satisfaction,
            "assets": world.assets[people.number],
        }
    )


def _hazards(world: World, course: Plan) -> pa.Table:
    """Planted probability of leaving in each month at risk."""
    people, calendar = course.latent, world.calendar
    here = people.left[:, None] > calendar.first[None, :-1]
    owner, month = np.nonzero(leaving.at_risk(world, people) & here)
    return pa.table(
        {
            "customer_id": number("C", people.number[owner] + 1, 7),
            "month_end": pa.array(calendar.date_of(calendar.month_end(month)), pa.date32()),
            "hazard": 1 / (1 + np.exp(-course.log_odds[owner, month])),
        }
    )


def _openings(people: Latent, settled: Settled) -> pa.Table:
    """Balance of each current account before its first booking."""
    owner = np.arange(len(people))
    return pa.table(
        {"account_id": accounts.account_ids(people, owner, 0), "opening_balance": settled.opening / 100}
    )
