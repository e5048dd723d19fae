"""The tables' YAML is sound: what it names exists, and every column says what it must."""

from dataclasses import fields

import pytest

from analysis.bank.schema import Column, Table, tables
from analysis.bank.values import TYPES

EVERY_TABLE = pytest.mark.parametrize("spec", tables().values(), ids=tables())


def test_the_mandatory_tables_come_first():
    assert [t.name for t in tables().values() if t.mandatory] == ["accounts", "customers", "transactions"]
    assert list(tables())[:3] == ["accounts", "customers", "transactions"]


@EVERY_TABLE
def test_what_a_table_names_is_there(spec: Table):
    assert spec.key and set(spec.key) <= set(spec.columns)
    assert spec.grain and spec.en and spec.zh
    assert {name for pair in spec.order for name in pair} <= set(spec.columns)
    assert not (spec.known_at and spec.known_with)
    if spec.known_at:
        assert spec.columns[spec.known_at].type in ("date", "timestamp")
        assert not spec.columns[spec.known_at].optional
    if spec.known_with:
        assert spec.known_with["by"] in spec.columns
        assert spec.known_with["by"] in tables()[spec.known_with["table"]].columns


@EVERY_TABLE
def test_every_key_is_required(spec: Table):
    assert all(not spec.columns[name].optional for name in spec.key)


@EVERY_TABLE
def test_every_column_is_described(spec: Table):
    for column in spec.columns.values():
        assert column.type in TYPES
        assert column.sensitivity in ("id", "personal", "free text", "none")
        assert column.missing in ("error", "warning", "fine")
        assert column.en and column.zh
        assert any("一" <= letter <= "鿿" for letter in column.zh), column.name
        assert all(isinstance(value, str) for value in column.values + column.usual), column.name


@EVERY_TABLE
def test_references_and_days_of_columns_are_there(spec: Table):
    for column in spec.columns.values():
        if column.references:
            assert len(tables()[column.references].key) == 1, column.name
            assert column.type == "string"
        if column.blank_until:
            until = spec.columns[column.blank_until]
            assert until.type in ("date", "timestamp")
            assert until.optional, f"{column.name} is blank until {until.name}, which may not be blank"
        if column.until_then:
            assert column.blank_until and column.until_then in (column.values or (column.until_then,))


@EVERY_TABLE
def test_bounds_stand_on_numbers_and_values_on_text(spec: Table):
    for column in spec.columns.values():
        if column.min is not None or column.max is not None or column.usual_nonzero:
            assert column.type in ("int", "float"), column.name
        if column.min is not None and column.max is not None:
            assert column.min < column.max
        if column.values or column.usual:
            assert column.type == "string", column.name
        if column.usual_age:
            assert column.type == "date", column.name


def test_no_name_is_one_that_yaml_reads_as_a_truth_value():
    names = {name for spec in tables().values() for name in (spec.name, *spec.columns)}
    assert all(isinstance(name, str) for name in names)
    assert not {"on", "off", "yes", "no"} & names


def test_the_columns_that_identify_a_person_are_personal():
    customers = tables()["customers"].columns
    for name in ("name", "phone", "email", "birth_date"):
        assert customers[name].sensitivity == "personal"


def test_what_a_column_may_leave_unsaid_has_a_default():
    assert {f.name for f in fields(Column)} - {"name", "type", "en", "zh", "sensitivity"} == {
        "unit", "missing", "values", "usual", "min", "max", "usual_age", "usual_nonzero", "references",
        "blank_until", "until_then",
    }  # fmt: skip
    assert not Column("x", "string", "X", "某", "none").optional
