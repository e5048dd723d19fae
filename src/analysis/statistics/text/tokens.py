"""From what people write to words: masks for what names nobody's theme, Chinese cut, Traditional read as Simplified."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files

import numpy as np
import rjieba
import yaml

LONGEST = 20_000  # letters of a text that are read
# One letter each from Unicode's private area, so that no cutter of words takes a mask apart.
MASKS = {
    "link": "\ue001",
    "hidden": "\ue002",
    "date": "\ue003",
    "amount": "\ue004",
    "number": "\ue005",
    "quantity": "\ue006",
}
_NUMBER = r"\d[\d,]*(?:\.\d+)?"
_HAN_NUMBER = "[一二两三四五六七八九十百千万亿几半数无整0-9]"
_MANY = (
    "two|three|four|five|six|seven|eight|nine|ten|several|many|few|countless|half|couple of|hundred|thousand"
)
_UNIT = "times?|minutes?|hours?|days?|weeks?|months?|years?"
_MASKED = re.compile(
    r"(?P<link>https?://\S+|www\.\S+|[\w.+-]+@[\w-]+\.[\w.]+)"
    r"|(?P<date>(?:\d{4}|x{4})[-/.年](?:\d{1,2}|x{2})[-/.月](?:\d{1,2}|x{2})日?|(?:\d{1,2}|x{2})月(?:\d{1,2}|x{2})[日号]"
    r"|(?:\d{1,2}|x{2})[-/.](?:\d{1,2}|x{2})[-/.](?:\d{4}|\d{2}|x{4}))"
    rf"|(?P<amount>\{{?[¥$€£]\s?{_NUMBER}[万k]?\}}?|\b(?:rmb|cny|usd)\s?{_NUMBER}"
    rf"|{_NUMBER}\s?(?:万元|亿元|[万亿元块]|(?:rmb|cny|usd|yuan|kuai|dollars?|euros?)\b))"
    rf"|(?P<quantity>{_HAN_NUMBER}+多?个?[多半]?(?:天|次|遍|小时|分钟|秒|星期|礼拜|周|月|年|上午|下午|元|块|个|号|点)(?!末)"
    r"|(?:[二三四五六七八九十]|一[二三四五六七八九])[千万百十][一二三四五六七八九]?多?|(?<![一二三四五六七八九十])[一二三四五六七八九][千百]多?"
    rf"|\b(?:an?|one|{_MANY}|\d+)(?: (?:or|{_MANY}|to|and an?|\d+))* (?:{_UNIT})\b)"
    r"|(?P<hidden>\bx{2,}\b|(?<![a-z])x{3,}(?![a-z])|\*{3,})"
    rf"|(?P<number>{_NUMBER}%?)"
)
_ENGLISH = re.compile(r"[a-z]+(?:'[a-z]+)?")
_KEPT = re.compile(r"[^\W\d_]|[\ue001-\ue006]|[\U0001f300-\U0001faff\u2600-\u27bf]")


@cache
def lists() -> dict[str, list[str]]:
    """Contents of `words.yaml`, each split at blanks."""
    words = yaml.safe_load((files(__package__) / "words.yaml").read_text(encoding="utf-8"))
    stop = {language: text.split() for language, text in words["stop"].items()}
    return {**stop, **{name: "".join(words[name].split()) for name in ("traditional", "simplified")}}


@cache
def stop_words() -> frozenset[str]:
    """Words of both languages that carry no theme, and the masks."""
    return frozenset([*lists()["en"], *lists()["zh"], *MASKS.values()])


@cache
def _one_spelling() -> dict[int, int | None]:
    # Skin tones, joiners and the choice of picture or letter say nothing.
    silent = [0x200B, 0x200D, 0xFE0F, *range(0x1F3FB, 0x1F400)]
    table = str.maketrans(lists()["traditional"] + "’", lists()["simplified"] + "'")
    return table | dict.fromkeys(silent)


def plain(text: str) -> str:
    """One spelling of a text: full-width letters narrow, lower case, Traditional characters Simplified."""
    text = unicodedata.normalize("NFKC", text[:LONGEST]).lower()
    return text.translate(_one_spelling())


def masked(text: str) -> str:
    """A plain text with links, redactions (XXXX), dates, amounts and numbers each as one letter of `MASKS`."""
    return _MASKED.sub(lambda found: f" {MASKS[found.lastgroup]} ", plain(text))


def words(text: str) -> list[str]:
    """Words of a masked text: Chinese cut by rjieba, others at blanks and marks; emoji are words."""
    if text.isascii():
        return _ENGLISH.findall(text)
    return [word for word in rjieba.cut(text) if _KEPT.search(word)]


def cut(texts: Iterable[str], without: Iterable[str] = ()) -> list[list[str]]:
    """Words of each text, masks among them, without those named."""
    dropped = frozenset(without)
    return [[word for word in words(masked(text)) if word not in dropped] for text in texts]


def wordless(texts: Iterable[str]) -> np.ndarray:
    """Whether each text has no word at all."""
    return np.array([not words(masked(text)) for text in texts], dtype=bool)


def readable(word: str) -> str:
    """A word as people read it: masks by their name."""
    names = {letter: name for name, letter in MASKS.items()}
    return names.get(word, word)


def texts_of(texts: Iterable) -> list[str]:
    """Texts as a list of str: what is missing (None, NaN) is empty.

    Raises
    ------
    TypeError
        If `texts` is one text, or holds something that is neither text nor missing.
    """
    if isinstance(texts, str):
        raise TypeError("texts is a single text; expected a list of texts. Put it into a list: [text]")
    found = ["" if _missing(text) else text for text in texts]
    wrong = [text for text in found if not isinstance(text, str)]
    if wrong:
        raise TypeError(
            f"{len(wrong)} of {len(found)} texts are no text, such as {wrong[0]!r}; "
            "expected str, or None where there is none"
        )
    return found


def _missing(value) -> bool:
    # NaN is the value that differs from itself; pandas' NA cannot be compared.
    return (
        value is None
        or type(value).__name__ in ("NAType", "NaTType")
        or (isinstance(value, float) and value != value)
    )


def same_length(texts: Sequence, **others) -> None:
    """Every other list has one entry per text.

    Raises
    ------
    ValueError
        If one has not; it is named, with both lengths.
    """
    for name, values in others.items():
        if values is not None and not isinstance(values, str) and len(values) != len(texts):
            raise ValueError(f"{name} has {len(values)} entries for {len(texts)} texts; expected one each")
