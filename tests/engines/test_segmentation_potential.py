"""What bookings tell of money elsewhere is the same on DuckDB, PostgreSQL and Spark."""

import pytest
from tests.engines.comparison import assert_same, rows

from analysis.bank.source import open_bank
from analysis.topics.segmentation.elsewhere import evidence
from analysis.topics.segmentation.slices import slicers

pytestmark = pytest.mark.engines


@pytest.mark.parametrize("engine", ["postgres_url", "spark_url"])
@pytest.mark.parametrize("query", [evidence, slicers])
def test_each_query_is_the_same(demo_folder, request, engine, query):
    expected = query(open_bank(str(demo_folder)).view())
    found = query(open_bank(request.getfixturevalue(engine)).view())
    assert_same(rows(expected, ["customer_id"]), rows(found, ["customer_id"]))
