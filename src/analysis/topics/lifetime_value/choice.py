"""The model is chosen on an inner window and reported on a later one that it has not seen."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.bank.features import features
from analysis.bank.source import View
from analysis.topics.lifetime_value import accuracy as acc
from analysis.topics.lifetime_value import candidates as cand
from analysis.topics.lifetime_value import histories as hist
from analysis.topics.lifetime_value import purchases as logs
from analysis.topics.lifetime_value.worth import spend

AUTO = "auto"
MOST_WEEKS = 52
FEWEST_WEEKS = 4  # of a holdout
Extra = Callable[[date], pd.DataFrame]


def bank_features(view: View) -> Extra:
    """All features of a bank's customers as known on a day, for the challenger."""
    return lambda day: features(view.at(day)).to_pandas()


@dataclass(frozen=True)
class Windows:
    """Days that part the log: … `past` | `inner` | `outer` | `now`.

    Attributes
    ----------
    now, outer, inner : datetime.date
        Models learnt up to `inner` are compared on (inner, outer]; what is chosen is learnt again up to `outer` and
        reported on (outer, now].
    past : datetime.date or None
        A challenger that is to forecast from `inner` learns on (past, inner]; None if the log is too short for that.
    """

    now: date
    outer: date
    inner: date
    past: date | None

    @property
    def days(self) -> list[date]:
        """All of them, the latest first."""
        return [day for day in (self.now, self.outer, self.inner, self.past) if day is not None]

    @property
    def outer_weeks(self) -> float:
        """Length of the window that is reported on."""
        return (self.now - self.outer).days / 7


def windows(since: date, until: date, weeks: float = 0) -> Windows:
    """Part a log that covers `since` to `until` into windows.

    Parameters
    ----------
    weeks : float
        Length of the last window; 0: a quarter of the log, at most 52 weeks. The windows before it are as
        long, if as much again is left for the models to learn from; else they are half of what is left, without
        a challenger.

    Raises
    ------
    ValueError
        If the log is too short for two windows of four weeks.
    """
    span = (until - since).days
    holdout = round(weeks * 7) if weeks else min(span // 4, MOST_WEEKS * 7)
    before = span - holdout
    shortest = FEWEST_WEEKS * 7
    if holdout < shortest or before < 2 * shortest:
        raise ValueError(
            f"the purchases cover {since} to {until}, {span / 7:.0f} weeks; a holdout of {holdout / 7:.0f} weeks "
            f"leaves {before / 7:.0f}. Expected a holdout of at least {FEWEST_WEEKS} and {2 * FEWEST_WEEKS} weeks "
            "before it: take a longer log or another holdout"
        )
    outer = until - timedelta(days=holdout)
    inner_days = min(holdout, before // 2)
    inner = outer - timedelta(days=inner_days)
    past = inner - timedelta(days=inner_days)
    return Windows(until, outer, inner, past if before >= 3 * inner_days else None)


@dataclass(frozen=True)
class Evaluation:
    """Candidates compared out of time.

    Attributes
    ----------
    windows : Windows
    histories : histories.Histories
        On the days of `windows`.
    inner, outer : DataFrame
        One row per candidate: candidate, mae, rmse, bias, rank_correlation, gini (see `accuracy.accuracy`), value_gini
        (the same of the value of the purchases, ranked by forecast times expected value of a purchase), score (see
        `accuracy.score`; below 1 is better than the own past rate), fit (whether it may be chosen).
    outcome : DataFrame
        One row per customer known on the outer day: customer_id, purchases and value seen in the outer
        window, and each candidate's forecast of the purchases.
    chosen : str
        The candidate with the lowest score on the inner window among those that are fit, unless one was asked for.
    asked : bool
        Whether the candidate was asked for.
    gain : tuple of float
        1 − score of the chosen candidate on the outer window, with its 95 % bootstrap interval.
    earlier, latest : candidates.Learnt
        Learnt on the outer day, and on the last day.
    """

    windows: Windows
    histories: hist.Histories
    inner: pd.DataFrame
    outer: pd.DataFrame
    outcome: pd.DataFrame
    chosen: str
    asked: bool
    gain: tuple[float, float, float]
    earlier: cand.Learnt
    latest: cand.Learnt
    extra: Extra | None = None

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Summary of the customers on the last day."""
        return self.histories.summary(0)

    @cached_property
    def known(self) -> pd.DataFrame | None:
        """`known_on` the last day."""
        return self.known_on(self.windows.now)

    def known_on(self, day: date) -> pd.DataFrame | None:
        """Further features as known on a day, if the chosen candidate looks at them."""
        return self.extra(day) if self.extra and self.chosen == cand.BOOSTED else None


def evaluate(
    log: logs.Log, weeks: float = 0, model: str = AUTO, extra: Extra | None = None, seed: int = 0
) -> Evaluation:
    """Compare all candidates on an inner window, choose one, and report all on the outer window.

    Parameters
    ----------
    log : purchases.Log
    weeks : float
        Length of the outer window, as `windows` takes it.
    model : str
        A candidate to use whatever the inner window says; "auto" chooses.
    extra : callable, optional
        Gives further features of the customers (customer_id and numbers) as known on a day.
    seed : int
        Of the challenger and the bootstrap.

    Raises
    ------
    ValueError
        If the log is too short, or there is no such candidate.
    """
    if model not in (AUTO, *cand.CANDIDATES):
        raise ValueError(f"model is {model!r}; expected one of {', '.join((AUTO, *cand.CANDIDATES))}")
    parts = windows(log.since, log.until, weeks)
    found = hist.fetched(log, parts.days)
    known = {day: extra(day) if extra else None for day in parts.days[1:]}
    inner, _learnt, _outcome = _tried(found, parts, 2, known, seed)
    outer, earlier, outcome = _tried(found, parts, 1, known, seed)
    chosen = _chosen(inner, outer) if model == AUTO else model
    latest = cand.learn(found.summary(0), _lesson(found, parts, 1, known), seed)
    gain = _gain(outcome, chosen, seed)
    return Evaluation(
        parts, found, inner, outer, outcome, chosen, model != AUTO, gain, earlier, latest, extra
    )


def _lesson(found: hist.Histories, parts: Windows, k: int, known: dict) -> cand.Lesson | None:
    """The window after the k-th day, for a challenger that forecasts from the day before it in the list."""
    if k >= len(parts.days) or parts.past is None:
        return None
    summary = found.summary(k)
    seen = found.between(k, k - 1).set_index("customer_id")["purchases"].reindex(summary["customer_id"])
    weeks = (parts.days[k - 1] - parts.days[k]).days / 7
    return cand.Lesson(summary, seen.to_numpy(), weeks, known[parts.days[k]])


def _tried(found: hist.Histories, parts: Windows, k: int, known: dict, seed: int):
    """Candidates learnt on the k-th day, and how they did in the window after it."""
    day, weeks = parts.days[k], (parts.days[k - 1] - parts.days[k]).days / 7
    summary = found.summary(k)
    learnt = cand.learn(summary, _lesson(found, parts, k + 1, known), seed)
    outcome = summary[["customer_id"]].merge(found.between(k, k - 1), on="customer_id")
    forecasts = cand.forecasts(learnt, summary, weeks, known[day])
    seen = outcome["purchases"].to_numpy(float)
    scores = acc.score(seen, forecasts, cand.NAIVE)
    each, value = spend(summary).expected(summary), outcome["value"].to_numpy()
    table = pd.DataFrame(
        [
            {
                "candidate": name,
                **acc.accuracy(seen, forecasts[name].to_numpy()),
                "value_gini": acc.ranked_gini(value, forecasts[name].to_numpy() * each),
                "score": scores[name],
            }
            for name in forecasts
        ]
    )
    table["fit"] = ~table["candidate"].isin(list(learnt.unfit))
    return table, learnt, outcome.join(forecasts)


def _chosen(inner: pd.DataFrame, outer: pd.DataFrame) -> str:
    """Lowest score on the inner window among what is fit there and on the outer day; the own rate if nothing is."""
    still = set(outer.loc[outer["fit"], "candidate"])
    rows = inner[inner["fit"] & inner["candidate"].isin(still)].dropna(subset=["score"])
    return cand.NAIVE if rows.empty else str(rows.loc[rows["score"].idxmin(), "candidate"])


def _gain(outcome: pd.DataFrame, chosen: str, seed: int) -> tuple[float, float, float]:
    seen, both = outcome["purchases"].to_numpy(float), outcome[list(dict.fromkeys([chosen, cand.NAIVE]))]

    def gained(rows: np.ndarray) -> float:
        return 1 - acc.score(seen[rows], both.iloc[rows], cand.NAIVE)[chosen]

    drawn = acc.bootstrap(len(outcome), gained, seed)
    if np.isnan(drawn).all():  # the own past rate was never wrong
        return np.nan, np.nan, np.nan
    low, high = np.nanquantile(drawn, [0.025, 0.975])
    return gained(np.arange(len(outcome))), float(low), float(high)
