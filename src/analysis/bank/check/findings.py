"""A finding: what is wrong, where, how often, what was expected and what to do."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields

import pandas as pd

from analysis.language import _, ngettext, number

EXAMPLES = 3


@dataclass(frozen=True)
class Finding:
    """One rule of the contract that a table breaks.

    Attributes
    ----------
    table, column : str
        Where; the column is empty if the table as a whole is meant.
    rule : str
        Short name of the rule, the same in every language.
    severity : {"error", "warning"}
        With an error the table cannot be analysed; with a warning it can, with care.
    problem : str
        What came.
    count : int
        Rows (duplicate keys: keys) that break it; 0 if table or column as a whole do.
    examples : tuple of str
        At most three: key and value of a row. Values of personal columns and free text are hidden.
    expected, remedy : str
    """

    table: str
    column: str
    rule: str
    severity: str
    problem: str
    expected: str
    remedy: str
    count: int = 0
    examples: tuple[str, ...] = ()

    @property
    def message(self) -> str:
        """One sentence for people, and the remedy."""
        where = f"{self.table}.{self.column}" if self.column else self.table
        said = _("{where} {problem}{count}; expected {expected}. {remedy}")
        return said.format(
            where=where,
            problem=self.problem,
            count=self._counted(),
            expected=self.expected,
            remedy=self.remedy,
        )

    def _counted(self) -> str:
        shown = ", ".join(self.examples)
        if not self.count:
            return f" ({shown})" if shown else ""
        rows = ngettext("{count} row", "{count} rows", self.count).format(count=number(self.count))
        such = _("{rows}, such as {examples}").format(rows=rows, examples=shown) if shown else rows
        return f" ({such})"


def ordered(findings: Sequence[Finding]) -> list[Finding]:
    """Errors first, then by table, column and rule."""
    return sorted(findings, key=lambda f: (f.severity, f.table, f.column, f.rule))


def report(findings: Sequence[Finding]) -> str:
    """The findings as text for a terminal, with a line of totals at the end."""
    titles = {
        "error": _("Errors: with these the bank cannot be analysed"),
        "warning": _("Warnings: take care"),
    }
    lines = []
    for severity, title in titles.items():
        messages = [f"  {finding.message}" for finding in findings if finding.severity == severity]
        if messages:
            lines += [title, *messages, ""]
    return "\n".join([*lines, _summary(findings)])


def _summary(findings: Sequence[Finding]) -> str:
    if not findings:
        return _("No errors and no warnings.")
    errors = sum(finding.severity == "error" for finding in findings)
    parts = (
        ngettext("{count} error", "{count} errors", errors).format(count=number(errors)),
        ngettext("{count} warning", "{count} warnings", len(findings) - errors).format(
            count=number(len(findings) - errors)
        ),
    )
    concerned = len({finding.table for finding in findings})
    said = ngettext(
        "{errors}, {warnings} in {count} table.", "{errors}, {warnings} in {count} tables.", concerned
    )
    return said.format(errors=parts[0], warnings=parts[1], count=number(concerned))


def to_frame(findings: Sequence[Finding]) -> pd.DataFrame:
    """The findings as a table: one row per finding, one column per attribute and ``message``."""
    names = [field.name for field in fields(Finding)]
    rows = [{**asdict(finding), "message": finding.message} for finding in findings]
    return pd.DataFrame(rows, columns=[*names, "message"])
