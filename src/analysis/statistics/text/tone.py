"""Tone of what customers write, by a lexicon in Chinese and English; for plain lists of texts."""

import re
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd
import yaml

from analysis.statistics.text import languages as lang
from analysis.statistics.text import tokens

POSITIVE, NEUTRAL, NEGATIVE = "positive", "neutral", "negative"
CUT = 0.15  # beyond it a score is a tone
_ALPHA = 8.0  # of the squashing: one word of weight 2 scores 0.58
_REACH = {lang.CHINESE: 4, lang.ENGLISH: 3}  # letters, words between a negator and what it turns round
_NEAR = {lang.CHINESE: 2, lang.ENGLISH: 1}  # the same of an intensifier
_PRAISE_DENIED, _BLAME_DENIED, _STRONGER, _WEAKER = -0.75, -0.5, 1.5, 0.5
_BEFORE, _AFTER = 0.5, 1.5  # weight of what stands before and after "but"
_SENTENCE, _CLAUSE = re.compile(r"[。！？!?\n…]+|\.(?=\s|$)"), re.compile(r"[，,；;：:、~\s]+")
_MARKS = ("negators", "intensifiers", "diminishers", "contrast")


def sentiment(texts: Iterable, language: str | Sequence[str] | None = None) -> pd.DataFrame:
    """Tone of each text.

    Parameters
    ----------
    texts : iterable of str
        None and NaN count as empty.
    language : str or sequence of str, optional
        "zh" or "en", for all or for each; told from the script without.

    Returns
    -------
    DataFrame
        One row per text, in their order: language ("zh", "en", "other", ""); score (-1 to 1; 0 if no word of the
        lexicon occurs; missing for other languages and empty texts); tone ("positive", "neutral", "negative", missing as
        the score is); hits (words of the lexicon found).

    Raises
    ------
    TypeError
        If `texts` is a single text or holds what is no text.
    ValueError
        If `language` has another length.

    Notes
    -----
    The weights found, turned round by negators, strengthened, weakened and shifted by "but" are summed, divided by the
    square root of their number and squashed as x / √(x² + 8), after Hutto & Gilbert (2014), VADER, ICWSM 8. Thanks
    beside a request or a complaint count nothing; beside a sign of irony, or of mockery about a failure, praise counts
    as blame.
    """
    texts = tokens.texts_of(texts)
    found = lang.languages(texts, language)
    scored = [_score(t, code) for t, code in zip(texts, found, strict=True)]
    score = np.array([one[0] for one in scored], dtype=float)
    tone = np.select([score > CUT, score < -CUT, np.isfinite(score)], [POSITIVE, NEGATIVE, NEUTRAL], None)
    return pd.DataFrame({
        "language": pd.array(found, dtype="str"), "score": score, "tone": pd.array(tone, dtype="str"),
        "hits": np.array([one[1] for one in scored], dtype=int),
    })  # fmt: skip


@dataclass(frozen=True)
class Lexicon:
    """Words of a language: weight of each phrase, kind of each mark, one pattern that finds the longest of them."""

    weights: dict[str, float]
    marks: dict[str, str]
    polite: frozenset[str]
    request: re.Pattern
    irony: re.Pattern
    mockery: re.Pattern
    pattern: re.Pattern


@cache
def lexicon(language: str) -> Lexicon:
    """Lexicon of "zh" or "en" from `tone.yaml`, with the emoji of both."""
    source = yaml.safe_load((files(__package__) / "tone.yaml").read_text(encoding="utf-8"))
    words, weights = source[language], {}
    for table in (words, source["emoji"]):
        for weight in (key for key in table if isinstance(key, int)):
            weights |= dict.fromkeys(_phrases(table[weight]), float(weight))
    marks = {phrase: kind for kind in _MARKS for phrase in _phrases(words[kind]) if phrase not in weights}
    whole = language == lang.ENGLISH
    return Lexicon(
        weights,
        marks,
        frozenset(_phrases(words["polite"])),
        _any_of(_phrases(words["request"]), whole),
        _any_of(_phrases(words["irony"]), whole),
        _any_of(_phrases(words["mockery"]), whole),
        _any_of([*weights, *marks], whole),
    )


def _phrases(text: str) -> list[str]:
    """Phrases parted by blanks; those with blanks or apostrophes may stand in double quotes."""
    reader = shlex.shlex(text, posix=True)
    reader.whitespace_split, reader.quotes, reader.commenters = True, '"', ""
    return list(reader)


def _any_of(phrases: list[str], whole: bool) -> re.Pattern:
    """Pattern of the longest of `phrases`; Latin ones only as whole words."""
    longest = sorted(set(phrases), key=lambda phrase: (-len(phrase), phrase))
    bounds = [
        rf"(?<![a-z]){re.escape(p)}(?![a-z])" if whole and p[0].isalpha() else re.escape(p) for p in longest
    ]
    return re.compile("|".join(bounds))


def _score(text: str, language: str) -> tuple[float, int]:
    """Score of a text, and how many words of the lexicon it has."""
    if language == lang.OTHER:
        return np.nan, 0
    # A text without letters may still have emoji.
    words, text = lexicon(language or lang.CHINESE), tokens.plain(text)
    weights: list[tuple[str, float]] = []
    for sentence in _SENTENCE.split(text):
        weights += _sentence(sentence, words, language or lang.CHINESE)
    if not weights:
        return (0.0 if language else np.nan), 0
    values = np.array([value for _word, value in weights])
    thanks = np.array([word in words.polite for word, _value in weights])
    if thanks.any() and ((values < 0).any() or words.request.search(text)):
        values[thanks] = 0.0
    if words.irony.search(text) or ((values < 0).any() and words.mockery.search(text)):
        values = -np.abs(values)
    total = values.sum() / np.sqrt(max((values != 0).sum(), 1))
    return float(total / np.sqrt(total**2 + _ALPHA)), len(values)


def _sentence(sentence: str, words: Lexicon, language: str) -> list[tuple[str, float]]:
    """Words of a sentence that carry a tone, with their weights in it."""
    found, since, turned = [], {}, False
    for clause in _CLAUSE.split(sentence) if language == lang.CHINESE else re.split(r"[,;:]+", sentence):
        since.clear()
        for hit in words.pattern.finditer(clause):
            word = hit[0]
            kind = words.marks.get(word)
            if kind == "contrast":
                # What stands before "but" counts less.
                found = [(w, v if turned else v * _BEFORE) for w, v in found]
                turned = True
            elif kind:
                since[kind] = hit.end()
            elif words.weights[word]:
                gaps = {k: _gap(clause[end : hit.start()], language) for k, end in since.items()}
                value = _in_context(words.weights[word], gaps, language) * (_AFTER if turned else 1.0)
                found.append((word, value))
                since.clear()
    return found


def _gap(between: str, language: str) -> int:
    return len(between) if language == lang.CHINESE else len(between.split())


def _in_context(weight: float, gaps: dict[str, int], language: str) -> float:
    near, reach = _NEAR[language], _REACH[language]
    if gaps.get("intensifiers", 99) <= near:
        weight *= _STRONGER
    if gaps.get("diminishers", 99) <= near:
        weight *= _WEAKER
    if gaps.get("negators", 99) <= reach:
        weight *= _PRAISE_DENIED if weight > 0 else _BLAME_DENIED
    return weight
