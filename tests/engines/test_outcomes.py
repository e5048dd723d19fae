"""What followed answers and complaints is the same on DuckDB, PostgreSQL and Spark."""

import pytest
from tests.engines.comparison import assert_same

from analysis.bank.source import open_bank
from analysis.topics.complaints import effect
from analysis.topics.survey import outcomes

pytestmark = pytest.mark.engines


@pytest.mark.parametrize("engine", ["postgres_url", "spark_url"])
def test_behaviour_and_complainers_are_the_same(demo_folder, request, engine):
    here, there = (open_bank(url).view() for url in (str(demo_folder), request.getfixturevalue(engine)))
    expected = outcomes.behaviour(here)
    assert len(expected) > 200
    assert expected["left"].sum() > 0
    assert expected[["assets_later", "families_then", "margin_year"]].notna().all(axis=None)
    assert_same(expected, outcomes.behaviour(there))
    assert_same(effect.complainers(here), effect.complainers(there))
