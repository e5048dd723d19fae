"""Expected profit, the save list and the break-even by hand; what is said where the effect or the value is unknown."""

import numpy as np
import pandas as pd
import pytest
from tests.topics.churn.campaigns import planted

from analysis.report.results import figure
from analysis.statistics.uplift.effects import Estimate
from analysis.topics.churn import experiment_findings, persuasion, saving, saving_decision, targeting
from analysis.topics.churn import saving_findings as findings

SCORES = pd.DataFrame({"customer_id": list("abcd"), "probability": [0.1, 0.2, 0.4, 0.01]})
VALUE = pd.DataFrame({"customer_id": list("abc"), "value": [1_000.0, 100.0, -50.0]})
UPLIFT = Estimate(0.3, 0.1, 0.5, 0.1)
COST = 6.0


def profits(**changed) -> pd.DataFrame:
    given = {"scores": SCORES, "value": VALUE, "uplift": UPLIFT, "cost": COST} | changed
    return saving.profits(**given)


@pytest.fixture(scope="module")
def found() -> persuasion.Evidence:
    both = [planted(seed, "some", label, 2_000) for seed, label in ((41, "K1"), (42, "K2"))]
    return persuasion.evidence(pd.concat(both, ignore_index=True), 0.5)


def test_profit_is_value_times_probability_times_uplift_less_cost():
    table = profits().set_index("customer_id")
    assert table.index.tolist()[:2] == ["a", "b"]
    assert table.loc["a", ["expected", "low", "high"]].tolist() == pytest.approx([24, 4, 44])
    assert table.loc["b", "expected"] == pytest.approx(100 * 0.2 * 0.3 - 6)
    # who costs the bank money and who has no value is not worth keeping
    assert table.loc["c", "expected"] == table.loc["d", "expected"] == -6
    assert table.loc["a", "break_even"] == pytest.approx(6 / 100) and np.isinf(table.loc["c", "break_even"])


def test_uplift_of_each_customer_and_unknown_ones():
    own = pd.DataFrame({"customer_id": list("dcba"), "uplift": [0.5, 0.5, 0.9, np.nan]})
    own = own.assign(low=own["uplift"] - 0.1, high=own["uplift"] + 0.1)
    table = profits(uplift=own).set_index("customer_id")
    assert table.loc["b", "expected"] == pytest.approx(12) and np.isnan(table.loc["a", "expected"])
    assert saving.save_list(table.reset_index(), 100, COST)["customer_id"].tolist() == ["b"]
    assert saving.profit_curve(table.reset_index())["contacted"].tolist() == [0, 1, 2, 3]
    assert saving.break_even(table.reset_index(), COST)["customers"].max() == 1  # of a nothing is known


def test_save_list_keeps_to_the_budget_and_to_profits():
    table = profits(value=10_000.0)
    assert saving.save_list(table, 13.0, COST)["customer_id"].tolist() == ["c", "b"]
    assert saving.save_list(table, 13.0, COST)["rank"].tolist() == [1, 2]
    assert saving.save_list(profits(), 1_000.0, COST)["customer_id"].tolist() == ["a"]
    assert saving.save_list(profits(uplift=None), 1_000.0, COST).empty
    assert saving.affordable(13.0, 0.0, 4) == 4


def test_profit_curve_adds_up_and_its_top_is_the_number_with_a_profit():
    curve = saving.profit_curve(profits())
    assert curve["profit"].tolist() == pytest.approx([0, 24, 24, 18, 12])
    assert curve["low"].tolist() == pytest.approx([0, 4, 0, -6, -12])
    assert curve.loc[curve["profit"].idxmax(), "contacted"] == len(saving.save_list(profits(), 1e9, COST))
    assert saving.profit_curve(profits(uplift=None)).empty


def test_break_even():
    table = saving.break_even(profits(uplift=None), COST).set_index("uplift")
    customers = {round(key, 2): value for key, value in table["customers"].items()}
    # at stake: a 100, b 20: a pays above 6 %, b above 30 %
    assert [customers[key] for key in (0.0, 0.05, 0.07, 0.29, 0.31, 1.0)] == [0, 0, 1, 1, 2, 2]
    assert table["profit"].iloc[-1] == pytest.approx(120 - 12)
    assert saving.break_even(profits(value=None, uplift=None), COST).empty


def test_without_a_value_the_likeliest_to_leave_come_first():
    table = profits(value=None)
    assert table["customer_id"].tolist() == ["c", "b", "a", "d"]
    assert table[["value", "expected", "break_even"]].isna().all(axis=None)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"scores": SCORES.assign(probability=[0.1, 0.2, 1.4, 0.0])},
            "scores.probability is 1.4; expected prob",
        ),
        ({"scores": pd.concat([SCORES, SCORES.head(1)])}, "scores: customer a comes twice"),
        (
            {"value": VALUE.rename(columns={"value": "worth"})},
            "value has no column value; there are customer_id, worth",
        ),
        ({"cost": -1.0}, "cost is -1.0; expected what a contact costs"),
    ],
)
def test_unusable_input_is_named(changed, message):
    with pytest.raises(ValueError, match=message):
        profits(**changed)


def test_maximum_profit_uses_the_banks_own_uplift(found):
    rng = np.random.default_rng(1)
    scores = pd.DataFrame({"probability": rng.beta(1, 20, 3_000)})
    churned = pd.Series((rng.random(3_000) < scores["probability"]).astype(int))
    made = saving.maximum_profit(scores, churned, 2_000.0, COST, found)
    useless = saving.maximum_profit(scores.sample(frac=1, random_state=1), churned, 2_000.0, COST, found)
    assert made.value > useless.value > 0
    assert saving.maximum_profit(scores, churned, 2_000.0, COST, None) is None
    unsure = persuasion.Evidence(**(vars(found) | {"reduction": Estimate(0.3, -0.1, 0.5, 0.2)}))
    assert saving.maximum_profit(scores, churned, 2_000.0, COST, unsure) is None


# What is said


def said(found, table: pd.DataFrame, policies: pd.DataFrame | None = None, budget: float = 12.0) -> str:
    chosen = saving.save_list(table, budget, COST)
    policies = targeting.policy_values(None, 0.1) if policies is None else policies
    return saving_decision.what_to_do(
        table, chosen, found, policies, budget=budget, cost=COST, currency="CNY"
    )


def test_no_experiment_means_no_uplift_is_assumed():
    words = said(None, profits(uplift=None))
    assert "effect of a contact is unknown" in words and "for all 2 customers" in words
    assert "at least 30.0%" in words  # 6 / 20
    assert "is unknown, and nothing is assumed instead" in experiment_findings.of_experiments(None)
    assert "Without an experiment" in experiment_findings.of_differences(None)
    assert (
        findings.of_rules(targeting.policy_values(None, 0.1))
        == "No experiment can tell which rule of contacting is best."
    )
    assert experiment_findings.checks(None)[0][:2] == ("experiment", False)
    assert "for 2 customers only" in said(None, profits(uplift=None), budget=24.0)
    assert "pays for no contact" in said(None, profits(uplift=None), budget=1.0)


def test_no_value_means_the_value_that_would_pay():
    words = said(None, profits(value=None, uplift=None))
    # c and b leave with 30 % on average
    assert "worth is unknown" in words and "CNY 20.0 or more" in words and "if CNY 200.0" in words


def test_an_effect_that_may_be_nothing_is_not_called_one(found):
    unsure = persuasion.Evidence(
        **(vars(found) | {"reduction": Estimate(0.3, -0.1, 0.5, 0.2), "used": UPLIFT})
    )
    assert "That contacting keeps anybody is not shown." in experiment_findings.of_experiments(unsure)
    words = said(unsure, profits())
    assert "not shown that contacting keeps anybody, and fewer than 22 customers are too few" in words
    assert "by a quarter would be shown" in words and "expected profit" not in words
    table = profits(uplift=Estimate(0.9, 0.1, 1.0, 0.2))
    chosen = saving.save_list(table, 12.0, COST)
    many = pd.concat([table.head(1)] * 30, ignore_index=True)
    words = said(unsure, many, budget=30 * COST)
    assert "a random half of the 30 customers of the list as a trial, for CNY 90, and" in words
    assert (
        saving_decision.expected_profit(chosen, unsure) is None
        and saving_decision.expected_profit(chosen, None) is None
    )
    assert saving_decision.expected_profit(chosen.head(0), found) is None
    assert saving_decision.expected_profit(chosen, found) == chosen["expected"].sum()
    assert ("effect_shown", False) in [check[:2] for check in experiment_findings.checks(unsure)]
    assert "contact nobody for now" in said(unsure, profits(uplift=Estimate(0.0, 0.0, 0.0, 0.0)))
    assert "by a quarter would be shown" in said(unsure, profits(uplift=Estimate(0.0, 0.0, 0.0, 0.0)))


def test_contacts_that_drive_customers_away_are_said_to(found):
    harmful = Estimate(-0.71, -1.61, -0.13, 0.3)
    words = experiment_findings.of_experiments(persuasion.Evidence(**(vars(found) | {"reduction": harmful})))
    assert (
        "with a contact 71% more left than without (95% interval 13% to 161%). That is beyond chance" in words
    )


def test_the_decision_says_profit_spending_and_who_is_beyond_the_experiments(found):
    words = said(found, profits())
    assert (
        "Contact 1 customer for CNY 6: expected profit CNY 24 (95% interval of the uplift: CNY 4 to CNY 44)."
        in words
    )
    assert "That this pays is not shown." not in words
    unsure = profits(uplift=Estimate(UPLIFT.value, 0.0, 0.9, 0.2))
    assert "That this pays is not shown." in said(found, unsure)
    own = pd.DataFrame({"customer_id": list("abcd"), "uplift": [np.nan, 0.9, 0.9, 0.9]}).assign(
        low=0.8, high=1.0
    )
    assert "1 customer, with CNY 100 at stake, is wealthier than any" in said(found, profits(uplift=own))
    value = found.people[["customer_id"]].assign(value=3_000.0)
    policies = targeting.policy_values(found, 0.3, value)
    assert "the rule used here, Expected profit, " in said(found, profits(), policies.assign(low=-1.0))
    assert "In the last campaign this rule brought" in said(found, profits(), policies.assign(low=1.0))
    assert "Best in the last campaign: " in findings.of_rules(policies, "CNY")
    assert set(findings.named(policies)["label"]) == set(findings.rule_names().values())


@pytest.mark.parametrize(
    ("low", "better_low", "said"),
    [
        (1.0, 1.0, "; better, beyond chance, than: Contact nobody, Contact all."),
        (-1.0, 1.0, "; better, beyond chance, than: Contact all. That it is better than contacting nobody is not shown."),
        (-1.0, -1.0, "; that it is better than contacting nobody or all is not shown."),
    ],
)  # fmt: skip
def test_the_best_rule_is_better_than_what_its_intervals_leave_out(low, better_low, said):
    table = pd.DataFrame(
        {"label": ["all", "none", "profit"], "value": [-3.0, 0.0, 5.0], "low": low, "high": 9.0}
    )
    assert findings.of_rules(table.assign(better_low=better_low), "CNY").endswith(said)


def test_campaigns_that_disagree_are_named(found):
    apart = persuasion.Evidence(**(vars(found) | {"p_same": 0.004}))
    check = {name: (ok, words) for name, ok, words in experiment_findings.checks(apart)}["same_effect"]
    assert not check[0] and "p = 0.004" in check[1]
    assert dict(c[:2] for c in experiment_findings.checks(found)) == {
        "randomisation": True,
        "same_effect": True,
        "effect_shown": True,
    }


def test_figures_with_their_naive_baseline(found):
    table = profits()
    made = {
        one["name"]: figure(**one)
        for one in findings.figures(found, table, saving.save_list(table, 12.0, COST), "CNY")
    }
    assert made["contact_keeps"]["value"] == pytest.approx(found.reduction.value)
    # the likeliest to leave is c, who is not worth keeping
    assert (made["save_list_profit"]["value"], made["save_list_profit"]["baseline"]) == pytest.approx(
        (24, -6)
    )
    assert findings.figures(None, table, table, "CNY") == []
    unknown = profits(value=None)
    assert [one["name"] for one in findings.figures(found, unknown, unknown.head(0), "CNY")] == [
        "contact_keeps"
    ]


def test_power_is_stated(found):
    assert "would have shown a fall by" in experiment_findings.of_experiments(found)
