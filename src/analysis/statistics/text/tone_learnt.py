"""Tone learnt from scores that came with the texts, beside the lexicon, on later texts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.statistics import classification as binary
from analysis.statistics.text import tokens
from analysis.statistics.text.classifiers import Logistic, Settings
from analysis.statistics.text.features import Vocabulary
from analysis.statistics.text.labelled import labelled, learnable
from analysis.statistics.text.tone import sentiment

_SETTINGS = Settings(1.0, balanced=True)
LEXICON, LEARNT = "lexicon", "learnt"


@dataclass(frozen=True)
class LearntSentiment:
    """A tone learnt from scores.

    Attributes
    ----------
    measures : DataFrame
        Index "lexicon", "learnt" and "difference" (learnt less lexicon): value, low, high of the area under the ROC curve on
        the later texts (95 %, units drawn again): how often a content customer's text has the better tone.
    tested : int
        Number of later texts.
    """

    measures: pd.DataFrame
    tested: int
    _vocabulary: Vocabulary = field(repr=False)
    _model: Logistic = field(repr=False)

    def score(self, texts: Iterable) -> np.ndarray:
        """Tone of texts from -1 to 1, 0 where content and not content are equally likely; missing without words."""
        texts = tokens.texts_of(texts)
        score = np.tanh(_log_odds(self._model, self._vocabulary.counts(texts)) / 2)
        return np.where(tokens.wordless(texts), np.nan, score)


def learn_sentiment(
    texts: Iterable,
    content: Sequence,
    time: Sequence | None = None,
    language: str | Sequence[str] | None = None,
    unit: Sequence | None = None,
    seed: int = 0,
) -> LearntSentiment:
    """Learn the tone on the earlier 70 % of texts with scores, and compare it with the lexicon on the later 30 %.

    Parameters
    ----------
    texts : iterable of str
    content : sequence of bool
        Whether the customer was content by the score given, such as a promoter; missing where neither (left out).
    time, language, unit : as for `classify`

    Raises
    ------
    TypeError, ValueError
        As `classify`; also if the later texts are all of content customers, or none is.
    """
    texts = tokens.texts_of(texts)
    tokens.same_length(texts, content=content)
    said = pd.Series(list(content), dtype="boolean").map({True: "yes", False: "no"})
    table = labelled(texts, said, time, language)
    unit = np.arange(len(table)) if unit is None else pd.factorize(np.asarray(unit)[table.position])[0]
    cut = table.cut(0.7)
    later = table.labels[cut:] == "yes"
    if later.all() or not later.any():
        raise ValueError(
            f"the later {len(later)} texts are all alike in content; expected both kinds to compare on"
        )
    learnable(table.labels[:cut])
    vocabulary = Vocabulary(table.texts)
    counts = vocabulary.counts(table.texts)
    earlier = Logistic(counts.rows(np.arange(cut)), table.labels[:cut], _SETTINGS)
    scores = {
        LEXICON: sentiment(table.texts[cut:], table.language[cut:])["score"].fillna(0).to_numpy(),
        LEARNT: _log_odds(earlier, counts.rows(np.arange(cut, len(table)))),
    }
    ranked = {name: binary.Ranked(later, score) for name, score in scores.items()}

    def of(weight: np.ndarray | None = None) -> dict[str, float]:
        auc = {name: one.measures(weight)[0] for name, one in ranked.items()}
        return auc | {"difference": auc[LEARNT] - auc[LEXICON]}

    measures = binary.intervals(of, unit[cut:], seed)
    return LearntSentiment(measures, len(later), vocabulary, Logistic(counts, table.labels, _SETTINGS))


def _log_odds(model: Logistic, counts) -> np.ndarray:
    return model.log_odds(counts) @ np.where(model.names == "yes", 1.0, -1.0)
