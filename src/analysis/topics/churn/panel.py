"""Customers on several past days: what was known of them then, and who churned in the window after."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from analysis.bank.features import features
from analysis.bank.source import View
from analysis.language import _, day, number, together
from analysis.topics.churn import tables
from analysis.topics.churn.definitions import Definition, outcomes
from analysis.topics.churn.evaluation import Slices
from analysis.topics.churn.habits import habits
from analysis.topics.segmentation.population import history_days

SHORTER = (60, 45, 30)  # days of a window, where the history does not allow the one asked for
STEP = 30  # days from one day of the panel to the next
TESTED, TUNED, MOST_LEARNT = 4, 3, 14  # days of each part
BEFORE = 90  # days of history that the first day needs, at least
SETTLED = 365  # days of history after which features are what they are later too
NOT_FEATURES = ("customer_id", "day", "churned")


@dataclass(frozen=True)
class Plan:
    """Days of a panel: learn < tune < test < now.

    The window after a day of one part ends before the next part begins, so that nothing known on a day to be
    forecast has been learnt from.

    Attributes
    ----------
    now : datetime.date
        Today, whose customers are scored.
    learn, tune, test : tuple of datetime.date
        For the test: models learn on `learn`, are compared on `tune`, reported on `test`.
    between : tuple of datetime.date
        Days between `learn` and `tune`, which the choice must not see, and the model that is tested may.
    learn_now, tune_now : tuple of datetime.date
        For the scores of today: the latest days whose outcome is known.
    window : int
        Days after each day in which churn counts.
    """

    now: date
    learn: tuple[date, ...]
    tune: tuple[date, ...]
    test: tuple[date, ...]
    between: tuple[date, ...]
    learn_now: tuple[date, ...]
    tune_now: tuple[date, ...]
    window: int

    @property
    def days(self) -> list[date]:
        """All past days, the earliest first."""
        return sorted({*self.learn, *self.between, *self.tune, *self.test, *self.learn_now, *self.tune_now})

    def slices(self, when: np.ndarray) -> Slices:
        """Rows of each part for the test, by their day."""
        return _slices(when, self.learn, self.tune, self.test, (*self.learn, *self.between, *self.tune))

    def slices_now(self, when: np.ndarray) -> Slices:
        """Rows of each part for the scores of today: nothing is left to test on."""
        return _slices(when, self.learn_now, self.tune_now, (), self.days)

    def sentence(self) -> str:
        """The parts in words."""
        return _(
            "Learnt on {learn} days from {first} to {last}, chosen and calibrated on {tune} days up to {tuned},"
            " tested on {test} days from {since} to {until}; the {window} days after a day show who left."
        ).format(
            learn=number(len(self.learn)),
            first=day(self.learn[0]),
            last=day(self.learn[-1]),
            tune=number(len(self.tune)),
            tuned=day(self.tune[-1]),
            test=number(len(self.test)),
            since=day(self.test[0]),
            until=day(self.test[-1]),
            window=number(self.window),
        )


def planned(view: View, definition: Definition) -> tuple[Plan, Definition]:
    """Days for a definition, and the definition itself, with a shorter window if the history is too short for its own.

    Raises
    ------
    ValueError
        If the history is too short for a window of 30 days too.
    """
    windows = [definition.window_days, *(days for days in SHORTER if days < definition.window_days)]
    for window in windows[:-1]:
        with contextlib.suppress(ValueError):
            return plan(view, window), _shortened(definition, window)
    return plan(view, windows[-1]), _shortened(definition, windows[-1])


def _shortened(definition: Definition, window: int) -> Definition:
    if window == definition.window_days:
        return definition
    name = "silent_days" if definition.kind == "behavioural" else "horizon_days"
    words = _("The history is short: {days} days after a day are looked at in place of {more}.").format(
        days=number(window), more=number(definition.window_days)
    )
    return replace(definition, **{name: window}, reason=together(definition.reason, words))


def plan(view: View, window: int) -> Plan:
    """Days that the history of a bank allows, as many as are useful.

    Three test windows are tried before two and one, so that a short history still leaves days to learn from; the first
    day has a year of history behind it if that leaves days to learn from, else at least 90 days.

    Raises
    ------
    ValueError
        If the history is too short for a window to learn from, one to choose on and one to test on.
    """
    history = history_days(view)
    for before in (SETTLED, BEFORE):
        for tested, tuned in ((TESTED, TUNED), (2, 2), (1, 1)):
            found = _fitted(view.as_of, history - before, window, tested, tuned)
            if found:
                return found
    needed = BEFORE + 3 * window
    raise ValueError(
        f"the bookings cover {history} days; to learn who churns within {window} days, to choose a model and to "
        f"test it takes {needed} days or more. Take a shorter window, a later day or a longer history"
    )


def _fitted(now: date, usable: int, window: int, tested: int, tuned: int) -> Plan | None:
    test = [now - timedelta(days=window + STEP * k) for k in range(tested)]
    tune = [test[-1] - timedelta(days=window + STEP * k) for k in range(tuned)]
    last = tune[-1] - timedelta(days=window)
    first = now - timedelta(days=usable)
    learn = _back(last, first)
    if not learn:
        return None
    between = [when for when in _back(tune[-1] - timedelta(days=STEP), first) if when > last]
    tune_now = test[:tuned]
    learn_now = _back(tune_now[-1] - timedelta(days=window), first)
    ordered = (tuple(sorted(days)) for days in (learn, tune, test, between, learn_now, tune_now))
    return Plan(now, *ordered, window)


def _slices(when: np.ndarray, *parts: Sequence[date]) -> Slices:
    return Slices(*(np.isin(when, _stamps(days)) for days in parts))


def _back(last: date, first: date) -> list[date]:
    days = [last - timedelta(days=STEP * k) for k in range(MOST_LEARNT)]
    return [when for when in days if when >= first]


def _stamps(days: Sequence[date]) -> np.ndarray:
    return pd.to_datetime(pd.Series(list(days))).astype("datetime64[us]").to_numpy()


def known(view: View) -> pd.DataFrame:
    """What is known of each customer on the day of `view`.

    Returns
    -------
    DataFrame
        One row per customer with the bank: customer_id, day, and as numbers the features of `bank.features`, the habits
        of `habits.habits`, and ratios of recent to usual (see `shapes`).
    """
    rows = features(view).left_join(habits(view), "customer_id").drop("customer_id_right").to_pandas()
    rows = rows.sort_values("customer_id", ignore_index=True)
    # A column that is blank throughout on one day has no type of its own.
    rows = rows.astype(dict.fromkeys(rows.columns.drop("customer_id"), "float64"))
    rows.insert(1, "day", _stamps([view.as_of]).repeat(len(rows)))
    return rows.join(shapes(rows))


def past(view: View, days: Sequence[date], definition: Definition) -> pd.DataFrame:
    """The panel of past days.

    Returns
    -------
    DataFrame
        One row per customer and day on which they could churn: the columns of `known`, and churned (1 or 0).
    """
    said = outcomes(view, days, definition)
    said = said.mutate(day=said.day.cast("timestamp")).to_pandas()
    said["day"] = said["day"].astype("datetime64[us]")
    parts = [
        known(view.at(when)).merge(said[said["day"] == pd.Timestamp(when)], on=["customer_id", "day"])
        for when in sorted(days)
    ]
    return pd.concat(parts, ignore_index=True)


def could_churn(view: View, rows: pd.DataFrame, definition: Definition) -> pd.DataFrame:
    """Those of today's customers whom the definition asks after: who is active, or holds the family."""
    if definition.kind == "behavioural":
        return rows[rows["days_since_activity"] < definition.silent_days].reset_index(drop=True)
    if definition.kind == "partial" and definition.family:
        return rows[rows[f"has_{definition.family}"] == 1].reset_index(drop=True)
    return rows[rows["open_accounts"] > 0].reset_index(drop=True)


def shapes(rows: pd.DataFrame) -> pd.DataFrame:
    """Recent against usual: free of the currency and of a customer's size.

    Returns
    -------
    DataFrame
        One row per row: for bookings, inflow and outflow pace_30d (last 30 days over the year's average of 30 days; 1 is
        as usual), balance_ratio (last month end over the mean of 12), balance_drift (slope of six months over their
        mean, a month), missed_bookings (days of silence times bookings a day). Blank where there is no usual.
    """
    found = {
        f"{name}_pace_30d": _over(rows[f"{name}_30d"] * 365 / 30, rows[f"{name}_365d"])
        for name in ("bookings", "inflow", "outflow")
    }
    found["balance_ratio"] = _over(rows["assets"], rows["balance_mean_12m"])
    found["balance_drift"] = _over(rows["balance_slope_6m"], rows["balance_mean_6m"])
    found["missed_bookings"] = rows["days_since_activity"] * rows["bookings_365d"] / 365
    return pd.DataFrame(found, index=rows.index).astype("float64")


def _over(part: pd.Series, whole: pd.Series) -> pd.Series:
    return (part / whole.where(whole > 0)).clip(-20, 20)


def examples(panel: pd.DataFrame, without: Sequence[str] = ()) -> tables.Examples:
    """The panel as models take it, without some features.

    Raises
    ------
    ValueError
        If a feature to be left out is not there, or nobody churned.
    """
    names = [name for name in panel.columns if name not in NOT_FEATURES]
    strange = [name for name in without if name not in names]
    if strange:
        raise ValueError(f"without names {', '.join(strange)}; expected features: {', '.join(names)}")
    kept = panel[[name for name in names if name not in set(without)]]
    return tables.examples(kept, panel["churned"], panel["customer_id"], panel["day"].to_numpy())


__all__ = ["Plan", "could_churn", "examples", "known", "past", "plan", "shapes"]
