"""Triage: planted labels are told, in both languages; what cannot be learnt is said; nothing later is known earlier."""

import numpy as np
import pandas as pd
import pytest
from tests.topics.complaints import told

from analysis.topics.complaints import severity, triage, triage_findings


@pytest.fixture(scope="module")
def frames():
    return told.feedback()


@pytest.fixture(scope="module")
def found(frames):
    return triage.triage(*frames, told.DAY, seed=1)


def test_what_is_planted_is_told_and_keywords_are_beaten(found):
    table = triage.summary(found).set_index("target")
    assert list(table.index) == ["family", "issue", "severity"]
    assert (table["macro_f1"] > 0.95).all()
    assert (table["used"] == "model").all()
    assert (table["accuracy"] > 0.95).all()
    assert (table["customers"] <= table["tested"]).all()


def test_both_languages_are_reported(found):
    table = triage.by_language(found)
    assert set(table["language"]) == {"zh", "en"}
    assert (table["macro_f1"] > 0.9).all()
    assert table["label"].is_unique


def test_a_family_that_is_blank_is_a_label_of_its_own(found):
    assert set(found.rows["family"]) == {"deposit", "loan", "none"}
    assert triage.by_label(found, "family")["label"].tolist()[0] in {"deposits", "none"}


def test_the_severity_is_learnt_only_where_it_is_settled(found, frames):
    cases, _texts = frames
    settled = found.rows.dropna(subset="severity")
    assert settled["received_at"].max() < pd.Timestamp(told.DAY) - pd.Timedelta(days=59)
    tested = found.tested("severity")
    first = tested["time"].min()
    learnt = settled[(settled["received_at"] < first) & (settled["known_at"] <= first)]
    assert found.learnt["severity"].by_class["learnt_on"].sum() == len(learnt)
    assert len(cases) > len(settled)


def test_what_becomes_of_cases_that_are_not_settled_changes_nothing(found, frames):
    """Only texts are features, and a grade that could still change is neither learnt nor tested on."""
    cases, texts = frames
    late = cases["received_at"] > pd.Timestamp(told.DAY) - pd.Timedelta(days=59)
    changed = cases.assign(
        is_complex=cases["is_complex"] | late,
        outcome=cases["outcome"].mask(late, "upheld"),
        compensation=late * 500.0,
    )
    again = triage.triage(changed, texts, told.DAY, seed=1)
    for target in ("family", "issue", "severity"):
        pd.testing.assert_frame_equal(found.learnt[target].outcome, again.learnt[target].outcome)


def test_open_cases_get_a_suggestion_or_a_person(found, frames):
    cases, _texts = frames
    table = triage.open_cases(found, cases)
    assert set(table["feedback_id"]) == set(cases.loc[cases["resolved_at"].isna(), "feedback_id"])
    right = table.merge(cases[["feedback_id", "issue"]], on="feedback_id")
    assert (right["issue_x"] == right["issue_y"]).all()
    assert table["person"].dtype == bool


def test_a_warning_always_brings_a_person(found, frames):
    cases, _texts = frames
    rows = found.rows.copy()
    rows["text"] = "手续费扣了12元没有通知。再不解决我就销户，我要向监管部门投诉！"
    warned = triage.open_cases(triage.Triage(rows, found.learnt, {}, found.warned), cases)
    assert warned[["leaving", "authority", "person"]].all(axis=None)


def test_repeated_texts_are_seen(found):
    tested = found.tested("issue")
    assert tested["repeated"].mean() > 0.9
    assert "repeat earlier ones word for word" in triage_findings.repeated(found)


def test_sentences_say_what_the_table_says(found):
    row = triage.summary(found).set_index("target").loc["issue"]
    assert f"macro-F1 {row['macro_f1']:.2f}" in triage_findings.message(found)
    assert "TF-IDF with logistic regression" in triage_findings.beside_plain(found)
    names = {figure["name"] for figure in triage_findings.figures(found)}
    assert {"triage_issue_macro_f1", "triage_severity_to_person"} <= names


def test_checks_hold_on_what_can_be_told(found):
    checks = {name: ok for name, ok, _message in triage_findings.checks(found)}
    assert checks["triage_issue_better_than_keywords"] and checks["triage_issue_accuracy_kept"]
    assert checks["triage_issue_labels_known"] and checks["triage_languages_stable"]


def test_checks_fire_on_what_cannot_be_told(frames):
    """Issues drawn by chance, a severity that is all alike, a language that comes later."""
    cases, texts = frames
    rng = np.random.default_rng(0)
    drawn = cases.assign(issue=rng.permutation(cases["issue"]), family=None, is_complex=False)
    english = texts["text"].where(
        texts.index < 350, "the fee was charged and nobody told me why " + texts["feedback_id"]
    )
    found = triage.triage(drawn, texts.assign(text=english, language=None), told.DAY)
    checks = {name: (ok, said) for name, ok, said in triage_findings.checks(found)}
    assert not checks["triage_issue_better_than_keywords"][0]
    assert found.learnt["issue"].used == "nothing"
    assert "no label is suggested" in checks["triage_issue_better_than_keywords"][1]
    assert "expected at least 60" in checks["triage_family_learnt"][1]
    assert "all" in found.why_not["severity"] and "ordinary" in found.why_not["severity"]
    assert not checks["triage_languages_stable"][0]
    assert "the words do not tell it" in triage_findings.message(found)


def test_too_few_texts_are_said_and_none_is_an_error(frames):
    cases, texts = frames
    few = triage.triage(cases[:20], texts[:20], told.DAY)
    assert not few.learnt and set(few.why_not) == {"family", "issue", "severity"}
    assert triage.summary(few).empty and triage.by_language(few).empty
    assert triage_findings.message(few) == "The words of the feedback could not be learnt from."
    assert triage_findings.repeated(few) == "" and triage_findings.figures(few) == []
    assert not triage.open_cases(few, cases[:20])["person"].eq(False).any()
    with pytest.raises(ValueError, match=r"triage needs feedback\.text"):
        triage.triage(cases, texts[:0], told.DAY)


def test_the_grade_follows_the_records():
    moments = pd.to_datetime(["2024-01-01"] * 6 + ["2024-12-20"])
    cases = pd.DataFrame({
        "feedback_id": list("abcdefg"), "customer_id": list("abcdefg"), "received_at": moments,
        "kind": ["complaint"] * 5 + ["praise", "complaint"],
        "resolved_at": pd.to_datetime(["2024-01-05", "2024-01-20", "2024-02-20", None, "2024-01-05", None, None]),
        "is_complex": pd.array([False, False, True, False, False, None, True], dtype="boolean"),
        "extension_approved": pd.array([False, False, True, False, None, None, False], dtype="boolean"),
        "outcome": ["rejected", "upheld", "upheld", None, "partly_upheld", None, None],
        "compensation": [50.0, np.nan, np.nan, np.nan, 50.0, np.nan, np.nan],
    })  # fmt: skip
    grades = severity.graded(cases, told.DAY).set_index("feedback_id")
    assert grades["grade"].tolist()[:5] == ["ordinary", "grave", "grave", "grave", "grave"]
    assert grades["grade"].isna().tolist() == [False] * 5 + [True]
    assert grades["overrun"].tolist()[:5] == [False, True, False, True, False]
    assert grades.loc["e", "compensated"] and not grades.loc["a", "compensated"]
    assert "f" not in grades.index


@pytest.mark.parametrize(
    ("text", "leaving", "authority"),
    [
        ("再不解决我就销户！", True, False),
        ("我要向監管部門投訴", False, True),
        ("I will close my account and call my attorney", True, True),
        ("请问怎么办卡", False, False),
        ("The issue was sued over by nobody", False, False),
    ],
)
def test_warnings_in_words(text, leaving, authority):
    found = severity.signals(pd.DataFrame({"feedback_id": ["a"], "text": [text]})).iloc[0]
    assert (found["leaving"], found["authority"]) == (leaving, authority)


def test_shares_by_warning_add_up(found, frames):
    table = found.warned.set_index("signal")
    assert set(table.index) == {"leaving", "authority", "neither"}
    assert table.loc["neither", "complaints"] == len(found.rows.dropna(subset="severity"))
    assert table.loc["neither", "low"] < table.loc["neither", "grave"] < table.loc["neither", "high"]
    assert table.loc["leaving", "complaints"] == 0 and np.isnan(table.loc["leaving", "grave"])


def test_where_no_end_is_on_record_no_complaint_is_called_grave(frames):
    cases, texts = frames
    unknown = triage.triage(cases.assign(resolved_at=pd.NaT), texts, told.DAY, seed=1)
    assert unknown.rows["severity"].isna().all() and "severity" in unknown.why_not
