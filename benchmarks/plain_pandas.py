"""The same features as most people would first write them in pandas: peer of the benchmark, oracle of a test.

Simple on purpose: one filter and one group-by per figure, nothing shared with the package but its constants.
"""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from analysis.bank.features.bookings import CHANNELS, NOT_STARTED, PURPOSES
from analysis.bank.features.catalogue import WINDOWS
from analysis.bank.features.salary import LABELLED, RECENT, REGULAR, SIMILAR, UNLABELLED, WEIGHT


def booking_features(folder: Path, as_of: date) -> pd.DataFrame:
    """Features from bookings and accounts, one row per customer, indexed by ``customer_id``."""
    customers = pd.read_parquet(folder / "customers.parquet", columns=["customer_id", "joined_on", "left_on"])
    accounts = pd.read_parquet(
        folder / "accounts.parquet", columns=["account_id", "customer_id", "opened_on"]
    )
    columns = ["account_id", "booked_at", "amount", "category", "channel"]
    bookings = pd.read_parquet(folder / "transactions.parquet", columns=columns)
    end = pd.Timestamp(as_of) + pd.Timedelta(days=1)
    bookings = bookings[bookings.booked_at < end]
    accounts = accounts[pd.to_datetime(accounts.opened_on) < end]
    bookings = bookings.merge(accounts[["account_id", "customer_id"]], on="account_id")
    here = (pd.to_datetime(customers.joined_on) < end) & ~(pd.to_datetime(customers.left_on) < end)
    found = pd.DataFrame(index=pd.Index(customers[here].customer_id))
    bookings["age"] = (pd.Timestamp(as_of) - bookings.booked_at.dt.normalize()).dt.days
    started = (bookings.channel != "system").where(
        bookings.channel.notna(), ~bookings.category.isin(NOT_STARTED)
    )
    _volume(found, bookings, started)
    _activity(found, bookings[started], as_of)
    _shares(found, bookings[bookings.age < WINDOWS[-1]], started)
    _salary(found, bookings)
    return found


def _volume(found: pd.DataFrame, bookings: pd.DataFrame, started: pd.Series) -> None:
    measures = {
        "bookings": lambda rows: rows[started.loc[rows.index]].groupby("customer_id").size(),
        "inflow": lambda rows: rows[rows.amount > 0].groupby("customer_id").amount.sum(),
        "outflow": lambda rows: -rows[rows.amount < 0].groupby("customer_id").amount.sum(),
    }
    for name, measure in measures.items():
        for days in WINDOWS:
            found[f"{name}_{days}d"] = measure(bookings[bookings.age < days])
        last = found[f"{name}_90d"].fillna(0)
        before = found[f"{name}_180d"].fillna(0) - last
        found[f"{name}_trend_90d"] = ((last - before) / (last + before).replace(0, np.nan)).fillna(0)
        found[[f"{name}_{days}d" for days in WINDOWS]] = found[
            [f"{name}_{days}d" for days in WINDOWS]
        ].fillna(0)


def _activity(found: pd.DataFrame, started: pd.DataFrame, as_of: date) -> None:
    found["days_since_activity"] = started.groupby("customer_id").age.min()
    found["active_days_90d"] = started[started.age < 90].groupby("customer_id").age.nunique()
    month = as_of.year * 12 + as_of.month - (started.booked_at.dt.year * 12 + started.booked_at.dt.month)
    recent = started.assign(month=month)[month < 12]
    found["active_months_12m"] = recent.groupby("customer_id").month.nunique()
    found[["active_days_90d", "active_months_12m"]] = found[["active_days_90d", "active_months_12m"]].fillna(
        0
    )


def _shares(found: pd.DataFrame, year: pd.DataFrame, started: pd.Series) -> None:
    spent = year[year.amount < 0]
    spending = spent.groupby("customer_id").amount
    found["ticket_mean_365d"] = -spending.mean()
    found["largest_outflow_share_365d"] = spending.min() / spending.sum()
    for name, categories in PURPOSES.items():
        part = spent[spent.category.isin(categories)].groupby("customer_id").amount.sum()
        found[f"{name}_share_365d"] = part.reindex(spending.sum().index).fillna(0) / spending.sum()
    own = year[started.loc[year.index]]
    counts = own.groupby("customer_id").size()
    for name, channels in CHANNELS.items():
        part = own[own.channel.isin(channels)].groupby("customer_id").size()
        found[f"{name}_share_365d"] = part.reindex(counts.index).fillna(0) / counts


def _salary(found: pd.DataFrame, bookings: pd.DataFrame) -> None:
    received = bookings[bookings.amount > 0]
    labelled = received[received.category.isin(LABELLED)]
    found["days_since_salary"] = labelled.groupby("customer_id").age.min()
    recent = labelled[labelled.age < 120]
    periods = (recent.age // 30).groupby(recent.customer_id).nunique().reindex(found.index).fillna(0)
    mean = (recent.groupby("customer_id").amount.sum() / periods).reindex(found.index).fillna(0)
    unlabelled = received[received.category.isna() | received.category.isin(UNLABELLED)]
    unlabelled = unlabelled[unlabelled.age < 120]
    keys = [unlabelled.customer_id, unlabelled.age // 30]
    largest = unlabelled.groupby(keys).amount.max().unstack().reindex(found.index).reindex(columns=range(4))
    largest = np.sort(largest.fillna(0).to_numpy(), axis=1)
    reference = largest[:, -2]
    similar = (np.abs(largest - reference[:, None]) <= SIMILAR * reference[:, None]).sum(axis=1)
    weighty = reference >= WEIGHT * found.inflow_90d.to_numpy() / 3
    inferred = (periods == 0) & (reference > 0) & (similar >= REGULAR) & weighty
    found["salary_inferred"] = inferred.astype(int)
    found["has_salary"] = (inferred | (found.days_since_salary < RECENT)).astype(int)
    found["salary_periods"] = np.where(inferred, similar, periods)
    found["salary_monthly"] = np.where(inferred, reference, mean)
