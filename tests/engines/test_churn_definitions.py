"""Who could churn and who did are the same on DuckDB, PostgreSQL and Spark."""

from datetime import timedelta

import pytest
from tests.engines.comparison import assert_same, rows

from analysis.bank.source import View, open_bank
from analysis.topics.churn.activity import activity
from analysis.topics.churn.cohorts import cohorts
from analysis.topics.churn.definitions import Definition, chosen, outcomes
from analysis.topics.churn.retention import spells
from analysis.topics.churn.stages import stages
from analysis.topics.segmentation.tiers import ladder

pytestmark = pytest.mark.engines

KEY = ["customer_id", "day"]
DEFINITIONS = (
    Definition("contractual"),
    Definition("behavioural", balance_fall=0.3),
    Definition("partial", horizon_days=180),
)


def days(view: View) -> list:
    return [view.as_of - timedelta(days=age) for age in (270, 180)]


@pytest.mark.parametrize("engine", ["postgres_url", "spark_url"])
def test_outcomes_are_the_same(demo_folder, request, engine):
    here, there = (open_bank(url).view() for url in (str(demo_folder), request.getfixturevalue(engine)))
    for definition in DEFINITIONS:
        expected = rows(outcomes(here, days(here), definition), KEY)
        assert 0 < expected["churned"].sum() < len(expected)
        assert_same(expected, rows(outcomes(there, days(there), definition), KEY))


@pytest.mark.parametrize("engine", ["postgres_url", "spark_url"])
def test_activity_and_the_choice_are_the_same(demo_folder, request, engine):
    here, there = (open_bank(url).view() for url in (str(demo_folder), request.getfixturevalue(engine)))
    assert_same(rows(activity(here, days(here)), KEY), rows(activity(there, days(there)), KEY))
    assert chosen(here) == chosen(there)
    assert chosen(here).reason == chosen(there).reason


@pytest.mark.parametrize("engine", ["postgres_url", "spark_url"])
def test_stages_are_the_same(demo_folder, request, engine):
    here, there = (open_bank(url).view() for url in (str(demo_folder), request.getfixturevalue(engine)))
    expected = rows(stages(here), ["customer_id"])
    assert expected["sign"].nunique() == 7
    assert_same(expected, rows(stages(there), ["customer_id"]))


@pytest.mark.parametrize("engine", ["postgres_url", "spark_url"])
def test_spells_and_cohorts_are_the_same(demo_folder, request, engine):
    here, there = (open_bank(url).view() for url in (str(demo_folder), request.getfixturevalue(engine)))
    steps = ladder([], "CNY")
    assert_same(spells(here, steps), spells(there, steps))
    expected = cohorts(here, DEFINITIONS[1])
    assert expected["rate"].between(0.2, 1).all() and len(expected) > 5
    assert_same(expected, cohorts(there, DEFINITIONS[1]))
