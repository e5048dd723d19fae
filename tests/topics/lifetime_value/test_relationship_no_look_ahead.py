"""What the relationship is worth on a day is the same whether or not the future has happened since."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.bank.test_no_look_ahead import DAYS, views
from tests.engines.comparison import assert_same, rows

from analysis.topics.lifetime_value.relationship import Assumptions, exposure, margins, months_of
from analysis.topics.lifetime_value.relationship.losses import default_probabilities
from analysis.topics.segmentation import ladder

STEPS = ladder([], "CNY", [100.0, 500.0])


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("banks")


@settings(max_examples=2, deadline=None)
@given(seed=st.integers(0, 10**6), as_of=DAYS)
def test_no_figure_moves(place, seed, as_of):
    then, after = views(place, seed, as_of)
    assumed = Assumptions(cost_currency=then.currency)
    for query, key in (
        (lambda view: margins(view, assumed), ["customer_id"]),
        (lambda view: default_probabilities(view, assumed), ["bucket"]),
        (lambda view: exposure(view, STEPS), ["tier", "cohort", "tenure", "month"]),
        (lambda view: months_of(view, assumed, as_of.year * 12 - 8), ["customer_id", "month"]),
    ):
        assert_same(rows(query(then), key), rows(query(after), key))


def test_the_future_of_these_tests_is_one(place):
    """Seen from the end, margins and departures of the two banks differ."""
    pair = [view.at(date(2023, 12, 31)) for view in views(place, 7, date(2023, 3, 31))]
    sums = [
        rows(exposure(view, STEPS), ["tier", "cohort", "tenure", "month"])["departures"].sum()
        for view in pair
    ]
    assert sums[0] != sums[1]
    left, right = (rows(margins(view, Assumptions()), ["customer_id"]) for view in pair)
    assert not left.equals(right)
