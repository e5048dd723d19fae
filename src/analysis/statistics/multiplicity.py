"""Many tests at once: the chance of a single false alarm among all of them is kept."""

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
