"""What the calendar does to the number of cases: fewer working days, and the time of the year."""

from dataclasses import dataclass
from datetime import date

import holidays
import numpy as np
import pandas as pd
from scipy.stats import f as f_distribution

from analysis.language import _, number, percent
from analysis.statistics.rates import rate_ratio

FEWEST_YEARS = 2
SIGNIFICANT = 0.01  # of four kinds each; a season that is none makes the limits worse
ROUNDS = 200


def calendar(since: date, until: date, country: str) -> pd.DataFrame:
    """Days of the period, one row each: day, working.

    A working day is one from Monday to Friday that is no public holiday of `country` (ISO code; where it is unknown,
    holidays count as working days; days worked in exchange for a holiday do not count as such).
    """
    days = pd.date_range(since, until, freq="D")
    working = days.day_of_week < 5
    if country in holidays.list_supported_countries():
        free = holidays.country_holidays(country, years=range(since.year, until.year + 1))
        working &= ~days.isin(pd.to_datetime([one for one in free if since <= one <= until]))
    return pd.DataFrame({"day": days, "working": working})


@dataclass(frozen=True)
class DayEffect:
    """Cases on a day off over those on a working day: ratio, with its interval; missing if there is no day of one."""

    ratio: float
    low: float
    high: float

    def weights(self, days: pd.DataFrame) -> pd.Series:
        """Each month's mean weight of its days, a working day 1: by month start."""
        # No case at all on days off is no weight of 0 for sure, but it is the best guess.
        off = self.ratio if np.isfinite(self.ratio) else 1.0
        month = days["day"].dt.to_period("M").dt.to_timestamp()
        return pd.Series(np.where(days["working"], 1.0, off)).groupby(month.to_numpy()).mean()


def day_effect(received: pd.Series, days: pd.DataFrame) -> DayEffect:
    """How many cases come on days off, against working days.

    Parameters
    ----------
    received : Series of timestamps
    days : DataFrame
        As `calendar` gives it.
    """
    counts = received.dt.normalize().value_counts().reindex(days["day"], fill_value=0).to_numpy()
    working = days["working"].to_numpy()
    ratio = rate_ratio(counts[~working].sum(), (~working).sum(), counts[working].sum(), working.sum())
    return DayEffect(*(float(value) for value in ratio))


@dataclass(frozen=True)
class Season:
    """Cases by month of the year, against the mean of the year.

    Attributes
    ----------
    ratio : Series
        By month (1 to 12), mean 1; missing if it cannot be told.
    p_value : float
        Of no season; missing if it cannot be told.
    years : int
        Whole years seen.
    """

    ratio: pd.Series
    p_value: float
    years: int

    @property
    def used(self) -> bool:
        """Whether the season is clear enough to correct for."""
        return bool(self.p_value < SIGNIFICANT)


def season(table: pd.DataFrame) -> Season:
    """Season of a monthly rate, beside the level of each year.

    Parameters
    ----------
    table : DataFrame
        One row per whole month: month, events, exposure.

    Notes
    -----
    A Poisson model of year × month of the year without interaction, fitted by proportional adjustment, against one of
    years alone; F test with the dispersion of the larger model (McCullagh & Nelder 1989, section 4.5), so that
    months that vary more than by chance make no season. The last whole years are used, two at least.
    """
    years = len(table) // 12
    unknown = pd.Series(np.nan, index=range(1, 13))
    if years < FEWEST_YEARS:
        return Season(unknown, np.nan, years)
    last = table.sort_values("month").tail(12 * years)
    place = last["month"].dt.month.to_numpy() - 1
    year = np.arange(len(last)) // 12
    x, n = last["events"].to_numpy(float), last["exposure"].to_numpy(float)
    level = (np.bincount(year, x) / np.bincount(year, n))[year]
    if not (level > 0).all():
        return Season(unknown, np.nan, years)
    ratio = np.ones(12)
    for _round in range(ROUNDS):
        ratio = np.bincount(place, x, 12) / np.bincount(place, level * n, 12)
        level = (np.bincount(year, x) / np.bincount(year, n * ratio[place]))[year]
    fitted, flat = level * ratio[place] * n, (np.bincount(year, x) / np.bincount(year, n))[year] * n
    freedom = len(x) - years - 11
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = np.where(fitted > 0, (x - fitted) ** 2 / fitted, 0).sum() / freedom
        gain = 2 * np.where(x > 0, x * np.log(fitted / flat), 0).sum()
    p_value = float(f_distribution.sf(gain / 11 / spread, 11, freedom)) if spread > 0 else np.nan
    return Season(pd.Series(ratio / ratio.mean(), index=range(1, 13)), p_value, years)


def season_sentence(label: str, found: Season) -> str:
    """Whether a season was seen and is corrected for."""
    if np.isnan(found.p_value):
        return _("{kind}: too few whole years before the months judged to tell a season ({years}).").format(
            kind=label, years=number(found.years)
        )
    if not found.used:
        return _("{kind}: no season that chance does not explain (p = {p}).").format(
            kind=label, p=number(found.p_value, 2)
        )
    most = int(found.ratio.idxmax())
    return _("{kind}: most in month {month}, {more} above the mean; limits follow the season.").format(
        kind=label, month=number(most), more=percent(found.ratio[most] - 1, 0)
    )
