"""Many tests at once: the chance of a false alarm among them is kept, or the share of false ones among the alarms."""

import numpy as np


def holm(p_values) -> np.ndarray:
    """p-values adjusted for their number; missing ones do not count and stay missing.

    Holm (1979), Scandinavian Journal of Statistics 6: never less sharp than Bonferroni, whatever the tests' dependence.
    """
    p = np.asarray(p_values, dtype=float)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    out = np.full(len(p), np.nan)
    out[order] = np.minimum(np.maximum.accumulate(p[order] * np.arange(len(order), 0, -1)), 1.0)
    return out


def benjamini_hochberg(p_values) -> np.ndarray:
    """p-values adjusted so that of those at or below q a share of q at most is false on average; missing ones stay so.

    Benjamini & Hochberg (1995), Journal of the Royal Statistical Society B 57: for tests that are independent or depend
    positively on each other (Benjamini & Yekutieli 2001, theorem 1.2).
    """
    p = np.asarray(p_values, dtype=float)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(-p[known], kind="stable")]
    size = len(order)
    out = np.full(len(p), np.nan)
    out[order] = np.minimum(np.minimum.accumulate(p[order] * size / np.arange(size, 0, -1)), 1.0)
    return out


def benjamini_yekutieli(p_values) -> np.ndarray:
    """As `benjamini_hochberg`, whatever the tests' dependence, at the price of a factor of about ln(tests) + 0.58.

    Benjamini & Yekutieli (2001), Annals of Statistics 29, theorem 1.3.
    """
    p = np.asarray(p_values, dtype=float)
    penalty = (1 / np.arange(1, (~np.isnan(p)).sum() + 1)).sum()
    return np.minimum(benjamini_hochberg(p) * penalty, 1.0)
