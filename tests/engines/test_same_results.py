"""Every table and every feature is the same on DuckDB, PostgreSQL and Spark."""

import pytest
from tests.engines.comparison import assert_same, rows

from analysis.bank.features import features
from analysis.bank.schema import tables
from analysis.bank.source import Bank, open_bank

pytestmark = pytest.mark.engines

ENGINES = ["postgres_url", "spark_url", "spark_cluster_url"]


@pytest.fixture
def reference(demo_folder) -> Bank:
    return open_bank(str(demo_folder))


@pytest.fixture(params=ENGINES)
def other(request) -> Bank:
    return open_bank(request.getfixturevalue(request.param))


def test_features_are_the_same(reference, other):
    assert_same(
        rows(features(reference.view()), ["customer_id"]), rows(features(other.view()), ["customer_id"])
    )


def test_filtered_features_of_an_earlier_day_are_the_same(reference, other):
    branch = reference.typed("customers").branch_id.min().to_pyarrow().as_py()
    day = reference.latest().replace(day=15)
    left, right = (
        rows(features(bank.view(day, f"branch_id = '{branch}'")), ["customer_id"])
        for bank in (reference, other)
    )
    assert 0 < len(left) < reference.typed("customers").count().to_pyarrow().as_py()
    assert_same(left, right)


@pytest.mark.slow
def test_tables_and_their_views_are_the_same(reference, other):
    assert reference.names == other.names
    for name in reference.names:
        every_column = list(tables()[name].columns)
        assert_same(rows(reference.typed(name), every_column), rows(other.typed(name), every_column))
        assert_same(
            rows(reference.view().table(name), every_column), rows(other.view().table(name), every_column)
        )
