"""Which texts a person should read because the label is not sure enough."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.statistics.intervals import wilson

TARGET = 0.9  # accuracy wanted of labels that nobody looks at
_LEVEL = (
    0.8  # of the interval whose lower end has to reach the target: one time in ten it is missed by chance
)
_FEWEST = 20  # labels on which a threshold is based at least


@dataclass(frozen=True)
class Rule:
    """A text whose label is less sure than the threshold goes to a person.

    Attributes
    ----------
    target : float
        Accuracy wanted of the rest.
    threshold : float
        Probability of the label from which on nobody looks; infinite if no threshold reaches the target.
    share_alone, accuracy_alone : float
        Share of texts at or above the threshold and accuracy among them, where it was chosen.
    """

    target: float
    threshold: float
    share_alone: float
    accuracy_alone: float

    def kept(self, right: np.ndarray, probability: np.ndarray) -> dict[str, float]:
        """The rule on later texts.

        Parameters
        ----------
        right : array of bool
            Whether the label told is the one given.
        probability : array of float
            Of the label told.

        Returns
        -------
        dict
            n, alone (texts at or above the threshold), to_person (share of the others), to_person_low, to_person_high,
            accuracy (of those alone), accuracy_low, accuracy_high (95 %, Wilson), kept (the target lies not above them).
        """
        alone = probability >= self.threshold
        n, sure, hits = len(alone), int(alone.sum()), int(np.sum(right[alone]))
        away, within = wilson(n - sure, n), wilson(hits, sure)
        return {
            "n": n,
            "alone": sure,
            "to_person": 1 - sure / n,
            "to_person_low": float(away[0]),
            "to_person_high": float(away[1]),
            "accuracy": hits / sure if sure else np.nan,
            "accuracy_low": float(within[0]),
            "accuracy_high": float(within[1]),
            "kept": bool(sure and within[1] >= self.target),
        }


def rule(right: np.ndarray, probability: np.ndarray, target: float = TARGET) -> Rule:
    """The lowest threshold above which labels are as accurate as wanted, beyond chance.

    Parameters
    ----------
    right, probability : array
        As for `Rule.kept`, of texts that the model was not learnt on.

    Notes
    -----
    Selective classification with a guaranteed risk (Geifman & El-Yaniv 2017, NeurIPS), with Wilson's lower bound in place
    of the binomial one, at one threshold only.
    """
    order = np.argsort(-probability, kind="stable")
    sure, hits = probability[order], np.cumsum(right[order])
    n = np.arange(1, len(sure) + 1)
    # Equal probabilities stand on the same side.
    last = np.r_[sure[1:] != sure[:-1], True]
    enough = last & (n >= _FEWEST) & (wilson(hits, n, _LEVEL)[0] >= target)
    if not enough.any():
        return Rule(target, np.inf, 0.0, np.nan)
    at = int(np.flatnonzero(enough)[-1])
    return Rule(target, float(sure[at]), (at + 1) / len(sure), float(hits[at] / n[at]))


def coverage_curve(right: np.ndarray, probability: np.ndarray, points: int = 20) -> pd.DataFrame:
    """Accuracy of the surest texts, the more of them the lower.

    Returns
    -------
    DataFrame
        One row per point: coverage (share of texts labelled alone), threshold, n, accuracy, low, high (95 %, Wilson).
    """
    order = np.argsort(-probability, kind="stable")
    n = np.unique(np.linspace(1, len(order), points + 1).astype(int)[1:])
    hits = np.cumsum(right[order])[n - 1]
    low, high = wilson(hits, n)
    threshold = probability[order][n - 1]
    columns = {"coverage": n / len(order), "threshold": threshold, "n": n, "accuracy": hits / n}
    return pd.DataFrame(columns | {"low": low, "high": high})
