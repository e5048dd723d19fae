"""Who churned is the same whether or not what follows the window has happened since."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.bank.test_no_look_ahead import DAYS, views
from tests.engines.comparison import assert_same, rows

from analysis.bank.source import View, open_bank
from analysis.topics.churn.cohorts import cohorts
from analysis.topics.churn.definitions import Definition, outcomes
from analysis.topics.churn.hazard import periods
from analysis.topics.churn.retention import spells
from analysis.topics.churn.sensitivity import sensitivity
from analysis.topics.churn.stage_flow import path
from analysis.topics.segmentation.tiers import ladder

KEY = ["customer_id", "day"]
STEPS = ladder([], "CNY", [100.0, 500.0])
DEFINITIONS = (
    Definition("contractual", horizon_days=60),
    Definition("behavioural", silent_days=70, balance_fall=0.2),
    Definition("partial", horizon_days=60),
)


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("banks")


def labels(view: View, end: date, definition: Definition):
    days = [end - timedelta(days=definition.window_days + more) for more in (0, 45)]
    return rows(outcomes(view, days, definition), KEY)


@settings(max_examples=2, deadline=None)
@given(seed=st.integers(0, 10**6), end=DAYS)
def test_no_label_moves(place, seed, end):
    then, after = views(place, seed, end)
    for definition in DEFINITIONS:
        assert_same(labels(then, end, definition), labels(after, end, definition))


def test_a_later_view_knows_no_other_labels(demo_folder):
    """Only of a bank without bookings before their account's opening, which the random one has."""
    view = open_bank(str(demo_folder)).view()
    end = view.as_of - timedelta(days=150)
    for definition in DEFINITIONS:
        expected = labels(view.at(end), end, definition)
        assert expected["churned"].sum() > 5
        assert_same(expected, labels(view, end, definition))


def test_the_future_of_this_test_is_one(place):
    """With a window that reaches into it, labels move."""
    end = date(2023, 6, 30)
    then, after = (view.at(date(2023, 12, 31)) for view in views(place, 7, end))
    for definition in DEFINITIONS:
        left, right = (labels(view, date(2023, 9, 30), definition) for view in (then, after))
        assert not left.equals(right), definition


@settings(max_examples=1, deadline=None)
@given(seed=st.integers(0, 10**6), as_of=DAYS)
def test_no_figure_of_a_day_moves(place, seed, as_of):
    """Stages, cohorts, spells and drivers are the same, whatever happened since."""
    contractual, behavioural = DEFINITIONS[0], Definition("behavioural", silent_days=45)
    pair = views(place, seed, as_of)
    for told in (
        lambda view: path(view, steps=1),
        lambda view: spells(view, STEPS),
        lambda view: cohorts(view, contractual),
        lambda view: cohorts(view, behavioural),
        lambda view: periods(view, contractual, count=1),
        lambda view: sensitivity(view, behavioural, falls=[0.2]).falls,
    ):
        assert_same(*(told(view) for view in pair))
