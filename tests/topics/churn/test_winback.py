"""Win-back: worth by hand, consent and tone honoured, who came back counted and nothing assumed."""

from datetime import date, timedelta

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.bank.random_bank import END, START, random_bank, with_future, write
from tests.topics.churn import stories

from analysis import language
from analysis.bank.features import features
from analysis.bank.source import open_bank
from analysis.topics.churn import returns, winback
from analysis.topics.churn.signals import signals


def gone(bank, as_of=stories.END, days=365) -> pd.DataFrame:
    return winback.gone(bank.view(as_of), days).to_pandas().sort_values("customer_id", ignore_index=True)


def test_worth_by_hand(tmp_path):
    table = gone(stories.bank(tmp_path)).set_index("customer_id")
    assert list(table.index) == ["C", "D"]
    d = table.loc["D"]
    assert (d["accounts"], d["families"]) == (2, 2)
    assert d["balance"] == pytest.approx(60_000)  # of the 12 month ends before April
    assert d["margin"] == pytest.approx(60_000 * 0.02 + 60)
    assert d["complaint"] == 1 and bool(d["consent"])
    assert d["tenure_days"] == (date(2024, 4, 2) - date(2021, 3, 1)).days
    c = table.loc["C"]
    assert c["margin"] == pytest.approx(300 * 0.02) and not c["consent"] and c["complaint"] == 0


def test_the_window_and_the_day_decide_who_is_gone(tmp_path):
    bank = stories.bank(tmp_path)
    assert gone(bank, days=60)["customer_id"].tolist() == ["C"]
    assert gone(bank, date(2024, 4, 30))["customer_id"].tolist() == ["D"]


def test_tones_and_order(tmp_path):
    table = gone(stories.bank(tmp_path))
    extra = table.iloc[[1, 1, 1]].assign(
        customer_id=["old", "rich", "asked"], age_years=[85, 40, 40], complaint=0, margin=[1.0, 9_000.0, 10.0]
    )
    toned = winback.toned(pd.concat([table, extra], ignore_index=True))
    assert dict(zip(toned["customer_id"], toned["tone"], strict=True)) == {
        "C": "no_consent", "D": "apologise", "old": "verify", "rich": "usual", "asked": "usual",
    }  # fmt: skip
    assert winback.ranked(toned)["customer_id"].tolist() == ["rich", "D", "asked", "old"]
    sums = winback.by_tone(toned).set_index("tone")
    assert sums["customers"].to_dict() == {"usual": 2, "apologise": 1, "verify": 1, "no_consent": 1}
    assert sums.loc["usual", "margin"] == 9_010
    with pytest.raises(ValueError, match="lacks consent"):
        winback.toned(table.drop(columns="consent"))


def test_consent_that_is_not_known_is_none():
    row = {
        "customer_id": "X",
        "consent": None,
        "age_years": 30,
        "complaint": 0,
        "margin": 1.0,
        "balance": 1.0,
    }
    assert winback.toned(pd.DataFrame([row]))["tone"].tolist() == ["no_consent"]


@pytest.mark.parametrize("table", ["feedback", "balances", "products"])
def test_without_a_table_the_rest_is_known(tmp_path, table):
    found = gone(stories.bank(tmp_path, without=(table,)))
    assert found["customer_id"].tolist() == ["C", "D"]
    blank = {"feedback": [], "balances": ["balance"], "products": ["margin"]}[table]
    assert found[blank].isna().all(axis=None)
    toned = winback.toned(found)
    assert toned["worth"].notna().all()
    assert toned["worth"].tolist() == (toned["balance"] if table == "products" else toned["margin"]).tolist()


def test_the_silent_are_listed_beside_them(tmp_path):
    bank = stories.bank(tmp_path)
    now = features(bank.view()).to_pandas()
    quiet = winback.silent(bank.view(), now, signals(bank.view(), now.assign(day=stories.END)), days=180)
    # neither A nor B ever started a booking: salaries are booked by the system
    assert quiet["customer_id"].sort_values().tolist() == ["A", "B"]
    assert quiet.set_index("customer_id")["complaint"].to_dict() == {"A": 1, "B": 0}
    assert set(winback.toned(quiet)["tone"]) == {"apologise", "usual"}


def test_who_came_back_is_counted(tmp_path):
    frames = stories.frames()
    people = frames["customers"].assign(birth_date=date(1980, 1, 1), phone=["1", "2", "3", "4"])
    new = people.iloc[[3]].assign(customer_id="D-again", joined_on=date(2024, 6, 1), left_on=None)
    late = people.iloc[[2]].assign(customer_id="other", joined_on=date(2024, 6, 1), left_on=None, phone="9")
    frames["customers"] = pd.concat([people, new, late], ignore_index=True)
    view = open_bank(str(write(frames, tmp_path))).view()
    row = returns.returns(view, within=30).iloc[0]
    assert (row["customers"], row["returned"]) == (2, 0)  # D was back after 60 days
    row = returns.returns(view, within=60).iloc[0]
    assert (row["customers"], row["returned"], row["share"]) == (1, 1, 1.0)
    assert 0 < row["low"] < 1


def test_an_account_opened_after_leaving_is_a_return(tmp_path):
    frames = stories.frames()
    again = (
        frames["accounts"]
        .query("account_id == 'D1'")
        .assign(account_id="D9", opened_on=date(2024, 5, 1), closed_on=None)
    )
    frames["accounts"] = pd.concat([frames["accounts"], again], ignore_index=True)
    view = open_bank(str(write(frames, tmp_path))).view()
    assert returns.returns(view, within=60).iloc[0][["customers", "returned"]].tolist() == [1, 1]


@pytest.mark.parametrize("code", ["en", "zh"])
def test_the_sentence_has_the_figures(tmp_path, code):
    bank = stories.bank(tmp_path)
    table, back = winback.toned(gone(bank)), returns.returns(bank.view(), within=60)
    language.use(code)
    try:
        said = winback.summary(table, back, "CNY", date(2023, 7, 1))
        assert "CNY 1" in said and "2023" in said and "0.0%" in said
        assert winback.summary(table.head(0), back, "CNY", date(2023, 7, 1))
    finally:
        language.use("en")


@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 10**6), as_of=st.dates(START + timedelta(days=300), END - timedelta(days=1)))
def test_nothing_moves_when_the_future_happens(tmp_path_factory, seed, as_of):
    place = tmp_path_factory.mktemp("banks")
    frames = random_bank(seed)
    found = []
    for name, tables in (("then", frames), ("after", with_future(frames, as_of, seed + 1))):
        bank = open_bank(str(write(tables, place / name)))
        found.append((gone(bank, as_of), returns.returns(bank.view(as_of), 100)))
    for then, after in zip(*found, strict=True):
        pd.testing.assert_frame_equal(then, after)
