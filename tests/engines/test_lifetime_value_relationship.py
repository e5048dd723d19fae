"""Margins, months at risk and margins by month are the same on DuckDB, PostgreSQL and Spark."""

import pytest
from tests.engines.comparison import assert_same, rows

from analysis.bank.source import View, open_bank
from analysis.topics.lifetime_value.relationship import Assumptions, changes, exposure, margins, months_of
from analysis.topics.lifetime_value.relationship.losses import default_probabilities
from analysis.topics.segmentation import ladder

pytestmark = pytest.mark.engines


def at_risk(view: View):
    return exposure(view, ladder([], "CNY"))


def by_month(view: View):
    return months_of(view, Assumptions(), after=view.as_of.year * 12 - 1)


QUERIES = {
    "margins": (lambda view: margins(view, Assumptions()), ["customer_id"]),
    "default": (lambda view: default_probabilities(view, Assumptions()), ["bucket"]),
    "exposure": (at_risk, ["tier", "cohort", "tenure", "month"]),
    "exposure of all": (exposure, ["tier", "cohort", "tenure", "month"]),
    "months": (by_month, ["customer_id", "month"]),
}


@pytest.mark.parametrize("engine", ["postgres_url", "spark_url"])
def test_each_query_is_the_same(demo_folder, request, engine):
    here, there = (open_bank(url).view() for url in (str(demo_folder), request.getfixturevalue(engine)))
    for query, key in QUERIES.values():
        expected = rows(query(here), key)
        assert len(expected) > 1
        assert_same(expected, rows(query(there), key))


@pytest.mark.parametrize("engine", ["postgres_url", "spark_url"])
def test_past_paths_are_the_same(demo_folder, request, engine):
    here, there = (open_bank(url).view() for url in (str(demo_folder), request.getfixturevalue(engine)))
    expected, found = (changes(view, Assumptions(), 12) for view in (here, there))
    assert found.moved == pytest.approx(expected.moved, rel=1e-9, abs=1e-9)
    assert found.common == pytest.approx(expected.common, rel=1e-9)
