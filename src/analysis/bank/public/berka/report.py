"""What the import of the Berka files read, wrote, dropped and found."""

import duckdb

from analysis.bank.public.berka.codes import OPERATIONS, ORDERS, SYMBOLS
from analysis.bank.public.import_report import ImportReport
from analysis.language import _, day, percent

# Amounts and balances are rounded to a tenth each.
ROUNDING = 0.15

# File, table it becomes, rows that are kept.
_KEPT = (
    ("district", "branches", "true"),
    ("account", "accounts", "date <= getvariable('extraction')"),
    (
        "client",
        "customers",
        "client_id IN (SELECT client_id FROM disp SEMI JOIN kept_accounts USING (account_id))",
    ),
    ("disp", "account_users", "account_id IN (SELECT account_id FROM kept_accounts)"),
    ("card", "accounts", "issued <= getvariable('extraction')"),
    ("loan", "accounts, loans", "date <= getvariable('extraction')"),
    ("order", "standing_orders", "account_id IN (SELECT account_id FROM kept_accounts)"),
    ("trans", "transactions, balances", "true"),
)


def describe(connection: duckdb.DuckDBPyConnection) -> ImportReport:
    """Count what is kept, dropped, left out and remarkable in each file."""
    report = ImportReport("Berka (PKDD'99)")
    extraction = _value(connection, "SELECT getvariable('extraction')")
    dropped = _dropped(day(extraction))
    for name, table, kept in _KEPT:
        read = _value(connection, f'SELECT count(*) FROM "{name}"')
        written = _value(connection, f'SELECT count(*) FROM "{name}" WHERE {kept}')
        file = f"{name}.asc"
        report.add(file, read, written, table, written)
        if read > written:
            report.add(file, read, written, _("dropped"), read - written, dropped[name])
        for what, count, reason in _remarks(connection, name, written):
            if count:
                report.add(file, read, written, what, count, reason)
    return report


def _value(connection: duckdb.DuckDBPyConnection, query: str):
    return connection.sql(query).fetchone()[0]


def _dropped(extraction: str) -> dict[str, str]:
    later = _("later than the last booking ({day})").format(day=extraction)
    return {
        "account": _("opened {later}").format(later=later),
        "client": _("have no account that was opened by the last booking ({day})").format(day=extraction),
        "disp": _("of an account opened {later}").format(later=later),
        "card": _("issued {later}").format(later=later),
        "loan": _("granted {later}").format(later=later),
        "order": _("of an account opened {later}").format(later=later),
    }


def _remarks(connection: duckdb.DuckDBPyConnection, name: str, written: int) -> list[tuple[str, int, str]]:
    """(what, count, reason) of all that is not a matter of rows, for file `name`."""
    if name == "district":
        return [
            (
                _("columns left out"),
                13,
                _("A4 to A16: statistics of the district have no place in the schema"),
            )
        ]
    if name == "client":
        return [(_("changed"), written, _("birth number split into birth date and gender"))]
    if name == "disp":
        users = (
            "SELECT count(*) FROM disp SEMI JOIN kept_accounts USING (account_id) WHERE type = 'DISPONENT'"
        )
        reason = _("disponents: customers since the opening of the account, as the file has no day for them")
        return [(_("changed"), _value(connection, users), reason)]
    if name in ("loan", "order"):
        return _undated(connection, name, written)
    return _bookings(connection) if name == "trans" else []


def _undated(connection: duckdb.DuckDBPyConnection, name: str, written: int) -> list[tuple[str, int, str]]:
    snapshot = day(_value(connection, "SELECT getvariable('snapshot')"))
    if name == "loan":
        closed = "SELECT count(*) FROM kept_accounts WHERE closed_on IS NOT NULL AND product_id = 'loan'"
        reason = _("status is known from {day}, the last day in any file").format(day=snapshot)
        ended = _("loans finished and paid (status A) closed at the end of their term")
        return [(_("dated"), written, reason), (_("changed"), _value(connection, closed), ended)]
    reason = _("known from {day}, the last day in any file, as the file has no day").format(day=snapshot)
    return [
        (_("dated"), written, reason),
        (_("columns left out"), 2, _("bank_to, account_to: the schema has no counterparty")),
        (_("category other"), *_unknown(connection, "order", "k_symbol", ORDERS)),
    ]


def _bookings(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, int, str]]:
    broken = f"abs(balance - balance_before - signed) >= {ROUNDING}"
    breaks = _value(connection, f"SELECT count(*) FROM bookings WHERE {broken}")
    last = _value(
        connection, f"SELECT count(*) FROM bookings WHERE {broken} AND date = getvariable('extraction')"
    )
    count = _value(connection, "SELECT count(*) FROM bookings")
    share = percent((count - breaks) / count, 2)
    agree = _("{share} of the bookings agree with the running balance").format(share=share)
    gap = _(
        "bookings of the last day whose balance implies others that the file lacks: the day may be incomplete"
    )
    paid = "SELECT count(*) FROM bookings WHERE k_symbol = 'UVER'"
    foreign = f"{paid} AND NOT EXISTS (SELECT 1 FROM loan WHERE loan.account_id = bookings.account_id AND"
    foreign += " bookings.date >= loan.date AND abs(bookings.amount - payments) <= 0.5)"
    return [
        (_("checked"), count - breaks, agree),
        (_("checked"), last, gap),
        (_("checked"), _value(connection, foreign), _("loan payments that are no instalment of a loan")),
        (_("columns left out"), 2, _("bank, account: the schema has no counterparty")),
        (_("category other"), *_unknown(connection, "trans", "operation", OPERATIONS)),
        (_("category other"), *_unknown(connection, "trans", "k_symbol", {"": "", **SYMBOLS})),
    ]


def _unknown(connection: duckdb.DuckDBPyConnection, name: str, column: str, known: dict) -> tuple[int, str]:
    codes = ", ".join(f"'{code}'" for code in known)
    query = f'FROM "{name}" WHERE {column} NOT IN ({codes})'
    found = connection.sql(f"SELECT DISTINCT {column} {query} ORDER BY 1 LIMIT 5").fetchall()
    listed = ", ".join(repr(code) for (code,) in found)
    reason = _("{column} unknown to the import: {codes}").format(column=column, codes=listed)
    return _value(connection, f"SELECT count(*) {query}"), reason
