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
_HIDDEN = re.compile(r"\b[Xx]{2,}\b")
_SMALL = frozenset(
    ["a", "and", "are", "at", "be", "but", "for", "have", "i", "in", "is", "it", "me", "my", "no", "not", "of", "on", "so",
     "that", "the", "this", "to", "very", "was", "with", "you"]
)  # fmt: skip
# Small words of other languages in Latin letters that are no English words: German, French, Spanish, Italian, Portuguese,
# Dutch, Indonesian.
_FOREIGN = frozenset(
    ["aber", "auf", "che", "con", "dan", "das", "del", "della", "dem", "der", "een", "ein", "eine", "el", "est",
     "et", "habe", "het", "ich", "ik", "ist", "je", "keine", "la", "las", "les", "los", "mais", "mir", "mit",
     "nicht", "niet", "nous", "para", "pas", "pero", "por", "que", "saya", "sie", "sind", "sono", "sont", "sur",
     "tidak", "und", "une", "untuk", "van", "vous", "wieder", "wir", "yang", "zu"]
)  # fmt: skip


def detect(text: str) -> str:
    """Language of a text.

    Returns
    -------
    str
        "zh" where Chinese characters make up a fifth of the letters and hardly any kana occur; "en" for Latin letters
        without many accents, unless two or more small words of other languages outnumber the English ones; "" without
        any letter but redactions (XXXX); else "other".
    """
    text = _HIDDEN.sub(" ", text)
    letters = len(_LETTER.findall(text))
    if not letters:
        return NONE
    han = len(_HAN.findall(text))
    if han >= 0.2 * letters:
        return OTHER if len(_KANA.findall(text)) > 0.1 * letters else CHINESE
    if len(_ASCII.findall(text)) < 0.95 * letters:
        return OTHER
    found = re.findall(r"[a-z']+", text.lower())
    foreign = sum(word in _FOREIGN for word in found)
    return OTHER if foreign >= 2 and foreign > sum(word in _SMALL for word in found) else ENGLISH


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
    if not _LETTER.search(_HIDDEN.sub(" ", text)):
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
            _(
                "none of {n} texts is in Chinese or English ({empty} are empty, {other} are in another language); pass"
                " language='zh' or 'en' if they are"
            ).format(
                n=number(len(found)),
                empty=number((found == NONE).sum()),
                other=number((found == OTHER).sum()),
            )
        )


def not_read(found: np.ndarray) -> tuple[str, ...]:
    """What could not be read, as a sentence; none if all could be."""
    parts = []
    empty, other = int((found == NONE).sum()), int((found == OTHER).sum())
    if empty:
        parts.append(ngettext("{n} without words", "{n} without words", empty).format(n=number(empty)))
    if other:
        parts.append(
            ngettext("{n} in another language", "{n} in other languages", other).format(n=number(other))
        )
    return (_("Texts not read: {parts}.").format(parts=listed(parts)),) if parts else ()
