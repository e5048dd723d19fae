"""Tables of features with a known truth: one crowd without groups, or planted groups."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import multivariate_t, norm

SIZES = {
    3: [0.4, 0.35, 0.25],
    4: [0.4, 0.3, 0.2, 0.1],
    5: [0.4, 0.25, 0.18, 0.12, 0.05],
    6: [0.4, 0.2, 0.15, 0.1, 0.1, 0.05],
    7: [0.35, 0.2, 0.15, 0.1, 0.08, 0.07, 0.05],
}
ONE_CROWD = (
    "normal",
    "normal, correlated",
    "lognormal",
    "lognormal, correlated",
    "uniform",
    "uniform, correlated",
    "exponential",
    "t with 3 degrees of freedom",
    "bank-like",
)


def one_crowd(kind: str, rows: int, seed: int, width: int = 8) -> pd.DataFrame:
    """Features without groups; "bank-like" has amounts, counts, a share, age, a flow and a flag, tied."""
    random = np.random.default_rng(seed)
    free = random.normal(size=(rows, width))
    tied = free @ _tie(width, random).T
    make = {
        "normal": lambda: free,
        "normal, correlated": lambda: tied,
        "lognormal": lambda: 1_000 * np.exp(1.2 * free),
        "lognormal, correlated": lambda: 1_000 * np.exp(1.2 * tied),
        "uniform": lambda: norm.cdf(free),
        "uniform, correlated": lambda: norm.cdf(tied),
        "exponential": lambda: random.exponential(size=(rows, width)),
        "t with 3 degrees of freedom": lambda: tied / np.sqrt(random.chisquare(3, size=(rows, 1)) / 3),
        "bank-like": lambda: _bank_like(tied, random),
    }
    return _frame(make[kind]())


class Planted(NamedTuple):
    """Rows, the group that each was drawn from, and the group that the planted densities make likeliest."""

    frame: pd.DataFrame
    truth: np.ndarray
    oracle: np.ndarray


def planted(
    k: int, rows: int, seed: int, shape: str = "normal", apart: float = 4.5, width: int = 6, noise: int = 3
) -> Planted:
    """k groups of 5 % to 40 %, each with correlations of its own, and `noise` columns without any.

    `shape` is "normal", "lognormal" (amounts, all groups skewed) or "t5" (heavy tails). `apart` is the
    Mahalanobis distance of the two nearest centres in their mean covariance: at 4.5 the best rule errs on
    about 1 % of two equal groups. That best rule (Bayes) is `oracle`: no method can be expected to do better.
    """
    random = np.random.default_rng(seed)
    labels = random.choice(k, size=rows, p=SIZES[k])
    ties = np.array([_tie(width, random) for _ in range(k)])
    centres = random.normal(size=(k, width))
    centres *= apart / _nearest(centres, ties)
    free = random.normal(size=(rows, width))
    if shape == "t5":
        free /= np.sqrt(random.chisquare(5, size=(rows, 1)) / 5)
    values = centres[labels] + np.einsum("rij,rj->ri", ties[labels], free)
    oracle = _likeliest(values, centres, ties, 5 if shape == "t5" else np.inf)
    if shape == "lognormal":
        values = 500 * np.exp(0.6 * values)
    frame = _frame(np.column_stack([values, random.normal(size=(rows, noise))]))
    return Planted(frame, labels, oracle)


def _likeliest(values: np.ndarray, centres: np.ndarray, ties: np.ndarray, freedom: float) -> np.ndarray:
    """Bayes' rule with the densities that the rows were drawn from."""
    scores = []
    for share, centre, tie in zip(SIZES[len(centres)], centres, ties, strict=True):
        density = multivariate_t(centre, tie @ tie.T, df=freedom)
        scores.append(np.log(share) + density.logpdf(values))
    return np.argmax(scores, axis=0)


def _tie(width: int, random: np.random.Generator) -> np.ndarray:
    """Root of a random correlation matrix with two common causes."""
    causes = 0.7 * random.normal(size=(width, 2))
    covariance = causes @ causes.T + 0.5 * np.eye(width)
    scale = np.sqrt(np.diag(covariance))
    return np.linalg.cholesky(covariance / np.outer(scale, scale))


def _nearest(centres: np.ndarray, ties: np.ndarray) -> float:
    covariances = ties @ ties.transpose(0, 2, 1)
    distances = []
    for i in range(len(centres)):
        for j in range(i):
            away = centres[i] - centres[j]
            distances.append(away @ np.linalg.solve((covariances[i] + covariances[j]) / 2, away))
    return float(np.sqrt(min(distances)))


def _bank_like(tied: np.ndarray, random: np.random.Generator) -> np.ndarray:
    return np.column_stack(
        [
            np.exp(9 + 1.5 * tied[:, 0]),  # balance
            np.exp(7 + 1.2 * tied[:, 1]),  # inflow
            random.poisson(np.exp(1 + 0.6 * tied[:, 2])),  # logins
            norm.cdf(tied[:, 3]) ** 2,  # card share
            18 + 60 * norm.cdf(tied[:, 4]),  # age
            1 + random.poisson(np.exp(0.3 * tied[:, 5])),  # products
            2_000 * tied[:, 6] * np.exp(0.5 * random.normal(size=len(tied))),  # net flow, both signs
            tied[:, 7] > 0.3,  # digital: yes or no
        ]
    )


def _frame(values: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(values, columns=[f"f{place}" for place in range(values.shape[1])])
