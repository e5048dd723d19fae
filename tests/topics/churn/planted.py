"""Panels of customers whose chance to be lost is planted, so that the best possible ranking is known."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
from scipy.special import expit

from analysis.topics.churn.evaluation import Slices
from analysis.topics.churn.tables import Examples, examples

WINDOW, STEP = 90, 30
DRIVERS = ("recent", "balance", "tenure")


@dataclass(frozen=True)
class Planted:
    """A panel with its truth."""

    frame: pd.DataFrame
    chance: np.ndarray

    def table(self, features: pd.DataFrame | None = None) -> Examples:
        kept = self.frame.drop(columns=["customer_id", "day", "churned"]) if features is None else features
        return examples(kept, self.frame["churned"], self.frame["customer_id"], self.frame["day"].to_numpy())


def panel(
    customers: int = 3_000, days: int = 12, level: float = -4.0, seed: int = 0, noise: int = 5
) -> Planted:
    """Customers on some days a month apart; their traits move slowly; what they do follows a logistic law.

    Who is lost in the 90 days after a day is gone afterwards.
    """
    rng = np.random.default_rng(seed)
    first = date(2023, 1, 1)
    here = np.ones(customers, bool)
    tenure, balance = rng.gamma(2.0, 3.0, customers), rng.normal(size=customers)
    plain = rng.normal(size=(customers, noise))
    group = rng.choice(["a", "b", "c"], customers)
    parts, chances = [], []
    for k in range(days):
        balance = 0.9 * balance + 0.44 * rng.normal(size=customers)
        recent = rng.normal(size=customers)
        odds = (
            level + 1.2 * recent - 0.9 * balance - 0.08 * tenure + 0.6 * (balance < -1) + 0.5 * (group == "a")
        )
        p = expit(odds)
        lost = rng.random(customers) < p
        rows = pd.DataFrame(
            {
                "customer_id": np.arange(customers),
                "day": pd.Timestamp(first + timedelta(days=STEP * k)),
                "recent": recent,
                "balance": np.where(rng.random(customers) < 0.05, np.nan, balance),
                "tenure": tenure + k / 12,
                "group": group,
                **{f"noise_{j}": plain[:, j] + rng.normal(size=customers) for j in range(noise)},
                "churned": lost.astype(int),
            }
        )
        parts.append(rows[here])
        chances.append(p[here])
        here = here & ~lost
    return Planted(pd.concat(parts, ignore_index=True), np.concatenate(chances))


def slices(day) -> Slices:
    """The last two days are tested, the two before tune."""
    at = pd.factorize(pd.Series(np.asarray(day)), sort=True)[0]
    last = at.max()
    return Slices(at <= last - 4, (at > last - 4) & (at <= last - 2), at > last - 2, at <= last - 2)
