"""What many texts are about: themes that come again with other seeds, named by their words; for plain lists of texts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_rand_score

from analysis.language import _, listed, number, percent, together
from analysis.statistics.clusters.stability import jaccard
from analysis.statistics.text import counting, distinctive, short_texts, tokens
from analysis.statistics.text import languages as lang

FEWEST = 50  # texts in a language below which no themes are sought in it
NUMBERS = (4, 6, 8, 10, 12, 14, 16)
STABLE = 0.5  # Jaccard similarity from which on a theme is taken to come again (Hennig 2007)
_FITS, _STARTS, _LEARNT_ON, _WORDS, _PER_FINE, _FINEST, _NAMED = 6, 3, 8_000, 5_000, 25, 30, 4
_SURE = 0.5  # probability of its theme below which a text goes to the others


@dataclass(frozen=True)
class Themes:
    """Themes of a list of texts.

    Attributes
    ----------
    table : DataFrame
        One row per theme, the largest first within its language, and one for what fits none in each language: theme
        (number from 0, -1 for none), language, label (its words), texts, share (of the texts of the language), stability
        (mean Jaccard similarity with the most similar theme of fits with other seeds on other texts), stable (at least 0.5).
    theme : Series of Int64
        Number of each text's theme in the order of the texts; -1 for none; missing for texts not read.
    strength : array of float
        Probability of its theme given its words; missing where there is none.
    tried : DataFrame
        One row per language and number of themes tried: language, number, ari (mean adjusted Rand index of pairs of fits),
        spread (its standard deviation), chosen.
    notes : tuple of str
        A sentence on the texts not read; empty if all were.
    """

    table: pd.DataFrame
    theme: pd.Series
    strength: np.ndarray
    tried: pd.DataFrame
    notes: tuple[str, ...]

    def typical(self, theme: int, count: int = 3) -> list[int]:
        """Positions of the texts most surely of a theme; the earlier first among equals."""
        inside = np.flatnonzero((self.theme == theme).fillna(False).to_numpy(dtype=bool))
        return inside[np.argsort(-self.strength[inside].round(6), kind="stable")][:count].tolist()

    def message(self) -> str:
        """The largest themes, their share, and how far they come again, in a sentence or two."""
        named = self.table[self.table["theme"] >= 0]
        if named.empty:
            return together(_("Too few texts for themes."), *self.notes)
        first = named.sort_values("texts", ascending=False).head(3)
        said = _(
            "{count} themes; the largest: {labels}. {stable} of them come again with other seeds; {none} of the texts "
            "fit none."
        )
        none = self.table.loc[self.table["theme"] < 0, "texts"].sum() / self.table["texts"].sum()
        labels = listed(
            _("{name} ({share})").format(name=row.label, share=percent(row.share, 0))
            for row in first.itertuples()
        )
        return together(
            said.format(
                count=number(len(named)),
                labels=labels,
                stable=number(named["stable"].sum()),
                none=percent(none, 0),
            ),
            *self.notes,
        )


def themes(
    texts: Iterable, language: str | Sequence[str] | None = None, number: int | None = None, seed: int = 0
) -> Themes:
    """Themes of texts, each language by itself.

    Parameters
    ----------
    texts : iterable of str
        None and NaN count as empty.
    language : str or sequence of str, optional
        "zh" or "en", for all or for each; told from the script without.
    number : int, optional
        Number of themes of each language; chosen by stability without.
    seed : int
        The same seed gives the same themes, whatever the order of the texts.

    Raises
    ------
    TypeError
        If `texts` is a single text or holds what is no text.
    ValueError
        If no text is in Chinese or English, or `number` is below 2.

    Notes
    -----
    Many fine themes are learnt (`short_texts`) and merged by their words. The number chosen is the one at which fits
    with other seeds, each on four fifths of the texts, agree best (after Lange et al. 2004, Neural Computation 16).
    Names are the words of the highest log-odds (`distinctive`).
    """
    if number is not None and number < 2:
        raise ValueError(f"number is {number}; expected at least 2 themes, or None to have it chosen")
    texts = tokens.texts_of(texts)
    found = lang.languages(texts, language)
    lang.require_known(found)
    theme, strength = np.full(len(texts), -2), np.full(len(texts), np.nan)
    tables, tried, first = [], [], 0
    for code in lang.KNOWN:
        mine = np.flatnonzero(found == code)
        # Sorted, the texts are the same to the generator whatever their order was.
        mine = mine[np.argsort(np.array([texts[k] for k in mine], dtype=object), kind="stable")]
        if not len(mine):
            continue
        part = _of_language([texts[k] for k in mine], number, seed)
        table, theme[mine], strength[mine] = (
            part.table,
            np.where(part.theme < 0, -1, part.theme + first),
            part.strength,
        )
        shifted = table["theme"].where(table["theme"] < 0, table["theme"] + first)
        tables.append(table.assign(theme=shifted, language=code))
        tried.append(part.tried.assign(language=code))
        first += int((table["theme"] >= 0).sum())
    columns = ["theme", "language", "label", "texts", "share", "stability", "stable"]
    return Themes(
        pd.concat(tables, ignore_index=True)[columns],
        pd.Series(theme, dtype="Int64").mask(theme == -2),
        strength,
        pd.concat(tried, ignore_index=True)[["language", "number", "ari", "spread", "chosen"]],
        lang.not_read(found),
    )


@dataclass(frozen=True)
class _Part:
    """Themes of one language."""

    table: pd.DataFrame
    theme: np.ndarray
    strength: np.ndarray
    tried: pd.DataFrame


def _of_language(texts: list[str], number: int | None, seed: int) -> _Part:
    words = tokens.cut(texts, tokens.stop_words())
    least = max(3, len(texts) // 2_000)
    counts, names = counting.word_counts([sorted(set(text)) for text in words], least, 0.5, _WORDS)
    known = np.flatnonzero(np.diff(counts.indptr))
    if len(known) < FEWEST or counts.shape[1] < 4:
        return _nothing(len(texts))
    rng = np.random.default_rng(seed)
    learnt_on = np.sort(rng.permutation(known)[:_LEARNT_ON])
    fine = int(np.clip(len(known) // _PER_FINE, 2, _FINEST))
    if number is not None:
        fine = max(fine, min(number, len(known)))
    fits = _fits(counts[learnt_on], fine, rng)
    numbers = [n for n in NUMBERS if n <= fine] or [fine] if number is None else [number]
    tried = _tried(fits, counts[learnt_on], numbers)
    return _told(fits, counts, known, learnt_on, names, tried)


def _fits(counts, fine: int, rng: np.random.Generator) -> list[short_texts.Mixture]:
    """Fits with other seeds, each on other four fifths of the texts; the likeliest first."""
    fits, size = [], counts.shape[0]
    for _fit in range(_FITS):
        rows = np.sort(rng.permutation(size)[: max(int(0.8 * size), 1)])
        starts = [
            short_texts.learn(counts[rows], fine, int(rng.integers(2**31))) for _start in range(_STARTS)
        ]
        fits.append(max(starts, key=lambda fit: fit.likelihood(counts[rows])))
    return sorted(fits, key=lambda fit: -fit.likelihood(counts))


def _tried(fits: list[short_texts.Mixture], counts, numbers: list[int]) -> pd.DataFrame:
    """How far the fits agree at each number of themes, and which is chosen."""
    finest = [fit.posterior(counts).argmax(axis=1) for fit in fits]
    rows = []
    for n in numbers:
        found = [short_texts.merged(fit, n)[part] for fit, part in zip(fits, finest, strict=True)]
        agree = [adjusted_rand_score(a, b) for a, b in combinations(found, 2)]
        rows.append((n, float(np.mean(agree)), float(np.std(agree))))
    tried = pd.DataFrame(rows, columns=["number", "ari", "spread"])
    return tried.assign(chosen=tried.index == tried["ari"].argmax())


def _told(fits: list[short_texts.Mixture], counts, known, learnt_on, names, tried: pd.DataFrame) -> _Part:
    """Themes of the likeliest fit, with their names and how far they come again in the others."""
    n = int(tried.loc[tried["chosen"], "number"].iloc[0])
    groups = [short_texts.merged(fit, n) for fit in fits]
    again = [g[fit.posterior(counts[learnt_on]).argmax(axis=1)] for g, fit in zip(groups, fits, strict=True)]
    belongs = fits[0].posterior(counts[known]) @ np.eye(groups[0].max() + 1)[groups[0]]
    theme, strength = np.full(counts.shape[0], -1), np.full(counts.shape[0], np.nan)
    sure = belongs.max(axis=1) >= _SURE
    theme[known[sure]] = belongs.argmax(axis=1)[sure]
    strength[known[sure]] = belongs.max(axis=1)[sure]
    # Themes that hold no text have no stability either.
    held, place = np.unique(again[0], return_inverse=True)
    likeness = np.full(groups[0].max() + 1, np.nan)
    likeness[held] = np.mean([jaccard(place, other) for other in again[1:]], axis=0)
    return _in_order(theme, strength, likeness, counts, names, tried)


def _in_order(theme, strength, likeness, counts, names, tried) -> _Part:
    """The largest theme first, each named."""
    size = np.bincount(theme[theme >= 0], minlength=len(likeness))
    order = [k for k in np.argsort(-size, kind="stable") if size[k]]
    place = np.full(len(likeness) + 1, -1)
    place[order] = np.arange(len(order))
    theme = place[theme]
    table = pd.DataFrame({
        "theme": [*range(len(order)), -1], "label": [*_labels(counts, theme, len(order), names), _("other")],
        "texts": [*size[order], int((theme < 0).sum())], "stability": [*likeness[order], np.nan],
    })  # fmt: skip
    table["share"] = table["texts"] / len(theme)
    return _Part(table.assign(stable=table["stability"] >= STABLE), theme, strength, tried)


def _labels(counts, theme: np.ndarray, themes: int, names: np.ndarray) -> list[str]:
    odds = distinctive.log_odds(counts, theme, themes)
    best = [[w for w in np.argsort(-row, kind="stable")[:_NAMED] if row[w] > 1] for row in odds]
    return [" · ".join(names[w] for w in words) for words in best]


def _nothing(texts: int) -> _Part:
    """All texts fit no theme: they are too few, or have no words in common."""
    table = pd.DataFrame(
        {
            "theme": [-1],
            "label": [_("other")],
            "texts": [texts],
            "share": [1.0],
            "stability": [np.nan],
            "stable": [False],
        }
    )
    tried = pd.DataFrame({"number": [0], "ari": [np.nan], "spread": [np.nan], "chosen": [False]}).iloc[:0]
    return _Part(table, np.full(texts, -1), np.full(texts, np.nan), tried)
