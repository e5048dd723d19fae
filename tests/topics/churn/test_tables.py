"""Tables of a user's own: sorted out, faults named, clocks found."""

import datetime

import numpy as np
import pandas as pd
import pytest

from analysis.topics.churn import tables


def rows(n: int = 300) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "number": rng.normal(size=n),
            "flag": rng.random(n) < 0.5,
            "text": rng.choice(["x", "y", None], n),
            "day": pd.Timestamp("2024-01-01"),
            "plain_day": [datetime.date(2024, 1, 1)] * n,
            "same": 1,
            "name": [f"K{k}" for k in range(n)],
        }
    )


LABEL = np.tile([0, 1, 0], 100)


def test_numbers_stay_text_becomes_categories_and_the_rest_is_left_out_with_a_reason():
    found = tables.examples(rows(), LABEL)
    assert list(found.features) == ["number", "flag", "text"]
    assert isinstance(found.features["text"].dtype, pd.CategoricalDtype)
    assert found.features["text"].isna().any()
    assert set(found.dropped) == {"day", "plain_day", "same", "name"}
    assert "identifier" in found.dropped["name"]


def test_rare_levels_of_a_long_list_are_taken_together():
    text = [f"v{k % 140}" for k in range(600)]
    found = tables.examples(pd.DataFrame({"text": text}), np.tile([0, 1], 300))
    assert found.features["text"].nunique() == tables.MOST_LEVELS


@pytest.mark.parametrize(
    ("churned", "said"),
    [
        ([0, 1], "churned has 2 entries and the table 300 rows"),
        (np.full(300, 2), "churned is 2 in 300 rows; expected 1"),
        (np.zeros(300), "churned is 0 in all rows"),
        (np.where(LABEL == 1, np.nan, 0.0), "churned is nan in 100 rows"),
    ],
)
def test_a_label_that_is_none_is_named(churned, said):
    with pytest.raises(ValueError, match=said):
        tables.examples(rows(), churned)


def test_other_faults_are_named():
    frame = rows()
    with pytest.raises(ValueError, match="column 'number' is there twice"):
        tables.examples(pd.concat([frame, frame[["number"]]], axis=1), LABEL)
    with pytest.raises(ValueError, match="time has 3 entries and the table 300 rows"):
        tables.examples(frame, LABEL, time=[1, 2, 3])
    with pytest.raises(ValueError, match="unit has 1 blanks"):
        tables.examples(frame, LABEL, unit=[None, *range(299)])
    with pytest.raises(ValueError, match="no feature is left of 2 columns"):
        tables.examples(frame[["same", "day"]], LABEL)


def test_what_all_rows_of_a_moment_share_is_a_clock_and_a_trend_is_none():
    n, rng = 2_000, np.random.default_rng(1)
    month = np.arange(n) // 100
    frame = pd.DataFrame(
        {
            "rate": 3 - 0.1 * month,
            "month": [f"m{k % 12}" for k in month],
            "own": rng.normal(size=n),
            "drifts": rng.normal(size=n) + month / 20,
        }
    )
    label = (rng.random(n) < 0.2).astype(int)
    assert tables.clocks(tables.examples(frame, label, time=np.arange(n))) == ["rate", "month"]
    assert tables.clocks(tables.examples(frame, label)) == []
