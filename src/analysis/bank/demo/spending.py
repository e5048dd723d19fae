"""What customers spend and move on their own: purchases, bills, transfers, cash."""

import numpy as np

from analysis.bank.demo.accounts import KINDS, Holdings
from analysis.bank.demo.calendar import DAY
from analysis.bank.demo.ledger import ATM, BRANCH, MOBILE, POS, SYSTEM, Ledger, round_as_people_do
from analysis.bank.demo.network import PLATINUM
from analysis.bank.demo.parameters import PURCHASES

RED_PACKETS = np.array([66, 88, 100, 168, 188, 200, 288, 500, 520, 600, 666, 800, 888, 1_000, 1_888])
CARD_SHARE = 0.6  # of the purchases of who has a credit card


def purchases(rng, ledger: Ledger, holdings: Holdings) -> None:
    """Card payments: Pareto/NBD in time, Gamma-Gamma in money; some are refunded."""
    latent, calendar = ledger.latent, ledger.world.calendar
    until = np.minimum(ledger.until, latent.purchases_end)
    owner, day = calendar.sample(rng, "shopping", ledger.since, until, latent.purchase_rate / 7)
    keep = ledger.lasting(rng, owner, day)
    owner, day = owner[keep], day[keep]
    size, years = len(owner), day / 365 - 1.5
    odds = -0.5 + 0.45 * latent.trait("mobile")[owner] + 0.3 * latent.digital[owner] + 0.25 * years
    by_phone = rng.random(size) < 1 / (1 + np.exp(-odds))
    clock = np.where(by_phone, calendar.clock(rng, "late", size), calendar.clock(rng, "shops", size))
    amount = rng.gamma(PURCHASES["p"], latent.mean_spend[owner] / PURCHASES["p"])
    amount = _priced(rng, amount)
    on_card = (day >= holdings.day("card")[owner]) & (rng.random(size) < CARD_SHARE)
    second = day * DAY + clock
    channel = np.where(by_phone, MOBILE, POS)
    later = day + rng.integers(1, 15, size)
    back = (rng.random(size) < 0.012) & (later < ledger.until[owner])
    returned = later * DAY + calendar.clock(rng, "shops", size)
    for kind, which in (("card", on_card), ("current", ~on_card)):
        ledger.add(owner[which], second[which], -amount[which], "card_payment", channel[which], kind)
        also = which & back
        ledger.add(owner[also], returned[also], amount[also], "refund", SYSTEM, kind)


def _priced(rng, amount: np.ndarray) -> np.ndarray:
    """Prices: many whole, some ending in .9 or .8, the rest to the cent."""
    u = rng.random(len(amount))
    whole = np.maximum(np.round(amount), 1.0)
    priced = np.select([u < 0.35, u < 0.45, u < 0.52], [whole, whole - 0.1, whole - 0.2], np.round(amount, 2))
    return np.maximum(priced, 0.5)


def bills(rng, ledger: Ledger, holdings: Holdings) -> None:
    """Standing bills, rent and other household payments, insurance premiums."""
    latent, n = ledger.latent, len(ledger.latent)
    owner = np.repeat(np.arange(n), rng.poisson(latent.trait("bills")))
    usual = 95 * np.exp(rng.normal(0, 0.6, len(owner)))
    order, day = ledger.monthly(rng, owner, rng.integers(1, 29, len(owner)))
    automatic = rng.random(len(owner)) < 0.55
    yuan = np.round(usual[order] * np.exp(rng.normal(0, 0.15, len(order))), 2)
    _pay(rng, ledger, owner[order], day, yuan, "bill", automatic[order])

    rent = np.flatnonzero(rng.random(n) < latent.trait("household"))
    yuan = np.round(np.maximum(latent.income[rent], 6_000) * rng.uniform(0.15, 0.32, len(rent)) / 50) * 50
    order, day = ledger.monthly(rng, rent, rng.integers(1, 9, len(rent)))
    _pay(rng, ledger, rent[order], day, yuan[order], "household", np.zeros(len(order), bool))

    insured = np.flatnonzero(holdings.has("insurance"))
    yuan = np.round(rng.gamma(3, 110, len(insured)), -1) + 50
    order, day = ledger.monthly(rng, insured, rng.integers(1, 29, len(insured)))
    begun = day >= holdings.day("insurance")[insured[order]]
    order, day = order[begun], day[begun]
    _pay(rng, ledger, insured[order], day, yuan[order], "insurance", np.ones(len(order), bool))


def _pay(rng, ledger: Ledger, owner, day, yuan, category: str, automatic: np.ndarray) -> None:
    channel, second = ledger.route(rng, owner, day)
    batch = day * DAY + ledger.world.calendar.clock(rng, "batch", len(owner))
    ledger.add(
        owner, np.where(automatic, batch, second), -yuan, category, np.where(automatic, SYSTEM, channel)
    )


def transfers(rng, ledger: Ledger) -> None:
    """Transfers between people and firms, with red packets around Spring Festival."""
    latent, calendar = ledger.latent, ledger.world.calendar
    festive = np.zeros(calendar.days, bool)
    for festival in calendar.spring_festivals:
        festive[max(festival - 2, 0) : max(festival + 3, 0)] = True
    individual = np.exp(rng.normal(0, 0.3, len(latent)))
    for direction, category, sign in ((0, "transfer_out", -1), (1, "transfer_in", 1)):
        rate = latent.trait("transfers")[:, direction] * individual / 30.4
        owner, day = calendar.sample(rng, "transfers", ledger.since, ledger.until, rate)
        keep = ledger.lasting(rng, owner, day)
        owner, day = owner[keep], day[keep]
        yuan = latent.trait("transfer_median")[owner] * np.exp(rng.normal(0, 0.9, len(owner)))
        yuan = np.maximum(round_as_people_do(rng, yuan), 1)
        packet = festive[day] & (rng.random(len(owner)) < 0.75)
        yuan = np.where(packet, rng.choice(RED_PACKETS, len(owner)), yuan)
        channel, second = ledger.route(rng, owner, day)
        if sign > 0:  # who pays chooses the moment; nobody here started it
            channel = np.full(len(owner), SYSTEM)
            second = day * DAY + calendar.clock(rng, "contact", len(owner))
        ledger.add(owner, second, sign * yuan, category, channel)


def cash(rng, ledger: Ledger) -> None:
    """Cash drawn in hundreds, mostly at machines, and paid in."""
    latent, calendar = ledger.latent, ledger.world.calendar
    owner, day = calendar.sample(
        rng, "shopping", ledger.since, ledger.until, latent.trait("withdrawals") / 30.4
    )
    keep = ledger.lasting(rng, owner, day)
    owner, day = owner[keep], day[keep]
    yuan = 100 * (1 + rng.poisson(np.where(latent.age[owner] > 60, 9, 6)))
    channel, second = _counter(rng, ledger, owner, day, latent.trait("branch")[owner] * 0.5)
    ledger.add(owner, second, -yuan, "cash_withdrawal", channel)

    owner, day = calendar.sample(rng, "counter", ledger.since, ledger.until, latent.trait("cash_in") / 30.4)
    keep = ledger.lasting(rng, owner, day)
    owner, day = owner[keep], day[keep]
    yuan = np.round(
        np.where(latent.trait("cash_in")[owner] > 1, 8_000, 2_000) * rng.gamma(2, 0.5, len(owner)), -2
    )
    channel, second = _counter(rng, ledger, owner, day, np.full(len(owner), 0.7))
    ledger.add(owner, second, np.maximum(yuan, 100), "cash_deposit", channel)


def _counter(rng, ledger: Ledger, owner, day, at_branch) -> tuple[np.ndarray, np.ndarray]:
    """Branch in its hours, else the machine."""
    calendar, size = ledger.world.calendar, len(owner)
    branch = calendar.branches_open[day] & (rng.random(size) < at_branch)
    clock = np.where(branch, calendar.clock(rng, "office", size), calendar.clock(rng, "shops", size))
    return np.where(branch, BRANCH, ATM), day * DAY + clock


def fees(rng, ledger: Ledger, holdings: Holdings) -> None:
    """Yearly fee of the platinum card and of merchant payments, on the month they were opened in."""
    calendar = ledger.world.calendar
    platinum = holdings.has("card") & (holdings.product[:, KINDS.index("card")] == PLATINUM)
    for kind, which, fee in (("card", platinum, 680.0), ("payment", holdings.has("payment"), 120.0)):
        owner = np.flatnonzero(which)
        opened = holdings.day(kind)[owner]
        for year in range(calendar.days // 365 + 1):
            day = opened % 365 + 365 * year
            due = (day < calendar.days) & (day > opened)
            due[due] = ledger.lasting(rng, owner[due], day[due])
            second = day[due] * DAY + calendar.clock(rng, "batch", int(due.sum()))
            ledger.add(owner[due], second, np.full(due.sum(), -fee), "fee", SYSTEM)
