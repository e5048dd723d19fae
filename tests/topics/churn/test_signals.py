"""Signals: counted by hand, blank where a table is missing, and unmoved by the future."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.bank.random_bank import END, START, random_bank, with_future, write
from tests.topics.churn import stories

from analysis import language
from analysis.bank.features import features
from analysis.bank.source import open_bank
from analysis.topics.churn.habits import habits
from analysis.topics.churn.signals import SIGNALS, signals


def on(bank, day) -> pd.DataFrame:
    return habits(bank.view(day)).to_pandas().set_index("customer_id")


def test_habits_by_hand(tmp_path):
    found = on(stories.bank(tmp_path), stories.END)
    assert list(found.index.sort_values()) == ["A", "B"]
    assert found["salary_habit"].to_dict() == {"A": 1, "B": 1}
    assert found["digital_habit"].to_dict() == {"A": 1, "B": 0}  # three months are no habit
    assert found.loc["A", "complaint_open_days"] == 20
    assert found.loc["A", "complaint_slow_days"] == 30  # the one answered in May
    assert found.loc["B", ["complaint_open_days", "complaint_slow_days"]].isna().all()
    assert found["closed_90d"].to_dict() == {"A": 1, "B": 0}  # not the term deposit that ran out


def test_habits_are_those_known_on_the_day(tmp_path):
    bank = stories.bank(tmp_path)
    found = on(bank, "2024-04-10")
    assert list(found.index.sort_values()) == ["A", "B", "C"]
    assert found.loc["C", "salary_habit"] == 0
    assert found.loc["A", "complaint_open_days"] == 9  # its answer is not known yet
    assert found.loc["B", "closed_90d"] == 1
    assert pd.isna(on(bank, "2024-06-09").loc["A", "complaint_open_days"])


def test_signals_of_a_panel(tmp_path):
    bank = stories.bank(tmp_path)
    days = [date(2024, 4, 10), stories.END]
    panel = pd.concat([features(bank.view(day)).to_pandas().assign(day=day) for day in days])
    found = signals(bank.view(), panel.assign(churned=0)).set_index(["customer_id", "day"])
    assert len(found) == 5
    now = found.loc[("A", pd.Timestamp(stories.END))]
    assert now["salary_stopped"] == (stories.END - date(2024, 3, 10)).days
    assert now["digital_silence"] == (stories.END - date(2024, 2, 5)).days
    assert now["complaint_open"] == 20 and now["account_closed"] == 1
    other = found.loc[("B", pd.Timestamp(stories.END))]
    assert other["salary_stopped"] == 20 and np.isnan(other["digital_silence"])
    assert other["balance_fallen"] == pytest.approx(0)


def test_ratios_by_hand(tmp_path):
    bank = stories.bank(tmp_path)
    panel = features(bank.view()).to_pandas().query("customer_id == 'A'").assign(day=stories.END)
    panel = panel.assign(
        outflow_30d=700.0, outflow_180d=1_200.0, balance_mean_6m=1_000.0, assets=200.0, balance_mean_12m=800.0,
        bookings_90d=6, bookings_180d=30, inflow_90d=0.0, inflow_180d=0.0,
    )  # fmt: skip
    found = signals(bank.view(), panel).iloc[0]
    assert found["outflow"] == pytest.approx(0.6)  # 700 − 500 / 5
    assert found["balance_fallen"] == 0.75
    assert found["bookings_fallen"] == 0.75
    assert np.isnan(found["inflow_fallen"])


@pytest.mark.parametrize("table", ["feedback", "interactions", "balances", "products"])
def test_without_a_table_its_signals_are_blank(tmp_path, table):
    bank = stories.bank(tmp_path, without=(table,))
    found = signals(bank.view(), features(bank.view()).to_pandas().assign(day=stories.END))
    blank = {
        "feedback": ["complaint_open", "complaint_slow"],
        "interactions": ["digital_silence"],
        "balances": ["outflow", "balance_fallen"],
        "products": [],
    }[table]
    assert found[blank].isna().all(axis=None)
    assert found["salary_stopped"].notna().all()


def test_a_panel_without_a_column_is_named():
    with pytest.raises(ValueError, match=r"lacks day .*; days_since_salary"):
        signals(None, pd.DataFrame({"customer_id": ["A"]}))


@pytest.mark.parametrize(("code", "said"), [("en", "unresolved for 15 days"), ("zh", "15")])
def test_every_rule_has_words(code, said):
    language.use(code)
    try:
        words = {s.name: s.words(s.steps[1]) for s in SIGNALS}
        assert all(words.values()) and len(set(words.values())) == len(SIGNALS)
        assert said in words["complaint_open"]
        assert "50%" in words["balance_fallen"]
    finally:
        language.use("en")


@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 10**6), as_of=st.dates(START + timedelta(days=300), END - timedelta(days=1)))
def test_no_habit_moves_when_the_future_happens(tmp_path_factory, seed, as_of):
    place = tmp_path_factory.mktemp("banks")
    frames = random_bank(seed)
    then, after = (
        on(open_bank(str(write(tables, place / name))), as_of).sort_index()
        for name, tables in (("then", frames), ("after", with_future(frames, as_of, seed + 1)))
    )
    pd.testing.assert_frame_equal(then, after)
