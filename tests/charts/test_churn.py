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


def test_the_title_of_the_candidates_follows_the_intervals():
    assert message(charts.models(candidates(), "boosted")).startswith(
        "Gradient boosting finds leavers 2.2 times as precisely as Logistic regression, clearly"
    )
    assert "the intervals overlap" in message(charts.models(candidates(0.2, 0.12), "boosted"))
    assert "no better than Gradient boosting" in message(charts.models(candidates(), "logistic"))


def test_the_title_of_the_calibration_counts_the_groups():
    assert message(charts.calibration(curve())).startswith("In 2 of 3 groups")
    assert message(charts.calibration(curve().assign(observed=np.nan))).startswith("Too few customers")


def test_the_title_of_the_gains_names_the_first_tenth():
    assert "55% of all losses, 5.5 times" in message(charts.gains(tenths()))


def test_the_title_of_the_importance_names_what_is_beyond_chance():
    assert message(charts.importance(weights())) == "What matters most: Balance, then Salary"
    assert message(charts.importance(weights(-0.01))) == "No group of features matters beyond chance"


def test_the_title_of_the_dependence_says_which_way_it_goes():
    assert "the lower, the higher the risk, up to 3.0 times" in message(charts.dependence(bent(), "Balance"))
    assert "the higher, the higher the risk" in message(charts.dependence(bent(down=False), "Silence"))
    flat = bent().assign(probability=0.02, low=0.019, high=0.021)
    assert message(charts.dependence(flat, "Age")) == "Age: hardly moves the forecast"
