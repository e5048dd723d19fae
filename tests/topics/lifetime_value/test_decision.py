"""Whom to turn to first: those with most at risk, the most valuable, or nobody."""

import pandas as pd
import pytest

from analysis.topics.lifetime_value import decision


def people(count: int, **columns) -> pd.DataFrame:
    return pd.DataFrame({"customer_id": [f"C{k}" for k in range(count)], **columns})


def test_those_with_most_at_risk_are_named():
    table = people(40, value=100.0, at_risk=[float(k) for k in range(40)])
    call = decision.whom(table)
    assert call["what"] == (
        "Call the 2 customers with most value at risk: they are 5.0% of all and hold 9.9% of the value that may go."
    )
    assert (call["customers"], call["money"], list(call["chosen"]["customer_id"])) == (
        2,
        77.0,
        ["C39", "C38"],
    )


@pytest.mark.parametrize(
    ("value", "at_risk", "said"),
    [
        (100.0, 10.0, "Call the 1 customer with most value at risk: 10.0% of all, who holds 10.0% of the value"),
        (100.0, 0.0, "Look after the 1 most valuable customer: 10.0% of all, who brings 10.0% of all value above zero."
         " Whose value may go cannot be told"),
        (-5.0, 0.0, "Turn to nobody for the sake of value: no customer brings more than they cost."),
    ],
)  # fmt: skip
def test_of_one_and_of_nobody(value, at_risk, said):
    call = decision.whom(people(10, value=value, at_risk=at_risk))
    assert call["what"].startswith(said)
    assert call["customers"] == len(call["chosen"]) == (value > 0)


def test_without_a_risk_the_most_valuable_are_named():
    table = people(40, value=[float(k) - 20 for k in range(40)], at_risk=0.0)
    call = decision.whom(table)
    assert "Look after the 2 most valuable customers: they are 5.0% of all and bring 19.5%" in call["what"]
    assert call["money"] == 19 + 18
