"""Quotes: only of large themes, only in words that others use too, and never with what identifies."""

import pandas as pd
import pytest
from tests.topics.test_masking import COMMON, SECRETS

from analysis import language
from analysis.bank.source import open_bank
from analysis.topics.survey import quotes

GOOD = ["排队太久，窗口太少。", "窗口太少，排队太久！", "排队太久"]


def said(texts: list[str], theme: int = 0, customers: int | None = None) -> pd.DataFrame:
    people = [f"C{theme}-{k % (customers or len(texts))}" for k in range(len(texts))]
    return pd.DataFrame({"customer_id": people, "text": texts, "theme": theme, "label": f"T{theme}"})


CROWD = said(GOOD * 5)


def test_no_secret_of_any_kind_is_quoted():
    comments = pd.concat([CROWD, said([text for text, _secrets in SECRETS], theme=1)], ignore_index=True)
    shown, counts = quotes.quotes(comments, each=99)
    text = " ".join(shown["quote"])
    assert len(shown) and not [
        s for _text, secrets in SECRETS for s in secrets if s in text and s != "客户经理"
    ]
    assert counts["comments"].tolist() == [15, len(SECRETS)]


@pytest.mark.parametrize(
    "text",
    ["13800138000", "a@b", "12345", "高兴旺来过", "1 2 3", "王小明"],
    ids=["phone", "mail", "number", "known", "apart", "tagged"],
)
def test_the_second_look_finds_what_the_first_would_have_missed(text):
    assert quotes.identifies(text, {"高兴旺"}, COMMON)
    assert not quotes.identifies("排队2小时，受不了", {"高兴旺"}, COMMON)


def test_what_nobody_else_says_is_not_quoted():
    comments = pd.concat([CROWD, said(["排队太久，腿上打着石膏"], theme=0)], ignore_index=True)
    checked = quotes.quotable(comments)
    assert checked["state"].iloc[-1] == "unusual" and set(checked["state"][:-1]) == {"quotable"}
    # a name in small letters that no pattern knows is such a word
    lower = pd.DataFrame(
        {
            "customer_id": [f"C{k}" for k in range(12)],
            "text": ["the teller was rude"] * 11 + ["teller xiaoming was rude"],
        }
    )
    assert quotes.quotable(lower)["state"].tolist() == ["quotable"] * 11 + ["unusual"]


def test_one_who_writes_often_is_one_customer():
    comments = said(GOOD * 5, customers=4)
    assert set(quotes.quotable(comments)["state"]) == {"unusual"}
    shown, counts = quotes.quotes(pd.concat([CROWD.head(10), comments.assign(theme=1)]))
    assert shown.empty and counts["customers"].tolist() == [10, 4]


def test_themes_of_eleven_customers_are_quoted_and_of_ten_not():
    eleven, ten = said(GOOD * 4, customers=11), said(GOOD * 4, theme=1, customers=10)
    shown, counts = quotes.quotes(pd.concat([eleven, ten], ignore_index=True))
    assert shown["theme"].unique().tolist() == [0] and counts["shown"].tolist()[1] == 0


def test_quotes_of_a_theme_are_of_different_people_and_words():
    more = pd.concat(
        [CROWD, said(["柜员态度很差"] * 6, customers=6).assign(customer_id=[f"E{k}" for k in range(6)])]
    )
    shown, _counts = quotes.quotes(more.reset_index(drop=True), each=3)
    assert shown["quote"].tolist() == [GOOD[0], "柜员态度很差"]


def test_too_much_masked_and_too_long_is_not_quoted():
    masked = said(["排队太久，1000元，2000元，2024年1月3日"] * 12)
    long = said(["排队太久，" * 40] * 12)
    assert set(quotes.quotable(masked)["state"]) == {"masks"}
    assert set(quotes.quotable(long)["state"]) == {"long"}
    once = said(["排队太久，扣了20元"] * 12)
    shown, counts = quotes.quotes(once)
    assert shown["quote"].tolist() == ["排队太久，扣了[amount]"] and shown["masked"].tolist() == ["amount"]
    assert counts["with_masks"].tolist() == [12]
    assert "In 12 a name, number, amount, day or place was masked" in quotes.sentence(counts)


def test_blank_and_no_comments():
    assert quotes.quotable(said([None, "", "！！"]))["state"].tolist() == ["unusual"] * 3
    shown, counts = quotes.quotes(CROWD.head(0))
    assert shown.empty and quotes.sentence(counts) == "There is no comment to quote."
    with pytest.raises(ValueError, match="lacks customer_id"):
        quotes.quotable(CROWD.drop(columns="customer_id"))


def test_names_and_branches_of_the_bank(demo_folder):
    view = open_bank(str(demo_folder)).view()
    people = pd.read_parquet(demo_folder / "customers.parquet")
    asked = pd.read_parquet(demo_folder / "survey_invitations.parquet")["customer_id"]
    own = people.loc[people["customer_id"].isin(asked), "name"].dropna()
    assert quotes.names(view) == {name.strip() for name in own if len(name.strip()) > 1}
    assert len(quotes.places(view)) == len(pd.read_parquet(demo_folder / "branches.parquet"))
    named = said([f"{name}排队太久" for name in own.head(12)])
    for code in ("zh", "en"):
        language.use(code)
        masked = quotes.quotable(named, quotes.names(view))["masked"]
        assert not [name for name in own.head(12) if masked.str.contains(name, regex=False).any()]
