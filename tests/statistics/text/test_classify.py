"""Labels: learnt in time, beside baselines, with a rule for what a person reads; bad lists get clear messages."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import f1_score
from tests.statistics.text import written

from analysis.statistics.text import certainty, classify
from analysis.statistics.text.agreement import Confusion
from analysis.statistics.text.classifiers import Logistic, Settings
from analysis.statistics.text.features import Vocabulary
from analysis.statistics.text.labelled import labelled


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    return written.feedback(500, seed=2)


@pytest.fixture(scope="module")
def found(table):
    return classify(table["text"], table["label"], table["day"], table["language"], seed=1)


def test_planted_labels_are_told_and_baselines_beaten(found):
    assert found.measures.loc["ours", "macro_f1"] > 0.97
    assert found.measures.loc["majority", "macro_f1"] < 0.3
    assert found.gains.loc["majority", "low"] > 0
    assert found.used == "model"
    assert found.kept["kept"] and found.kept["to_person"] < 0.2


def test_only_the_later_texts_are_tested(table, found):
    assert len(found.outcome) == 150
    assert found.outcome["position"].min() == 350
    assert (found.outcome["given"].to_numpy() == table["label"].to_numpy()[found.outcome["position"]]).all()


def test_later_texts_do_not_change_what_was_learnt(table, found):
    """Labels of the later texts are shuffled: what is told of them stays, only the score falls."""
    shuffled = table["label"].copy()
    shuffled[350:] = np.random.default_rng(0).permutation(shuffled[350:])
    again = classify(table["text"], shuffled, table["day"], table["language"], seed=1)
    assert (again.outcome["told"] == found.outcome["told"]).all()
    pd.testing.assert_series_equal(again.outcome["probability"], found.outcome["probability"])
    assert again.chosen.settings == found.chosen.settings
    assert again.used == "nothing"


def test_the_order_of_the_list_does_not_matter_if_times_are_given(table, found):
    order = np.random.default_rng(0).permutation(len(table))
    mixed = table.iloc[order]
    again = classify(mixed["text"], mixed["label"], mixed["day"], mixed["language"], seed=1)
    assert again.measures.loc["ours", "macro_f1"] == pytest.approx(found.measures.loc["ours", "macro_f1"])


def test_further_texts_are_labelled_and_what_is_new_goes_to_a_person(found):
    told = found.predict(
        [
            "年费太高，说好免费的。",
            "the app crashes after the update",
            "停车场保安殴打邻居",
            "",
            None,
        ]
    )
    assert told["label"].tolist()[:2] == ["fees", "app"]
    assert told["alone"].tolist()[:3] == [True, True, False]
    assert told["label"].isna().tolist() == [False, False, False, True, True]


def test_noise_is_not_labelled(table):
    labels = np.random.default_rng(3).permutation(table["label"])
    found = classify(table["text"], labels)
    assert found.used == "nothing"
    assert found.predict(["手续费"])["label"].isna().all()
    assert found.measures.loc["ours", "kappa_low"] <= 0


def test_rare_and_new_labels_are_told(table):
    labels = table["label"].copy()
    labels[[3, 40, 77]] = "cheques"
    labels[460:] = "branch"
    found = classify(table["text"], labels, table["day"])
    assert found.rare == {"cheques": 3}
    assert found.new == {"branch": 40}
    assert not found.by_class.loc["branch", "known"]
    assert found.by_class.loc["branch", "f1"] == 0


def test_a_label_is_learnt_only_once_it_is_known(table):
    """Labels that come out 100 days late are not there for the last 100 earlier texts."""
    rows = labelled(table["text"], table["label"], table["day"], known=table["day"] + 100)
    assert len(rows.before(350)) == 251
    late = classify(table["text"], table["label"], table["day"], known=table["day"] + 100)
    assert late.by_class["learnt_on"].sum() == 251


def test_given_keywords_are_the_baseline(table):
    words = {
        "fees": ["fee", "手续费", "年费"],
        "loan": ["loan", "mortgage", "贷款", "房贷"],
        "app": ["app", "登录", "闪退"],
    }
    found = classify(table["text"], table["label"], keywords=words)
    assert found.measures.loc["keywords", "accuracy"] > 0.7


def test_missing_texts_and_labels_are_left_out_and_counted(table):
    texts = [None, np.nan, "", "XXXX", "有文字没有标签", *table["text"]]
    labels = ["fees", "fees", "fees", "fees", None, *table["label"]]
    assert classify(texts, labels).left_out == {"empty": 4, "unlabelled": 1}


def test_bad_lists_get_clear_messages(table):
    texts, labels = table["text"].tolist(), table["label"].tolist()
    with pytest.raises(ValueError, match="labels has 499 entries for 500 texts"):
        classify(texts, labels[:-1])
    with pytest.raises(ValueError, match="all 500 texts have the label 'x'"):
        classify(texts, ["x"] * 500)
    with pytest.raises(ValueError, match="10 of 10 texts have words and a label; expected at least 60"):
        classify(texts[:10], labels[:10])
    with pytest.raises(ValueError, match="are of one moment"):
        classify(texts, labels, [1] * 500)
    with pytest.raises(ValueError, match="time is missing for 1 of 500 texts"):
        classify(texts, labels, [None, *range(499)])
    with pytest.raises(ValueError, match="labels have at least 5 earlier texts; expected two or more"):
        classify(texts, [f"label {k}" for k in range(500)])
    with pytest.raises(TypeError, match="single text"):
        classify("text", labels)


def test_measures_equal_scikit_learn():
    rng = np.random.default_rng(0)
    given, told = rng.choice(list("abcd"), 200), rng.choice(list("abce"), 200)
    found = Confusion(given, told)
    assert found.measures()["macro_f1"] == pytest.approx(
        f1_score(given, told, average="macro", zero_division=0)
    )
    weight = rng.integers(0, 3, 200).astype(float)
    repeated = np.repeat(np.arange(200), weight.astype(int))
    assert found.measures(weight) == pytest.approx(Confusion(given[repeated], told[repeated]).measures())


def test_lift_decides_for_rare_labels_without_touching_probabilities():
    table = written.feedback(300, seed=4, shares=(0.85, 0.1, 0.05))
    counts = Vocabulary(table["text"]).counts(table["text"])
    labels = table["label"].to_numpy(dtype=object)
    plain, lifted = (Logistic(counts, labels, Settings(0.3, lift)) for lift in (0.0, 1.0))
    scores = plain.log_odds(counts)
    assert np.allclose(scores, lifted.log_odds(counts))
    rare = [(model.told(scores)["label"] != "fees").sum() for model in (plain, lifted)]
    assert rare[1] > rare[0]


def test_the_rule_keeps_its_promise_on_calibrated_probabilities():
    """Accuracy wanted 0.9: of 200 draws at most about a tenth fall short where the threshold was chosen."""
    rng = np.random.default_rng(0)
    short, coverage = 0, []
    for _draw in range(200):
        p = rng.uniform(0.4, 1, 400)
        rule = certainty.rule(rng.random(400) < p, p, np.zeros(400), 0.9)
        # A label alone is right with the mean of the probabilities from the threshold up.
        short += (rule.threshold + 1) / 2 < 0.9
        coverage.append(rule.share_alone)
    assert short / 200 < 0.25
    assert np.mean(coverage) > 0.2


def test_no_threshold_sends_everything_to_a_person():
    rule = certainty.rule(np.zeros(100, bool), np.linspace(0.5, 0.9, 100), np.zeros(100))
    assert not rule.alone(np.ones(3), np.zeros(3)).any()
    kept = rule.kept(np.ones(3, bool), np.zeros(3, bool))
    assert kept["to_person"] == 1 and np.isnan(kept["accuracy"]) and not kept["kept"]
