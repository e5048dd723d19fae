"""Who moved, the money that moved, slices and signs are the same whether or not the future has happened since."""

from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.bank.random_bank import END, random_bank, with_future, write

from analysis.bank.source import View, open_bank
from analysis.topics import segmentation as seg
from analysis.topics.segmentation import clusters, elsewhere, migration, migration_money, potential, slices

DAYS = st.dates(date(2023, 7, 10), END - timedelta(days=1))  # a year before there are 180 days of bookings
STEPS = seg.ladder([], "CNY", [100, 400], ["low", "middle", "high"])


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("banks")


def views(place: Path, seed: int, as_of: date) -> tuple[View, View]:
    """The day `as_of` of a bank as known then, and as known long after."""
    frames = random_bank(seed, customers=40)
    after = with_future(frames, as_of, seed + 1)
    return tuple(
        open_bank(str(write(bank, place / f"{seed}-{as_of}-{name}"))).view(as_of)
        for name, bank in (("then", frames), ("after", after))
    )


def grouped(view: View) -> pd.DataFrame:
    names = [*clusters.FEATURES, *elsewhere.COLUMNS]
    return seg.grouped(seg.fetched(view, names), STEPS, seg.Rule())


def told(view: View) -> dict[str, pd.DataFrame]:
    """What the report says of a day, by name."""
    earlier = view.at(migration.year_before(view.as_of))
    now, before = grouped(view), grouped(earlier)
    people = now.merge(slices.slicers(view).to_pandas().drop(columns="branch_id"), on="customer_id")
    people["age"] = slices.age_bands(people["birth_date"], view.as_of)
    people["dormant"] = people["engagement"] == "dormant"
    found = {"customers": now, "signs": potential.signs(now, 400)}
    for by in ("tier", "engagement"):
        codes = migration.order(by, STEPS)
        moved = migration.moves(before, now, by, seg.history_days(earlier))
        found |= {f"{by} moves": moved, f"{by} rates": migration.rates(moved, codes)}
        found |= {f"{by} ways": migration_money.directions(moved, codes)}
        found |= {f"{by} money": migration_money.money(moved, codes)}
    for by in ("branch", "region", "age"):
        for measure in ("dormant", "assets"):
            found[f"{measure} by {by}"] = slices.sliced(people, by, measure)
    return found


@settings(max_examples=2, deadline=None)
@given(seed=st.integers(0, 10**6), as_of=DAYS)
def test_nothing_moves(place, seed, as_of):
    then, after = (told(view) for view in views(place, seed, as_of))
    for name in then:
        pd.testing.assert_frame_equal(then[name], after[name], obj=name)


def test_the_future_of_this_test_is_one(place):
    """Seen from a later day all of it has moved, and there was something to move."""
    then, after = (told(view.at(END)) for view in views(place, 7, date(2023, 9, 30)))
    assert (then["tier rates"]["count"] > 0).sum() >= 5
    assert [name for name in then if then[name].equals(after[name])] == []
