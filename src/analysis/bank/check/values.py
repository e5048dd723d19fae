"""Rules on one value at a time: its type, that it is there, its size, the codes it may be."""

from collections.abc import Iterator

import ibis
import ibis.expr.datatypes as dt

from analysis.bank.check.rule import Rule, empty, kind
from analysis.bank.check.structure import Readable
from analysis.bank.schema import Column
from analysis.language import _, number

# No amount, count or duration of a bank is larger; a column may have narrower bounds of its own.
LARGEST = 1e15
PLACEHOLDERS = ("nan", "null", "none", "nat", "n/a", "<na>")


def value_rules(found: Readable) -> Iterator[Rule]:
    """Every rule on a single value of `found`."""
    for name in found.types:
        column = found.spec.columns[name]
        yield from _type(found, column)
        yield from _blank(found, column)
        if name in found.usable:
            yield from _numbers(found, column)
            yield from _values(found, column)


def _type(found: Readable, column: Column) -> Iterator[Rule]:
    name, stored = column.name, found.types[column.name]
    value = found.table[f"stored_{name}"]
    common = {"column": name, "expected": kind(column), "shows": (f"stored_{name}",)}
    remedy = _("Convert it when you load the table.")
    if name not in found.usable:
        problem = _("is stored as {type}").format(type=stored)
        yield Rule(
            **common, name="type", severity="error", broken=value.notnull(), problem=problem, remedy=remedy
        )
        return
    if stored.is_string() and column.type != "string":
        is_text, spelt = ~empty(value), found.table[name].notnull()
        text = {**common, "problem": _("is text"), "remedy": remedy}
        yield Rule(**text, name="type", severity="error", broken=is_text & ~spelt)
        if not found.as_text:
            yield Rule(**text, name="stored as text", severity="warning", broken=is_text & spelt)
    elif column.type == "int" and not stored.is_integer():
        real = value.cast(dt.float64)
        too_large = ~_endless(real) & found.table[name].isnull()
        broken = value.notnull() & ((real != real.floor()) | too_large)
        yield Rule(
            **common,
            name="type",
            severity="error",
            broken=broken,
            problem=_("is no whole number"),
            remedy=remedy,
        )
    elif column.type == "bool" and not stored.is_boolean():
        broken = ~value.isin([0, 1])
        yield Rule(
            **common,
            name="type",
            severity="error",
            broken=broken,
            problem=_("is no truth value"),
            remedy=remedy,
        )
    elif stored.is_timestamp() and stored.timezone:
        yield Rule(
            **common,
            name="time zone",
            severity="warning",
            broken=value.notnull(),
            problem=_("carries a time zone ({zone})").format(zone=stored.timezone),
            remedy=_(
                "Convert it to the bank's local time when you load the table; hours and days depend on it."
            ),
        )


def _blank(found: Readable, column: Column) -> Iterator[Rule]:
    if column.missing == "fine" and column.name not in found.spec.key:
        return
    value = found.table[f"stored_{column.name}"]
    broken = value.isnull()
    if value.type().is_string():
        broken = empty(value)
        if column.sensitivity == "id" or column.references or column.name in found.spec.key:
            broken = broken | value.lower().isin(PLACEHOLDERS)
    yield Rule(
        column=column.name,
        name="blank",
        severity="error" if column.name in found.spec.key else column.missing,
        broken=broken,
        problem=_("is blank"),
        expected=_("a value in every row"),
        remedy=_("Fill it in where the table is made, or leave the rows out."),
    )


def _numbers(found: Readable, column: Column) -> Iterator[Rule]:
    if column.type not in ("int", "float"):
        return
    value, finite = found.table[column.name], ibis.literal(True)
    common = {"column": column.name, "shows": (column.name,)}
    if found.types[column.name].is_floating():
        stored = found.table[f"stored_{column.name}"]
        finite = ~_endless(stored)
        yield Rule(
            column=column.name,
            name="finite",
            severity="error",
            broken=_endless(stored),
            problem=_("is NaN or infinite"),
            expected=_("a number, or a blank"),
            remedy=_("Write a blank where there is no value."),
            shows=(f"stored_{column.name}",),
        )
    low = -LARGEST if column.min is None else column.min
    high = LARGEST if column.max is None else column.max
    yield Rule(
        **common,
        name="range",
        severity="error",
        broken=finite & ((value < low) | (value > high)),
        problem=_("is out of range"),
        expected=_between(column),
        remedy=_("Correct it at its source."),
    )
    if column.usual_nonzero:
        yield Rule(
            **common,
            name="zero",
            severity="warning",
            broken=value == 0,
            problem=_("is zero"),
            expected=_("a number other than zero"),
            remedy=_("Leave out rows that move nothing."),
        )


def _endless(value: ibis.Value) -> ibis.Value:
    return value.isnan() | value.isinf()


def _values(found: Readable, column: Column) -> Iterator[Rule]:
    value = found.table[column.name]
    for allowed, name, severity in (
        (column.values, "allowed values", "error"),
        (column.usual, "usual values", "warning"),
    ):
        if allowed:
            yield Rule(
                column=column.name,
                name=name,
                severity=severity,
                broken=~value.isin(allowed) & ~empty(value),
                problem=_("has values that are not on the list"),
                expected=_("one of {values}").format(values=", ".join(allowed)),
                remedy=_("Map the bank's own codes to these when you load the table."),
                shows=(column.name,),
            )


def _between(column: Column) -> str:
    low = None if column.min is None else number(column.min, _digits(column.min))
    high = number(LARGEST if column.max is None else column.max, _digits(column.max or 0))
    if low is None:
        return _("at most {high} in size").format(high=high)
    return _("{low} to {high}").format(low=low, high=high)


def _digits(bound: float) -> int:
    return 0 if float(bound).is_integer() else 2
