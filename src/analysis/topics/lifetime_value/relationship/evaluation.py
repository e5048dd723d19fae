"""Out of time: what was predicted on an earlier day against what customers then earned."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analysis.bank.source import View
from analysis.topics.lifetime_value import accuracy as acc
from analysis.topics.lifetime_value.relationship.assumptions import Assumptions
from analysis.topics.lifetime_value.relationship.at_risk import exposure
from analysis.topics.lifetime_value.relationship.calendar import last_full
from analysis.topics.lifetime_value.relationship.leaving import survival
from analysis.topics.lifetime_value.relationship.margin import margins
from analysis.topics.lifetime_value.relationship.paths import changes
from analysis.topics.lifetime_value.relationship.realised import months_of
from analysis.topics.lifetime_value.relationship.worth import total_draws, value
from analysis.topics.segmentation.tiers import Ladder, tier_of


@dataclass(frozen=True)
class Evaluation:
    """Margin predicted on an earlier day for the months up to a later one, beside what it became.

    Attributes
    ----------
    customers : DataFrame
        One row per customer with the bank on the earlier day: customer_id, tier, predicted, low, high (90 %),
        naive (the last month's margin before losses, times the months), realised (currency in those months, not discounted).
    total : ndarray
        Draws of the predicted total (currency).
    months : int
    """

    customers: pd.DataFrame
    total: np.ndarray
    months: int


def evaluate(earlier: View, later: View, assumptions: Assumptions, steps: Ladder) -> Evaluation:
    """Predict on the day of `earlier` with what was known then, and hold it against the months to `later`.

    Parameters
    ----------
    earlier, later : View
        The same bank and filter on two days, at least one month end apart.
    assumptions : Assumptions
        The discount rate plays no part: money is compared as it came in.
    steps : Ladder
        Tiers.

    Raises
    ------
    ValueError
        If no month lies between the days.
    MissingTable
        As `margins` and `exposure`.
    """
    last = last_full(earlier.as_of)
    months = last_full(later.as_of) - last
    if months < 1:
        raise ValueError(
            f"no month end lies after {earlier.as_of} and up to {later.as_of}; choose days further apart"
        )
    plain = replace(assumptions, discount_rate=0.0)
    # In one order on every engine: the bootstrap draws customers by their place.
    table = margins(earlier, assumptions).to_pandas().sort_values("customer_id", ignore_index=True)
    table["tier"] = tier_of(table["assets"], steps)
    found = survival(exposure(earlier, steps).to_pandas(), steps.names)
    moves = changes(earlier, assumptions, months)
    worth = value(table, found, months, plain, moves).rename(columns={"relationship_value": "predicted"})
    total = total_draws(table, found, months, plain, moves).sum(axis=1).to_numpy()
    before = _sums(months_of(earlier, assumptions, last - 1))
    came = _sums(months_of(later, assumptions, last))
    customers = worth.assign(
        tier=table["tier"],
        naive=worth["customer_id"].map(before["earned"] * months).fillna(0.0),
        realised=worth["customer_id"].map(came["earned"] - came["lost"]).fillna(0.0),
    )
    return Evaluation(
        customers[["customer_id", "tier", "predicted", "low", "high", "naive", "realised"]], total, months
    )


def _sums(rows) -> pd.DataFrame:
    """Earned and lost by customer over all months of `months_of`."""
    sums = rows.group_by("customer_id").aggregate(earned=rows.earned.sum(), lost=rows.lost.sum())
    return sums.to_pandas().set_index("customer_id")


def accuracy(customers: pd.DataFrame, draws: int = 1_000, seed: int = 0) -> pd.DataFrame:
    """How close prediction and naive rule came.

    Parameters
    ----------
    customers : DataFrame
        predicted, naive, realised; as of `Evaluation`.
    draws, seed : int
        Of the bootstrap over customers.

    Returns
    -------
    DataFrame
        Rows "predicted" and "naive" in column rule: total, realised (currency), ratio (realised / predicted total)
        with its 95 % interval (low, high; over customers), mae and rmse (currency a customer), rank (Spearman's
        correlation with what was realised).
    """
    money = customers[["realised", "predicted", "naive"]].to_numpy()
    sums = acc.bootstrap(len(money), lambda drawn: money[drawn].sum(axis=0), seed, draws)
    rows = []
    for place, rule in enumerate(("predicted", "naive"), start=1):
        low, high = np.quantile(sums[:, 0] / sums[:, place], [0.025, 0.975])
        measures = acc.accuracy(money[:, 0], money[:, place])
        came, foretold = money[:, 0].sum(), money[:, place].sum()
        rows.append(
            {
                "rule": rule,
                "total": foretold,
                "realised": came,
                "ratio": came / foretold,
                "low": low,
                "high": high,
                "mae": measures["mae"],
                "rmse": measures["rmse"],
                "rank": measures["rank_correlation"],
            }
        )
    return pd.DataFrame(rows)


def deciles(customers: pd.DataFrame, draws: int = 1_000, seed: int = 0) -> pd.DataFrame:
    """Mean predicted and realised margin by tenth of the prediction, lowest first.

    Returns
    -------
    DataFrame
        One row per decile (1 to 10): customers, predicted, naive, realised (currency a customer), low, high
        (95 % bootstrap interval of realised).
    """
    place = customers["predicted"].rank(method="first", pct=True)
    tenth = np.ceil(place * 10).clip(1, 10).astype(int)
    rng = np.random.default_rng(seed)
    rows = []
    for decile, part in customers.groupby(tenth):
        y = part["realised"].to_numpy()
        means = y[rng.integers(0, len(y), (draws, len(y)))].mean(axis=1)
        low, high = np.quantile(means, [0.025, 0.975])
        rows.append((decile, len(y), part["predicted"].mean(), part["naive"].mean(), y.mean(), low, high))
    return pd.DataFrame(
        rows, columns=["decile", "customers", "predicted", "naive", "realised", "low", "high"]
    )


def coverage(customers: pd.DataFrame) -> float:
    """Share of customers whose realised margin lies in their interval."""
    return float(customers["realised"].between(customers["low"], customers["high"]).mean())
