"""Every way to break a bank gives exactly its finding: place, rule, count and examples; and no traceback."""

import json
from dataclasses import asdict

import duckdb
import pandas as pd
import pytest
from tests.bank.broken import CASES, valid, write_csv, write_parquet

from analysis.bank.check import Finding, check, report, to_frame
from analysis.bank.source import open_bank
from analysis.cli import main


def found(url) -> list[tuple]:
    return [
        (f.severity, f"{f.table}.{f.column}" if f.column else f.table, f.rule, f.count, f.examples)
        for f in check(open_bank(str(url)))
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_parquet(tmp_path, case):
    frames = valid()
    case.change(frames)
    write_parquet(tmp_path, frames)
    assert found(tmp_path) == case.expected


# What text shows otherwise than a column with a type.
AS_TEXT = {
    "infinite amount": [("error", "transactions.amount", "type", 1, ('"T1": "inf"',))],
    "a number where a day is meant": [("error", "loans.granted_on", "type", 1, ('"002": "20200101"',))],
    "a term with decimals": [("error", "loans.term_months", "type", 1, ('"002": "12.5"',))],
}


# Rules for which it matters that a CSV file has nothing but text.
ON_TEXT = {"type", "blank", "range", "finite", "zero", "no rows", "duplicate key", "order"}


@pytest.mark.parametrize(
    "case",
    [c for c in CASES if ON_TEXT & {rule for _, _, rule, *_ in c.expected}],
    ids=lambda case: case.name,
)
def test_csv(tmp_path, case):
    frames = valid()
    case.change(frames)
    write_csv(tmp_path, frames)
    assert found(tmp_path) == AS_TEXT.get(case.name, case.expected)


@pytest.mark.parametrize(
    "options",
    [{}, {"sep": ";"}, {"sep": "\t"}, {"encoding": "utf-8-sig"}, {"lineterminator": "\r\n"}, {"quoting": 1}],
    ids=["comma", "semicolon", "tab", "byte order mark", "CRLF", "all quoted"],
)
def test_a_valid_bank_in_any_csv_has_no_finding(tmp_path, options):
    write_csv(tmp_path, valid(), **options)
    assert found(tmp_path) == []


def test_a_valid_bank_in_other_types_has_no_finding(tmp_path):
    frames = valid()
    frames["accounts"]["closed_on"] = None
    frames["loans"] = frames["loans"].astype({"account_id": int, "principal": int, "term_months": float})
    frames["accounts"] = frames["accounts"].astype({"account_id": int})
    for name in ("transactions", "balances"):
        frames[name] = frames[name].astype({"account_id": int})
    frames["customers"]["joined_on"] = pd.to_datetime(frames["customers"]["joined_on"])
    frames["customers"]["marketing_consent"] = [1, 0, 1, 0, 1]
    write_parquet(tmp_path, frames)
    assert found(tmp_path) == []


def test_days_as_text_that_can_all_be_read_are_a_warning_outside_csv(tmp_path):
    frames = valid()
    frames["loans"]["granted_on"] = "2020-01-01"
    write_parquet(tmp_path, frames)
    assert found(tmp_path) == [
        ("warning", "loans.granted_on", "stored as text", 1, ('"002": "2020-01-01"',)),
    ]


def test_moments_with_a_time_zone_are_a_warning(tmp_path):
    frames = valid()
    frames["transactions"]["booked_at"] = frames["transactions"]["booked_at"].dt.tz_localize("UTC")
    write_parquet(tmp_path, frames)
    ((severity, where, rule, count, _examples),) = found(tmp_path)
    assert (severity, where, rule, count) == ("warning", "transactions.booked_at", "time zone", 5)


# A file that is broken as a file: its content from the valid one's.
FILES = {
    "empty file": ("loans.csv", lambda text: b"", "loans", "unreadable file", "loans.csv is empty", 0),
    "GBK": ("branches.csv", lambda text: text.encode("gbk"), "branches", "encoding", "UTF-8", 1),
    "mixed encodings": (
        "feedback.csv",
        lambda text: text.encode() + "F3,C2,2024-03-01 09:00:00,praise,很好,\n".encode("gbk"),
        "feedback", "encoding", "UTF-8", 1,
    ),
    "UTF-16": ("loans.csv", lambda text: text.encode("utf-16"), "loans", "unreadable file", "not UTF-8", 0),
    "header in GBK": (
        "loans.csv", lambda text: "客户,b\n1,2\n".encode("gbk"), "loans", "unreadable file", "(line 1)", 0,
    ),
    "short line": (
        "branches.csv", lambda text: (text + "B3,\n").encode(), "branches", "malformed lines", "Found: 2", 1,
    ),
    "long lines": (
        "branches.csv", lambda text: (text + "B3,a,b,c\nB4,a,b,c\n").encode(), "branches", "malformed lines",
        "Found: 4", 2,
    ),
    "open quote": (
        "branches.csv", lambda text: (text + 'B3,"Quay,S\nB4,x,y\n').encode(), "branches", "malformed lines",
        "unterminated quote", 1,
    ),
    "thousands separators without quotes": (
        "balances.csv", lambda text: text.replace("10.0", "1,010.0").encode(), "balances", "malformed lines",
        "Found: 4", 1,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_csv_file_that_cannot_be_read_is_one_finding(tmp_path, name):
    file, broken, table, rule, said, count = FILES[name]
    write_csv(tmp_path, valid())
    (tmp_path / file).write_bytes(broken((tmp_path / file).read_text()))
    (finding,) = check(open_bank(str(tmp_path)))
    assert (finding.severity, finding.table, finding.rule, finding.count) == ("error", table, rule, count)
    assert said in finding.message
    assert file in finding.message


def test_a_column_that_stands_twice_in_the_header_is_named(tmp_path):
    write_csv(tmp_path, valid())
    text = (tmp_path / "balances.csv").read_text()
    (tmp_path / "balances.csv").write_text(text.replace("month_end,", "account_id,", 1))
    assert found(tmp_path) == [("error", "balances.account_id", "repeated column", 0, ())]


@pytest.mark.parametrize("broken", [lambda b: b"", lambda b: b[: len(b) // 2], lambda b: b"hello" * 99])
def test_a_parquet_file_that_is_not_whole_is_one_finding(tmp_path, broken):
    write_parquet(tmp_path, valid())
    file = tmp_path / "branches.parquet"
    file.write_bytes(broken(file.read_bytes()))
    (finding,) = check(open_bank(str(tmp_path)))
    assert (finding.severity, finding.table, finding.rule) == ("error", "branches", "unreadable file")
    assert "branches.parquet" in finding.message


def test_parts_of_different_columns_are_one_finding(tmp_path):
    frames = valid()
    balances = frames.pop("balances")
    write_parquet(tmp_path, frames)
    (tmp_path / "balances").mkdir()
    balances[:2].to_parquet(tmp_path / "balances" / "a.parquet")
    balances[2:].drop(columns="balance").to_parquet(tmp_path / "balances" / "b.parquet")
    (finding,) = check(open_bank(str(tmp_path)))
    assert (finding.table, finding.rule) == ("balances", "unreadable file")


# Faults that do not hide one another, all in one bank.
TOGETHER = (
    "misspelt optional column", "unknown columns", "dates in three formats", "truth in other words",
    "a term with decimals", "key of spaces", "unknown birth", "duplicate composite key", "orphan account",
    "orphan in an optional column", "closing before opening", "unusual age", "booking after the last day",
    "value not allowed", "unusual value", "personal value hidden", "amount of 1e300", "negative limit",
    "size beyond any bank",
)  # fmt: skip


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    """A folder bank of Parquet files with every fault of `TOGETHER`, and what is found in it there."""
    frames, folder = valid(), tmp_path_factory.mktemp("faulty")
    for case in CASES:
        if case.name in TOGETHER:
            case.change(frames)
    write_parquet(folder, frames)
    return folder, check(open_bank(str(folder)))


def test_many_faults_at_once_are_all_found(faulty):
    _, findings = faulty
    expected = [e for case in CASES if case.name in TOGETHER for e in case.expected]
    assert {(f.table, f.rule) for f in findings} == {(e[1].split(".")[0], e[2]) for e in expected}
    assert len(findings) >= len(TOGETHER) - 1


def test_a_duckdb_file_gives_the_same_findings(faulty, tmp_path):
    folder, findings = faulty
    with duckdb.connect(str(tmp_path / "bank.duckdb")) as connection:
        for file in folder.glob("*.parquet"):
            connection.execute(f"create table {file.stem} as from '{file}'")
    assert check(open_bank(str(tmp_path / "bank.duckdb"))) == findings


@pytest.mark.engines
def test_postgres_gives_the_same_findings(faulty, postgres_server):
    import ibis
    import psycopg

    folder, findings = faulty
    with psycopg.connect(f"{postgres_server}/postgres", autocommit=True) as server:
        server.execute("create database faulty")
    stored = ibis.connect(f"{postgres_server}/faulty")
    for file in folder.glob("*.parquet"):
        stored.create_table(file.stem, ibis.memtable(pd.read_parquet(file)))
    stored.disconnect()
    assert said(check(open_bank(f"{postgres_server}/faulty"))) == said(findings)


@pytest.mark.engines
def test_spark_gives_the_same_findings(faulty, to_spark):
    folder, findings = faulty
    assert said(check(open_bank(to_spark(folder)))) == said(findings)


@pytest.mark.engines
def test_spark_reads_csv_as_duckdb_does(tmp_path, to_spark):
    frames = valid()
    for case in CASES:
        if case.name in TOGETHER:
            case.change(frames)
    write_csv(tmp_path, frames, sep=";", encoding="utf-8-sig")
    (tmp_path / "branches.csv").write_bytes("branch_id;name\nB1;北京路\n".encode("gbk"))
    assert said(check(open_bank(to_spark(tmp_path)))) == said(check(open_bank(str(tmp_path))))


def said(findings) -> list[str]:
    """All that is said, but for the engine's own name of a type."""
    return [f"{f.severity} {f.rule} {f.message}" for f in findings]


@pytest.mark.parametrize("kind", ["folder", "nowhere", "text", "postgres", "twice", "spark"])
def test_a_bank_that_cannot_be_opened_is_exit_2_in_one_line(tmp_path, capsys, kind):
    (tmp_path / "x.duckdb").write_text("hello")
    if kind == "twice":
        write_parquet(tmp_path, valid())
        write_csv(tmp_path, valid())
    url = {
        "nowhere": tmp_path / "nowhere",
        "text": tmp_path / "x.duckdb",
        "postgres": "postgres://me:hunter2@127.0.0.1:1/bank",
        "spark": f"spark://local{tmp_path}",
    }.get(kind, tmp_path)
    assert main(["check", "--bank", str(url)]) == 2
    shown = capsys.readouterr()
    assert len(shown.err.splitlines()) == 1
    assert "hunter2" not in shown.err
    assert shown.out == ""


def test_the_message_names_place_value_expectation_and_remedy(tmp_path):
    frames = valid()
    frames["transactions"]["amount"] = ["1,234.50", "x", "2,000.00", "4", "5"]
    write_parquet(tmp_path, frames)
    (finding,) = check(open_bank(str(tmp_path)))
    assert finding.message == (
        'transactions.amount is text (3 rows, such as "T1": "1,234.50", "T2": "x", "T3": "2,000.00"); '
        "expected a number in the bank's currency. Convert it when you load the table."
    )


def test_the_right_name_is_suggested(tmp_path):
    frames = valid()
    frames["transaction"] = frames.pop("transactions")
    frames["accounts"] = frames["accounts"].rename(columns={"customer_id": "Customer ID"})
    frames["customers"] = frames["customers"].rename(columns={"region": "regoin"})
    write_parquet(tmp_path, frames)
    messages = [finding.message for finding in check(open_bank(str(tmp_path)))]
    assert "transactions is missing, but there is transaction; expected" in messages[1]
    assert "accounts.customer_id is missing, but there is Customer ID; expected" in messages[0]
    assert "Did you mean region?" in messages[2]


def test_no_personal_value_and_no_free_text_is_shown(tmp_path):
    frames = valid()
    frames["customers"]["gender"] = "SECRET-1"
    frames["customers"]["birth_date"] = "SECRET-2"
    frames["feedback"]["text"] = 7
    write_parquet(tmp_path, frames)
    findings = check(open_bank(str(tmp_path)))
    assert {f.column for f in findings} >= {"gender", "birth_date"}
    assert "SECRET" not in report(findings)


def test_nothing_shown_moves_the_cursor(tmp_path):
    frames = valid()
    frames["transactions"].loc[0, "category"] = "\x1b[2J\nsalary" + "x" * 99
    write_parquet(tmp_path, frames)
    shown = report(check(open_bank(str(tmp_path))))
    assert "\x1b" not in shown
    assert "x" * 40 not in shown
    assert "such as" in shown


FINDINGS = [
    Finding("a", "x", "type", "error", "is text", "a number", "Convert it.", count=1234, examples=("1: 2",)),
    Finding("a", "", "no rows", "warning", "has no rows", "rows", "Load it."),
    Finding("b", "y", "zero", "warning", "is zero", "more", "Look.", count=1),
]


def test_the_report_has_errors_first_and_totals_last():
    assert report(FINDINGS).splitlines() == [
        "Errors: with these the bank cannot be analysed",
        "  a.x is text (1,234 rows, such as 1: 2); expected a number. Convert it.",
        "",
        "Warnings: take care",
        "  a has no rows; expected rows. Load it.",
        "  b.y is zero (1 row); expected more. Look.",
        "",
        "1 error, 2 warnings in 2 tables.",
    ]
    assert report([]) == "No errors and no warnings."


def test_the_findings_are_a_table_and_plain_json():
    frame = to_frame(FINDINGS)
    assert frame["count"].tolist() == [1234, 0, 1]
    assert frame.loc[0, "message"].startswith("a.x is text")
    assert to_frame([]).columns.tolist() == frame.columns.tolist()
    assert json.loads(json.dumps([asdict(f) for f in FINDINGS]))[0]["rule"] == "type"


def test_the_check_changes_nothing(tmp_path):
    write_parquet(tmp_path, valid())
    before = {file.name: (file.stat().st_mtime_ns, file.read_bytes()) for file in tmp_path.iterdir()}
    assert check(open_bank(str(tmp_path))) == []
    assert {f.name: (f.stat().st_mtime_ns, f.read_bytes()) for f in tmp_path.iterdir()} == before
