"""Rates of events per exposure compared fairly: expected counts, ratios, limits of a funnel."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.stats import beta, chi2, norm, poisson

ROUNDS = 100  # of proportional fitting
WINSOR = 0.1  # share of units at either end whose scores are pulled in before the spread is measured


def dispersion(events, expected) -> tuple[float, float]:
    """Do counts vary more than Poisson counts of these means?

    Parameters
    ----------
    events, expected : array-like of float
        One per unit; the expected ones sum to the events. Units that expect nothing do not count.

    Returns
    -------
    tuple of float
        Pearson's chi-square per degree of freedom (1 is Poisson), and its p-value; missing below two units.
    """
    x, e = np.asarray(events, dtype=float), np.asarray(expected, dtype=float)
    x, e = x[e > 0], e[e > 0]
    if len(e) < 2:
        return np.nan, np.nan
    statistic = ((x - e) ** 2 / e).sum()
    return float(statistic / (len(e) - 1)), float(chi2.sf(statistic, len(e) - 1))


def rate_ratio(events, exposure, other_events, other_exposure, *, spread: float = 1.0, level: float = 0.95):
    """One rate over another, with an interval.

    Parameters
    ----------
    events, exposure, other_events, other_exposure : float or array-like
    spread : float
        Standard deviation of the counts over that of Poisson counts.

    Returns
    -------
    tuple
        Ratio, lower and upper bound; missing where an exposure is 0, infinite where the other has no event.

    Notes
    -----
    Given the sum of two Poisson counts, one of them is binomial, so that Clopper and Pearson's interval of its share
    gives that of the ratio (Przyborowski & Wilenski 1940, Biometrika 31): exact for spread 1, else of counts that tell
    as much, count / spread² (quasi-likelihood).
    """
    a, m, b, n = (np.asarray(v, dtype=float) for v in (events, exposure, other_events, other_exposure))
    scale = np.where((m > 0) & (n > 0), n / np.where(m > 0, m, 1), np.nan)
    one, two, tail = a / spread**2, b / spread**2, (1 - level) / 2
    low = np.where(a > 0, beta.ppf(tail, np.where(a > 0, one, 1), two + 1), 0.0)
    high = np.where(b > 0, beta.ppf(1 - tail, one + 1, np.where(b > 0, two, 1)), 1.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(b > 0, a / b, np.where(a > 0, np.inf, np.nan)) * scale
        return ratio[()], (scale * low / (1 - low))[()], (scale * high / (1 - high))[()]


def expected_events(
    table: pd.DataFrame, unit: str, strata: Sequence[str], events: str, exposure: str
) -> pd.DataFrame:
    """Events each unit would have had at everybody's rates, given its mix (indirect standardisation).

    Parameters
    ----------
    table : DataFrame
        Rows that sum to counts by unit and strata; a blank stratum is a stratum of its own.
    unit, events, exposure : str
        Columns.
    strata : sequence of str
        Columns whose mix the units shall not be held accountable for; none: the crude rate.

    Returns
    -------
    DataFrame
        One row per unit: unit, events, exposure, expected. Expected sums to the events.

    Notes
    -----
    The rates of the strata are those of a multiplicative model of unit × stratum (Mantel & Stark 1968, Biometrics 24;
    Breslow & Day 1975, Journal of Chronic Diseases 28): rates of everybody together would take a bad unit for the nature
    of the customers it has most of, and excuse it. Ratios are comparable as far as a unit's effect is the same in
    every stratum.
    """
    keys = [unit, *strata]
    cells = table.groupby(keys, dropna=False, observed=True)[[events, exposure]].sum().reset_index()
    lost = cells.loc[~(cells[exposure] > 0) & (cells[events] > 0), events].sum()
    if lost:
        raise ValueError(
            f"{lost:g} events lie where {exposure} is 0 (by {', '.join(keys)}); every event needs the exposure"
            " of its own cell"
        )
    codes = [pd.factorize(cells[unit], use_na_sentinel=False)[0]]
    codes.append(
        cells.groupby(list(strata), dropna=False, observed=True).ngroup().to_numpy()
        if strata
        else codes[0] * 0
    )
    x, n = cells[events].to_numpy(float), cells[exposure].to_numpy(float)
    expected = _stratum_rates(x, n, *codes)[codes[1]] * n
    cells["expected"] = expected * x.sum() / expected.sum() if x.sum() else 0.0
    return (
        cells.groupby(unit, dropna=False, observed=True)[[events, exposure, "expected"]].sum().reset_index()
    )


def _stratum_rates(x: np.ndarray, n: np.ndarray, unit: np.ndarray, stratum: np.ndarray) -> np.ndarray:
    """Rates of the strata in a unit like all others, by proportional fitting of unit × stratum."""
    factor = np.ones(unit.max() + 1)
    counts, totals = np.bincount(stratum, x), np.bincount(unit, x)
    for _round in range(ROUNDS):
        base = np.bincount(stratum, factor[unit] * n)
        rate = np.divide(counts, base, out=np.zeros(len(base)), where=base > 0)
        own = np.bincount(unit, rate[stratum] * n)
        factor = np.divide(totals, own, out=np.ones(len(own)), where=own > 0)
    return rate


def between_units(events, expected) -> tuple[float, float]:
    """How far units differ beyond chance, on the scale of square roots of events over expected.

    Returns
    -------
    tuple of float
        Variance between the units (0 if chance explains all), and the mean square of the winsorised scores (1 by chance).

    Notes
    -----
    Scores 2 (√events − √expected), the outer tenths pulled in so that the few units to be found do not widen the
    limits that shall find them; variance of a random-effects model by moments if their mean square is above
    I / (I − 1) (Spiegelhalter 2005, Statistics in Medicine 24, section 5 and appendix A.3; Spiegelhalter et al. 2012,
    JRSS A 175, for the square roots).
    """
    x, e = np.asarray(events, dtype=float), np.asarray(expected, dtype=float)
    x, e = x[e > 0], e[e > 0]
    if len(e) < 3:
        return 0.0, np.nan
    z = 2 * (np.sqrt(x) - np.sqrt(e))
    z = np.clip(z, *np.quantile(z, [WINSOR, 1 - WINSOR]))
    size, weight, square = len(e), 4 * e, float((z**2).mean())
    if square < size / (size - 1):
        return 0.0, square
    spread = (size * square - (size - 1)) / (weight.sum() - (weight**2).sum() / weight.sum())
    return float(max(spread, 0.0)), square


def funnel_limits(expected, chance: float, between: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Limits of events over expected that a unit like all others stays within.

    Parameters
    ----------
    expected : array-like of float
    chance : float
        Of falling outside on either side together: 0.05 or 0.002.
    between : float
        Variance between units as `between_units` gives it; 0 for Poisson counts.

    Returns
    -------
    tuple of ndarray
        Lower and upper limit.

    Notes
    -----
    Spiegelhalter (2005), appendix A.1: Poisson quantiles, interpolated between counts. With variance between the
    units the limits are those of a normal distribution on the scale of square roots, where these are wider.
    """
    e, bounds = np.asarray(expected, dtype=float), []
    for p in (chance / 2, 1 - chance / 2):
        count = poisson.ppf(p, e)
        above = (poisson.cdf(count, e) - p) / poisson.pmf(count, e)
        bounds.append(np.maximum(count - above, 0) / e)
    if not between > 0:
        return bounds[0], bounds[1]
    half = norm.isf(chance / 2) * np.sqrt(1 / (4 * e) + between)
    return np.minimum(bounds[0], np.maximum(1 - half, 0) ** 2), np.maximum(bounds[1], (1 + half) ** 2)
