"""Charts of the data quality: what their titles claim is true of the data, whatever the data."""

import numpy as np
import pandas as pd
import pytest
from tests.charts.test_segmentation import inside

from analysis import language
from analysis.charts import data_quality as charts


def message(ax) -> str:
    ax.figure.draw_without_rendering()
    return ax.get_title(loc="left").replace("\n", " ")


def rows(**columns) -> pd.DataFrame:
    base = {"label": ["a", "b"], "share": [0.3, 0.1], "low": [0.2, 0.05], "high": [0.4, 0.2], "count": [3, 1]}
    return pd.DataFrame(base | columns)


def months(states: list[str], n: list[int]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "table": ["t"] * 3 + ["u"] * 3,
            "month": ["2023-12", "2024-01", "2024-02"] * 2,
            "n": n,
            "state": states,
        }
    )


FILLED = [9, 9, 9, 9, 9, 9]


@pytest.mark.parametrize(
    ("states", "said"),
    [
        (["", "", "empty", "", "thin", ""], "Far fewer rows than usual in 2 months: t, u"),
        (["", "", "thin", "", "", "empty"], "Far fewer rows than usual in 1 month: t, u"),
        (["", "thin", "thin", "", "", ""], "Far fewer rows than usual in 2 months: t"),
        ([""] * 6, "In no month does a table have far fewer rows than usual"),
    ],
)
def test_filling_counts_months_and_names_tables(states, said):
    assert message(charts.filling(months(states, FILLED))) == said


def test_filling_writes_the_rows_of_a_gap_and_lets_usual_silence_pass():
    gaps = charts.filling(months(["", "", "empty", "", "thin", ""], [9, 9, 0, 9, 2_345, 9]))
    assert gaps.collections[0].get_array().reshape(2, 3).tolist() == [[3, 3, 1], [3, 2, 3]]
    assert sorted(text.get_text() for text in gaps.texts[:2]) == ["0", "2K"]
    usual = charts.filling(months([""] * 6, [9, 0, 0, 9, 9, 9]))
    assert usual.collections[0].get_array().reshape(2, 3).tolist()[0] == [3, 0, 0]
    assert "No table has a whole month" in message(charts.filling(months([""] * 6, [1] * 6).head(0)))


@pytest.mark.parametrize(
    ("share", "said"),
    [
        ([0.1, 0.9], "Most often missing: a (90.0%)"),
        ([0.9, 0.1], "Most often missing: b (90.0%)"),
        ([0.4, 0.4], "Most often missing: a, b (60.0%)"),
        ([0.9999999, 1.0], "Most often missing: a (<0.01%)"),
        ([0.0, 0.3], "Most often missing: a (100.0%)"),
        ([0.0, 0.0], "2 of 2 things are known of no customer"),
        ([1.0, 1.0], "Nothing is missing that should be known of a customer"),
        ([1.0, np.nan], "Nothing is missing that should be known of a customer"),
        ([np.nan, np.nan], "There are no customers on this day."),
    ],
)
def test_areas_name_what_is_missing_most_often(share, said):
    assert message(charts.areas(rows(share=share))) == said


def test_areas_say_all_only_of_all():
    shown = [text.get_text() for text in charts.areas(rows(share=[0.9999999, 1.0])).texts]
    assert shown[:2] == [">99.99%", "100.0%"]


THREE = {"label": ["a", "b", "c"], "count": 50}


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"low": [0.25, 0.05]}, "Can be contacted: a 30.0%, b 10.0%"),
        ({"share": [0.1, 0.3], "low": [0.0, 0.25], "high": [0.2, 0.4]}, "Can be contacted: b 30.0%, a 10.0%"),
        ({}, "In no tier can clearly more be contacted than in another: the intervals overlap"),
        (
            {"share": 0.0, "low": 0.0, "high": 0.1},
            "In no tier can clearly more be contacted than in another: the intervals overlap",
        ),
        ({"share": [0.3, np.nan], "low": [0.2, np.nan]}, "a: 30.0% can be contacted"),
        ({"share": np.nan}, "In no tier can enough customers be contacted to be shown."),
    ],
)
def test_readiness_names_tiers_only_if_they_differ(columns, said):
    assert message(charts.readiness(rows(**columns))) == said


def test_readiness_finds_a_difference_beside_an_extreme_that_few_stand_behind():
    table = pd.DataFrame(
        THREE | {"share": [0.9, 0.7, 0.4], "low": [0.3, 0.65, 0.35], "high": [0.99, 0.75, 0.45]}
    )
    assert message(charts.readiness(table)) == "Can be contacted: b 70.0%, c 40.0%"


def test_readiness_without_tiers():
    assert message(charts.readiness(rows().head(0))) == "No balance is known, so that there are no tiers."


MOVED = pd.DataFrame(
    {"label": ["x", "y"], "psi": [0.3, 0.01], "noise": [0.02, 0.02], "drifted": [True, False]}
)


@pytest.mark.parametrize(
    ("drifted", "large", "said"),
    [
        ([True, False], 0.1, "1 of 2 features moved so much that models on them should be checked"),
        ([True, True], 0.01, "2 of 2 features moved so much that models on them should be checked"),
        (
            [True, False],
            0.4,
            "1 of 2 features moved beyond chance, none so much that models should be checked",
        ),
        ([False, False], 0.1, "None of 2 features moved beyond chance"),
    ],
)
def test_drift_claims_only_what_matters_beyond_chance(drifted, large, said):
    assert message(charts.drift(MOVED.assign(drifted=drifted), large)) == said


def test_drift_says_how_many_features_it_leaves_out():
    many = pd.concat([MOVED] * 5, ignore_index=True)
    assert "of 10 features the 8 that moved most" in charts.drift(many, 0.1).figure.get_label()
    assert "that moved most" not in charts.drift(MOVED, 0.1).figure.get_label()
    assert "No feature is known" in message(charts.drift(MOVED.head(0), 0.1))


def test_a_small_drift_does_not_read_as_none():
    tiny = charts.drift(MOVED.assign(psi=[0.0002, 0.0]), 0.1)
    assert [text.get_text() for text in tiny.texts[:2]] == ["<0.001", "0.000"]
    # Nor does the stroke for chance run through it.
    assert [text.xy[0] for text in tiny.texts[:2]] == [0.02, 0.02]


@pytest.mark.parametrize("code", ["en", "zh"])
def test_nothing_is_cut_off(code):
    language.use(code)
    inside(charts.filling(months(["", "", "empty", "", "thin", ""], [9, 9, 0, 9, 2, 9])))
    inside(charts.areas(rows(share=[0.1, 0.9999999]), detail="Share of the customers"))
    inside(charts.readiness(rows(share=[0.999, 0.99], low=[0.9, 0.8], high=1.0)))
    inside(charts.drift(MOVED, 0.1, detail="30 Jun 2024 and 31 Dec 2024, customers of both days"))
