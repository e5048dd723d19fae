"""A bank opens from every kind of URL, and a view never shows what was not yet known on its day."""

import datetime as dt

import duckdb
import pandas as pd
import pytest

from analysis.bank.source import BankError, MissingTable, Profile, open_bank

D = dt.date


def frames() -> dict[str, pd.DataFrame]:
    moments = pd.to_datetime(["2020-03-01 10:00", "2020-03-31 23:59", "2020-07-01 00:00"], format="ISO8601")
    return {
        "customers": pd.DataFrame(
            {
                "customer_id": ["C1", "C2", "C3"],
                "birth_date": [D(1980, 1, 1), D(1990, 2, 2), None],
                "branch_id": ["B1", "B2", "B1"],
                "marketing_consent": [True, False, None],
                "joined_on": [D(2019, 1, 1), D(2020, 2, 1), D(2020, 6, 1)],
                "left_on": [None, D(2020, 6, 15), None],
            }
        ),
        "accounts": pd.DataFrame(
            {
                "account_id": ["001", "002", "003"],
                "customer_id": ["C1", "C2", "C3"],
                "product_id": ["P"] * 3,
                "opened_on": [D(2019, 1, 1), D(2020, 2, 1), D(2020, 6, 1)],
                "closed_on": [None, D(2020, 6, 15), None],
                "credit_limit": [None, 1000.5, None],
            }
        ),
        "transactions": pd.DataFrame(
            {
                "transaction_id": ["T1", "T2", "T3"],
                "account_id": ["001", "002", "003"],
                "booked_at": moments.astype("datetime64[us]"),
                "amount": [-10.0, 20.25, 30.0],
            }
        ),
        "campaigns": pd.DataFrame(
            {
                "campaign_id": ["K1", "K2"],
                "objective": ["care"] * 2,
                "started_on": [D(2020, 3, 1), D(2020, 6, 1)],
            }
        ),
        "campaign_contacts": pd.DataFrame(
            {
                "campaign_id": ["K1", "K1", "K2"],
                "customer_id": ["C1", "C2", "C1"],
                "arm": ["treatment", "control", "treatment"],
                "contacted_on": [D(2020, 3, 2), None, D(2020, 6, 2)],
                "converted_on": [D(2020, 5, 1), None, None],
                "value": [99.0, None, None],
            }
        ),
        "crm_opportunities": pd.DataFrame(
            {
                "opportunity_id": ["O1"],
                "customer_id": ["C1"],
                "stage": ["won"],
                "created_on": [D(2020, 3, 1)],
                "closed_on": [D(2020, 4, 15)],
            }
        ),
    }


def write(folder, kind: str) -> str:
    """The bank of `frames` as `kind`; gives its URL."""
    if kind == "duckdb":
        write(folder, "parquet")
        with duckdb.connect(str(folder / "bank.duckdb")) as connection:
            for name in frames():
                connection.execute(f"create table {name} as from '{folder / name}.parquet'")
        return str(folder / "bank.duckdb")
    for name, frame in frames().items():
        if kind == "csv":
            frame.to_csv(folder / f"{name}.csv", index=False)
        elif kind == "parts" and name == "transactions":
            (folder / name).mkdir()
            for i in range(len(frame)):
                frame[i : i + 1].to_parquet(folder / name / f"part{i}.parquet")
        else:
            frame.to_parquet(folder / f"{name}.parquet")
    return str(folder)


@pytest.fixture
def bank(tmp_path):
    return open_bank(write(tmp_path, "parquet"))


def rows(table, *columns) -> list[tuple]:
    got = table.select(*columns).order_by(*columns).to_pyarrow().to_pylist()
    return [tuple(row.values()) for row in got]


@pytest.mark.parametrize("kind", ["csv", "duckdb", "parts"])
@pytest.mark.parametrize("table", list(frames()))
def test_every_kind_of_bank_gives_the_same_typed_tables(tmp_path, kind, table):
    for name in ("plain", "other"):
        (tmp_path / name).mkdir()
    plain = open_bank(write(tmp_path / "plain", "parquet")).typed(table)
    other = open_bank(write(tmp_path / "other", kind)).typed(table)
    assert other.schema() == plain.schema()
    assert rows(other, *other.columns) == rows(plain, *plain.columns)


def test_ids_of_a_csv_keep_their_leading_zeros(tmp_path):
    bank = open_bank(write(tmp_path, "csv"))
    assert rows(bank.typed("accounts"), "account_id") == [("001",), ("002",), ("003",)]


def test_an_optional_column_that_is_absent_is_blank(bank):
    assert rows(bank.typed("customers"), "region") == [(None,)] * 3


def test_a_required_column_that_is_absent_is_named(tmp_path):
    url = write(tmp_path, "parquet")
    frames()["transactions"].drop(columns="amount").to_parquet(tmp_path / "transactions.parquet")
    with pytest.raises(BankError, match=r"transactions.amount is missing; expected a column of type float"):
        open_bank(url).typed("transactions")


def test_a_view_includes_its_whole_day_and_nothing_later(bank):
    assert rows(bank.view("2020-03-31").table("transactions"), "transaction_id") == [("T1",), ("T2",)]
    assert rows(bank.view("2020-03-30").table("transactions"), "transaction_id") == [("T1",)]


def test_what_happened_later_is_blank(bank):
    before, after = bank.view("2020-06-14"), bank.view("2020-06-15")
    assert rows(before.table("accounts"), "account_id", "closed_on") == [
        ("001", None), ("002", None), ("003", None),
    ]  # fmt: skip
    assert rows(after.table("accounts"), "account_id", "closed_on")[1] == ("002", D(2020, 6, 15))


def test_customers_of_a_view_are_those_still_there(bank):
    assert rows(bank.view("2020-06-14").customers(), "customer_id") == [("C1",), ("C2",), ("C3",)]
    assert rows(bank.view("2020-06-15").customers(), "customer_id") == [("C1",), ("C3",)]
    assert rows(bank.view("2020-05-31").customers(), "customer_id") == [("C1",), ("C2",)]


def test_a_value_is_blank_until_the_day_of_another_column(bank):
    assert rows(bank.view("2020-04-30").table("campaign_contacts"), "customer_id", "value") == [
        ("C1", None), ("C2", None),
    ]  # fmt: skip
    assert rows(bank.view("2020-05-01").table("campaign_contacts"), "customer_id", "value")[0] == ("C1", 99.0)


def test_a_row_is_known_with_its_parent(bank):
    assert rows(bank.view("2020-05-31").table("campaign_contacts"), "campaign_id").count(("K2",)) == 0
    assert rows(bank.view("2020-06-01").table("campaign_contacts"), "campaign_id").count(("K2",)) == 1


def test_a_state_reads_as_before_until_it_changed(bank):
    assert rows(bank.view("2020-04-14").table("crm_opportunities"), "stage", "closed_on") == [("open", None)]
    assert rows(bank.view("2020-04-15").table("crm_opportunities"), "stage") == [("won",)]


@pytest.mark.parametrize(
    ("table", "column", "left"),
    [("accounts", "account_id", ["001", "003"]), ("transactions", "transaction_id", ["T1", "T3"]),
     ("campaign_contacts", "customer_id", ["C1", "C1"]), ("campaigns", "campaign_id", ["K1", "K2"])],
)  # fmt: skip
def test_every_table_of_customers_follows_the_filter(bank, table, column, left):
    assert [v for (v,) in rows(bank.view(where="branch_id = 'B1'").table(table), column)] == left


def test_the_latest_day_is_the_last_booking_or_the_profile(tmp_path, bank):
    assert bank.latest() == D(2020, 7, 1)
    assert bank.profile() == Profile("Bank", "XXX", "")
    pd.DataFrame(
        {
            "bank_id": ["X"],
            "name": ["Harbour"],
            "currency": ["CNY"],
            "country": ["CN"],
            "extracted_on": [D(2020, 7, 31)],
        }
    ).to_parquet(tmp_path / "bank_profile.parquet")
    fresh = open_bank(str(tmp_path))
    assert fresh.latest() == D(2020, 7, 31)
    assert fresh.view().currency == "CNY"


@pytest.mark.parametrize(
    ("as_of", "message"),
    [("2020-13-01", "expected 'latest' or a date"), ("soon", "expected 'latest' or a date"),
     ("2031-01-01", "the data end on 2020-07-01")],
)  # fmt: skip
def test_a_day_that_cannot_be_is_refused(bank, as_of, message):
    with pytest.raises(BankError, match=message):
        bank.view(as_of)


def test_a_missing_table_is_named(bank):
    with pytest.raises(MissingTable, match="table balances is missing"):
        bank.view().table("balances")


def test_what_is_no_bank_is_refused(tmp_path):
    with pytest.raises(BankError, match="no such file or folder"):
        open_bank(str(tmp_path / "nowhere"))
    with pytest.raises(BankError, match="is not a bank"):
        open_bank(str(tmp_path))
    (tmp_path / "x.duckdb").write_text("hello")
    with pytest.raises(BankError, match="cannot be opened as a DuckDB database"):
        open_bank(str(tmp_path / "x.duckdb"))


def test_a_table_given_twice_is_refused(tmp_path):
    url = write(tmp_path, "parquet")
    frames()["accounts"].to_csv(tmp_path / "accounts.csv", index=False)
    with pytest.raises(BankError, match=r"gives table accounts twice: accounts.csv, accounts.parquet"):
        open_bank(url)


def test_a_secret_is_named_and_never_shown(monkeypatch):
    with pytest.raises(BankError, match="environment variable NO_SUCH_SECRET, which is not set"):
        open_bank("postgres://me:${NO_SUCH_SECRET}@127.0.0.1:1/bank")
    monkeypatch.setenv("BANK_SECRET", "hunter2")
    with pytest.raises(BankError, match=r"cannot connect to postgres://me:\$\{BANK_SECRET\}@") as error:
        open_bank("postgres://me:${BANK_SECRET}@127.0.0.1:1/bank")
    assert "hunter2" not in str(error.value)
    with pytest.raises(BankError) as error:
        open_bank("postgres://me:hunter2@127.0.0.1:1/bank")
    assert "hunter2" not in str(error.value)
