"""What is said of answers and their consequences points the way the figures do, and claims nothing they do not show."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.statistics.adjusted import CONTRASTS, MEANS, Adjusted
from analysis.topics.complaints import effect_findings as findings
from analysis.topics.complaints.effect import Monthly
from analysis.topics.complaints.effect_tables import Effects
from analysis.topics.complaints.satisfaction import Complained


def compared(*found: tuple[str, float, float, float], reference: str = "fast", units: int = 400) -> Adjusted:
    """Levels with their difference to the reference and its interval."""
    levels = [reference, *(one[0] for one in found)]
    means = pd.DataFrame(
        [[level, units, units, 0.1, 0.1, 0.05, 0.15, units] for level in levels], columns=MEANS
    )
    rows = [
        {"level": level, "naive": value, "naive_low": low, "naive_high": high, "difference": value, "low": low,
         "high": high, "p_value": 0.001 if low > 0 or high < 0 else 0.5}
        for level, value, low, high in found
    ]  # fmt: skip
    return Adjusted(means, pd.DataFrame(rows).reindex(columns=CONTRASTS), pd.DataFrame(), 0.0, True)


def effects(**parts) -> Effects:
    monthly = Monthly(pd.DataFrame(columns=["model"]), 0, 0, 0, 0, 0)
    empty = dict.fromkeys(
        ("naive", "week", "legal", "outcome", "compensated", "next_survey", "complained", "control")
    )
    return Effects(**empty | {"monthly": monthly, "horizon_days": 180} | parts)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (("slow", 0.066, 0.036, 0.096), "After complaints still open after a week the share who leave within 180 days is 6.6"
         " points higher (3.6 to 9.6; adjusted)"),
        (("slow", -0.066, -0.096, -0.036), "After complaints still open after a week the share who leave within 180"
         " days is 6.6 points lower (3.6 to 9.6; adjusted)"),
        (("slow", -0.01, -0.04, 0.02), "That the share who leave differs after complaints still open after a week is"
         " not shown: −1.0 points within 180 days (−4.0 to 2.0; adjusted)"),
        (("slow", 0.0004, 0.0002, 0.0006), "After complaints still open after a week the share who leave within 180 days is"
         " 0.04 points higher (0.02 to 0.06; adjusted)"),
        (("slow", np.nan, np.nan, np.nan), "What slow answers are followed by is not known"),
    ],
)  # fmt: skip
def test_slow_answers_are_said_the_way_they_point(found, said):
    assert findings.speed_sentence(effects(week=compared(found))).startswith(said)


def test_what_cannot_be_adjusted_is_said_to_be_plain():
    plain = compared(("slow", 0.05, 0.02, 0.08))
    plain.contrasts[["difference", "low", "high"]] = np.nan
    said = findings.speed_sentence(effects(week=plain))
    assert said.endswith("is 5.0 points higher (2.0 to 8.0; too few departures to adjust)")


def test_what_rests_on_few_customers_is_not_said():
    few = effects(week=compared(("slow", 0.3, 0.1, 0.5), units=5))
    assert findings.speed_sentence(few).startswith("What slow answers are followed by is not known")


UPHELD, PARTLY = ("upheld", -0.03, -0.05, -0.01), ("partly_upheld", 0.02, -0.01, 0.05)


@pytest.mark.parametrize(
    ("outcome", "paid", "said"),
    [
        ((UPHELD, PARTLY), ("yes", 0.0, -0.02, 0.02), "Upheld against Rejected: 3.0 points fewer leave (1.0 to 5.0)"),
        ((("upheld", 0.03, 0.01, 0.05), PARTLY), ("yes", 0.0, -0.02, 0.02),
         "Upheld against Rejected: 3.0 points more leave (1.0 to 5.0)"),
        ((PARTLY,), ("yes", 0.04, 0.02, 0.06), "With compensation against Without compensation: 4.0 points more leave"
         " (2.0 to 6.0)"),
        ((PARTLY,), ("yes", 0.0, -0.02, 0.02), "That who leaves depends on the outcome or on compensation is not shown"),
    ],
)  # fmt: skip
def test_outcomes_are_held_to_their_reference(outcome, paid, said):
    found = effects(
        outcome=compared(*outcome, reference="rejected"), compensated=compared(paid, reference="no")
    )
    assert findings.outcome_sentence(found).startswith(said)


def test_of_many_outcomes_chance_alone_would_show_one():
    """A p-value of 0.04 is no evidence where two comparisons are made."""
    one = compared(("yes", 0.03, 0.001, 0.06), reference="no")
    one.contrasts["p_value"] = 0.04
    found = effects(outcome=compared(PARTLY, reference="rejected"), compensated=one)
    assert findings.outcome_sentence(found).endswith("is not shown")
    assert findings.outcome_sentence(effects()).endswith("is not shown")


def surveyed(total: tuple[float, float, float], control: tuple[float, float, float]) -> Effects:
    parts = [
        compared(("complained", *row), reference="quiet") for row in (total, (-8.0, -10.0, -6.0), control)
    ]
    return effects(complained=Complained(*parts))


@pytest.mark.parametrize(
    ("total", "said"),
    [
        ((-12.0, -15.0, -9.0), "With a complaint in the year before satisfaction differs by −12.0 points of 100"
         " (−15.0 to −9.0)"),
        ((12.0, 9.0, 15.0), "With a complaint in the year before satisfaction differs by 12.0 points of 100 (9.0 to 15.0)"),
        ((-2.0, -5.0, 1.0), "That satisfaction differs with a complaint in the year before is not shown: −2.0 points"
         " of 100"),
        ((0.0, 0.0, 0.0), "That satisfaction differs with a complaint in the year before is not shown: 0.0 points of 100"),
    ],
)  # fmt: skip
def test_satisfaction_is_said_with_its_sign(total, said):
    assert findings.survey_sentence(surveyed(total, (0.0, -1.0, 1.0))).startswith(said)


def test_without_complaints_in_the_survey_the_next_one_speaks():
    slow = compared(("slow", -3.0, -8.0, 2.0))
    assert findings.survey_sentence(effects(next_survey=slow)).startswith(
        "That satisfaction differs after slow answers is not shown: −3.0 points"
    )
    clear = compared(("slow", -6.0, -8.0, -4.0))
    assert findings.survey_sentence(effects(next_survey=clear)).startswith(
        "After slow answers satisfaction differs by −6.0 points"
    )


@pytest.mark.parametrize(
    ("control", "said"),
    [
        ((-3.0, -6.0, 0.2), ""),
        ((-3.0, -6.0, -0.2), "differs by −3.0 points too; among those who think alike of it, satisfaction differs by −8.0."),
        ((3.0, 0.2, 6.0), "differs by 3.0 points too; among those who think alike of it, satisfaction differs by −8.0."),
    ],
)  # fmt: skip
def test_a_control_that_differs_is_said(control, said):
    found = findings.control_sentence(surveyed((-12.0, -15.0, -9.0), control))
    assert found.endswith(said) and bool(found) == bool(said)


def test_checks_name_their_comparison():
    found = effects(week=replace(compared(("slow", np.nan, np.nan, np.nan)), reason="few rows"))
    assert findings.health(found) == [
        (
            "slow_answers data",
            False,
            "Slow answers: a group has too few customers: nothing is adjusted.",
        )
    ]
