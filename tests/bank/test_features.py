"""Features: as each is defined, on rows a person can check by hand, and against a second, plain version."""

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from benchmarks.plain_pandas import booking_features
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.bank.random_bank import END, Frames, random_bank, write
from tests.engines.comparison import assert_same, rows

from analysis.bank.features import FEATURES, features
from analysis.bank.features.holdings import last_month
from analysis.bank.features.page import render
from analysis.bank.source import View, open_bank

AS_OF = date(2024, 3, 31)
NAMES = [feature.name for feature in FEATURES]
MONEY = [f.name for f in FEATURES if f.unit.startswith("currency")]


def found(view: View) -> pd.DataFrame:
    return rows(features(view), ["customer_id"])


def bank(folder: Path, bookings=(), balances=(), accounts=(), customers=("C1",), **tables) -> Path:
    """A bank; its bookings are (days before AS_OF, amount, category, channel) on account A1 of C1."""
    opened = date(2020, 1, 1)
    accounts = accounts or [("A1", "C1", "P1", None)]
    columns = ["account_id", "age", "amount", "category", "channel"]
    frame = pd.DataFrame([("A1", *row) if len(row) == 4 else row for row in bookings], columns=columns)
    moments = [pd.Timestamp(AS_OF) - timedelta(days=int(age), hours=-10) for age in frame.pop("age")]
    frame = frame.assign(
        booked_at=pd.Series(moments, dtype="datetime64[us]"), transaction_id=[f"T{i}" for i in frame.index]
    ).astype(
        {"amount": "float"} | dict.fromkeys(["category", "channel", "account_id", "transaction_id"], "str")
    )
    frames = {
        "transactions": frame,
        "customers": pd.DataFrame(
            {"customer_id": customers, "birth_date": date(1984, 4, 1), "joined_on": opened, "left_on": None}
        ),
        "accounts": pd.DataFrame(
            accounts, columns=["account_id", "customer_id", "product_id", "closed_on"]
        ).assign(opened_on=opened),
        "bank_profile": pd.DataFrame(
            {"bank_id": ["B"], "name": ["Bank"], "currency": ["EUR"], "extracted_on": [AS_OF]}
        ),
        **tables,
    }
    if balances:
        frames["balances"] = pd.DataFrame(balances, columns=["account_id", "month_end", "balance"])
    return write(frames, folder)


def one(folder: Path, **tables) -> pd.Series:
    return found(open_bank(str(bank(folder, **tables))).view()).iloc[0]


def products(**families: str) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "product_id": list(families),
            "family": list(families.values()),
            "name": "x",
            "launched_on": date(2010, 1, 1),
        }
    )


def test_the_columns_are_the_catalogue(tmp_path):
    frame = found(open_bank(str(bank(tmp_path))).view())
    assert list(frame.columns) == ["customer_id", *NAMES]
    assert len(NAMES) == len(set(NAMES)) >= 30
    assert all(feature.en and feature.zh and feature.unit for feature in FEATURES)


def test_a_window_of_d_days_ends_with_the_day_and_begins_d_days_before(tmp_path):
    ages = (0, 29, 30, 89, 90, 179, 180, 364, 365)
    row = one(tmp_path, bookings=[(age, -1.0, "bill", "mobile") for age in ages])
    assert [row[f"bookings_{d}d"] for d in (30, 90, 180, 365)] == [2, 4, 6, 8]
    assert [row[f"outflow_{d}d"] for d in (30, 90, 180, 365)] == [2, 4, 6, 8]
    assert row.inflow_365d == 0
    assert row.bookings_trend_90d == pytest.approx((4 - 2) / (4 + 2))
    assert row.inflow_trend_90d == 0


def test_what_no_customer_started_is_no_activity(tmp_path):
    bookings = [
        (1, 5.0, "interest", "system"),
        (2, 5.0, "interest", None),
        (3, -5.0, None, None),
        (3, -5.0, "card_payment", None),
        (40, -5.0, "bill", "branch"),
    ]
    row = one(tmp_path, bookings=bookings)
    assert row.days_since_activity == 3
    assert (row.bookings_30d, row.bookings_90d) == (2, 3)
    assert (row.active_days_90d, row.active_months_12m) == (2, 2)
    assert row.branch_share_365d == pytest.approx(1 / 3)
    assert row.digital_share_365d == 0


def test_a_day_is_active_once_over_all_accounts(tmp_path):
    accounts = [("A1", "C1", "P1", None), ("A2", "C1", "P1", None)]
    bookings = [
        (account, age, -1.0, "bill", "pos") for account in ("A1", "A2") for age in (0, 0, 29, 30, 60, 89, 90)
    ]
    row = one(tmp_path, bookings=bookings, accounts=accounts)
    assert row.active_days_90d == 5
    assert row.bookings_90d == 12


def test_every_day_of_the_window_counts(tmp_path):
    row = one(tmp_path, bookings=[(age, -1.0, "bill", "pos") for age in range(400)])
    assert row.active_days_90d == 90
    assert row.active_months_12m == 12


def test_spending_is_shared_out_by_purpose(tmp_path):
    bookings = [
        (1, -50.0, "card_payment", "pos"),
        (2, -30.0, "cash_withdrawal", "atm"),
        (3, -10.0, "transfer_out", "mobile"),
        (4, -10.0, "household", "online"),
        (5, 999.0, "card_payment", "pos"),
        (400, -1e6, "card_payment", "pos"),
    ]
    row = one(tmp_path, bookings=bookings)
    shares = [row[f"{name}_share_365d"] for name in ("card", "cash", "transfer", "bill")]
    np.testing.assert_allclose(shares, [0.5, 0.3, 0.1, 0.1])
    assert row.largest_outflow_share_365d == 0.5
    assert row.ticket_mean_365d == 25
    assert row.digital_share_365d == pytest.approx(2 / 5)


MONTHS = (5, 35, 66, 96)
# bookings; then has_salary, salary_inferred, salary_periods, salary_monthly, days_since_salary
SALARY = {
    "labelled": ([(d, 1000.0, "salary", "system") for d in MONTHS[:3]], 1, 0, 3, 1000, 5),
    "a pension": ([(d, 700.0, "pension", "system") for d in (50, 80)], 1, 0, 2, 700, 50),
    "labelled and long over": ([(70, 1000.0, "salary", "system")], 0, 0, 1, 1000, 70),
    "regular without a label": ([(d, 1000.0, None, None) for d in MONTHS], 1, 1, 4, 1000, None),
    "one month missed": ([(d, 1000.0, "transfer_in", None) for d in (5, 66, 96)], 1, 1, 3, 1000, None),
    "a bonus once": ([(d, 1500.0 if d == 5 else 1000.0, None, None) for d in MONTHS], 1, 1, 3, 1000, None),
    "only two months": ([(d, 1000.0, None, None) for d in MONTHS[:2]], 0, 0, 0, 0, None),
    "not similar": ([(d, 1000.0 - 9 * d, None, None) for d in MONTHS], 0, 0, 0, 0, None),
    "little of all inflow": ([(20, 900.0, "cash_deposit", "branch")]
        + [(d, 10.0, None, None) for d in MONTHS], 0, 0, 0, 0, None),
    "cash deposits": ([(d, 1000.0, "cash_deposit", "branch") for d in MONTHS], 0, 0, 0, 0, None),
}  # fmt: skip


@pytest.mark.parametrize("case", SALARY)
def test_salary(tmp_path, case):
    bookings, has, inferred, periods, monthly, days = SALARY[case]
    row = one(tmp_path, bookings=bookings)
    assert (row.has_salary, row.salary_inferred, row.salary_periods, row.salary_monthly) == (
        has, inferred, periods, monthly,
    )  # fmt: skip
    assert row.days_since_salary == days if days else pd.isna(row.days_since_salary)


def test_holdings_count_open_accounts(tmp_path):
    accounts = [
        ("A1", "C1", "D", None),
        ("A2", "C1", "D", None),
        ("A3", "C1", "W", AS_OF),
        ("A4", "C1", "L", None),
        ("A5", "C1", "unknown", None),
    ]
    row = one(tmp_path, accounts=accounts, products=products(D="deposit", W="wealth", L="loan"))
    assert (row.open_accounts, row.families_held) == (4, 2)
    assert (row.has_deposit, row.has_wealth, row.has_loan, row.has_card) == (1, 0, 1, 0)


def test_balances(tmp_path):
    months = [date(2024, 3, 31), date(2024, 2, 29), date(2024, 1, 31), date(2023, 5, 31), date(2023, 3, 31)]
    balances = [
        ("A1", month, value) for month, value in zip(months, (400.0, 300.0, 200.0, 60.0, 9e9), strict=True)
    ]
    balances += [("A2", months[0], -5000.0), ("A3", months[0], -20.0)]
    accounts = [("A1", "C1", "D", None), ("A2", "C1", "L", None), ("A3", "C1", "D", None)]
    row = one(tmp_path, accounts=accounts, balances=balances, products=products(D="deposit", L="loan"))
    assert (row.assets, row.debts) == (400, 5020)
    assert row.balance_mean_6m == pytest.approx((380 + 300 + 200) / 3)
    assert row.balance_mean_12m == pytest.approx((380 + 300 + 200 + 60) / 4)
    assert row.balance_slope_6m == pytest.approx(np.polyfit([0, -1, -2], [380, 300, 200], 1)[0])
    assert row.balance_slope_12m == pytest.approx(np.polyfit([0, -1, -2, -10], [380, 300, 200, 60], 1)[0])


def test_a_slope_needs_two_months(tmp_path):
    row = one(tmp_path, balances=[("A1", AS_OF, 10.0)])
    assert row.balance_mean_6m == 10
    assert pd.isna(row.balance_slope_6m)


def test_the_last_month_end_may_be_the_day_itself():
    days = [date(2024, 3, 31), date(2024, 3, 30), date(2024, 1, 1), date(2024, 2, 29)]
    assert [last_month(day) for day in days] == [
        date(2024, 3, 31), date(2024, 2, 29), date(2023, 12, 31), date(2024, 2, 29),
    ]  # fmt: skip


def test_age_turns_on_the_birthday(tmp_path):
    view = open_bank(str(bank(tmp_path, bookings=[(0, 1.0, None, None)]))).view()
    assert found(view).age_years[0] == 39
    assert found(View(view.bank, date(2024, 4, 1))).age_years[0] == 40
    assert found(view).tenure_days[0] == (AS_OF - date(2020, 1, 1)).days


def test_contacts(tmp_path):
    def moments(*ages):
        return [pd.Timestamp(AS_OF).as_unit("us") - timedelta(days=age) for age in ages]

    contacts = pd.DataFrame(
        {
            "interaction_id": list("abcd"),
            "customer_id": "C1",
            "started_at": moments(7, 89, 90, 3),
            "channel": ["mobile", "online", "online", "branch"],
        }
    )
    told = pd.DataFrame(
        {
            "feedback_id": list("abc"),
            "customer_id": ["C1", "C1", None],
            "received_at": moments(364, 1, 1),
            "kind": ["complaint", "praise", "complaint"],
        }
    )
    row = one(tmp_path, interactions=contacts, feedback=told)
    assert (row.digital_contacts_90d, row.staffed_contacts_90d, row.days_since_digital) == (2, 1, 7)
    assert row.complaints_365d == 1


def test_a_customer_without_anything_has_zeros_and_blanks(tmp_path):
    row = found(open_bank(str(bank(tmp_path, customers=["C1", "C2"]))).view()).iloc[1]
    assert row.customer_id == "C2"
    without = {f.name for f in FEATURES if set(f.tables) - {"bank_profile"}}
    blank = {name for name in NAMES if pd.isna(row[name])}
    assert blank - without == {
        "days_since_activity", "days_since_salary", "ticket_mean_365d", "largest_outflow_share_365d",
        "card_share_365d", "cash_share_365d", "transfer_share_365d", "bill_share_365d",
        "digital_share_365d", "branch_share_365d",
    }  # fmt: skip
    assert without <= blank
    assert all(row[name] == 0 for name in set(NAMES) - blank - {"age_years", "tenure_days"})


@pytest.mark.parametrize("seed", [1, 2])
def test_a_plain_version_in_pandas_agrees(tmp_path, seed):
    folder = write(random_bank(seed, customers=60), tmp_path)
    day = END - timedelta(days=40)
    ours = found(open_bank(str(folder)).view(day))
    plain = booking_features(folder, day).rename_axis("customer_id").reset_index()
    plain = plain.sort_values("customer_id", ignore_index=True)
    shared = ["customer_id", *(name for name in NAMES if name in plain)]
    assert len(shared) > 30 and len(plain) > 20
    assert_same(plain[shared].astype({"customer_id": "str"}), ours[shared].astype({"customer_id": "str"}))


def _variants(frames: Frames, seed: int) -> tuple[Frames, Frames]:
    shuffled = {name: frame.sample(frac=1, random_state=seed) for name, frame in frames.items()}
    scaled = {**frames}
    for name, column in (("transactions", "amount"), ("balances", "balance")):
        scaled[name] = frames[name].assign(**{column: frames[name][column] * 8})
    return shuffled, scaled


@settings(max_examples=3, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_the_order_of_rows_and_the_unit_of_money_do_not_matter(tmp_path_factory, seed):
    frames = random_bank(seed)
    versions = (frames, *_variants(frames, seed))
    plain, shuffled, scaled = (
        found(open_bank(str(write(version, tmp_path_factory.mktemp("bank")))).view()) for version in versions
    )
    assert_same(plain, shuffled)
    scaled[MONEY] = scaled[MONEY] / 8
    assert_same(plain, scaled)


def test_the_documented_table_is_the_catalogue():
    written = Path(__file__).parents[2] / "docs" / "features.md"
    assert written.read_text(encoding="utf-8") == render(), "docs/features.md is out of date: run `make docs`"
