"""What identifies does not get through, however it is written; what says nothing of anybody stays."""

import pandas as pd
import pytest

from analysis import language
from analysis.topics import masking

COMMON = frozenset(
    [
        "the",
        "a",
        "was",
        "rude",
        "to",
        "me",
        "helped",
        "app",
        "never",
        "waited",
        "in",
        "queue",
        "thanks",
        "branch",
        "is",
        "teller",
        "good",
    ]
)

SECRETS = [
    # names: bare, with titles, introduced, of two characters, in both scripts, in capitals, known to the bank
    ("王小明的态度很差", ["王小明", "小明"]),
    ("客户经理张伟爱答不理", ["张伟"]),
    ("我叫欧阳娜娜，电话13800138000", ["欧阳", "娜娜", "138"]),
    ("李姐和老赵服务很好", ["李姐", "老赵"]),
    ("柜台小王很耐心，刘主任也来了", ["小王", "刘主任"]),
    ("姓名：阿依古丽", ["阿依古丽"]),
    ("联系人是钱多多", ["钱多多"]),
    ("请转告Wang Xiaoming先生", ["Wang", "Xiaoming"]),
    ("My name is John Smith and the teller was rude.", ["John", "Smith"]),
    ("Will was rude to me.", ["Will"]),
    ("Grace at the counter helped.", ["Grace"]),
    ("The teller Wang was good", ["Wang"]),
    ("ZHANG WEI was rude", ["ZHANG", "WEI"]),
    ("王\u200b小\u200b明很差", ["王", "小明"]),
    # identity cards: whole, spaced, full width, with a small x
    ("身份证号11010519491231002X", ["1101", "002X"]),
    ("身份证 110105 19491231 002x 核对", ["1101", "1949", "002"]),
    ("证件１１０１０５１９４９１２３１００２Ｘ", ["1101", "１１０１", "002"]),
    # telephones: separators, country code, Chinese numerals, letters for digits, circled, Arabic-Indic, spelled out
    ("打138-0013-8000", ["138", "8000"]),
    ("打138.0013.8000", ["138", "8000"]),
    ("call +86 138 0013 8000 please", ["138", "8000"]),
    ("(010) 6655-4433转801", ["6655", "4433", "801"]),
    ("1 3 8 0 0 1 3 8 0 0 0", ["1 3 8"]),
    ("一三八零零一三八零零零", ["一三八"]),
    ("幺三八零零幺三八零零零", ["幺三八"]),
    ("l38OO138OOO", ["38OO"]),
    ("①③⑧⓪⓪①③⑧⓪⓪⓪", ["①③⑧", "138"]),
    ("٠١٢٣٤٥٦٧٨", ["٠١٢"]),
    ("one three eight zero zero one", ["three eight"]),
    ("一三八00138000", ["三八00", "138000"]),
    # cards and codes
    ("尾号6688的卡", ["6688"]),
    ("卡号6222 0212 3456 7890 123", ["6222", "7890"]),
    ("工号12345", ["12345"]),
    ("护照E12345678", ["12345", "E1"]),
    ("车牌粤B12345", ["12345"]),
    # amounts and days
    ("转了12.5万没到", ["12.5"]),
    ("¥3,800被扣", ["3,800"]),
    ("转了五千多", ["五千"]),
    ("亏了一万二", ["一万二"]),
    ("lost RMB 30,000 and 240 yuan", ["30,000", "240"]),
    ("2024年3月5日下午3点20", ["2024", "3月", "3点20"]),
    ("三月五日在柜台", ["三月五日"]),
    ("on March 5th, 2024", ["March", "5th"]),
    ("on 05/03/2024", ["05", "2024"]),
    # addresses on the net
    ("zhangsan@qq.com", ["zhangsan", "qq.com"]),
    ("zhangsan at qq dot com", ["zhangsan", "qq dot"]),
    ("微信号 wang_wei88", ["wang_wei88"]),
    ("加qq12345678", ["12345678"]),
    ("see https://example.com/u/77", ["example", "77"]),
    # where somebody lives or works
    ("我住浦东新区张江路88号", ["张江路", "88"]),
    ("朝阳支行的客户经理很差", ["朝阳", "客户经理"]),
    ("the Pudong branch is good", ["Pudong"]),
    ("北京的柜员", ["北京", "柜员"]),
]


@pytest.mark.parametrize(("text", "secrets"), SECRETS, ids=range(len(SECRETS)))
def test_what_identifies_is_masked(text, secrets):
    shown = masking.readable(masking.mask(text, common=COMMON).text)
    assert not [secret for secret in secrets if secret in shown], shown


@pytest.mark.parametrize(
    "text",
    [
        "排队2个小时，受不了。",
        "等了四十多分钟",
        "六个窗口只开一个，等了一个半小时。",
        "上周去支行排队两小时",
        "大堂经理很好，谢谢！",
        "手续费太多。",
        "APP难用，经常闪退。",
        "新版手机银行登录快，操作简单。",
        "Waited 40 minutes in the queue. Never again.",
        "The teller was rude to me.",
    ],
)
def test_what_says_nothing_of_anybody_stays(text):
    done = masking.mask(text, common=COMMON)
    assert masking.readable(done.text) == text and done.kinds == ()


def test_names_that_the_bank_knows_are_masked_in_any_size_of_letters():
    names = frozenset({"高兴旺", "Li Na", "Anna Maria Rossi"})
    assert masking.readable(masking.mask("高兴旺说好", names).text) == "[name]说好"
    assert "li na" not in masking.mask("it was li na who helped", names).text
    assert masking.mask("ask ANNA maria rossi", names).kinds == ("name",)


def test_branches_that_the_bank_knows_are_masked_and_the_employee_with_them():
    done = masking.mask("Riverside的teller很好", places={"Riverside"})
    assert masking.readable(done.text) == "[place]的[employee]很好" and done.kinds == ("place", "employee")


def test_masks_are_in_the_language_of_the_report():
    language.use("zh")
    try:
        assert "[" in masking.readable(masking.mask("尾号6688的卡").text)
    finally:
        language.use("en")


def test_a_mask_cannot_be_smuggled_in():
    assert masking.mask("\ue010很好").kinds == ()


def test_common_words_are_those_of_five_customers_written_small():
    texts = pd.Series(["排队太久 Wang was slow", *["排队太久 wang"] * 3, *["排队 Zoe slow"] * 5])
    customers = pd.Series(["C1", "C2", "C2", "C2", *[f"D{k}" for k in range(5)]])
    common = masking.common_words(texts, customers)
    assert {"排队", "slow"} <= common and not {"wang", "zoe", "太久"} & common
