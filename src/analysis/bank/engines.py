"""Where a bank's tables are: one connection for each kind of URL, and the tables found behind it."""

import os
import re
import sys
import tempfile
import weakref
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
import ibis
from ibis.backends import BaseBackend

from analysis.bank.delimited import header
from analysis.bank.schema import tables

Reader = Callable[[str], ibis.Table]
Files = dict[str, list[Path]]


class BankError(Exception):
    """The bank cannot be opened or used; the message is for the person who asked."""


def connect(url: str) -> tuple[str, BaseBackend, list[str], Reader, Files]:
    """Connect to the bank behind `url`.

    Returns
    -------
    (engine, connection, names, read, files)
        Name of the engine; the Ibis connection; all tables found, known to the contract or not; the function
        that gives one of them as it is stored; and the files of each, none in a database.

    Raises
    ------
    BankError
        If there is no bank at `url`; the message never shows a secret.
    """
    if url.startswith(("postgres://", "postgresql://")):
        return _postgres(url)
    if url.startswith("spark://"):
        return _spark(url)
    path = Path(url.removeprefix("file://")).expanduser()
    if not path.exists():
        raise BankError(f"there is no bank at {url}: no such file or folder")
    if path.is_dir():
        return _folder(path)
    return _duckdb_file(path)


def without_secrets(url: str) -> str:
    """`url` with a password, if it holds one, replaced by three dots; ``${NAME}`` stays."""
    return re.sub(r"(?<=:)(?!\$\{)[^:/@]+(?=@)", "…", url)


def _options() -> dict:
    """DuckDB stays within its memory and spills to disk beyond it."""
    spill = Path(tempfile.gettempdir()) / "analysis-spill"
    return {
        "memory_limit": os.environ.get("ANALYSIS_MEMORY", "3GB"),
        "temp_directory": str(spill),
        # Row order costs memory on large tables and no query of ours relies on it.
        "preserve_insertion_order": False,
    }


def stored_files(folder: Path) -> Files:
    """Files of each table in a folder: ``name.parquet``, ``name.csv`` or the parts in ``name/``."""
    found: Files = {}
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith((".", "_")):
            continue
        if entry.is_dir():
            parts = sorted(entry.glob("*.parquet"))
            if parts:
                found.setdefault(entry.name, []).extend(parts)
        elif entry.suffix in (".parquet", ".csv"):
            found.setdefault(entry.stem, []).append(entry)
    return found


def _table_files(folder: Path) -> dict[str, list[Path]]:
    files = stored_files(folder)
    if not set(files) & set(tables()):
        raise BankError(
            f"{folder} is not a bank: it holds no table of the contract as Parquet or CSV "
            f"(expected files such as customers.parquet or customers.csv; found {len(files)} other tables)"
        )
    for name, parts in files.items():
        if len({part.suffix for part in parts}) > 1:
            listed = ", ".join(part.name for part in parts)
            raise BankError(f"{folder} gives table {name} twice: {listed}. Keep one of them.")
    return files


def _folder(folder: Path):
    connection = ibis.duckdb.connect(**_options())
    files = _table_files(folder)

    def read(name: str) -> ibis.Table:
        if files[name][0].suffix == ".csv":
            # Types come from the contract, not from a guess at the first rows.
            first = header(files[name][0])
            return connection.read_csv(
                files[name],
                table_name=name,
                columns=dict.fromkeys(first.distinct, "varchar"),
                delim=first.delimiter,
                quote='"',
                escape='"',
            )
        return connection.read_parquet(files[name], table_name=name)

    return "duckdb", connection, sorted(files), read, files


def _duckdb_file(path: Path):
    try:
        connection = ibis.duckdb.connect(path, read_only=True, **_options())
    except duckdb.Error as error:
        raise BankError(
            f"{path} cannot be opened as a DuckDB database: {str(error).splitlines()[0]}"
        ) from None
    return "duckdb", connection, _found(connection, str(path)), connection.table, {}


def _postgres(url: str):
    try:
        connection = ibis.connect(_expand(url))
    except Exception as error:
        reason = str(error).strip().splitlines()[0]
        secret = urlsplit(_expand(url)).password
        reason = reason.replace(secret, "…") if secret else reason
        raise BankError(f"cannot connect to {without_secrets(url)}: {reason}") from None
    # Ibis leaves its connection open, and psycopg warns of one that is dropped so.
    weakref.finalize(connection, connection.con.close)
    return "postgres", connection, _found(connection, without_secrets(url)), connection.table, {}


def _found(connection: BaseBackend, where: str) -> list[str]:
    names = sorted(connection.list_tables())
    if not set(names) & set(tables()):
        raise BankError(f"{where} is not a bank: none of its {len(names)} tables is one of the contract")
    return names


def _expand(url: str) -> str:
    """Replace ``${NAME}`` by the environment variable of that name."""

    def value(match: re.Match) -> str:
        if match[1] not in os.environ:
            raise BankError(f"the bank's URL names the environment variable {match[1]}, which is not set")
        return os.environ[match[1]]

    return re.sub(r"\$\{(\w+)\}", value, url)


def _spark(url: str):
    try:
        from pyspark.sql import SparkSession
    except ImportError:
        raise BankError("Spark is not installed here: pip install 'bank-analysis[spark]'") from None
    match = re.fullmatch(r"spark://(local(?:\[\w+\])?|[^/]+:\d+)(/.+)", url)
    if not match:
        raise BankError(
            f"{url} is not a Spark bank; expected spark://local/FOLDER or spark://HOST:PORT/FOLDER, "
            "where FOLDER is the absolute path of the bank's Parquet files"
        )
    master, folder = match[1], Path(match[2])
    if not folder.is_dir():
        raise BankError(f"there is no bank at {url}: {folder} is no folder")
    files = _table_files(folder)
    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (
        SparkSession.builder.master(master if master.startswith("local") else f"spark://{master}")
        .appName("analysis")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.execution.arrow.pyspark.enabled", "true")
        .config("spark.sql.shuffle.partitions", "8")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    connection = ibis.pyspark.connect(session)

    def read(name: str) -> ibis.Table:
        # Ibis reads one path only; a table may have several parts.
        paths = [str(path) for path in files[name]]
        if files[name][0].suffix == ".csv":
            sep = header(files[name][0]).delimiter
            frame = session.read.csv(
                paths, header=True, inferSchema=False, multiLine=True, escape='"', sep=sep
            )
        else:
            frame = session.read.parquet(*paths)
        frame.createOrReplaceTempView(name)
        return connection.table(name)

    return "spark", connection, sorted(files), read, files
