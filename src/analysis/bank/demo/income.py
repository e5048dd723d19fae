"""Money that comes in regularly: salaries, pensions, many small inflows; and salaries swept out at once."""

import numpy as np

from analysis.bank.demo.calendar import DAY
from analysis.bank.demo.latent import INCOMES
from analysis.bank.demo.ledger import MOBILE, SYSTEM, Ledger

PAYDAYS, PAYDAY_SHARES = (10, 15, 25, 5), (0.48, 0.34, 0.10, 0.08)
PENSION_DAY = 15
RAISE = 0.05  # a year


def salaries(rng, ledger: Ledger) -> None:
    """Salaries and pensions, on the working day before where the day is none; bonus before Spring Festival.

    Potential customers send most of it to another bank on the next day.
    """
    latent, calendar = ledger.latent, ledger.world.calendar
    paid = np.flatnonzero(np.isin(latent.income_kind, (INCOMES.index("salary"), INCOMES.index("pension"))))
    pension = latent.income_kind[paid] == INCOMES.index("pension")
    payday = np.where(pension, PENSION_DAY, rng.choice(PAYDAYS, len(paid), p=PAYDAY_SHARES))
    order, day = ledger.monthly(rng, paid, payday)
    day = calendar.business_before[day]
    month = calendar.month[day]
    owner = paid[order]
    keep = (month < latent.salary_stops[owner]) & (day >= ledger.since[owner])
    order, owner, day, month = order[keep], owner[keep], day[keep], month[keep]
    yuan = latent.income[owner] * (1 + RAISE) ** (day // 365)
    yuan *= np.where(pension[order], 1.0, np.exp(rng.normal(0, 0.03, len(owner))))
    has_bonus = ~pension & (rng.random(len(paid)) < 0.45)
    bonus = has_bonus[order] & np.isin(month, _bonus_months(calendar))
    yuan = np.round(yuan * np.where(bonus, rng.uniform(1.8, 3.5, len(owner)), 1.0), 2)
    second = day * DAY + calendar.clock(rng, "payroll", len(owner))
    for category, which in (("salary", ~pension[order]), ("pension", pension[order])):
        ledger.add(owner[which], second[which], yuan[which], category, SYSTEM)
    _sweep(rng, ledger, owner, day, yuan)


def _bonus_months(calendar) -> list[int]:
    """Month whose paydays precede Spring Festival."""
    return [
        int(calendar.month[festival]) - (1 if festival - calendar.first[calendar.month[festival]] < 12 else 0)
        for festival in calendar.spring_festivals
        if 0 <= festival < calendar.days
    ]


def _sweep(rng, ledger: Ledger, owner, day, yuan) -> None:
    calendar = ledger.world.calendar
    swept = ledger.latent.potential[owner] & (day + 1 < ledger.until[owner]) & (rng.random(len(owner)) < 0.93)
    owner, day = owner[swept], day[swept] + 1
    out = np.floor(yuan[swept] * rng.uniform(0.82, 0.96, len(owner)) / 100) * 100
    ledger.add(owner, day * DAY + calendar.clock(rng, "contact", len(owner)), -out, "transfer_out", MOBILE)


def irregular(rng, ledger: Ledger) -> None:
    """Small inflows of people who live on many jobs."""
    latent, calendar = ledger.latent, ledger.world.calendar
    pieces = 5
    rate = np.where(latent.income_kind == INCOMES.index("irregular"), pieces / 30.4, 0.0)
    owner, day = calendar.sample(rng, "even", ledger.since, ledger.until, rate)
    keep = ledger.lasting(rng, owner, day)
    owner, day = owner[keep], day[keep]
    yuan = np.round(latent.income[owner] / pieces * rng.gamma(0.55, 1 / 0.55, len(owner)), 2)
    second = day * DAY + calendar.clock(rng, "late", len(owner))
    ledger.add(owner, second, np.maximum(yuan, 1.0), "transfer_in", SYSTEM)
