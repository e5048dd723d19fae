"""What slow answers do is found where it is planted, and not made up where a late answer only means that somebody stayed."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from analysis import language
from analysis.bank.demo import write
from analysis.bank.demo.parameters import LEAVING
from analysis.bank.source import open_bank
from analysis.topics.complaints import effect, effect_findings, effect_tables, satisfaction
from analysis.topics.complaints.cases import cases as cases_of
from analysis.topics.survey import answers

LAST = date(2024, 12, 31)


def log(seed: int, n: int = 4_000, effect_of_delay: float = 0.0, closes_on_leaving: bool = False):
    """Cases and customers: exponential times to leave and to answer; a case may be closed when its customer leaves."""
    rng = np.random.default_rng(seed)
    received = pd.Timestamp("2022-01-01") + pd.to_timedelta(rng.integers(0, 700, n), unit="D")
    took = np.ceil(rng.exponential(8, n)).astype(int)
    hazard = 1 / 150
    leaves = rng.exponential(1 / hazard, n)
    late = took > effect.WEEK
    slower = leaves[late] > effect.WEEK
    faster = effect.WEEK + rng.exponential(1 / (hazard * np.exp(effect_of_delay)), late.sum())
    leaves[late] = np.where(slower, faster, leaves[late])
    leaves = np.floor(leaves).astype(int) + 1
    if closes_on_leaving:
        took = np.minimum(took, leaves)
    ids = [f"C{k:05d}" for k in range(n)]
    table = pd.DataFrame(
        {
            "feedback_id": [f"F{k:05d}" for k in range(n)], "customer_id": ids, "kind": "complaint",
            "received_at": received, "resolved_at": received + pd.to_timedelta(took, unit="D"),
            "age": rng.normal(45, 10, n), "tenure_days": rng.integers(30, 3_000, n).astype(float),
            "assets": rng.lognormal(8, 1, n), "is_complex": pd.array(rng.random(n) < 0.2, dtype="boolean"),
            "issue": rng.choice(["fees", "app"], n), "channel": "phone", "branch_id": rng.choice(["B01", "B02"], n),
            "outcome": rng.choice(["rejected", "upheld"], n), "compensation": np.nan,
        }
    )  # fmt: skip
    left = received + pd.to_timedelta(leaves, unit="D")
    people = pd.DataFrame({"customer_id": ids, "joined_on": pd.Timestamp("2020-01-01"), "left_on": left})
    return table, people


def difference(rows) -> pd.Series:
    return effect.leaving(rows, "speed", "fast").contrasts.iloc[0]


def test_who_leaves_early_cannot_be_answered_late():
    """Nothing is planted; counting from the receipt makes fast answers drive customers out, the landmark does not."""
    cases, people = log(1, closes_on_leaving=True)
    wrong = difference(effect.naive(cases, people, effect.WEEK, 90))
    assert wrong["naive_high"] < 0
    right = difference(effect.landmarks(cases, people, LAST, effect.WEEK, 90))
    assert right["low"] < 0 < right["high"]


def test_a_planted_effect_is_covered():
    cases, people = log(2, effect_of_delay=0.7)
    row = difference(effect.landmarks(cases, people, LAST, effect.WEEK, 90))
    planted = np.exp(-90 / 150) - np.exp(-90 / 150 * np.exp(0.7))
    assert row["low"] < planted < row["high"]
    assert row["low"] > 0


def test_landmarks_know_nothing_later():
    """A case resolved after the landmark is slow, whatever came of it; who left before it is not there."""
    cases, people = log(3, 300)
    rows = effect.landmarks(cases, people, LAST, 10, 60)
    assert ((rows["landmark"] - rows["received_at"]).dt.days == 10).all()
    assert (rows["left_on"] > rows["landmark"]).all()
    assert ((rows["resolved_at"] <= rows["landmark"]) == (rows["speed"] == "fast")).all()
    assert (rows["landmark"] + pd.Timedelta(days=60) <= pd.Timestamp(LAST)).all()
    early = effect.landmarks(cases, people, date(2023, 1, 1), 10, 60)
    later = rows.set_index("feedback_id").loc[early["feedback_id"]]
    assert early["left"].tolist() == later["left"].tolist()
    due = cases.assign(due_on=cases["received_at"] + pd.Timedelta(days=10))
    pd.testing.assert_frame_equal(effect.landmarks(due, people, LAST, "due_on", 60)[rows.columns], rows)


def test_anonymous_complaints_are_left_out():
    cases, people = log(4, 200)
    cases.loc[:49, "customer_id"] = None
    assert len(effect.naive(cases, people)) == 150


def test_months_of_a_story():
    """Open from 20 January to 10 March: exposed from February to May, two months after the last month in which it was."""
    cases, people = log(5, 1)
    cases = cases.assign(received_at=pd.Timestamp("2023-01-12"), resolved_at=pd.Timestamp("2023-03-10"))
    people = people.assign(left_on=pd.Timestamp("2023-07-05"))
    rows = effect._of_customers(cases, people)
    panel = effect._months(rows, LAST)
    panel["exposed"] = effect._exposed(panel, rows)
    months = (panel["month"] % 12 + 1).tolist()
    assert months == [2, 3, 4, 5, 6, 7]
    assert panel["exposed"].tolist() == [True, True, True, True, False, False]
    assert panel["left"].tolist() == [0, 0, 0, 0, 0, 1]


@pytest.fixture(scope="module")
def bank(tmp_path_factory):
    """A simulated bank large enough for complaints to be followed by departures."""
    folder = tmp_path_factory.mktemp("effects") / "bank"
    write(folder, folder.with_name("truth"), customers=8_000, seed=7, months=30)
    return open_bank(str(folder))


@pytest.fixture(scope="module")
def found(bank):
    view = bank.view()
    said = satisfaction.answered(answers.invited(view), answers.scores(view), answers.items(view))
    return effect_tables.effects(cases_of(view), effect.complainers(view), view.as_of, said)


def test_the_planted_effect_of_an_open_complaint(found):
    """`benchmarks/complaints_effects.py` holds it over seeds."""
    row = found.monthly.ratios.set_index("model").loc["adjusted"]
    assert row["low"] < np.exp(LEAVING["complaint_unresolved"]) < row["high"]
    assert row["low"] > 2
    week = found.week.contrasts.iloc[0]
    assert week["low"] > 0


def test_outcome_and_compensation_have_no_effect_planted(found):
    rows = pd.concat([found.outcome.contrasts, found.compensated.contrasts])
    assert ((rows["low"] < 0) & (rows["high"] > 0)).sum() >= 2


def test_a_complaint_lowers_satisfaction_by_what_is_planted(found):
    """-0.8 standard deviations of the construct are -10.75 points, among customers who think alike of the bank."""
    planted = -100 * 0.8 * 1.6 * 0.84 / 10
    given = found.complained.given_image.contrasts.iloc[0]
    assert given["low"] < planted < given["high"]
    assert found.complained.total.contrasts.loc[0, "high"] < -5


def test_tables_sentences_and_checks_in_both_languages(found):
    table = effect_tables.speed_table(found)
    assert table["way"].tolist() == ["naive", "week plain", "week", "legal plain", "legal"]
    assert table["e_value"].notna().tolist() == [False, False, True, False, True]
    assert table["e_value_interval"].dropna().ge(1).all()
    assert effect_tables.outcome_table(found)["share"].between(0, 0.3).all()
    assert effect_tables.survey_table(found)["way"].tolist() == ["total", "given image", "control", "speed"]
    for code in ("en", "zh"):
        language.use(code)
        for sentence in (
            effect_findings.sentence,
            effect_findings.speed_sentence,
            effect_findings.survey_sentence,
        ):
            assert "{" not in sentence(found) and "nan" not in sentence(found)
    language.use("en")
    assert "times as often in the next two months" in effect_findings.sentence(found)
    checks = effect_findings.health(found)
    assert len({check for check, *_rest in checks}) == len(checks) >= 8
    assert [one["name"] for one in effect_findings.figures(found)] == [
        "leaving_after_slow_answers",
        "satisfaction_after_complaint",
    ]


def test_without_departures_or_survey_it_says_so():
    cases, people = log(6, 60)
    people = people.assign(left_on=pd.NaT)
    found = effect_tables.effects(cases, people, LAST)
    assert (
        effect_findings.sentence(found)
        == "Too few customers left after complaints to tell what slow answers do."
    )
    # Nobody left: a difference of 0 with an interval of 0 is not told.
    assert effect_tables.speed_table(found)["difference"].isna().all()
    assert "What slow answers are followed by is not known" in effect_findings.speed_sentence(found)
    assert effect_findings.survey_sentence(found) == ""
    assert effect_findings.figures(found) == []
    assert not dict((check, ok) for check, ok, _m in effect_findings.health(found))["slow_answers data"]
    nothing = effect_tables.effects(cases.iloc[:0], people.iloc[:0], LAST)
    assert "What slow answers are followed by is not known" in effect_findings.speed_sentence(nothing)
    assert effect_tables.speed_table(nothing).empty and effect_tables.outcome_table(nothing).empty
