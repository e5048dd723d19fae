"""The Czech bank of the PKDD'99 challenge ("Berka"): its original files mapped to the bank's schema.

Source of the data: Berka (1999), *Workshop notes on Discovery Challenge PKDD'99*.
"""

from pathlib import Path

import duckdb

from analysis.bank.public.berka.files import read_files
from analysis.bank.public.berka.queries import ACCOUNTS, BOOKINGS, TABLES
from analysis.bank.public.berka.report import describe
from analysis.bank.public.import_report import ImportReport
from analysis.bank.public.writing import expect_free, write_bank


def import_berka(source: Path, out: Path) -> ImportReport:
    """Map the original files of the Berka bank to the bank's schema.

    Parameters
    ----------
    source : Path
        Folder of the eight untouched files ``account.asc`` … ``trans.asc``; ``trans.asc`` may be cut after
        any day, and the bank then is the one of that day: what began later is dropped and counted.
    out : Path
        Folder to write: one Parquet file a table, and ``import_report.json``. A bank that an earlier import
        wrote there is replaced; anything else is left alone.

    Returns
    -------
    ImportReport
        What was read, written, dropped and changed.

    Raises
    ------
    ImportFailed
        If a file is missing or not as it was published, or `out` cannot be written.
    """
    source, out = Path(source), Path(out)
    expect_free(out)
    with duckdb.connect() as connection:
        read_files(connection, source)
        _prepare(connection)
        report = describe(connection)
        write_bank(connection, TABLES, out, report)
    return report


def _prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Set the days that the queries rest on, and build the tables that several of them share."""
    connection.execute("SET VARIABLE extraction = (SELECT max(date) FROM trans)")
    connection.execute("""
        SET VARIABLE snapshot = (
            SELECT max(day) FROM (
                SELECT max(date) AS day FROM trans UNION ALL SELECT max(date) FROM account
                UNION ALL SELECT max(issued) FROM card UNION ALL SELECT max(date) FROM loan))
    """)
    connection.execute("""
        SET VARIABLE last_month_end = (
            SELECT last_day(getvariable('extraction') + 1 - INTERVAL 1 MONTH))
    """)
    connection.execute(f"CREATE TABLE bookings AS {BOOKINGS}")
    connection.execute(f"""
        CREATE TABLE kept_accounts AS
        SELECT * FROM ({ACCOUNTS}) WHERE opened_on <= getvariable('extraction')
    """)
