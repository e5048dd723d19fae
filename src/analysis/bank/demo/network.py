"""The bank's own side: profile, products, branches and staff."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from analysis.bank.demo.arrow import blank, build, number, pick
from analysis.bank.demo.calendar import Calendar
from analysis.bank.demo.parameters import BRANCH_EFFECT_SD

# id, family, name, margin, fee, launched
PRODUCTS = (
    ("P01", "deposit", "Current account 活期账户", 0.018, 0.0, date(1996, 5, 1)),
    ("P02", "deposit", "Term deposit 定期存款", 0.009, 0.0, date(1996, 5, 1)),
    ("P03", "wealth", "Money market fund 货币基金", 0.003, 0.0, date(2013, 7, 1)),
    ("P04", "wealth", "Balanced fund 平衡型基金", 0.008, 0.0, date(2008, 3, 3)),
    ("P05", "wealth", "Private mandate 私行专户", 0.010, 0.0, date(2010, 9, 1)),
    ("P06", "card", "Credit card 信用卡", 0.032, 0.0, date(2003, 4, 1)),
    ("P07", "card", "Platinum card 白金信用卡", 0.024, 680.0, date(2009, 4, 1)),
    ("P08", "loan", "Consumer loan 消费贷款", 0.038, 0.0, date(2005, 6, 1)),
    ("P09", "loan", "Mortgage 住房按揭", 0.013, 0.0, date(1999, 1, 4)),
    ("P10", "loan", "Business loan 经营贷款", 0.027, 0.0, date(2011, 2, 1)),
    ("P11", "insurance", "Life insurance 人寿保险", 0.0, 0.0, date(2007, 8, 1)),
    ("P12", "payment", "Merchant payments 商户收款", 0.0, 120.0, date(2016, 10, 8)),
)
PRODUCT_IDS = tuple(product[0] for product in PRODUCTS)
(
    CURRENT,
    TERM,
    MONEY_MARKET,
    BALANCED,
    MANDATE,
    CARD,
    PLATINUM,
    CONSUMER,
    MORTGAGE,
    BUSINESS,
    INSURANCE,
    MERCHANT,
) = range(len(PRODUCTS))

# city, region, weight
CITIES = (
    ("Shanghai 上海", "East", 5), ("Hangzhou 杭州", "East", 3), ("Nanjing 南京", "East", 2),
    ("Suzhou 苏州", "East", 2),
    ("Beijing 北京", "North", 4), ("Tianjin 天津", "North", 2), ("Qingdao 青岛", "North", 2),
    ("Guangzhou 广州", "South", 3), ("Shenzhen 深圳", "South", 4), ("Xiamen 厦门", "South", 2),
    ("Chengdu 成都", "West", 3), ("Chongqing 重庆", "West", 2), ("Xi'an 西安", "West", 2),
    ("Wuhan 武汉", "Central", 3), ("Changsha 长沙", "Central", 2),
)  # fmt: skip
PLACES = (
    "Riverside 滨江", "Old Town 老城", "Lakeview 湖景", "Station 车站", "Garden 花园", "University 大学城",
    "Harbour 港口", "Hill 山前", "Market 市场", "New District 新区", "East Gate 东门", "Temple Street 庙街",
    "Bridge 大桥", "Stadium 体育场", "Science Park 科技园", "Pearl 明珠", "Sunrise 朝阳",
    "People's Road 人民路",
)  # fmt: skip
REGIONS = ("East", "North", "South", "West", "Central")

ROLES = ("teller", "relationship_manager", "adviser", "contact_centre", "manager")
ROLE_SHARES = (0.38, 0.32, 0.14, 0.11, 0.05)


@dataclass(frozen=True)
class Network:
    """Branches and staff, arrays by position.

    Attributes
    ----------
    weight : float, part of new customers a branch wins
    region, city : position in `REGIONS`, in `CITIES`
    effect : float, planted effect on satisfaction
    slowness : float, planted factor on the time a complaint takes
    staff_branch, staff_role, staff_hired, staff_left : staff; days, `calendar.days` where still employed
    """

    weight: np.ndarray
    region: np.ndarray
    city: np.ndarray
    effect: np.ndarray
    slowness: np.ndarray
    staff_branch: np.ndarray
    staff_role: np.ndarray
    staff_hired: np.ndarray
    staff_left: np.ndarray

    @property
    def branch_ids(self) -> pa.Array:
        """Ids by position."""
        return number("B", np.arange(1, len(self.weight) + 1), 2 if len(self.weight) < 100 else 3)

    @property
    def staff_ids(self) -> pa.Array:
        """Ids by position."""
        return number("S", np.arange(1, len(self.staff_branch) + 1), 5)

    def of_branch(self, rng, branch: np.ndarray, role: str) -> np.ndarray:
        """An employee of the role for each branch given, −1 if the branch has none.

        Only who was hired before the simulation and stays until its end is assigned to customers.
        """
        fit = (self.staff_role == ROLES.index(role)) & (self.staff_hired < 0)
        staff = np.flatnonzero(fit & (self.staff_left >= self.staff_left.max()))
        staff = staff[np.argsort(self.staff_branch[staff], kind="stable")]
        first = np.searchsorted(self.staff_branch[staff], branch, side="left")
        count = np.searchsorted(self.staff_branch[staff], branch, side="right") - first
        chosen = first + (rng.random(len(branch)) * count).astype(int)
        padded = np.append(staff, -1)
        return np.where(count > 0, padded[np.minimum(chosen, len(staff))], -1)


def found(rng, customers: int, calendar: Calendar) -> Network:
    """Branches and staff for a bank of this many customers."""
    branches = int(np.clip(customers // 250, 6, 400))
    weights = np.array([w for _, _, w in CITIES], float)
    city = np.sort(rng.choice(len(CITIES), branches, p=weights / weights.sum()))
    weight = rng.gamma(6, 1, branches)
    slots = np.clip(customers / 140 * weight / weight.sum(), 4, None).astype(int)
    staff_branch = np.repeat(np.arange(branches), slots)
    place = np.arange(len(staff_branch)) - np.repeat(np.cumsum(slots) - slots, slots)
    drawn = rng.choice(len(ROLES), len(staff_branch), p=ROLE_SHARES)
    # Every branch has at least a teller, a relationship manager, an adviser and a manager who stay.
    core = np.array([0, 1, 2, 4])
    hired = -rng.integers(60, 5_000, len(staff_branch))
    newcomer = (rng.random(len(staff_branch)) < 0.2) & (place >= 4)
    hired = np.where(newcomer, rng.integers(0, max(calendar.days - 60, 1), len(hired)), hired)
    leaves = (rng.random(len(staff_branch)) < 0.12) & (place >= 4)
    left = np.minimum(np.maximum(hired, 0) + rng.integers(60, 1_200, len(hired)), calendar.days)
    return Network(
        weight=weight / weight.sum(),
        region=np.array([REGIONS.index(CITIES[c][1]) for c in city]),
        city=city,
        effect=rng.normal(0, BRANCH_EFFECT_SD, branches),
        slowness=np.exp(rng.normal(0, 0.3, branches)),
        staff_branch=staff_branch,
        staff_role=np.where(place < 4, core[np.minimum(place, 3)], drawn),
        staff_hired=hired,
        staff_left=np.where(leaves, left, calendar.days),
    )


def own_tables(network: Network, calendar: Calendar) -> dict[str, pa.Table]:
    """bank_profile, products, branches and staff."""
    cities = [CITIES[c][0] for c in network.city]
    seen: dict[str, int] = {}
    names = []
    for city in cities:
        at = seen[city] = seen.get(city, -1) + 1
        english, chinese = city.split(" ")
        place_en, place_zh = PLACES[at % len(PLACES)].rsplit(" ", 1)
        turn = f" {at // len(PLACES) + 1}" if at >= len(PLACES) else ""
        names.append(f"{english} {place_en}{turn} {chinese}{place_zh}{turn.strip()}支行")
    bank = ("HB", "Harbour Bank 海港银行", "CNY", "CN", calendar.end)
    columns = zip(*PRODUCTS, strict=True)
    keys = ("product_id", "family", "name", "margin_rate", "annual_fee", "launched_on")
    profile = ("bank_id", "name", "currency", "country", "extracted_on")
    return {
        "bank_profile": build("bank_profile", {k: [v] for k, v in zip(profile, bank, strict=True)}),
        "products": build("products", {k: list(v) for k, v in zip(keys, columns, strict=True)}),
        "branches": build(
            "branches",
            {
                "branch_id": network.branch_ids,
                "name": names,
                "region": [REGIONS[r] for r in network.region],
                "city": cities,
            },
        ),
        "staff": build(
            "staff",
            {
                "staff_id": network.staff_ids,
                "branch_id": pick(network.staff_branch, network.branch_ids),
                "role": pick(network.staff_role, ROLES),
                "hired_on": calendar.date_of(network.staff_hired),
                "left_on": blank(calendar.date_of(network.staff_left), network.staff_left < calendar.days),
            },
        ),
    }
