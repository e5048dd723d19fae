"""Has a distribution moved between two samples, by how much, and more than chance explains?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import stats


@dataclass(frozen=True)
class Drift:
    """Population stability index of one feature.

    Attributes
    ----------
    psi : float
        The index; 0 for equal distributions.
    noise : float
        Its 95 % quantile if nothing had moved: what chance alone gives.
    p_value : float
        Chance of an index at least as large if nothing had moved.
    shares : DataFrame
        One row per bin: bin, reference, current (shares of all values, the blank ones in a bin of their own).
    """

    psi: float
    noise: float
    p_value: float
    shares: pd.DataFrame


def psi(reference: pd.Series, current: pd.Series, bins: int = 10) -> Drift:
    """Drift between two *independent* samples, such as different customers.

    If both come from one distribution, the index times ``n m / (n + m)`` is chi-squared with one degree of
    freedom less than there are bins (Yurdakul and Naranjo 2020, Journal of Risk Model Validation 14(4)), so
    that its threshold depends on the samples' sizes and not on the 0.1 and 0.25 of folklore.

    Parameters
    ----------
    reference, current : Series
        Numbers, or categories (text, truth values); blanks are a category of their own.
    bins : int
        Numbers are cut at the quantiles of both samples together; ties may leave fewer bins.
    """
    left, right, labels = _binned(reference, current, bins)
    counts = np.array([np.bincount(codes, minlength=len(labels)) for codes in (left, right)])
    value = _index(counts)
    scale = 1 / len(left) + 1 / len(right)
    freedom = max(np.count_nonzero(counts.sum(axis=0)) - 1, 1)
    null = stats.chi2(freedom, scale=scale)
    return Drift(float(value), float(null.ppf(0.95)), float(null.sf(value)), _shares(labels, counts))


def paired_psi(
    before: pd.Series, after: pd.Series, bins: int = 10, draws: int = 2_000, seed: int = 0
) -> Drift:
    """Drift of *the same* units between two dates, such as the customers of both days.

    A customer's two values resemble each other, so the null of independent samples would be far too wide.
    If nothing moved, each unit's two values may be exchanged: of the units that went between bins i and j,
    half went each way. That null is drawn from the table of moves alone (the exchange behind the test of
    Stuart 1955 and Maxwell 1970), so it costs the same for a thousand and for a million units.

    Parameters
    ----------
    before, after : Series
        Aligned: row i of both is the same unit.
    draws : int
        Random exchanges; the smallest p-value is ``1 / (draws + 1)``.
    """
    if len(before) != len(after):
        raise ValueError(
            f"before has {len(before)} rows and after {len(after)}; expected the same units in the same order"
        )
    left, right, labels = _binned(before, after, bins)
    size = len(labels)
    moves = np.bincount(left * size + right, minlength=size * size).reshape(size, size)
    counts = np.array([moves.sum(axis=1), moves.sum(axis=0)])
    value = float(_index(counts))
    upper, lower = np.triu_indices(size, 1)
    both = moves[upper, lower] + moves[lower, upper]
    forth = np.random.default_rng(seed).binomial(both, 0.5, size=(draws, len(both)))
    exchanged = np.broadcast_to(np.diag(np.diag(moves)), (draws, size, size)).copy()
    exchanged[:, upper, lower] = forth
    exchanged[:, lower, upper] = both - forth
    null = _index(np.stack([exchanged.sum(axis=2), exchanged.sum(axis=1)], axis=1))
    # Ties count, whatever their rounding, so that the p-value is never too small.
    p_value = (1 + np.count_nonzero(null >= value - 1e-12)) / (draws + 1)
    return Drift(value, float(np.quantile(null, 0.95)), float(p_value), _shares(labels, counts))


def drift_table(
    reference: pd.DataFrame, current: pd.DataFrame, *, paired: bool, bins: int = 10, seed: int = 0
) -> pd.DataFrame:
    """Drift of every column that both frames have.

    Parameters
    ----------
    reference, current : DataFrame
        One row per unit, features in columns. With `paired` the index names the unit; units in one frame
        alone are left out.

    Returns
    -------
    DataFrame
        One row per feature, most drifted first: feature, psi, noise (its 95 % quantile by chance), p_value,
        q_value (Benjamini and Hochberg 1995 over all features: the share of false alarms among the features
        at or above it), drifted (q_value < 0.05).
    """
    shared = [name for name in reference.columns if name in current.columns]
    if paired:
        units = reference.index.intersection(current.index)
        reference, current = reference.loc[units], current.loc[units]
        results = [paired_psi(reference[name], current[name], bins, seed=seed) for name in shared]
    else:
        results = [psi(reference[name], current[name], bins) for name in shared]
    table = pd.DataFrame(
        {
            "feature": shared,
            "psi": [r.psi for r in results],
            "noise": [r.noise for r in results],
            "p_value": [r.p_value for r in results],
        }
    )
    table["q_value"] = stats.false_discovery_control(table["p_value"]) if shared else []
    table["drifted"] = table["q_value"] < 0.05
    return table.sort_values("psi", ascending=False, ignore_index=True)


def _binned(left: pd.Series, right: pd.Series, bins: int) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Codes and names of the bins, cut on both series together, so that neither is special."""
    if not len(left) or not len(right):
        raise ValueError(f"samples have {len(left)} and {len(right)} rows; expected one at least in each")
    both = pd.concat([left, right], ignore_index=True)
    if pd.api.types.is_numeric_dtype(both) and not pd.api.types.is_bool_dtype(both):
        cells = pd.qcut(both.astype("float64"), bins, duplicates="drop")
    else:
        cells = both.astype("category")
    codes, names = cells.cat.codes.to_numpy(), [str(name) for name in cells.cat.categories]
    codes = np.where(codes < 0, len(names), codes).astype(np.int64)
    return codes[: len(left)], codes[len(left) :], [*names, "blank"]


def _index(counts: np.ndarray) -> np.ndarray:
    """PSI of pairs of counts, shape (..., 2, bins); if a bin of either is empty, all get half a unit."""
    counts = counts[..., counts.sum(axis=-2).reshape(-1, counts.shape[-1]).any(axis=0)].astype("float64")
    counts = counts + 0.5 * (counts == 0).any(axis=(-2, -1), keepdims=True)
    shares = counts / counts.sum(axis=-1, keepdims=True)
    first, second = shares[..., 0, :], shares[..., 1, :]
    return ((second - first) * np.log(second / first)).sum(axis=-1)


def _shares(labels: list[str], counts: np.ndarray) -> pd.DataFrame:
    shares = counts / counts.sum(axis=1, keepdims=True)
    return pd.DataFrame({"bin": labels, "reference": shares[0], "current": shares[1]})
