"""Customers as a bank records them, with persons recorded twice on purpose.

Independent of the simulated bank: names as frequent as in life, households that share a telephone or an
e-mail, twins, placeholder birth dates, and errors as people make them.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from pypinyin import lazy_pinyin

from analysis.topics.data_quality.duplicates import duplicate_pairs


def found(pairs: pd.DataFrame) -> set[frozenset]:
    """The pairs of `duplicate_pairs` as sets of customer numbers."""
    return {frozenset(pair) for pair in zip(pairs["customer_left"], pairs["customer_right"], strict=True)}


def search(banks: list["People"]) -> tuple[pd.DataFrame, int]:
    """What `duplicate_pairs` makes of the banks: one row per planted pair (slips, chinese, found); false pairs."""
    rows, false = [], 0
    for bank in banks:
        pairs = found(duplicate_pairs(bank.customers))
        false += len(pairs - bank.pairs)
        names = bank.customers.set_index("customer_id")["name"]
        for pair, slips in bank.slips.items():
            chinese = any("一" <= letter <= "鿿" for number in pair for letter in names[number])
            rows.append((slips, chinese, pair in pairs))
    return pd.DataFrame(rows, columns=["slips", "chinese", "found"]), false


def _words(text: str) -> list[str]:
    return text.split()


# Per cent of the Chinese who carry the surname (census of 2020, the hundred commonest, rounded).
SURNAMES = dict(
    zip(
        "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡"
        "余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤",
        [7.2, 7.0, 6.8, 5.4, 4.5, 3.1, 2.3, 2.1, 2.0, 1.9, 1.5, 1.4, 1.3, 1.3, 1.2, 1.1, 1.1, 1.0, 1.0]
        + [0.9 - 0.008 * i for i in range(81)],
        strict=False,
    )
)
MALE = "伟强磊洋勇军杰涛明超刚平辉鹏华飞鑫波斌宇浩凯健俊帆帅旭宁龙林志建国文海东永子家博天"
FEMALE = "芳娜敏静丽艳娟霞燕玲婷雪玉秀英红梅慧颖琳倩欣雨佳怡洁莹丹萍云琴兰春晓梦思美月嘉"
LATIN = _words(
    "Novák Svoboda Novotný Dvořák Černý Procházka Kučera Veselý Horák Němec Pokorný Marek "
    "Pospíšil Hájek Jelínek Král Růžička Beneš Fiala Sedláček Smith Jones Taylor Brown Williams "
    "Wilson Johnson Davies Robinson Wright Thompson Evans Walker White Roberts Green Hall Wood "
    "Jackson Clarke O'Neil García Müller Schneider Fischer Weber Wagner Becker Hoffmann Schulz "
)
SYLLABLES = _words(
    "ba ber bri cor dal den dor el fen gar hal har ing kel kin lan lo man mar mon nor pen ra ros "
    "sel sta ter tho val win "
)
MEN = _words(
    "Jan Petr Josef Pavel Martin Tomáš Jaroslav Miroslav Oliver George Harry Jack James William "
    "Thomas Daniel Robert Michael David Peter Andrew Mark "
)
WOMEN = _words(
    "Jana Marie Eva Hana Anna Lenka Kateřina Lucie Olivia Amelia Emily Sophie Grace Sarah Laura "
    "Alice Julia Helen Susan Margaret Rachel Emma "
)
# Characters that a keyboard offers for one sound.
HOMOPHONES = {
    group.split(":")[0]: group.split(":")[1]
    for group in _words(
        "wei:伟玮炜纬卫维薇韦魏 qiang:强蔷 lei:磊雷蕾 yang:洋扬阳杨羊 yong:勇永泳 jun:军君俊钧峻 "
        "jie:杰洁捷节 tao:涛韬陶滔 ming:明铭鸣茗 chao:超朝 gang:刚钢纲 ping:平萍苹坪 hui:辉慧惠晖卉 "
        "peng:鹏朋彭芃 hua:华桦骅 fei:飞菲斐霏 xin:鑫欣心新馨昕 bo:波博勃渤 bin:斌彬宾滨 "
        "yu:宇雨玉瑜羽钰余于 hao:浩昊皓豪郝 kai:凯恺楷 jian:健建剑坚 shuai:帅率 fan:帆凡范樊 "
        "xu:旭徐许旭 ning:宁凝甯 long:龙隆 lin:林琳霖麟 zhi:志智芝 guo:国郭 wen:文雯闻温 hai:海亥 "
        "dong:东冬董栋 zi:子紫梓 jia:家佳嘉贾 tian:天田甜 fang:芳方芬 na:娜纳 min:敏民闵 "
        "jing:静晶婧菁景 li:丽莉李黎力 yan:艳燕颜妍严闫 juan:娟鹃 xia:霞夏 ling:玲凌铃灵 ting:婷亭庭 "
        "xue:雪薛 xiu:秀绣 ying:英莹颖樱 hong:红宏鸿虹洪 mei:梅美玫 qian:倩茜钱 yi:怡艺逸 dan:丹单 "
        "yun:云芸韵 qin:琴勤秦 chun:春纯 lan:兰岚蓝 xiao:晓小筱肖 meng:梦孟萌 si:思丝 yue:月悦岳 "
        "wang:王汪旺 zhang:张章 liu:刘柳 chen:陈辰晨 huang:黄皇 zhao:赵兆 wu:吴武伍 zhou:周舟 "
        "sun:孙荪 ma:马玛 zhu:朱祝珠 hu:胡湖 he:何贺和 gao:高皋 luo:罗骆洛 zheng:郑正 liang:梁良 "
        "xie:谢解 song:宋松 tang:唐汤 han:韩寒 feng:冯峰枫 deng:邓登 cao:曹操 zeng:曾增 yuan:袁源媛 "
        "pan:潘盘 jiang:蒋江姜 cai:蔡彩 du:杜度 ye:叶烨 cheng:程成诚 su:苏素 lv:吕绿 "
    )
}


@dataclass(frozen=True)
class People:
    """customers: as a bank holds them; slips: of each pair of records of one person (a frozenset of customer
    numbers), what was recorded otherwise the second time."""

    customers: pd.DataFrame
    slips: dict[frozenset, tuple[str, ...]]

    @property
    def pairs(self) -> set[frozenset]:
        return set(self.slips)


def _ranked(rng, items, size, power=0.8):
    weights = 1 / np.arange(1, len(items) + 1) ** power
    return rng.choice(np.array(items), size, p=weights / weights.sum())


def _surnames(rng, han, n):
    shares = np.array(list(SURNAMES.values()))
    chinese = rng.choice(list(SURNAMES), n, p=shares / shares.sum())
    built = [a.title() + b + c for a in SYLLABLES for b in SYLLABLES for c in ("", "son", "ton", "ley")]
    rare = rng.choice(np.array(built), n)
    latin = np.where(rng.random(n) < 0.5, _ranked(rng, LATIN, n), rare)
    return np.where(han, chinese, latin).astype(object)


def _given(rng, han, male, n):
    single = np.where(male, _ranked(rng, list(MALE), n), _ranked(rng, list(FEMALE), n)).astype(object)
    second = np.where(male, _ranked(rng, list(MALE), n), _ranked(rng, list(FEMALE), n)).astype(object)
    chinese = np.where(rng.random(n) < 0.35, single, single + second)
    latin = np.where(male, _ranked(rng, MEN, n, 0.6), _ranked(rng, WOMEN, n, 0.6)).astype(object)
    return np.where(han, chinese, latin)


def people(
    n: int,
    seed: int,
    *,
    duplicates: float = 0.005,
    chinese: float = 0.7,
    families: float = 0.3,
    twins: float = 0.01,
    slip: str | None = None,
) -> People:
    """A bank of `n` customers of whom a share `duplicates` is a second record of another one.

    `slip` names the only one that second records have, one each; without it they have one to three of any.
    """
    rng = np.random.default_rng(seed)
    surplus = round(n * duplicates)
    m = n - surplus
    household = np.arange(m)
    joins = rng.random(m) < families
    joins[0] = False
    head = np.maximum.accumulate(np.where(joins, 0, np.arange(m)))
    household = np.where(joins, head, household)
    han = (rng.random(m) < chinese)[household]
    male = rng.random(m) < 0.5
    surname = np.where(rng.random(m) < 0.75, _surnames(rng, han, m)[household], _surnames(rng, han, m))
    given = _given(rng, han, male, m)
    age = rng.gamma(6, 7.5, m).clip(0, 75) + 18
    born = pd.Timestamp("2024-12-31").to_datetime64() - (age * 365.25).astype("timedelta64[D]")
    born = born.astype("datetime64[D]")
    holder = rng.random(m) < 0.01
    born[holder] = born[holder].astype("datetime64[Y]").astype("datetime64[D]")
    phone = pd.Series(rng.integers(13_000_000_000, 19_999_999_999, m).astype(str))
    user = pd.Series(rng.integers(0, 10**7, m).astype(str))
    host = pd.Series(rng.choice(["163.com", "qq.com", "gmail.com", "seznam.cz"], m))
    email = pd.Series(np.where(rng.random(m) < 0.5, "u" + user, "mail." + user)) + "@" + host
    shares_phone = joins & (rng.random(m) < 0.6)
    shares_email = joins & (rng.random(m) < 0.15)
    twin = joins & (rng.random(m) < twins / max(families, 1e-9))
    place = np.arange(m)
    of = np.maximum(place - 1, 0)
    shares_phone |= twin
    born[twin] = born[of[twin]]
    surname[twin] = surname[of[twin]]
    phone = phone.where(~shares_phone, phone.to_numpy()[household])
    email = email.where(~shares_email, email.to_numpy()[household])
    same_given = twin & (given == given[of])
    given[same_given] = np.where(han[same_given], "安" + given[same_given], "Zoe " + given[same_given])
    frame = pd.DataFrame(
        {
            "name": np.where(han, surname + given, given + " " + surname),
            "birth_date": born,
            "gender": np.where(male, "male", "female"),
            "phone": phone,
            "email": email,
        }
    ).astype({"name": object, "gender": object, "phone": object, "email": object})
    frame["han"], frame["surname"], frame["given"] = han, surname, given
    originals = rng.choice(m, surplus, replace=False)
    again = [_again(rng, frame.iloc[i], slip) for i in originals]
    copies = pd.DataFrame([row for row, _slips in again], columns=frame.columns)
    frame = _forget(rng, frame)
    everybody = pd.concat([frame, copies], ignore_index=True) if surplus else frame
    order = rng.permutation(n)
    number = np.empty(n, dtype=int)
    number[order] = np.arange(n)
    ids = pd.Series(number).map("C{:08d}".format)
    everybody.insert(0, "customer_id", ids)
    slips = {frozenset((ids[i], ids[m + k])): again[k][1] for k, i in enumerate(originals)}
    columns = ["customer_id", "name", "birth_date", "gender", "phone", "email"]
    customers = everybody[columns].sort_values("customer_id", ignore_index=True)
    customers["birth_date"] = pd.to_datetime(customers["birth_date"]).dt.date.astype(object)
    customers["birth_date"] = customers["birth_date"].where(customers["birth_date"].notna(), None)
    return People(customers, slips)


def _forget(rng, frame):
    """Blank fields at the usual rates."""
    for column, rate in {"birth_date": 0.01, "gender": 0.02, "phone": 0.05, "email": 0.25}.items():
        frame[column] = frame[column].where(rng.random(len(frame)) >= rate)
    return frame


def _again(rng, row, only=None):
    """A second record of a person, with fields written differently or left out, and the slips it shows."""
    row = row.copy()
    slips = ["name", "order", "script", "birth", "digit", "phone", "email", "blank"]
    rates = [0.2, 0.1, 0.1, 0.12, 0.08, 0.15, 0.15, 0.1]
    made = rng.choice(slips, rng.choice([1, 2, 3], p=[0.6, 0.3, 0.1]), replace=False, p=rates)
    shown = []
    for slip in [only] if only else made.tolist():
        before = row.copy()
        if slip == "name":
            row["name"] = _mistyped(rng, row["name"])
        elif slip == "order":
            row["name"] = row["given"] + row["surname"] if row["han"] else f"{row['surname']}, {row['given']}"
        elif slip == "script":
            row["name"] = _spelt(row["surname"], row["given"]) if row["han"] else row["name"].upper()
        elif slip == "birth":
            row["birth_date"] = _swapped(row["birth_date"])
        elif slip == "digit":
            row["birth_date"] = _miskeyed(rng, row["birth_date"])
        elif slip == "phone":
            row["phone"] = str(rng.integers(13_000_000_000, 19_999_999_999))
        elif slip == "email":
            row["email"] = f"n{rng.integers(0, 10**7)}@outlook.com"
        else:
            row[rng.choice(["birth_date", "gender", "phone", "email"])] = None
        if not row.equals(before):  # a birth date of the 13th to 31st has no day and month to swap
            shown.append(slip)
    if isinstance(row["phone"], str) and rng.random() < 0.3:
        row["phone"] = "+86 " + row["phone"][:3] + "-" + row["phone"][3:]
    if isinstance(row["email"], str) and rng.random() < 0.3:
        row["email"] = row["email"].upper()
    return row, tuple(shown)


def _spelt(surname, given):
    return f"{''.join(lazy_pinyin(given)).title()} {''.join(lazy_pinyin(surname)).title()}"


def _swapped(born):
    born = pd.Timestamp(born)
    if born.day <= 12 and born.day != born.month:
        return pd.Timestamp(born.year, born.day, born.month)
    return born


def _miskeyed(rng, born):
    born = pd.Timestamp(born)
    return born.replace(
        year=born.year + int(rng.choice([-1, 1]) * rng.choice([1, 10])), day=min(born.day, 28)
    )


def _mistyped(rng, name):
    place = rng.integers(0, len(name))
    if any("一" <= letter <= "鿿" for letter in name):
        # A slip of the Chinese keyboard is a character of the same sound; a slip of the pen is any.
        others = HOMOPHONES.get(lazy_pinyin(name[place])[0], "").replace(name[place], "")
        letters = others if others and rng.random() < 0.75 else MALE + FEMALE
        return name[:place] + letters[rng.integers(0, len(letters))] + name[place + 1 :]
    kind = rng.integers(0, 3)
    letter = "abcdefghijklmnopqrstuvwxyz"[rng.integers(0, 26)]
    if kind == 0:
        return name[:place] + letter + name[place + 1 :]
    if kind == 1 or place == len(name) - 1:
        return name[:place] + name[place + 1 :]
    return name[:place] + name[place + 1] + name[place] + name[place + 2 :]
