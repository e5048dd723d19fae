"""Berka knows neither departures nor contacts nor consent: everything runs, and says so."""

from datetime import timedelta

import pandas as pd
import pytest

from analysis.bank.features import features
from analysis.bank.public.berka import import_berka
from analysis.bank.source import View, open_bank
from analysis.topics.churn import alarms, returns, warning, winback
from analysis.topics.churn.signals import signals


@pytest.fixture(scope="module")
def view(public_data, tmp_path_factory) -> View:
    folder = tmp_path_factory.mktemp("berka")
    import_berka(public_data / "berka", folder)
    return open_bank(str(folder)).view()


def test_without_departures_no_rule_is_found(view):
    days = [view.as_of - timedelta(days=90 * k) for k in (4, 3, 2, 1)]
    panel = pd.concat([features(view.at(day)).to_pandas().assign(day=day) for day in days])
    found = warning.find(signals(view, panel.assign(churned=0)))
    table = warning.table(found)
    nobody = pd.DataFrame({"customer_id": [], "left_on": []})
    assert found.rules == () and (found.tried["why"] == "few").all()
    assert alarms.leads(found, nobody, view.as_of).empty
    assert alarms.summary(table, alarms.leads(found, nobody, view.as_of)).startswith("No rule")
    why = alarms.considered(found).set_index("label")["why"]
    assert why["Complaint unresolved for 7 days or more"] == "fires too rarely to tell"


def test_nobody_left_and_nobody_may_be_asked(view):
    table = winback.toned(winback.gone(view).to_pandas())
    assert table.empty and winback.by_tone(table).empty and winback.ranked(table).empty
    back = returns.returns(view)
    assert back["customers"].item() == 0
    assert winback.summary(table, back, view.currency, view.as_of) == "Nobody left in the period."
    now = features(view).to_pandas()
    quiet = winback.toned(winback.silent(view, now, signals(view, now.assign(day=view.as_of))))
    assert len(quiet) and set(quiet["tone"]) == {"no_consent"}
