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


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (kept(), "80.0% need no person: 95.0% of their labels are right (93.0% to 97.0%), more than the 90% wanted"),
        (kept(0.91, 0.88), "80.0% need no person: 91.0% of their labels are right (88.0% to 93.0%), not told apart from"),
        (kept(0.92, 0.9), "80.0% need no person: 92.0% of their labels are right (90.0% to 94.0%), not told apart from"),
        (kept(0.88, 0.85), "80.0% need no person: 88.0% of their labels are right (85.0% to 90.0%), not told apart from"),
        (kept(0.8, 0.75, ok=False), "The rule does not hold: of the 80.0% that go without a person 80.0% are right (75.0% to"
         " 82.0%), less than the 90% wanted"),
        (kept(1.0, 0.99, alone=100), "100.0% need no person"),
        (kept(np.nan, np.nan, 0, False), "Every text goes to a person: no label is sure enough for 90%"),
    ],
)  # fmt: skip
def test_the_title_of_the_coverage_follows_the_rule(found, said):
    assert message(charts.coverage(curve(), 0.9, found)).startswith(said)


def told(**columns) -> pd.DataFrame:
    table = labels()
    for name, values in columns.items():
        table[name] = values
    return table


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (told(), "The model's interval lies above keywords in 2 of 3 labels and below in 0"),
        (told(keywords=[0.99, 0.99, 0.4]), "The model's interval lies above keywords in 0 of 3 labels and below in 2"),
        (told(keywords=[0.9, 0.8, 0.5]), "The model's interval lies above keywords in 0 of 3 labels and below in 0"),
        (told(f1=0.0, low=0.0, high=0.0, keywords=0.0), "The model's interval lies above keywords in 0 of 3 labels and below"
         " in 0; never right: fees, a rather long name of an issue that nobody files, app"),
        (told(f1=[0.9, np.nan, 0.5]), "The model's interval lies above keywords in 1 of 2 labels and below in 0"),
        (told(f1=np.nan), "Too few later texts"),
    ],
)  # fmt: skip
def test_the_title_of_the_labels_counts_those_ahead_and_those_behind(table, said):
    assert message(charts.by_label(table)).startswith(said)


@pytest.mark.parametrize(
    ("ece", "by_chance", "said"),
    [
        (
            0.105,
            0.021,
            "The probabilities are 10.5 points off on later feedback, more than chance makes (up to 2.1)",
        ),
        (
            0.02,
            0.03,
            "The probabilities are 2.0 points off on later feedback, no more than chance makes (up to 3.0)",
        ),
        (
            0.03,
            0.03,
            "The probabilities are 3.0 points off on later feedback, no more than chance makes (up to 3.0)",
        ),
    ],
)
def test_the_title_of_the_reliability_follows_chance(ece, by_chance, said):
    assert message(charts.reliability(tenths(), ece, by_chance)) == said
    blank = tenths().assign(observed=np.nan)
    assert message(charts.reliability(blank, ece, by_chance)).startswith("Too few later texts")


def test_without_later_texts_nothing_is_drawn():
    assert message(charts.coverage(curve()[:0], 0.9, kept())).startswith("Too few later texts")
