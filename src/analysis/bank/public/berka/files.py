"""The eight original files of the Berka bank: their columns, keys and references."""

from pathlib import Path

import duckdb

from analysis.bank.public import ImportFailed
from analysis.bank.public.berka.codes import CARDS, FREQUENCIES, ROLES, SIGNS, STATUSES
from analysis.bank.public.originals import read_original, refuse
from analysis.language import _

FILES = {
    "district": {"A1": "id", "A2": "id", "A3": "id"} | {f"A{i}": "text" for i in range(4, 17)},
    "account": {"account_id": "id", "district_id": "id", "frequency": FREQUENCIES, "date": "day"},
    "client": {"client_id": "id", "birth_number": "birth", "district_id": "id"},
    "disp": {"disp_id": "id", "client_id": "id", "account_id": "id", "type": ROLES},
    "card": {"card_id": "id", "disp_id": "id", "type": CARDS, "issued": "day"},
    "loan": {
        "loan_id": "id",
        "account_id": "id",
        "date": "day",
        "amount": "amount",
        "duration": "count",
        "payments": "amount",
        "status": STATUSES,
    },
    "order": {
        "order_id": "id",
        "account_id": "id",
        "bank_to": "text",
        "account_to": "text",
        "amount": "amount",
        "k_symbol": "code",
    },
    "trans": {
        "trans_id": "id",
        "account_id": "id",
        "date": "day",
        "type": SIGNS,
        "operation": "code",
        "amount": "amount",
        "balance": "number",
        "k_symbol": "code",
        "bank": "text",
        "account": "text",
    },
}

PARENTS = {
    ("account", "district_id"): ("district", "A1"),
    ("client", "district_id"): ("district", "A1"),
    ("disp", "client_id"): ("client", "client_id"),
    ("disp", "account_id"): ("account", "account_id"),
    ("card", "disp_id"): ("disp", "disp_id"),
    ("loan", "account_id"): ("account", "account_id"),
    ("order", "account_id"): ("account", "account_id"),
    ("trans", "account_id"): ("account", "account_id"),
}


def read_files(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Read all files into tables named after them, keys unique and references whole.

    Raises
    ------
    ImportFailed
        As `read_original`; or if a number occurs twice, names nothing, or an account has not one owner.
    """
    for name, layout in FILES.items():
        read_original(connection, folder / f"{name}.asc", layout)
        key = next(iter(layout))
        twice = f'{key} IN (SELECT {key} FROM "{name}" GROUP BY ALL HAVING count(*) > 1)'
        refuse(connection, folder / f"{name}.asc", f'"{name}"', key, twice, _("each number once"))
    for (name, column), (parent, key) in PARENTS.items():
        orphan = f'{column} NOT IN (SELECT {key} FROM "{parent}")'
        wanted = _("a number that {file} has").format(file=f"{parent}.asc")
        refuse(connection, folder / f"{name}.asc", f'"{name}"', column, orphan, wanted)
    owners = "SELECT account_id FROM disp WHERE type = 'OWNER'"
    ownerless = f"account_id NOT IN ({owners} GROUP BY ALL HAVING count(*) = 1)"
    refuse(connection, folder / "account.asc", "account", "account_id", ownerless, _("one OWNER in disp.asc"))
    if not connection.sql("SELECT count(*) FROM trans").fetchone()[0]:
        raise ImportFailed(_("trans.asc holds no booking. Download the data set again."))
