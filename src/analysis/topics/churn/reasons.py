"""Why a customer scores high: what moved the score most, in three plain sentences."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from analysis.bank.features import FEATURES
from analysis.language import _, current, number, percent
from analysis.statistics.classification import roc_auc
from analysis.topics.churn.evaluation import Evaluation
from analysis.topics.churn.explain import Attribution
from analysis.topics.churn.learners import RULE, learn

MOST = 3
LEAST = 0.05  # log-odds that a reason must add

GROUPS: dict[str, list[str]] = {
    "silence": ["days_since_activity", "missed_bookings", "active_days_90d", "active_months_12m"],
    "bookings": [*(f"bookings_{d}d" for d in (30, 90, 180, 365)), "bookings_trend_90d", "bookings_pace_30d"],
    "money_in": [*(f"inflow_{d}d" for d in (30, 90, 180, 365)), "inflow_trend_90d", "inflow_pace_30d"],
    "money_out": [
        *(f"outflow_{d}d" for d in (30, 90, 180, 365)),
        "outflow_trend_90d", "outflow_pace_30d", "ticket_mean_365d", "largest_outflow_share_365d",
    ],
    "balance": [
        "assets", "balance_mean_6m", "balance_mean_12m", "balance_slope_6m", "balance_slope_12m", "balance_ratio",
        "balance_drift",
    ],
    "salary": [
        "has_salary", "salary_inferred", "salary_periods", "salary_monthly", "days_since_salary", "salary_habit",
    ],
    "products": [
        "open_accounts", "families_held", "has_deposit", "has_wealth", "has_loan", "has_card", "has_insurance", "debts",
        "closed_90d",
    ],
    "tenure": ["tenure_days"],
    "age": ["age_years"],
    "digital": ["digital_share_365d", "digital_contacts_90d", "days_since_digital", "digital_habit"],
    "contacts": ["staffed_contacts_90d", "branch_share_365d"],
    "complaints": ["complaints_365d", "complaint_open_days", "complaint_slow_days"],
    "spending": ["card_share_365d", "cash_share_365d", "transfer_share_365d", "bill_share_365d"],
}  # fmt: skip


def labels() -> dict[str, str]:
    """Names of the groups of features."""
    return {
        "silence": _("Silence"),
        "bookings": _("Number of bookings"),
        "money_in": _("Money in"),
        "money_out": _("Money out"),
        "balance": _("Balance"),
        "salary": _("Salary"),
        "products": _("Products held"),
        "tenure": _("Tenure"),
        "age": _("Age in years"),
        "digital": _("Digital contacts"),
        "contacts": _("Contacts with staff"),
        "complaints": _("Complaints"),
        "spending": _("Way of spending"),
    }


def feature_label(name: str) -> str:
    """A feature in words: the catalogue's, or that of a ratio; its name if there is none."""
    own = {
        "probability": _("Score"),
        "bookings_pace_30d": _("Bookings of 30 days over the usual number"),
        "inflow_pace_30d": _("Money in of 30 days over the usual amount"),
        "outflow_pace_30d": _("Money out of 30 days over the usual amount"),
        "balance_ratio": _("Balance over its 12-month average"),
        "balance_drift": _("Monthly trend of the balance over its average"),
        "missed_bookings": _("Bookings missed since the last one"),
        "salary_habit": _("Salary is usual"),
        "digital_habit": _("Digital contact is usual"),
        "complaint_open_days": _("Age of the oldest open complaint, days"),
        "complaint_slow_days": _("Longest answer to a recent complaint, days"),
        "closed_90d": _("Accounts closed in 90 days"),
    }
    if name in own:
        return own[name]
    found = next((one for one in FEATURES if one.name == name), None)
    if found is None:
        return name
    # What follows a semicolon says how it is computed.
    return (found.zh if current() == "zh" else found.en).partition(";")[0]


def main_feature(importance: pd.DataFrame, evaluation: Evaluation) -> str:
    """The feature of the most important group that ranks the tested customers best by itself."""
    held = evaluation.table.features.columns
    names = [name for name in GROUPS[importance["group"].iloc[0]] if name in held]
    again, tested = evaluation.table.rows(evaluation.slices.again), evaluation.tested
    alone = {
        n: roc_auc(tested.churned, learn(RULE, again, evaluation.settings, 0, n).predict(tested.features))
        for n in names
    }
    return max(alone, key=alone.get)


def strongest(attribution: Attribution, most: int = MOST) -> pd.DataFrame:
    """Groups of features that raise each score most.

    Returns
    -------
    DataFrame
        One row per customer, in order: reason_1, reason_2, … (keys of `GROUPS`, the strongest first; blank where less
        than 0.05 of log-odds is added).
    """
    parts = attribution.grouped(GROUPS)
    values, names = parts.to_numpy(), parts.columns.to_numpy()
    order = np.argsort(-values, axis=1, kind="stable")[:, :most]
    added = np.take_along_axis(values, order, axis=1)
    found = np.where(added >= LEAST, names[order], None)
    return pd.DataFrame(found, index=parts.index, columns=[f"reason_{k + 1}" for k in range(found.shape[1])])


def said(groups: pd.Series, rows: pd.DataFrame) -> pd.Series:
    """Each group as a sentence on the customer of its row.

    Parameters
    ----------
    groups : Series
        Keys of `GROUPS`, blanks allowed.
    rows : DataFrame
        One row per customer, in the same order: features, as `panel.known` gives them.
    """
    words = pd.Series("", index=groups.index, dtype=object)
    for group, sentences in _SENTENCES.items():
        here = (groups == group).to_numpy()
        if here.any():
            words[here] = sentences(rows[here])
    return words


def _share(value: float) -> str:
    return percent(abs(value), 0)


def _pace(name: str, more: Callable, less: Callable, none: Callable) -> Callable:
    def sentences(rows: pd.DataFrame) -> list[str]:
        return [
            none() if np.isnan(ratio) else (more() if ratio >= 1 else less()).format(off=_share(ratio - 1))
            for ratio in rows[name]
        ]

    return sentences


def _silence(rows: pd.DataFrame) -> list[str]:
    return [
        _("No booking of their own yet")
        if np.isnan(n)
        else _("Last own booking {n} days ago").format(n=number(n))
        for n in rows["days_since_activity"].astype(float)
    ]


def _balance(rows: pd.DataFrame) -> list[str]:
    words = []
    for ratio, assets in zip(rows["balance_ratio"], rows["assets"].astype(float), strict=True):
        if np.isnan(ratio):
            words.append(
                _("No balance to speak of") if not assets > 0 else _("Balance only recently built up")
            )
        elif ratio < 1:
            words.append(_("Balance {off} below its 12-month average").format(off=_share(ratio - 1)))
        else:
            words.append(_("Balance {off} above its 12-month average").format(off=_share(ratio - 1)))
    return words


def _salary(rows: pd.DataFrame) -> list[str]:
    return [
        _("No salary is paid in") if np.isnan(n) else _("Last salary {n} days ago").format(n=number(n))
        for n in rows["days_since_salary"].astype(float)
    ]


def _products(rows: pd.DataFrame) -> list[str]:
    return [
        _("Only one account") if n <= 1 else _("Holds {n} accounts").format(n=number(n))
        for n in rows["open_accounts"]
    ]


def _tenure(rows: pd.DataFrame) -> list[str]:
    return [_("With the bank for {n} years").format(n=number(n / 365.25, 1)) for n in rows["tenure_days"]]


def _age(rows: pd.DataFrame) -> list[str]:
    return [
        _("Age unknown") if np.isnan(n) else _("Age {n}").format(n=number(n))
        for n in rows["age_years"].astype(float)
    ]


def _digital(rows: pd.DataFrame) -> list[str]:
    return [
        _("No digital contact yet")
        if np.isnan(n)
        else _("Last digital contact {n} days ago").format(n=number(n))
        for n in rows["days_since_digital"].astype(float)
    ]


def _contacts(rows: pd.DataFrame) -> list[str]:
    return [
        _("{n} contacts with staff in 90 days").format(n=number(n))
        for n in rows["staffed_contacts_90d"].astype(float).fillna(0)
    ]


def _complaints(rows: pd.DataFrame) -> list[str]:
    words = []
    for open_days, many in zip(
        rows["complaint_open_days"].astype(float), rows["complaints_365d"].astype(float), strict=True
    ):
        if not np.isnan(open_days):
            words.append(_("Complaint unresolved for {n} days").format(n=number(open_days)))
        else:
            words.append(_("Complaints in a year: {n}").format(n=number(many)))
    return words


def _spending(rows: pd.DataFrame) -> list[str]:
    return [_("Pays in a way that goes with leaving")] * len(rows)


_SENTENCES: dict[str, Callable[[pd.DataFrame], Sequence[str]]] = {
    "silence": _silence,
    "bookings": _pace(
        "bookings_pace_30d",
        lambda: _("Bookings of 30 days {off} above usual"),
        lambda: _("Bookings of 30 days {off} below usual"),
        lambda: _("No bookings in a year"),
    ),
    "money_in": _pace(
        "inflow_pace_30d",
        lambda: _("Money in of 30 days {off} above usual"),
        lambda: _("Money in of 30 days {off} below usual"),
        lambda: _("No money in for a year"),
    ),
    "money_out": _pace(
        "outflow_pace_30d",
        lambda: _("Money out of 30 days {off} above usual"),
        lambda: _("Money out of 30 days {off} below usual"),
        lambda: _("No money out for a year"),
    ),
    "balance": _balance,
    "salary": _salary,
    "products": _products,
    "tenure": _tenure,
    "age": _age,
    "digital": _digital,
    "contacts": _contacts,
    "complaints": _complaints,
    "spending": _spending,
}
