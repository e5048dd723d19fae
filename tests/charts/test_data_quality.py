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


def months(states: list[str], n: list[int]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "table": ["t"] * 3 + ["u"] * 3,
            "month": ["2023-12", "2024-01", "2024-02"] * 2,
            "n": n,
            "state": states,
        }
    )


def test_filling_counts_gaps_and_lets_usual_silence_pass():
    gaps = charts.filling(months(["", "", "empty", "", "thin", ""], [9, 9, 0, 9, 2, 9]))
    assert message(gaps) == "2 months have far fewer rows than usual: t, u"
    colours = gaps.collections[0].get_array().reshape(2, 3).tolist()
    assert colours == [[3, 3, 1], [3, 2, 3]]
    usual = charts.filling(months([""] * 6, [9, 0, 0, 9, 9, 9]))
    assert "Every table has its usual" in message(usual)
    assert usual.collections[0].get_array().reshape(2, 3).tolist()[0] == [3, 0, 0]
    assert "No table has a whole month" in message(charts.filling(months([""] * 6, [1] * 6).head(0)))


def test_areas_name_what_is_missing():
    assert message(charts.areas(rows(share=[0.1, 0.9]))) == "Most often missing: a (90.0%)"
    assert message(charts.areas(rows(share=[0.0, 0.0]))) == "2 of 2 things are known of no customer"
    assert "Nothing is missing" in message(charts.areas(rows(share=[1.0, 1.0])))
    assert "no customers" in message(charts.areas(rows(share=np.nan)))


def test_readiness_names_tiers_only_if_they_differ():
    assert "intervals overlap" in message(charts.readiness(rows()))
    apart = rows(low=[0.25, 0.05])
    assert message(charts.readiness(apart)) == "Can be contacted: a 30.0%, b 10.0%"
    alone = charts.readiness(rows(share=[0.3, np.nan]))
    assert len(alone.get_yticklabels()) == 1
    assert "In no tier" in message(charts.readiness(rows(share=np.nan)))


def test_drift_claims_only_what_matters_beyond_chance():
    table = pd.DataFrame(
        {"label": ["x", "y"], "psi": [0.3, 0.01], "noise": [0.02, 0.02], "drifted": [True, False]}
    )
    assert message(charts.drift(table, 0.1)).startswith("1 of 2 features moved so much")
    assert message(charts.drift(table, 0.4)).endswith("that it matters; 1 of 2 moved beyond chance")
    assert message(charts.drift(table.assign(drifted=False), 0.1)).endswith("0 of 2 moved beyond chance")
    assert "No feature" in message(charts.drift(table.head(0), 0.1))
