"""The customers of segmentation, with all that the notebook asks for, are the same on DuckDB, PostgreSQL and Spark."""

import pytest
from tests.engines.comparison import assert_same, rows

from analysis.bank.source import open_bank
from analysis.topics import segmentation as seg
from analysis.topics.segmentation import clusters, elsewhere

pytestmark = pytest.mark.engines


@pytest.mark.parametrize("url", ["postgres_url", "spark_url"])
def test_customers_are_the_same(demo_folder, url, request):
    more = [*clusters.FEATURES, *elsewhere.COLUMNS]
    left, right = (
        rows(seg.customers(open_bank(bank).view(), more), ["customer_id"])
        for bank in (str(demo_folder), request.getfixturevalue(url))
    )
    assert_same(left, right)
