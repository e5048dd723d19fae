"""data/DICTIONARY.md says what the tables' YAML says."""

import re
from pathlib import Path

import pytest

from analysis.bank.dictionary import render
from analysis.bank.schema import tables

FILE = Path(__file__).parents[2] / "data" / "DICTIONARY.md"


def section(name: str) -> str:
    return re.search(rf"^## {name}\n(.*?)(?=^## |\Z)", render(), re.DOTALL | re.MULTILINE)[1]


def test_the_file_has_not_drifted():
    assert FILE.read_text(encoding="utf-8") == render(), "run: make docs"


@pytest.mark.parametrize("name", list(tables()))
def test_every_column_is_there_in_both_languages(name):
    spec, text = tables()[name], section(name)
    assert f"One row per · 粒度: {spec.grain}" in text
    assert spec.en in text and spec.zh in text
    lines = [line for line in text.splitlines() if re.match(r"\| \*{0,2}`", line)]
    assert len(lines) == len(spec.columns)
    for line, column in zip(lines, spec.columns.values(), strict=True):
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        assert cells[0].strip("*`") == column.name
        assert (cells[0].startswith("**")) == (column.name in spec.key)
        assert [cells[1], cells[2], cells[3]] == [column.type, column.unit, column.missing]
        assert [cells[5], cells[6], cells[7]] == [column.en, column.zh, column.sensitivity]


def test_time_and_values_are_said_in_words():
    assert "from `booked_at`" in section("transactions")
    assert "with its row of [survey_invitations](#survey_invitations), by `response_id`" in section(
        "survey_answers"
    )
    assert "timeless" in section("branches")
    assert "`joined_on` is not later than `left_on`" in section("customers")
    assert "| `closed_on` | date |  | fine |  |" in section("accounts")
    assert "one of `open`, `won`, `lost`" in section("crm_opportunities")
    assert "`closed_on`, `open` until then" in section("crm_opportunities")
    assert "a key of [customers](#customers)" in section("accounts")
    assert "usually 0 to 110 years ago" in section("customers")


def test_every_link_has_its_section():
    text = render()
    assert set(re.findall(r"\(#(\w+)\)", text)) == set(re.findall(r"^## (\w+)", text, re.MULTILINE))
