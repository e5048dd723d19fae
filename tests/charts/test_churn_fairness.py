"""Charts of fairness and of stability: titles say who differs and whether anything changed."""

import numpy as np
import pandas as pd
import pytest
from tests.charts.test_segmentation import inside, message

from analysis import language
from analysis.charts import churn_fairness as charts
from analysis.charts import style


def differences() -> pd.DataFrame:
    rows = [("Age band: under 30", 0.007, 0.001, 0.015, True), ("Gender: women", -0.002, -0.006, 0.003, False),
            ("Region: an island with a rather long name", np.nan, np.nan, np.nan, False)]  # fmt: skip
    return pd.DataFrame(rows, columns=["label", "difference", "low", "high", "differs"])


def months() -> tuple[pd.DataFrame, pd.DataFrame]:
    times = ["2024-01-31", "2024-02-29", "2024-03-31"]
    table = pd.concat(
        [
            pd.DataFrame({"time": times, "measure": "auc", "value": [0.8, 0.79, np.nan]}),
            pd.DataFrame({"time": times, "measure": "calibration", "value": [0.001, -0.002, 0.004]}),
        ],
        ignore_index=True,
    )
    change = pd.DataFrame(
        {"measure": ["auc", "calibration"], "p_adjusted": [0.5, 0.001], "changed": [False, True]}
    )
    return table.assign(low=table["value"] - 0.002, high=table["value"] + 0.002), change


@pytest.mark.parametrize("code", ["en", "zh"])
def test_each_chart_is_drawn_whole(code):
    language.use(code)
    for ax in (
        charts.group_differences(differences(), "Selected for contact"),
        charts.by_month(*months(), "auc", "AUC"),
        charts.by_month(*months(), "calibration", "Calibration"),
    ):
        inside(ax)
        assert message(ax)


def test_the_title_names_the_groups_that_differ():
    ax = charts.group_differences(differences(), "Selected")
    assert message(ax) == "Selected: Age band: under 30 +0.7 points against the others"
    assert len(ax.get_yticks()) == 2
    colours = ax.collections[-1].get_facecolors()
    assert style.mpl.colors.to_hex(colours[0]) == style.ORANGE
    assert "no group differs" in message(charts.group_differences(differences().iloc[1:], "Selected"))


def test_the_title_says_whether_it_changed():
    assert (
        message(charts.by_month(*months(), "auc", "AUC"))
        == "AUC held: from 0.790 to 0.800, no more than chance gives"
    )
    assert "changed from month to month" in message(charts.by_month(*months(), "calibration", "Calibration"))
    table, change = months()
    unknown = charts.by_month(table, change.assign(p_adjusted=np.nan), "auc", "AUC")
    assert "too few times" in message(unknown)


def test_nothing_is_drawn_of_nothing():
    table, change = months()
    assert "too small" in message(charts.group_differences(differences().iloc[2:], "Selected"))
    assert "Too few leavers" in message(charts.by_month(table.head(0), change, "auc", "AUC"))
