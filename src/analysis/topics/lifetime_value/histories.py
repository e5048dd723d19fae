"""What a purchase log says of each customer on several days: one query, one row per customer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from analysis.bank.features.bits import any_of, bit, how_many
from analysis.topics.lifetime_value.purchases import Log

WEEK, MONTH = 7, 30  # days
RECENT = (28, 91, 182, 364)  # days before the day in which purchases are counted, for the challenger
_HALF = 30  # months that fit one set of bits
MOST_MONTHS = 2 * _HALF  # of monthly activity looked back on


def _within(day: ir.DateValue, end: date, days: int | None = None) -> ir.BooleanValue:
    inside = day <= ibis.literal(end)
    return inside if days is None else inside & (day > ibis.literal(end - timedelta(days=days)))


def _measures(daily: ibis.Table, end: date, k: int) -> dict[str, ir.Value]:
    """Aggregates of one customer's purchases up to day `end`; column names end in the day's number `k`."""
    here = _within(daily.day, end)
    age = (ibis.literal(end).delta(daily.day, unit="day") // MONTH).cast("int32")
    found = {
        f"count_{k}": here.sum(),
        f"last_{k}": ibis.ifelse(here, daily.day, None).max(),
        f"value_{k}": ibis.ifelse(here, daily.value, 0.0).sum(),
    }
    found |= {f"recent_{days}_{k}": _within(daily.day, end, days).sum() for days in RECENT}
    for low in (0, _HALF):
        half = here & (age >= low) & (age < low + _HALF)
        found[f"months_{low}_{k}"] = any_of(ibis.ifelse(half, bit(ibis.ifelse(half, age - low, 0)), None))
    return found


def histories(log: Log, days: Sequence[date]) -> ibis.Table:
    """What was known of each customer's purchases on each of `days`.

    Returns
    -------
    ibis.Table
        One row per customer: customer_id, start, gone, and for the k-th day: count_k (days with a purchase
        after the start), last_k (the last of them), value_k (sum, currency), recent_d_k (those of the last d
        days), active_k (months of 30 days, counted back from the day, with a purchase; at most 60).
    """
    people = log.people.filter(log.people.start < ibis.literal(max(days)))
    after = log.daily.inner_join(people, "customer_id")
    after = after.filter(after.day > after.start)
    measures = {name: value for k, day in enumerate(days) for name, value in _measures(after, day, k).items()}
    found = people.left_join(after.group_by("customer_id").aggregate(**measures), "customer_id")
    columns: dict[str, ir.Value] = {}
    for k in range(len(days)):
        columns |= {f"{name}_{k}": found[f"{name}_{k}"].fill_null(0) for name in ("count", "value")}
        columns |= {f"recent_{d}_{k}": found[f"recent_{d}_{k}"].fill_null(0) for d in RECENT}
        columns[f"last_{k}"] = found[f"last_{k}"]
        halves = (how_many(found[f"months_{low}_{k}"].fill_null(0), _HALF) for low in (0, _HALF))
        columns[f"active_{k}"] = sum(halves)
    return found.select("customer_id", "start", "gone", **columns)


@dataclass(frozen=True)
class Histories:
    """Histories on several days, fetched.

    Attributes
    ----------
    days : tuple of datetime.date
    frame : DataFrame
        As `histories` gives it, by customer_id.
    """

    days: tuple[date, ...]
    frame: pd.DataFrame

    def summary(self, k: int) -> pd.DataFrame:
        """Customers who had started by the k-th day and had not left.

        Returns
        -------
        DataFrame
            One row per customer: customer_id, frequency (days with a purchase after the start), recency and T
            (weeks from the start to the last purchase and to the day), monetary_value (currency per purchase,
            missing without one), recent_d (purchases of the last d days), and the activity by months of 30
            days: active (with a purchase), periods (observed), last_active (number of the last, 0 if none).
        """
        day, frame = pd.Timestamp(self.days[k]), self.frame
        gone = pd.to_datetime(frame["gone"])
        rows = frame[(pd.to_datetime(frame["start"]) < day) & ~(gone <= day)]
        start = pd.to_datetime(rows["start"])
        count, last = rows[f"count_{k}"].astype("int64"), pd.to_datetime(rows[f"last_{k}"])
        quiet = (day - last).dt.days
        periods = ((day - start).dt.days // MONTH).clip(upper=MOST_MONTHS)
        last_active = (periods - quiet // MONTH).fillna(0).clip(lower=0).astype("int64")
        columns = {
            "customer_id": rows["customer_id"],
            "frequency": count,
            "recency": ((last - start).dt.days / WEEK).fillna(0.0),
            "T": (day - start).dt.days / WEEK,
            "monetary_value": rows[f"value_{k}"] / count.where(count > 0),
            **{f"recent_{d}": rows[f"recent_{d}_{k}"].astype("int64") for d in RECENT},
            # What is left over at the start is no whole month and does not count.
            "active": rows[f"active_{k}"].astype("int64").clip(upper=last_active),
            "periods": periods,
            "last_active": last_active,
        }
        return pd.DataFrame(columns).reset_index(drop=True)

    def between(self, j: int, k: int) -> pd.DataFrame:
        """Purchases after the j-th day and up to the k-th: customer_id, purchases, value (currency)."""
        rows = self.frame
        return pd.DataFrame(
            {
                "customer_id": rows["customer_id"],
                "purchases": (rows[f"count_{k}"] - rows[f"count_{j}"]).astype("int64"),
                "value": rows[f"value_{k}"] - rows[f"value_{j}"],
            }
        )


def fetched(log: Log, days: Sequence[date]) -> Histories:
    """The table of `histories`, fetched, in the order of customer_id."""
    rows = histories(log, days).to_pandas()
    return Histories(tuple(days), rows.sort_values("customer_id", ignore_index=True))


def weekly(log: Log, day: date) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Purchases by week of the customers known on `day`, counted back from the last day of the log.

    Returns
    -------
    tuple of DataFrame
        One row per week, in order: ends_on (its last day), purchases (days with one, after the customer's start);
        and one row per day on which customers started: start, customers.
    """
    people = log.people.filter(
        log.people.start < ibis.literal(day), log.people.gone.isnull() | (log.people.gone > ibis.literal(day))
    )
    after = log.daily.inner_join(people, "customer_id")
    after = after.filter(after.day > after.start, after.day <= ibis.literal(log.until))
    ago = (ibis.literal(log.until).delta(after.day, unit="day") // WEEK).cast("int64")
    seen = after.group_by(ago=ago).aggregate(purchases=after.count()).to_pandas()
    started = people.group_by("start").aggregate(customers=people.count()).order_by("start").to_pandas()
    weeks = int(seen["ago"].max()) + 1 if len(seen) else 0
    counts = seen.set_index("ago")["purchases"].reindex(range(weeks), fill_value=0).to_numpy()
    ends = pd.Timestamp(log.until) - pd.to_timedelta(np.arange(weeks) * WEEK, unit="D")
    table = pd.DataFrame({"ends_on": ends, "purchases": counts})
    return table.iloc[::-1].reset_index(drop=True), started
