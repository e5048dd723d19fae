"""A mixture for short texts: each has one theme, and words that all themes share are told by a background."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.special import logsumexp
from sklearn.cluster import KMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.preprocessing import normalize

BACKGROUND = 0.5  # of the words, drawn alike whatever the theme: openings, courtesies, threats
_SMOOTH, _ROUNDS, _ENOUGH, _DIMENSIONS = 0.01, 60, 1e-5, 50


@dataclass(frozen=True)
class Mixture:
    """Themes as they were learnt.

    Attributes
    ----------
    background : array of float
        Probability of each word whatever the theme.
    words : array of float
        One row per theme: probability of each word in it.
    share : array of float
        Of each theme.
    """

    background: np.ndarray
    words: np.ndarray
    share: np.ndarray

    def log_joint(self, counts: sparse.csr_array) -> np.ndarray:
        """Log-probability of each text together with each theme: one row per text, one column per theme."""
        mixed = BACKGROUND * self.background + (1 - BACKGROUND) * self.words
        return counts @ np.log(mixed).T + np.log(self.share)

    def likelihood(self, counts: sparse.csr_array) -> float:
        """Log-likelihood of texts."""
        return float(logsumexp(self.log_joint(counts), axis=1).sum())

    def posterior(self, counts: sparse.csr_array) -> np.ndarray:
        """Probability of each theme given the words of each text."""
        joint = self.log_joint(counts)
        return np.exp(joint - logsumexp(joint, axis=1, keepdims=True))


def learn(counts: sparse.csr_array, themes: int, seed: int) -> Mixture:
    """Themes of texts by expectation and maximisation, started from k-means of their principal directions.

    Parameters
    ----------
    counts : sparse array
        One row per text, one column per word; 1 if the word occurs. Every word occurs in some text.

    Notes
    -----
    Nigam et al. (2000), Machine Learning 39 (mixture of multinomials), with the background of Zhai, Velivelli & Yu
    (2004), KDD: p(word | theme) = ½ p(word) + ½ p(word | theme). Without it themes form around what people write
    before and after the matter.
    """
    background = np.asarray(counts.sum(axis=0)).ravel() + _SMOOTH
    background = background / background.sum()
    start = 0.8 * np.eye(themes)[_start(counts, themes, seed)] + 0.2 / themes
    mixture, before = Mixture(background, *_maximised(counts, start, 1.0)), -np.inf
    for _round in range(_ROUNDS):
        joint = mixture.log_joint(counts)
        total = logsumexp(joint, axis=1, keepdims=True)
        own = (1 - BACKGROUND) * mixture.words
        part = own / (BACKGROUND * background + own)
        mixture = Mixture(background, *_maximised(counts, np.exp(joint - total), part))
        now = float(total.sum())
        if now - before < _ENOUGH * abs(now):
            break
        before = now
    return mixture


def _start(counts: sparse.csr_array, themes: int, seed: int) -> np.ndarray:
    weighted = TfidfTransformer().fit_transform(counts)
    size = min(_DIMENSIONS, *(side - 1 for side in counts.shape))
    if size < 1:
        return np.zeros(counts.shape[0], dtype=int)
    places = normalize(TruncatedSVD(size, random_state=seed).fit_transform(weighted))
    return KMeans(themes, n_init=1, random_state=seed).fit_predict(places)


def _maximised(counts: sparse.csr_array, belongs: np.ndarray, part) -> tuple[np.ndarray, np.ndarray]:
    """Words and shares of the themes, given how far each text belongs to each."""
    words = (counts.T @ belongs).T * part + _SMOOTH
    return words / words.sum(axis=1, keepdims=True), (belongs.sum(axis=0) + 1e-9) / (belongs.sum() + 1e-9)


def merged(mixture: Mixture, themes: int) -> np.ndarray:
    """Theme, from 0 to at most `themes` − 1, into which each of the finer ones goes by the likeness of its words.

    Notes
    -----
    Ward's linkage of words weighted by p(word | theme) · log(p(word | theme) / p(word)), of length 1.
    """
    if len(mixture.words) <= 1:
        return np.zeros(len(mixture.words), dtype=int)
    telling = mixture.words * np.maximum(np.log(mixture.words / mixture.background), 0) + 1e-12
    tree = linkage(normalize(telling), "ward")
    return fcluster(tree, themes, "maxclust") - 1
