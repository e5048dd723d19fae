"""What the report says of complaints: on a simulated bank, on an empty one, and checks that fire."""

import pandas as pd
import pytest
from tests.topics.complaints import planted

from analysis.bank.source import open_bank
from analysis.report import results
from analysis.topics.complaints import (
    branches,
    cases,
    causes,
    clock,
    compensation,
    delay,
    delay_design,
    delay_tested,
    findings,
    repeats,
    volume,
)
from analysis.topics.complaints.people import people
from analysis.topics.sections import attempt


@pytest.fixture(scope="module")
def bank(demo_folder):
    view = open_bank(str(demo_folder)).view()
    rows = cases.cases(view)
    since = volume.since(rows)
    found = clock.clock(rows, view.as_of)
    who = people(view, since)
    return {
        "view": view, "rows": rows, "cases": found, "watched": volume.watch(rows, cases.exposure(view, since)),
        "causes": causes.pareto(found), "compared": branches.branches(who, rows),
        "cost": compensation.cost(found, who["days"].sum()), "again": repeats.repeats(found, who),
    }  # fmt: skip


def test_headline_figures_and_decision_can_be_recorded(bank, tmp_path):
    said = findings.headline(bank["watched"], bank["cases"], bank["causes"])
    assert "complaints per 10,000 customers a month" in said and "within the legal time of 15 days" in said
    few = bank["causes"].assign(customers=10)
    assert "most frequent cause" in said
    assert "cause" not in findings.headline(bank["watched"], bank["cases"], few)
    figures = findings.figures(
        bank["watched"], bank["cases"], cost=bank["cost"], again=bank["again"], currency="CNY"
    )
    names = [one["name"] for one in figures]
    assert names == [
        "complaint_rate", "resolved_in_time", "acknowledged_in_time", "closed", "overdue", "compensation_per_year",
        "repeat_complainers",
    ]  # fmt: skip
    checks = findings.checks(bank["rows"], bank["watched"], cost=bank["cost"], compared=bank["compared"])
    results.record(
        tmp_path, topic="complaints", view=bank["view"], headline=said,
        figures=[results.figure(**one) for one in figures], decision=results.decision("Desk", "Answer.", customers=0),
        health=[results.health(*one) for one in checks], tables={"causes": bank["causes"]},
    )  # fmt: skip
    held = {name: ok for name, ok, _message in checks}
    assert held["cases_in_order"] and held["customers_known"] and held["branches_adjusted"]


def test_checks_fire_on_what_is_wrong(bank):
    rows = bank["rows"].assign(customer_id=None)
    watched = bank["watched"]
    wild = volume.Watch(
        watched.table,
        watched.summary.assign(baseline_alarms=3, spread=2.5),
        watched.days,
        watched.seasons,
        12,
    )
    cost = compensation.cost(bank["cases"].assign(compensation=[1e7, *[1.0] * (len(bank["cases"]) - 1)]), 1.0)
    held = {name: ok for name, ok, _message in findings.checks(rows, wild, cost=cost)}
    for name in ("customers_known", "baseline_in_control", "months_vary_as_counts", "compensation_not_heavy"):
        assert not held[name], name


def test_checks_of_the_model_fire_where_it_knows_nothing():
    table = planted.cases(1_500, 5, complex_share=0.0)
    found = delay.fit(delay_design.prepared(clock.clock(table, planted.END), planted.END))
    tested = delay_tested.tested(table, planted.END)
    held = {name: ok for name, ok, _m in findings.checks(table, None, delay=found, tested=tested)}
    assert held["delay_better_than_base_rate"] is False and held["hazards_proportional"]


def test_a_bank_without_complaints_or_history_still_has_a_page(bank):
    none = bank["rows"][bank["rows"]["kind"] != "complaint"]
    empty = clock.clock(none, bank["view"].as_of)
    assert findings.headline(None, empty) == "There is no complaint up to the day."
    assert findings.figures(None, empty) == []
    assert [name for name, _ok, _m in findings.checks(none, None)] == ["cases_in_order", "customers_known"]
    found, reason = attempt(delay.fit, delay_design.prepared(empty, bank["view"].as_of))
    assert found is None and "0 complaints are resolved" in reason
    found, reason = attempt(repeats.repeats, empty, people(bank["view"], planted.START))
    assert found is None and "has a complaint" in reason
    one = pd.DataFrame(bank["rows"].head(1))
    assert attempt(volume.watch, one, planted.exposure(months=1))[1].startswith("feedback covers 1 months")
