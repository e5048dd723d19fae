"""What identifies somebody, masked in what customers write: names, numbers, amounts, days, addresses; Chinese and English.

Built to mask too much rather than too little. `survey.quotes` checks again what is left.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection
from importlib.resources import files
from typing import NamedTuple

import pandas as pd
import rjieba
import yaml

from analysis.language import _
from analysis.statistics.text import tokens

# One letter each from Unicode's private area: no later pattern takes a mask for text.
MASKS = {"name": "\ue010", "number": "\ue011", "amount": "\ue012", "day": "\ue013", "place": "\ue014", "contact": "\ue015",
         "employee": "\ue016"}  # fmt: skip
_HAN = "\u4e00-\u9fff"
_NUMERAL = "零〇一二两三四五六七八九十壹贰叁肆伍陆柒捌玖拾"
_MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_CONTACT = re.compile(
    r"https?://\S+|www\.\S+"
    r"|[\w.+-]+\s*(?:@|[(\[]\s*at\s*[)\]]|\sat\s)\s*[\w-]+(?:(?:\.|\s+dot\s+|\s*[(\[]\s*dot\s*[)\]]\s*)[a-z][\w-]*)+"
    r"|(?:微信|薇信|v信|wechat|weixin|\bwx|\bvx|\bqq|whatsapp|telegram)\s*(?:号码|号|id)?\s*(?:是|is)?\s*:?\s*[\w-]{4,}",
    re.IGNORECASE,
)
_DAY = re.compile(
    r"\d{2,4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,4}\s*[日号]?|\d{4}\s*年(?:\s*\d{1,2}\s*月)?"
    r"|\d{1,2}\s*月\s*\d{1,2}\s*[日号]?|\d{1,2}\s*[日号](?!楼)|\d{1,2}\s*[:点]\s*\d{2}|\d{1,2}[-/]\d{1,2}[-/]\d{2,4}"
    rf"|[{_NUMERAL}]{{1,3}}月[{_NUMERAL}]{{1,3}}[日号]"
    rf"|\b{_MONTH}\.?\s+\d{{1,2}}(?:st|nd|rd|th)?\b(?:,?\s+\d{{4}})?|\b\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH}\b(?:\s+\d{{4}})?",
    re.IGNORECASE,
)
_LISTS = yaml.safe_load((files(__package__) / "identifying.yaml").read_text(encoding="utf-8"))
_TITLE, _ROLE, _UNIT = ("|".join(_LISTS[name].split()) for name in ("titles", "roles", "units"))
_SURNAMES, _DOUBLE = "".join(_LISTS["surnames"].split()), "|".join(_LISTS["double_surnames"].split())
_NO_NAMES, _ALSO_NAMES = (frozenset(_LISTS[name].split()) for name in ("no_names", "also_names"))
_AMOUNT = re.compile(
    r"(?:[¥$€£]|\b(?:rmb|cny|usd|hkd|eur|gbp))\s*\d+(?:[,.]\d+)*\s*[万亿千百k]?"
    rf"|\d+(?:[,.]\d+)*\s*[多余来几]?\s*(?:[万亿千百]+(?!能)[多余]?(?:{_UNIT})?|{_UNIT}|(?:rmb|cny|usd|yuan|kuai|dollars?|euros?|pounds?|k)\b)"
    rf"|[{_NUMERAL}几][百千万亿][{_NUMERAL}百千万亿]*[多余]?(?:{_UNIT})?|[{_NUMERAL}几]+[多余]?(?:{_UNIT})",
    re.IGNORECASE,
)
# Digits in any spelling, with what people put between them; letters that look like digits count if enough are none.
_DIGITS = re.compile(rf"(?:[\d{_NUMERAL}幺oOlI][\s\-.()·•_/*,]{{0,3}}){{4,}}[xX]?")
_SPELLED = re.compile(
    r"(?:\b(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double)\b[\s,-]*){4,}", re.IGNORECASE
)
_MIXED = re.compile(rf"[A-Za-z{_HAN}]?[A-Za-z-]*[A-Za-z]-?\d[\dA-Za-z-]*|\d+[A-Za-z][\dA-Za-z]*")
# A short count of something everyday says nothing of who writes.
_COUNTED = (
    r"(?!\s?(?:个?(?:多)?(?:分钟|小时|钟头|月|星期)|[天次年周人个]|分|%|minutes?\b|mins?\b|hours?\b|days?\b|times?\b|weeks?\b|months?\b"
    r"|years?\b|people\b|counters?\b))"
)
_LEFT = re.compile(rf"(?<!\d)(?:\d{{3,}}|\d{{1,2}}(?!\d){_COUNTED})")
_PLACE = re.compile(
    rf"(?:(?![去在到的你们贵这那家个来从是])[{_HAN}]){{2,6}}(?:支行|分行|营业部|营业厅|分理处|储蓄所|[大]?街|路|大道|巷|小区|大厦|花园|号楼|单元)"
    r"|\b(?:[A-Z][\w']+\s+){1,3}(?:[Bb]ranch|[Rr]oad|[Ss]treet|[Aa]venue|[Ll]ane|[Bb]uilding|[Tt]ower|[Pp]laza|[Dd]istrict)\b"
)
_NAME = re.compile(
    rf"(?:{_DOUBLE}|[{_SURNAMES}])[{_HAN}]{{0,2}}?(?:{_TITLE})"
    rf"|[小老阿][{_SURNAMES}](?:{_TITLE})?"
    rf"|(?<=我叫)[{_HAN}A-Za-z·]{{2,4}}|(?<=名叫)[{_HAN}A-Za-z·]{{2,4}}|(?<=姓名)[是为:\s]*[{_HAN}·]{{2,4}}"
    rf"|(?<=户名)[是为:\s]*[{_HAN}·]{{2,4}}|(?<=联系人)[是为:\s]*[{_HAN}·]{{2,4}}|(?<=我姓)[{_HAN}]"
)
_CAPITAL = re.compile(r"[A-Z][A-Za-z'-]*(?:\s+[A-Z][A-Za-z'-]*)*")
_WIDE = str.maketrans(",;:!?", "，；：！？")


COMMON = 5  # customers who use a word: what nobody else says can be recognised


class Masked(NamedTuple):
    """A text without what identifies: the text with one letter of `MASKS` for each, and the kinds masked."""

    text: str
    kinds: tuple[str, ...]


def kinds() -> dict[str, str]:
    """Each kind of mask in words."""
    return {
        "name": _("name"), "number": _("number"), "amount": _("amount"), "day": _("date"), "place": _("place"),
        "contact": _("contact"), "employee": _("employee"),
    }  # fmt: skip


def readable(text: str) -> str:
    """A masked text as people read it: "[name] was friendly"."""
    for kind, word in kinds().items():
        text = text.replace(MASKS[kind], f"[{word}]")
    text = re.sub(r"(\[[^\]]+\])(?:\s*\1)+", r"\1", text)
    # Normalising made Chinese marks narrow.
    return re.sub(rf"(?<=[{_HAN}\]])[,;:!?]", lambda mark: mark[0].translate(_WIDE), text)


def plain(text: str) -> str:
    """Full-width and styled letters as plain ones; without invisible ones and repeated blanks."""
    text = unicodedata.normalize("NFKC", text)
    text = "".join(letter for letter in text if unicodedata.category(letter) not in ("Cf", "Co", "Cs"))
    return re.sub(r"\s+", " ", text).strip()


def content(text: str) -> set[str]:
    """Words of a text that carry something."""
    return set(tokens.words(tokens.plain(text))) - tokens.stop_words()


def common_words(texts: pd.Series, customers: pd.Series) -> frozenset[str]:
    """Words that at least 5 customers use, in small letters, and those of the language itself.

    A Latin word that nobody writes in small letters is none of them.
    """
    users: Counter = Counter()
    small: set[str] = set()
    for _customer, said in texts.groupby(customers.fillna("").to_numpy()):
        users.update(set().union(*(content(text) for text in said)))
        small |= {word for text in said for word in re.findall(r"(?<![A-Za-z])[a-z][a-z']*", text)}
    found = {
        word for word, count in users.items() if count >= COMMON and (word in small or not word.isascii())
    }
    return frozenset(found) | tokens.stop_words()


def mask(
    text: str,
    names: Collection[str] = frozenset(),
    places: Collection[str] = frozenset(),
    common: Collection[str] = frozenset(),
) -> Masked:
    """Mask what identifies.

    Parameters
    ----------
    text : str
    names : set of str
        Names that the bank knows, such as those of the respondents.
    places : collection of str
        Names of branches.
    common : set of str
        Words in small letters that are no names: a capital letter at the beginning of a sentence makes them none.
    """
    text = plain(text)
    for place in sorted(places, key=len, reverse=True):
        text = text.replace(place, MASKS["place"])
    text = _known(text, names)
    for kind, pattern in (("contact", _CONTACT), ("day", _DAY), ("amount", _AMOUNT)):
        text = pattern.sub(MASKS[kind], text)
    text = _DIGITS.sub(lambda run: MASKS["number"] if _many(run[0]) else run[0], text)
    for pattern in (_SPELLED, _MIXED, _LEFT):
        text = pattern.sub(MASKS["number"], text)
    text = _PLACE.sub(MASKS["place"], text)
    text = _NAME.sub(MASKS["name"], text)
    if not text.isascii():
        text = "".join(MASKS[what] if what else word for word, what in tagged(text, common))
    text = _CAPITAL.sub(lambda run: _capital(run, common), text)
    if MASKS["place"] in text:
        # Where somebody works and what as is who somebody is.
        text = re.sub(_ROLE, MASKS["employee"], text, flags=re.IGNORECASE)
    return Masked(text, tuple(kind for kind, letter in MASKS.items() if letter in text))


def _many(run: str) -> bool:
    """Whether a run of digits, numerals and letters that look like digits is a number."""
    real = sum(letter.isdigit() or letter in _NUMERAL or letter == "幺" for letter in run)
    return real >= 4 or (real >= 3 and any(letter.isdigit() for letter in run))


def _known(text: str, names: Collection[str]) -> str:
    """Names known to the bank, as they stand or in other letters' size."""
    if not names:
        return text
    for size in (4, 3, 2):
        found = {text[k : k + size] for k in range(len(text) - size + 1)} & set(names)
        for name in found:
            text = text.replace(name, MASKS["name"])
    lower = {name.casefold() for name in names if name.isascii()}
    words = re.findall(r"[A-Za-z'-]+", text)
    for size in (3, 2):
        for k in range(len(words) - size + 1):
            if " ".join(words[k : k + size]).casefold() in lower:
                text = re.sub(r"\s+".join(map(re.escape, words[k : k + size])), MASKS["name"], text)
    return text


def tagged(text: str, common: Collection[str] = frozenset()) -> list[tuple[str, str]]:
    """Words of a text with what they name: "name", "place" or "".

    By the cutter of Chinese words. It takes some verbs for names: those that others use too and that begin with no
    surname are none.
    """
    found = []
    for word, tag in rjieba.tag(text):
        what = {"nr": "name", "ns": "place"}.get(tag[:2], "") if re.search(f"[{_HAN}]", word) else ""
        known = word in common and word[0] not in _SURNAMES + "小老阿"
        found.append((word, "" if known or word in _NO_NAMES else what))
    return found


def _capital(run: re.Match, common: Collection[str]) -> str:
    """A run of words with capitals: a name, unless all are known to be none."""
    words, before = run[0].split(), run.string[: run.start()].rstrip()
    starts = not before or before[-1] in ".!?。！？;:…"
    if starts and words[0].lower() in common and words[0].lower() not in _ALSO_NAMES:
        words = words[1:]
    if all(word in _NO_NAMES for word in words):
        return run[0]
    kept = run[0][: run[0].index(words[0])]
    return kept + MASKS["name"]
