"""Who churned is the same whether or not what follows the window has happened since."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.bank.test_no_look_ahead import DAYS, views
from tests.engines.comparison import assert_same, rows

from analysis.bank.source import View, open_bank
from analysis.topics.churn.definitions import Definition, outcomes
from analysis.topics.churn.stage_flow import path

KEY = ["customer_id", "day"]
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


@settings(max_examples=2, deadline=None)
@given(seed=st.integers(0, 10**6), as_of=DAYS)
def test_no_stage_moves(place, seed, as_of):
    then, after = views(place, seed, as_of)
    assert_same(path(then), path(after))
