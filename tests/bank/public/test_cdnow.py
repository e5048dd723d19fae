"""The purchases of CDNOW become a bank: each is a card payment, none is lost."""

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from analysis.bank.public import ImportFailed
from analysis.bank.public.cdnow import FILE, import_cdnow
from analysis.bank.schema import tables
from analysis.bank.source import TYPES, open_bank

D = dt.date
HEADER = " customer_id  date number_of_cds  dollar_value"
LINES = [
    " 00001 19970101  1   11.77",
    " 00002 19970112  1   12.00",
    " 00002 19970112  5   77.00",
    " 00002 19970301 12  100.05",
    " 00010 19970105  2    0.00",
]


def write(folder: Path, lines: list[str], header: str = HEADER, newline: str = "\r\n") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / FILE).write_bytes(newline.join([header, *lines, ""]).encode("ascii"))
    return folder


def rows(bank: Path, table: str, columns: str) -> list[tuple]:
    return duckdb.sql(f"SELECT {columns} FROM read_parquet('{bank / table}.parquet') ORDER BY ALL").fetchall()


@pytest.mark.parametrize("newline", ["\r\n", "\n"])
def test_purchases_become_payments(tmp_path, newline):
    report = import_cdnow(write(tmp_path / "files", LINES, newline=newline), tmp_path / "bank")
    columns = "transaction_id, account_id, booked_at::DATE, amount, category, channel"
    assert rows(tmp_path / "bank", "transactions", columns) == [
        ("1", "00001", D(1997, 1, 1), -11.77, "card_payment", "online"),
        ("2", "00002", D(1997, 1, 12), -12.0, "card_payment", "online"),
        ("3", "00002", D(1997, 1, 12), -77.0, "card_payment", "online"),
        ("4", "00002", D(1997, 3, 1), -100.05, "card_payment", "online"),
        ("5", "00010", D(1997, 1, 5), 0.0, "card_payment", "online"),
    ]
    assert rows(tmp_path / "bank", "customers", "customer_id, joined_on") == [
        ("00001", D(1997, 1, 1)),
        ("00002", D(1997, 1, 12)),
        ("00010", D(1997, 1, 5)),
    ]
    assert rows(tmp_path / "bank", "accounts", "account_id, customer_id, product_id, opened_on")[1] == (
        "00002",
        "00002",
        "purchase",
        D(1997, 1, 12),
    )
    counts = {e.reason.split(":")[0].split(" of ")[0]: e.count for e in report.entries}
    assert counts["number_of_cds"] == 21
    assert counts["further purchases"] == 1
    assert counts["purchases"] == 1


def test_no_amount_is_minus_zero(tmp_path):
    import_cdnow(write(tmp_path / "files", LINES), tmp_path / "bank")
    assert rows(tmp_path / "bank", "transactions", "count(*) FILTER (amount = 0 AND signbit(amount))") == [
        (0,)
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (" 00001 19971301  1   11.77", ["column date", "line 2", "'19971301'", "YYYYMMDD"]),
        (" 00001 970101  1   11.77", ["column date", "'970101'"]),
        (" 00001 19970101  1.5   11.77", ["column number_of_cds", "'1.5'", "whole number"]),
        (" 00001 19970101  1   11,77", ["column dollar_value", "'11,77'", "without thousands"]),
        (" 00001 19970101  1   -1.00", ["column dollar_value", "'-1.00'"]),
        (" 00001 19970101  11.77", ["line 2", "00001 19970101  11.77", "four values"]),
    ],
)
def test_a_wrong_value_is_named(tmp_path, line, words):
    with pytest.raises(ImportFailed) as caught:
        import_cdnow(write(tmp_path / "files", [line, *LINES]), tmp_path / "bank")
    for word in [FILE, *words]:
        assert word in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["files"]


def test_a_missing_file_another_header_and_no_purchases(tmp_path):
    with pytest.raises(ImportFailed, match=f"lacks the file {FILE}"):
        import_cdnow(tmp_path, tmp_path / "bank")
    source = write(tmp_path / "files", LINES, header="id date cds value")
    with pytest.raises(ImportFailed, match="the header is id date cds value; expected customer_id date"):
        import_cdnow(source, tmp_path / "bank")
    with pytest.raises(ImportFailed, match="holds no purchase"):
        import_cdnow(write(source, []), tmp_path / "bank")
    with pytest.raises(ImportFailed, match="the header is empty"):
        import_cdnow(write(source, [], header=""), tmp_path / "bank")


def test_stray_bytes_are_refused(tmp_path):
    source = write(tmp_path / "files", LINES)
    with (source / FILE).open("ab") as file:
        file.write(b" 00011 19970105  1  \xff\r\n")
    with pytest.raises(ImportFailed, match=FILE):
        import_cdnow(source, tmp_path / "bank")


@pytest.fixture(scope="module")
def real(public_data, tmp_path_factory) -> tuple[Path, Path]:
    """The real file and the bank made of it."""
    bank = tmp_path_factory.mktemp("cdnow") / "bank"
    import_cdnow(public_data / "cdnow", bank)
    return public_data / "cdnow" / FILE, bank


def test_real_counts_and_sum(real):
    """69,659 purchases of 23,570 customers (Fader & Hardie 2001), against a plain reading of the file."""
    path, bank = real
    purchases = [line.split() for line in path.read_text(encoding="ascii").splitlines()[1:] if line.strip()]
    assert len(rows(bank, "transactions", "transaction_id")) == len(purchases) == 69_659
    assert len(rows(bank, "customers", "customer_id")) == len({p[0] for p in purchases}) == 23_570
    spent = sum(float(p[3]) for p in purchases)
    assert rows(bank, "transactions", "sum(amount)")[0][0] == pytest.approx(-spent, abs=0.01)
    assert rows(bank, "bank_profile", "currency, extracted_on") == [("USD", D(1998, 6, 30))]


def test_stored_types_are_those_of_the_contract(real):
    bank = open_bank(str(real[1]))
    for name in bank.names:
        for column, stored in bank.raw(name).schema().items():
            assert type(stored) is type(TYPES[tables()[name].columns[column].type]), f"{name}.{column}"


def test_the_bank_has_no_errors(real):
    check = pytest.importorskip("analysis.bank.check", reason="analysis.bank.check is not written yet")
    assert not [f for f in check.check(open_bank(str(real[1]))) if f.severity == "error"]
