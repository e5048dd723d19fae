"""Has a share changed? The interval of the difference of two shares."""

import numpy as np

from analysis.statistics.intervals import wilson


def share_difference(k_before, n_before, k_after, n_after, level: float = 0.95):
    """Difference of two independent shares, after minus before, with Newcombe's interval.

    Parameters
    ----------
    k_before, n_before, k_after, n_after : float or array-like
        Counts of hits and of trials.
    level : float
        Coverage.

    Returns
    -------
    tuple
        Difference, lower and upper bound; missing where a count of trials is 0.

    Notes
    -----
    Newcombe (1998), Statistics in Medicine 17, method 10: built from Wilson's intervals of both shares. If
    the samples overlap, as the customers of two days do, the true interval is narrower.
    """
    k1, n1, k2, n2 = (np.asarray(value, dtype=float) for value in (k_before, n_before, k_after, n_after))
    before = k1 / np.where(n1 > 0, n1, np.nan)
    after = k2 / np.where(n2 > 0, n2, np.nan)
    low1, high1 = wilson(k1, n1, level)
    low2, high2 = wilson(k2, n2, level)
    change = after - before
    low = change - np.sqrt((after - low2) ** 2 + (high1 - before) ** 2)
    high = change + np.sqrt((high2 - after) ** 2 + (before - low1) ** 2)
    return change[()], low[()], high[()]
