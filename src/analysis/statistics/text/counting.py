"""Texts as sparse tables of counts: words or letters by text."""

from collections.abc import Sequence

import numpy as np
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer


def word_counts(
    words: Sequence[Sequence[str]],
    least: int = 1,
    most: float = 1.0,
    kept: int | None = None,
    longest: int = 1,
) -> tuple[sparse.csr_array, np.ndarray]:
    """Counts of words, and of runs of up to `longest` words.

    Parameters
    ----------
    words : sequence of sequence of str
        Words of each text.
    least, most : int, float
        A word counts if it is in at least so many texts and in at most this share of them.
    kept : int, optional
        Only so many words, the most frequent.

    Returns
    -------
    tuple
        Table of one row per text and one column per word; the words. Without any word the table has no column.
    """
    counter = CountVectorizer(
        analyzer=lambda text: _runs(text, longest), min_df=least, max_df=most, max_features=kept
    )
    if not _enough(words, least, most, longest):
        return sparse.csr_array((len(words), 0)), np.array([], dtype=object)
    table = counter.fit_transform(words)
    return sparse.csr_array(table), counter.get_feature_names_out()


def _runs(words: Sequence[str], longest: int) -> list[str]:
    found = list(words)
    for size in range(2, longest + 1):
        found += [" ".join(words[at : at + size]) for at in range(len(words) - size + 1)]
    return found


def _enough(words: Sequence[Sequence[str]], least: int, most: float, longest: int) -> bool:
    """Whether at least one word is in enough and in not too many texts; scikit-learn fails if not."""
    seen: dict[str, int] = {}
    for text in words:
        for word in set(_runs(text, longest)):
            seen[word] = seen.get(word, 0) + 1
    return any(least <= count <= most * len(words) for count in seen.values())
