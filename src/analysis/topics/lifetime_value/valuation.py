"""The value of all customers on the day: purchases and relationship, with intervals and the naive beside them."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.bank.source import MissingTable, View
from analysis.topics.lifetime_value import candidates as cand
from analysis.topics.lifetime_value import intervals, models, relationship, worth
from analysis.topics.lifetime_value.choice import Evaluation
from analysis.topics.segmentation.tiers import Ladder, tier_of


@dataclass(frozen=True)
class Transactions:
    """What the purchases to come are worth.

    Attributes
    ----------
    customers : DataFrame
        One row per customer: customer_id, purchases (expected over the horizon), purchases_year (of the last 364
        days), alive (probability that purchases go on; missing without a probability model), pace (expected
        purchases if so), spend and transaction_value with transaction_low and transaction_high (currency, 90 %),
        model (the candidate in use).
    totals : array
        Draws of the total (currency).
    naive : float
        Total if everybody went on at their own past rate and value per purchase (currency, discounted alike).
    spend : worth.Spend
    drawn_from : str
        Probability model that the intervals are drawn from; empty if they rest on past errors.
    """

    customers: pd.DataFrame
    totals: np.ndarray
    naive: float
    spend: worth.Spend
    drawn_from: str


def transactions(evaluation: Evaluation, months: int, annual: float, seed: int = 0) -> Transactions:
    """Value of the purchases of the next `months`, discounted at `annual`."""
    summary, learnt, name = evaluation.summary, evaluation.latest, evaluation.chosen
    spend = worth.spend(summary)
    frame = valued(evaluation, spend, summary, months, annual, evaluation.known)
    value = frame["transaction_value"].to_numpy()
    fit, weeks = intervals.reference(evaluation, learnt), months * worth.WEEKS_A_MONTH
    if fit is not None and spend.fit.converged:
        drawn = intervals.draw(fit, summary, weeks, value, seed, spend)
        low, high, totals = drawn.low, drawn.high, drawn.totals
    else:
        low, high = _from_errors(evaluation, summary, value)
        totals = np.full(intervals.DRAWS, value.sum())
    totals = totals * intervals.level_error(evaluation, seed)
    _plain, present = worth.discounted(learnt, cand.NAIVE, summary, months, annual)
    own = summary["monetary_value"].fillna(0.0).to_numpy()
    customers = frame.assign(
        transaction_low=np.minimum(low, value), transaction_high=np.maximum(high, value), model=name
    )
    drawn_from = fit.model if fit is not None else ""
    return Transactions(customers, totals, float((present * own).sum()), spend, drawn_from)


def valued(
    evaluation: Evaluation,
    spend: worth.Spend,
    summary: pd.DataFrame,
    months: int,
    annual: float,
    known: pd.DataFrame | None,
) -> pd.DataFrame:
    """Value of the purchases of the customers of `summary`, by the models learnt on the last day.

    Parameters
    ----------
    summary, known : DataFrame
        What was known of the customers on one and the same day; `known` as `Evaluation.known_on` gives it.

    Returns
    -------
    DataFrame
        As `Transactions.customers`, without the interval.
    """
    learnt, name = evaluation.latest, evaluation.chosen
    plain, present = worth.discounted(learnt, name, summary, months, annual, known)
    fit = intervals.reference(evaluation, learnt)
    alive = np.full(len(summary), np.nan)
    if fit is not None:
        alive = models.alive(fit, cand.seen_by(fit.model, summary))
    each = spend.expected(summary)
    return pd.DataFrame(
        {
            "customer_id": summary["customer_id"],
            "purchases": plain,
            "purchases_year": summary["recent_364"],
            "alive": alive,
            "pace": plain / np.where(alive > 0, alive, 1.0),
            "spend": each,
            "transaction_value": present * each,
        }
    )


def _from_errors(evaluation: Evaluation, summary: pd.DataFrame, value: np.ndarray):
    """Interval in money from the relative interval of purchases in a window like the outer one."""
    weeks = evaluation.windows.outer_weeks
    expected = evaluation.latest.expected(evaluation.chosen, summary, weeks, evaluation.known)
    low, high = intervals.from_errors(evaluation, expected)
    part = np.divide(value, expected, out=np.zeros_like(value), where=expected > 0)
    return low * part, high * part


@dataclass(frozen=True)
class Relationship:
    """What balances and fees are worth.

    Attributes
    ----------
    customers : DataFrame
        One row per customer: customer_id, tier, tenure, assets, the parts of the monthly margin and margin (see
        `relationship.margins`), relationship_value with relationship_low and relationship_high (currency, 90 %),
        kept (chance to be here at the end of the horizon).
    totals : array
        Draws of the total (currency).
    naive : float
        Total if nobody left and margins stayed (currency, discounted alike).
    survival : relationship.Survival
    moves : relationship.Changes or None
        How margins moved before.
    missing : list of str
        Parts of the margin that the bank's tables do not tell.
    """

    customers: pd.DataFrame
    totals: np.ndarray
    naive: float
    survival: relationship.Survival
    moves: relationship.Changes | None
    missing: list[str]


def relationships(
    view: View, ladder: Ladder, months: int, assumptions: relationship.Assumptions, seed: int = 0
) -> Relationship | None:
    """Value of the relationship over the next `months`; None if no margin and no fee is known."""
    try:
        table = margins(view, ladder, assumptions)
        found = relationship.survival(relationship.exposure(view, ladder).to_pandas(), ladder.names)
        moves = relationship.changes(view, assumptions, months)
    except MissingTable:
        return None
    if not table[["balance_margin", "fees"]].to_numpy().any():
        return None
    args = (table, found, months, assumptions, moves)
    value = relationship.value(*args, draws=intervals.DRAWS, seed=seed)
    value = value.rename(columns={"low": "relationship_low", "high": "relationship_high"})
    totals = relationship.total_draws(*args, draws=intervals.DRAWS, seed=seed).sum(axis=1).to_numpy()
    naive = float(table["margin"].sum() * assumptions.discounts(months).sum())
    customers = table.merge(value, on="customer_id")
    return Relationship(customers, totals, naive, found, moves, relationship.missing(view, assumptions))


def margins(view: View, ladder: Ladder, assumptions: relationship.Assumptions) -> pd.DataFrame:
    """Monthly margin of each customer with its parts, fetched, with the tier, in the order of customer_id."""
    table = relationship.margins(view, assumptions).to_pandas()
    table = table.sort_values("customer_id", ignore_index=True)
    return table.assign(tier=tier_of(table["assets"], ladder).astype("str"))


def proof(
    view: View, ladder: Ladder, assumptions: relationship.Assumptions, longest: int = 12
) -> relationship.Evaluation | None:
    """The relationship foretold from an earlier day, up to 12 months ago; None with under six months of balances.

    At least half of the balances lie before that day.
    """
    began = view.table("balances").month_end.min().to_pyarrow().as_py()
    known = 0 if began is None else (view.as_of.year - began.year) * 12 + view.as_of.month - began.month
    if known < 6:
        return None
    back = pd.Timestamp(view.as_of) - pd.DateOffset(months=min(longest, known // 2))
    return relationship.evaluate(view.at(back.date()), view, assumptions, ladder)


@dataclass(frozen=True)
class Total:
    """Value of all customers with its 95 % interval and the naive total (currency)."""

    value: float
    low: float
    high: float
    naive: float


def total(transaction: Transactions, relationship: Relationship | None) -> Total:
    """Both values of all customers together; the draws of the two are independent."""
    value = transaction.customers["transaction_value"].sum()
    draws, naive = transaction.totals, transaction.naive
    if relationship is not None:
        value += relationship.customers["relationship_value"].sum()
        draws = draws + relationship.totals[: len(draws)]
        naive += relationship.naive
    low, high = np.quantile(draws, [0.025, 0.975])
    return Total(float(value), float(min(low, value)), float(max(high, value)), float(naive))
