"""Charts of emerging matters: titles say what the table says; small months and blank rows are not told."""

import numpy as np
import pandas as pd
import pytest
from tests.charts.test_segmentation import inside, message, words

from analysis import language
from analysis.charts import complaints_emerging as charts


def labels(count: int = 6) -> pd.DataFrame:
    names = [
        "face_recognition",
        "Attempts to collect a debt that is not owed × loan",
        *[f"issue {k}" for k in range(count)],
    ]
    table = pd.DataFrame(
        {"label": names, "monthly": 10.0, "monthly_low": 7.0, "monthly_high": 14.0, "usual": 9.0}
    )
    table["state"] = ["new", "growing", *["calm"] * count]
    table.loc[0, ["monthly", "monthly_low", "monthly_high", "usual"]] = [39.7, 30.0, 50.0, 0.0]
    return table


def course(customers=(0, 3, 26, 40), alarm=(False, False, True, True)) -> pd.DataFrame:
    months = pd.date_range("2024-09-30", periods=len(customers), freq="ME")
    return pd.DataFrame(
        {"month": months, "label": "face_recognition", "customers": customers, "alarm": alarm}
    )


@pytest.mark.parametrize("code", ["en", "zh"])
@pytest.mark.parametrize("count", [0, 6])
def test_each_chart_is_drawn_whole(code, count):
    language.use(code)
    for ax in (charts.against_past(labels(count)), charts.course(course())):
        inside(ax)
        box = ax.get_legend().get_window_extent()
        assert box.y0 >= -1 and box.x1 <= ax.figure.bbox.x1 + 1
        assert message(ax)


def quiet(count: int, **first) -> pd.DataFrame:
    """Labels of which the first ones are as given."""
    table = pd.DataFrame(
        {"label": [f"issue {k}" for k in range(count)], "state": "calm", "monthly": 10.0, "usual": 9.0}
    )
    for column, values in first.items():
        table.loc[: len(values) - 1, column] = values
    return table.assign(monthly_low=table["monthly"] * 0.7, monthly_high=table["monthly"] * 1.4)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (quiet(3, state=["growing"], monthly=[39.7], usual=[2.1]),
         "New or growing: issue 0, 39.7 complaints a month where 2.1 are expected"),
        (quiet(3, state=["new"], usual=[0.0]), "New or growing: issue 0, 10.0 complaints a month, never seen before"),
        # What would read 0 is no nought.
        (quiet(3, state=["growing"], usual=[0.04]), "New or growing: issue 0, 10.0 complaints a month where hardly any are"),
        (quiet(2, state=["new", "new"]), "New or growing: issue 0, 10.0 complaints a month, never seen before, issue 1, 10.0"
         " complaints a month, never seen before"),
        (quiet(20, state=["growing"] * 18), "New or growing: issue 0, 10.0 complaints a month where 9.0 are expected,"
         " issue 1, 10.0 complaints a month where 9.0 are expected, 16 more"),
        (quiet(8), "None of the 8 labels shown is new or growing"),
        (quiet(8, state=["settled"]), "None of the 8 labels shown is new or growing"),
        (quiet(1), "The 1 label shown is neither new nor growing"),
        # What rings and is withheld is not told.
        (quiet(3, state=["growing"], monthly=[np.nan]), "None of the 2 labels shown is new or growing"),
        (quiet(2, monthly=[np.nan, np.nan]), "No label has enough customers"),
    ],
)  # fmt: skip
def test_the_title_names_what_rings_and_is_drawn(table, said):
    assert message(charts.against_past(table)).startswith(said)


def test_small_months_are_not_told():
    ax = charts.course(course())
    assert [bar.get_height() for bar in ax.patches] == [10, 10, 26, 40]
    assert "fewer than 11: not shown" in words(ax)
    assert message(ax) == "face_recognition: first alarm on 30 Nov 2024"
    assert message(charts.course(course(alarm=(False,) * 4))) == "face_recognition: no alarm"


def test_suppressed_rows_are_left_out():
    table = labels()
    table.loc[0, ["monthly", "monthly_low", "monthly_high", "usual"]] = np.nan
    ax = charts.against_past(table)
    assert "face_recognition" not in words(ax) and len(ax.get_yticks()) == 7


def test_nothing_is_drawn_of_nothing():
    assert message(charts.against_past(labels().head(0))).startswith("No label has enough customers")
    assert message(charts.course(course().head(0))) == "No label is new or growing."
