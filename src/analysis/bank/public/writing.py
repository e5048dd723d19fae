"""A bank written as a folder of Parquet files, whole or not at all."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import duckdb

from analysis.bank.public import ImportFailed
from analysis.bank.public.import_report import ImportReport
from analysis.language import _

REPORT = "import_report.json"


def expect_free(out: Path) -> None:
    """Raise ImportFailed unless `out` is absent, an empty folder or a bank that an import has written."""
    if not out.exists() or (out.is_dir() and (not any(out.iterdir()) or (out / REPORT).is_file())):
        return
    message = _(
        "{out} is there already and was not written by an import, so it is not replaced. "
        "Choose another folder, or move that one away."
    )
    raise ImportFailed(message.format(out=out))


def import_file(
    path: Path,
    out: Path,
    read: Callable[[duckdb.DuckDBPyConnection, Path], None],
    describe: Callable[[duckdb.DuckDBPyConnection], ImportReport],
    tables: dict[str, str],
) -> ImportReport:
    """Make a bank of one file: `read` it into the connection, `describe` what was read, write `tables`.

    Raises
    ------
    ImportFailed
        If `out` may not be replaced or cannot be written, or `read` refuses the file.
    """
    expect_free(out)
    with duckdb.connect() as connection:
        read(connection, path)
        report = describe(connection)
        write_bank(connection, tables, out, report)
    return report


def write_bank(
    connection: duckdb.DuckDBPyConnection, tables: dict[str, str], out: Path, report: ImportReport
) -> None:
    """Write the result of each query as ``<table>.parquet``, and the report beside them.

    The files are written into a temporary folder beside `out`, which is put into place when it is whole; a
    bank of an earlier import is replaced.

    Raises
    ------
    ImportFailed
        If `out` may not be replaced or cannot be written.
    """
    expect_free(out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{out.name}-", dir=out.parent) as beside:
            bank = Path(beside) / "bank"
            bank.mkdir()
            for name, query in tables.items():
                path = str(bank / f"{name}.parquet").replace("'", "''")
                connection.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")
            report.save(bank / REPORT)
            if out.exists():
                out.rename(Path(beside) / "replaced")
            bank.rename(out)
    except (OSError, duckdb.IOException) as error:
        message = _("{out} cannot be written: {reason}.")
        raise ImportFailed(message.format(out=out, reason=error)) from None
