"""Words that tell one group of texts from the others."""

import numpy as np
from scipy import sparse


def log_odds(counts: sparse.csr_array, group: np.ndarray, groups: int, prior: float = 0.01) -> np.ndarray:
    """How much oftener a word comes in a group than in the others, in standard errors.

    Parameters
    ----------
    counts : sparse array
        One row per text, one column per word.
    group : array of int
        Group of each text from 0; negative for none, which counts among the others.
    groups : int
        Number of groups.
    prior : float
        Weight of the prior, as part of all words counted.

    Returns
    -------
    array of float
        One row per group, one column per word: z-score of the log-odds ratio.

    Notes
    -----
    Monroe, Colaresi & Quinn (2008), Political Analysis 16, equations 15, 16 and 22, with an informative Dirichlet prior:
    the counts of all texts, scaled. Rare words do not come first, as they do with ratios; nor frequent ones, as with differences.
    """
    within = np.zeros((groups, counts.shape[1]))
    for g in range(groups):
        within[g] = np.asarray(counts[group == g].sum(axis=0)).ravel()
    everything = np.asarray(counts.sum(axis=0)).ravel()
    alpha = prior * everything + 1e-9
    others = everything - within
    inside = within + alpha
    outside = others + alpha
    odds = np.log(inside / (inside.sum(axis=1, keepdims=True) - inside + 1e-9))
    odds -= np.log(outside / (outside.sum(axis=1, keepdims=True) - outside + 1e-9))
    return odds / np.sqrt(1 / inside + 1 / outside)
