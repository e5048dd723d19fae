"""Charts of fairness and of stability: titles say who differs and whether anything changed."""

import numpy as np
import pandas as pd
import pytest
from tests.charts.test_segmentation import inside, message, words

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


def apart(*differences: float) -> pd.DataFrame:
    table = pd.DataFrame(
        {"label": [f"Group {k}" for k in range(len(differences))], "difference": differences}
    )
    return table.assign(low=table["difference"] - 0.001, high=table["difference"] + 0.001, differs=True)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (apart(-0.02, 0.011), "Selected: Group 0 −2.0, Group 1 +1.1 points against the others"),
        (apart(0.0004), "Selected: Group 0 +0.04 points against the others"),
        (apart(0.01, -0.04, 0.03, -0.02),
         "Selected: 4 groups differ from the others, most of all Group 1 −4.0, Group 2 +3.0, Group 3 −2.0 points"),
        (apart(0.0, 0.0).assign(differs=False), "Selected: no group differs from the others beyond chance"),
    ],
)  # fmt: skip
def test_the_title_counts_and_signs_the_groups_that_differ(table, said):
    assert message(charts.group_differences(table, "Selected")) == said


def test_groups_too_small_to_compare_are_counted():
    ax = charts.group_differences(differences(), "Selected", detail="Later days")
    assert "Later days · 1 group is left out: too few in it or beside it to compare" in words(ax)
    assert "left out" not in words(charts.group_differences(differences().head(2), "Selected"))


def test_small_differences_have_ticks_of_their_own():
    ax = charts.group_differences(apart(0.0004, -0.0002), "Selected")
    ax.figure.draw_without_rendering()
    ticks = [label.get_text() for label in ax.get_xticklabels()]
    assert len(set(ticks)) == len(ticks) and "0" in ticks


@pytest.mark.parametrize(
    ("values", "p", "changed", "said"),
    [
        ([0.8, 0.79, np.nan], 0.5, False, "AUC between 0.790 and 0.800: that it changed is not shown"),
        ([0.8, 0.8, 0.8], 1.0, False, "AUC between 0.800 and 0.800: that it changed is not shown"),
        ([0.8, 0.7, 0.6], 0.001, True,
         "AUC changed beyond chance: lowest 0.600 on 31 Mar 2024, highest 0.800 on 31 Jan 2024"),
        ([0.6, 0.7, 0.8], 0.001, True,
         "AUC changed beyond chance: lowest 0.600 on 31 Jan 2024, highest 0.800 on 31 Mar 2024"),
        ([np.nan, 0.7, np.nan], np.nan, False, "AUC: 0.700 on 29 Feb 2024; one day does not tell whether it changes"),
    ],
)  # fmt: skip
def test_the_title_says_whether_it_changed_and_when(values, p, changed, said):
    table, change = months()
    table = table[table["measure"] == "auc"].assign(value=values, low=0.5, high=0.9)
    change = change.assign(p_adjusted=p, changed=changed)
    assert message(charts.by_month(table, change, "auc", "AUC")) == said


def test_the_scale_says_what_its_lines_are_and_no_interval_leaves_it():
    table, change = months()
    table = table[table["measure"] == "auc"].assign(value=[0.995, 0.987, np.nan], low=0.981, high=1.01)
    ax = charts.by_month(table, change, "auc", "AUC")
    ax.figure.draw_without_rendering()
    shown = [float(label.get_text()) for label in ax.get_yticklabels()]
    assert shown == pytest.approx(list(ax.get_yticks()))
    assert max(line[1][1] for line in ax.collections[0].get_segments()) == 1


def test_a_change_of_the_calibration_is_told_in_percent():
    said = message(charts.by_month(*months(), "calibration", "Calibration"))
    assert said.startswith("Calibration changed beyond chance: lowest −0.2% on 29 Feb 2024, highest 0.4%")


def test_nothing_is_drawn_of_nothing():
    table, change = months()
    assert "too small" in message(charts.group_differences(differences().iloc[2:], "Selected"))
    assert "Too few leavers" in message(charts.by_month(table.head(0), change, "auc", "AUC"))
