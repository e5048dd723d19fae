"""The watch over complaints finds what is planted in the simulated bank, early, and nothing else."""

import json
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from analysis import language
from analysis.bank.source import open_bank
from analysis.topics.complaints import cases as rows
from analysis.topics.complaints import emerging as watching
from analysis.topics.complaints import emerging_findings as found


@pytest.fixture(scope="module")
def bank(demo_folder):
    return open_bank(str(demo_folder))


@pytest.fixture(scope="module")
def cases(bank):
    return rows.cases(bank.view())


@pytest.fixture(scope="module")
def watched(bank, cases):
    return watching.watch(cases, bank.latest())


def told(months: dict[str, list[int]], as_of=date(2024, 12, 31), **columns) -> pd.DataFrame:
    """Cases with so many of each issue a month, the last month that of `as_of`."""
    received, issue = [], []
    for name, counts in months.items():
        for back, count in enumerate(reversed(counts)):
            received += [pd.Timestamp(as_of) - pd.DateOffset(months=back)] * count
            issue += [name] * count
    return pd.DataFrame({"received_at": received, "issue": issue} | columns)


def test_the_planted_theme_is_the_one_that_rings_and_by_its_second_month(watched, bank, demo_truth):
    planted = json.loads((demo_truth / "parameters.json").read_text())["emerging_theme"]
    table = found.table(watched)
    first = table.iloc[0]
    assert first["label"] == planted["theme"].replace("_", " ") and first["state"] in found.ALARMS
    start = pd.Timestamp(bank.latest()) + pd.Timedelta(days=1) - pd.DateOffset(months=planted["months"])
    assert start < first["since"] <= start + pd.DateOffset(months=2)
    assert set(table["state"][1:]) == {"calm"}
    assert watched.looks.query("naive").label.nunique() > 1  # the naive rule rings for others too


def test_run_on_earlier_days_the_alarm_comes_within_six_weeks(bank, demo_truth):
    planted = json.loads((demo_truth / "parameters.json").read_text())["emerging_theme"]
    start = pd.Timestamp(bank.latest()) + pd.Timedelta(days=1) - pd.DateOffset(months=planted["months"])
    days = [start.date() + timedelta(days=k) for k in (-14, 0, 14, 28, 42)]
    rings = []
    for day in days:
        then = watching.watch(rows.cases(bank.view(day)), day, looks=1, looks_a_year=26)
        if then.today["alarm"].any():
            rings.append((day, then.today.index[then.today["alarm"]].tolist()))
    assert rings[0][1] == [planted["theme"].replace("_", " ")]
    assert timedelta(0) < rings[0][0] - start.date() <= timedelta(days=42)


def test_an_earlier_day_sees_what_the_looks_of_today_saw_then(bank, cases, watched):
    then = bank.view("2023-10-31")
    alone = watching.watch(rows.cases(then), then.as_of)
    both = watched.looks["period"].isin(alone.looks["period"])
    expected = watched.looks[both].reset_index(drop=True)
    seen = alone.looks[alone.looks["period"] >= expected["period"].min()].reset_index(drop=True)
    pd.testing.assert_frame_equal(seen, expected)


def test_months_are_counted_back_from_the_day():
    ends = watching.month_ends(pd.Timestamp("2024-09-20 08:00"), date(2024, 12, 10))
    assert ends.strftime("%m-%d").tolist() == ["10-10", "11-10", "12-10"]
    assert watching.month_ends(pd.Timestamp("2024-11-01"), date(2024, 12, 31)).strftime("%m-%d").tolist() == [
        "11-30",
        "12-31",
    ]
    assert watching.month_ends(pd.NaT, date(2024, 12, 31)).empty


def test_two_columns_are_enough_and_what_is_not_known_is_not_missed():
    cases = told({"fees": [9] * 20, "queue": [8] * 20, "face": [0] * 19 + [12]})
    seen = watching.watch(cases, date(2024, 12, 31))
    table = found.table(seen)
    assert table["label"][0] == "face" and table["state"][0] == "new" and table["customers"][0] == 12
    assert np.isnan(table["ratio"][0]) and table["low"][0] > 1
    assert "never seen before" in found.sentence(seen) and "12 customers" in found.sentence(seen)
    assert seen.exposure.tolist() == [17] * 19 + [29]


def test_customers_are_counted_once():
    people = [*["C1"] * 12, *[f"D{k}" for k in range(340)]]
    cases = told({"face": [0] * 19 + [12], "fees": [17] * 20}, customer_id=people)
    table = found.table(watching.watch(cases, date(2024, 12, 31)))
    assert table.loc[0, ["customers", "cases"]].tolist() == [1, 12]
    assert "too few customers to say more" in found.sentence(watching.watch(cases, date(2024, 12, 31)))


def test_pairs_of_issue_and_product_are_watched():
    steady, rises = [6] * 20, [6] * 19 + [30]
    cases = told({"fees": [a + b for a, b in zip(steady, rises, strict=True)], "queue": [9] * 20})
    card = (cases["issue"] == "fees") & (cases.groupby(["issue", "received_at"]).cumcount() < 6)
    cases["family"] = np.where(card, "card", "loan")
    seen = watching.watch(cases, date(2024, 12, 31), watching.issues(cases, ("issue", "family")))
    assert found.table(seen)[["label", "state"]].to_numpy().tolist()[:2] == [
        ["fees × loans", "growing"],
        ["fees × cards", "calm"],
    ]


def test_words_of_the_misfiled_show_a_new_matter():
    cases = told({"fees": [10] * 20, "other": [2] * 19 + [14]})
    cases["feedback_id"] = [f"F{k}" for k in range(len(cases))]
    late = (cases["issue"] == "other") & (cases["received_at"] == pd.Timestamp("2024-12-31"))
    say = np.where(late, "刷脸总是不通过，试了三次", "柜员让我填了两张表格")
    texts = pd.DataFrame({"feedback_id": cases["feedback_id"], "text": say})
    labels = watching.words(cases, texts)
    assert set(labels["case"]) == set(cases.index[cases["issue"] == "other"])  # filed ones are not read
    seen = watching.watch(cases, date(2024, 12, 31), labels, dependent=True)
    table = found.table(seen)
    rings = table[table["state"] == "new"]
    assert rings["label"].str.contains("脸").any() and not rings["label"].str.contains("表格").any()
    assert (rings["same"] == "").sum() == 1  # words that stand together are one matter
    assert (table["customers"] >= 5).all()  # a word of a few is not told
    nothing = watching.watch(cases, date(2024, 12, 31), watching.words(cases, texts.head(0)), dependent=True)
    assert nothing.looks.empty and found.table(nothing).empty
    assert found.sentence(nothing).startswith("There is nothing to watch")


def test_nothing_new_is_said_so_with_what_the_naive_rule_rings():
    quiet = watching.watch(told({"a": [9, 11] * 12, "b": [7, 8, 9] * 8}), date(2024, 12, 31))
    assert found.sentence(quiet).startswith("None of 2 labels is new or growing")
    assert "would have rung" in found.sentence(quiet)
    of_words = watching.watch(
        told({"a": [9, 11] * 12, "b": [7, 8, 9] * 8}), date(2024, 12, 31), dependent=True
    )
    assert found.sentence(of_words).startswith("None of 2 words is new or growing")


def test_a_young_bank_is_told_to_wait():
    young = watching.watch(told({"a": [9] * 4}), date(2024, 12, 31))
    assert young.looks.empty and found.table(young).empty
    assert found.sentence(young) == (
        "Too early to tell what is new: complaints of 4 months are known, 7 are needed."
    )
    assert [ok for _name, ok, _words in found.checks(young)] == [False, True]
    nobody = watching.watch(told({"a": [9] * 4}).head(0), date(2024, 12, 31))
    assert "complaints of 0 months" in found.sentence(nobody)


def test_checks_fire_on_wild_counts():
    wild = told({"a": [1, 40, 2, 35, 0, 60] * 5, "b": [20] * 30})
    names = {name: ok for name, ok, _words in found.checks(watching.watch(wild, date(2024, 12, 31)))}
    assert names == {"emerging_history": True, "emerging_dispersion": False}


def test_complaints_to_the_us_regulator_are_watched_by_date_and_issue_alone(public_data):
    original = pd.read_csv(
        public_data / "cfpb_complaints" / "complaints.csv", usecols=["Date received", "Issue"]
    )
    received = pd.to_datetime(original["Date received"], format="mixed", errors="coerce")
    known = pd.DataFrame({"received_at": received, "issue": original["Issue"]}).dropna(subset="received_at")
    seen = watching.watch(known, known["received_at"].max().date())
    assert len(seen.counts) == 60 and seen.exposure.sum() == len(known) == 6_623
    assert seen.looks["alarm"].sum() < 0.2 * seen.looks["naive"].sum()
    assert found.sentence(seen)


def test_the_course_of_a_label(watched):
    course = found.history(watched, "face recognition")
    assert course["cases"].sum() == watched.counts["face recognition"].sum()
    assert course["alarm"].any() and not course["alarm"][: len(course) - 4].any()
    assert (course["customers"] <= course["cases"]).all()


def test_all_is_said_in_chinese(watched):
    language.use("zh")
    try:
        assert found.sentence(watched) and all(words for _name, _ok, words in found.checks(watched))
    finally:
        language.use("en")


def test_missing_columns_are_named():
    with pytest.raises(ValueError, match="the table of cases lacks received_at"):
        watching.watch(pd.DataFrame({"issue": ["a"]}), date(2024, 12, 31))
    with pytest.raises(ValueError, match="the table of cases lacks family"):
        watching.issues(told({"a": [1]}), ("issue", "family"))
