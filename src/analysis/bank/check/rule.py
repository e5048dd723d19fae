"""A rule on the values of a table: a condition that is true where a row breaks it, and what to say then.

All conditions of a table are counted in one query (`tally`). Pandera's own checks ask one query each, compute
every built-in one over a join by row number, and on failure load the whole column.
"""

from dataclasses import dataclass

import ibis

from analysis.bank.schema import Column
from analysis.language import _


@dataclass(frozen=True)
class Rule:
    """A condition that is true for the rows that break it; `shows` are the columns worth showing then."""

    column: str
    name: str
    severity: str
    broken: ibis.Value
    problem: str
    expected: str
    remedy: str
    shows: tuple[str, ...] = ()


def empty(text: ibis.Value) -> ibis.Value:
    """Whether text is null or has nothing but blanks, the wide one of Chinese text among them.

    Not by `strip`: on Spark, Ibis 12.0.0 strips the letters f and v too.
    """
    return text.isnull() | text.re_search("^[ \t\r\n\u3000]*$")


def kind(column: Column) -> str:
    """What a column holds, in words."""
    if column.type == "float":
        if column.unit == "currency":
            return _("a number in the bank's currency")
        return _("a number ({unit})").format(unit=column.unit) if column.unit else _("a number")
    return {
        "string": _("text"),
        "int": _("a whole number"),
        "bool": _("true or false"),
        "date": _("a day such as 2024-12-31"),
        "timestamp": _("a moment in local time such as 2024-12-31 23:59:59"),
    }[column.type]


def shown(value: object) -> str:
    """A value as people read it: text in quotes and in short, without anything that moves a cursor."""
    if isinstance(value, str):
        text = value if len(value) <= 40 else value[:39] + "…"
        return '"' + "".join(c if c.isprintable() else "�" for c in text) + '"'
    return "–" if value is None else str(value)
