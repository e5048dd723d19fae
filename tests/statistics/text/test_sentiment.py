"""Tone by the lexicon: negation, contrast, courtesy, irony, two languages; and learnt from scores."""

import numpy as np
import pandas as pd
import pytest
from tests.statistics.text import written

from analysis.bank.demo.wording import texts as demo_words
from analysis.statistics.classification import roc_auc
from analysis.statistics.text import learn_sentiment, sentiment, tone


def tones(*texts: str) -> list[str]:
    return sentiment(texts)["tone"].tolist()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("服务很好，非常满意", "positive"),
        ("不是很满意", "negative"),
        ("没有什么不满意的", "positive"),
        ("客户经理不耐烦", "negative"),
        ("APP難用，經常閃退", "negative"),
        ("👍👍", "positive"),
        ("I am very happy with the service", "positive"),
        ("I am not happy", "negative"),
        ("not bad at all", "positive"),
        ("There was no problem", "positive"),
        ("No problem was ever solved, terrible bank", "negative"),
    ],
)
def test_words_and_negation(text, expected):
    assert tones(text) == [expected]


@pytest.mark.parametrize(
    ("first_good", "last_good"),
    [
        ("服务态度很好，但是APP难用", "APP难用，但是服务态度很好"),
        ("The staff are good but the app is terrible", "The app is bad but the staff are excellent"),
    ],
)
def test_what_follows_but_counts_more(first_good, last_good):
    assert tones(first_good, last_good) == ["negative", "positive"]


@pytest.mark.parametrize(
    "text",
    ["请尽快处理，谢谢", "麻烦给个回复，谢谢！", "请问年费多少？谢谢", "Please call, thanks.", "How do I raise it? Thanks"],
)  # fmt: skip
def test_courtesy_is_no_praise(text):
    assert tones(text) == ["neutral"]


def test_praise_that_could_be_mockery_is_praise_where_nothing_failed():
    assert tones("Great job, very friendly staff", "太棒了，服务真好") == ["positive", "positive"]
    assert tones("Great job, the app crashes again", "太棒了，转账三天没到账") == ["negative", "negative"]


@pytest.mark.parametrize(
    "text", ["呵呵。", "服务真好，呵呵", "谢谢你们让我等了三个小时", "Great job, you lost my money"]
)
def test_irony_is_blame(text):
    assert tones(text) == ["negative"]


@pytest.mark.parametrize(
    "text",
    [
        "网点离我家差不多三公里",
        "银行卡是上周领的",
        "你好，出差要带卡吗",
        "Good morning, I have a question about my credit score",
    ],
)
def test_words_within_words_carry_no_tone(text):
    assert sentiment([text])["score"].item() == 0.0


def test_intensifiers_strengthen_and_diminishers_weaken():
    weak, plain, strong = sentiment(["有点慢", "办理慢", "非常慢"])["score"]
    assert strong < plain < weak < 0


def test_what_cannot_be_read_is_missing_and_scores_stay_within_bounds():
    found = sentiment([None, "", "XXXX", "Комиссия слишком высокая", "垃圾" * 5_000, "excellent " * 5_000])
    assert found["score"].isna().tolist() == [True, True, True, True, False, False]
    assert found["tone"].isna().sum() == 4
    assert found["language"].tolist() == ["", "", "", "other", "zh", "en"]
    assert -1 < found["score"].iloc[4] < -0.9 and 0.9 < found["score"].iloc[5] < 1


def test_no_phrase_has_two_weights():
    for language in ("zh", "en"):
        source = tone.yaml.safe_load(
            (tone.files("analysis.statistics.text") / "tone.yaml").read_text("utf-8")
        )
        phrases = [
            p for key, text in source[language].items() if isinstance(key, int) for p in tone._phrases(text)
        ]
        assert pd.Series(phrases)[pd.Series(phrases).duplicated()].tolist() == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_praise_stands_above_complaints_of_the_simulated_bank(language):
    words = demo_words("words")[language]
    praise = words["praise"]
    complaints = [text for matters in words["complaint"].values() for text in matters]
    score = sentiment([*praise, *complaints], language)["score"]
    truth = np.r_[np.ones(len(praise)), np.zeros(len(complaints))]
    assert roc_auc(truth, score) > {"zh": 0.95, "en": 0.75}[language]


def test_a_tone_that_only_scores_know_is_learnt_and_beats_the_lexicon():
    table = written.feedback(400, seed=5)
    content = table["label"] == "loan"  # nothing that a lexicon could know
    found = learn_sentiment(table["text"], content, table["day"], table["language"])
    assert found.tested == 120
    assert found.measures.loc["learnt", "value"] > 0.95
    assert found.measures.loc["difference", "low"] > 0
    score = found.score(["贷款申请", "闪退", ""])
    assert score[0] > score[1] and np.isnan(score[2])
    with pytest.raises(ValueError, match="all alike in content"):
        learn_sentiment(table["text"], table["day"] < 200, table["day"])
