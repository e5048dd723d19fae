"""Is every table still being filled? Last rows, silences, months without rows, days without bookings."""

from datetime import date, timedelta

import holidays
import numpy as np
import pandas as pd

from analysis.bank.schema import tables
from analysis.bank.source import View
from analysis.language import _, day, listed, ngettext, number
from analysis.topics.data_quality.tallies import month_of, readable

# Tables that need not grow: nothing is wrong if no product was launched this year.
MASTER = ("products", "partners", "staff", "campaigns", "experiments")
GAPS = 500  # a table's rhythm is that of its last so many days with rows
# So many gaps must be known before a silence longer than all of them counts; with fewer, one twice as long.
ENOUGH, FEW = 20, 5
SPAN = 6  # months from the first to the last row from which a month without rows is told
THIN = 0.5  # a month with less than this part of its neighbours' median
FEWEST = 20  # rows a month must have for a thin one to be told


def rows_by_day(view: View) -> pd.DataFrame:
    """Rows of every dated table by the day on which they became known.

    Returns
    -------
    DataFrame
        One row per table and day with rows: table, day (datetime64), n. One query per table.
    """
    parts = [
        pd.DataFrame({"table": pd.Series(dtype="str"), "day": pd.Series(dtype="datetime64[s]"), "n": []})
    ]
    for name, table in readable(view)[0].items():
        if tables()[name].known_at:
            known = table[tables()[name].known_at].cast("date")
            found = table.group_by(day=known).aggregate(n=table.count()).order_by("day").to_pandas()
            parts.append(found.assign(table=name, day=pd.to_datetime(found["day"]).astype("datetime64[s]")))
    return pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)[["table", "day", "n"]]


def freshness(days: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """How old each table's last row is, against its own rhythm.

    Parameters
    ----------
    days : DataFrame
        As `rows_by_day` gives it.
    as_of : datetime.date

    Returns
    -------
    DataFrame
        One row per table: table, n, first, last, days_old, longest (the longest silence before, in days),
        state: "stopped" if it is silent longer than ever before, "master" if it need not grow, "unknown" if
        too few days with rows are known, else "filled". If the gaps between rows keep coming from one
        distribution, a table of g gaps is wrongly found stopped with probability 1 / (g + 1).
    """
    rows = [_table(name, group, as_of) for name, group in days.groupby("table", sort=False)]
    columns = ["table", "n", "first", "last", "days_old", "longest", "state"]
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values(["days_old", "table"], ascending=[False, True], ignore_index=True)


def _table(name: str, days: pd.DataFrame, as_of: date) -> tuple:
    gaps = days["day"].sort_values().diff().dt.days.dropna().tail(GAPS)
    first, last = days["day"].min().date(), days["day"].max().date()
    old = (as_of - last).days
    longest = gaps.max() if len(gaps) else np.nan
    limit = longest if len(gaps) >= ENOUGH else 2 * longest
    if name in MASTER:
        state = "master"
    elif len(gaps) < FEW:
        state = "unknown"
    else:
        state = "stopped" if old > limit else "filled"
    return name, int(days["n"].sum()), first, last, old, longest, state


def booked_before(fresh: pd.DataFrame, moment: date) -> int:
    """Days from the first booking until `moment`; 0 if there are none. `fresh` is as `freshness` gives it."""
    first = fresh.loc[fresh["table"] == "transactions", "first"]
    return max((moment - first.iloc[0]).days, 0) if len(first) else 0


def rows_by_month(days: pd.DataFrame, as_of: date, months: int = 24) -> pd.DataFrame:
    """Rows of each table in the last whole months, and whether a month is empty or thin.

    Returns
    -------
    DataFrame
        One row per table and month from its first row on: table, month (as "2024-12"), n, state:
        "empty" (no rows, though most months between the first and the last row have some), "thin" (less than
        half of the median of the three months before and after) or "". Master tables are left out.
    """
    end = month_of(as_of) if (as_of + timedelta(days=1)).day == 1 else month_of(as_of) - 1
    parts = [pd.DataFrame({"table": [], "month": [], "n": [], "state": []}, dtype="str")]
    for name, group in days[~days["table"].isin(MASTER)].groupby("table", sort=False):
        month = group["day"].dt.year * 12 + group["day"].dt.month - 1
        span = range(int(month.min()), end + 1)
        counts = group.groupby(month)["n"].sum().reindex(span, fill_value=0).astype("int64")
        names = [f"{month // 12}-{month % 12 + 1:02d}" for month in span]
        facts = {"month": names, "n": counts.to_numpy(), "state": _gaps(counts)}
        parts.append(pd.DataFrame(facts).assign(table=name).tail(months))
    found = [part for part in parts if len(part)] or parts
    return pd.concat(found, ignore_index=True)[["table", "month", "n", "state"]]


def _gaps(counts: pd.Series) -> np.ndarray:
    """State of each month of a table."""
    until_last = counts.loc[: counts[counts > 0].index.max()]
    regular = len(until_last) >= SPAN and until_last.median() > 0
    usual = pd.concat({k: counts.shift(k) for k in (-3, -2, -1, 1, 2, 3)}, axis=1).median(axis=1)
    # A table that begins grows: its first months are thin beside the next.
    begun = np.arange(len(counts)) >= 3
    thin = begun & (usual >= FEWEST) & (counts < THIN * usual)
    return np.select([(counts == 0) & regular, thin & (counts > 0)], ["empty", "thin"], "")


def silent_days(days: pd.DataFrame, as_of: date, country: str) -> list[date] | None:
    """Working days of the last 365 without a booking; weekends and public holidays of `country` are none.

    Returns
    -------
    list of date or None
        None if there are no bookings, or the calendar of the country is unknown.
    """
    booked = days.loc[days["table"] == "transactions", "day"]
    if booked.empty or country not in holidays.list_supported_countries():
        return None
    start = max(as_of - timedelta(days=364), booked.min().date())
    free = holidays.country_holidays(country, years=range(start.year, as_of.year + 1))
    known = set(booked.dt.date)
    span = (start + timedelta(days=k) for k in range((as_of - start).days + 1))
    return [one for one in span if one.weekday() < 5 and one not in free and one not in known]


def states() -> dict[str, str]:
    """Names of the states in the language in use."""
    return {
        "stopped": _("silent longer than ever"),
        "master": _("need not grow"),
        "unknown": _("too few days to tell"),
        "filled": _("is being filled"),
    }


def stopped_words(fresh: pd.DataFrame) -> str:
    """Which tables have stopped being filled, in a sentence."""
    stopped = fresh[fresh["state"] == "stopped"]
    if stopped.empty:
        return _("No table is silent longer than ever before.")
    tables_ = listed(f"{row.table} ({day(row.last)})" for row in stopped.itertuples())
    said = ngettext(
        "A table is silent longer than ever before, its last row being of {tables}.",
        "Tables that are silent longer than ever before, with the day of their last row: {tables}.",
        len(stopped),
    )
    return said.format(tables=tables_)


def silent_words(silent: list[date] | None) -> str:
    """Working days without a booking, in a sentence."""
    if silent is None:
        return _(
            "Whether a day without bookings was a holiday is unknown: the bank's country is not on record."
        )
    if not silent:
        return _("No working day of the last year, or since the first booking, is without bookings.")
    said = ngettext(
        "{n} working day of the last year, or since the first booking, is without bookings, the last one {day}.",
        "{n} working days of the last year, or since the first booking, are without bookings, the last one {day}.",
        len(silent),
    )
    return said.format(n=number(len(silent)), day=day(silent[-1]))
