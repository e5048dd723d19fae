"""What the purchases to come are worth: spend per purchase, and value discounted to today."""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pandas as pd

from analysis.topics.lifetime_value import candidates as cand
from analysis.topics.lifetime_value import discount, models

DAYS_A_YEAR = 365.25
WEEKS_A_MONTH = DAYS_A_YEAR / 12 / 7
_BANDS = 5  # of frequency, within which value is modelled if it goes with frequency


@dataclass(frozen=True)
class Spend:
    """What a purchase is worth on average, by customer.

    Attributes
    ----------
    fit : models.Fit
        Gamma-Gamma.
    tied : str
        Why value is modelled by bands of frequency; empty if it does not go with frequency.
    edges, levels : tuple of float
        Lowest frequency of every band but the first, and mean value of a purchase in each band (currency).
    reasons : tuple of str
        Why Gamma-Gamma is not to be relied on; empty if it is. The own mean then stands in its place.
    """

    fit: models.Fit
    tied: str = ""
    edges: tuple[float, ...] = ()
    levels: tuple[float, ...] = (1.0,)
    reasons: tuple[str, ...] = ()

    def level(self, summary: pd.DataFrame) -> np.ndarray:
        """Unit in which the value of each customer is modelled."""
        return np.asarray(self.levels)[np.searchsorted(self.edges, summary["frequency"], side="right")]

    def seen(self, summary: pd.DataFrame) -> pd.DataFrame:
        """The summary as the fit takes it: values in units of their band's level."""
        return summary.assign(monetary_value=summary["monetary_value"] / self.level(summary))

    def expected(self, summary: pd.DataFrame) -> np.ndarray:
        """Mean value of a purchase of each customer, currency."""
        if not self.reasons:
            return models.expected_value(self.fit, self.seen(summary)) * self.level(summary)
        own = summary["monetary_value"]
        return own.fillna(own.mean()).fillna(0.0).to_numpy()


def spend(summary: pd.DataFrame) -> Spend:
    """Fit the value of a purchase.

    Gamma-Gamma takes value to be independent of frequency. Where it is not, the value is taken in units of the mean of
    the customer's fifth by frequency (who has no purchase: the lowest) and Gamma-Gamma fitted to that.
    """
    fit = models.fit_value(summary)
    reasons = dict(cand.forbidding(fit, summary))
    if set(reasons) != {"independence"}:
        return Spend(fit, reasons=tuple(reasons.values()))
    bought = summary[summary["frequency"] > 0]
    edges = np.unique(bought["frequency"].quantile(np.linspace(0, 1, _BANDS + 1)[1:-1]) + 1)
    band = np.searchsorted(edges, bought["frequency"], side="right")
    levels = bought["monetary_value"].groupby(band).mean().reindex(range(len(edges) + 1)).ffill()
    banded = Spend(fit, reasons["independence"], tuple(edges), tuple(levels))
    fit = models.fit_value(banded.seen(summary))
    return replace(banded, fit=fit, reasons=tuple(cand.reasons(fit, banded.seen(summary))))


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
    factor = discount.monthly(annual)
    steps = np.unique(np.ceil(np.linspace(0, months, min(months, 12) + 1)).astype(int))
    plain = present = np.zeros(len(summary))
    for begin, end in pairwise(steps):
        until_end = learnt.expected(name, summary, end * WEEKS_A_MONTH, extra)
        present = present + (until_end - plain) * factor ** ((begin + end) / 2)
        plain = until_end
    return plain, present
