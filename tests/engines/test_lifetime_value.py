"""Histories of purchases are the same on DuckDB, PostgreSQL and Spark."""

from datetime import timedelta

import pytest
from tests.engines.comparison import assert_same, rows

from analysis.bank.source import open_bank
from analysis.topics.lifetime_value import histories as hist
from analysis.topics.lifetime_value import purchases as logs

pytestmark = pytest.mark.engines


def histories(bank: str):
    view = open_bank(bank).view()
    log = logs.from_view(view)
    days = [view.as_of - timedelta(days=days) for days in (0, 120, 300)]
    weeks, started = hist.weekly(log, days[1])
    return rows(hist.histories(log, days), ["customer_id"]), weeks, started.astype(str)


@pytest.mark.parametrize("url", ["postgres_url", "spark_url"])
def test_histories_are_the_same(demo_folder, url, request):
    here, there = histories(str(demo_folder)), histories(request.getfixturevalue(url))
    for one, other in zip(here, there, strict=True):
        assert_same(one, other)
