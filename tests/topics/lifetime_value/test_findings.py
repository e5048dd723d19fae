"""What the report says is what the figures say, also where there is little to say."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from tests.topics.lifetime_value.logs import purchases as simulated

from analysis.bank.source import open_bank
from analysis.topics import lifetime_value as ltv
from analysis.topics import segmentation as seg
from analysis.topics.lifetime_value import (
    changes,
    choice,
    findings,
    health,
    histories,
    purchases,
    reconcile,
    relationship,
    sensitivity,
    valuation,
    views,
)
from analysis.topics.lifetime_value.valuation import Total


@pytest.fixture(scope="module")
def bank(demo_folder):
    """View, evaluation, purchases, relationship, ladder and assumptions of the simulated bank."""
    view = open_bank(str(demo_folder)).view()
    log = purchases.from_view(view)
    found = choice.evaluate(log)
    ladder, assumptions = seg.ladder([], "CNY"), relationship.Assumptions()
    bought = valuation.transactions(found, 12, assumptions.discount_rate)
    held = valuation.relationships(view, ladder, 12, assumptions)
    return view, found, bought, held, ladder, assumptions


@pytest.fixture(scope="module")
def values(bank):
    _view, _found, bought, held, _ladder, _assumptions = bank
    both = reconcile.side_by_side(bought.customers, held.customers)
    return both.assign(at_risk=findings.at_risk(both))


def test_the_headline_tells_total_interval_and_naive(values):
    said = findings.headline(values, Total(3.7e6, 2e6, 5e6, 3.4e6), 12, "CNY")
    assert "next 12 months our" in said
    assert "CNY 3.7M today (95% interval CNY 2.0M to CNY 5.0M" in said
    assert "as before: CNY 3.4M" in said
    assert f"{(values['value'] < 0).sum():,} customers cost more" in said


def test_the_total_is_the_sum_and_lies_in_its_interval(bank, values):
    _view, _found, bought, held, _ladder, _assumptions = bank
    total = valuation.total(bought, held)
    assert total.value == pytest.approx(values["value"].sum())
    assert total.low < total.value < total.high
    alone = valuation.total(bought, None)
    assert alone.value == pytest.approx(bought.customers["transaction_value"].sum())


def test_value_at_risk_is_what_goes_with_who_goes():
    values = pd.DataFrame(
        {"transaction_value": [10.0, 10.0], "alive": [0.25, np.nan], "relationship_value": [100.0, -50.0],
         "kept": [0.9, 0.5]}
    )  # fmt: skip
    assert findings.at_risk(values).tolist() == pytest.approx([7.5 + 10.0, 0.0])


@pytest.mark.parametrize(
    ("worth", "said"),
    [
        ([100.0] + [1.0] * 9, "The most valuable tenth brings 91.7% of all value above zero."),
        ([100.0] * 10, "The most valuable tenth brings 10.0% of all value above zero."),
        ([100.0] * 10 + [-10.0] * 10, "The most valuable tenth brings 20.0% of all value above zero."),
        (
            [100.0] * 20 + [-10.0] * 20,
            "brings 20.0% of all value above zero; 20 customers cost more than they bring.",
        ),
        ([-10.0] * 20, "No customer brings more than they cost."),
    ],
)
def test_the_headline_tells_who_holds_the_value(worth, said):
    head = findings.headline(pd.DataFrame({"value": worth}), Total(1.0, 0.0, 2.0, 1.0), 12, "CNY")
    assert head.endswith(said)


@pytest.mark.parametrize(
    ("gain", "said", "check"),
    [
        ((0.2, 0.1, 0.3), "was 20.0% below the naive forecast's (95% interval 10.0% to 30.0%).",
         "errs 20.0% less than the naive forecast; at least 10.0%"),
        ((-0.2, -0.3, -0.1), "was 20.0% above the naive forecast's (95% interval 10.0% to 30.0%).", "is not shown"),
        ((0.1, -0.1, 0.3), "did not differ from the naive forecast's beyond chance", "is not shown"),
        ((np.nan, np.nan, np.nan), "the naive forecast was never wrong.", "was never wrong"),
    ],
)  # fmt: skip
def test_no_more_is_said_of_the_model_than_is_proven(bank, gain, said, check):
    _view, found, bought, held, _ladder, _assumptions = bank
    found = replace(found, gain=gain, chosen="pareto_nbd")
    assert said in findings.chosen_sentence(found)
    told = {name: (ok, message) for name, ok, message in health.checks(found, bought, held, None, 0.9, "CNY")}
    ok, message = told["better_than_naive"]
    assert check in message
    assert ok == (gain[1] > 0)


def test_where_the_naive_forecast_is_used_no_gain_is_claimed(bank):
    _view, found, bought, held, _ladder, _assumptions = bank
    found = replace(found, gain=(0.0, 0.0, 0.0), chosen="own_rate")
    assert "error was" not in findings.chosen_sentence(found)
    messages = {name: message for name, _ok, message in health.checks(found, bought, held, None, 0.9, "CNY")}
    assert "the naive forecast is used itself" in messages["better_than_naive"]


def test_figures_carry_the_naive_beside_them(bank, values):
    view, found, _bought, _held, ladder, assumptions = bank
    proof = valuation.proof(view, ladder, assumptions)
    rules = relationship.accuracy(proof.customers)
    figures = {f["name"]: f for f in findings.figures(values, Total(3.0, 2.0, 5.0, 2.5), found, rules, "CNY")}
    assert figures["value_total"]["baseline"] == 2.5
    naive = found.outer.set_index("candidate").loc["own_rate"]
    assert figures["purchases_bias"]["baseline"] == naive["bias"]
    assert figures["error_below_naive"]["low"] <= figures["error_below_naive"]["value"]
    assert figures["value_at_risk"]["value"] == values["at_risk"].sum()
    assert "foretold" in findings.relationship_sentence(rules, proof, "CNY")


def test_what_is_not_known_is_no_figure_of_0(bank, values):
    _view, found, _bought, _held, _ladder, _assumptions = bank
    naive = replace(found, chosen="own_rate", gain=(0.0, 0.0, 0.0))
    told = findings.figures(
        values.assign(at_risk=0.0), Total(3.0, 2.0, 5.0, 2.5), naive, pd.DataFrame(), "CNY"
    )
    assert [one["name"] for one in told] == [
        "value_total",
        "top_tenth_value_share",
        "purchases_bias",
        "purchases_gini",
    ]


def failed(found, bought, held, covered=0.9) -> set[str]:
    return {name for name, ok, _message in health.checks(found, bought, held, None, covered, "CNY") if not ok}


def test_checks_fire_on_what_is_wrong(bank):
    _view, found, bought, held, _ladder, _assumptions = bank
    assert "model_fit" not in failed(found, bought, held)
    assert "coverage" in failed(found, bought, held, covered=0.6)
    assert "coverage" in failed(found, bought, held, covered=np.nan)
    assert "relationship" in failed(found, bought, None)
    assert "model_fit" in failed(found, replace(bought, drawn_from=""), held)
    assert "better_than_naive" in failed(replace(found, gain=(0.01, -0.02, 0.04)), bought, held)
    off = found.outer.assign(bias=0.3)
    assert "level" in failed(replace(found, outer=off), bought, held)


def test_the_total_answers_to_its_assumptions(bank):
    view, found, bought, held, _ladder, assumptions = bank
    log = purchases.from_view(view)
    other = purchases.alternative(view, log, purchases.CREDIT_FEE, purchases.DEBIT_FEE)
    table = sensitivity.totals(found, bought, held, 12, assumptions, other).set_index("label")["value"]
    base = valuation.total(bought, held).value
    assert table["Discount rate 0%"] > base > table["Discount rate 16%"]
    assert table["Horizon of 6 months"] < base < table["Horizon of 24 months"]
    assert "Horizon of 1 month" in set(sensitivity.totals(found, bought, held, 2, assumptions)["label"])
    assert table["Half the cost of serving"] > base
    assert table["Bills and insurance count as purchases"] > base


def test_the_course_of_belief_ends_at_what_the_model_says(bank):
    view, found, _bought, _held, _ladder, _assumptions = bank
    fit = found.latest.fits["pareto_nbd"]
    courses = views.courses(purchases.from_view(view), fit, found, steps=4)
    assert courses["alive"].between(0, 1).all()
    assert courses["day"].max() == pd.Timestamp(view.as_of)
    assert courses["label"].nunique() <= 4


def test_calibration_covers_everybody_once():
    found = ltv.evaluate(simulated(600, seed=3), weeks=26)
    for table in views.calibration(found).values():
        assert table["customers"].sum() == len(found.outcome)
        assert (table["low"] <= table["high"]).all()
    weeks = views.tracking(
        purchases.from_table(simulated(600, seed=3)), found.earlier.fits["bg_nbd"], found.windows.outer
    )
    assert weeks["expected"].sum() == pytest.approx(weeks["purchases"].sum(), rel=0.2)


def test_changes_rest_on_what_was_known_on_each_day(bank):
    """The challenger looks at the features of the earlier day for the value of that day."""
    view, _found, _bought, _held, ladder, assumptions = bank
    log, known = purchases.from_view(view), choice.bank_features(view)
    found = choice.evaluate(log, model="boosted", extra=known)
    bought = valuation.transactions(found, 12, 0.08)
    earlier = view.at(date(2023, 9, 30))
    moved = changes.since(found, bought, None, earlier, log, ladder, assumptions, 12)
    summary = histories.fetched(log, [earlier.as_of]).summary(0)
    then = found.latest.boosted.expected(summary, known(earlier.as_of), found.windows.outer_weeks)
    now = found.latest.boosted.expected(summary, known(view.as_of), found.windows.outer_weeks)
    before = moved.set_index("customer_id")["before"].reindex(summary["customer_id"]).to_numpy()
    each = bought.spend.expected(summary)
    assert np.corrcoef(before, then * each)[0, 1] == pytest.approx(1)
    assert np.corrcoef(before, now * each)[0, 1] < 0.999


def test_nobody_leaving_is_worth_more_where_everybody_earns(bank):
    _view, found, bought, held, _ladder, assumptions = bank
    earning = replace(held, customers=held.customers.query("margin > 0 and expected_loss == 0"))
    table = sensitivity.totals(found, bought, earning, 12, assumptions).set_index("label")["value"]
    base = relationship.expected(earning.customers, held.survival, 12, assumptions).sum()
    assert table["Nobody leaves the bank"] > bought.customers["transaction_value"].sum() + base
