"""The Berka files become a bank: every code, every quirk, complete or cut, and nothing lost unsaid."""

import datetime as dt
import json
from pathlib import Path

import duckdb
import pytest

from analysis.bank.public import ImportFailed
from analysis.bank.public.berka import codes, import_berka
from analysis.bank.public.berka.files import FILES
from analysis.bank.schema import tables
from analysis.bank.source import TYPES, open_bank

ROOT = Path(__file__).parents[3]
D = dt.date

# A bank of three accounts: one is opened late. Client 3 may use account 1; client 5 only the late one.
SMALL = {
    "district": [f'{i};"Town {i}";"region {i}"' + ";?" * 13 for i in (1, 18)],
    "account": [
        '1;18;"POPLATEK MESICNE";930105',
        '2;1;"POPLATEK TYDNE";930110',
        '4;1;"POPLATEK PO OBRATU";930111',
        '3;1;"POPLATEK MESICNE";930601',
    ],
    "client": ['1;"706213";1', '2;"450204";18', '3;"406009";18', '4;"121231";1', '5;"801201";1'],
    "disp": [
        '11;1;1;"OWNER"',
        '12;2;2;"OWNER"',
        '13;3;1;"DISPONENT"',
        '14;4;3;"OWNER"',
        '15;5;4;"OWNER"',
    ],
    "card": [
        '21;11;"classic";930301 00:00:00',
        '22;12;"gold";930302 00:00:00',
        '23;13;"junior";930303 00:00:00',
        '24;14;"gold";930701 00:00:00',
    ],
    "loan": [
        '31;1;930201;2400;12;200.00;"C"',
        '32;2;930215;100;1;100.00;"A"',
        '33;3;930702;500;5;100.00;"D"',
    ],
    "order": [
        '41;1;"YZ";"87144583";200.00;"UVER"',
        '42;1;"ST";"1";70.50;"SIPO"',
        '43;2;"ST";"2";30.00;" "',
        '44;2;"ST";"3";31.00;"LEASING"',
        '45;2;"ST";"4";32.00;"POJISTNE"',
        '46;3;"ST";"5";33.00;""',
    ],
    "trans": [
        '101;1;930105;"PRIJEM";"VKLAD";1000.00;1000.00;"";;',
        '102;2;930110;"PRIJEM";"VKLAD";500.00;500.00;" ";;',
        # One day, neither in the order of the file nor of the numbers: 1000 + 300 + 7 - 200.2 - 15.
        '110;1;930212;"VYDAJ";"VYBER";15.00;1091.80;"SLUZBY";;',
        '109;1;930212;"VYDAJ";"PREVOD NA UCET";200.20;1106.80;"UVER";"YZ";87144583',
        '111;1;930212;"PRIJEM";"";7.00;1307.00;"UROK";;',
        '108;1;930212;"PRIJEM";"PREVOD Z UCTU";300.00;1300.00;"DUCHOD";"AB";1',
        '112;1;930213;"VYDAJ";"PREVOD NA UCET";70.50;1021.30;"SIPO";"ST";1',
        '113;1;930214;"VYDAJ";"PREVOD NA UCET";10.00;1011.30;"POJISTNE";"ST";1',
        '114;1;930215;"VYDAJ";"VYBER";11.30;1000.00;"SIPO";;0',
        '115;1;930216;"VYBER";"VYBER";100.00;900.00;" ";;',
        '116;1;930217;"VYDAJ";"VYBER KARTOU";1000.00;-100.00;"";;0',
        '117;1;930218;"VYDAJ";"VYBER";1.50;-101.50;"SANKC. UROK";;',
        '118;1;930219;"PRIJEM";"PREVOD Z UCTU";201.50;100.00;"";"AB";1',
        '119;1;930220;"VYDAJ";"PREVOD NA UCET";30.00;70.00;" ";"ST";2',
        '120;2;930312;"VYDAJ";"PREVOD NA UCET";100.30;399.70;"UVER";"YZ";9',
        '121;1;930503;"PRIJEM";"VKLAD";5.00;75.00;"";;',
    ],
}
LATE = ['131;3;930705;"PRIJEM";"VKLAD";40.00;40.00;"";;']


def write(folder: Path, newline: str = "\r\n", **files: list[str]) -> Path:
    """The small bank in the original format, with some files' rows replaced."""
    folder.mkdir(exist_ok=True)
    for name, rows in {**SMALL, **files}.items():
        header = ";".join(FILES[name] if name == "district" else [f'"{c}"' for c in FILES[name]])
        text = newline.join([header, *rows, ""])
        (folder / f"{name}.asc").write_bytes(text.encode("ascii"))
    return folder


def rows(bank: Path, table: str, columns: str = "*", order: str = "ALL") -> list[tuple]:
    """Stored rows of a table of the bank."""
    query = f"SELECT {columns} FROM read_parquet('{bank / table}.parquet') ORDER BY {order}"
    return duckdb.sql(query).fetchall()


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Path:
    """The small bank, cut: its last booking is on 3 May 1993."""
    folder = tmp_path_factory.mktemp("berka")
    import_berka(write(folder / "files"), folder / "bank")
    return folder / "bank"


@pytest.fixture(scope="module")
def complete(tmp_path_factory) -> Path:
    """The small bank to its end: a booking on 5 July 1993 is later than all accounts, cards and loans."""
    folder = tmp_path_factory.mktemp("berka")
    import_berka(write(folder / "files", trans=SMALL["trans"] + LATE), folder / "bank")
    return folder / "bank"


@pytest.fixture(scope="module")
def real(public_data, tmp_path_factory) -> tuple[Path, Path]:
    """The real files and the bank made of them."""
    bank = tmp_path_factory.mktemp("berka") / "bank"
    import_berka(public_data / "berka", bank)
    return public_data / "berka", bank


def test_every_code_has_its_category_and_channel(small):
    found = dict(
        (n, (a, c, ch)) for n, a, c, ch in rows(small, "transactions", "#1, amount, category, channel")
    )
    assert found == {
        "101": (1000.0, "cash_deposit", "branch"),
        "102": (500.0, "cash_deposit", "branch"),
        "108": (300.0, "pension", "system"),
        "109": (-200.2, "loan_payment", "system"),
        "110": (-15.0, "fee", "system"),
        "111": (7.0, "interest", "system"),
        "112": (-70.5, "household", "system"),
        "113": (-10.0, "insurance", "system"),
        "114": (-11.3, "household", "branch"),
        "115": (-100.0, "cash_withdrawal", "branch"),
        "116": (-1000.0, "cash_withdrawal", "atm"),
        "117": (-1.5, "penalty", "system"),
        "118": (201.5, "transfer_in", "system"),
        "119": (-30.0, "transfer_out", "system"),
        "120": (-100.3, "loan_payment", "system"),
        "121": (5.0, "cash_deposit", "branch"),
    }


def test_categories_and_channels_are_those_of_the_contract():
    spec = tables()["transactions"].columns
    categories = {category for category, _channel in codes.OPERATIONS.values()}
    categories |= set(codes.SYMBOLS.values()) | set(codes.ORDERS.values())
    assert categories <= set(spec["category"].usual)
    assert {channel for _category, channel in codes.OPERATIONS.values()} <= set(spec["channel"].usual)


def test_bookings_of_a_day_are_stored_in_the_order_of_the_running_balance(small):
    stored = duckdb.sql(
        f"SELECT transaction_id, booked_at FROM read_parquet('{small / 'transactions'}.parquet')"
    )
    day = [number for number, at in stored.fetchall() if at.date() == D(1993, 2, 12)]
    assert day == ["108", "111", "109", "110"]


def test_birth_numbers_and_regions(small):
    columns = "customer_id, birth_date, gender, branch_id, region, joined_on"
    assert rows(small, "customers", columns) == [
        ("1", D(1970, 12, 13), "female", "18", "region 1", D(1993, 1, 5)),
        ("2", D(1945, 2, 4), "male", "1", "region 18", D(1993, 1, 10)),
        ("3", D(1940, 10, 9), "female", "18", "region 18", D(1993, 1, 5)),
        ("5", D(1980, 12, 1), "male", "1", "region 1", D(1993, 1, 11)),
    ]


def test_accounts_of_all_families(small):
    assert rows(small, "accounts", "account_id, customer_id, product_id, opened_on, matures_on") == [
        ("1", "1", "current_monthly", D(1993, 1, 5), None),
        ("2", "2", "current_weekly", D(1993, 1, 10), None),
        ("4", "5", "current_turnover", D(1993, 1, 11), None),
        ("C21", "1", "card_classic", D(1993, 3, 1), None),
        ("C22", "2", "card_gold", D(1993, 3, 2), None),
        ("C23", "3", "card_junior", D(1993, 3, 3), None),
        ("L31", "1", "loan", D(1993, 2, 1), D(1994, 2, 1)),
        ("L32", "2", "loan", D(1993, 2, 15), D(1993, 3, 15)),
    ]
    families = dict(rows(small, "products", "product_id, family"))
    assert families == {
        "current_monthly": "deposit",
        "current_weekly": "deposit",
        "current_turnover": "deposit",
        "card_classic": "card",
        "card_gold": "card",
        "card_junior": "card",
        "loan": "loan",
    }


def test_owners_and_disponents(small):
    assert rows(small, "account_users", "account_id, customer_id, role") == [
        ("1", "1", "owner"),
        ("1", "3", "authorised"),
        ("2", "2", "owner"),
        ("4", "5", "owner"),
    ]


def test_only_a_loan_that_is_paid_and_past_its_term_is_closed(tmp_path):
    """Status B is past its term with debt; status A may end after the day of a cut file."""
    loans = [
        '31;1;930115;100;2;50.00;"A"',
        '32;2;930115;100;2;50.00;"B"',
        '33;4;930415;100;2;50.00;"A"',
    ]
    import_berka(write(tmp_path / "files", loan=loans), tmp_path / "bank")
    assert rows(tmp_path / "bank", "accounts", "account_id, matures_on, closed_on")[-3:] == [
        ("L31", D(1993, 3, 15), D(1993, 3, 15)),
        ("L32", D(1993, 3, 15), None),
        ("L33", D(1993, 6, 15), None),
    ]


def test_terms_of_loans(small):
    assert rows(small, "loans", "account_id, granted_on, principal, term_months, payment") == [
        ("L31", D(1993, 2, 1), 2400.0, 12, 200.0),
        ("L32", D(1993, 2, 15), 100.0, 1, 100.0),
    ]


def test_what_has_no_day_is_known_from_the_day_of_the_files(small, complete):
    """A cut file must not show what was known later: the status of a loan and the standing orders."""
    assert rows(small, "loans", "account_id, status, status_on") == [
        ("L31", "C", D(1993, 7, 2)),
        ("L32", "A", D(1993, 7, 2)),
    ]
    cut = open_bank(str(small)).view()
    assert cut.table("loans").status.isnull().all().to_pyarrow().as_py()
    assert cut.table("standing_orders").count().to_pyarrow().as_py() == 0
    whole = open_bank(str(complete)).view()
    assert sorted(whole.table("loans").status.to_pyarrow().to_pylist()) == ["A", "C", "D"]
    assert whole.table("standing_orders").count().to_pyarrow().as_py() == 6


def test_standing_orders(small):
    assert rows(small, "standing_orders", "order_id, account_id, recorded_on, amount, category") == [
        ("41", "1", D(1993, 7, 2), 200.0, "loan_payment"),
        ("42", "1", D(1993, 7, 2), 70.5, "household"),
        ("43", "2", D(1993, 7, 2), 30.0, "transfer_out"),
        ("44", "2", D(1993, 7, 2), 31.0, "bill"),
        ("45", "2", D(1993, 7, 2), 32.0, "insurance"),
    ]


def test_month_ends_stop_at_the_last_complete_month_and_carry_forward(small):
    balances = rows(small, "balances", "account_id, month_end, balance")
    assert [r[1:] for r in balances if r[0] == "1"] == [
        (D(1993, 1, 31), 1000.0),
        (D(1993, 2, 28), 70.0),
        (D(1993, 3, 31), 70.0),
        (D(1993, 4, 30), 70.0),
    ]
    assert not [r for r in balances if r[0] == "4"], "an account without booking has no known balance"


def test_the_balance_after_a_day_is_that_of_its_last_booking(tmp_path):
    cut = SMALL["trans"][:6]
    ends = ['199;2;930228;"PRIJEM";"";1.00;501.00;"UROK";;']
    import_berka(write(tmp_path / "files", trans=cut + ends), tmp_path / "bank")
    balances = rows(tmp_path / "bank", "balances", "account_id, month_end, balance")
    assert ("1", D(1993, 2, 28), 1091.8) in balances
    assert ("2", D(1993, 2, 28), 501.0) in balances


def test_loan_balances_fall_by_the_payments_until_the_loan_is_closed(small):
    balances = rows(small, "balances", "account_id, month_end, balance")
    assert [r[1:] for r in balances if r[0] == "L31"] == [
        (D(1993, 2, 28), -2199.8),
        (D(1993, 3, 31), -2199.8),
        (D(1993, 4, 30), -2199.8),
    ]
    # Paid on 12 March with the rounding of a tenth, closed on 15 March.
    assert [r[1:] for r in balances if r[0] == "L32"] == [(D(1993, 2, 28), -100.0)]


def dropped(report) -> dict[str, int]:
    return {e.file: e.count for e in report.entries if e.what == "dropped"}


def test_the_cut_file_drops_what_is_later_and_the_complete_one_nothing(tmp_path):
    cut = import_berka(write(tmp_path / "cut"), tmp_path / "bank")
    assert dropped(cut) == {
        "account.asc": 1,
        "client.asc": 1,
        "disp.asc": 1,
        "card.asc": 1,
        "loan.asc": 1,
        "order.asc": 1,
    }
    whole = import_berka(write(tmp_path / "whole", trans=SMALL["trans"] + LATE), tmp_path / "bank")
    assert dropped(whole) == {}
    for report in (cut, whole):
        for entry in report.entries:
            assert entry.read == entry.written + dropped(report).get(entry.file, 0)


def test_line_endings_do_not_matter(small, tmp_path):
    import_berka(write(tmp_path / "files", newline="\n"), tmp_path / "bank")
    for table in open_bank(str(small)).names:
        assert rows(tmp_path / "bank", table) == rows(small, table)


def test_an_unknown_symbol_is_other_and_counted(tmp_path):
    strange = ['150;1;930504;"VYDAJ";"SMENKA";5.00;70.00;"DAR";;']
    report = import_berka(write(tmp_path / "files", trans=SMALL["trans"] + strange), tmp_path / "bank")
    assert ("150", "other", None) in rows(tmp_path / "bank", "transactions", "#1, category, channel")
    reasons = {e.reason for e in report.entries if e.what == "category other"}
    assert reasons == {"operation unknown to the import: 'SMENKA'", "k_symbol unknown to the import: 'DAR'"}


def test_a_gap_on_the_last_day_is_said(tmp_path):
    gap = ['151;1;930503;"VYDAJ";"VYBER";14.60;160.40;"SLUZBY";;']
    report = import_berka(write(tmp_path / "files", trans=SMALL["trans"] + gap), tmp_path / "bank")
    assert [e.count for e in report.entries if "may be incomplete" in e.reason] == [1]
    assert "94.12% of the bookings agree with the running balance" in str(report)


def test_the_report_is_a_table_and_a_file(tmp_path):
    report = import_berka(write(tmp_path / "files"), tmp_path / "bank")
    lines = str(report).splitlines()
    assert lines[1].split("  ")[0] == "File"
    assert any("1  opened later than the last booking (3 May 1993)" in line for line in lines)
    stored = json.loads((tmp_path / "bank" / "import_report.json").read_text(encoding="utf-8"))
    assert len(stored["entries"]) == len(report.entries) == len(lines) - 2


@pytest.mark.parametrize(
    ("file", "row", "words"),
    [
        ("trans", '1;1;931301;"PRIJEM";"VKLAD";1;1;"";;', ["column date", "line 2", "'931301'", "YYMMDD"]),
        ("trans", '1;1;1993-01-05;"PRIJEM";"VKLAD";1;1;"";;', ["column date", "'1993-01-05'"]),
        ("trans", '1;1;930105;"PRIJEM";"VKLAD";1,000.00;1;"";;', ["column amount", "'1,000.00'"]),
        ("trans", '1;1;930105;"PRIJEM";"VKLAD";-5.00;1;"";;', ["column amount", "'-5.00'", "without a sign"]),
        ("trans", '1;1;930105;"PRIJEM";"VKLAD";5.00;;"";;', ["column balance", "a number"]),
        ("trans", '1;1;930105;"DEBIT";"VKLAD";1;1;"";;', ["column type", "'DEBIT'", "'VYDAJ'"]),
        ("trans", '1;1;930105;"PRIJEM";1;1;"";;', ["line 2", "10 values", "PRIJEM"]),
        ("trans", '1;9;930105;"PRIJEM";"VKLAD";1;1;"";;', ["column account_id", "'9'", "account.asc"]),
        ("client", '1;"701313";1', ["column birth_number", "'701313'", "raised by 50"]),
        ("client", '1;"70621";1', ["column birth_number", "'70621'"]),
        ("loan", '31;1;930201;2400;twelve;200.00;"C"', ["column duration", "'twelve'", "whole number"]),
        ("loan", '31;1;930201;2400;12;200.00;"E"', ["column status", "'E'", "'A', 'B', 'C', 'D'"]),
        ("card", '21;11;"classic";930301 10:00:00', ["column issued", "'930301 10:00:00'"]),
        ("disp", '11;1;1;"DISPONENT"', ["account.asc", "one OWNER in disp.asc"]),
        ("account", '1;99;"POPLATEK MESICNE";930105', ["column district_id", "'99'", "district.asc"]),
    ],
)
def test_a_wrong_value_is_named(tmp_path, file, row, words):
    source = write(tmp_path / "files", **{file: [row, *SMALL[file][1:]]})
    with pytest.raises(ImportFailed) as caught:
        import_berka(source, tmp_path / "bank")
    for word in [*words, ".asc"]:
        assert word in str(caught.value)
    assert [path.name for path in tmp_path.iterdir()] == ["files"], "a failed import leaves nothing behind"


def test_a_number_that_occurs_twice_is_named_with_both_lines(tmp_path):
    source = write(tmp_path / "files", trans=[*SMALL["trans"], SMALL["trans"][0]])
    with pytest.raises(ImportFailed, match=r"trans_id: 2 values .*line 2: '101'; line 18: '101'"):
        import_berka(source, tmp_path / "bank")


def test_a_missing_file_another_header_and_no_bookings(tmp_path):
    source = write(tmp_path / "files")
    (source / "card.asc").unlink()
    with pytest.raises(ImportFailed, match=r"lacks the file card\.asc.*public_data\.md"):
        import_berka(source, tmp_path / "bank")
    write(source, trans=[])
    with pytest.raises(ImportFailed, match=r"trans\.asc holds no booking"):
        import_berka(source, tmp_path / "bank")
    (source / "trans.asc").write_bytes(b'"id";"account_id"\r\n')
    with pytest.raises(
        ImportFailed, match=r"trans\.asc, line 1: the header is id;account_id; expected trans_id"
    ):
        import_berka(source, tmp_path / "bank")
    (source / "trans.asc").write_bytes(b"\x80\x81" * 100)
    with pytest.raises(ImportFailed, match=r"trans\.asc is no plain text"):
        import_berka(source, tmp_path / "bank")


def test_an_earlier_import_is_replaced_and_nothing_else(tmp_path):
    source, out = write(tmp_path / "files"), tmp_path / "bank"
    out.mkdir()
    import_berka(source, out)
    (out / "stale.parquet").write_bytes(b"")
    import_berka(source, out)
    assert not (out / "stale.parquet").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bank", "files"]
    with pytest.raises(ImportFailed, match="was not written by an import"):
        import_berka(source, source)
    with pytest.raises(ImportFailed, match="cannot be written"):
        import_berka(source, source / "card.asc" / "bank")


def test_a_failed_import_keeps_the_earlier_bank(small, tmp_path):
    source, out = write(tmp_path / "files"), tmp_path / "bank"
    import_berka(source, out)
    with pytest.raises(ImportFailed):
        import_berka(write(source, client=['1;"x";1', *SMALL["client"][1:]]), out)
    assert rows(out, "customers") == rows(small, "customers")


def test_stored_types_are_those_of_the_contract(complete):
    bank = open_bank(str(complete))
    for name in bank.names:
        for column, stored in bank.raw(name).schema().items():
            expected = TYPES[tables()[name].columns[column].type]
            assert type(stored) is type(expected), f"{name}.{column} is {stored}"


@pytest.mark.parametrize("bank_fixture", ["complete", "real"])
def test_the_bank_has_no_errors(bank_fixture, request):
    """No errors of the contract; the only warnings are of what the files do not have."""
    check = pytest.importorskip("analysis.bank.check", reason="analysis.bank.check is not written yet")
    bank = request.getfixturevalue(bank_fixture)
    findings = check.check(open_bank(str(bank[1] if isinstance(bank, tuple) else bank)))
    assert not [f for f in findings if f.severity == "error"]


def test_real_counts_are_those_of_the_original_files(real):
    source, bank = real
    read = "SELECT count(*) FROM read_csv('{}', delim=';', all_varchar=true) AS o {}"

    def count(file: str, where: str = "") -> int:
        return duckdb.sql(read.format(source / f"{file}.asc", where)).fetchone()[0]

    statuses = {s: count("loan", f"WHERE status = '{s}'") for s in "ABCD"}
    assert statuses == {"A": 203, "B": 31, "C": 403, "D": 45}
    last = duckdb.sql(
        f"SELECT max(date) FROM read_csv('{source / 'trans.asc'}', delim=';', all_varchar=true)"
    )
    day = last.fetchone()[0]
    assert rows(bank, "bank_profile", "extracted_on") == [
        (D(1900 + int(day[:2]), int(day[2:4]), int(day[4:])),)
    ]
    assert len(rows(bank, "transactions")) == count("trans")
    opened, issued, granted = (
        count("account", f"WHERE date <= '{day}'"),
        count("card", f"WHERE left(issued, 6) <= '{day}'"),
        count("loan", f"WHERE date <= '{day}'"),
    )
    assert len(rows(bank, "accounts")) == opened + issued + granted
    assert len(rows(bank, "loans")) == granted
    assert len(rows(bank, "branches")) == count("district") == 77


def test_real_amounts_agree_with_the_running_balance(real):
    """Amounts sum to the last running balance but for rounding and what the last day lacks."""
    source, bank = real
    original = f"read_csv('{source / 'trans.asc'}', delim=';', all_varchar=true)"
    sign = "CASE WHEN type = 'PRIJEM' THEN 1 ELSE -1 END"
    total = duckdb.sql(f"SELECT sum({sign} * amount::DECIMAL(14, 2)) FROM {original}").fetchone()[0]
    assert rows(bank, "transactions", "sum(amount)")[0][0] == pytest.approx(float(total), abs=0.01)
    agree = duckdb.sql(f"""
        WITH summed AS (
            SELECT account_id, sum(amount) AS total
            FROM read_parquet('{bank}/transactions.parquet') GROUP BY ALL
        ), last AS (
            SELECT account_id, max_by(balance, month_end) AS balance
            FROM read_parquet('{bank}/balances.parquet') GROUP BY ALL
        )
        SELECT avg((abs(total - balance) < 2)::INTEGER) FROM summed JOIN last USING (account_id)
    """).fetchone()[0]
    assert agree > 0.97


def test_a_complete_set_of_real_files_drops_nothing(real, tmp_path):
    """The real files with bookings to the end of 1998 stand for the complete download."""
    source, _bank = real
    folder = tmp_path / "files"
    folder.mkdir()
    for path in source.glob("*.asc"):
        (folder / path.name).write_bytes(path.read_bytes())
    with (folder / "trans.asc").open("ab") as trans:
        trans.write(b'9999999;1;981231;"PRIJEM";"VKLAD";1.00;1.00;" ";;\r\n')
    report = import_berka(folder, tmp_path / "bank")
    assert dropped(report) == {}
    view = open_bank(str(tmp_path / "bank")).view()
    found = view.table("loans").group_by("status").agg(n=lambda t: t.count()).to_pyarrow().to_pylist()
    assert {r["status"]: r["n"] for r in found} == {"A": 203, "B": 31, "C": 403, "D": 45}
    assert len(rows(tmp_path / "bank", "customers")) == 5_369
    assert len(rows(tmp_path / "bank", "accounts")) == 4_500 + 892 + 682


def test_the_documentation_names_every_code_and_column():
    text = (ROOT / "docs" / "public_data.md").read_text(encoding="utf-8")
    named = [*codes.SIGNS, *codes.ROLES, *codes.STATUSES, *codes.FREQUENCIES, *codes.CARDS]
    named += [code for code in (*codes.SYMBOLS, *codes.OPERATIONS, *codes.ORDERS) if code]
    assert [code for code in named if f"`{code}`" not in text] == []
    for code, category in {**codes.SYMBOLS, **codes.ORDERS}.items():
        shown = f"`{code}`" if code else "empty or one blank"
        assert any(shown in line and f"category `{category}`" in line for line in text.splitlines()), code
    for code, (category, channel) in codes.OPERATIONS.items():
        shown = f"`{code}`" if code else "empty"
        words = (shown, f"category `{category}`", f"channel `{channel}`")
        assert any(all(word in line for word in words) for line in text.splitlines()), code
