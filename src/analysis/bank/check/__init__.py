"""What is wrong with a bank's tables: errors forbid an analysis, warnings ask for care."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from analysis.bank.check.days import LastDay, day_rules, last_day
from analysis.bank.check.files import file_findings
from analysis.bank.check.findings import Finding, ordered, report, to_frame
from analysis.bank.check.keys import duplicate_keys
from analysis.bank.check.references import with_parents
from analysis.bank.check.structure import Readable, column_findings, missing_tables, readable, unknown_tables
from analysis.bank.check.tally import row_findings
from analysis.bank.check.values import value_rules
from analysis.bank.schema import tables
from analysis.bank.source import Bank, BankError
from analysis.language import _

__all__ = ["Finding", "check", "report", "to_frame"]

_ENGINES = ("duckdb", "_duckdb", "psycopg", "pyspark", "py4j", "pyarrow")


def check(bank: Bank) -> list[Finding]:
    """Hold every table of `bank` against the contract; nothing is changed.

    Returns
    -------
    list of Finding
        One per table, column and rule that is broken: errors first, then by table and column. Empty for a
        bank that keeps the contract.
    """
    findings = [*missing_tables(bank), *unknown_tables(bank)]
    sound: dict[str, Readable] = {}
    for name in bank.names:
        found = list(file_findings(name, bank.files.get(name, [])))
        findings += found or _guarded(name, lambda name=name: _open(bank, name, sound))
    profile = sound.get("bank_profile")
    last = last_day(profile)
    for name, table in sound.items():
        findings += _guarded(name, lambda table=table: _rows(table, sound, last))
    return ordered(_softened(findings, set(sound)))


def _softened(findings: list[Finding], sound: set[str]) -> list[Finding]:
    """Empty mandatory tables are warnings if all of them are empty and other tables are not.

    One empty table is a load that failed; all of them, beside feedback with rows, are a bank of which no customer is
    known, such as complaints filed with an authority.
    """
    mandatory = {name for name, spec in tables().items() if spec.mandatory}
    empty = {finding.table for finding in findings if finding.rule == "no rows"}
    if not mandatory <= empty or "feedback" not in sound - empty:
        return findings
    remedy = _("Nothing, if no customer is known: what needs customers is not run. Else load it again.")
    return [
        replace(f, severity="warning", remedy=remedy) if f.rule == "no rows" and f.table in mandatory else f
        for f in findings
    ]


def _open(bank: Bank, name: str, sound: dict[str, Readable]) -> Iterator[Finding]:
    table = readable(bank, tables()[name])
    yield from column_findings(table, bank.raw(name))
    if table.types:
        sound[name] = table


def _rows(table: Readable, sound: Mapping[str, Readable], last: LastDay) -> Iterator[Finding]:
    beside, orphans = with_parents(table, sound)
    yield from row_findings(beside, [*value_rules(beside), *day_rules(beside, last), *orphans])
    yield from duplicate_keys(table)


def _guarded(name: str, findings: Callable[[], Iterable[Finding]]) -> list[Finding]:
    """The findings, or one that says what the engine says; an error that is not the engine's is ours."""
    try:
        return list(findings())
    except Exception as error:
        if not isinstance(error, BankError) and type(error).__module__.split(".")[0] not in _ENGINES:
            raise
        reason = str(error).strip().splitlines()[0].removeprefix(f"table {name} cannot be read: ")
        return [
            Finding(
                table=name,
                column="",
                rule="unreadable table",
                severity="error",
                problem=_("cannot be read: {reason}").format(reason=reason.rstrip(".")),
                expected=_("a table that can be read to its end"),
                remedy=_("Write it again."),
            )
        ]
