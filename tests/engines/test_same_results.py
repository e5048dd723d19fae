"""Every table and every feature is the same on DuckDB, PostgreSQL and Spark."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.bank.random_bank import END, random_bank, write
from tests.engines.comparison import assert_same, rows

from analysis.bank.features import features
from analysis.bank.schema import tables
from analysis.bank.source import Bank, open_bank

pytestmark = pytest.mark.engines


@pytest.fixture
def reference(demo_folder) -> Bank:
    return open_bank(str(demo_folder))


@pytest.fixture(params=["postgres_url", "spark_url"])
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


def test_a_cluster_of_two_workers_gives_the_same_features(reference, spark_cluster_url):
    cluster = open_bank(spark_cluster_url)
    assert cluster.connection._session.sparkContext.master.startswith("spark://127.0.0.1:")
    assert_same(
        rows(features(reference.view()), ["customer_id"]), rows(features(cluster.view()), ["customer_id"])
    )


@pytest.fixture(scope="module")
def every_table(tmp_path_factory) -> Path:
    """A small random bank that has every table of the contract."""
    return write(random_bank(5), tmp_path_factory.mktemp("every_table"))


@pytest.mark.parametrize("elsewhere", ["to_postgres", "to_spark"])
def test_every_table_and_its_view_are_the_same(every_table, elsewhere, request):
    here = open_bank(str(every_table))
    there = open_bank(request.getfixturevalue(elsewhere)(every_table))
    assert here.names == there.names == list(tables())
    for name in here.names:
        every_column = list(tables()[name].columns)
        assert_same(rows(here.typed(name), every_column), rows(there.typed(name), every_column))
        day = END - timedelta(days=100)
        views = [rows(bank.view(day).table(name), every_column) for bank in (here, there)]
        assert_same(*views)
