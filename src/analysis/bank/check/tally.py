"""How often the rules of a table are broken, in one query, and a few rows that show it."""

from collections.abc import Iterator, Sequence

from analysis.bank.check.findings import EXAMPLES, Finding
from analysis.bank.check.rule import Rule, shown
from analysis.bank.check.structure import Readable
from analysis.language import _

HIDDEN = ("personal", "free text")


def row_findings(found: Readable, rules: Sequence[Rule]) -> Iterator[Finding]:
    """What rows of `found` break of `rules`, or that there is no row at all."""
    broken = {f"rule_{place}": rule.broken.fill_null(False).sum() for place, rule in enumerate(rules)}
    counts = found.table.aggregate(rows=found.table.count(), **broken).to_pyarrow().to_pylist()[0]
    if not counts["rows"]:
        yield _no_rows(found)
        return
    hits = [(rule, counts[f"rule_{place}"]) for place, rule in enumerate(rules) if counts[f"rule_{place}"]]
    wrong = {rule.column for rule, _count in hits if rule.name == "type"}
    for rule, count in hits:
        # Where some text cannot be read, that it is text has been said.
        if rule.name != "stored as text" or rule.column not in wrong:
            yield _finding(found, rule, count)


def _no_rows(found: Readable) -> Finding:
    return Finding(
        table=found.spec.name,
        column="",
        rule="no rows",
        severity="error" if found.spec.mandatory else "warning",
        problem=_("has no rows"),
        expected=_("one row per {grain}").format(grain=found.spec.grain),
        remedy=_("Load it again, or leave the table out if the bank has none."),
    )


def _finding(found: Readable, rule: Rule, count: int) -> Finding:
    return Finding(
        table=found.spec.name,
        column=rule.column,
        rule=rule.name,
        severity=rule.severity,
        problem=rule.problem,
        expected=rule.expected,
        remedy=rule.remedy,
        count=int(count),
        examples=tuple(_examples(found, rule)),
    )


def _examples(found: Readable, rule: Rule) -> Iterator[str]:
    """Key and value of the first rows in the order of the key; of the value if there is no key."""
    key = [name for name in found.key if name != rule.column]
    table = found.table.filter(rule.broken)
    columns = {f"key_{name}": table[name] for name in key}
    columns |= {
        f"value_{place}": table[name] for place, name in enumerate(rule.shows) if not _hidden(found, name)
    }
    if not columns:
        return
    rows = table.select(**columns).order_by(*columns).limit(EXAMPLES).to_pyarrow().to_pylist()
    for row in rows:
        values = [shown(row[f"value_{i}"]) if f"value_{i}" in row else "***" for i in range(len(rule.shows))]
        parts = ["/".join(shown(row[f"key_{name}"]) for name in key), " – ".join(values)]
        yield ": ".join(part for part in parts if part)


def _hidden(found: Readable, name: str) -> bool:
    return found.spec.columns[name.removeprefix("stored_")].sensitivity in HIDDEN
