"""What people write is read whatever it holds: redactions, amounts, dates, emoji, links, Traditional characters."""

import numpy as np
import pandas as pd
import pytest

from analysis.statistics.text import languages, repeats, tokens


def words(text: str) -> list[str]:
    return [tokens.readable(word) for word in tokens.words(tokens.masked(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("On XX/XX/2019 I paid {$1,230.00} to XXXX XXXX", ["on", "date", "i", "paid", "amount", "to", "hidden", "hidden"]),
        ("fee of RMB 36 or 20 yuan, 12/3/2019", ["fee", "of", "amount", "or", "amount", "date"]),
        ("2020/3/18 和 2019年3月5日 和 3月5号", ["date", "和", "date", "和", "date"]),
        ("see https://a.example/b?c=1 or a.b@c.example", ["see", "link", "or", "link"]),
        ("waited two hours, four or five times", ["waited", "quantity", "quantity"]),
        ("5000都转不了", ["number", "都", "转", "不了"]),
        ("等了两个多小时", ["等", "了", "quantity"]),
        ("千万别下载", ["千万别", "下载"]),
        ("很好👍🏻👍", ["很", "好", "👍", "👍"]),
        ("Ｆｅｅ！", ["fee"]),
        ("", []),
    ],
)  # fmt: skip
def test_words_and_masks(text, expected):
    assert words(text) == expected


def test_traditional_characters_are_read_as_simplified():
    assert tokens.plain("手機銀行登錄不上，手續費太貴") == "手机银行登录不上,手续费太贵"
    traditional, simplified = (tokens.lists()[name] for name in ("traditional", "simplified"))
    assert len(traditional) == len(simplified)
    # A character with two readings would depend on the order of the list.
    pairs = dict(zip(traditional, simplified, strict=True))
    assert all(pairs[a] == b for a, b in zip(traditional, simplified, strict=True))


def test_a_very_long_text_is_read_up_to_a_limit():
    assert len(tokens.plain("长" * 100_000)) == tokens.LONGEST


def test_missing_texts_are_empty_and_others_are_an_error():
    assert tokens.texts_of(["a", None, np.nan, pd.NA, pd.NaT]) == ["a", "", "", "", ""]
    with pytest.raises(TypeError, match=r"single text.*Put it into a list"):
        tokens.texts_of("one text")
    with pytest.raises(TypeError, match=r"1 of 2 texts are no text, such as 3"):
        tokens.texts_of(["a", 3])


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("手机银行APP打不开", "zh"),
        ("呵呵", "zh"),
        ("Too many fees", "en"),
        ("They took my money and I want it back", "en"),
        ("Die Bank hat mir schon wieder Gebühren berechnet und keiner antwortet", "other"),
        ("Les frais sont beaucoup trop chers", "other"),
        ("手数料が高すぎると思います", "other"),
        ("Комиссия слишком высокая", "other"),
        ("수수료가 너무 비싸요", "other"),
        ("XXXX XX", ""),
        ("👍👍 12345", ""),
        ("", ""),
    ],
)
def test_languages_by_script(text, language):
    assert languages.detect(text) == language


def test_a_given_language_is_believed_and_blanks_are_told():
    found = languages.languages(["手续费", "frais", "fee", "fee"], ["zh-CN", "fr", None, "EN_gb"])
    assert found.tolist() == ["zh", "other", "en", "en"]
    with pytest.raises(ValueError, match="language has 1 entries for 2 texts"):
        languages.languages(["a", "b"], ["en"])
    assert languages.not_read(np.array(["", "other", "other", "zh"])) == (
        "Texts not read: 1 without words, 2 in other languages.",
    )
    assert languages.not_read(found[[0, 2]]) == ()


def test_sentences_seen_before_whatever_their_numbers():
    earlier = ["I waited two hours. The fee was RMB 12.", "转账5万没有到账。请处理！"]
    later = ["I waited three hours. Something new.", "转账3万没有到账！", "", "全新的事情。"]
    assert repeats.seen_before(later, earlier).tolist()[:2] == [0.5, 1.0]
    assert np.isnan(repeats.seen_before(later, earlier)[2])
    assert repeats.seen_before(later, earlier)[3] == 0.0
