"""Which of many labels are new or growing: looked at period after period, with false alarms kept rare over all looks."""

import numpy as np
import pandas as pd
from scipy.special import betainc, betaincinv, betaln, gammaln

from analysis.statistics.multiplicity import benjamini_hochberg, benjamini_yekutieli

RECENT = (1, 3)  # periods at the end that are held against what came before: a jump, and a slow rise
HISTORY, LEAST_HISTORY = 24, 6  # periods before those
LEAST_CASES = 3  # of a label over all the periods compared; how they fall before and after is then open
BORROWED = 36  # periods' worth of the other labels' dispersion that each label's own is drawn towards: two years tell little
SEASONAL = 0.05
LEVEL = 0.95
COLUMNS = [
    "label", "periods", "count", "earlier", "expected", "ratio", "low", "high", "dispersion", "p_value", "p_adjusted",
    "new", "seasonal", "alarm", "naive",
]  # fmt: skip


def look(
    counts: pd.DataFrame,
    exposure: pd.Series,
    *,
    false_share: float = 0.1,
    looks_a_year: int = 12,
    year: int = 12,
    least_ratio: float = 1.0,
    dependent: bool = False,
) -> pd.DataFrame:
    """What is new or growing at the end of the last period, by what was known then.

    Parameters
    ----------
    counts : DataFrame
        One row per period in order, one column per label: cases.
    exposure : Series
        One value per row of `counts`: what the cases are held against. All cases of the period adjust for season and
        volume that the labels share; customer-days do not.
    false_share : float
        Share of false alarms among those of a year's looks, on average at most.
    looks_a_year : int
        How often a year the labels are looked at.
    year : int
        Periods of a year.
    least_ratio : float
        A label grows if its rate is more than so many times its earlier one.
    dependent : bool
        Whether a case can count for several labels, as for words.

    Returns
    -------
    DataFrame
        One row per label with a case in the periods compared: label, periods (of the window of `RECENT` with the
        smaller p-value), count (cases in it), earlier (cases before it), expected (in it, at the earlier rate),
        ratio (count / expected), low, high (95 %), dispersion (variance over that of Poisson), p_value, p_adjusted (at
        most `false_share` for an alarm), new (no case ever before the window), seasonal (no more than in the same
        periods of earlier years), alarm, naive (last count above mean + 2 sd of the periods before). Sorted by p_value.
        p-values are missing for labels with fewer than 3 cases.

    Raises
    ------
    ValueError
        If there are fewer than 7 periods, or exposure is negative, nothing at all, or not of the same periods.

    Notes
    -----
    Given all its cases, those of a label in the window are binomial with the window's part of the exposure, whatever its
    rate (Przyborowski & Wilenski 1940, Biometrika 31); if negative-binomial with a variance of dispersion × mean, they
    are beta-binomial (Johnson, Kemp & Kotz 2005, Univariate Discrete Distributions, section 6.2.2). The smaller p-value
    of the windows is doubled. Against all cases the count is hypergeometric, for which the binomial tail is an upper
    bound (Hoeffding 1963, theorem 4).

    Each look has a false discovery rate of `false_share` / `looks_a_year` (Benjamini-Hochberg; Benjamini-Yekutieli if
    dependent). The false share of a year is at most the sum of those of its looks, however windows overlap:
    V / R <= sum of V_t / R_t. One budget for ever (LORD++) finds less, and later: docs/complaints_emerging.md.
    """
    y, e = _checked(counts, exposure)
    windows = [w for w in RECENT if len(y) - w >= LEAST_HISTORY]
    start = max(len(y) - HISTORY - max(windows), 0)
    seen = y[start:].sum(axis=0) > 0
    y, names = y[:, seen], counts.columns[seen]
    tests = [_window(y, e, w, start, year, least_ratio, len(windows)) for w in windows]
    stacked = {key: np.stack([test[key] for test in tests]) for key in tests[0]}
    best = stacked["p_value"].argmin(axis=0)
    table = pd.DataFrame({key: values[best, np.arange(len(names))] for key, values in stacked.items()})
    enough = y[start:].sum(axis=0) >= LEAST_CASES
    p = np.where(enough, np.minimum(table["p_value"] * len(windows), 1.0), np.nan)
    # A season turned away can only raise a p-value, which keeps the rate.
    adjust = benjamini_yekutieli if dependent else benjamini_hochberg
    adjusted = np.minimum(adjust(np.where(table["seasonal"] & enough, 1.0, p)) * looks_a_year, 1.0)
    before = y[start:-1]
    table = table.assign(
        label=names.to_numpy(),
        p_value=p,
        p_adjusted=adjusted,
        alarm=adjusted <= false_share,
        naive=y[-1] > before.mean(axis=0) + 2 * before.std(axis=0, ddof=1),
    )
    return table[COLUMNS].sort_values(["p_value", "label"]).reset_index(drop=True)


def monitor(counts: pd.DataFrame, exposure: pd.Series, looks: int = 12, **how) -> pd.DataFrame:
    """The looks at the end of each of the last periods, each by what was known then.

    Parameters
    ----------
    counts, exposure
        As for `look`.
    looks : int
        Periods, the latest, that are looked at; those with fewer than 6 periods before them are left out.
    **how
        As for `look`.

    Returns
    -------
    DataFrame
        The rows of `look` with period (of `counts`) in front, in order of time.
    """
    first = max(len(counts) - looks, LEAST_HISTORY) + 1
    tables = [
        look(counts.iloc[:at], exposure.iloc[:at], **how).assign(period=counts.index[at - 1])
        for at in range(min(first, len(counts)), len(counts) + 1)
    ]
    table = pd.concat(tables, ignore_index=True)
    return table[["period", *table.columns.drop("period")]]


def first_alarms(monitored: pd.DataFrame, by: str = "alarm") -> pd.Series:
    """Period of the first alarm of each label that had one.

    Parameters
    ----------
    monitored : DataFrame
        As `monitor` gives it.
    by : {"alarm", "naive"}
    """
    return monitored[monitored[by]].groupby("label", sort=False)["period"].min()


def _checked(counts: pd.DataFrame, exposure: pd.Series) -> tuple[np.ndarray, np.ndarray]:
    y, e = counts.to_numpy(dtype=float), np.asarray(exposure, dtype=float)
    if len(y) < LEAST_HISTORY + min(RECENT):
        words = "counts has {n} periods; expected at least {least}: nothing can be new without a past"
        raise ValueError(words.format(n=len(y), least=LEAST_HISTORY + min(RECENT)))
    if e.shape != (len(y),) or not (e >= 0).all() or not e.any():
        words = "exposure has {n} values, {bad} of them above 0; expected one of 0 or more for each of {periods} periods"
        raise ValueError(words.format(n=e.size, bad=int((e > 0).sum()), periods=len(y)))
    return y, e


def _window(
    y: np.ndarray, e: np.ndarray, w: int, start: int, year: int, least_ratio: float, windows: int
) -> dict:
    """The last `w` periods against those from `start` on before them, label by label."""
    recent, past = slice(len(y) - w, None), slice(start, len(y) - w)
    count, earlier = y[recent].sum(axis=0), y[past].sum(axis=0)
    share = e[recent].sum() / (e[recent].sum() + e[past].sum())
    phi = _dispersion(y[past], e[past])
    low, high = _interval(count / phi, earlier / phi, 1 - (1 - LEVEL) / windows)
    with np.errstate(divide="ignore", invalid="ignore"):
        odds = (1 - share) / share
        expected = earlier / odds
        ratio = np.where(expected > 0, count / expected, np.where(count > 0, np.inf, np.nan))
        low, high = low / (1 - low) * odds, np.where(high < 1, high / (1 - high) * odds, np.inf)
    same = _same_season(len(y), w, start, year)
    return {
        "periods": np.full(len(count), w), "count": count, "earlier": earlier, "expected": expected, "ratio": ratio,
        "low": low, "high": high, "dispersion": phi,
        "p_value": _tail(count, earlier, share, phi, least_ratio),
        "new": (count > 0) & (y[: len(y) - w].sum(axis=0) == 0),
        "seasonal": _seasonal(y, e, recent, same, phi),
    }  # fmt: skip


def _tail(
    count: np.ndarray, earlier: np.ndarray, share: float, phi: np.ndarray, least_ratio: float = 1.0
) -> np.ndarray:
    """P(X >= count) given all the cases: X is beta-binomial, and binomial without overdispersion."""
    share = least_ratio * share / (least_ratio * share + 1 - share)
    tail = np.where(count > 0, betainc(np.maximum(count, 1), earlier + 1, share), 1.0)
    for k in np.flatnonzero((phi > 1 + 1e-6) & (count > 0)):
        n = count[k] + earlier[k]
        size = n / (phi[k] - 1)
        tail[k] = _beta_binomial_tail(count[k], n, share * size, (1 - share) * size)
    return tail


def _beta_binomial_tail(count: float, n: float, a: float, b: float) -> float:
    x = np.arange(count, n + 1)
    choose = gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1)
    return float(min(np.exp(choose + betaln(x + a, n - x + b) - betaln(a, b)).sum(), 1.0))


def _interval(count: np.ndarray, earlier: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
    """Interval of the window's part of the cases (Clopper & Pearson 1934, Biometrika 26)."""
    tail = (1 - level) / 2
    low = np.where(count > 0, betaincinv(np.maximum(count, 1e-9), earlier + 1, tail), 0.0)
    return low, np.where(earlier > 0, betaincinv(count + 1, np.maximum(earlier, 1e-9), 1 - tail), 1.0)


def _dispersion(y: np.ndarray, e: np.ndarray) -> np.ndarray:
    """Variance over that of Poisson of each label, at least 1.

    Pearson's statistic of the label over its degrees of freedom, drawn towards what the coefficient of variation of the
    rates of the frequent labels (their median) makes of its mean.
    """
    mean, free = np.outer(e / max(e.sum(), 1e-9), y.sum(axis=0)), max((e > 0).sum() - 1, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        squares = np.where(mean > 0, (y - mean) ** 2 / mean, 0.0).sum(axis=0)
    usual, frequent = mean.mean(axis=0), mean.mean(axis=0) >= 1
    varies = np.median((squares[frequent] / free - 1) / usual[frequent]) if frequent.any() else 0.0
    expected = 1 + max(float(varies), 0.0) * usual
    return np.maximum((squares + BORROWED * expected) / (free + BORROWED), 1.0)


def _same_season(periods: int, w: int, start: int, year: int) -> np.ndarray:
    """Positions of the window's periods in earlier years; none if no earlier year is whole."""
    back = np.arange(year, periods, year)
    whole = back[periods - w - back >= start]
    return (np.arange(periods - w, periods)[None, :] - whole[:, None]).ravel()


def _seasonal(y: np.ndarray, e: np.ndarray, recent: slice, same: np.ndarray, phi: np.ndarray) -> np.ndarray:
    if not len(same):
        return np.zeros(y.shape[1], dtype=bool)
    share = e[recent].sum() / (e[recent].sum() + e[same].sum())
    return _tail(y[recent].sum(axis=0), y[same].sum(axis=0), share, phi) > SEASONAL
