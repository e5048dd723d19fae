"""Tables and columns: which are there, missing or misspelt, and which can be read in the contract's types."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

import ibis
import pandera.errors
import pandera.ibis as pa

from analysis.bank.check.findings import EXAMPLES, Finding
from analysis.bank.schema import Column, Table, tables
from analysis.bank.source import Bank
from analysis.bank.values import convertible
from analysis.language import _, number


@dataclass(frozen=True)
class Readable:
    """A table of a bank as far as it can be read.

    Attributes
    ----------
    table : ibis.Table
        Grain of the table itself. The columns of the contract in its types, where they are there and can be
        converted, and every stored column again as ``stored_<name>``.
    types : dict
        Stored type of each column of the contract that is there.
    as_text : bool
        Whether every column is text by nature of the store (CSV).
    """

    spec: Table
    table: ibis.Table
    types: dict[str, ibis.DataType]
    as_text: bool

    @property
    def usable(self) -> dict[str, Column]:
        """Columns that have the contract's type."""
        return {name: column for name, column in self.spec.columns.items() if name in self.table.columns}

    @property
    def key(self) -> tuple[str, ...]:
        """Usable columns of the key."""
        return tuple(name for name in self.spec.key if name in self.usable)


def readable(bank: Bank, spec: Table) -> Readable:
    """Table `spec` of `bank` with every column that can be read."""
    raw = bank.raw(spec.name)
    present = {name: column for name, column in spec.columns.items() if name in raw.columns}
    usable = {n: c for n, c in present.items() if convertible(raw[n].type(), c.type)}
    stored = {f"stored_{name}": raw[name] for name in present}
    columns = {name: bank.converted(raw[name], column) for name, column in usable.items()}
    files = bank.files.get(spec.name, [])
    return Readable(
        spec=spec,
        table=raw.select(**columns, **stored) if present else raw,
        types={name: raw[name].type() for name in present},
        as_text=bool(files) and files[0].suffix == ".csv",
    )


def missing_tables(bank: Bank) -> Iterator[Finding]:
    """Mandatory tables that the bank lacks."""
    unknown = [name for name in bank.found if name not in tables()]
    for spec in tables().values():
        if spec.mandatory and spec.name not in bank.found:
            yield Finding(
                table=spec.name,
                column="",
                rule="missing table",
                severity="error",
                problem=_("is missing") + _alike(spec.name, unknown),
                expected=_("a table of that name, one row per {grain}").format(grain=spec.grain),
                remedy=_("Add it, or rename the one that it is."),
            )


def unknown_tables(bank: Bank) -> Iterator[Finding]:
    """Tables of which the contract says nothing: misspelt ones each, the others together."""
    absent = [name for name in tables() if name not in bank.found]
    unknown = [name for name in bank.found if name not in tables()]
    near = {name: found for name in unknown if (found := _nearest(name, absent))}
    for name, meant in near.items():
        if not tables()[meant].mandatory:
            yield _unknown(name, "", "unknown table", _("is no table of the contract"), meant)
    others = [name for name in unknown if name not in near]
    if others:
        problem = _("{count} tables that the contract does not know").format(count=number(len(others)))
        yield _unknown(", ".join(others[:EXAMPLES]), "", "unknown table", f"– {problem}")


def column_findings(found: Readable, raw: ibis.Table) -> Iterator[Finding]:
    """Required columns that are missing, and columns of which the contract says nothing."""
    spec = found.spec
    unknown = [name for name in raw.columns if name not in spec.columns]
    missing = _absent(spec, raw)
    for name in missing:
        yield Finding(
            table=spec.name,
            column=name,
            rule="missing column",
            severity="error",
            problem=_("is missing") + _alike(name, unknown),
            expected=_("a column of type {type} ({meaning})").format(
                type=spec.columns[name].type, meaning=spec.columns[name].en.lower()
            ),
            remedy=_("Add it, or rename the one that it is."),
        )
    absent = [name for name in spec.columns if name not in raw.columns]
    near = {name: meant for name in unknown if (meant := _nearest(name, absent))}
    for name, meant in near.items():
        if meant not in missing:
            yield _unknown(spec.name, name, "unknown column", _("is no column of the contract"), meant)
    others = [name for name in unknown if name not in near]
    if others:
        problem = _("has columns that the contract does not know: {names}").format(names=_listed(others))
        yield _unknown(spec.name, "", "unknown column", problem)


def _absent(spec: Table, raw: ibis.Table) -> list[str]:
    """Required columns that `raw` lacks, by pandera; it asks the engine nothing for that."""
    contract = {n: pa.Column(required=not c.optional, nullable=True) for n, c in spec.columns.items()}
    try:
        with pa.config.config_context(validation_depth=pa.config.ValidationDepth.SCHEMA_ONLY):
            pa.DataFrameSchema(contract).validate(raw, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        return [error.failure_cases for error in errors.schema_errors]
    return []


def _unknown(table: str, column: str, rule: str, problem: str, meant: str = "") -> Finding:
    guess = _("Did you mean {name}? Then rename it.").format(name=meant)
    return Finding(
        table=table,
        column=column,
        rule=rule,
        severity="warning",
        problem=problem,
        expected=_("the names of data/DICTIONARY.md"),
        remedy=guess if meant else _("They are not read; nothing needs to be done."),
    )


def _listed(names: list[str]) -> str:
    rest = len(names) - EXAMPLES
    more = _(" and {count} more").format(count=number(rest)) if rest > 0 else ""
    return ", ".join(names[:EXAMPLES]) + more


def _alike(name: str, unknown: list[str]) -> str:
    found = _nearest(name, unknown)
    return _(", but there is {name}").format(name=found) if found else ""


def _nearest(name: str, choices: list[str]) -> str:
    """The one of `choices` that `name` may be a misspelling of, or nothing."""
    plain = {choice.strip().lower().replace(" ", "_").replace("-", "_"): choice for choice in choices}
    found = get_close_matches(name.strip().lower().replace(" ", "_"), plain, n=1, cutoff=0.8)
    return plain[found[0]] if found else ""
