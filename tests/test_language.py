"""Numbers, money, shares and days as people read them, in both languages."""

import datetime as dt
import gettext
import io
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from analysis import language


@pytest.fixture(autouse=True)
def english_again():
    yield
    language.use("en")


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        (0, "0", "0"),
        (950, "950", "950"),
        (12_345, "12.3K", "1.2万"),
        (999_960, "1.0M", "100.0万"),
        (-4_500_000, "-4.5M", "-450.0万"),
        (2.5e9, "2.5B", "25.0亿"),
        (7e12, "7.0T", "7.0万亿"),
        (0.25, "0.2", "0.2"),
    ],
)
def test_short(value, english, chinese):
    assert language.short(value) == english
    language.use("zh")
    assert language.short(value) == chinese


@pytest.mark.parametrize("make", [language.number, language.percent, language.short])
@pytest.mark.parametrize("missing", [None, float("nan")])
def test_a_missing_number_is_a_dash(make, missing):
    assert make(missing) == "–"


def test_money_names_its_currency_and_keeps_its_sign():
    assert language.money(-12_300_000, "CNY") == "−CNY 12.3M"
    assert language.money(float("nan"), "CNY") == "–"


@pytest.mark.parametrize("day", ["2025-06-30", dt.date(2025, 6, 30), dt.datetime(2025, 6, 30, 12)])
def test_day(day):
    assert language.day(day) == "30 Jun 2025"
    language.use("zh")
    assert language.day(day) == "2025年6月30日"


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.1234, "share", "12.3%"),
        (12_345_678, "CNY", "CNY 12.3M"),
        (1234, "customers", "1,234 customers"),
        (0.93412, "index", "0.93 index"),
        (0.5, "", "0.50"),
    ],
)
def test_amount_by_unit(value, unit, text):
    assert language.amount(value, unit) == text


def test_an_unknown_language_is_named_with_the_known_ones():
    with pytest.raises(ValueError, match=r"language is 'fr'; expected one of en, zh"):
        language.use("fr")


def test_the_compiled_catalogue_is_the_one_that_is_edited():
    folder = Path(language.__file__).parent / "locale/zh/LC_MESSAGES"
    with open(folder / "analysis.po", "rb") as source, open(folder / "analysis.mo", "rb") as compiled:
        fresh = io.BytesIO()
        write_mo(fresh, read_po(source, locale="zh"))
        assert (
            gettext.GNUTranslations(compiled)._catalog
            == gettext.GNUTranslations(io.BytesIO(fresh.getvalue()))._catalog
        )


def test_the_empty_message_stays_empty():
    language.use("zh")
    assert language._("") == ""
