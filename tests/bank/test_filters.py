"""The filter of a run: what it accepts, and that nothing else gets through."""

import ibis
import pandas as pd
import pytest

from analysis.bank.engines import BankError
from analysis.bank.filters import condition
from analysis.bank.schema import tables

CUSTOMERS = tables()["customers"]


@pytest.fixture(scope="module")
def people():
    frame = pd.DataFrame(
        {
            "customer_id": ["C1", "C2", "C3"],
            "branch_id": ["B1", "B2", None],
            "region": ["East", "West", "It's"],
            "joined_on": pd.to_datetime(["2020-01-01", "2021-01-01", "2022-01-01"]).date,
            "marketing_consent": [True, False, None],
        }
    )
    return ibis.memtable(frame)


@pytest.mark.parametrize(
    ("where", "kept"),
    [
        ("branch_id = 'B1'", ["C1"]),
        ("branch_id != 'B1'", ["C2"]),
        ("branch_id in ('B1', 'B2')", ["C1", "C2"]),
        ("joined_on >= '2021-01-01' and region in ('West', 'East')", ["C2"]),
        ("(region = 'It''s')", ["C3"]),
        ("marketing_consent = true", ["C1"]),
        ("branch_id = 'B1' and region = 'East' and joined_on < '2030-01-01'", ["C1"]),
    ],
)
def test_accepts_comparisons_with_constants(people, where, kept):
    rows = people.filter(condition(where, CUSTOMERS)(people)).to_pandas()
    assert sorted(rows.customer_id) == kept


@pytest.mark.parametrize("where", ["", "   "])
def test_an_empty_filter_is_none(where):
    assert condition(where, CUSTOMERS) is None


@pytest.mark.parametrize(
    "where",
    [
        "1 = 1",
        "true",
        "branch_id",
        "branch_id = 'B1' or 1 = 1",
        "not branch_id = 'B1'",
        "branch_id = 'B1'; drop table customers",
        "branch_id in (select branch_id from branches)",
        "branch_id = 'B1' order by 1",
        "branch_id = 'B1' limit 1",
        "branch_id = 'B1' union select 1",
        "branch_id = region",
        "branch_id = concat('B', '1')",
        "customers.branch_id = 'B1'",
        "name = 'Li Na'",
        "brnch_id = 'B1'",
        "branch_id = 'B1",
        "branch_id like 'B%'",
        "select 1",
    ],
)
def test_refuses_everything_else_and_says_what_is_allowed(where):
    with pytest.raises(BankError, match=r"expected comparisons of a column of customers.*branch_id"):
        condition(where, CUSTOMERS)
