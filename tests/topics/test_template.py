"""The pattern's one calculation."""

import pandas as pd
import pytest

from analysis.topics.template import headline, tenure_bands


def test_bands_hold_every_customer_once():
    table = tenure_bands(pd.Series([0, 365, 366, 1000, 2000, 9000]), [1, 3, 5])
    assert table["customers"].tolist() == [2, 2, 0, 2]
    assert table["share"].sum() == pytest.approx(1)
    assert (table["low"] <= table["share"]).all() and (table["share"] <= table["high"]).all()


def test_headline_names_the_fullest_band():
    table = tenure_bands(pd.Series([10, 20, 30, 5000]), [1, 3])
    assert headline(table).startswith("Most customers have been here for 0–1 years: 75.0%")
    assert headline(tenure_bands(pd.Series([], dtype=float), [1])) == "There are no customers on this day."


@pytest.mark.parametrize("years", [[], [3, 1], [0, 2]])
def test_unusable_bands_are_refused(years):
    with pytest.raises(ValueError, match="years is"):
        tenure_bands(pd.Series([10]), years)
