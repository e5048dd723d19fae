"""The door for a table of your own: features and who was lost in, the same comparison out."""

from dataclasses import dataclass

import pandas as pd

from analysis.topics.churn import evaluation as ev
from analysis.topics.churn import leaks, tables


@dataclass(frozen=True)
class OwnTable:
    """A table of your own, evaluated.

    Attributes
    ----------
    evaluation : evaluation.Evaluation
        By time if a time was given, else by chance; without the clocks.
    at_random : evaluation.Evaluation or None
        The same candidates with all features, tested on rows drawn at random, as many do; None without time.
    clocks : tuple of str
        Features left out because they only say when a row was made, see `tables.clocks`.
    alarms : DataFrame
        What may be a leak, see `leaks.alarms`.
    """

    evaluation: ev.Evaluation
    at_random: ev.Evaluation | None
    clocks: tuple[str, ...]
    alarms: pd.DataFrame


def evaluate(
    features: pd.DataFrame, churned, time=None, unit=None, model: str = ev.AUTO, seed: int = 0
) -> OwnTable:
    """Compare base rate, one rule, logistic regression and gradient boosting on a table of your own.

    Parameters
    ----------
    features : DataFrame
        One row per customer (or customer and moment): numbers, truth values, text or categories, blanks allowed.
    churned : array-like of 0 and 1
        Who was lost afterwards.
    time : array-like, optional
        When each row was known: dates or places in an order. The last 30 % are then predicted from those before;
        without it rows are parted at random, which says nothing of next year. The outcome of the earlier rows is taken to
        have been known by then: leave out rows whose window reaches into the last part.
    unit : array-like, optional
        Customer of each row, if customers come up more than once.
    model : str
        "auto", or a candidate to use whatever the comparison says.

    Raises
    ------
    ValueError
        If the table cannot be used, see `tables.examples`, or has too few customers, see `evaluation.compared`.
    """
    table = tables.examples(features, churned, unit, time)
    clocks = tables.clocks(table)
    kept = table.without(clocks)
    if kept.features.empty:
        raise ValueError(
            f"all features only say when a row was made ({', '.join(clocks)}); add what differs by customer"
        )
    found = ev.compared(kept, ev.in_order(kept), model, seed=seed)
    shuffled = None
    if time is not None:
        mixed = tables.examples(features, churned, unit)
        shuffled = ev.compared(mixed, ev.in_order(mixed), model, seed=seed)
    return OwnTable(found, shuffled, tuple(clocks), leaks.alarms(found, features, time))
