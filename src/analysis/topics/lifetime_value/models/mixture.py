"""Log-likelihoods of the form log Σ exp(term), with their first and second derivatives, added up over rows.

A customer's history is a mixture over what cannot be seen: still alive, or gone since some moment. With p the
probabilities of the terms given the history, the gradient is E[∂term] and the Hessian E[∂²term] + Cov[∂term]
(Louis, 1982, J. R. Statist. Soc. B 44, eq. 3.1-3.3).
"""

import numpy as np

Second = dict[tuple[int, int], np.ndarray]


def add_up(terms: np.ndarray, first: np.ndarray, second: Second, weights: np.ndarray):
    """Weighted sum over rows of log Σ exp(terms), its gradient and its Hessian.

    Parameters
    ----------
    terms : ndarray (terms, rows)
        −inf where a row has no such term.
    first : ndarray (parameters, terms, rows)
    second : dict
        Second derivatives by pair of parameters (i ≤ j), each (terms, rows); a missing pair is 0.
    weights : ndarray (rows,)
    """
    top = terms.max(axis=0)
    chance = np.exp(terms - top)
    whole = chance.sum(axis=0)
    value, chance = top + np.log(whole), chance / whole
    mean = np.einsum("kn,pkn->pn", chance, first)
    chance *= weights
    flat = first.reshape(len(first), -1)
    hessian = (flat * chance.ravel()) @ flat.T - (mean * weights) @ mean.T
    for (i, j), curvature in second.items():
        part = np.vdot(chance, np.broadcast_to(curvature, chance.shape))
        hessian[i, j] += part
        if i != j:
            hessian[j, i] += part
    return value @ weights, mean @ weights, hessian


def in_logs(params: np.ndarray, gradient: np.ndarray, hessian: np.ndarray):
    """Derivatives by the logarithms of the parameters, from those by the parameters."""
    slope = params * gradient
    return slope, np.outer(params, params) * hessian + np.diag(slope)
