"""References to other tables: a left join for each, so that orphans are counted with all other rules."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from analysis.bank.check.rule import Rule, empty
from analysis.bank.check.structure import Readable
from analysis.bank.check.values import PLACEHOLDERS
from analysis.bank.schema import Table, tables
from analysis.language import _


def with_parents(found: Readable, sound: Mapping[str, Readable]) -> tuple[Readable, list[Rule]]:
    """`found` beside the keys that its rows refer to, and the rules that these be there.

    A reference to a table that the bank does not have, or that cannot be read, is not checked.
    """
    table, joined = found.table, []
    for column, parent, key in _links(found.spec):
        if column in found.usable and parent in sound and key in sound[parent].usable:
            name = f"parent_{column}"
            keys = sound[parent].table
            keys = keys.filter(keys[key].notnull()).select(**{name: keys[key]}).distinct()
            table = table.left_join(keys, [(column, name)])
            joined.append((column, parent, key, name))
    beside = replace(found, table=table)
    return beside, [_orphan(beside, *link) for link in joined]


def _links(spec: Table) -> Iterator[tuple[str, str, str]]:
    """Column, table it refers to, column there."""
    for column in spec.columns.values():
        if column.references:
            yield column.name, column.references, tables()[column.references].key[0]
    if spec.known_with and not spec.columns[spec.known_with["by"]].references:
        yield spec.known_with["by"], spec.known_with["table"], spec.known_with["by"]


def _orphan(found: Readable, column: str, parent: str, key: str, name: str) -> Rule:
    value = found.table[column]
    given = ~empty(value) & ~value.lower().isin(PLACEHOLDERS)
    return Rule(
        column=column,
        name="orphan",
        severity="error",
        broken=given & found.table[name].isnull(),
        problem=_("refers to nothing"),
        expected=_("a value of {column}").format(column=f"{parent}.{key}"),
        remedy=_("Add the missing rows to {table}, or remove these.").format(table=parent),
        shows=(column,),
    )
