"""Whether the files of a table can be read to their end: encoding, form of the lines, whole Parquet files."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from analysis.bank.check.findings import EXAMPLES, Finding
from analysis.bank.delimited import Header, UnreadableFile, header
from analysis.language import _

# More broken lines than this say no more, and each is kept in memory.
_MOST_LINES = 100_000


def file_findings(table: str, files: Sequence[Path]) -> Iterator[Finding]:
    """What keeps the files of `table` from being read; nothing for a table of a database.

    Every file is read once by DuckDB, whatever engine the bank has: Spark reads a short line, a wrong
    encoding or an open quote without a word.
    """
    if not files:
        return
    if files[0].suffix == ".csv":
        yield from _csv(table, files[0])
    else:
        yield from _parquet(table, files)


def _csv(table: str, path: Path) -> Iterator[Finding]:
    try:
        first = header(path)
    except UnreadableFile as error:
        yield _broken(
            table, "unreadable file", str(error), _("a CSV file in UTF-8 with a line of column names")
        )
        return
    for name in first.repeated:
        yield Finding(
            table=table,
            column=name,
            rule="repeated column",
            severity="error",
            problem=_("stands more than once in the first line of {file}").format(file=path.name),
            expected=_("each column once"),
            remedy=_("Remove or rename the others."),
        )
    yield from _lines(table, path, first)


def _lines(table: str, path: Path, first: Header) -> Iterator[Finding]:
    query = """
        select count(columns(*)) from read_csv(
            $path, auto_detect = false, header = true, columns = $columns, delim = $delimiter,
            quote = '"', escape = '"', store_rejects = true, rejects_limit = $most)
    """
    given = {
        "path": str(path),
        "columns": dict.fromkeys(first.distinct, "VARCHAR"),
        "delimiter": first.delimiter,
        "most": _MOST_LINES,
    }
    with duckdb.connect() as connection:
        try:
            connection.execute(query, given).fetchall()
        except duckdb.Error as error:
            yield _broken(
                table, "unreadable file", _reason(error), _("a CSV file that can be read to its end")
            )
            return
        rejected = connection.execute(
            "select error_type = 'INVALID ENCODING' as encoding, count(distinct line),"
            " list(distinct line order by line)[:3], arg_min(error_message, line)"
            " from reject_errors group by encoding order by encoding"
        ).fetchall()
    for encoding, count, lines, reason in rejected:
        yield _rejected(table, path, encoding, count, lines[:EXAMPLES], _words(reason))


def _rejected(table: str, path: Path, encoding: bool, count: int, lines: list[int], reason: str) -> Finding:
    places = tuple(_("line {line}").format(line=line) for line in lines)
    if encoding:
        return Finding(
            table=table,
            column="",
            rule="encoding",
            severity="error",
            problem=_("is not UTF-8 text in {file}").format(file=path.name),
            expected=_("UTF-8"),
            remedy=_("Save it as UTF-8."),
            count=count,
            examples=places,
        )
    return Finding(
        table=table,
        column="",
        rule="malformed lines",
        severity="error",
        problem=_("has lines that are no rows in {file}: {reason}").format(file=path.name, reason=reason),
        expected=_("one value per column, and quotes that are closed"),
        remedy=_(
            "Put quotes around values that hold the delimiter, double the quotes inside, and export again."
        ),
        count=count,
        examples=places,
    )


def _parquet(table: str, files: Sequence[Path]) -> Iterator[Finding]:
    with duckdb.connect() as connection:
        try:
            connection.execute(
                "select count(columns(*)) from read_parquet($1)", [[str(file) for file in files]]
            ).fetchall()
        except duckdb.Error as error:
            yield _broken(table, "unreadable file", _reason(error), _("whole Parquet files of one schema"))


def _broken(table: str, rule: str, reason: str, expected: str) -> Finding:
    return Finding(
        table=table,
        column="",
        rule=rule,
        severity="error",
        problem=_("cannot be read: {reason}").format(reason=reason),
        expected=expected,
        remedy=_("Export the table again."),
    )


def _reason(error: Exception) -> str:
    return _words(str(error).strip().splitlines()[0])


def _words(reason: str) -> str:
    return reason.strip().splitlines()[0].rstrip(".")
