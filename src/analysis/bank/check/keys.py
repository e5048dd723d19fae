"""Keys that stand in more than one row."""

from collections.abc import Iterator

import ibis
import pandera.errors
import pandera.ibis as pa

from analysis.bank.check.findings import EXAMPLES, Finding
from analysis.bank.check.rule import shown
from analysis.bank.check.structure import Readable
from analysis.language import _, ngettext, number


def duplicate_keys(found: Readable) -> Iterator[Finding]:
    """Key values of more than one row; nothing if a column of the key is missing: that is said elsewhere."""
    key = list(found.spec.key)
    if len(found.key) < len(key):
        return
    keys = found.table.select(*key).drop_null()
    try:
        # `unique=True` on a column is not checked on Ibis; `unique` of the schema is.
        pa.DataFrameSchema(unique=key).validate(keys, lazy=True)
    except pandera.errors.SchemaErrors:
        yield _duplicates(found, keys.group_by(key).aggregate(rows=ibis._.count()).filter(ibis._.rows > 1))


def _duplicates(found: Readable, repeated: ibis.Table) -> Finding:
    key = found.spec.key
    first = repeated.order_by(*key).limit(EXAMPLES).to_pyarrow().to_pylist()
    return Finding(
        table=found.spec.name,
        column=", ".join(key),
        rule="duplicate key",
        severity="error",
        problem=_("stands in more than one row"),
        expected=_("one row per {grain}").format(grain=found.spec.grain),
        remedy=_("Remove the copies, or find out which row is right."),
        count=repeated.count().to_pyarrow().as_py(),
        examples=tuple(_example(row, key) for row in first),
    )


def _example(row: dict, key: tuple[str, ...]) -> str:
    rows = ngettext("{count} row", "{count} rows", row["rows"]).format(count=number(row["rows"]))
    return f"{'/'.join(shown(row[name]) for name in key)} ({rows})"
