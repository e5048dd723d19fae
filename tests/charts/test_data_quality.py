"""Charts of the data quality: what their titles claim is true of the data, whatever the data."""

import numpy as np
import pandas as pd

from analysis.charts import data_quality as charts


def message(ax) -> str:
    ax.figure.draw_without_rendering()
    return ax.get_title(loc="left").replace("\n", " ")


def rows(**columns) -> pd.DataFrame:
    base = {"label": ["a", "b"], "share": [0.3, 0.1], "low": [0.2, 0.05], "high": [0.4, 0.2], "count": [3, 1]}
    return pd.DataFrame(base | columns)


NONE = rows().head(0)


def test_blanks_name_the_worst_column():
    assert message(charts.blanks(rows())) == "Most blanks: a, 30.0% of rows"
    assert "0.40%" in message(charts.blanks(rows(share=[0.004, 0.001])))
    assert "No column" in message(charts.blanks(NONE))


def months(states: list[str], n: list[int]) -> pd.DataFrame:
    return pd.DataFrame(
        {"table": ["t"] * 3 + ["u"] * 3, "month": [24290, 24291, 24292] * 2, "n": n, "state": states}
    )


def test_filling_counts_gaps_and_lets_usual_silence_pass():
    gaps = charts.filling(months(["", "", "empty", "", "thin", ""], [9, 9, 0, 9, 2, 9]))
    assert message(gaps) == "2 months are empty or thin: t, u"
    colours = gaps.collections[0].get_array().reshape(2, 3).tolist()
    assert colours == [[3, 3, 1], [3, 2, 3]]
    usual = charts.filling(months([""] * 6, [9, 0, 0, 9, 9, 9]))
    assert "No table has an empty" in message(usual)
    assert usual.collections[0].get_array().reshape(2, 3).tolist()[0] == [3, 0, 0]
    assert "No table has a whole month" in message(charts.filling(months([""] * 6, [1] * 6).head(0)))


def test_contradictions_count_the_checks_that_find_one():
    assert message(charts.contradictions(rows(count=[3, 0]))).startswith("1 of 2 checks")
    assert "No two tables" in message(charts.contradictions(NONE))


def test_areas_name_what_is_missing():
    assert message(charts.areas(rows(share=[0.1, 0.9]))) == "Missing most: a, filled for 10.0% of customers"
    assert message(charts.areas(rows(share=[0.0, 0.0]))) == "2 of 2 areas are filled for no customer"
    assert "Every area" in message(charts.areas(rows(share=[1.0, 1.0])))
    assert "no customers" in message(charts.areas(rows(share=np.nan)))


def test_scores_name_the_most_frequent():
    table = pd.DataFrame({"tenth": range(11), "share": [0, 0, 0, 0, 0.6, 0.4, 0, 0, 0, np.nan, 0]})
    assert message(charts.scores(table)) == "Most frequent: 40% of the picture filled, for 60.0% of customers"
    assert "Too few" in message(charts.scores(table.assign(share=np.nan)))


def test_readiness_leaves_out_what_is_suppressed():
    assert message(charts.readiness(rows())) == "a: 30.0% can be contacted, b: 10.0%"
    assert message(charts.readiness(rows(share=[0.3, np.nan]))) == "a: 30.0% can be contacted"
    assert "In no tier" in message(charts.readiness(rows(share=np.nan)))


def test_drift_claims_only_what_is_beyond_chance():
    table = pd.DataFrame(
        {"feature": ["x", "y"], "psi": [0.3, 0.01], "noise": [0.02, 0.02], "drifted": [True, False]}
    )
    assert message(charts.drift(table)) == "1 of 2 features moved beyond chance, x most"
    assert message(charts.drift(table.assign(drifted=False))) == "None of 2 features moved beyond chance"
    assert "No feature" in message(charts.drift(table.head(0)))


def test_then_and_now_leave_out_empty_bins():
    shares = pd.DataFrame(
        {"bin": ["(0, 1]", "(1, 2]", "blank"], "reference": [0.5, 0.5, 0], "current": [1, 0, 0]}
    )
    ax = charts.then_and_now(shares, "assets")
    assert len(ax.patches) == 4
    assert message(ax) == "assets"
