"""Charts of triage: titles say what the numbers say, also where the opposite holds; empty frames are said."""

import numpy as np
import pandas as pd
import pytest
from tests.charts.test_segmentation import inside, message

from analysis import language
from analysis.charts import complaints_triage as charts


def curve() -> pd.DataFrame:
    share = np.linspace(0.05, 1, 20)
    accuracy = 1 - 0.2 * share**2
    return pd.DataFrame(
        {"coverage": share, "accuracy": accuracy, "low": accuracy - 0.03, "high": accuracy + 0.01}
    )


def kept(accuracy: float = 0.95, low: float = 0.93, alone: int = 80, ok: bool = True) -> dict:
    return {"n": 100, "alone": alone, "to_person": 1 - alone / 100, "accuracy": accuracy, "accuracy_low": low,
            "accuracy_high": accuracy + 0.02, "kept": ok}  # fmt: skip


def labels(f1: float = 0.8) -> pd.DataFrame:
    names = ["fees", "a rather long name of an issue that nobody files", "app"]
    return pd.DataFrame({"label": names, "n": [300.0, 40.0, 12.0],
                         "f1": [0.9, f1, 0.5], "low": [0.85, max(f1 - 0.1, 0), 0.2], "high": [0.95, f1 + 0.1, 0.7],
                         "keywords": [0.6, 0.4, 0.4], "tfidf": [0.88, 0.7, 0.55]})  # fmt: skip


def tenths() -> pd.DataFrame:
    expected = np.linspace(0.3, 0.99, 10)
    return pd.DataFrame(
        {"expected": expected, "observed": expected - 0.02, "low": expected - 0.1, "high": expected + 0.01}
    )


@pytest.mark.parametrize("code", ["en", "zh"])
def test_each_chart_is_drawn_whole(code):
    language.use(code)
    for ax in (
        charts.coverage(curve(), 0.9, kept(), detail="Issue, later feedback"),
        charts.by_label(labels()),
        charts.reliability(tenths(), 0.02, 0.03),
    ):
        inside(ax)
        assert message(ax)


def test_the_title_of_the_coverage_follows_the_rule():
    assert message(charts.coverage(curve(), 0.9, kept())).startswith(
        "80% need no person: their labels are right in 95%, beyond"
    )
    assert "agrees with the 90% wanted" in message(charts.coverage(curve(), 0.9, kept(0.91, 0.88)))
    assert "does not hold" in message(charts.coverage(curve(), 0.9, kept(0.8, 0.75, ok=False)))
    assert message(charts.coverage(curve(), 0.9, kept(np.nan, np.nan, 0, False))).startswith(
        "Every text goes to a person"
    )
    assert message(charts.coverage(curve()[:0], 0.9, kept())).startswith("Too few later texts")


def test_the_title_of_the_labels_counts_those_ahead_and_names_one_never_told():
    assert message(charts.by_label(labels())) == "Ahead of keywords beyond chance in 2 of 3 labels"
    assert message(charts.by_label(labels(0.0))).endswith(
        "never told: a rather long name of an issue that nobody files"
    )
    assert message(charts.by_label(labels().assign(f1=np.nan))).startswith("Too few later texts")


def test_the_title_of_the_reliability_follows_chance():
    assert "no more than chance" in message(charts.reliability(tenths(), 0.02, 0.03))
    assert "do not hold" in message(charts.reliability(tenths(), 0.05, 0.03))
    assert message(charts.reliability(tenths().assign(observed=np.nan), 0.05, 0.03)).startswith(
        "Too few later texts"
    )
