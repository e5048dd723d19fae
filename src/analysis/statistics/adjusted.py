"""Mean outcome by level of an exposure that nobody randomised, adjusted for what was known before it.

Doubly robust: right if either the chance of each level or the outcome is modelled well enough, and, as both models are
used on other units than they were fitted on, with an interval that allows for them (Robins, Rotnitzky & Zhao 1994, JASA
89; Chernozhukov et al. 2018, Econometrics Journal 21). What neither model can repair is a cause of both that is not
among the covariates: `statistics.confounding` says how strong it would have to be.
"""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.stats import norm

from analysis.statistics import crossfit

TRIM = 0.02  # chance of a level below which a row has no counterpart there: its weight would be above 50
MOST_TRIMMED = 0.5  # share of rows without a counterpart beyond which nothing is estimated
FEWEST = 10  # rows, events and non-events of a level below which nothing is estimated

MEANS = ["level", "n", "units", "naive", "adjusted", "low", "high", "effective"]
CONTRASTS = [
    "level", "naive", "naive_low", "naive_high", "difference", "low", "high", "p_value", "ratio", "ratio_low",
    "ratio_high", "spread",
]  # fmt: skip
BALANCE = ["level", "covariate", "before", "after"]


@dataclass(frozen=True)
class Adjusted:
    """What was found.

    Attributes
    ----------
    means : DataFrame
        One row per level, the reference first: level, n (rows), units, naive (mean outcome), adjusted (mean outcome if
        all kept rows had the level), low, high, effective (rows that the level's weighted rows are worth).
    contrasts : DataFrame
        One row per level but the reference, to which it is held: level, naive, naive_low, naive_high (plain difference
        of means), difference, low, high, p_value (adjusted); ratio, ratio_low, ratio_high (of the adjusted means; blank
        unless the outcome is 0 or 1); spread (standard deviation of the outcome).
    balance : DataFrame
        One row per level but the reference and covariate: level, covariate, before, after (difference of means to the
        reference, raw and weighted, in standard deviations).
    trimmed : float
        Share of the rows without a counterpart in some level; the adjusted figures are about the others.
    binary : bool
        Whether the outcome is 0 or 1.
    reason : str
        Why nothing is adjusted: "", "few rows", "few events" or "no overlap". Adjusted figures are then missing.
    """

    means: pd.DataFrame
    contrasts: pd.DataFrame
    balance: pd.DataFrame
    trimmed: float
    binary: bool
    reason: str = ""


@dataclass(frozen=True)
class _Rows:
    """Aligned: covariates as `crossfit.design` gives them, level (its place in `levels`), outcome, unit (from 0)."""

    x: np.ndarray
    names: list[str]
    at: np.ndarray
    y: np.ndarray
    unit: np.ndarray
    levels: list

    @property
    def binary(self) -> bool:
        return bool(np.isin(self.y, (0, 1)).all())

    @property
    def member(self) -> np.ndarray:
        """Row by level: 1 where the row has the level."""
        return (self.at[:, None] == np.arange(len(self.levels))).astype(float)

    def only(self, rows: np.ndarray) -> "_Rows":
        return replace(self, x=self.x[rows], at=self.at[rows], y=self.y[rows], unit=self.unit[rows])

    def lack(self) -> str:
        """What the rows have too little of, or nothing."""
        inside = [self.y[self.at == k] for k in range(len(self.levels))]
        if min(map(len, inside)) < FEWEST:
            return "few rows"
        if self.binary and min(min(y.sum(), len(y) - y.sum()) for y in inside) < FEWEST:
            return "few events"
        return ""


def adjusted(
    covariates: pd.DataFrame, exposure, outcome, unit, reference, seed: int = 0, level: float = 0.95
) -> Adjusted:
    """Hold the levels of an exposure against one of them.

    Parameters
    ----------
    covariates : DataFrame
        One row per observation, known before the exposure: numbers, truth values or text, blanks allowed.
    exposure : array-like
        Level of each row; two or a few.
    outcome : array-like of float
        0 and 1 are taken as an event.
    unit : array-like
        Rows of a unit are not independent, and never parted between fitting and use.
    reference : object
        Level that the others are held against.

    Raises
    ------
    ValueError
        If lengths differ, something is missing, or fewer than two levels or not the reference occur.

    Notes
    -----
    With e(a, x) the chance of level a and m(a, x) the mean outcome there, both from other folds, the mean at level a is
    that of m(a, x) + 1{A = a} (y − m(a, x)) / e(a, x); its deviations, summed by unit, give the variance.
    """
    rows = _rows(covariates, exposure, outcome, unit, reference)
    trimmed, reason, kept, weights, scores = 0.0, rows.lack(), rows, None, None
    if not reason:
        fold = crossfit.folds(rows.unit, seed)
        chance = crossfit.chances(rows.x, rows.at, fold)
        inside = (chance >= TRIM).all(axis=1)
        trimmed, kept = float(1 - inside.mean()), rows.only(inside)
        reason = "no overlap" if trimmed > MOST_TRIMMED or kept.lack() else ""
    if not reason:
        expected = crossfit.expected(kept.x, kept.at, kept.y, fold[inside], kept.binary)
        weights = kept.member / chance[inside]
        scores = expected + weights * (kept.y[:, None] - expected)
    means, contrasts = _means(rows, scores, weights, kept, level), _contrasts(rows, scores, kept, level)
    balance = _balance(kept, weights) if weights is not None else pd.DataFrame(columns=BALANCE)
    return Adjusted(means, contrasts, balance, trimmed, rows.binary, reason)


def _rows(covariates: pd.DataFrame, exposure, outcome, unit, reference) -> _Rows:
    a, y, unit = np.asarray(exposure), np.asarray(outcome, dtype=float), np.asarray(unit)
    if not len(covariates) == len(a) == len(y) == len(unit):
        raise ValueError(
            f"covariates has {len(covariates)} rows, exposure {len(a)}, outcome {len(y)} and unit {len(unit)};"
            " expected as many of each"
        )
    for name, values in (("exposure", a), ("outcome", y), ("unit", unit)):
        if pd.isna(values).any():
            raise ValueError(f"{name} is missing in {int(pd.isna(values).sum())} rows; leave these rows out")
    others = sorted(set(a.tolist()) - {reference}, key=str)
    if not others or not (a == reference).any():
        raise ValueError(
            f"exposure has the levels {sorted(set(a.tolist()), key=str)}; expected {reference!r} and another"
        )
    levels = [reference, *others]
    x = crossfit.design(covariates)
    place = {value: k for k, value in enumerate(levels)}
    at = np.array([place[value] for value in a.tolist()])
    return _Rows(x.to_numpy(), list(x.columns), at, y, pd.factorize(unit)[0], levels)


def _clustered(deviations: np.ndarray, unit: np.ndarray) -> np.ndarray:
    """Standard error of a mean from its rows' deviations (columns: several means), summed by unit."""
    sums = pd.DataFrame(deviations).groupby(unit).sum().to_numpy()
    return np.sqrt((sums**2).sum(axis=0) * len(sums) / max(len(sums) - 1, 1)) / len(deviations)


def _means(rows: _Rows, scores, weights, kept: _Rows, level: float) -> pd.DataFrame:
    table = pd.DataFrame({"level": rows.levels}).reindex(columns=MEANS)
    for k in range(len(rows.levels)):
        inside = rows.at == k
        table.loc[k, ["n", "units"]] = inside.sum(), len(np.unique(rows.unit[inside]))
        table.loc[k, "naive"] = rows.y[inside].mean()
    if scores is not None:
        mean, half = (
            scores.mean(axis=0),
            norm.ppf((1 + level) / 2) * _clustered(scores - scores.mean(axis=0), kept.unit),
        )
        table["adjusted"], table["low"], table["high"] = mean, mean - half, mean + half
        table["effective"] = weights.sum(axis=0) ** 2 / (weights**2).sum(axis=0)
    return table.astype(dict.fromkeys(MEANS[1:], "float64"))


def _contrasts(rows: _Rows, scores, kept: _Rows, level: float) -> pd.DataFrame:
    z = norm.ppf((1 + level) / 2)
    share = rows.member / rows.member.mean(axis=0)
    plain = (share * rows.y[:, None]).mean(axis=0)
    deviation = share * (rows.y[:, None] - plain)
    table = pd.DataFrame({"level": rows.levels[1:]}).reindex(columns=CONTRASTS)
    table["naive"] = plain[1:] - plain[0]
    half = z * _clustered(deviation[:, 1:] - deviation[:, :1], rows.unit)
    table["naive_low"], table["naive_high"] = table["naive"] - half, table["naive"] + half
    table["spread"] = rows.y.std()
    if scores is not None:
        mean = scores.mean(axis=0)
        away = scores - mean
        error = _clustered(away[:, 1:] - away[:, :1], kept.unit)
        table["difference"] = mean[1:] - mean[0]
        table["low"], table["high"] = table["difference"] - z * error, table["difference"] + z * error
        with np.errstate(divide="ignore", invalid="ignore"):
            table["p_value"] = 2 * norm.sf(np.abs(table["difference"] / error))
        if rows.binary and (mean > 0).all():
            half = z * _clustered(away[:, 1:] / mean[1:] - away[:, :1] / mean[0], kept.unit)
            ratio = mean[1:] / mean[0]
            table["ratio"], table["ratio_low"], table["ratio_high"] = (
                ratio,
                ratio / np.exp(half),
                ratio * np.exp(half),
            )
    return table.astype(dict.fromkeys(CONTRASTS[1:], "float64"))


def _balance(rows: _Rows, weights: np.ndarray) -> pd.DataFrame:
    spread = rows.x.std(axis=0)
    z = rows.x / np.where(spread > 0, spread, 1.0)
    before = rows.member.T @ z / rows.member.sum(axis=0)[:, None]
    after = weights.T @ z / weights.sum(axis=0)[:, None]
    parts = [
        pd.DataFrame(
            {
                "level": at,
                "covariate": rows.names,
                "before": before[k] - before[0],
                "after": after[k] - after[0],
            }
        )
        for k, at in enumerate(rows.levels)
        if k
    ]
    return pd.concat(parts, ignore_index=True)[BALANCE]
