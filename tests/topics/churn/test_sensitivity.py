"""How the rate moves with the definition, and who came back: worked out by hand, and on the simulated bank."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from tests.topics.churn.tiny import bank, tables

from analysis.bank.source import View, open_bank
from analysis.topics.churn.definitions import Definition, outcomes
from analysis.topics.churn.sensitivity import MANY_BACK, check, in_use, sensitivity, sentence

END = date(2024, 12, 31)
OLD = date(2020, 1, 1)


def before(days: int) -> date:
    return END - timedelta(days=days)


@pytest.fixture(scope="module")
def view(tmp_path_factory) -> View:
    """300 days of history: silences up to 100 days fit, the day is 200 days before the end."""
    always = [before(300 - 10 * k) for k in range(31)]
    bookings = {
        "busy": always,
        "back late": [before(210), before(90)],  # silent for 110 days after the day
        "back soon": [before(210), before(150)],  # silent for 50 days
        "never back": [before(210)],
        "too late": [
            before(210),
            before(75),
        ],  # 30 + 100 days after the day are over by 70 days before the end
        "left": [before(210)],
        "quiet before": [before(240), before(120)],  # 40 days before the day; silent for 80 after
    }
    people = {name: (OLD, before(180) if name == "left" else None) for name in bookings}
    accounts = [(name, name, "save", joined, left) for name, (joined, left) in people.items()]
    return bank(tmp_path_factory.mktemp("sensitivity"), tables(people, accounts, bookings)).view()


def test_rates_and_returns_by_silence(view):
    found = sensitivity(view, Definition("behavioural", silent_days=30), silences=[30, 100, 101])
    assert (found.day, found.follow_days) == (before(200), 100)
    table = found.silences.set_index("silent_days")
    assert list(table.index) == [30, 100], "101 days do not fit the history three times"
    assert table.loc[30, ["customers", "churned", "back"]].tolist() == [6, 5, 3]
    assert table.loc[100, ["customers", "churned", "back"]].tolist() == [7, 4, 2]
    assert table.loc[100, "back_rate"] == pytest.approx(0.5)
    assert table.loc[100, "low"] < 4 / 7 < table.loc[100, "high"]
    assert found.falls.empty


def test_the_rates_are_those_of_the_labels(demo_folder):
    view = open_bank(str(demo_folder)).view()
    found = sensitivity(view, Definition("behavioural", balance_fall=0.5))
    assert len(found.falls) >= 4 and len(found.silences) >= 4
    for row in found.falls.itertuples():
        labels = outcomes(view, [found.day], Definition("behavioural", balance_fall=row.balance_fall))
        assert labels.count().to_pyarrow().as_py() == row.customers
        assert labels.churned.sum().to_pyarrow().as_py() == row.churned
    for row in found.silences.itertuples():
        labels = outcomes(view, [found.day], Definition("behavioural", silent_days=row.silent_days))
        assert labels.churned.sum().to_pyarrow().as_py() == row.churned


def test_a_balance_that_recovers_came_back(tmp_path):
    ends = [day.date() for day in pd.date_range("2024-01-31", "2024-12-31", freq="ME")]
    paths = {"down": [100.0] * 6 + [10.0] * 6, "recovers": [100.0] * 6 + [10.0, 10.0, 10.0, 10.0, 10.0, 90.0]}
    people = {name: (OLD, None) for name in paths}
    frames = tables(
        people,
        [(name, name, "save", OLD, None) for name in paths],
        {name: [before(10 * k) for k in range(36)] for name in paths},
        {name: dict(zip(ends, path, strict=True)) for name, path in paths.items()},
    )
    found = sensitivity(
        bank(tmp_path, frames).view(),
        Definition("behavioural", silent_days=90),
        silences=[90],
        falls=[0.0, 0.5],
    )
    assert found.falls.set_index("balance_fall").loc[0.5, ["customers", "churned", "back"]].tolist() == [
        2,
        2,
        1,
    ]
    assert found.falls.set_index("balance_fall").loc[0.0, "churned"] == 0


def test_many_who_come_back_are_called_out(view):
    quick = Definition("behavioural", silent_days=30)
    name, ok, words = check(sensitivity(view, quick, silences=[30, 100]), quick)
    assert (name, ok) == ("definition", False) and "60%" in words and "only quiet" in words
    ended = Definition("contractual")
    assert check(sensitivity(view, ended, silences=[30]), ended)[1]


def test_a_definition_of_whose_churned_few_come_back_passes(tmp_path):
    count = 10
    bookings = {
        f"C{k}": [before(250), *([before(60)] if k < MANY_BACK * count - 1 else [])] for k in range(count)
    }
    bookings["busy"] = [before(10 * k) for k in range(31)]
    people = {name: (OLD, None) for name in bookings}
    accounts = [(name, name, "save", OLD, None) for name in people]
    used = Definition("behavioural", silent_days=100)
    seen = sensitivity(bank(tmp_path, tables(people, accounts, bookings)).view(), used, silences=[])
    assert check(seen, used)[1] and seen.silences["churned"].tolist() == [count]


def test_where_nobody_churned_nothing_is_said_of_coming_back(view):
    found = sensitivity(view, Definition("behavioural", silent_days=30), silences=[30, 100])
    silences = found.silences.assign(churned=0, back=0, rate=0.0, back_rate=np.nan)
    said = sentence(replace(found, silences=silences))
    assert said == "From 30 days to 100 days of silence, the share who churned goes from 0.0% to 0.0%."


def test_the_sentence_names_both_ends(view):
    said = sentence(sensitivity(view, Definition("behavioural", silent_days=30), silences=[30, 100]))
    assert "From 30 days to 100 days of silence" in said and "83.3% to 57.1%" in said and "60% to 50%" in said


def test_a_history_too_short_says_so(tmp_path):
    frames = tables({"A": (OLD, None)}, [("A", "A", "save", OLD, None)], {"A": [before(80), END]})
    used = Definition("behavioural", silent_days=30)
    found = sensitivity(bank(tmp_path, frames).view(), used)
    assert found.day is None and found.silences.empty and found.falls.empty
    assert "too short" in sentence(found)
    assert not check(found, used)[1]


def test_the_row_in_use_is_named(view):
    used = Definition("behavioural", silent_days=30)
    found = sensitivity(view, used, silences=[30, 100])
    assert in_use(found.silences, used) == "30 days"
    assert in_use(found.silences, Definition("contractual", silent_days=30)) == ""
    assert in_use(found.falls, used) == ""
