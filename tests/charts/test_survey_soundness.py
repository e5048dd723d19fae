"""Charts of the survey's soundness: titles say what the tables say, of one construct and of many, met and missed."""

import numpy as np
import pandas as pd
import pytest
from tests.charts.test_segmentation import inside, message
from tests.charts.test_survey_drivers import legend_is_below

from analysis import language
from analysis.charts import survey_soundness as charts


def reliability(omega=(0.9, 0.85), wide: float = 0.04) -> pd.DataFrame:
    label = ["Image", "Value", "Quality", "Price", "Loyalty"][: len(omega)]
    omega = np.array(omega)
    table = pd.DataFrame({"label": label, "omega": omega, "alpha": omega - 0.01})
    return table.assign(omega_low=omega - wide, omega_high=omega + wide)


def factors(kept: int, items: int = 30) -> pd.DataFrame:
    value = np.where(np.arange(items) < kept, 2.0, 0.9) - np.arange(items) / 100
    return pd.DataFrame(
        {"factor": np.arange(items) + 1, "eigenvalue": value, "noise": 1.3, "kept": np.arange(items) < kept}
    )


@pytest.mark.parametrize("code", ["en", "zh"])
def test_each_chart_is_drawn_whole(code):
    language.use(code)
    for ax in (
        charts.reliability(reliability()),
        charts.factors(factors(3), 6),
        charts.factors(factors(20), 6),
    ):
        inside(ax)
        assert message(ax) and ax.get_title(loc="left").count("\n") <= 1
        assert legend_is_below(ax)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (reliability(), "All 2 constructs shown are measured reliably"),
        (reliability((0.9,)), "The 1 construct shown is measured reliably"),
        (reliability((0.9, np.nan)), "The 1 construct shown is measured reliably"),
        (reliability((0.9, 0.6)), "Not shown to be measured reliably: Value"),
        # Above the limit, but not with its whole interval: neither reliable nor shown to be unreliable.
        (reliability((0.9, 0.72)), "Not shown to be measured reliably: Value"),
        (reliability((0.5, 0.6)), "Not shown to be measured reliably: Image, Value"),
        (reliability((0.5,) * 5), "Not shown to be measured reliably: Image, Value, Quality and 2 others"),
        (
            reliability((np.nan, np.nan)),
            "No construct has two or more items: its reliability cannot be known.",
        ),
    ],
)
def test_reliability_names_what_is_not_shown_to_be_reliable(table, said):
    assert message(charts.reliability(table)) == said


@pytest.mark.parametrize(
    ("kept", "constructs", "said"),
    [
        (3, 6, "Fewer factors stand out from chance than there are constructs: 3 against 6"),
        (0, 1, "Fewer factors stand out from chance than there are constructs: 0 against 1"),
        (6, 6, "As many factors stand out from chance as there are constructs: 6"),
        (1, 1, "As many factors stand out from chance as there are constructs: 1"),
        (20, 6, "More factors stand out from chance than there are constructs: 20 against 6"),
    ],
)
def test_factors_are_counted_against_constructs(kept, constructs, said):
    ax = charts.factors(factors(kept), constructs)
    assert message(ax) == said
    assert (ax.lines[0].get_ydata() > ax.lines[1].get_ydata()).sum() == kept


@pytest.mark.parametrize("draw", [charts.reliability, lambda table: charts.factors(table, 6)])
def test_nothing_is_drawn_of_nothing(draw):
    table = reliability() if draw is charts.reliability else factors(3)
    ax = draw(table.head(0))
    assert message(ax) and not ax.lines
