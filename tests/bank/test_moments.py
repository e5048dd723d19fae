"""What was known of a customer on a day of their own is what the features of that day say."""

from datetime import date, timedelta

import ibis
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.bank.random_bank import END, START, random_bank, with_future, write

from analysis.bank.features import features
from analysis.bank.features.moments import COLUMNS, known_then
from analysis.bank.source import open_bank

NAMED_ALIKE = {
    "age_years": "age",
    "tenure_days": "tenure_days",
    "assets": "assets",
    "complaints_365d": "complaints_365d",
    "digital_contacts_90d": "digital_90d",
}


def everybody_on(view, day: date) -> pd.DataFrame:
    people = view.at(day).customers().select("customer_id").mutate(day=ibis.literal(day))
    return known_then(view, people).to_pandas().sort_values("customer_id", ignore_index=True)


@pytest.mark.parametrize("day", [date(2023, 3, 31), date(2023, 4, 1), date(2023, 6, 15)])
def test_a_day_of_ones_own_is_like_a_day_of_the_bank(demo_folder, day):
    view = open_bank(str(demo_folder)).view()
    found = everybody_on(view, day)
    that_day = features(view.at(day)).select("customer_id", **{new: old for old, new in NAMED_ALIKE.items()})
    expected = that_day.to_pandas().sort_values("customer_id", ignore_index=True)
    assert found["customer_id"].tolist() == expected["customer_id"].tolist()
    assert found["assets"].sum() > 0 and found["complaints_365d"].sum() > 0
    for name in NAMED_ALIKE.values():
        pd.testing.assert_series_equal(found[name], expected[name], check_dtype=False, rtol=1e-12)


@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 10**6), back=st.integers(1, 150))
def test_the_future_moves_nothing(tmp_path_factory, seed, back):
    day = END - timedelta(days=back)
    frames = random_bank(seed)
    folder = tmp_path_factory.mktemp("moments")
    banks = {"then": frames, "after": with_future(frames, day, seed + 1)}
    then, after = (
        everybody_on(open_bank(str(write(bank, folder / name))).view(day), day)
        for name, bank in banks.items()
    )
    assert day > START
    pd.testing.assert_frame_equal(then, after)


def test_tables_that_are_missing_leave_blanks(demo_folder, tmp_path):
    for name in ("customers", "accounts", "transactions"):
        (tmp_path / f"{name}.parquet").symlink_to(demo_folder / f"{name}.parquet")
    view = open_bank(str(tmp_path)).view()
    found = everybody_on(view, view.as_of)
    assert found["age"].notna().any() and list(found.columns) == ["customer_id", "day", *COLUMNS]
    assert found[["assets", "complaints_365d", "digital_90d"]].isna().all(axis=None)
