"""Ways to tell the label of a text: the commonest label, keywords, logistic regression."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import log_softmax, softmax
from sklearn.feature_selection import chi2
from sklearn.linear_model import LogisticRegression

from analysis.statistics.calibration import Calibrator
from analysis.statistics.text.features import Counts, Weighting

AS_IT_IS = Calibrator(0.0, 1.0)
_KEYWORDS, _ROUNDS = 10, 300


@dataclass(frozen=True)
class Majority:
    """The commonest label, whatever the text."""

    label: str

    @classmethod
    def learn(cls, labels: np.ndarray) -> "Majority":
        """The commonest of `labels`; the first by name of several."""
        names, n = np.unique(labels.astype(str), return_counts=True)
        return cls(names[n.argmax()])

    def labels(self, counts: Counts) -> np.ndarray:
        """Label of each text."""
        return np.full(counts.words.shape[0], self.label, dtype=object)


@dataclass(frozen=True)
class Keywords:
    """The label of which a text has the most keywords; the commonest label without any.

    Attributes
    ----------
    columns : dict of str to array of int
        Columns of the counts that are keywords of each label.
    otherwise : str
        Label of a text without any.
    """

    columns: dict[str, np.ndarray]
    otherwise: str

    @classmethod
    def learn(cls, counts: Counts, labels: np.ndarray) -> "Keywords":
        """The ten words of each label that tell it best from the others.

        Notes
        -----
        By χ² of the word's occurrence and the label, among words that are commoner with it (Yang & Pedersen 1997, ICML).
        """
        there = (counts.words > 0).astype(float)
        found = {}
        for name in np.unique(labels.astype(str)):
            mine = labels == name
            if mine.all():
                continue
            told = np.nan_to_num(chi2(there, mine)[0])
            commoner = (
                np.asarray(there[mine].mean(axis=0)).ravel() > np.asarray(there[~mine].mean(axis=0)).ravel()
            )
            found[name] = np.argsort(-told * commoner, kind="stable")[:_KEYWORDS]
        return cls(found, Majority.learn(labels).label)

    @classmethod
    def given(
        cls, words: Mapping[str, Sequence[str]], vocabulary: np.ndarray, labels: np.ndarray
    ) -> "Keywords":
        """Keywords named by the caller; those that no text has are of no use."""
        place = {word: k for k, word in enumerate(vocabulary)}
        columns = {
            name: np.array([place[w.lower()] for w in named if w.lower() in place], dtype=int)
            for name, named in words.items()
        }
        return cls(columns, Majority.learn(labels).label)

    def labels(self, counts: Counts) -> np.ndarray:
        """Label of each text."""
        names = np.array(list(self.columns), dtype=object)
        hits = np.column_stack(
            [np.asarray((counts.words[:, k] > 0).sum(axis=1)).ravel() for k in self.columns.values()]
        )
        return np.where(hits.max(axis=1) > 0, names[hits.argmax(axis=1)], self.otherwise)


@dataclass(frozen=True)
class Settings:
    """How the logistic regression is learnt and decides.

    Attributes
    ----------
    strength : float
        Inverse of the penalty.
    lift : float
        How far a label's own commonness is taken out of the decision: 0 decides for the likeliest label, 1 for the one whose
        odds rose most.
    mended : callable
        Turns the probability of the label told into how often such labels are right.
    """

    strength: float = 10.0
    lift: float = 1.0
    mended: Calibrator = AS_IT_IS


class Logistic:
    """Logistic regression on TF-IDF of words and letters.

    Parameters
    ----------
    counts, labels : Counts, array of str
        Of the texts to learn on.
    settings : Settings
    letters, balanced : bool
        Whether letters count beside words; whether rare labels weigh as much as common ones.

    Notes
    -----
    The decision argmax log p(label | text) − lift · log p(label) is the logit adjustment of Menon et al. (2021), ICLR: with
    lift 1 it is best for the mean recall of the labels. Probabilities stay those of the labels as common as they are.
    """

    def __init__(self, counts: Counts, labels: np.ndarray, settings: Settings, letters=True, balanced=False):
        self.settings = settings
        self._weights = Weighting(counts, letters)
        self._model = LogisticRegression(
            C=settings.strength, class_weight="balanced" if balanced else None, max_iter=_ROUNDS, tol=1e-3
        ).fit(self._weights(counts), labels)
        self.names = self._model.classes_
        shares = pd.Series(labels).value_counts(normalize=True).reindex(self.names)
        self._log_shares = np.log(shares.to_numpy())

    def log_odds(self, counts: Counts) -> np.ndarray:
        """Score of each label for each text; softmax makes them probabilities."""
        scores = self._model.decision_function(self._weights(counts))
        # With two labels scikit-learn gives the log-odds of the second.
        return np.column_stack([np.zeros_like(scores), scores]) if scores.ndim == 1 else scores

    def told(self, scores: np.ndarray, settings: Settings | None = None) -> pd.DataFrame:
        """Label and its probability from scores, as the settings decide: one row per text."""
        settings = settings or self.settings
        lifted = log_softmax(scores, axis=1) - settings.lift * self._log_shares
        best = lifted.argmax(axis=1)
        p = softmax(scores, axis=1)[np.arange(len(best)), best]
        return pd.DataFrame({"label": self.names[best], "probability": settings.mended(p)})
