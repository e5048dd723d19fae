"""Complaints of US consumers filed with the Consumer Financial Protection Bureau, mapped to the bank's schema.

Source of the data: Consumer Financial Protection Bureau, Consumer Complaint Database.
"""

from pathlib import Path

import duckdb

from analysis.bank.public import ImportFailed
from analysis.bank.public.import_report import ImportReport
from analysis.bank.public.originals import expect_header, parse, read_lines, refuse
from analysis.bank.public.writing import import_file
from analysis.bank.schema import tables
from analysis.language import _

FILE = "complaints.csv"

# Product as filed -> (product_id, family). The bureau renamed products in 2017 and 2023; each name is kept.
PRODUCTS = {
    "Bank account or service": ("bank_account", "deposit"),
    "Checking or savings account": ("checking_savings", "deposit"),
    "Credit card": ("credit_card", "card"),
    "Credit card or prepaid card": ("credit_prepaid_card", "card"),
    "Prepaid card": ("prepaid_card", "card"),
    "Mortgage": ("mortgage", "loan"),
    "Student loan": ("student_loan", "loan"),
    "Vehicle loan or lease": ("vehicle_loan", "loan"),
    "Consumer Loan": ("consumer_loan", "loan"),
    "Payday loan": ("payday_loan", "loan"),
    "Payday loan, title loan, or personal loan": ("payday_personal_loan", "loan"),
    "Payday loan, title loan, personal loan, or advance loan": ("payday_advance_loan", "loan"),
    "Money transfers": ("money_transfers", "payment"),
    "Money transfer, virtual currency, or money service": ("money_transfer", "payment"),
    "Virtual currency": ("virtual_currency", "payment"),
    "Other financial service": ("other_service", "payment"),
    "Credit reporting": ("credit_reporting", "loan"),
    "Credit reporting or other personal consumer reports": ("consumer_reports", "loan"),
    "Credit reporting, credit repair services, or other personal consumer reports": (
        "credit_reporting_repair",
        "loan",
    ),
    "Debt collection": ("debt_collection", "loan"),
    "Debt or credit management": ("debt_management", "loan"),
}
# Services around debts that the contract has no family for; loans are the nearest.
JUDGED = (
    "credit_reporting",
    "consumer_reports",
    "credit_reporting_repair",
    "debt_collection",
    "debt_management",
)

CHANNELS = {
    "Web": "online",
    "Referral": "referral",
    "Web Referral": "referral",
    "Phone": "phone",
    "Postal mail": "letter",
    "Fax": "fax",
    "Email": "email",
}

# What the company says it did; None while it is at work.
OUTCOMES = {
    "Closed with monetary relief": "upheld",
    "Closed with non-monetary relief": "partly_upheld",
    "Closed with relief": "upheld",
    "Closed with explanation": "answered",
    "Closed without relief": "rejected",
    "Closed": "answered",
    "Untimely response": None,
    "In progress": None,
    "": None,
}

LAYOUT = {
    "Date received": "any day",
    "Product": PRODUCTS,
    "Sub-product": "text",
    "Issue": "id",
    "Sub-issue": "text",
    "Consumer complaint narrative": "text",
    "Company public response": "text",
    "Company": "text",
    "State": "text",
    "ZIP code": "text",
    "Tags": "text",
    "Consumer consent provided?": "text",
    "Submitted via": CHANNELS,
    "Date sent to company": "any day",
    "Company response to consumer": OUTCOMES,
    "Timely response?": {"Yes": True, "No": False},
    "Consumer disputed?": "text",
    "Complaint ID": "id",
}
LEFT_OUT = ("sub_product", "sub_issue", "company_public_response", "company", "zip_code", "consumer_disputed")


def _sql(value: str | None) -> str:
    return "NULL" if value is None else "'" + value.replace("'", "''") + "'"


def _case(column: str, words: dict) -> str:
    whens = " ".join(f"WHEN {_sql(code)} THEN {_sql(word)}" for code, word in words.items())
    return f"CASE {column} {whens} END"


def _empty(name: str) -> str:
    """A table of the contract without rows: its required columns."""
    types = {"string": "VARCHAR", "date": "DATE", "timestamp": "TIMESTAMP", "float": "DOUBLE"}
    required = [column for column in tables()[name].columns.values() if not column.optional]
    columns = ", ".join(f"NULL::{types[column.type]} AS {column.name}" for column in required)
    return f"SELECT {columns} WHERE false"


_PRODUCT = _case("product", {name: product for name, (product, _family) in PRODUCTS.items()})

TABLES = {
    "bank_profile": """
SELECT 'cfpb' AS bank_id, 'CFPB complaints' AS name, 'USD' AS currency, 'US' AS country,
    max(greatest(date_received, date_sent_to_company)) AS extracted_on
FROM complaints
""",
    "products": f"""
SELECT {_PRODUCT} AS product_id, {_case("product", {n: f for n, (_p, f) in PRODUCTS.items()})} AS family,
    product AS name, min(date_received) AS launched_on
FROM complaints GROUP BY product ORDER BY product_id
""",
    # Nobody in the file has a number, and a complaint is no customer: an invented customer per complaint
    # would give every rate per customer, every tenure and every value a meaning that it does not have.
    "customers": _empty("customers"),
    "accounts": _empty("accounts"),
    "transactions": _empty("transactions"),
    "feedback": f"""
SELECT complaint_id AS feedback_id, NULL::VARCHAR AS customer_id, date_received::TIMESTAMP AS received_at,
    'complaint' AS kind, {_case("submitted_via", CHANNELS)} AS channel, {_PRODUCT} AS product_id, issue,
    consumer_complaint_narrative AS text,
    CASE WHEN consumer_complaint_narrative IS NOT NULL THEN 'en' END AS language,
    date_sent_to_company::TIMESTAMP AS acknowledged_at, NULL::TIMESTAMP AS resolved_at,
    {_case("company_response_to_consumer", OUTCOMES)} AS outcome
FROM complaints ORDER BY line
""",
}


def import_cfpb(source: Path, out: Path) -> ImportReport:
    """Map the complaints to a bank that has feedback, and neither customers, accounts nor bookings.

    Parameters
    ----------
    source : Path
        Folder of the untouched file ``complaints.csv``: days as YYYY-MM-DD, YYYY/M/D or MM/DD/YYYY, also mixed.
    out : Path
        Folder to write, as for `analysis.bank.public.berka.import_berka`.

    Raises
    ------
    ImportFailed
        If the file is missing or not as it was published, or `out` cannot be written.
    """
    return import_file(Path(source) / FILE, Path(out), _read, _describe, TABLES)


def _named(column: str) -> str:
    return column.rstrip("?").lower().replace(" ", "_").replace("-", "_")


def _read(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Read the file into table ``complaints``, one row a complaint, with its place in the file."""
    expect_header(path, list(LAYOUT), ",")
    layout = {_named(column): kind for column, kind in LAYOUT.items()}
    raw = read_lines(connection, path, list(layout), ",")
    parse(connection, path, raw, "complaints", layout)
    if not connection.sql("SELECT count(*) FROM complaints").fetchone()[0]:
        raise ImportFailed(
            _("{file} holds no complaint. Download the data set again.").format(file=path.name)
        )
    twice = "complaint_id IN (SELECT complaint_id FROM complaints GROUP BY ALL HAVING count(*) > 1)"
    refuse(connection, path, "complaints", "complaint_id", twice, _("each number once"))
    early = "date_sent_to_company < date_received"
    refuse(connection, path, "complaints", "date_sent_to_company", early, _("a day not before the receipt"))


def _describe(connection: duckdb.DuckDBPyConnection) -> ImportReport:
    report = ImportReport("CFPB")
    read = _count(connection, "true")
    for what, condition, reason in _effects():
        report.add(FILE, read, read, what, _count(connection, condition), reason)
    for name in ("customers", "accounts", "transactions"):
        reason = _("{table} is empty: the file knows no customer, account or booking").format(table=name)
        report.add(FILE, read, read, _("missing"), 0, reason)
    return report


def _count(connection: duckdb.DuckDBPyConnection, condition: str) -> int:
    return connection.sql(f"SELECT count(*) FROM complaints WHERE {condition}").fetchone()[0]


def _effects() -> list[tuple[str, str, str]]:
    """What happened, to which rows, and why."""
    judged = ", ".join(_sql(name) for name, (product, _family) in PRODUCTS.items() if product in JUDGED)
    closed = ", ".join(_sql(code) for code, word in OUTCOMES.items() if word)
    columns = ", ".join(LEFT_OUT)
    return [
        ("feedback", "true", _("each a complaint without a customer")),
        (
            _("kept"),
            "consumer_complaint_narrative IS NOT NULL",
            _("narratives, with their redactions (XXXX)"),
        ),
        (_("missing"), "consumer_complaint_narrative IS NULL", _("narratives: not published or not given")),
        (
            _("changed"),
            "true",
            _("acknowledged_at is the day on which the bureau passed the case on to the company"),
        ),
        (
            _("missing"),
            "true",
            _("resolved_at: the file has no day of the answer; no view shows the outcome"),
        ),
        (
            _("changed"),
            f"company_response_to_consumer IN ({closed})",
            _("response of the company turned into outcome; work in progress and untimely ones stay blank"),
        ),
        (
            _("changed"),
            f"product IN ({judged})",
            _("credit reporting and debt services under family loan: no other is nearer"),
        ),
        (_("left out"), "NOT timely_response", _("timely response “No”: the schema derives it from days")),
        (_("left out"), "tags IS NOT NULL", _("tags (older, servicemember): the schema has them nowhere")),
        (_("left out"), "state IS NOT NULL", _("state: a region belongs to a customer")),
        (_("left out"), "true", _("{columns}: the schema has no place for them").format(columns=columns)),
    ]
