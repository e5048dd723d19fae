"""Charts of the churn model: titles say what the numbers say, also where the opposite holds."""

import numpy as np
import pandas as pd
import pytest
from tests.charts.test_segmentation import inside, message

from analysis import language
from analysis.charts import churn as charts


def candidates(best: float = 0.33, low: float = 0.26) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "candidate": ["base_rate", "logistic", "boosted"],
            "label": ["Base rate", "Logistic regression", "Gradient boosting"],
            "value": [0.014, 0.15, best],
            "low": [0.012, 0.10, low],
            "high": [0.017, 0.21, best + 0.06],
        }
    )


def curve() -> pd.DataFrame:
    observed = np.array([0.001, 0.004, 0.09])
    return pd.DataFrame(
        {"expected": [0.001, 0.01, 0.08], "observed": observed, "low": observed * 0.7, "high": observed * 1.4}
    )


def tenths() -> pd.DataFrame:
    captured = np.array([0.55, 0.67, 0.75, 0.8, 0.85, 0.9, 0.94, 0.97, 0.99, 1.0])
    return pd.DataFrame({"tenth": range(1, 11), "captured": captured, "lift": 5.5})


def weights(low: float = 0.04) -> pd.DataFrame:
    return pd.DataFrame(
        {"label": ["Balance", "Salary", "Age"], "loss": [0.07, 0.02, 0.0], "low": [low, low / 8, -0.01],
         "high": [0.09, 0.04, 0.01]}
    )  # fmt: skip


def bent(down: bool = True) -> pd.DataFrame:
    p = np.linspace(0.03, 0.01, 6) if down else np.linspace(0.01, 0.03, 6)
    return pd.DataFrame(
        {"value": np.linspace(0, 2, 6), "probability": p, "low": p * 0.9, "high": p * 1.1,
         "customers": [5, 9, 20, 20, 9, 5], "observed": p}
    )  # fmt: skip


@pytest.mark.parametrize("code", ["en", "zh"])
def test_each_chart_is_drawn_whole(code):
    language.use(code)
    for ax in (
        charts.models(candidates(), "boosted", detail="PR-AUC"),
        charts.calibration(curve()),
        charts.gains(tenths()),
        charts.importance(weights()),
        charts.dependence(bent(), "Balance over its average"),
    ):
        inside(ax)
        assert message(ax)


@pytest.mark.parametrize(
    ("table", "chosen", "said"),
    [
        (candidates(), "boosted",
         "Gradient boosting finds leavers 2.2 times as precisely as Logistic regression, clearly beyond chance"),
        (candidates(), "logistic",
         "Gradient boosting, which is not in use, finds leavers 2.2 times as precisely as Logistic regression"),
        (candidates(0.2, 0.12), "boosted",
         "Gradient boosting 0.200, Logistic regression 0.150: that one finds leavers more precisely is not shown"),
        (candidates(0.2, 0.12), "logistic",
         "Logistic regression 0.150, Gradient boosting 0.200: that one finds leavers more precisely is not shown"),
        (candidates(0.15, 0.1), "boosted",
         "Gradient boosting 0.150, Logistic regression 0.150: that one finds leavers more precisely is not shown"),
        (candidates().assign(value=[0.01, 0.15, 0.156], low=[0.01, 0.149, 0.155], high=[0.01, 0.151, 0.157]),
         "boosted",
         "Gradient boosting finds leavers 1.040 times as precisely as Logistic regression, clearly beyond chance"),
    ],
)  # fmt: skip
def test_the_title_of_the_candidates_follows_the_intervals(table, chosen, said):
    assert message(charts.models(table, chosen)) == said


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (curve(), "In 2 of 3 groups the forecast lies within the interval of what came"),
        (curve().assign(expected=1.0), "In 0 of 3 groups the forecast lies within the interval of what came"),
        (curve().tail(1), "In 1 of 1 group the forecast lies within the interval of what came"),
        (curve().assign(observed=np.nan), "Too few customers to hold the forecast against what came."),
    ],
)
def test_the_title_of_the_calibration_counts_the_groups(table, said):
    assert message(charts.calibration(table)) == said


def test_groups_of_the_calibration_keep_their_numbers_where_one_is_withheld():
    ax = charts.calibration(curve().assign(observed=lambda t: t["observed"].mask(t.index == 0)))
    assert [label.get_text() for label in ax.get_xticklabels()] == ["2", "3"]


@pytest.mark.parametrize(
    ("captured", "lift", "said"),
    [
        (0.55, 5.5, "The tenth with the highest scores holds 55% of all losses, 5.5 times its share"),
        (0.1, 1.0, "The tenth with the highest scores holds 10% of all losses, 1.0 times its share"),
        (0.03, 0.3, "The tenth with the highest scores holds 3% of all losses, 0.3 times its share"),
        (0.997, 9.97, "The tenth with the highest scores holds 99.7% of all losses, 10.0 times its share"),
        (1.0, 10.0, "The tenth with the highest scores holds 100% of all losses, 10.0 times its share"),
    ],
)
def test_the_title_of_the_gains_names_the_first_tenth(captured, lift, said):
    table = tenths().assign(captured=np.linspace(captured, 1, 10), lift=lift)
    assert message(charts.gains(table)) == said


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        ([0.05, 0.01, -0.01], [0.09, 0.04, 0.01], "Balance matters most; 2 of 3 groups of features matter beyond chance"),
        ([0.03, 0.01, -0.01], [0.09, 0.04, 0.01],
         "2 of 3 groups of features matter beyond chance; that one of them matters most is not shown"),
        # The group with the largest loss is not told from none.
        ([-0.01, 0.01, -0.01], [0.19, 0.04, 0.01], "Of 3 groups of features only Salary matters beyond chance"),
        ([-0.01, -0.02, -0.01], [0.09, 0.04, 0.01], "No group of features matters beyond chance"),
        ([0.0, 0.0, 0.0], [0.0, 0.0, 0.0], "No group of features matters beyond chance"),
    ],
)  # fmt: skip
def test_the_title_of_the_importance_names_what_is_beyond_chance(low, high, said):
    assert message(charts.importance(weights().assign(low=low, high=high))) == said


def test_the_scale_of_the_importance_says_what_its_lines_are():
    ax = charts.importance(weights().assign(loss=[0.03, 0.02, 0], high=[0.041, 0.03, 0.01], low=0.0))
    ax.figure.draw_without_rendering()
    shown = [float(label.get_text()) for label in ax.get_xticklabels()]
    assert shown == pytest.approx(list(ax.get_xticks()))


def forecast(*values: float) -> pd.DataFrame:
    p = np.array(values)
    return bent().assign(probability=p, low=p * 0.9, high=p * 1.1)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (bent(), "Balance: the lower, the higher the forecast, 1.0% to 3.0%"),
        (bent(down=False), "Balance: the higher, the higher the forecast, 1.0% to 3.0%"),
        (forecast(0.03, 0.029, 0.02, 0.01, 0.0102, 0.0101), "Balance: the lower, the higher the forecast, 1.0% to 3.0%"),
        (forecast(0.03, 0.02, 0.01, 0.01, 0.02, 0.025),
         "Balance: the forecast goes up and down, 1.0% at the least and 3.0% at the most"),
        (forecast(0.01, 0.02, 0.03, 0.02, 0.01, 0.01),
         "Balance: the forecast goes up and down, 1.0% at the least and 3.0% at the most"),
        (forecast(0.0, 0.0, 0.0001, 0.0002, 0.0002, 0.0003), "Balance: the higher, the higher the forecast, 0.0% to 0.03%"),
        (forecast(*[0.02] * 6), "Balance: the forecast hardly changes with it"),
        # The models of the folds differ by more than the curve moves.
        (bent().assign(low=0.001, high=0.05), "Balance: the forecast hardly changes with it"),
        (bent().head(1), "Balance: the forecast hardly changes with it"),
    ],
)  # fmt: skip
def test_the_title_of_the_dependence_says_which_way_it_goes(table, said):
    assert message(charts.dependence(table, "Balance")) == said


def test_a_legend_covers_no_dot_whichever_way_the_curve_goes():
    for down in (True, False):
        ax = charts.dependence(bent(down).assign(observed=[0.03] * 6), "Balance")
        ax.figure.draw_without_rendering()
        dots = ax.transData.transform(ax.lines[1].get_xydata())
        box = ax.get_legend().get_window_extent()
        assert not any(box.contains(x, y) for x, y in dots)
