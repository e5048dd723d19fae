"""People recorded twice are found; families, twins and namesakes are left alone."""

import re
from datetime import date

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.topics.people import found, people, search

from analysis.bank.demo import write
from analysis.topics.data_quality.duplicates import (
    NotJudged,
    duplicate_groups,
    duplicate_pairs,
    judged,
    summary,
)


def bank_with(*records: tuple) -> pd.DataFrame:
    """A bank of 2,000 other people and these records: id, name, birth date, gender, phone, e-mail."""
    others = people(2_000, 5, duplicates=0).customers
    return pd.concat([others, pd.DataFrame(records, columns=others.columns)], ignore_index=True)


ORIGINAL = ("A", "秦晓梅", date(1984, 3, 9), "female", "13911112222", "qxm@163.com")
LATIN = ("A", "Kateřina Pospíšilová", date(1984, 3, 9), "female", "777123456", "kp@seznam.cz")


@pytest.mark.parametrize(
    ("original", "changed", "said"),
    [
        (ORIGINAL, {"name": "晓梅秦"}, "name: same in another order"),
        (ORIGINAL, {"name": "秦晓玫"}, "name: sounds the same"),
        (ORIGINAL, {"name": "Xiaomei Qin"}, "name: same in another script"),
        (ORIGINAL, {"name": "Qin Xiao Mei"}, "name: same in another script"),
        (ORIGINAL, {"name": "芹晓梅"}, "name: sounds the same"),
        (ORIGINAL, {"birth_date": date(1984, 9, 3)}, "birth date: day and month swapped"),
        (ORIGINAL, {"birth_date": date(1974, 3, 9)}, "birth date: one digit or one year differs"),
        (ORIGINAL, {"phone": "+86 139-1111-2223"}, "phone: one character differs"),
        (ORIGINAL, {"phone": "18600001111"}, "phone: different"),
        (ORIGINAL, {"email": None, "gender": None}, "phone: same"),
        (LATIN, {"name": "POSPISILOVA, Katerina"}, "name: same in another order"),
        (LATIN, {"name": "Kateřina Popsíšilová"}, "name: similar"),
        (LATIN, {"birth_date": date(1984, 9, 3), "email": None}, "birth date: day and month swapped"),
    ],
)
def test_one_slip_is_found_and_named(original, changed, said):
    columns = ["customer_id", "name", "birth_date", "gender", "phone", "email"]
    copy = {**dict(zip(columns, original, strict=True)), **changed, "customer_id": "B"}
    pairs = duplicate_pairs(bank_with(original, tuple(copy.values())))
    assert found(pairs) == {frozenset("AB")}
    assert said in pairs.loc[0, "evidence"]


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (("B", "秦晓雪", date(1984, 3, 9), "female", "13911112222", "xue@163.com"), "twins"),
        (("B", "秦晓强", date(1984, 3, 9), "male", "13911112222", "qxm@163.com"), "twins of one e-mail"),
        (("B", "秦国栋", date(1956, 7, 1), "male", "13911112222", "qxm@163.com"), "father"),
        (("B", "秦晓梅", date(1961, 12, 24), "female", "18600001111", "other@qq.com"), "namesake"),
    ],
)
def test_two_persons_stay_two(other, why):
    assert duplicate_pairs(bank_with(ORIGINAL, other)).empty, why


@pytest.mark.parametrize("slip", ["name", "order", "script", "birth"])
def test_each_slip_is_found_in_either_script(slip):
    planted, false = search([people(40_000, 400, slip=slip)])
    shown = planted[planted["slips"].map(len) > 0]  # without those whose birth date has nothing to swap
    assert shown["found"].sum() / (shown["found"].sum() + false) > 0.9
    assert shown["found"].mean() > 0.9
    assert shown.groupby("chinese")["found"].mean().min() > 0.9


def assert_nine_of_ten(banks):
    planted, false = search(banks)
    assert planted["found"].sum() / (planted["found"].sum() + false) > 0.9
    assert planted["found"].mean() > 0.9


def test_planted_duplicates_are_found():
    assert_nine_of_ten([people(20_000, seed) for seed in range(400, 404)])


@pytest.mark.slow  # a minute: ten banks
def test_planted_duplicates_are_found_in_ten_banks():
    assert_nine_of_ten([people(20_000, seed) for seed in range(410, 420)])


@pytest.mark.slow  # half a minute: forty banks, ten planted pairs each
def test_planted_duplicates_are_found_in_small_banks():
    assert_nine_of_ten([people(2_000, seed) for seed in range(410, 450)])


def test_families_twins_and_namesakes_raise_no_alarm():
    alarms = 0
    for seed in range(4):
        bank = people(2_000, 200 + seed, duplicates=0, families=0.5, twins=0.02)
        bank.customers.loc[:39, "name"] = "王伟"
        bank.customers.loc[10:19, "birth_date"] = date(1990, 1, 1)
        alarms += len(duplicate_pairs(bank.customers))
    assert alarms == 0


def test_no_personal_data_leave_the_search():
    bank = people(2_000, 1)
    pairs = duplicate_pairs(bank.customers)
    assert list(pairs) == ["customer_left", "customer_right", "probability", "evidence"]
    text = " ".join(pairs["evidence"])
    assert len(pairs) and not re.search(r"[0-9@\u4e00-\u9fff]", text)
    assert pairs["probability"].between(0.5, 1).all()


def test_pandas_arrow_and_ibis_and_any_order_give_the_same():
    bank = people(2_000, 2).customers
    expected = duplicate_pairs(bank)
    arrow = pa.Table.from_pandas(bank, preserve_index=False)
    pd.testing.assert_frame_equal(duplicate_pairs(bank), expected)
    pd.testing.assert_frame_equal(duplicate_pairs(arrow), expected)
    pd.testing.assert_frame_equal(duplicate_pairs(ibis.memtable(arrow)), expected)
    assert found(duplicate_pairs(bank.sample(frac=1, random_state=0))) == found(expected)


@pytest.mark.parametrize("missing", ["birth_date", "gender", "phone", "email"])
def test_a_column_may_be_missing(missing):
    bank = people(5_000, 3)
    pairs = found(duplicate_pairs(bank.customers.drop(columns=missing)))
    assert len(pairs & bank.pairs) >= max(1, 0.8 * len(pairs))


def test_without_names_duplicates_cannot_be_judged():
    bank = people(500, 4).customers.drop(columns=["name", "email"])
    assert judged(bank) == 0
    with pytest.raises(NotJudged, match="cannot be judged: customers has no values of name, email"):
        duplicate_pairs(bank)
    told = summary(bank, None)
    assert np.isnan(told.share) and "cannot be judged" in told.sentence


def test_groups_and_summary():
    pairs = pd.DataFrame(
        {
            "customer_left": ["C", "A", "X"],
            "customer_right": ["B", "B", "Y"],
            "probability": [0.9, 0.99, 0.97],
            "evidence": ["", "", ""],
        }
    )
    groups = duplicate_groups(pairs)
    assert groups["members"].tolist() == [["A", "B", "C"], ["X", "Y"]]
    assert groups["customers"].tolist() == [3, 2]
    assert groups["probability"].tolist() == [0.9, 0.97]
    told = summary(people(500, 6).customers, pairs)
    assert (told.surplus, told.groups, told.judged) == (3, 2, 500)
    assert told.low < told.share == 3 / 500 < told.high
    assert told.false_matches == pytest.approx(0.14)
    assert duplicate_groups(pairs.iloc[:0]).empty
    none = summary(people(500, 6).customers, pairs.iloc[:0]).sentence
    assert none.startswith("None of 500 customers who can be judged is a further record") and "0.76%" in none


@pytest.mark.parametrize("threshold", [0, 0.49, 1.1])
def test_an_impossible_threshold_is_refused(threshold):
    with pytest.raises(ValueError, match="threshold is"):
        duplicate_pairs(people(500, 1).customers, threshold)


def test_unusable_tables_are_refused():
    bank = people(500, 1).customers
    with pytest.raises(ValueError, match="no column customer_id"):
        duplicate_pairs(bank.drop(columns="customer_id"))
    with pytest.raises(ValueError, match="null or not unique"):
        duplicate_pairs(bank.assign(customer_id="A"))
    with pytest.raises(ValueError, match=r"customers\.birth_date is"):
        duplicate_pairs(bank.assign(birth_date="nineteen"))


def simulated(folder, truth) -> tuple[set[frozenset], pd.DataFrame]:
    """The pairs found in a simulated bank, and those planted: pair, error."""
    planted = pq.read_table(truth / "duplicates.parquet").to_pandas()
    both = zip(planted["customer_id"], planted["duplicate_of"], strict=True)
    planted["pair"] = [frozenset(pair) for pair in both]
    return found(duplicate_pairs(pq.read_table(folder / "customers.parquet"))), planted


def test_the_simulated_bank_keeps_its_duplicates_apart_from_its_namesakes(demo_folder, demo_truth):
    pairs, planted = simulated(demo_folder, demo_truth)
    assert pairs <= set(planted["pair"])
    # A name_typo there may be another given name altogether, which is what twins have.
    sure = set(planted.loc[planted["error"] != "name_typo", "pair"])
    assert len(pairs & sure) > 0.9 * len(sure)


@pytest.mark.slow  # half a minute: it simulates two banks of 20,000
def test_the_simulated_duplicates_are_found(tmp_path):
    right = reported = planted = 0
    for seed in (21, 22):
        folder = tmp_path / str(seed)
        write(folder / "bank", folder / "truth", customers=20_000, months=1, seed=seed)
        pairs, truth = simulated(folder / "bank", folder / "truth")
        right, reported = right + len(pairs & set(truth["pair"])), reported + len(pairs)
        planted += len(truth)
    assert right > 0.9 * reported
    assert right > 0.9 * planted
