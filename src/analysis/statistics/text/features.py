"""Texts as weighted words and runs of letters, learnt on some of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer

from analysis.statistics.text import tokens

_LETTERS = (2, 5)  # shortest and longest run; Chinese words have one to four characters
_MOST = 40_000  # words, and runs of letters, that count at most: those in most texts
_FEWEST = {"words": 2, "letters": 3}  # texts that a word or a run is in


@dataclass(frozen=True)
class Counts:
    """Counts of the words and letters of texts, one row per text.

    Attributes
    ----------
    words, letters : sparse array
    single : array of bool
        Which columns of `words` are one word, not a pair.
    """

    words: sparse.csr_array
    letters: sparse.csr_array
    single: np.ndarray

    def rows(self, which: np.ndarray) -> "Counts":
        """Counts of some of the texts."""
        return Counts(self.words[which], self.letters[which], self.single)

    def unknown(self, earlier: "Counts") -> np.ndarray:
        """Share of each text's different words that fewer than two of the earlier texts have; 0 without words."""
        words = self.words[:, self.single] > 0
        rare = (earlier.words[:, self.single] > 0).sum(axis=0) < _FEWEST["words"]
        n = np.asarray(words.sum(axis=1)).ravel()
        return np.asarray(words[:, np.flatnonzero(rare)].sum(axis=1)).ravel() / np.maximum(n, 1)


class Vocabulary:
    """Words, pairs of words and runs of letters that occur in texts. It says nothing of how they matter.

    Parameters
    ----------
    texts : sequence of str
    """

    def __init__(self, texts: Sequence[str]):
        self._words = CountVectorizer(analyzer=_singles_and_pairs)
        self._letters = CountVectorizer(analyzer="char_wb", ngram_range=_LETTERS, lowercase=False)
        masked = [tokens.masked(text) for text in texts]
        # Without any word there is still one column, of zeros.
        self._words.fit([*(tokens.words(text) for text in masked), ["-"]])
        self._letters.fit([*masked, "-"])
        self._single = np.array([" " not in word for word in self.words])

    def counts(self, texts: Sequence[str]) -> Counts:
        """Counts of texts; what the vocabulary lacks does not count."""
        masked = [tokens.masked(text) for text in texts]
        words = self._words.transform([tokens.words(text) for text in masked])
        return Counts(
            sparse.csr_array(words), sparse.csr_array(self._letters.transform(masked)), self._single
        )

    @property
    def words(self) -> np.ndarray:
        """Words and pairs, in the order of their columns."""
        return self._words.get_feature_names_out()


def _singles_and_pairs(words: Sequence[str]) -> list[str]:
    return [*words, *(f"{a} {b}" for a, b in pairwise(words))]


class Weighting:
    """TF-IDF weights learnt on some texts: words, or words and letters side by side.

    Parameters
    ----------
    counts : Counts
        Of the texts to learn on; words in fewer than 2 and runs of letters in fewer than 3 of them do not count,
        nor do more than 40,000 of each.
    letters : bool
        Whether letters count beside words.

    Notes
    -----
    Each block has length 1 per text, with 1 + log of the count (Salton & Buckley 1988).
    """

    def __init__(self, counts: Counts, letters: bool = True):
        self._blocks = [
            _Block(getattr(counts, name), least)
            for name, least in _FEWEST.items()
            if letters or name == "words"
        ]
        self._names = list(_FEWEST)[: len(self._blocks)]

    def __call__(self, counts: Counts) -> sparse.csr_array:
        """Weights of texts, one row each."""
        parts = [block(getattr(counts, name)) for block, name in zip(self._blocks, self._names, strict=True)]
        return sparse.hstack(parts).tocsr()


class _Block:
    def __init__(self, counts: sparse.csr_array, least: int):
        texts = np.asarray((counts > 0).sum(axis=0)).ravel()
        most = np.sort(np.argsort(-texts, kind="stable")[:_MOST])
        self.kept = most[texts[most] >= least]
        self.weights = TfidfTransformer(sublinear_tf=True)
        if len(self.kept):
            self.weights.fit(counts[:, self.kept])

    def __call__(self, counts: sparse.csr_array) -> sparse.csr_array:
        kept = counts[:, self.kept]
        return sparse.csr_array(self.weights.transform(kept)) if len(self.kept) else kept
