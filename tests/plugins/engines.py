"""Real engines for the tests: PostgreSQL and Spark on loopback, started once a session, stopped after it."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from analysis.bank.engines import stored_files
from analysis.bank.schema import tables

_SQL_TYPES = {
    "string": "text",
    "int": "bigint",
    "float": "double precision",
    "bool": "boolean",
    "date": "date",
    "timestamp": "timestamp",
}


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _postgres_programs() -> Path | None:
    """Folder of the newest PostgreSQL server, or None."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    on_path = shutil.which("initdb")
    return installed[-1].parent if installed else Path(on_path).parent if on_path else None


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """URL, without a database, of a PostgreSQL server that lives as long as the session."""
    programs = _postgres_programs()
    if programs is None:
        pytest.skip("PostgreSQL's server is not installed")
    # The server refuses to run as root, and another user cannot reach pytest's own folders.
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    with tempfile.TemporaryDirectory(prefix="postgres-") as folder:
        if user:
            shutil.chown(folder, "postgres")
        yield from _serve(programs, user, Path(folder))


def _serve(programs: Path, user: list[str], home: Path) -> Iterator[str]:
    data, port = home / "data", _free_port()

    def call(program: str, *arguments: str) -> None:
        # Its log goes to a file: pg_ctl's server would keep a pipe open for ever.
        with (home / "log").open("ab") as log:
            done = subprocess.run(
                [*user, str(programs / program), *arguments], cwd=home, stdout=log, stderr=log, timeout=120
            )
        if done.returncode:
            raise RuntimeError(f"{program} failed: {(home / 'log').read_text()[-2000:]}")

    call("initdb", "-D", str(data), "-U", "tester", "--auth=trust", "--no-sync", "-E", "UTF8", "--locale=C")
    settings = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
    call("pg_ctl", "-D", str(data), "-w", "-o", settings, "start")
    try:
        yield f"postgres://tester@127.0.0.1:{port}"
    finally:
        call("pg_ctl", "-D", str(data), "-m", "immediate", "stop")


@pytest.fixture(scope="session")
def to_postgres(postgres_server) -> Callable[[Path], str]:
    """Function that copies a folder bank into a database of its own, once, and gives the URL."""
    import psycopg

    urls: dict[Path, str] = {}

    def load(folder: Path) -> str:
        if folder not in urls:
            name = f"bank{len(urls) + 1}"
            with psycopg.connect(f"{postgres_server}/postgres", autocommit=True) as server:
                server.execute(f'create database "{name}"')
            urls[folder] = f"{postgres_server}/{name}"
            with psycopg.connect(urls[folder]) as database:
                for table, files in stored_files(folder).items():
                    _copy(database, table, [str(file) for file in files])
                database.execute("analyze")  # a server that has run for a while knows its tables
        return urls[folder]

    return load


def _copy(database, table: str, files: list[str]) -> None:
    """Create `table` with the contract's types, where it names the column, and fill it."""
    read = "read_csv(?, all_varchar=true)" if files[0].endswith(".csv") else "read_parquet(?)"
    rows = duckdb.sql(f"select * from {read}", params=[files])
    spec = tables()[table].columns if table in tables() else {}
    types = [_SQL_TYPES[spec[name].type] if name in spec else "text" for name in rows.columns]
    columns = ", ".join(f'"{name}" {kind}' for name, kind in zip(rows.columns, types, strict=True))
    database.execute(f'create table "{table}" ({columns})')
    with database.cursor().copy(f'copy "{table}" from stdin') as copy:
        while batch := rows.fetchmany(10_000):
            for row in batch:
                copy.write_row(row)


@pytest.fixture(scope="session")
def postgres_url(to_postgres, demo_folder) -> str:
    """URL of the demo bank in PostgreSQL."""
    return to_postgres(demo_folder)


@pytest.fixture(scope="session")
def spark_installed() -> None:
    """Skip what needs Spark where there is none; keep its network on loopback."""
    pytest.importorskip("pyspark", reason="PySpark is not installed")
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        pytest.skip("Spark needs Java, which is not installed")
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    os.environ["PYSPARK_PYTHON"] = sys.executable


@pytest.fixture
def spark_stopped(spark_installed) -> Iterator[None]:
    """A process has one Spark session: what ran before is stopped, and so is what runs here."""
    _stop_spark()
    yield
    _stop_spark()


def _stop_spark() -> None:
    from pyspark.sql import SparkSession

    if session := SparkSession.getActiveSession():
        session.stop()


@pytest.fixture
def to_spark(spark_stopped) -> Callable[[Path], str]:
    """Function that gives the URL of a folder bank on local Spark with two threads."""
    return lambda folder: f"spark://local[2]{folder}"


@pytest.fixture
def spark_url(to_spark, demo_folder) -> str:
    """URL of the demo bank on local Spark with two threads."""
    return to_spark(demo_folder)


@pytest.fixture(scope="session")
def spark_master(spark_installed, tmp_path_factory) -> Iterator[str]:
    """HOST:PORT of a standalone Spark master with two workers, each a process of its own."""
    from pyspark.find_spark_home import _find_spark_home

    home, folder = Path(_find_spark_home()), tmp_path_factory.mktemp("spark")
    environment = {**os.environ, "SPARK_HOME": str(home), "SPARK_NO_DAEMONIZE": "1"}
    port = _free_port()
    processes = []

    def start(log: str, kind: str, *arguments: str) -> None:
        command = [home / "bin" / "spark-class", f"org.apache.spark.deploy.{kind}", *arguments]
        with (folder / log).open("wb") as out:
            processes.append(subprocess.Popen(command, env=environment, cwd=folder, stdout=out, stderr=out))

    try:
        start("master", "master.Master", "--host", "127.0.0.1", "--port", str(port), "--webui-port", "0")
        _wait(folder / "master", "I have been elected leader")
        for worker in ("worker1", "worker2"):
            places = ("--host", "127.0.0.1", "--webui-port", "0", "--work-dir", str(folder / worker / "work"))
            (folder / worker).mkdir()
            start(
                f"{worker}/log", "worker.Worker", "-c", "1", "-m", "1g", *places, f"spark://127.0.0.1:{port}"
            )
        for worker in ("worker1", "worker2"):
            _wait(folder / worker / "log", "Successfully registered")
        yield f"127.0.0.1:{port}"
    finally:
        for process in reversed(processes):
            process.terminate()
        for process in processes:
            process.wait(timeout=30)


def _wait(log: Path, sign: str, seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while sign not in log.read_text(errors="replace"):
        if time.monotonic() > until:
            raise TimeoutError(
                f"Spark did not start within {seconds} s: {log.read_text(errors='replace')[-2000:]}"
            )
        time.sleep(0.2)


@pytest.fixture
def spark_cluster_url(spark_master, spark_stopped, demo_folder) -> str:
    """URL of the demo bank on a standalone Spark cluster of two workers."""
    return f"spark://{spark_master}{demo_folder}"
