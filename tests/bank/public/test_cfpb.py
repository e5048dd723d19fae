"""Complaints filed with an authority become a bank of feedback, of which no customer is known."""

import csv
import datetime as dt
import json
from pathlib import Path

import duckdb
import pytest

from analysis.bank.check import check
from analysis.bank.public import ImportFailed
from analysis.bank.public.cfpb import FILE, LAYOUT, import_cfpb
from analysis.bank.schema import tables
from analysis.bank.source import TYPES, MissingTable, open_bank

D = dt.datetime
USUAL = {
    "Date received": "2020/3/18", "Product": "Mortgage", "Issue": "Trouble during payment process",
    "Submitted via": "Web", "Date sent to company": "2020/3/19", "Consumer disputed?": "N/A",
    "Company response to consumer": "Closed with explanation", "Timely response?": "Yes", "Complaint ID": "1",
}  # fmt: skip


def write(folder: Path, *complaints: dict) -> Path:
    """The file with the complaints given, each as far as it differs from a usual one."""
    folder.mkdir(exist_ok=True)
    with (folder / FILE).open("w", encoding="utf-8", newline="") as file:
        lines = csv.DictWriter(file, list(LAYOUT), restval="")
        lines.writeheader()
        for place, complaint in enumerate(complaints):
            lines.writerow(USUAL | {"Complaint ID": str(place + 1)} | complaint)
    return folder


def feedback(tmp_path: Path, *complaints: dict) -> list[dict]:
    import_cfpb(write(tmp_path / "files", *complaints), tmp_path / "bank")
    table = duckdb.sql(f"FROM read_parquet('{tmp_path / 'bank' / 'feedback.parquet'}')")
    return table.to_arrow_table().to_pylist()


def test_days_in_three_notations_side_by_side(tmp_path):
    notations = ["2020/3/8", "2020-03-08", "03/08/2020", "3/8/2020"]
    found = feedback(tmp_path, *({"Date received": n, "Date sent to company": n} for n in notations))
    assert [row["received_at"] for row in found] == [D(2020, 3, 8)] * 4
    assert [row["acknowledged_at"] for row in found] == [D(2020, 3, 8)] * 4


def test_a_narrative_keeps_its_lines_quotes_and_redactions(tmp_path):
    words = 'On XX/XX/2019 XXXX said: "no refund", \nthen, \r\nnothing. I lost {$21.00} – naïve me'
    told, silent = feedback(tmp_path, {"Consumer complaint narrative": words}, {})
    assert (told["text"], told["language"]) == (words, "en")
    assert (silent["text"], silent["language"]) == (None, None)


def test_what_a_complaint_becomes(tmp_path):
    (row,) = feedback(
        tmp_path,
        {"Submitted via": "Postal mail", "Company response to consumer": "Closed with monetary relief"},
    )
    assert row == {
        "feedback_id": "1", "customer_id": None, "received_at": D(2020, 3, 18), "kind": "complaint",
        "channel": "letter", "product_id": "mortgage", "issue": "Trouble during payment process", "text": None,
        "language": None, "acknowledged_at": D(2020, 3, 19), "resolved_at": None, "outcome": "upheld",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("complaint", "words"),
    [
        ({"Date received": "18/03/2020"}, ["date_received", "'18/03/2020'", "MM/DD/YYYY"]),
        ({"Date received": ""}, ["date_received", "YYYY-MM-DD"]),
        ({"Product": "Pawn"}, ["product", "'Pawn'", "'Mortgage'"]),
        ({"Submitted via": "Pigeon"}, ["submitted_via", "'Pigeon'", "'Fax'"]),
        ({"Company response to consumer": "Shrugged"}, ["company_response_to_consumer", "'Shrugged'"]),
        ({"Complaint ID": "1"}, ["complaint_id", "each number once"]),
        ({"Date sent to company": "2020/3/17"}, ["date_sent_to_company", "not before the receipt"]),
    ],
)
def test_a_wrong_value_is_named(tmp_path, complaint, words):
    with pytest.raises(ImportFailed) as caught:
        import_cfpb(write(tmp_path / "files", {}, complaint), tmp_path / "bank")
    for word in [FILE, *words]:
        assert word in str(caught.value)
    assert not (tmp_path / "bank").exists()


def test_another_header_and_no_complaint(tmp_path):
    with pytest.raises(ImportFailed, match="holds no complaint"):
        import_cfpb(write(tmp_path / "files"), tmp_path / "bank")
    (tmp_path / "files" / FILE).write_text("id,text\n1,x\n", encoding="utf-8")
    with pytest.raises(ImportFailed, match="the header is id,text; expected Date received,Product"):
        import_cfpb(tmp_path / "files", tmp_path / "bank")


def test_nobody_is_made_a_customer(tmp_path):
    import_cfpb(write(tmp_path / "files", {}), tmp_path / "bank")
    bank = open_bank(str(tmp_path / "bank"))
    view = bank.view()
    assert not bank.has_customers
    assert not view.has("transactions")
    for ask, table in ((view.customers, "customers"), (lambda: view.table("accounts"), "accounts")):
        with pytest.raises(MissingTable, match=f"table {table} is missing"):
            ask()
    assert {(f.severity, f.rule, f.table) for f in check(bank)} == {
        ("warning", "no rows", name) for name in ("customers", "accounts", "transactions")
    }


@pytest.fixture(scope="module")
def real(public_data, tmp_path_factory) -> Path:
    """The bank made of the real file."""
    bank = tmp_path_factory.mktemp("cfpb") / "bank"
    import_cfpb(public_data / "cfpb_complaints", bank)
    return bank


def test_real_counts(real):
    """6,623 complaints, of which 1,532 have a narrative: counted with Python's csv."""
    found = duckdb.sql(f"""
        SELECT count(*), count(DISTINCT feedback_id), count(text), count(*) FILTER (text LIKE '%XXXX%'),
            count(resolved_at), count(customer_id)
        FROM read_parquet('{real / "feedback.parquet"}')
    """).fetchone()
    assert found[:4] == (6_623, 6_623, 1_532, 1_243)
    assert found[4:] == (0, 0)
    entries = json.loads((real / "import_report.json").read_text(encoding="utf-8"))["entries"]
    assert all(entry["read"] == entry["written"] == 6_623 for entry in entries)
    assert [e["count"] for e in entries if "narratives" in e["reason"]] == [1_532, 5_091]


def test_real_types_and_no_errors(real):
    bank = open_bank(str(real))
    for name in bank.names:
        for column, stored in bank.raw(name).schema().items():
            assert type(stored) is type(TYPES[tables()[name].columns[column].type]), f"{name}.{column}"
    assert not [finding for finding in check(bank) if finding.severity == "error"]
