"""Original files read into DuckDB as they are, each value parsed or refused with file, line and remedy."""

from pathlib import Path

import duckdb

from analysis.bank.public import ImportFailed
from analysis.language import _, ngettext, number

EXAMPLES = 3

# How a kind of value is parsed; what cannot be parsed becomes null and is refused, but for "text" and "code".
PARSERS = {
    "id": "nullif(trim({0}), '')",
    "code": "coalesce(trim({0}), '')",
    "text": "nullif(trim({0}), '')",
    "number": "try_cast({0} AS DECIMAL(14, 2))",
    "amount": "CASE WHEN try_cast({0} AS DECIMAL(14, 2)) >= 0 THEN try_cast({0} AS DECIMAL(14, 2)) END",
    "count": "CASE WHEN regexp_full_match(trim({0}), '\\d+') THEN try_cast({0} AS BIGINT) END",
    "day": "CASE WHEN regexp_full_match({0}, '\\d{{6}}( 00:00:00)?')"
    " THEN try_strptime('19' || {0}[1:6], '%Y%m%d')::DATE END",
    "long day": "CASE WHEN regexp_full_match({0}, '\\d{{8}}') THEN try_strptime({0}, '%Y%m%d')::DATE END",
    # Year first, or month before day and the year last.
    "any day": "CASE WHEN regexp_full_match(trim({0}), '\\d{{4}}[-/]\\d{{1,2}}[-/]\\d{{1,2}}')"
    " THEN try_strptime(replace(trim({0}), '/', '-'), '%Y-%m-%d')::DATE"
    " WHEN regexp_full_match(trim({0}), '\\d{{1,2}}/\\d{{1,2}}/\\d{{4}}')"
    " THEN try_strptime(trim({0}), '%m/%d/%Y')::DATE END",
    # The month of a woman's birth number is raised by 50.
    "birth": "CASE WHEN regexp_full_match({0}, '\\d{{6}}') THEN try_strptime('19' || printf('%06d',"
    " {0}::INTEGER - CASE WHEN {0}[3:4] > '50' THEN 5000 ELSE 0 END), '%Y%m%d')::DATE END",
}

# What a kind of value says besides itself.
DERIVED = {"birth": "CASE WHEN {0}[3:4] > '50' THEN 'female' ELSE 'male' END AS gender"}


def expected(kind: str) -> str:
    """What a value of `kind` looks like, in words."""
    return {
        "id": _("an identifier"),
        "number": _("a number such as 1234.50, without thousands separators"),
        "amount": _("an amount without a sign such as 1234.50, without thousands separators"),
        "count": _("a whole number"),
        "day": _("a day as YYMMDD such as 930101"),
        "long day": _("a day as YYYYMMDD such as 19970101"),
        "any day": _("a day as YYYY-MM-DD, YYYY/MM/DD or MM/DD/YYYY such as 2020-03-18"),
        "birth": _("a birth number YYMMDD, the month raised by 50 for women, such as 706213"),
    }[kind]


def read_original(connection: duckdb.DuckDBPyConnection, path: Path, layout: dict[str, str | dict]) -> None:
    """Read a file separated by semicolons into a table named after it, with its line numbers.

    Parameters
    ----------
    layout : dict
        Column to its kind (a key of `PARSERS`), in the order of the file; or to a dict of all the codes the
        column may hold.

    Raises
    ------
    ImportFailed
        If the file is absent, its header is another, a row has too few or too many values, a value cannot be
        parsed, or a code is unknown.
    """
    expect_header(path, list(layout), ";")
    raw = read_lines(connection, path, list(layout), ";")
    parse(connection, path, raw, path.stem, layout)


def parse(
    connection: duckdb.DuckDBPyConnection, path: Path, raw: str, name: str, layout: dict[str, str | dict]
) -> None:
    """Make table `name` of the text columns of table `raw`; `layout` and errors as for `read_original`."""
    kinds = {column: "code" if isinstance(kind, dict) else kind for column, kind in layout.items()}
    parsed = [f'{PARSERS[kind].format(column)} AS "{column}"' for column, kind in kinds.items()]
    parsed += [DERIVED[kind].format(column) for column, kind in kinds.items() if kind in DERIVED]
    connection.execute(f'CREATE TABLE "{name}" AS SELECT line, {", ".join(parsed)} FROM {raw}')
    for column, kind in layout.items():
        if isinstance(kind, dict):
            known = ", ".join(f"'{code}'" for code in kind)
            wanted = _("one of {codes}").format(codes=known)
            refuse(connection, path, raw, column, f"trim({column}) NOT IN ({known})", wanted)
        elif kind not in ("code", "text"):
            refuse(connection, path, raw, column, f"{PARSERS[kind].format(column)} IS NULL", expected(kind))
    connection.execute(f"DROP TABLE {raw}")


def first_line(path: Path) -> str:
    """First line of `path` without its ending.

    Raises
    ------
    ImportFailed
        If the file is absent or no text.
    """
    if not path.is_file():
        message = _(
            "{folder} lacks the file {file}. Download the data set again; docs/public_data.md says where."
        )
        raise ImportFailed(message.format(folder=path.parent, file=path.name))
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return lines.readline().rstrip("\r\n")
    except UnicodeDecodeError:
        message = _("{file} is no plain text. Use the original file as it was downloaded and unpacked.")
        raise ImportFailed(message.format(file=path.name)) from None


def refuse(
    connection: duckdb.DuckDBPyConnection, path: Path, table: str, column: str, bad: str, wanted: str
) -> None:
    """Raise ImportFailed with count, lines and values if any row of `table` is `bad` (null counts as bad)."""
    bad = f"coalesce({bad}, true)"
    count = connection.sql(f"SELECT count(*) FROM {table} WHERE {bad}").fetchone()[0]
    if not count:
        return
    found = connection.sql(f"SELECT line, {column} FROM {table} WHERE {bad} ORDER BY line LIMIT {EXAMPLES}")
    examples = "; ".join(
        _("line {line}: {value!r}").format(line=n, value=v or "") for n, v in found.fetchall()
    )
    message = ngettext(
        "{file}, column {column}: {count} value is not as expected ({examples}); expected {wanted}. "
        "Use the original file unchanged, or correct the line.",
        "{file}, column {column}: {count} values are not as expected ({examples}); expected {wanted}. "
        "Use the original file unchanged, or correct the lines.",
        count,
    )
    raise ImportFailed(
        message.format(file=path.name, column=column, count=number(count), examples=examples, wanted=wanted)
    )


def expect_header(path: Path, columns: list[str], separator: str | None) -> None:
    """Raise ImportFailed unless the file's first line names `columns`; no separator means white space."""
    header = [name.strip().strip('"') for name in first_line(path).split(separator)]
    if header != columns:
        message = _(
            "{file}, line 1: the header is {found}; expected {wanted}. Use the original file unchanged."
        )
        glue = separator or " "
        found = glue.join(header) or _("empty")
        raise ImportFailed(message.format(file=path.name, found=found, wanted=glue.join(columns)))


def read_lines(connection: duckdb.DuckDBPyConnection, path: Path, columns: list[str], separator: str) -> str:
    """Read the lines after the header as text columns, `line` first, and return the name of the table."""
    types = "{" + ", ".join(f"'{name}': 'VARCHAR'" for name in columns) + "}"
    raw = f'"raw {path.stem}"'
    try:
        connection.execute(
            f"CREATE TABLE {raw} AS SELECT row_number() OVER () + 1 AS line, * FROM read_csv(?, "
            f"delim='{separator}', quote='\"', header=true, auto_detect=false, store_rejects=true, "
            f"columns={types})",
            [str(path)],
        )
    except duckdb.Error as error:
        message = _("{file} cannot be read: {reason}. Use the original file unchanged.")
        reason = str(error).strip().splitlines()[0].rstrip(".")
        raise ImportFailed(message.format(file=path.name, reason=reason)) from None
    rejected = connection.sql("SELECT line, csv_line FROM reject_errors ORDER BY line LIMIT 1").fetchone()
    if rejected:
        message = _("{file}, line {line}: {text!r} is no plain text of {count} values. Correct the line.")
        line, text = rejected
        raise ImportFailed(message.format(file=path.name, line=line, text=text.strip(), count=len(columns)))
    return raw
