"""Whom to turn to first: those with most at risk, the most valuable, or nobody."""

import pandas as pd
import pytest

from analysis.topics.lifetime_value import decision


def people(count: int, **columns) -> pd.DataFrame:
    return pd.DataFrame({"customer_id": [f"C{k}" for k in range(count)], **columns})


def test_those_with_most_at_risk_are_named():
    table = people(400, value=100.0, at_risk=[float(k) for k in range(400)])
    call = decision.whom(table)
    assert call["what"] == (
        "Call the 20 customers with most value at risk: they are 5.0% of all and hold 9.8% of the value that may go."
    )
    assert (call["customers"], call["money"]) == (20, sum(range(380, 400)))
    assert list(call["chosen"]["customer_id"])[:2] == ["C399", "C398"]


@pytest.mark.parametrize(
    ("value", "at_risk", "said", "customers"),
    [
        ([100.0] * 40, [10.0] * 40, "Call the 11 customers with most value at risk: they are 27.5% of all", 11),
        ([100.0] * 40, [10.0] + [0.0] * 39, "Call the customers with value at risk: they are fewer than 11.", 1),
        ([100.0] * 40, [0.0] * 40, "Look after the 11 most valuable customers: they are 27.5% of all and bring 27.5% of"
         " all value above zero. Whose value may go cannot be told", 11),
        ([100.0] * 2 + [-5.0] * 38, [0.0] * 40, "Look after the customers who bring more than they cost: they are fewer"
         " than 11.", 2),
        ([-5.0] * 40, [0.0] * 40, "Turn to nobody for the sake of value: no customer brings more than they cost.", 0),
    ],
)  # fmt: skip
def test_of_few_and_of_nobody_no_more_is_told_than_a_report_may(value, at_risk, said, customers):
    call = decision.whom(people(40, value=value, at_risk=at_risk))
    assert call["what"].startswith(said)
    assert call["customers"] == len(call["chosen"]) == customers


def test_without_a_risk_the_most_valuable_are_named():
    table = people(400, value=[float(k) - 200 for k in range(400)], at_risk=0.0)
    call = decision.whom(table)
    assert "Look after the 20 most valuable customers: they are 5.0% of all and bring 19.0%" in call["what"]
    assert call["money"] == sum(range(180, 200))
