"""Loans: terms, months with days past due, and a planted probability of default."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from analysis.bank.demo.accounts import KINDS, Holdings, account_ids
from analysis.bank.demo.arrow import build, pick
from analysis.bank.demo.calendar import DAY
from analysis.bank.demo.latent import NEVER, Latent
from analysis.bank.demo.ledger import SYSTEM, Ledger
from analysis.bank.demo.network import BUSINESS, CONSUMER, MORTGAGE
from analysis.bank.demo.parameters import DEFAULT, SEGMENTS
from analysis.bank.demo.world import World

RATE = {CONSUMER: 0.078, MORTGAGE: 0.042, BUSINESS: 0.055}
PURPOSES = ("car", "renovation", "education", "travel", "consumption", "home", "working_capital")
SPELL_STARTS, SPELL_ENDS = 0.012, 0.65  # a month: late for a while, then paid up
SLOT = KINDS.index("loan")


@dataclass
class Loans:
    """Loans of a block; `owner` is the position of the customer, months count in the simulation."""

    owner: np.ndarray
    granted: np.ndarray
    due_day: np.ndarray
    principal: np.ndarray
    term: np.ndarray
    rate: np.ndarray
    payment: np.ndarray
    purpose: np.ndarray
    default_probability: np.ndarray
    default_month: np.ndarray
    past_due: np.ndarray
    outstanding: np.ndarray
    paid: np.ndarray


def lend(world: World, latent: Latent, holdings: Holdings, block: int) -> Loans:
    """Draw the loans of a block and how they are served; sets product and closing of their accounts."""
    rng = world.generator("loans", block)
    calendar, n = world.calendar, len(latent)
    business = np.array([s.name == "entrepreneurs" for s in SEGMENTS])[latent.segment]
    family = np.array([s.name == "affluent_families" for s in SEGMENTS])[latent.segment]
    product = np.where(business, BUSINESS, np.where(family & (rng.random(n) < 0.7), MORTGAGE, CONSUMER))
    term = np.select([product == MORTGAGE, product == BUSINESS], [240, 36], rng.choice([24, 36, 48, 60], n))
    opened = holdings.opened[:, SLOT]
    ends = opened + (term * 30.44).astype(int)
    opened = np.where(ends > 60, opened, NEVER)
    holdings.opened[:, SLOT] = opened
    holdings.closed[:, SLOT] = np.where(opened < NEVER, np.minimum(latent.left, ends), NEVER)
    holdings.product[:, SLOT] = product
    owner = np.flatnonzero(opened < NEVER)
    product, term, granted = product[owner], term[owner], opened[owner]
    earns = np.where(
        latent.income[owner] > 0, latent.income[owner], 20_000 * np.exp(rng.normal(0, 0.4, len(owner)))
    )
    multiple = np.select([product == MORTGAGE, product == BUSINESS], [48.0, 14.0], 7.0)
    principal = np.round(earns * multiple * np.exp(rng.normal(0, 0.35, len(owner))), -3) + 5_000
    rate = np.array([RATE[p] for p in product]) + rng.normal(0, 0.004, len(owner))
    payment = np.round(principal * (rate / 12) / (1 - (1 + rate / 12) ** -term), 2)
    purpose = np.select([product == MORTGAGE, product == BUSINESS], [5, 6], rng.integers(0, 5, len(owner)))
    odds = (
        DEFAULT["intercept"]
        + DEFAULT["log_payment_to_income"] * np.log(payment / earns / 0.25)
        + DEFAULT["log_assets"] * np.log(np.maximum(world.assets[latent.number[owner]], 10) / 2_000)
        + DEFAULT["latent"] * rng.normal(size=len(owner))
    )
    loans = Loans(
        owner, granted, rng.integers(3, 27, len(owner)), principal, term, rate, payment, purpose,
        1 / (1 + np.exp(-odds)), np.full(len(owner), NEVER), *np.zeros((3, len(owner), calendar.months)),
    )  # fmt: skip
    _serve(rng, world, latent, loans, odds)
    return loans


def _serve(rng, world: World, latent: Latent, loans: Loans, odds: np.ndarray) -> None:
    """Month by month: pay, be late for a spell, or default for good."""
    calendar, size = world.calendar, len(loans.owner)
    unpaid, first_due, in_spell = np.zeros(size, int), np.zeros(size, int), np.zeros(size, bool)
    for month in range(calendar.months):
        stopped = latent.salary_stops[loans.owner] < month
        yearly = 1 / (1 + np.exp(-(odds + DEFAULT["salary_stopped"] * stopped)))
        due = calendar.due(np.full(size, month), loans.due_day)
        bound = (due > loans.granted + 20) & (due < latent.left[loans.owner])
        fresh = bound & (loans.default_month == NEVER)
        fails = fresh & (rng.random(size) < 1 - (1 - yearly) ** (1 / 12))
        loans.default_month[fails] = month
        risk = SPELL_STARTS * np.clip(yearly / 0.03, 0.3, 5)
        in_spell = np.where(in_spell, rng.random(size) > SPELL_ENDS, rng.random(size) < risk) & bound
        misses = bound & (in_spell | (loans.default_month <= month))
        first_due = np.where(misses & (unpaid == 0), due, first_due)
        loans.paid[:, month] = np.where(bound & ~misses, (unpaid + 1) * loans.payment, 0.0)
        unpaid = np.where(misses, unpaid + 1, np.where(bound, 0, unpaid))
        loans.past_due[:, month] = np.where(unpaid > 0, calendar.month_end(month) - first_due, 0)
        made = np.clip((due - loans.granted) / 30.44, 0, loans.term).astype(int) - unpaid
        growth = (1 + loans.rate / 12) ** loans.term
        left = (growth - (1 + loans.rate / 12) ** np.maximum(made, 0)) / (growth - 1)
        loans.outstanding[:, month] = np.round(loans.principal * left, 2)


def book(rng, ledger: Ledger, holdings: Holdings, loans: Loans) -> None:
    """Payouts, what they are spent on, and payments, on the current account."""
    calendar = ledger.world.calendar
    new = loans.granted >= 0
    owner, day, yuan = loans.owner[new], loans.granted[new], loans.principal[new]
    at_counter = day * DAY + calendar.clock(rng, "office", len(owner))
    ledger.add(owner, at_counter, yuan, "loan_payout", SYSTEM)
    channel, second = ledger.route(rng, owner, np.minimum(day + 1, ledger.until[owner] - 1))
    ledger.add(
        owner, second, -np.round(yuan * rng.uniform(0.8, 1.0, len(owner)), -2), "transfer_out", channel
    )
    loan, month = np.nonzero(loans.paid > 0)
    day = calendar.due(month, loans.due_day[loan])
    inside = (day < np.minimum(holdings.closed[loans.owner[loan], SLOT], ledger.until[loans.owner[loan]])) & (
        day >= ledger.since[loans.owner[loan]]
    )
    loan, month, day = loan[inside], month[inside], day[inside]
    second = day * DAY + calendar.clock(rng, "batch", len(loan))
    ledger.add(loans.owner[loan], second, -loans.paid[loan, month], "loan_payment", SYSTEM)


def tables(world: World, latent: Latent, holdings: Holdings, loans: Loans) -> dict[str, pa.Table]:
    """loans and loan_months of a block, and the planted probabilities as `truth`."""
    calendar = world.calendar
    ids = account_ids(latent, loans.owner, SLOT)
    ends = calendar.month_end(np.arange(calendar.months))
    closed = holdings.closed[loans.owner, SLOT]
    last = calendar.month[np.minimum(closed, calendar.days) - 1]
    owes = loans.past_due[np.arange(len(last)), last] > 0
    loan, month = np.nonzero((ends[None, :] >= loans.granted[:, None]) & (ends[None, :] < closed[:, None]))
    return {
        "loans": build(
            "loans",
            {
                "account_id": ids,
                "granted_on": calendar.date_of(loans.granted),
                "principal": loans.principal,
                "term_months": loans.term,
                "payment": loans.payment,
                "purpose": pick(loans.purpose, PURPOSES),
                "status": pick(2 * (closed >= calendar.days) + owes, ("A", "B", "C", "D")),
                "status_on": calendar.date_of(np.minimum(closed, calendar.days - 1)),
            },
        ),
        "loan_months": build(
            "loan_months",
            {
                "account_id": ids.take(pa.array(loan)),
                "month_end": calendar.date_of(ends[month]),
                "days_past_due": loans.past_due[loan, month].astype(np.int64),
                "outstanding": loans.outstanding[loan, month],
            },
        ),
        "truth": pa.table(
            {
                "account_id": ids,
                "default_probability": loans.default_probability,
                "default_month": pa.array(loans.default_month, mask=loans.default_month == NEVER),
            }
        ),
    }
