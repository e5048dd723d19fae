"""What the purchases to come are worth: spend per purchase, and value discounted to today."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from analysis.topics.lifetime_value import candidates as cand
from analysis.topics.lifetime_value import models

DAYS_A_YEAR = 365.25
WEEKS_A_MONTH = DAYS_A_YEAR / 12 / 7
_BANDS = 5  # of frequency, for the value of a purchase of who has none


@dataclass(frozen=True)
class Spend:
    """What a purchase is worth on average, by customer.

    Attributes
    ----------
    fit : models.Fit
        Gamma-Gamma.
    reasons : tuple of str
        Why Gamma-Gamma is not to be relied on; empty if it is. The own mean then stands in its place.
    """

    fit: models.Fit
    reasons: tuple[str, ...]

    def expected(self, summary: pd.DataFrame) -> np.ndarray:
        """Mean value of a purchase of each customer, currency."""
        if not self.reasons:
            return models.expected_value(self.fit, summary)
        own = summary["monetary_value"]
        # Gamma-Gamma is mostly given up because value goes with frequency: so who has no purchase gets the
        # mean of the customers who buy least.
        bought = summary["frequency"][summary["frequency"] > 0]
        rarest = own[bought.index[bought <= bought.quantile(1 / _BANDS)]]
        return own.fillna(rarest.mean() if len(rarest) else own.mean()).fillna(0.0).to_numpy()


def spend(summary: pd.DataFrame) -> Spend:
    """Fit the value of a purchase; see `Spend`."""
    fit = models.fit_value(summary)
    return Spend(fit, tuple(cand.reasons(fit, summary)))


def monthly_discount(annual: float) -> float:
    """Factor by which a month discounts: (1 + annual)^(−1/12).

    Raises
    ------
    ValueError
        If the rate is −1 or less.
    """
    if not annual > -1:
        raise ValueError(f"the annual discount rate is {annual}; expected a share such as 0.05")
    return (1 + annual) ** (-1 / 12)


def discounted(
    learnt: cand.Learnt,
    name: str,
    summary: pd.DataFrame,
    months: int,
    annual: float,
    extra: pd.DataFrame | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Purchases that candidate `name` expects over `months`, plain and discounted to today.

    A month's purchases are discounted from its middle.
    """
    factor = monthly_discount(annual)
    steps = np.unique(np.ceil(np.linspace(0, months, min(months, 12) + 1)).astype(int))
    plain = present = np.zeros(len(summary))
    for begin, end in pairwise(steps):
        until_end = learnt.expected(name, summary, end * WEEKS_A_MONTH, extra)
        present = present + (until_end - plain) * factor ** ((begin + end) / 2)
        plain = until_end
    return plain, present
