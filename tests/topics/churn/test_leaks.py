"""A planted leak of each kind is caught; a clean table raises no alarm."""

import numpy as np
import pandas as pd
import pytest
from tests.topics.churn import planted

from analysis.topics.churn import crossing, leaks
from analysis.topics.churn import evaluation as ev
from analysis.topics.churn import learners as lrn
from analysis.topics.churn.tables import examples


def alarmed(panel: planted.Planted, features: pd.DataFrame | None = None) -> pd.DataFrame:
    frame = panel.frame if features is None else features
    given = frame.drop(columns=["customer_id", "day", "churned"])
    table = examples(given, panel.frame["churned"], panel.frame["customer_id"], panel.frame["day"].to_numpy())
    evaluation = ev.compared(table, planted.slices(table.time), model=lrn.LOGISTIC)
    return leaks.alarms(evaluation, given, panel.frame["day"])


def fired(found: pd.DataFrame) -> set[tuple[str, str]]:
    bad = found[~found["ok"].fillna(True).astype(bool)]
    return set(zip(bad["check"], bad["feature"], strict=True))


@pytest.fixture(scope="module")
def panel():
    return planted.panel(customers=2_500, days=10, seed=7)


def test_a_clean_panel_raises_no_alarm(panel):
    found = alarmed(panel)
    assert fired(found) == set()
    assert set(found["check"]) == {"alone", "answer", "stamped", "shuffled", "earlier"}


def test_clean_panels_hardly_ever_raise_an_alarm():
    alarms = [fired(alarmed(planted.panel(customers=1_500, days=8, seed=seed))) for seed in range(20, 28)]
    assert sum(bool(found) for found in alarms) <= 1, alarms


def test_a_feature_that_alone_separates_too_well(panel):
    rng = np.random.default_rng(0)
    known = panel.frame["churned"] * 3 + rng.normal(size=len(panel.frame))
    assert ("alone", "knows") in fired(alarmed(panel, panel.frame.assign(knows=known)))


def test_an_outcome_visible_in_a_value(panel):
    rng = np.random.default_rng(0)
    lost = panel.frame["churned"] == 1
    state = np.where(lost & (rng.random(len(lost)) < 0.3), "closing", "open")
    assert ("answer", "state") in fired(alarmed(panel, panel.frame.assign(state=state)))


def test_a_value_that_only_those_have_who_stay(panel):
    rng = np.random.default_rng(0)
    stays = (panel.frame["churned"] == 0) & (rng.random(len(panel.frame)) < 0.6)
    assert ("answer", "renewed") in fired(alarmed(panel, panel.frame.assign(renewed=stays.astype(float))))


def test_a_date_after_the_day_of_its_row(panel):
    stamp = panel.frame["day"] + pd.to_timedelta(np.where(np.arange(len(panel.frame)) % 50, -5, 20), unit="D")
    found = alarmed(panel, panel.frame.assign(seen_on=stamp))
    assert ("stamped", "seen_on") in fired(found)
    assert "in " in found.loc[found["check"] == "stamped", "message"].iloc[0]


def test_a_feature_computed_from_the_window_knows_nothing_a_window_earlier():
    """Only the future-dated feature speaks: all else is noise, so that earlier scores must rank nobody."""
    panel = planted.panel(customers=4_000, days=10, seed=9)
    rng = np.random.default_rng(1)
    frame = panel.frame[["customer_id", "day", "churned", "noise_0", "noise_1"]]
    ahead = frame["churned"] * 1.5 + rng.normal(size=len(frame))
    assert ("earlier", "") in fired(alarmed(panel, frame.assign(ahead=ahead)))


def test_the_control_with_other_outcomes_finds_a_test_that_has_learnt_from_the_tested(panel, monkeypatch):
    """A planted fault of the procedure: every model is handed the tested rows to learn from."""
    table = panel.table()
    evaluation = ev.compared(table, planted.slices(table.time), model=lrn.BOOSTED)
    clean = crossing.crossed

    def cheating(name, known, fold, asked, settings, rule, seed):
        if len(asked) != evaluation.slices.test.sum():
            return clean(name, known, fold, asked, settings, rule, seed)
        return crossing.Crossed((lrn.learn(name, asked, lrn.Settings(31, 200), seed, rule),))

    monkeypatch.setattr(crossing, "crossed", cheating)
    assert ("shuffled", "") in fired(leaks.alarms(evaluation))


def test_customers_seen_once_cannot_be_held_against_earlier_scores():
    rng = np.random.default_rng(3)
    x = pd.DataFrame({"a": rng.normal(size=3_000), "b": rng.normal(size=3_000)})
    y = (rng.random(3_000) < 1 / (1 + np.exp(2 - x["a"]))).astype(int)
    table = examples(x, y, time=np.arange(3_000))
    found = leaks.alarms(ev.compared(table, ev.in_order(table)), x, np.arange(3_000)).set_index("check")["ok"]
    assert found[["earlier", "stamped"]].isna().all()
    assert found[["alone", "answer", "shuffled"]].all()
