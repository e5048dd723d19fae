"""Numbers, money, shares and days as people read them, in both languages."""

import datetime as dt
import gettext
import io
import json
import re

import pytest
import yaml
from babel.messages.mofile import write_mo

from analysis import language, translation


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
        (999_949, "999.9K", "100.0万"),
        (999_950, "1.0M", "100.0万"),
        (960, "960", "960"),
        (999.96, "1.0K", "1,000.0"),
        (9_600, "9.6K", "9,600"),
        (9_999.6, "10.0K", "9,999.6"),
        (9_999.96, "10.0K", "1.0万"),
        (99_999_999, "100.0M", "1.0亿"),
        (96_000_000, "96.0M", "9,600.0万"),
        (-4_500_000, "−4.5M", "−450.0万"),
        (-0.0, "0", "0"),
        (float("-inf"), "−∞", "−∞"),
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


def test_what_rounds_to_nothing_has_no_sign():
    assert language.number(-0.04, 1) == "0.0"
    assert language.percent(-0.0004) == "0.0%"
    assert language.percent(-0.0006) == "−0.1%"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-12_300_000, "−CNY 12.3M"),
        (float("nan"), "–"),
        (960_000, "CNY 960.0K"),
        (0.04, "CNY 0.04"),
        (-0.04, "−CNY 0.04"),
        (-0.004, "CNY 0"),
        (-0.0, "CNY 0"),
        (float("inf"), "CNY ∞"),
    ],
)
def test_money_names_its_currency_and_keeps_its_sign(value, text):
    assert language.money(value, "CNY") == text


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
        (0, "customers", "0 customers"),
        (1.0, "customers", "1 customer"),
        (-1, "points", "−1 point"),
        (1, "complaints", "1 complaint"),
        (0.0004, "", "0.00040"),
        (-0.0004, "", "−0.00040"),
        (0.0, "share", "0.0%"),
        (0.0004, "share", "0.04%"),
        (0.00004, "share", "<0.01%"),
        (0.9996, "share", "99.96%"),
        (0.99999, "share", ">99.99%"),
        (1.0, "share", "100.0%"),
        (-0.05, "share", "−5.0%"),
        (-0.0004, "share", "−0.04%"),
        (None, "customers", "–"),
        (float("nan"), "share", "–"),
    ],
)
def test_amount_by_unit(value, unit, text):
    assert language.amount(value, unit) == text


def test_an_unknown_language_is_named_with_the_known_ones():
    with pytest.raises(ValueError, match=r"language is 'fr'; expected one of en, zh"):
        language.use("fr")


@pytest.fixture(scope="module")
def catalogue():
    return translation.read()


def every(catalogue) -> list:
    return [message for message in catalogue if message.id]


def texts(said: str | tuple) -> list[str]:
    """A message or translation; of one with a plural, all its forms."""
    return list(said) if isinstance(said, tuple) else [said]


def blanks(text: str) -> set[str]:
    return set(re.findall(r"{([^{}!:]*)", text))


def test_the_catalogue_has_the_messages_of_the_source_and_no_others(catalogue):
    """Run `make docs` after a change of a message, and translate what is new."""
    source = {message.id for message in every(translation.messages())}
    assert {message.id for message in every(catalogue)} == source
    assert len(source) > 500


def test_every_message_is_translated(catalogue):
    assert [message.id for message in every(catalogue) if not all(texts(message.string))] == []
    assert [message.id for message in every(catalogue) if message.fuzzy] == []


def test_translations_fill_the_same_blanks(catalogue):
    for message in every(catalogue):
        for translated in filter(None, texts(message.string)):
            assert blanks(translated) == set().union(*map(blanks, texts(message.id))), message.id


def test_chinese_is_written_with_its_own_punctuation(catalogue):
    half = re.compile(r"[\u4e00-\u9fff][,;:!?()]|[,;:!?()][\u4e00-\u9fff]")
    for message in every(catalogue):
        assert not any(half.search(text) for text in texts(message.string)), message.string


def test_chinese_leaves_no_blank_beside_numbers_and_letters(catalogue):
    blank = re.compile(r"[\u4e00-\u9fff] +[{0-9A-Za-z]|[}0-9A-Za-z%] +[\u4e00-\u9fff]")
    for message in every(catalogue):
        assert not any(blank.search(text) for text in texts(message.string)), message.string


def test_an_untranslated_message_of_a_notebook_would_be_found(tmp_path):
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": ["# Title\n", "\n", "Question?"]},
        {"cell_type": "code", "metadata": {}, "source": ["x = _('One')\n", "ngettext('{n} a', '{n} b', 2)"]},
        {"cell_type": "markdown", "metadata": {"tags": ["notebook-only"]}, "source": ["Not on the page"]},
    ]
    file = io.BytesIO(json.dumps({"cells": cells}).encode())
    found = [
        (function, message)
        for _n, function, message, _c in translation.extract_notebook(
            file, {"_": None, "ngettext": (1, 2)}, [], {}
        )
    ]
    assert found == [
        (None, "Title"), (None, "Question?"), ("_", "One"), ("ngettext", ("{n} a", "{n} b", None)),
    ]  # fmt: skip


def test_the_compiled_catalogue_is_the_one_that_is_edited(catalogue):
    with open(translation.CATALOGUE.with_suffix(".mo"), "rb") as compiled:
        fresh = io.BytesIO()
        write_mo(fresh, catalogue)
        assert (
            gettext.GNUTranslations(compiled)._catalog
            == gettext.GNUTranslations(io.BytesIO(fresh.getvalue()))._catalog
        )


def test_lists_and_sentences_follow_the_language():
    assert language.listed(["a", "b"]) == "a, b"
    assert language.together("One.", "Two.") == "One. Two."
    language.use("zh")
    assert language.listed(["a", "b"]) == "a、b"
    assert language.together("一。", "二。") == "一。二。"


def test_the_empty_message_stays_empty():
    language.use("zh")
    assert language._("") == ""


def test_the_catalogue_speaks_the_words_of_the_glossary(catalogue):
    glossary = yaml.safe_load(
        (translation.CATALOGUE.parents[2] / "glossary.yaml").read_text(encoding="utf-8")
    )
    used = set()
    for message in every(catalogue):
        english = re.sub(r"{[^{}]*}", "", " ".join(texts(message.id)))
        chinese = " ".join(texts(message.string))
        for term, words in glossary.items():
            if re.search(rf"\b{term}", english, re.IGNORECASE):
                used.add(term)
                assert any(word in chinese for word in words), (term, message.id, message.string)
    assert len(used) > 20


def test_what_has_no_translation_stays_english_and_is_noted():
    language.use("zh")
    assert language._("No catalogue has this.") == "No catalogue has this."
    assert language.ngettext("{n} odd one", "{n} odd ones", 2) == "{n} odd ones" and language._("天") == "天"
    assert language._("## Limits") == "## 局限"
    assert language.untranslated() == ["No catalogue has this.", "{n} odd one"]
    language.use("en")
    assert language._("No catalogue has this.") == "No catalogue has this." and language.untranslated() == []
