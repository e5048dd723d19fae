"""Was the randomisation sound? Sizes of the arms as planned, and arms alike before they were treated."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import binomtest, chi2, rankdata

NOTABLE = 0.1  # standardised difference from which on a feature is worth a look (Austin 2009)


class Balance(NamedTuple):
    """How alike two arms are.

    Attributes
    ----------
    features : DataFrame
        One row per feature, largest difference first: feature, difference (of the means of the ranks, in standard
        deviations, treated minus control).
    statistic, df, p_value : float
        Test of "the arms differ by chance alone" over all features at once.
    """

    features: pd.DataFrame
    statistic: float
    df: int
    p_value: float


def size_mismatch(n_treated: int, n_control: int, planned: float) -> float:
    """p-value of "the arms have the planned sizes" (sample ratio mismatch; exact binomial test).

    Parameters
    ----------
    planned : float
        Share that was to be treated, between 0 and 1.

    Raises
    ------
    ValueError
        If `planned` is not between 0 and 1.

    Notes
    -----
    Fabijan et al. (2019), KDD: a mismatch says that units were lost on the way to one of the arms, which no
    analysis repairs.
    """
    if not 0 < planned < 1:
        raise ValueError(f"planned is {planned!r}; expected the share that was to be treated, such as 0.5")
    return float(binomtest(int(n_treated), int(n_treated + n_control), planned).pvalue)


def balance(features: pd.DataFrame, treated) -> Balance:
    """Compare the arms by what was known before the treatment.

    Parameters
    ----------
    features : DataFrame
        One row per unit; numbers, blanks allowed (a blank ranks in the middle, and being blank is compared as well).
    treated : array-like of bool

    Notes
    -----
    The statistic is the squared distance of the arms' means in the metric of the covariance over random allocations,
    chi-squared with as many degrees of freedom as there are independent columns (Hansen & Bowers 2008, Statistical
    Science 23, equation 8). Ranks keep single large customers from deciding it.
    """
    t = np.asarray(treated, dtype=bool)
    columns = {}
    for name in features:
        values = features[name].to_numpy(dtype=float, na_value=np.nan)
        known = ~np.isnan(values)
        ranks = np.zeros(len(values))
        ranks[known] = rankdata(values[known])
        ranks[known] -= ranks[known].mean() if known.any() else 0
        columns[name] = ranks
        if 0 < known.sum() < len(known):
            columns[f"{name} (blank)"] = (~known).astype(float)
    x = pd.DataFrame(columns)
    x = x.loc[:, x.std() > 0]
    z = ((x - x.mean()) / x.std()).to_numpy()
    apart = z[t].mean(axis=0) - z[~t].mean(axis=0)
    covariance = np.cov(z, rowvar=False).reshape(z.shape[1], z.shape[1]) * (1 / t.sum() + 1 / (~t).sum())
    inverse = np.linalg.pinv(covariance, rtol=1e-8, hermitian=True)
    df = int(np.linalg.matrix_rank(covariance, rtol=1e-8, hermitian=True))
    statistic = float(apart @ inverse @ apart)
    table = pd.DataFrame({"feature": x.columns, "difference": apart})
    table = table.sort_values("difference", key=np.abs, ascending=False, ignore_index=True)
    return Balance(table, statistic, df, float(chi2.sf(statistic, df)) if df else np.nan)
