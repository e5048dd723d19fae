"""Customers write in two languages, and not the same thing all the time."""

import numpy as np
import pytest

from analysis.bank.demo.complaints import THEMES
from analysis.bank.demo.parameters import COMMENT_THEMES
from analysis.bank.demo.wording import DRAWS, LANGUAGES, speak, texts


def test_texts_are_mostly_chinese_and_varied(bank):
    feedback = bank("feedback")
    assert 0.7 < (feedback.language == "zh").mean() < 0.9
    complaints = feedback.query("kind == 'complaint'")
    assert complaints.text.nunique() > 0.9 * len(complaints)
    chinese = feedback.text.str.contains("[一-鿿]")
    assert chinese.eq(feedback.language == "zh").mean() > 0.99
    assert not feedback.text.str.contains(r"[{}]").any()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("draw", [0.0, 0.5, 0.999999])
def test_every_theme_and_tone_can_be_put_into_words(language, draw):
    draws = np.full(DRAWS, draw)
    for theme in THEMES:
        assert speak(draws, language, "complaint", theme, anger=1.0)
    for kind in ("suggestion", "praise", "enquiry"):
        assert speak(draws, language, kind)
    for tone, themes in COMMENT_THEMES.items():
        for theme in themes:
            assert speak(draws, language, "comment", theme, tone=tone)


def test_rude_endings_follow_anger():
    rude = texts("words")["en"]["rude"]
    draws = np.random.default_rng(1).random((200, DRAWS))
    angry = [speak(d, "en", "complaint", "fees", anger=1.0) for d in draws]
    calm = [speak(d, "en", "complaint", "fees", anger=0.0) for d in draws]
    assert all(text.endswith(tuple(rude)) for text in angry)
    assert not any(text.endswith(tuple(rude)) for text in calm)


def test_both_languages_speak_of_the_same_themes_in_every_tone():
    for language in LANGUAGES:
        comments = texts("words")[language]["comment"]
        assert {tone: set(themes) for tone, themes in comments.items()} == {
            tone: set(shares) for tone, shares in COMMENT_THEMES.items()
        }
    assert all(abs(sum(shares.values()) - 1) < 1e-12 for shares in COMMENT_THEMES.values())
