"""The door for a table of your own: purchases or summaries in, forecasts out."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from analysis.topics.lifetime_value import candidates as cand
from analysis.topics.lifetime_value import choice, intervals, models, worth
from analysis.topics.lifetime_value import histories as hist
from analysis.topics.lifetime_value import purchases as logs


@dataclass(frozen=True)
class Forecaster:
    """A model fitted to a table of your own.

    Attributes
    ----------
    model : str
        The candidate in use.
    learnt : candidates.Learnt
        All candidates.
    spend : worth.Spend or None
        Value per purchase; None if the table has no values.
    until : datetime.date or None
        Last day of the purchases; None if a summary was given.
    reasons : tuple of str
        What speaks against the model, in sentences; empty if nothing does.
    """

    model: str
    learnt: cand.Learnt
    spend: worth.Spend | None
    until: date | None

    @property
    def reasons(self) -> tuple[str, ...]:
        return tuple(self.learnt.unfit.get(self.model, ()))


def evaluate(
    purchases: pd.DataFrame,
    weeks: float = 0,
    model: str = choice.AUTO,
    until: date | str | None = None,
    seed: int = 0,
) -> choice.Evaluation:
    """Compare all candidates out of time on your purchases.

    Parameters
    ----------
    purchases : DataFrame
        One row per purchase: customer_id, date, value (without it, every purchase is worth 1).
    weeks : float
        Length of the holdout; 0: a quarter of the time covered, at most 52.
    model : str
        "auto", or a candidate to use whatever the inner window says.
    until : date, optional
        Last day that the purchases cover; the last purchase if not given.

    Returns
    -------
    choice.Evaluation
        Its `outer` has the measures of all candidates on the holdout, its `chosen` the one that was best before.

    Raises
    ------
    ValueError
        If the table cannot be used, or is too short; see `purchases.from_table` and `choice.windows`.
    """
    return choice.evaluate(logs.from_table(purchases, until), weeks, model, seed=seed)


def fit(
    table: pd.DataFrame, model: str = choice.AUTO, until: date | str | None = None, seed: int = 0
) -> Forecaster:
    """Fit the candidates to your purchases, or to a summary of them.

    Parameters
    ----------
    table : DataFrame
        Purchases as `evaluate` takes them, or one row per customer: customer_id, frequency (repeat purchases),
        recency and T (weeks), and monetary_value (mean value of a repeat purchase, missing without one) if values
        are to be foretold.
    model : str
        "auto" chooses out of time, which needs purchases. Of a summary, name "bg_nbd", "mbg_nbd" or "pareto_nbd".

    Raises
    ------
    ValueError
        If the table cannot be used, or "auto" is asked of a summary.
    """
    if "frequency" not in table.columns:
        found = evaluate(table, model=model, until=until, seed=seed)
        return Forecaster(found.chosen, found.latest, _spend(found.summary), found.windows.now)
    names = ("bg_nbd", "mbg_nbd", "pareto_nbd")
    if model not in names:
        raise ValueError(
            f"model is {model!r}; of a summary expected one of {', '.join(names)}. A choice out of time needs the "
            "purchases: customer_id, date, value"
        )
    fits = {model: models.fit(table, model)}
    unfit = {model: cand.reasons(fits[model], table)} if cand.reasons(fits[model], table) else {}
    rate = float(table["frequency"].sum() / table["T"].sum())
    return Forecaster(model, cand.Learnt(rate, fits, None, unfit), _spend(table), None)


def _spend(summary: pd.DataFrame) -> worth.Spend | None:
    known = "monetary_value" in summary and summary["monetary_value"].notna().any()
    return worth.spend(summary) if known else None


def predict(
    forecaster: Forecaster, table: pd.DataFrame, weeks: float, draws: int = intervals.DRAWS, seed: int = 0
) -> pd.DataFrame:
    """What each customer will buy within the next `weeks`.

    Parameters
    ----------
    forecaster : Forecaster
    table : DataFrame
        Purchases or a summary, as `fit` takes them.

    Returns
    -------
    DataFrame
        One row per customer: customer_id, purchases (expected), low, high (90 %; missing without a probability
        model that is fit), alive (probability; likewise), value (expected, currency, not discounted; missing
        without values).
    """
    summary = table
    if "frequency" not in table.columns:
        log = logs.from_table(table, forecaster.until)
        summary = hist.fetched(log, [log.until]).summary(0)
    expected = forecaster.learnt.expected(forecaster.model, summary, weeks)
    result = pd.DataFrame({"customer_id": summary["customer_id"], "purchases": expected})
    fit_ = forecaster.learnt.fits.get(forecaster.model)
    usable = fit_ is not None and not forecaster.reasons
    low = high = alive = np.full(len(result), np.nan)
    if usable:
        drawn = intervals.draw(fit_, summary, weeks, expected, seed, draws=draws)
        low, high = drawn.low, drawn.high
        alive = models.alive(fit_, cand.seen_by(fit_.model, summary))
    spent = forecaster.spend.expected(summary) if forecaster.spend else np.nan
    return result.assign(low=low, high=high, alive=alive, value=expected * spent)
