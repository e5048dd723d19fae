"""Means and covariances of respondents' scores, with missing scores and weights, and of many bootstrap samples at once.

Path models, factors and relative importance need no more than these, so that a bootstrap of 500 samples is one matrix
product and not 500 passes over the respondents.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.language import _, listed, number

_ROWS = 5_000  # respondents whose products are held at a time
_DRAWS = 100  # bootstrap samples whose counts are held at a time


@dataclass(frozen=True)
class Moments:
    """First and second moments of one or many samples.

    Attributes
    ----------
    mean : array of float, (samples, columns)
    covariance : array of float, (samples, columns, columns)
        Divided by the weight, not by one less.
    """

    mean: np.ndarray
    covariance: np.ndarray

    def part(self, columns) -> "Moments":
        """Moments of some of the columns, by position."""
        columns = np.asarray(columns)
        return Moments(self.mean[:, columns], self.covariance[:, columns[:, None], columns])

    @property
    def deviation(self) -> np.ndarray:
        """Standard deviations, (samples, columns)."""
        return np.sqrt(np.diagonal(self.covariance, axis1=1, axis2=2))

    @property
    def correlation(self) -> np.ndarray:
        """Correlations, (samples, columns, columns)."""
        return correlations(self.covariance)


def correlations(covariance: np.ndarray) -> np.ndarray:
    """Correlation matrices of covariance matrices, (…, columns, columns)."""
    deviation = np.sqrt(np.diagonal(covariance, axis1=-2, axis2=-1))
    return covariance / (deviation[..., :, None] * deviation[..., None, :])


def checked(scores: pd.DataFrame) -> pd.DataFrame:
    """Scores as numbers, after it is seen that they can be analysed.

    Parameters
    ----------
    scores : DataFrame
        One row per respondent, one column per item; blanks are missing scores.

    Raises
    ------
    ValueError
        If a column is not a number, empty or constant, if two are never answered by the same respondents, or if there are
        not more respondents than columns.
    """
    for name in scores.columns:
        if not pd.api.types.is_numeric_dtype(scores[name]):
            raise ValueError(
                f"item {name} is {scores[name].dtype}; expected numbers, blank where not answered"
            )
    values = scores.astype(float)
    answered = values.notna().any(axis=1)
    if answered.sum() <= values.shape[1]:
        raise ValueError(
            _(
                "{n} respondents for {items} items; expected more respondents than items: add waves or leave items out"
            ).format(n=number(answered.sum()), items=number(values.shape[1]))
        )
    spread = values.max() - values.min()
    empty, constant = list(values.columns[spread.isna()]), list(values.columns[spread == 0])
    if empty:
        raise ValueError(
            _("no respondent answered item {names}; leave it out").format(names=listed(map(str, empty)))
        )
    if constant:
        raise ValueError(
            _(
                "item {names} has the same score from every respondent and explains nothing; leave it out"
            ).format(names=listed(map(str, constant)))
        )
    seen = values.notna().to_numpy(float)
    apart = np.argwhere(seen.T @ seen < 3)
    if len(apart):
        first, second = (values.columns[place] for place in apart[0])
        raise ValueError(
            _(
                "items {first} and {second} have fewer than 3 respondents in common; their correlation is unknown, leave one"
                " out"
            ).format(first=first, second=second)
        )
    return values


def moments(scores: pd.DataFrame, weights=None) -> Moments:
    """Moments of one sample.

    Parameters
    ----------
    scores : DataFrame
        One row per respondent, numbers in columns, blanks allowed.
    weights : array-like of float, optional
        One per respondent, such as raked survey weights; their scale does not matter.

    Notes
    -----
    Each covariance is that of the respondents who answered both items (pairwise deletion). Replacing by the mean, as
    plspm does, shrinks every correlation by the share of blanks; leaving respondents out (listwise) loses half of them at
    2.5 % of blanks in each of 27 items. A matrix of pairs can have negative eigenvalues; these are raised to zero and a bit
    (Rebonato & Jäckel 1999).
    """
    return _moments(scores.to_numpy(float), _weights(weights, len(scores))[None, :])


def resampled(scores: pd.DataFrame, weights=None, units=None, draws: int = 500, seed: int = 0) -> Moments:
    """Moments of bootstrap samples: respondents drawn with replacement.

    Parameters
    ----------
    scores, weights
        As in `moments`.
    units : array-like, optional
        Who the respondent is; somebody who answered in several waves is drawn with all answers. None may be missing.
    draws : int
        Number of samples.

    Notes
    -----
    Efron (1979). Columns that a sample happens to leave constant make its moments missing.
    """
    values, base = scores.to_numpy(float), _weights(weights, len(scores))
    parts = [_moments(values, counts * base) for counts in drawn(len(values), units, draws, seed)]
    return Moments(
        np.concatenate([part.mean for part in parts]), np.concatenate([part.covariance for part in parts])
    )


def drawn(rows: int, units, draws: int, seed: int) -> Iterator[np.ndarray]:
    """How often each row is in each bootstrap sample of `resampled`: (samples, rows), up to 100 samples at a time."""
    unit = np.arange(rows) if units is None else pd.factorize(np.asarray(units))[0]
    if len(unit) != rows or (unit < 0).any():
        raise ValueError(
            f"units: {len(unit)} for {rows} respondents, {(unit < 0).sum()} of them missing; expected one each, such as the"
            " customer_id"
        )
    several = unit.max() + 1
    rng = np.random.default_rng(seed)
    for start in range(0, draws, _DRAWS):
        size = min(_DRAWS, draws - start)
        yield rng.multinomial(several, np.full(several, 1 / several), size=size)[:, unit].astype(float)


def _weights(weights, rows: int) -> np.ndarray:
    if weights is None:
        return np.ones(rows)
    found = np.asarray(weights, dtype=float)
    if found.shape != (rows,) or not np.isfinite(found).all() or (found < 0).any() or not found.sum() > 0:
        raise ValueError(
            f"weights of shape {found.shape} for {rows} respondents; expected one per respondent, none missing or negative"
        )
    return found / found.mean()


def _moments(values: np.ndarray, counts: np.ndarray) -> Moments:
    centre = np.nan_to_num(np.nanmean(values, axis=0))
    seen = ~np.isnan(values)
    filled = np.where(seen, values - centre, 0.0)
    upper = np.triu_indices(values.shape[1])
    whole = seen.all()
    total = counts.sum(axis=1)
    columns = values.shape[1]
    n, square = np.zeros((2, len(counts), len(upper[0])))
    linear = np.zeros((len(counts), columns, columns))
    for start in range(0, len(values), _ROWS):
        rows = slice(start, start + _ROWS)
        x, o, c = filled[rows], seen[rows].astype(float), counts[:, rows]
        square += c @ (x[:, upper[0]] * x[:, upper[1]])
        if whole:
            linear += (c @ x)[:, :, None]
        else:
            n += c @ (o[:, upper[0]] * o[:, upper[1]])
            linear += (c @ (x[:, :, None] * o[:, None, :]).reshape(len(x), -1)).reshape(linear.shape)
    n = np.broadcast_to(total[:, None], n.shape) if whole else n
    with np.errstate(invalid="ignore", divide="ignore"):
        pairs = square / n - linear[:, upper[0], upper[1]] * linear[:, upper[1], upper[0]] / n**2
        own = np.flatnonzero(upper[0] == upper[1])
        mean = centre + np.diagonal(linear, axis1=1, axis2=2) / n[:, own]
    covariance = np.empty_like(linear)
    covariance[:, upper[0], upper[1]] = covariance[:, upper[1], upper[0]] = pairs
    # Rounding leaves something of the variance of a column that a sample has made constant.
    return Moments(mean, _definite(covariance, 1e-9 * np.nanvar(values, axis=0)))


def _definite(covariance: np.ndarray, least: np.ndarray) -> np.ndarray:
    """Covariances made positive definite where they are not; missing where a variance is not above `least`."""
    variance = np.diagonal(covariance, axis1=1, axis2=2)
    usable = np.isfinite(covariance).all(axis=(1, 2)) & (np.nan_to_num(variance) > least).all(axis=1)
    out = np.full_like(covariance, np.nan)
    out[usable] = covariance[usable]
    correlation, deviation = correlations(covariance[usable]), np.sqrt(variance[usable])
    values, vectors = np.linalg.eigh(correlation)
    off = values[:, 0] < 1e-8
    raised = (vectors[off] * np.maximum(values[off], 1e-6)[:, None, :]) @ vectors[off].transpose(0, 2, 1)
    scale = deviation[off]
    out[np.flatnonzero(usable)[off]] = correlations(raised) * scale[:, :, None] * scale[:, None, :]
    return out


def percentiles(drawn: np.ndarray, level: float = 0.95) -> tuple[np.ndarray, np.ndarray]:
    """Percentile interval over the first axis, the bootstrap samples; missing if more than a tenth of them is."""
    absent = np.isnan(drawn).mean(axis=0) > 0.1
    low, high = np.nanquantile(np.where(absent, 0.0, drawn), [(1 - level) / 2, (1 + level) / 2], axis=0)
    return np.where(absent, np.nan, low), np.where(absent, np.nan, high)
