"""Slices: shares and medians with intervals that hold, and differences that are no chance."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from analysis.bank.source import open_bank
from analysis.topics.segmentation import slices


def test_shares_and_medians_by_hand():
    people = pd.DataFrame(
        {
            "branch": ["A"] * 4 + ["B"] * 2 + [None],
            "dormant": [True, False, False, False, True, True, True],
            "assets": [1.0, 2, 3, 10, 5, 7, 99],
        }
    )
    shares = slices.sliced(people, "branch", "dormant").set_index("slice")
    assert shares["value"].to_dict() == {"B": 1.0, "A": 0.25}
    assert shares["customers"].to_dict() == {"B": 2, "A": 4}
    assert set(shares["baseline"]) == {0.5}
    medians = slices.sliced(people, "branch", "assets").set_index("slice")
    assert medians["value"].to_dict() == {"B": 6.0, "A": 2.5}
    assert medians["total"].to_dict() == {"B": 12.0, "A": 16.0}
    assert medians["low"].isna().all()  # too few for an interval


def test_intervals_of_medians_hold_for_long_tails():
    rng = np.random.default_rng(4)
    held = []
    for _ in range(400):
        people = pd.DataFrame({"branch": "A", "assets": rng.lognormal(0, 2, 60)})
        row = slices.sliced(people, "branch", "assets").iloc[0]
        held.append(row["low"] <= 1 <= row["high"])
    assert 0.93 <= np.mean(held) <= 0.99


@pytest.mark.parametrize("measure", ["dormant", "assets"])
def test_branches_that_are_alike_are_rarely_called_different(measure):
    rng = np.random.default_rng(9)
    alarms = []
    for _ in range(100):
        people = pd.DataFrame(
            {
                "branch": rng.integers(0, 20, 1_000).astype(str),
                "dormant": rng.random(1_000) < 0.05,
                "assets": rng.lognormal(10, 2, 1_000),
            }
        )
        alarms.append(slices.sliced(people, "branch", measure)["differs"].any())
    assert np.mean(alarms) <= 0.1


def test_a_branch_that_is_different_is_found():
    rng = np.random.default_rng(2)
    branch = rng.integers(0, 10, 5_000)
    people = pd.DataFrame(
        {"branch": branch.astype(str), "dormant": rng.random(5_000) < np.where(branch == 3, 0.3, 0.1)}
    )
    table = slices.sliced(people, "branch", "dormant")
    assert table["slice"].iloc[0] == "3"
    assert table["differs"].iloc[0]
    assert table["p_value"].idxmin() == 0


def test_ages_are_completed_years_in_order():
    born = pd.Series([date(1994, 12, 31), date(1995, 1, 1), date(1954, 6, 1), None, date(1890, 1, 1)])
    bands = slices.age_bands(born, date(2024, 12, 31))
    assert bands.tolist()[:3] == ["30 to 39", "under 30", "70 and over"]
    assert bands.isna().tolist() == [False, False, False, True, True]
    table = slices.sliced(pd.DataFrame({"age": bands, "flag": 1.0}), "age", "flag")
    assert table["label"].tolist() == ["under 30", "30 to 39", "70 and over"]


def test_unfit_columns_are_named():
    people = pd.DataFrame({"branch": ["A"], "assets": ["12,5"]})
    with pytest.raises(ValueError, match="lacks region"):
        slices.sliced(people, "region", "assets")
    with pytest.raises(ValueError, match="assets holds '12,5'"):
        slices.sliced(people, "branch", "assets")


def test_slices_of_the_simulated_bank(demo_folder):
    view = open_bank(str(demo_folder)).view()
    people = slices.slicers(view).to_pandas()
    assert len(people) == view.customers().count().to_pandas()
    assert people["branch"].isna().equals(people["branch_id"].isna())
    assert people.groupby("branch")["branch_id"].nunique().max() == 1
    known = people.assign(age=slices.age_bands(people["birth_date"], view.as_of), one=1)
    assert slices.sliced(known, "age", "one")["customers"].sum() == known["age"].notna().sum() > 1_000


def test_differences_are_named():
    alike = pd.DataFrame({"label": ["A", "B"], "differs": [False, False]})
    assert slices.difference_words(alike) == "None of 2 differs from the others by more than chance"
    assert slices.difference_words(alike.head(1)) == "There are no others to compare with"
    one = slices.difference_words(alike.assign(differs=[True, False]))
    assert one == "1 of 2 differs from the others by more than chance: A"
    many = pd.DataFrame({"label": list("ABCDEFG"), "differs": [True] * 6 + [False]})
    assert slices.difference_words(many).endswith(
        "6 of 7 differ from the others by more than chance: A, B, C, D, E, …"
    )
