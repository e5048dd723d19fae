"""The counts of data quality are the same on DuckDB, PostgreSQL and Spark."""

import pandas as pd
import pytest
from tests.engines.comparison import assert_same, rows

from analysis.bank.source import open_bank
from analysis.topics import data_quality as dq

pytestmark = pytest.mark.engines

COUNTS = {
    "completeness": (dq.completeness, ["table", "column"]),
    "monthly_blanks": (dq.monthly_blanks, ["table", "column", "month"]),
    "rows_by_day": (dq.rows_by_day, ["table", "day"]),
    "consistency": (dq.consistency, ["check"]),
}


@pytest.mark.parametrize("url", ["postgres_url", "spark_url"])
@pytest.mark.parametrize("count", COUNTS)
def test_counts_are_the_same(demo_folder, url, count, request):
    build, key = COUNTS[count]
    left, right = (
        build(open_bank(bank).view()).sort_values(key, ignore_index=True)
        for bank in (str(demo_folder), request.getfixturevalue(url))
    )
    assert len(left)
    pd.testing.assert_frame_equal(left, right, check_dtype=False, rtol=1e-9)


@pytest.mark.parametrize("url", ["postgres_url", "spark_url"])
def test_customers_are_the_same(demo_folder, url, request):
    left, right = (
        rows(dq.customers(open_bank(bank).view()), ["customer_id"])
        for bank in (str(demo_folder), request.getfixturevalue(url))
    )
    assert_same(left, right)
