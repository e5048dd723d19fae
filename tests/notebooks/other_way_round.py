"""A bank in which the opposite holds of what the simulated one shows."""

from pathlib import Path

import duckdb

# Who leaves, and when, is drawn by lot among those who were there from the beginning.
LOT = """
CREATE TABLE lot AS
SELECT drawn.customer_id, leaver.left_on
FROM (SELECT customer_id, row_number() OVER (ORDER BY md5(customer_id)) AS place FROM customers
      WHERE joined_on < DATE '2022-01-01') AS drawn
JOIN (SELECT left_on, row_number() OVER (ORDER BY left_on, customer_id) AS place FROM customers
      WHERE left_on IS NOT NULL) AS leaver USING (place)
"""
OF_ACCOUNTS = (
    "SELECT row.* FROM {table} AS row JOIN accounts AS a USING (account_id) LEFT JOIN lot USING (customer_id)"
)
STILL_HERE = " WHERE coalesce(row.{day} < lot.left_on AND a.opened_on <= lot.left_on, true)"
TABLES = {
    "customers": "SELECT c.* REPLACE (lot.left_on AS left_on) FROM customers AS c LEFT JOIN lot USING (customer_id)",
    "accounts": (
        "SELECT a.* REPLACE (lot.left_on AS closed_on) FROM accounts AS a LEFT JOIN lot USING (customer_id)"
        " WHERE coalesce(a.opened_on <= lot.left_on, true)"
    ),
    "transactions": OF_ACCOUNTS.format(table="transactions") + STILL_HERE.format(day="booked_at"),
    # Everybody has the same, whatever they do.
    "balances": (OF_ACCOUNTS.format(table="balances") + STILL_HERE.format(day="month_end")).replace(
        "row.*", "row.* REPLACE (10000.0 AS balance)"
    ),
    "loans": OF_ACCOUNTS.format(table="loans") + " WHERE coalesce(a.opened_on <= lot.left_on, true)",
    "loan_months": OF_ACCOUNTS.format(table="loan_months") + STILL_HERE.format(day="month_end"),
    "interactions": (
        "SELECT i.* FROM interactions AS i LEFT JOIN lot USING (customer_id)"
        " WHERE coalesce(i.started_at < lot.left_on, true)"
    ),
    # The satisfied are dissatisfied, and nobody is answered in time.
    "survey_answers": (
        "SELECT s.* REPLACE (i.scale_min + i.scale_max - s.score AS score)"
        " FROM survey_answers AS s JOIN survey_items AS i USING (item)"
    ),
    "feedback": (
        "SELECT f.* REPLACE (CASE WHEN received_at + INTERVAL 120 DAY < TIMESTAMP '2024-01-01'"
        " THEN received_at + INTERVAL 120 DAY END AS resolved_at) FROM feedback AS f"
    ),
}


def write(demo: Path, bank: Path) -> Path:
    """Write the bank made of the simulated one of 2022 and 2023 in `demo`."""
    bank.mkdir()
    with duckdb.connect() as engine:
        paths = {path.stem: path for path in demo.glob("*.parquet")}
        for table, path in paths.items():
            engine.execute(f"CREATE VIEW {table} AS SELECT * FROM '{path}'")
        engine.execute(LOT)
        for table in paths:
            query = TABLES.get(table, f"SELECT * FROM {table}")
            engine.execute(f"COPY ({query}) TO '{bank / table}.parquet' (FORMAT parquet)")
    return bank
