"""Assets under management: as concentrated as published, in banks of any size."""

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm

from analysis.bank.demo.parameters import BODY_SIGMA, TIERS

FLOAT = 2_700.0  # yuan a customer that settling leaves on accounts on top of the plan, at the bottom
MEAN = 66_000.0  # yuan a customer; China Merchants Bank 2022: 12.1 trillion of 184 million customers
(RICH, RICH_CUSTOMERS, RICH_ASSETS), (TOP, TOP_CUSTOMERS, TOP_ASSETS) = TIERS


def _solve_pareto(low: float, high: float, mean: float) -> float:
    """Exponent of the Pareto distribution between `low` and `high` that has this mean."""
    return brentq(lambda a: _pareto_mean(low, high, a) - mean, 1.001, 8.0)


def _pareto_mean(low: float, high: float, a: float) -> float:
    ratio = low / high
    return a / (a - 1) * low * (1 - ratio ** (a - 1)) / (1 - ratio**a)


def _body_median() -> float:
    mean = MEAN * (1 - RICH_ASSETS) / (1 - RICH_CUSTOMERS) - FLOAT

    def gap(log_median):
        cut = (np.log(RICH) - log_median) / BODY_SIGMA
        whole = np.exp(log_median + BODY_SIGMA**2 / 2)
        return whole * norm.cdf(cut - BODY_SIGMA) / norm.cdf(cut) - mean

    return float(np.exp(brentq(gap, 2.0, 11.0)))


def _cumulative(rank: np.ndarray) -> np.ndarray:
    """Assets per customer of the bank held by the part `rank` of customers that is richest."""
    high = 1_000_000_000.0
    top_mean = MEAN * TOP_ASSETS / TOP_CUSTOMERS
    middle_mean = MEAN * (RICH_ASSETS - TOP_ASSETS) / (RICH_CUSTOMERS - TOP_CUSTOMERS)
    top = TOP_CUSTOMERS * _pareto_sum(rank / TOP_CUSTOMERS, TOP, high, _solve_pareto(TOP, high, top_mean))
    middle_share = RICH_CUSTOMERS - TOP_CUSTOMERS
    middle = middle_share * _pareto_sum(
        (rank - TOP_CUSTOMERS) / middle_share, RICH, TOP, _solve_pareto(RICH, TOP, middle_mean)
    )
    median = _body_median()
    cut = norm.cdf((np.log(RICH) - np.log(median)) / BODY_SIGMA)
    place = np.clip((rank - RICH_CUSTOMERS) / (1 - RICH_CUSTOMERS), 0, 1)
    z = norm.ppf(cut * (1 - place))
    whole = median * np.exp(BODY_SIGMA**2 / 2) / cut
    body = (1 - RICH_CUSTOMERS) * whole * (norm.cdf(norm.ppf(cut) - BODY_SIGMA) - norm.cdf(z - BODY_SIGMA))
    return top + middle + body


def _pareto_sum(part: np.ndarray, low: float, high: float, a: float) -> np.ndarray:
    """Integral of the upper quantiles of a Pareto distribution on [low, high] over the richest `part`."""
    part = np.clip(part, 0, 1)
    ratio = (low / high) ** a
    survival = ratio + part * (1 - ratio)
    return low / (1 - ratio) * a / (a - 1) * (survival ** (1 - 1 / a) - ratio ** (1 - 1 / a))


def targets(keys: np.ndarray, stays: np.ndarray) -> np.ndarray:
    """Assets of each customer at the end, by the rank of `keys` among those who stay.

    A rank has the mean of its slice of the distribution, so that the published shares hold in a bank of
    5,000 customers as in one of a million. Who leaves gets the assets of the neighbour in rank.

    Parameters
    ----------
    keys : array of float
        The higher, the richer.
    stays : array of bool
        Whether the customer is with the bank at the end.
    """
    count = max(int(stays.sum()), 1)
    edges = _cumulative(np.linspace(0.0, 1.0, count + 1))
    slices = np.diff(edges) * count
    poorest_first = slices[::-1]
    ordered = np.sort(keys[stays]) if stays.any() else keys[:1]
    place = np.searchsorted(ordered, keys, side="left")
    return poorest_first[np.clip(place, 0, count - 1)]
