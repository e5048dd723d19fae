"""What customers can be sliced by is the same on DuckDB, PostgreSQL and Spark."""

import pytest
from tests.engines.comparison import assert_same, rows

from analysis.bank.source import open_bank
from analysis.topics.segmentation.slices import slicers

pytestmark = pytest.mark.engines


@pytest.mark.parametrize("engine", ["postgres_url", "spark_url"])
def test_slicers_are_the_same(demo_folder, request, engine):
    expected = slicers(open_bank(str(demo_folder)).view())
    found = slicers(open_bank(request.getfixturevalue(engine)).view())
    assert_same(rows(expected, ["customer_id"]), rows(found, ["customer_id"]))
