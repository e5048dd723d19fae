"""Who was spoken to, who is a customer and which names are masked is the same on DuckDB, PostgreSQL and Spark."""

from datetime import date

import pytest

from analysis.bank.source import open_bank
from analysis.topics.survey import callbacks, quotes

pytestmark = pytest.mark.engines


@pytest.mark.parametrize("engine", ["postgres_url", "spark_url"])
def test_the_rows_are_the_same(demo_folder, request, engine):
    here, there = (
        open_bank(url).view("2023-11-30") for url in (str(demo_folder), request.getfixturevalue(engine))
    )
    spoken = callbacks.contacts(here, date(2023, 1, 1))
    assert len(spoken) > 100 and spoken["day"].max().date() <= date(2023, 11, 30)
    assert spoken.equals(callbacks.contacts(there, date(2023, 1, 1)))
    people = [callbacks.people(view).sort_values("customer_id", ignore_index=True) for view in (here, there)]
    assert people[0].astype({"customer_id": "object"}).equals(people[1].astype({"customer_id": "object"}))
    assert quotes.names(here) == quotes.names(there) and quotes.places(here) == quotes.places(there)
