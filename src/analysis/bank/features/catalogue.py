"""Every feature of a customer by name: unit, meaning in English and Chinese, tables it needs."""

from dataclasses import dataclass

WINDOWS = (30, 90, 180, 365)
FAMILIES = {
    "deposit": ("deposit", "存款"),
    "wealth": ("wealth management", "理财"),
    "loan": ("loan", "贷款"),
    "card": ("card", "银行卡"),
    "insurance": ("insurance", "保险"),
}

_REAL = ("currency", "currency a month", "share", "index")


@dataclass(frozen=True)
class Feature:
    """One feature of a customer.

    Attributes
    ----------
    unit : str
        ``"share"`` is 0 to 1, ``"index"`` −1 to 1, ``"flag"`` 0 or 1, ``"currency"`` the bank's.
    tables : tuple of str
        Tables it needs besides customers, accounts and transactions; blank throughout if one is missing.
    blank : bool
        Whether it is blank, and not 0, where there is nothing to count or to measure.
    """

    name: str
    unit: str
    en: str
    zh: str
    tables: tuple[str, ...] = ()
    blank: bool = False

    @property
    def type(self) -> str:
        """Type of the column: ``"float64"`` or ``"int64"``."""
        return "float64" if self.unit in _REAL else "int64"


def _person():
    yield Feature(
        "age_years", "years", "Age in completed years; blank if unknown", "年龄（周岁）", blank=True
    )
    yield Feature("tenure_days", "days", "Days since joining the bank", "成为客户的天数")


def _holdings():
    products = ("products",)
    yield Feature("open_accounts", "accounts", "Accounts opened and not closed", "在用账户数")
    yield Feature(
        "families_held", "families", "Product families among the open accounts", "持有产品大类数", products
    )
    for family, (en, zh) in FAMILIES.items():
        yield Feature(f"has_{family}", "flag", f"Holds an open {en} account", f"持有{zh}账户", products)


def _bookings():
    yield Feature(
        "days_since_activity",
        "days",
        "Days since the customer last started a booking; blank if never",
        "距最近一次主动交易的天数",
        blank=True,
    )
    for d in WINDOWS:
        yield Feature(
            f"bookings_{d}d", "bookings", f"Bookings the customer started in {d} days", f"近{d}天主动交易笔数"
        )
    for d in WINDOWS:
        yield Feature(f"inflow_{d}d", "currency", f"Money in over {d} days", f"近{d}天流入金额")
    for d in WINDOWS:
        yield Feature(
            f"outflow_{d}d", "currency", f"Money out over {d} days, as a positive amount", f"近{d}天流出金额"
        )
    before = "last 90 days against the 90 before: (last − before) / (last + before); 0 if both are 0"
    for what, en, zh in (
        ("bookings", "Trend of bookings", "主动交易笔数"),
        ("inflow", "Trend of money in", "流入金额"),
        ("outflow", "Trend of money out", "流出金额"),
    ):
        yield Feature(f"{what}_trend_90d", "index", f"{en}, {before}", f"{zh}近90天较前90天的变化（−1至1）")
    yield Feature(
        "active_days_90d",
        "days",
        "Days of the last 90 on which the customer started a booking",
        "近90天主动交易天数",
    )
    yield Feature(
        "active_months_12m",
        "months",
        "Of the last 12 calendar months, the running one included, those with a booking the customer started",
        "近12个自然月（含当月）主动交易月数",
    )


def _spending():
    yield Feature(
        "ticket_mean_365d",
        "currency",
        "Mean booking out of the account in 365 days",
        "近365天笔均流出金额",
        blank=True,
    )
    yield Feature(
        "largest_outflow_share_365d",
        "share",
        "Largest single booking out / money out",
        "近365天最大单笔流出占比",
        blank=True,
    )
    for name, en, zh in (
        ("card", "card payments", "刷卡消费"),
        ("cash", "cash withdrawals", "取现"),
        ("transfer", "transfers", "转出"),
        ("bill", "bills, household payments and insurance", "缴费、家庭支出与保险"),
    ):
        yield Feature(
            f"{name}_share_365d",
            "share",
            f"Part of the money out over 365 days: {en}",
            f"近365天流出金额中{zh}占比",
            blank=True,
        )
    for name, en, zh in (("digital", "mobile and online", "手机与网上银行"), ("branch", "branch", "网点")):
        yield Feature(
            f"{name}_share_365d",
            "share",
            f"Part of the bookings the customer started in 365 days: {en}",
            f"近365天主动交易中{zh}渠道占比",
            blank=True,
        )


def _salary():
    yield Feature(
        "has_salary",
        "flag",
        "A salary or pension within 60 days, or a regular inflow taken for one",
        "有代发工资或养老金",
    )
    yield Feature(
        "salary_inferred", "flag", "No booking is labelled so: the salary is inferred", "工资系推断所得"
    )
    yield Feature(
        "salary_periods",
        "periods",
        "Of the last four periods of 30 days, those with a salary",
        "近四个30天内有工资的期数",
    )
    yield Feature(
        "salary_monthly", "currency a month", "Mean salary of a period that had one; 0 if none", "月均工资"
    )
    yield Feature(
        "days_since_salary",
        "days",
        "Days since the last labelled salary or pension; blank if none",
        "距最近一次工资的天数",
        blank=True,
    )


def _balances():
    needs = ("balances",)
    yield Feature(
        "assets",
        "currency",
        "Positive deposit and wealth balances at the last month end",
        "上月末存款与理财资产",
        needs,
    )
    yield Feature(
        "debts",
        "currency",
        "Negative balances at the last month end, as a positive amount",
        "上月末负债",
        needs,
    )
    for n in (6, 12):
        yield Feature(
            f"balance_mean_{n}m",
            "currency",
            f"Mean deposit and wealth balance over {n} month ends; blank if none",
            f"近{n}个月末存款与理财余额均值",
            needs,
            blank=True,
        )
    for n in (6, 12):
        yield Feature(
            f"balance_slope_{n}m",
            "currency a month",
            f"Trend of the deposit and wealth balance over {n} month ends; least-squares slope, blank with fewer than two",
            f"近{n}个月末存款与理财余额的月斜率",
            needs,
            blank=True,
        )


def _contacts():
    needs = ("interactions",)
    yield Feature(
        "digital_contacts_90d",
        "contacts",
        "Mobile and online records of contact in 90 days",
        "近90天线上触点数",
        needs,
    )
    yield Feature(
        "staffed_contacts_90d",
        "contacts",
        "Phone, branch, chat and video records of contact in 90 days",
        "近90天人工触点数",
        needs,
    )
    yield Feature(
        "days_since_digital",
        "days",
        "Days since the last mobile or online contact; blank if never",
        "距最近一次线上触点的天数",
        needs,
        blank=True,
    )
    yield Feature("complaints_365d", "complaints", "Complaints in 365 days", "近365天投诉数", ("feedback",))


_GROUPS = (_person, _holdings, _bookings, _spending, _salary, _balances, _contacts)

FEATURES: tuple[Feature, ...] = tuple(feature for group in _GROUPS for feature in group())
