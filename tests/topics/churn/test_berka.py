"""Berka's bank: nobody is recorded to have left, so that silence counts, and it is found to be no churn."""

from datetime import timedelta

import pytest

from analysis.bank.public.berka import import_berka
from analysis.bank.source import View, open_bank
from analysis.topics.churn import hazard, retention
from analysis.topics.churn.cohorts import cohorts
from analysis.topics.churn.definitions import chosen, outcomes
from analysis.topics.churn.sensitivity import check, sensitivity
from analysis.topics.churn.stage_flow import later_churn, path


@pytest.fixture(scope="module")
def view(public_data, tmp_path_factory) -> View:
    folder = tmp_path_factory.mktemp("public") / "berka"
    import_berka(public_data / "berka", folder)
    return open_bank(str(folder)).view()


def test_silence_counts_and_all_of_the_silent_come_back(view):
    used = chosen(view)
    assert used.kind == "behavioural" and "0 of" in used.reason
    day = view.as_of - timedelta(days=used.window_days)
    labels = outcomes(view, [day], used).to_pandas()
    assert len(labels) > 1_000 and 0.01 < labels["churned"].mean() < 0.2
    found = sensitivity(view, used)
    row = found.silences.set_index("silent_days").loc[used.silent_days]
    assert row["churned"] == row["back"] == 40 and found.follow_days == 120
    assert not check(found, used)[1]


def test_stages_cohorts_and_drivers_are_those_of_behaviour(view):
    used, walked = chosen(view), path(view)
    assert walked["stage"].nunique() == 4
    assert later_churn(view, used, walked)["churned"].sum() > 50
    kept = cohorts(view, used)
    assert kept["cohort"].str.contains("Q").all() and kept["rate"].between(0.5, 1).all()
    assert hazard.hazards(hazard.periods(view, used)).events > 100


def test_nobody_leaves_on_record(view):
    spells = retention.spells(view)
    assert not spells["left"].any() and retention.curves(spells)["survival"].eq(1).all()
