"""Who could have complained is the same on DuckDB, PostgreSQL and Spark."""

from datetime import date

import pytest
from tests.engines.comparison import assert_same, rows

from analysis.bank.source import open_bank
from analysis.topics.complaints import people

pytestmark = pytest.mark.engines


@pytest.mark.parametrize("engine", ["postgres_url", "spark_url"])
def test_people_and_their_days_are_the_same(demo_folder, request, engine):
    here, there = (
        people.table(open_bank(url).view("2023-06-30"), date(2022, 3, 15))
        for url in (str(demo_folder), request.getfixturevalue(engine))
    )
    expected = rows(here, ["customer_id"])
    assert len(expected) > 1_000 and expected["left"].any() and (expected["days"] < 400).any()
    assert (expected["families"] > 1).any() and (expected["assets"] > 0).any()
    assert_same(expected, rows(there, ["customer_id"]))
