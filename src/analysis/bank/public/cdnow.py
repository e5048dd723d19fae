"""All purchases of the customers who first bought at CDNOW in early 1997, mapped to the bank's schema.

Source of the data: Fader & Hardie (2001), "Forecasting repeat sales at CDNOW: A case study".
"""

from pathlib import Path

import duckdb

from analysis.bank.public import ImportFailed
from analysis.bank.public.import_report import ImportReport
from analysis.bank.public.originals import expect_header, parse, read_lines, refuse
from analysis.bank.public.writing import import_file
from analysis.language import _

FILE = "CDNOW_master.txt"
LAYOUT = {"customer_id": "id", "date": "long day", "number_of_cds": "count", "dollar_value": "amount"}

TABLES = {
    "bank_profile": """
SELECT 'cdnow' AS bank_id, 'CDNOW' AS name, 'USD' AS currency, 'US' AS country, max(date) AS extracted_on
FROM purchases
""",
    "products": """
SELECT 'purchase' AS product_id, 'payment' AS family, 'CDs bought online' AS name, min(date) AS launched_on
FROM purchases
""",
    "customers": """
SELECT customer_id, min(date) AS joined_on FROM purchases GROUP BY customer_id ORDER BY customer_id
""",
    "accounts": """
SELECT customer_id AS account_id, customer_id, 'purchase' AS product_id, min(date) AS opened_on
FROM purchases GROUP BY customer_id ORDER BY customer_id
""",
    # The file has no number for a purchase: its place in the file is one. 0 - x, as -0 is no amount.
    "transactions": """
SELECT (line - 1)::VARCHAR AS transaction_id, customer_id AS account_id, date::TIMESTAMP AS booked_at,
    (0 - dollar_value)::DOUBLE AS amount, 'card_payment' AS category, 'online' AS channel
FROM purchases ORDER BY line
""",
}


def import_cdnow(source: Path, out: Path) -> ImportReport:
    """Map the purchases of CDNOW to the bank's schema: each is a card payment out of the customer's account.

    Parameters
    ----------
    source : Path
        Folder of the untouched file ``CDNOW_master.txt``.
    out : Path
        Folder to write, as for `analysis.bank.public.berka.import_berka`.

    Raises
    ------
    ImportFailed
        If the file is missing or not as it was published, or `out` cannot be written.
    """
    return import_file(Path(source) / FILE, Path(out), _read, _describe, TABLES)


def _read(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Read the file into table ``purchases``, one row a purchase, with its line number."""
    expect_header(path, list(LAYOUT), None)
    # A separator that occurs in no line keeps each line whole; white space is split afterwards.
    raw = read_lines(connection, path, ["whole_line"], "\x01")
    values = f"SELECT *, string_split_regex(trim(whole_line, E' \\t\\r'), '\\s+') AS fields FROM {raw}"
    blank = "coalesce(trim(whole_line, E' \\t\\r'), '') = ''"
    connection.execute(f"CREATE TABLE split_lines AS {values} WHERE NOT {blank}")
    wrong = f"len(fields) <> {len(LAYOUT)}"
    refuse(connection, path, "split_lines", "whole_line", wrong, _("four values"))
    columns = ", ".join(f"fields[{i}] AS {name}" for i, name in enumerate(LAYOUT, start=1))
    connection.execute(f"CREATE TABLE split_columns AS SELECT line, {columns} FROM split_lines")
    parse(connection, path, "split_columns", "purchases", LAYOUT)
    if not connection.sql("SELECT count(*) FROM purchases").fetchone()[0]:
        raise ImportFailed(_("{file} holds no purchase. Download the data set again.").format(file=path.name))


def _describe(connection: duckdb.DuckDBPyConnection) -> ImportReport:
    read, customers, cds, free, same_day = connection.sql("""
        SELECT count(*), count(DISTINCT customer_id), sum(number_of_cds),
            count(*) FILTER (dollar_value = 0), count(*) - count(DISTINCT (customer_id, date))
        FROM purchases
    """).fetchone()
    report = ImportReport("CDNOW")
    report.add(FILE, read, read, "transactions", read)
    report.add(
        FILE, read, read, "customers, accounts", customers, _("joined on the day of the first purchase")
    )
    report.add(FILE, read, read, _("left out"), cds, _("number_of_cds: the schema has no quantity"))
    report.add(
        FILE, read, read, _("changed"), read, _("amount negative: money out of the customer's account")
    )
    report.add(
        FILE, read, read, _("kept"), same_day, _("further purchases of a customer on one day, not merged")
    )
    report.add(FILE, read, read, _("kept"), free, _("purchases of 0 dollars"))
    return report
