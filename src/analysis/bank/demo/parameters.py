"""What is planted in the simulated bank: every constant that an analysis may try to recover.

The constants are saved as the truth beside the bank (`parameters.json`).
"""

from dataclasses import asdict, dataclass

import numpy as np


@dataclass(frozen=True)
class Segment:
    """A latent group of customers; money in yuan, rates a month, positions in standard normal units.

    Attributes
    ----------
    share : float
        Part of all customers.
    tenure : float
        Scale of the years since joining, of those who joined before the simulation.
    joining : float
        Part of the segment that joins in a year of the simulation.
    age : (float, float)
        Mean and standard deviation in years.
    assets, purchases, spend : (float, float)
        Position and spread of the segment in the bank's distribution of assets, purchase rates and
        mean spend a purchase.
    income : str
        ``salary``, ``pension``, ``irregular`` (many small inflows) or ``none``.
    income_median : float
        Of the monthly inflow where there is one.
    mobile, branch : float
        Log-odds of choosing the mobile channel; part of the branch among the other channels.
    bills : float
        Mean number of standing monthly bills.
    transfers : (float, float)
        Mean number of transfers out, and in, a month.
    transfer_median : float
    withdrawals, cash_in : float
        Cash drawn and paid in, bookings a month.
    sessions : float
        Contacts and digital sessions a month.
    holds : dict
        Probability of holding a term deposit, a wealth product, a credit card, a loan, insurance.
    potential : float
        Probability of being a potential customer: earns much, keeps it elsewhere.
    household : float
        Probability of paying rent or another household payment every month.
    """

    name: str
    zh: str
    share: float
    tenure: float
    joining: float
    age: tuple[float, float]
    assets: tuple[float, float]
    purchases: tuple[float, float]
    spend: tuple[float, float]
    income: str
    income_median: float
    mobile: float
    branch: float
    bills: float
    transfers: tuple[float, float]
    transfer_median: float
    withdrawals: float
    cash_in: float
    sessions: float
    holds: dict[str, float]
    potential: float
    household: float


HOLDINGS = ("term", "wealth", "card", "loan", "insurance")


def _holds(*probabilities: float) -> dict[str, float]:
    return dict(zip(HOLDINGS, probabilities, strict=True))


SEGMENTS = (
    Segment(
        name="salaried_young", zh="年轻工薪", share=0.25, tenure=3.2, joining=0.09,
        age=(32, 4), assets=(-0.5, 0.55), purchases=(0.5, 0.5), spend=(-0.1, 0.9),
        income="salary", income_median=8_000, potential=0.1, household=0.55,
        mobile=1.0, branch=0.15, sessions=2.4, bills=2.0,
        transfers=(1.0, 0.5), transfer_median=600, withdrawals=0.3, cash_in=0.02,
        holds=_holds(0.06, 0.25, 0.55, 0.16, 0.1),
    ),
    Segment(
        name="affluent_families", zh="富裕家庭", share=0.14, tenure=3.2, joining=0.05,
        age=(43, 6), assets=(1.3, 0.55), purchases=(0.25, 0.5), spend=(0.9, 0.9),
        income="salary", income_median=18_000, potential=0.1, household=0.5,
        mobile=0.7, branch=0.35, sessions=2.2, bills=3.2,
        transfers=(1.2, 0.5), transfer_median=2_500, withdrawals=0.4, cash_in=0.05,
        holds=_holds(0.35, 0.85, 0.75, 0.45, 0.7),
    ),
    Segment(
        name="pensioners", zh="退休客户", share=0.16, tenure=6.0, joining=0.02,
        age=(68, 6), assets=(0.35, 0.55), purchases=(-0.8, 0.5), spend=(-0.3, 0.9),
        income="pension", income_median=4_200, potential=0.0, household=0.0,
        mobile=-1.9, branch=0.85, sessions=0.9, bills=1.4,
        transfers=(0.25, 0.3), transfer_median=800, withdrawals=1.3, cash_in=0.2,
        holds=_holds(0.65, 0.15, 0.05, 0.01, 0.12),
    ),
    Segment(
        name="entrepreneurs", zh="企业主", share=0.06, tenure=3.2, joining=0.06,
        age=(47, 8), assets=(2.5, 0.6), purchases=(0.2, 0.5), spend=(1.4, 0.9),
        income="none", income_median=0, potential=0.0, household=0.2,
        mobile=0.1, branch=0.25, sessions=3.0, bills=2.0,
        transfers=(5.0, 4.5), transfer_median=18_000, withdrawals=0.8, cash_in=1.2,
        holds=_holds(0.4, 0.9, 0.8, 0.4, 0.5),
    ),
    Segment(
        name="digital_natives", zh="数字原生", share=0.19, tenure=3.2, joining=0.13,
        age=(23, 3), assets=(-0.9, 0.5), purchases=(1.5, 0.45), spend=(-0.6, 0.9),
        income="irregular", income_median=5_200, potential=0.05, household=0.25,
        mobile=3.2, branch=0.05, sessions=7.0, bills=0.6,
        transfers=(4.5, 0.5), transfer_median=160, withdrawals=0.08, cash_in=0.0,
        holds=_holds(0.01, 0.4, 0.3, 0.08, 0.03),
    ),
    Segment(
        name="dormant_savers", zh="沉睡储户", share=0.20, tenure=6.0, joining=0.03,
        age=(52, 13), assets=(-0.1, 0.6), purchases=(-3.0, 0.5), spend=(0.0, 0.9),
        income="none", income_median=0, potential=0.0, household=0.0,
        mobile=-0.8, branch=0.7, sessions=0.08, bills=0.0,
        transfers=(0.02, 0.02), transfer_median=1_500, withdrawals=0.03, cash_in=0.01,
        holds=_holds(0.45, 0.08, 0.03, 0.0, 0.02),
    ),
)  # fmt: skip

# Potential customers against others of their segment: shifts of position, factor on income. They send the
# salary on to another bank the next day.
POTENTIAL = {"assets": -1.1, "purchases": 0.4, "spend": 1.0, "income": 2.6}

# Published figures of China Merchants Bank for 2022: least assets of a tier, its share of all customers,
# its share of all assets (annual report 2022).
TIERS = ((500_000, 0.0225, 0.81), (10_000_000, 0.0007, 0.31))
BODY_SIGMA = 2.3  # spread of log assets below the first tier

# Pareto/NBD and Gamma-Gamma (Schmittlein, Morrison & Colombo 1987; Fader & Hardie 2005), time in weeks.
PURCHASES = {"r": 0.55, "alpha": 0.675, "s": 0.5, "beta": 200.0, "p": 1.5, "q": 3.2, "v": 176.0}

# Log-odds of leaving in a month; satisfaction is a standard normal trait.
LEAVING = {
    "intercept": -5.4,
    "log_tenure_years": -0.35,
    "single_product": 0.7,
    "purchases_ended": 1.3,
    "salary_stopped": 1.2,
    "complaint_unresolved": 1.8,
    "satisfaction": -0.5,
    "private_banker": -2.5,
}
PRIVATE_FROM = 2.3  # position in assets from which on customers have a private banker
SALARY_STOPS = 0.0025  # a month
FADING_DAYS = 90  # over which a leaver's activity and balances fall

# Structural paths of satisfaction (European Customer Satisfaction Index).
DRIVERS = {
    "EXPE": {"IMAG": 0.58},
    "QUAL": {"EXPE": 0.80},
    "VAL": {"EXPE": 0.10, "QUAL": 0.65},
    "SAT": {"IMAG": 0.25, "QUAL": 0.20, "VAL": 0.50},
    "LOY": {"IMAG": 0.25, "SAT": 0.55},
}
COMPLAINT_ON_SATISFACTION = -0.8
BRANCH_EFFECT_SD = 0.4

RESPONSE = {"intercept": -1.2, "satisfaction": 0.45, "age_per_decade": 0.12, "digital": 0.35}

# Log-odds of defaulting within twelve months.
DEFAULT = {
    "intercept": -4.2,
    "log_payment_to_income": 0.7,
    "salary_stopped": 1.4,
    "log_assets": -0.15,
    "latent": 0.8,
}

# Complaints a year by theme; the last one emerges in the last months only.
COMPLAINT_THEMES = {
    "app_login": 0.016,
    "waiting_time": 0.016,
    "fees": 0.014,
    "card_blocked": 0.012,
    "transfer_delayed": 0.012,
    "staff_conduct": 0.008,
    "loan_processing": 0.010,
    "wealth_product_loss": 0.010,
    "face_recognition": 0.10,
}
EMERGING_THEME, EMERGING_MONTHS = "face_recognition", 4

# What comments of the survey are about, by tone: waiting and fees among the dissatisfied, staff and app among the others.
COMMENT_THEMES = {
    "good": {"app": 0.25, "waiting": 0.12, "staff": 0.30, "fees": 0.05, "rates": 0.08, "general": 0.20},
    "middling": {"app": 0.22, "waiting": 0.24, "staff": 0.08, "fees": 0.18, "rates": 0.18, "general": 0.10},
    "bad": {"app": 0.16, "waiting": 0.30, "staff": 0.18, "fees": 0.24, "rates": 0.06, "general": 0.06},
}

DUPLICATES = 0.005


def segment_values(name: str) -> np.ndarray:
    """Attribute `name` of every segment, in the order of `SEGMENTS`."""
    return np.array([getattr(segment, name) for segment in SEGMENTS])


def as_truth() -> dict:
    """All constants as plain values for JSON."""
    return {
        "segments": [asdict(segment) for segment in SEGMENTS],
        "tiers": [{"from": a, "share_of_customers": c, "share_of_assets": s} for a, c, s in TIERS],
        "potential": POTENTIAL,
        "purchases": PURCHASES | {"time_unit": "weeks"},
        "leaving": LEAVING | {"salary_stops_a_month": SALARY_STOPS, "fading_days": FADING_DAYS},
        "satisfaction": {
            "drivers": DRIVERS,
            "complaint_effect": COMPLAINT_ON_SATISFACTION,
            "branch_effect_sd": BRANCH_EFFECT_SD,
        },
        "survey_response": RESPONSE,
        "default": DEFAULT,
        "complaints_a_year": COMPLAINT_THEMES,
        "comment_themes": COMMENT_THEMES,
        "emerging_theme": {"theme": EMERGING_THEME, "months": EMERGING_MONTHS},
        "duplicates_share": DUPLICATES,
    }
