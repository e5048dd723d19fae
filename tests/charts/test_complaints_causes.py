"""The Pareto of causes: its title says how sure the first one is, and its sums tell nothing that is hidden."""

import numpy as np
import pandas as pd
import pytest
from tests.charts.test_segmentation import inside, message, words

from analysis import language
from analysis.charts import complaints_causes as charts


def causes(share=(0.5, 0.3, 0.2), top=(0.97, 0.03, 0.0)) -> pd.DataFrame:
    found = pd.Series(share, dtype=float)
    labels = ["app login · identification", "deposits · transfer delayed · execution", "fees", "other"]
    return pd.DataFrame(
        {"label": labels[: len(found)], "share": found, "low": found - 0.05, "high": found + 0.05,
         "top": top, "delay": 0.2, "compensation": 0.3}
    )  # fmt: skip


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (causes(), "app login · identification is the largest cause: 50.0% of complaints"),
        (causes((1.0,), (1.0,)), "app login · identification is the largest cause: 100.0% of complaints"),
        (causes(top=(0.6, 0.4, 0.0)),
         "Which cause is largest is not sure; likeliest: app login · identification, deposits · transfer delayed ·"
         " execution"),
        (causes((1 / 3, 1 / 3, 1 / 3), (0.34, 0.33, 0.33)), "Which cause is largest is not sure; likeliest: app login"),
        # The only one that is shown is not the largest for that.
        (causes((0.5, np.nan, np.nan), (0.6, np.nan, np.nan)), "Which cause is largest is not sure; likeliest: app"),
        (causes((np.nan, 0.3, 0.2), (np.nan, 0.03, 0.0)),
         "Which cause is largest is not sure; of those shown deposits · transfer delayed · execution has most: 30.0%"),
        (causes((np.nan,), (np.nan,)), "No cause has enough customers"),
        (causes((), ()), "No cause has enough customers"),
    ],
)  # fmt: skip
def test_the_title_says_how_sure_the_first_cause_is(table, said):
    assert message(charts.pareto(table)).startswith(said)


def test_sums_leave_out_what_is_hidden():
    table = causes((0.5, 0.2, np.nan, 0.1), (0.97, 0.0, np.nan, 0.0)).assign(
        cumulative=[0.5, 0.7, np.nan, 0.9]
    )
    assert "10.0% · 80% so far" in words(charts.pareto(table))


@pytest.mark.parametrize("spoken", ["en", "zh"])
def test_the_pareto_is_drawn_whole(spoken):
    language.use(spoken)
    inside(charts.pareto(causes()))


def test_what_nobody_paid_or_waited_for_has_no_marks():
    assert charts.pareto(causes().assign(delay=np.nan, compensation=np.nan)).get_legend() is None
