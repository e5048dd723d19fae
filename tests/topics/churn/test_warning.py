"""Early warning: planted causes are found, noise is not; what was found shrinks, and is checked on later days."""

import numpy as np
import pandas as pd
import pytest
from tests.topics.churn import stories

from analysis import language
from analysis.topics.churn import alarms, warning
from analysis.topics.churn.signals import SIGNALS


@pytest.fixture(scope="module")
def story():
    return stories.planted(1)


@pytest.fixture(scope="module")
def found(story):
    return warning.find(story[0])


def names(warnings) -> set[str]:
    return {name for rule in warnings.rules for name, _least in rule.terms}


def test_the_causes_are_the_rules(found):
    assert names(found) == set(stories.CAUSES)
    assert {len(rule.terms) for rule in found.rules} <= {1, 2}


def test_days_of_finding_end_a_window_before_those_of_checking(found):
    assert len(found.found_days) == 6 and len(found.checked_days) == 3
    gap = found.checked_days.min() - found.found_days.max()
    assert gap >= np.timedelta64(found.horizon, "D")


def test_a_window_that_reaches_into_the_days_of_checking_is_left_out(story):
    wider = warning.find(story[0], horizon=100)
    assert len(wider.found_days) == 5


def test_the_future_does_not_choose_rules(story, found):
    table = story[0].copy()
    late = table["day"].isin(found.checked_days)
    table.loc[late, "churned"] = np.random.default_rng(0).permutation(table.loc[late, "churned"])
    again = warning.find(table)
    assert again.rules == found.rules
    # with leaving shuffled among the customers of the later days, the rules do no better than the base rate there
    rows = warning.table(again).query("kind == 'any'").iloc[0]
    assert rows["lift_low"] < 1 < rows["lift_high"]


def test_the_table_by_hand(found):
    table = warning.table(found)
    assert table["kind"].tolist() == [*["rule"] * len(found.rules), "any", "baseline"]
    row, rule = table.iloc[0], found.rules[0]
    later = found.checked
    fires = rule.fires(later)
    left = later["churned"] == 1
    assert row["customers"] == later["customer_id"][fires].nunique()
    assert row["precision"] == pytest.approx(left[fires].mean())
    assert row["base"] == pytest.approx(left.mean())
    assert row["recall"] == pytest.approx(left[fires].sum() / left.sum())  # windows do not overlap here
    assert row["false_alarms"] == pytest.approx((~left[fires]).sum() / left[fires].sum())
    assert row["shrinkage"] == pytest.approx(row["precision"] - row["found"])
    assert row["shrinkage_low"] < row["shrinkage"] < row["shrinkage_high"]
    assert (table["low"] <= table["precision"])[:-1].all() and (table["precision"] <= table["high"])[
        :-1
    ].all()
    assert table.iloc[-1]["alarms"] == 0  # nobody is quiet in this story


def test_causes_are_found_and_noise_is_listed_at_the_nominal_rate():
    """Of 40 panels."""
    # each cause alone, and the other at its frequency of 5.6 %
    truth = {"salary_stopped": 0.0976, "complaint_open": 0.1164}
    both, noise, held = 0, 0, []
    for seed in range(100, 140):
        warnings = warning.find(stories.planted(seed)[0])
        both += names(warnings) >= set(stories.CAUSES)
        noise += bool(names(warnings) - set(stories.CAUSES))
        table = warning.table(warnings)
        for rule, row in zip(warnings.rules, table.itertuples(), strict=False):
            if len(rule.terms) == 1 and rule.terms[0][0] in truth:
                held.append(row.low <= truth[rule.terms[0][0]] <= row.high)
    assert both >= 38
    assert noise <= 0.05 * 40 + 3 * np.sqrt(40 * 0.05 * 0.95)
    assert np.mean(held) >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / len(held))


def test_a_rule_that_is_sure_but_weak_is_no_alarm():
    signals, _left = stories.planted(
        3, customers=20_000, causes={"digital_silence": 0.010, "complaint_open": 0.1}
    )
    warnings = warning.find(signals)
    assert names(warnings) == {"complaint_open"}
    weak = warnings.tried[[rule.terms[0][0] == "digital_silence" for rule in warnings.tried["rule"]]]
    assert (weak["p_adjusted"] < 0.05).any() and (weak["why"] == "weak").any()
    why = dict(zip(*alarms.considered(warnings)[["label", "why"]].T.to_numpy(), strict=True))
    assert why["No digital contact for 30 days or more, regular before"] == "may less than double the risk"


@pytest.mark.parametrize(("rules", "said"), [(1, "1 rule, found on "), (2, "2 rules, found on ")])
def test_the_summary_counts_the_rules(rules, said):
    row = {"precision": 0.06, "low": 0.04, "high": 0.08, "base": 0.01, "recall": 0.2, "found": 0.1}
    checked = pd.DataFrame([row | {"kind": kind} for kind in ["rule"] * rules + ["any"]])
    assert alarms.summary(checked, pd.DataFrame(columns=["kind", "median"])).startswith(said)


def test_without_a_cause_nothing_is_listed_and_the_words_say_so():
    signals, left = stories.planted(8, causes={})
    warnings = warning.find(signals)
    table, led = warning.table(warnings), alarms.leads(warnings, left, signals["day"].max().date())
    assert warnings.rules == () and table["kind"].tolist() == ["baseline"] and led.empty
    assert "No rule" in alarms.summary(table, led)
    assert [ok for _name, ok, _said in alarms.checks(table)] == [False]
    now = signals[signals["day"] == signals["day"].max()]
    assert alarms.today(warnings, now, table).empty
    assert len(alarms.considered(warnings)) == len(SIGNALS)


def test_lead_time_is_that_of_the_story(story, found):
    until = story[0]["day"].max() + pd.Timedelta(days=90)
    led = alarms.leads(found, story[1], until.date())
    # leavers leave 40 days after the day on which they decide, or a quarter or two later
    assert led["kind"].tolist() == [*["rule"] * len(found.rules), "any"]
    known = led.dropna(subset=["median"])
    assert len(known) and known["median"].isin([40.0, 130.0]).all()
    first = found.table[found.rules[0].fires(found.table)].groupby("customer_id")["day"].min()
    assert led.loc[0, "customers"] == (first >= found.checked_days[0]).sum()


def test_departures_after_the_day_are_not_known(story, found):
    until = story[0]["day"].max() + pd.Timedelta(days=90)
    later = pd.DataFrame(
        {"customer_id": story[0]["customer_id"].unique(), "left_on": until + pd.Timedelta(days=1)}
    )
    later = later[~later["customer_id"].isin(story[1]["customer_id"])]
    known = alarms.leads(found, story[1], until.date())
    pd.testing.assert_frame_equal(alarms.leads(found, pd.concat([story[1], later]), until.date()), known)


def test_who_is_alarmed_today(story, found):
    table = warning.table(found)
    now = story[0][story[0]["day"] == story[0]["day"].max()]
    listed = alarms.today(found, now, table)
    fires = warning.any_fires(found.rules, now)
    assert set(listed["customer_id"]) == set(now["customer_id"][fires])
    assert listed["low"].is_monotonic_decreasing
    both = now.set_index("customer_id").loc[listed.query("rules > 1")["customer_id"]]
    assert all((both[name] > 0).all() for name in stories.CAUSES)
    with pytest.raises(ValueError, match="one day"):
        alarms.today(found, story[0], table)


def test_every_signal_is_accounted_for(found):
    table = alarms.considered(found)
    assert len(table) == len(SIGNALS)
    why = dict(zip(table["label"], table["why"], strict=True))
    listed = [label for label, said in why.items() if said.startswith("in the list")]
    assert len(listed) == 2
    assert all("chance" in said or "too" in said for label, said in why.items() if label not in listed)


def test_sentences_carry_the_figures(story, found):
    table = warning.table(found)
    led = alarms.leads(found, story[1], story[0]["day"].max().date())
    for code in ("en", "zh"):
        language.use(code)
        try:
            said = alarms.summary(table, led)
        finally:
            language.use("en")
        whole = table.query("kind == 'any'").iloc[0]
        assert language.percent(whole["precision"]) in said and language.percent(whole["base"]) in said
    assert [name for name, ok, _said in alarms.checks(table) if ok] == ["warning_holds", "warning_shrinkage"]


def test_too_few_days_are_an_error(story):
    one = story[0][story[0]["day"] == story[0]["day"].min()]
    with pytest.raises(ValueError, match="1 days; expected at least two"):
        warning.find(one)
    with pytest.raises(ValueError, match="lacks churned"):
        warning.find(one.drop(columns="churned"))


def test_a_label_that_is_not_known_yet_is_an_error(story):
    table = story[0].assign(churned=story[0]["churned"].astype(float))
    table.loc[table["day"] == table["day"].max(), "churned"] = np.nan
    with pytest.raises(ValueError, match=r"blank in .* window of 90 days has not ended"):
        warning.find(table)
