"""Which language a text is in: told by the caller, or by its script and its small words."""

import re
from collections.abc import Sequence

import numpy as np

from analysis.language import _, listed, ngettext, number
from analysis.statistics.text import tokens

CHINESE, ENGLISH, OTHER, NONE = "zh", "en", "other", ""
KNOWN = (CHINESE, ENGLISH)
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_KANA, _LETTER, _ASCII = re.compile(r"[\u3040-\u30ff]"), re.compile(r"[^\W\d_]"), re.compile(r"[a-zA-Z]")
_FEW = 8  # Latin words among which an English text has at least one small one
_SMALL = frozenset(
    ["a", "and", "are", "at", "be", "but", "for", "have", "i", "in", "is", "it", "me", "my", "no", "not", "of", "on", "so",
     "that", "the", "this", "to", "very", "was", "with", "you"]
)  # fmt: skip


def detect(text: str) -> str:
    """Language of a text.

    Returns
    -------
    str
        "zh" where Chinese characters make up a fifth of the letters and no kana occur; "en" for Latin letters without
        many accents which, from eight words on, include a small English word; "" without any letter; else "other".
    """
    letters = len(_LETTER.findall(text))
    if not letters:
        return NONE
    han = len(_HAN.findall(text))
    if han >= 0.2 * letters:
        return OTHER if len(_KANA.findall(text)) > 0.1 * letters else CHINESE
    if len(_ASCII.findall(text)) < 0.95 * letters:
        return OTHER
    found = re.findall(r"[a-z']+", text.lower())
    return OTHER if len(found) >= _FEW and _SMALL.isdisjoint(found) else ENGLISH


def languages(texts: Sequence[str], given: str | Sequence[str] | None = None) -> np.ndarray:
    """Language of each text: "zh", "en", "other", or "" for one without letters.

    Parameters
    ----------
    given : str or sequence of str, optional
        Language of all, or of each; "zh-CN" and "en_GB" are read as "zh" and "en", blanks are told from the text,
        and any further language is "other". Without it, all are told from the texts.
    """
    if given is None or isinstance(given, str):
        given = [given] * len(texts)
    tokens.same_length(texts, language=given)
    return np.array([_one(t, g) for t, g in zip(texts, given, strict=True)], dtype=object)


def _one(text: str, given) -> str:
    if not isinstance(given, str) or not given.strip():
        return detect(text)
    if not _LETTER.search(text):
        return NONE
    code = re.split(r"[-_]", given.strip().lower())[0]
    return code if code in KNOWN else OTHER


def require_known(found: np.ndarray) -> None:
    """At least one text is in a language that can be read.

    Raises
    ------
    ValueError
        If none is; the numbers of texts without letters and in other languages are named.
    """
    if not np.isin(found, KNOWN).any():
        raise ValueError(
            f"none of {len(found)} texts is in Chinese or English ({(found == NONE).sum()} are empty, "
            f"{(found == OTHER).sum()} are in another language); pass language='zh' or 'en' if they are"
        )


def left_out(found: np.ndarray) -> str:
    """What could not be read, as a sentence; empty if all could be."""
    parts = []
    empty, other = int((found == NONE).sum()), int((found == OTHER).sum())
    if empty:
        parts.append(ngettext("{n} without words", "{n} without words", empty).format(n=number(empty)))
    if other:
        parts.append(
            ngettext("{n} in another language", "{n} in other languages", other).format(n=number(other))
        )
    return _("Texts not read: {parts}.").format(parts=listed(parts)) if parts else ""
