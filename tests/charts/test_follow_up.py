"""Charts of what groups do afterwards: titles claim a difference only beyond the intervals."""

import numpy as np
import pandas as pd
import pytest
from tests.charts.test_segmentation import inside, message

from analysis import language
from analysis.charts import follow_up as charts


def after(shares, low, high, outcome="active") -> pd.DataFrame:
    return pd.DataFrame(
        {
            "outcome": outcome,
            "label": ["Core", "Dormant"],
            "share": shares,
            "low": low,
            "high": high,
            "average": 0.5,
        }
    )


OVERLAP = "No group was clearly more active afterwards: the intervals overlap"


@pytest.mark.parametrize(
    ("shares", "low", "high", "said"),
    [
        ([0.9, 0.1], [0.85, 0.05], [0.95, 0.15], "Active afterwards: Core 90.0%, Dormant 10.0%"),
        ([0.1, 0.9], [0.05, 0.85], [0.15, 0.95], "Active afterwards: Dormant 90.0%, Core 10.0%"),
        ([0.55, 0.45], [0.4, 0.3], [0.7, 0.6], OVERLAP),
        ([0.0, 0.0], [0.0, 0.0], [0.1, 0.2], OVERLAP),
        ([1.0, 1.0], [0.9, 0.8], [1.0, 1.0], OVERLAP),
        (
            [0.9, np.nan],
            [0.85, np.nan],
            [0.95, np.nan],
            "Core: 90.0% were active afterwards, against 50.0% of all customers",
        ),
        (
            [np.nan] * 2,
            [np.nan] * 2,
            [np.nan] * 2,
            "Too few customers in each group to show what became of them.",
        ),
    ],
)
def test_outcomes_claim_a_difference_only_beyond_the_intervals(shares, low, high, said):
    assert message(charts.later(after(shares, low, high), "active")) == said


def test_a_difference_is_seen_beside_an_extreme_that_few_stand_behind():
    wide = pd.DataFrame({"outcome": "left", "label": list("abc"), "share": [0.9, 0.7, 0.4], "average": 0.5})
    ax = charts.later(wide.assign(low=[0.3, 0.65, 0.35], high=[0.99, 0.75, 0.45]), "left")
    assert message(ax) == "Left afterwards: b 70.0%, c 40.0%"


def test_outcomes_that_cannot_be_seen_say_why():
    one = after([0.9, 0.8], [0.85, 0.7], [0.95, 0.9])
    assert message(charts.later(one, "left")).startswith("Nobody is recorded as having left")
    withheld = pd.concat([one, one.assign(outcome="left", share=np.nan)])
    assert message(charts.later(withheld, "left")).startswith("Too few customers in each group")
    for outcome in ("active", "left"):
        assert "do not reach back" in message(charts.later(one.head(0), outcome))


def bands(lifts) -> pd.DataFrame:
    lifts = np.array(lifts, dtype=float)
    return pd.DataFrame({"band": list("abc"), "lift": lifts, "low": lifts * 0.9, "high": lifts * 1.1})


NOT_BEYOND = "Later bookings rise from band to band, not always beyond chance: "


@pytest.mark.parametrize(
    ("lifts", "said"),
    [
        ([0.2, 1, 2], "Later bookings rise from band to band: 0.20 times the average in a, 2.00 in c"),
        ([0.2, 1, 1.1], NOT_BEYOND + "0.20 times the average in a, 1.10 in c"),
        ([0.2, 2, 1], "Later bookings do not rise at every step: 0.20 times the average in a, 1.00 in c"),
        ([2, 1, 0.2], "Later bookings fall from band to band: 2.00 times the average in a, 0.20 in c"),
        ([1, 1, 1], "Later bookings do not rise at every step: 1.00 times the average in a, 1.00 in c"),
        ([0.001, 1, 2], "Later bookings rise from band to band: <0.01 times the average in a, 2.00 in c"),
        # The lowest and the highest of those shown are named: others may be withheld.
        ([np.nan, 1, 2], "Later bookings rise from band to band: 1.00 times the average in b, 2.00 in c"),
        ([np.nan, 1, np.nan], "Only one band can be shown: b books 1.00 times the average afterwards"),
        ([np.nan] * 3, "There are no later bookings to compare the groups by."),
    ],
)
def test_bands_rise_only_if_each_is_above_the_last(lifts, said):
    assert message(charts.band_lifts(bands(lifts))) == said


@pytest.mark.parametrize(
    ("lifts", "said"),
    [
        ([0.2, 2, 1], "Later bookings relative to the average: B 2.00, A 0.20"),
        ([1, 1.05, 0.95], "No group clearly books more afterwards: the intervals overlap"),
        ([1, np.nan, np.nan], "Later bookings relative to the average: A 1.00"),
    ],
)
def test_segments_differ_only_beyond_the_intervals(lifts, said):
    assert message(charts.segment_lifts(bands(lifts).assign(label=["A", "B", "C"]))) == said


@pytest.mark.parametrize("code", ["en", "zh"])
def test_nothing_is_cut_off(code):
    language.use(code)
    inside(charts.later(after([0.9, 0.1], [0.85, 0.05], [0.99, 0.15]), "active"))
    inside(charts.band_lifts(bands([0.2, 1, 2])))
