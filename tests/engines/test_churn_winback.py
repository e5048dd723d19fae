"""Who is gone, what they were worth and who came back is the same on DuckDB, PostgreSQL and Spark."""

import pytest
from tests.engines.comparison import assert_same, rows

from analysis.bank.source import open_bank
from analysis.topics.churn import returns, winback

pytestmark = pytest.mark.engines


@pytest.mark.parametrize("engine", ["postgres_url", "spark_url"])
def test_the_list_is_the_same(demo_folder, request, engine):
    here, there = (open_bank(url).view() for url in (str(demo_folder), request.getfixturevalue(engine)))
    expected = rows(winback.gone(here), ["customer_id"])
    assert len(expected) > 20 and (expected["margin"] > 0).any() and (expected["families"] > 1).any()
    assert_same(expected, rows(winback.gone(there), ["customer_id"]))
    assert returns.returns(here).equals(returns.returns(there))
