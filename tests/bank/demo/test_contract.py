"""The simulated bank keeps the contract of its tables; what is soiled is a warning, and counted."""

import json

import pandas as pd
import pyarrow.parquet as pq
import pytest

from analysis.bank.demo.arrow import build, schema
from analysis.bank.schema import tables

TABLES = (
    "bank_profile", "customers", "accounts", "transactions", "products", "balances", "branches", "staff",
    "interactions", "campaigns", "campaign_contacts", "loans", "loan_months", "feedback",
    "survey_invitations", "survey_answers", "survey_items", "survey_comments", "crm_activities",
)  # fmt: skip


def test_every_table_is_there_and_no_other(demo_folder):
    assert sorted(path.name for path in demo_folder.iterdir()) == sorted(f"{t}.parquet" for t in TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_columns_and_types_are_those_of_the_contract(demo_folder, name):
    assert pq.read_schema(demo_folder / f"{name}.parquet").equals(schema(name))
    assert pq.read_metadata(demo_folder / f"{name}.parquet").num_rows > 0


@pytest.mark.parametrize("name", TABLES)
def test_no_rule_is_broken_that_would_be_an_error(bank, name):
    frame, spec = bank(name), tables()[name]
    keys = frame[list(spec.key)]
    assert not keys.isna().any(axis=None) and not keys.duplicated().any()
    for first, second in spec.order:
        assert not (frame[first] > frame[second]).any(), (first, second)
    for column in spec.columns.values():
        values = frame[column.name]
        if column.missing == "error":
            assert values.notna().all(), column.name
        if column.values:
            assert set(values.dropna()) <= set(column.values)
        if column.min is not None:
            assert not (values < column.min).any()
        if column.references:
            parent = bank(column.references)[tables()[column.references].key[0]]
            assert values.dropna().isin(parent).all(), column.name


def test_nothing_lies_after_the_last_day_or_outlasts_its_customer(bank):
    end = pd.Timestamp(bank("bank_profile").extracted_on[0])
    for name in TABLES:
        if column := tables()[name].known_at:
            assert (pd.to_datetime(bank(name)[column]) < end + pd.Timedelta(days=1)).all(), name
    accounts = bank("accounts").merge(bank("customers"), on="customer_id")
    assert (accounts.opened_on >= accounts.joined_on).all()
    gone = accounts[accounts.left_on.notna()]
    assert (gone.closed_on <= gone.left_on).all()
    booked = bank("transactions").merge(bank("accounts"), on="account_id")
    day = booked.booked_at.dt.date
    assert (day >= booked.opened_on).all() and not (day > booked.closed_on.fillna(end.date())).any()


def test_about_one_row_in_a_hundred_is_soiled_as_the_truth_says(bank, demo_truth):
    dirt = pd.DataFrame(json.loads((demo_truth / "parameters.json").read_text())["dirt"])
    count = dirt.set_index(["table", "column", "kind"])["rows"]
    for table in ("customers", "transactions", "interactions"):
        assert 0.004 < dirt[dirt.table == table]["rows"].sum() / len(bank(table)) < 0.02
    booked = bank("transactions")
    usual = tables()["transactions"].columns["category"].usual
    assert (booked.amount == 0).sum() == count["transactions", "amount", "zero"]
    assert booked.category.isna().sum() == count["transactions", "category", "blank"]
    assert (~booked.category.dropna().isin(usual)).sum() == count["transactions", "category", "spelling"]
    assert booked.channel.isna().sum() == count["transactions", "channel", "blank"]
    people = bank("customers")
    assert people.birth_date.isna().sum() == count["customers", "birth_date", "blank"]
    old = pd.to_datetime(people.birth_date) == pd.Timestamp("1900-01-01")
    assert old.sum() == count["customers", "birth_date", "1900-01-01"]


def test_a_table_that_departs_from_the_contract_is_refused():
    with pytest.raises(ValueError, match="survey_comments has the columns"):
        build("survey_comments", {"response_id": ["R1"]})
