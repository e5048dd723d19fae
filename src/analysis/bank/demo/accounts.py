"""Accounts of a block: what customers hold, and how their assets are split over them."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from analysis.bank.demo.arrow import blank, build, number, pick
from analysis.bank.demo.latent import NEVER, Latent
from analysis.bank.demo.network import (
    BALANCED,
    CARD,
    CONSUMER,
    CURRENT,
    INSURANCE,
    MANDATE,
    MERCHANT,
    MONEY_MARKET,
    PLATINUM,
    PRODUCT_IDS,
    TERM,
)
from analysis.bank.demo.world import World

KINDS = ("current", "term", "wealth", "card", "loan", "insurance", "payment")
SLOTS = len(KINDS)  # account numbers are customer number × slots + kind


@dataclass
class Holdings:
    """Accounts of a block, one slot per customer and kind; `opened` is `NEVER` where there is none.

    Attributes
    ----------
    opened, closed : customer × kind, days
    product : customer × kind, position in `PRODUCT_IDS`
    current, term, wealth : yuan at the end, by customer
    limit : credit limit of the card, by customer
    """

    opened: np.ndarray
    closed: np.ndarray
    product: np.ndarray
    current: np.ndarray
    term: np.ndarray
    wealth: np.ndarray
    limit: np.ndarray

    def has(self, kind: str) -> np.ndarray:
        """Whether each customer ever has an account of the kind."""
        return self.opened[:, KINDS.index(kind)] < NEVER

    def day(self, kind: str) -> np.ndarray:
        """Day of opening by customer."""
        return self.opened[:, KINDS.index(kind)]


def hold(world: World, latent: Latent, block: int) -> Holdings:
    """Accounts and the split of assets, for `world.assets` known."""
    rng = world.generator("accounts", block)
    n = len(latent)
    assets = world.assets[latent.number]
    opened = np.full((n, SLOTS), NEVER)
    opened[:, 0] = latent.joined
    for name, day in latent.opened.items():
        opened[:, KINDS.index(name)] = day
    merchant = (latent.trait("cash_in") > 1) & (rng.random(n) < 0.5)
    since = np.maximum(latent.joined + 20, -1_900)
    opened[:, KINDS.index("payment")] = np.where(merchant & (since < latent.left - 60), since, NEVER)
    opened[opened >= world.calendar.days] = NEVER
    has_wealth = opened[:, KINDS.index("wealth")] < NEVER
    has_term = opened[:, KINDS.index("term")] < NEVER
    wealth = np.where(has_wealth, rng.beta(6, 3, n), 0.0)
    term = np.where(has_term, (1 - wealth) * rng.beta(5, 2, n), 0.0)
    # the richest keep little on their current account
    current = np.minimum((1 - wealth - term) * assets, 400_000 * np.exp(rng.normal(0, 0.5, n)))
    current = np.where(has_wealth | has_term, current, assets)
    term *= (assets - current) / np.maximum(wealth + term, 1e-9)
    term = np.floor(np.where(has_term, term, 0.0) / 100) * 100
    opened[(term == 0), KINDS.index("term")] = NEVER
    wealth = np.where(has_wealth, assets - current - term, 0.0)
    current = np.maximum(assets - term - wealth, 0.01)
    product = np.tile([CURRENT, TERM, MONEY_MARKET, CARD, CONSUMER, INSURANCE, MERCHANT], (n, 1))
    wealth_product = np.select([assets > 6e6, assets > 8e4], [MANDATE, BALANCED], MONEY_MARKET)
    product[:, KINDS.index("wealth")] = wealth_product
    product[:, KINDS.index("card")] = np.where((assets > 3e5) | (latent.income > 30_000), PLATINUM, CARD)
    limit = np.round(np.clip((latent.income + 4_000) * rng.uniform(1.5, 4, n), 5_000, 300_000), -3)
    return Holdings(
        opened=opened,
        closed=np.where(opened < NEVER, np.minimum(latent.left, NEVER)[:, None], NEVER),
        product=product,
        current=current,
        term=term,
        wealth=np.maximum(wealth, 0.0),
        limit=limit,
    )


def account_number(latent: Latent, owner: np.ndarray, kind: int | np.ndarray) -> np.ndarray:
    """Number of an account within the bank."""
    return latent.number[owner] * SLOTS + kind + 1


def account_ids(latent: Latent, owner: np.ndarray, kind: int | np.ndarray) -> pa.Array:
    """Ids of accounts."""
    return number("A", account_number(latent, owner, kind), 8)


def table(world: World, latent: Latent, holdings: Holdings, term_months: np.ndarray, block: int) -> pa.Table:
    """Table accounts; `term_months` of the loan by customer."""
    rng = world.generator("maturities", block)
    calendar = world.calendar
    owner, kind = np.nonzero(holdings.opened < NEVER)
    opened, closed = holdings.opened[owner, kind], holdings.closed[owner, kind]
    years = rng.choice([1, 2, 3], len(owner))
    # a term deposit is renewed until it is closed; the current term ends after the simulation
    passed = np.maximum(np.minimum(closed, calendar.days) - opened, 0) // (365 * years) + 1
    term_end = opened + 365 * years * passed
    loan_end = opened + (term_months[owner] * 30.44).astype(int)
    is_term, is_loan, is_card = (kind == KINDS.index(name) for name in ("term", "loan", "card"))
    return build(
        "accounts",
        {
            "account_id": account_ids(latent, owner, kind),
            "customer_id": number("C", latent.number[owner] + 1, 7),
            "product_id": pick(holdings.product[owner, kind], PRODUCT_IDS),
            "opened_on": calendar.date_of(opened),
            "closed_on": blank(calendar.date_of(closed), closed < calendar.days),
            "matures_on": blank(calendar.date_of(np.where(is_term, term_end, loan_end)), is_term | is_loan),
            "credit_limit": blank(holdings.limit[owner], is_card),
        },
    )
