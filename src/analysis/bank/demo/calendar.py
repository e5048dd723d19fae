"""Days, months, holidays and hours of the simulated bank; days count from its first day."""

from datetime import date
from functools import cached_property

import holidays
import numpy as np

from analysis.bank.engines import BankError

DAY = 86_400

# Relative frequency of each hour of the day.
CLOCKS = {
    "shops": (2, 1, 0.6, 0.5, 0.7, 2, 8, 20, 30, 32, 38, 54, 76, 52, 40, 39, 43, 57, 78, 84, 72, 52, 28, 9),
    "late": (22, 11, 5, 3, 2, 2, 4, 10, 19, 25, 30, 45, 66, 52, 41, 40, 41, 45, 60, 70, 80, 86, 78, 48),
    "office": (0,) * 9 + (52, 80, 78, 44, 46, 72, 70, 48) + (0,) * 7,
    "batch": (30, 60, 80, 70, 50, 25, 10) + (0,) * 17,
    "payroll": (0,) * 8 + (20, 70, 80, 40, 10, 20, 40, 30, 10) + (0,) * 7,
    "contact": (3, 1, 0.6, 0.5, 0.6, 1, 5, 18, 44, 68, 70, 58, 50, 44, 50, 54, 52, 46, 42, 48, 50, 40, 22, 9),
}
WEEKDAY = np.array([0.93, 0.92, 0.93, 0.95, 1.05, 1.16, 1.06])  # purchases, Monday first


class Calendar:
    """The days of the simulation.

    Attributes
    ----------
    start : numpy.datetime64
    months, days : int
    first : array of int, length months + 1
        First day of each month, and the day after the last.
    month : array of int, length days
        Month of each day.
    """

    def __init__(self, start: date, months: int):
        if start.day != 1 or months < 1:
            raise BankError(
                f"start is {start}, months {months}; expected the first day of a month and at least 1"
            )
        self.months = months
        self.start = np.datetime64(start, "D")
        firsts = np.datetime64(start, "M") + np.arange(months + 1)
        self.first = (firsts.astype("datetime64[D]") - self.start).astype(np.int64)
        self.days = int(self.first[-1])
        self.month = np.repeat(np.arange(months), np.diff(self.first))
        self.dates = self.start + np.arange(self.days)

    @property
    def end(self) -> date:
        """Last day."""
        return self.dates[-1].item()

    def month_end(self, month: np.ndarray) -> np.ndarray:
        """Last day of each month given by number."""
        return self.first[np.asarray(month) + 1] - 1

    @cached_property
    def _china(self) -> holidays.HolidayBase:
        years = range(self.dates[0].item().year, self.end.year + 2)
        return holidays.country_holidays("CN", years=years)

    @cached_property
    def spring_festivals(self) -> list[int]:
        """Day of each Chinese New Year; may lie outside the simulation."""
        first: dict[int, date] = {}
        for day in sorted(self._china):
            if "Chinese New Year" in self._china[day]:
                first.setdefault(day.year, day)
        return [int((np.datetime64(day) - self.start).astype(int)) for day in first.values()]

    @cached_property
    def business(self) -> np.ndarray:
        """Whether each day is a working day; weekends worked in exchange for holidays are."""
        return np.array([self._china.is_working_day(day) for day in self.dates.tolist()])

    @cached_property
    def weekday(self) -> np.ndarray:
        """Weekday of each day, Monday is 0."""
        return (self.dates.astype(np.int64) + 3) % 7

    @cached_property
    def branches_open(self) -> np.ndarray:
        """Whether branches are open: working days and ordinary Saturdays."""
        holiday = np.array([day in self._china for day in self.dates.tolist()])
        return self.business | ((self.weekday == 5) & ~holiday)

    @cached_property
    def next_open(self) -> np.ndarray:
        """First day from each day on with open branches; `days` if there is none."""
        days = np.where(self.branches_open, np.arange(self.days), self.days)
        return np.minimum.accumulate(days[::-1])[::-1]

    @cached_property
    def business_before(self) -> np.ndarray:
        """Last working day up to each day; the day itself where the simulation has none earlier."""
        days = np.where(self.business, np.arange(self.days), -1)
        latest = np.maximum.accumulate(days)
        return np.where(latest < 0, np.arange(self.days), latest)

    def due(self, month: np.ndarray, day_of_month: np.ndarray) -> np.ndarray:
        """Day on which a payment due on `day_of_month` falls, at the latest the month's last."""
        return np.minimum(self.first[month] + day_of_month - 1, self.month_end(month))

    @cached_property
    def _weights(self) -> dict[str, np.ndarray]:
        day_of_year = [(d.month, d.day) for d in self.dates.tolist()]
        shopping = WEEKDAY[self.weekday]
        events = {(11, 11): 2.6, (6, 18): 1.7, (12, 12): 1.4}
        shopping = shopping * [events.get(d, 1.12 if d[0] == 11 and d[1] < 11 else 1.0) for d in day_of_year]
        shopping *= [1.25 if d[0] == 10 and d[1] <= 7 else 1.0 for d in day_of_year]
        transfers = np.where(self.business, 1.1, 0.75)
        days = np.arange(self.days)
        for festival in self.spring_festivals:
            before = (days >= festival - 15) & (days < festival - 1)
            during = (days >= festival - 1) & (days < festival + 7)
            shopping *= np.where(before, 1.45, np.where(during, 0.5, 1.0))
            transfers *= np.where((days >= festival - 2) & (days < festival + 3), 3.0, 1.0)
        counter = np.where(self.branches_open, np.where(self.weekday == 5, 0.45, 1.0), 0.0)
        return {"shopping": shopping, "transfers": transfers, "counter": counter, "even": np.ones(self.days)}

    @cached_property
    def _cumulative(self) -> dict[str, np.ndarray]:
        return {
            name: np.concatenate([[0.0], np.cumsum(w / max(w.mean(), 1e-12))])
            for name, w in self._weights.items()
        }

    def sample(self, rng, rhythm: str, since, until, daily_rate) -> tuple[np.ndarray, np.ndarray]:
        """Events of a Poisson process whose daily rate follows a rhythm.

        Parameters
        ----------
        rhythm : {"shopping", "transfers", "counter", "even"}
        since, until, daily_rate : arrays, one value per owner
            Days from `since` up to, not including, `until`; mean rate of a day.

        Returns
        -------
        (owner, day) : position of the owner and day of each event
        """
        cumulative = self._cumulative[rhythm]
        low = cumulative[np.clip(since, 0, self.days)]
        width = np.maximum(cumulative[np.clip(until, 0, self.days)] - low, 0.0)
        owner = np.repeat(np.arange(len(low)), rng.poisson(width * daily_rate))
        place = low[owner] + rng.random(len(owner)) * width[owner]
        day = np.searchsorted(cumulative, place, side="right") - 1
        return owner, np.minimum(day, self.days - 1)

    def clock(self, rng, name: str, size: int) -> np.ndarray:
        """Seconds after midnight that follow one of the `CLOCKS`."""
        hours = np.asarray(CLOCKS[name], dtype=float)
        hour = np.searchsorted(np.cumsum(hours) / hours.sum(), rng.random(size), side="right")
        return hour * 3_600 + rng.integers(0, 3_600, size)

    def date_of(self, day: np.ndarray) -> np.ndarray:
        """Days as dates."""
        return self.start + np.asarray(day).astype("timedelta64[D]")

    def moment_of(self, second: np.ndarray) -> np.ndarray:
        """Seconds from the start as moments."""
        return self.start.astype("datetime64[us]") + np.asarray(second).astype("timedelta64[s]")
