"""No figure of the purchases moves when the future happens."""

from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.bank.random_bank import END, START, random_bank, with_future, write

from analysis.bank.source import open_bank
from analysis.topics.lifetime_value import histories as hist
from analysis.topics.lifetime_value import purchases as logs


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("banks")


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 10**6), as_of=st.dates(START + timedelta(days=300), END - timedelta(days=1)))
def test_no_summary_moves(place, seed, as_of):
    frames = random_bank(seed)
    days = [as_of, as_of - timedelta(days=100)]
    summaries = []
    for name, bank in (("then", frames), ("after", with_future(frames, as_of, seed + 1))):
        view = open_bank(str(write(bank, place / f"{seed}-{as_of}-{name}"))).view(as_of)
        found = hist.fetched(logs.from_view(view, ["card_payment", "bill", "transfer_out", "other"]), days)
        summaries.append([found.summary(k) for k in (0, 1)] + [found.between(1, 0)])
    for then, after in zip(*summaries, strict=True):
        pd.testing.assert_frame_equal(then, after)


def test_a_customer_who_left_later_was_still_here(demo_folder):
    bank = open_bank(str(demo_folder))
    end = bank.latest()
    earlier = end - timedelta(days=200)
    whole = hist.fetched(logs.from_view(bank.view(end)), [end, earlier])
    then = hist.fetched(logs.from_view(bank.view(earlier)), [earlier])
    pd.testing.assert_frame_equal(whole.summary(1), then.summary(0))
    here, now = (set(summary["customer_id"]) for summary in (whole.summary(1), whole.summary(0)))
    assert here - now
