"""Customers of randomised campaigns, with features and departures, are the same on DuckDB, PostgreSQL and Spark."""

import pytest
from tests.engines.comparison import assert_same, rows

from analysis.bank.source import open_bank
from analysis.topics.churn import experiments

pytestmark = pytest.mark.engines


@pytest.mark.parametrize("url", ["postgres_url", "spark_url"])
def test_customers_of_campaigns_are_the_same(demo_folder, url, request):
    here, there = (open_bank(one).view() for one in (str(demo_folder), request.getfixturevalue(url)))
    expected, found = (experiments.campaigns(view) for view in (here, there))
    assert len(expected) == 2
    assert_same(expected, found)
    last = expected.iloc[-1]
    one, other = (
        rows(experiments.customers(view, last["campaign_id"], last["started_on"]), ["customer_id"])
        for view in (here, there)
    )
    assert one["left"].sum() > 0 and one["treated"].any()
    assert_same(one, other)
