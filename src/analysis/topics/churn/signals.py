"""Signals that a customer may be leaving, of a day: how strong each is, from what was known on it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.bank.source import View
from analysis.language import _, number, percent
from analysis.topics.churn.habits import HABITS, habits
from analysis.topics.plain_table import require

_ACTIVE_MONTHS = 6
_BOOKINGS = 10  # with fewer before, half as many is chance

NEEDED = {
    name: name.replace("_", " ")
    for name in (
        "days_since_salary", "days_since_digital", "days_since_activity", "active_months_12m", "assets",
        "balance_mean_6m", "balance_mean_12m", "outflow_30d", "outflow_180d", "inflow_90d", "inflow_180d",
        "bookings_90d", "bookings_180d",
    )
}  # fmt: skip


@dataclass(frozen=True)
class Signal:
    """A measure of a customer on a day; the larger, the more alarming; blank where it does not apply.

    Attributes
    ----------
    name : str
    steps : tuple of float
        Thresholds that are tried: few and stated, as every one more is one more chance to be fooled.
    measure : callable
        From features and habits of customers to its values.
    words : callable
        From a threshold to the rule "the signal is at least that", in words.
    """

    name: str
    steps: tuple[float, ...]
    measure: Callable[[pd.DataFrame], pd.Series]
    words: Callable[[float], str]


def _ratio(part: pd.Series, whole: pd.Series, least: float = 0.0) -> pd.Series:
    return part / whole.where(whole > least)


def _fall(last: pd.Series, both: pd.Series, least: float = 0.0) -> pd.Series:
    """1 − last / before, where `both` is the sum of the two; blank if there was too little before."""
    return 1 - _ratio(last, both - last, least)


def _beyond_usual(table: pd.DataFrame) -> pd.Series:
    """Money out in 30 days less the average of 30 days over the five such periods before."""
    return table["outflow_30d"] - (table["outflow_180d"] - table["outflow_30d"]) / 5


DAYS, PARTS, FALLS = (30, 60, 90), (0.25, 0.5, 0.75), (0.5, 0.75, 0.9)

SIGNALS: tuple[Signal, ...] = (
    Signal(
        "salary_stopped",
        (60, 90, 180),
        lambda t: t["days_since_salary"].where(t["salary_habit"] == 1),
        lambda n: _("Salary stopped for {n} days or more").format(n=number(n)),
    ),
    Signal(
        "outflow",
        PARTS,
        lambda t: _ratio(_beyond_usual(t), t["balance_mean_6m"]),
        lambda n: _("Unusual outflow in 30 days: {n} of the balance or more").format(n=percent(n, 0)),
    ),
    Signal(
        "balance_fallen",
        PARTS,
        lambda t: 1 - _ratio(t["assets"], t["balance_mean_12m"]),
        lambda n: _("Balance {n} or more below its 12-month average").format(n=percent(n, 0)),
    ),
    Signal(
        "complaint_open",
        (7, 15, 30),
        lambda t: t["complaint_open_days"],
        lambda n: _("Complaint unresolved for {n} days or more").format(n=number(n)),
    ),
    Signal(
        "complaint_slow",
        (7, 15, 30),
        lambda t: t["complaint_slow_days"],
        lambda n: _("Slow answer to a recent complaint: {n} days or more").format(n=number(n)),
    ),
    Signal(
        "digital_silence",
        DAYS,
        lambda t: t["days_since_digital"].where(t["digital_habit"] == 1),
        lambda n: _("No digital contact for {n} days or more, regular before").format(n=number(n)),
    ),
    Signal(
        "fell_silent",
        DAYS,
        lambda t: t["days_since_activity"].where(t["active_months_12m"] >= _ACTIVE_MONTHS),
        lambda n: _("No booking for {n} days or more, active before").format(n=number(n)),
    ),
    Signal(
        "bookings_fallen",
        FALLS,
        lambda t: _fall(t["bookings_90d"], t["bookings_180d"], _BOOKINGS),
        lambda n: _("Bookings down by {n} or more in 90 days").format(n=percent(n, 0)),
    ),
    Signal(
        "inflow_fallen",
        FALLS,
        lambda t: _fall(t["inflow_90d"], t["inflow_180d"]),
        lambda n: _("Money in down by {n} or more in 90 days").format(n=percent(n, 0)),
    ),
    Signal(
        "account_closed",
        (1, 2),
        lambda t: t["closed_90d"].astype(float),
        lambda n: _("Accounts closed early in 90 days: {n} or more").format(n=number(n)),
    ),
)


def signals(view: View, panel: pd.DataFrame) -> pd.DataFrame:
    """Signals of each customer and day of a panel.

    Parameters
    ----------
    view : View
        Of the last day or later; each day is read as it was known then.
    panel : DataFrame
        One row per customer and day: customer_id, day, the columns of `features`, of `habits.habits` (fetched if they
        are not there), and churned (0 or 1: left in the window after the day) where it is known.

    Returns
    -------
    DataFrame
        The rows of `panel`: customer_id, day (Timestamp), churned if given, a float column per entry of `SIGNALS`,
        and quiet_days (since the last booking) for comparison.

    Raises
    ------
    ValueError
        If the panel lacks a column.
    """
    needs = {"customer_id": "customer number", "day": "day on which the features were known", **NEEDED}
    require(panel, needs, "customers by day")
    panel = panel.assign(day=pd.to_datetime(panel["day"]).astype("datetime64[us]"))
    whole = panel if set(HABITS) <= set(panel.columns) else _with_habits(view, panel)
    kept = [name for name in ("customer_id", "day", "churned") if name in panel]
    found = {signal.name: signal.measure(whole).astype(float) for signal in SIGNALS}
    return whole[kept].assign(**found, quiet_days=whole["days_since_activity"].astype(float))


def _with_habits(view: View, panel: pd.DataFrame) -> pd.DataFrame:
    parts = [
        rows.merge(habits(view.at(day.date())).to_pandas(), on="customer_id", how="left")
        for day, rows in panel.groupby("day")
    ]
    return pd.concat(parts, ignore_index=True) if parts else panel.assign(**dict.fromkeys(HABITS, np.nan))
