"""What a view shows, and every feature, is the same whether or not the future has happened since."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.bank.random_bank import END, START, random_bank, with_future, write
from tests.engines.comparison import assert_same, rows

from analysis.bank.features import FEATURES, features
from analysis.bank.schema import tables
from analysis.bank.source import View, open_bank

DAYS = st.dates(START + timedelta(days=200), END - timedelta(days=1))


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("banks")


def views(place: Path, seed: int, as_of: date) -> tuple[View, View]:
    """The day `as_of` of a bank as known then, and as known long after."""
    frames = random_bank(seed)
    after = with_future(frames, as_of, seed + 1)
    return tuple(
        open_bank(str(write(bank, place / f"{seed}-{as_of}-{name}"))).view(as_of)
        for name, bank in (("then", frames), ("after", after))
    )


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10**6), as_of=DAYS)
def test_no_feature_moves(place, seed, as_of):
    then, after = views(place, seed, as_of)
    assert_same(rows(features(then), ["customer_id"]), rows(features(after), ["customer_id"]))


@settings(max_examples=2, deadline=None)
@given(seed=st.integers(0, 10**6), as_of=DAYS)
def test_no_table_of_a_view_moves(place, seed, as_of):
    then, after = views(place, seed, as_of)
    for name, spec in tables().items():
        every_column = list(spec.columns)
        assert_same(rows(then.table(name), every_column), rows(after.table(name), every_column))


def test_the_future_of_these_tests_is_one(place):
    """Seen from a later day, every table that knows time and most features have moved."""
    pair = views(place, 7, date(2023, 3, 31))
    then, after = (view.at(END) for view in pair)
    for name, spec in tables().items():
        if spec.known_at or spec.known_with:
            sizes = [view.table(name).count().to_pyarrow().as_py() for view in (then, after)]
            assert sizes[0] < sizes[1], name
    left, right = (
        rows(features(view.at(date(2023, 5, 15))), ["customer_id"]).set_index("customer_id") for view in pair
    )
    shared = left.index.intersection(right.index)
    moved = [f.name for f in FEATURES if not left.loc[shared, f.name].equals(right.loc[shared, f.name])]
    assert len(shared) > 2
    assert len(moved) > 0.6 * len(FEATURES)
