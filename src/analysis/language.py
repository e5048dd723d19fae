"""Every sentence, number and date that a person reads: gettext catalogues and Babel formats.

English is the source language. A sentence without a translation stays English, and is noted (`untranslated`).
"""

import gettext
import re
from collections.abc import Iterable
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from itertools import pairwise
from math import floor, isfinite, log10

from babel import Locale, dates, numbers

LANGUAGES = {"en": "en_GB", "zh": "zh_Hans_CN"}

_current: ContextVar[str] = ContextVar("language", default="en")
_missing: set[str] = set()


def use(language: str) -> None:
    """Set the language of all that follows in this process.

    Raises
    ------
    ValueError
        If `language` is not one of `LANGUAGES`.
    """
    if language not in LANGUAGES:
        raise ValueError(f"language is {language!r}; expected one of {', '.join(LANGUAGES)}")
    _current.set(language)
    _missing.clear()


def current() -> str:
    """Code of the language in use, ``"en"`` or ``"zh"``."""
    return _current.get()


class _Untranslated(gettext.NullTranslations):
    """What a catalogue lacks: it stays English and is noted."""

    def gettext(self, message: str) -> str:
        # What is Chinese already, such as a unit that its caller translated, lacks nothing.
        if re.search("[A-Za-z]", message):
            _missing.add(message)
        return message

    def ngettext(self, one: str, many: str, count: int) -> str:
        _missing.add(one)
        return super().ngettext(one, many, count)


@cache
def _translations(language: str) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    found = gettext.translation("analysis", str(files("analysis") / "locale"), [language])
    found.add_fallback(_Untranslated())
    return found


def _catalogue() -> gettext.NullTranslations:
    return _translations(current())


def untranslated() -> list[str]:
    """English messages that were asked for since the language was set, and that its catalogue lacks."""
    return sorted(_missing)


def _(message: str) -> str:
    """Translate a sentence; fill its ``{blanks}`` afterwards with ``.format``."""
    # To gettext the empty message is the catalogue's header.
    return _catalogue().gettext(message) if message else ""


def ngettext(one: str, many: str, count: int) -> str:
    """Translate a sentence that changes with a count."""
    return _catalogue().ngettext(one, many, count)


def listed(names: Iterable[str]) -> str:
    """Names one after the other: "a, b" or "a、b"."""
    return _(", ").join(names)


def together(*sentences: str) -> str:
    """Sentences one after the other; Chinese ones stand without a blank between them."""
    return ("" if current() == "zh" else " ").join(sentences)


def locale() -> Locale:
    """Babel locale of the language in use."""
    return Locale.parse(LANGUAGES[current()])


def _is_missing(value: float | None) -> bool:
    return value is None or value != value


def _pattern(digits: int) -> str:
    return "#,##0" + ("." + "0" * digits if digits else "")


def number(value: float, digits: int = 0) -> str:
    """A number with thousands separators and a fixed count of decimals; "–" for a missing one."""
    if _is_missing(value):
        return "–"
    # What rounds to nothing has no sign; others have that of print, as amounts of money do.
    shown = numbers.format_decimal(value if round(value, digits) else 0, _pattern(digits), locale())
    return shown.replace("-", "−")


def percent(value: float, digits: int = 1) -> str:
    """A share as a percentage: 0.123 is "12.3%"."""
    if _is_missing(value):
        return "–"
    rounded = value if round(value, digits + 2) else 0
    return numbers.format_percent(rounded, _pattern(digits) + "%", locale()).replace("-", "−")


# Chinese counts in 万 (10^4) and 亿 (10^8).
_STEPS = {
    "en": ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K"), (1, "")),
    "zh": ((1e12, "万亿"), (1e8, "亿"), (1e4, "万"), (1, "")),
}


def short(value: float, digits: int = 1) -> str:
    """A large number in short: 12,300,000 is "12.3M" or "1,230.0万"."""
    if _is_missing(value) or not isfinite(value):
        return number(value)
    for (step, name), (below, _name) in pairwise(_STEPS[current()]):
        # The largest step that the value reaches, were it rounded below: 1,000.0K is 1.0M, 960.0K stays.
        if round(abs(value) / below, digits) * below >= step:
            return number(value / step, digits) + name
    return number(value, 0 if float(value).is_integer() else digits)


def money(value: float, currency: str, digits: int = 1) -> str:
    """An amount of money in short with the currency's code: "CNY 12.3M"; less than one to the hundredth."""
    if _is_missing(value):
        return "–"
    small = 0 < abs(value) < 1
    rounded = round(value, max(digits, 2)) if small else value
    sign = "−" if rounded < 0 else ""
    return f"{sign}{currency} {short(abs(rounded), max(digits, 2) if small else digits)}"


def day(value: date | datetime | str) -> str:
    """A day written out: "30 Jun 2025" or "2025年6月30日"."""
    if isinstance(value, str):
        value = date.fromisoformat(value[:10])
    return dates.format_date(value, "long" if current() == "zh" else "d MMM y", locale())


def share(value: float) -> str:
    """A share as a percentage that reads 0 % or 100 % only if it is: "0.04%", "<0.01%", "99.96%"."""
    if _is_missing(value) or value in (0, 1):
        return percent(value)
    if abs(value) < 0.00005:
        return ("<" if value > 0 else ">") + percent(0.0001 if value > 0 else -0.0001, 2)
    if 0.99995 <= value < 1:
        return ">" + percent(0.9999, 2)
    return percent(value, 2 if abs(value) < 0.0005 or 0.9995 <= value < 1 else 1)


def counted(shown: str, unit: str) -> str:
    """A number, written already, with its noun: "1 customer", "120 complaints"; in Chinese with the measure word."""
    count = 1 if shown.lstrip("+−") == "1" else 2
    if shown == "–":
        return shown
    nouns = {
        "customers": ngettext("{n} customer", "{n} customers", count),
        "complaints": ngettext("{n} complaint", "{n} complaints", count),
        "points": ngettext("{n} point", "{n} points", count),
    }
    return nouns.get(unit, f"{{n}} {_(unit)}").format(n=shown).strip()


def plain(value: float) -> str:
    """A plain number with as many decimals as tell it: "5,000", "0.86", "0.0004"."""
    if _is_missing(value) or not isfinite(value) or float(value).is_integer() or abs(value) >= 100:
        return number(value)
    return number(value, 2 if abs(value) >= 0.01 else min(1 - floor(log10(abs(value))), 6))


def is_money(unit: str) -> bool:
    """Whether a unit is a currency's ISO code."""
    return len(unit) == 3 and unit.isupper()


def amount(value: float, unit: str) -> str:
    """A figure in its unit as people read it.

    `unit` is ``"share"``, ``"points"``, a currency's ISO code in capitals, or a noun such as ``"customers"``.
    """
    if unit == "share":
        return share(value)
    return money(value, unit) if is_money(unit) else counted(plain(value), unit)
