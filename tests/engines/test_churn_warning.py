"""What the signals of early warning need is the same on DuckDB, PostgreSQL and Spark."""

from datetime import timedelta

import pytest
from tests.engines.comparison import assert_same, rows

from analysis.bank.source import open_bank
from analysis.topics.churn.habits import habits

pytestmark = pytest.mark.engines


@pytest.mark.parametrize("engine", ["postgres_url", "spark_url"])
def test_habits_are_the_same(demo_folder, request, engine):
    here, there = (open_bank(url) for url in (str(demo_folder), request.getfixturevalue(engine)))
    for back in (0, 100):
        day = here.latest() - timedelta(days=back)
        expected = rows(habits(here.view(day)), ["customer_id"])
        assert expected["salary_habit"].nunique() == expected["digital_habit"].nunique() == 2
        assert expected["complaint_slow_days"].notna().any()
        assert_same(expected, rows(habits(there.view(day)), ["customer_id"]))
