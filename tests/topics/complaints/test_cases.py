"""Feedback case by case, and the customer-days behind it."""

from datetime import date

import pandas as pd
import pytest

from analysis.bank.source import MissingTable, open_bank
from analysis.topics.complaints import cases


@pytest.fixture(scope="module")
def bank(demo_folder):
    return open_bank(str(demo_folder))


def test_all_feedback_is_there_anonymous_too(bank):
    view = bank.view()
    found = cases.cases(view)
    assert len(found) == view.table("feedback").count().to_pyarrow().as_py()
    anonymous = found["customer_id"].isna()
    assert 0 < anonymous.sum() < 0.1 * len(found)
    assert found.loc[anonymous, ["age", "assets"]].isna().all(axis=None)
    assert found.loc[~anonymous, "tenure_days"].notna().all()
    assert found.loc[found["issue"] == "loan_processing", "family"].unique().tolist() == ["loan"]


def test_an_open_case_of_an_earlier_day_is_open(bank):
    then = cases.cases(bank.view("2023-11-20"))
    later = cases.cases(bank.view()).set_index("feedback_id").loc[then["feedback_id"]]
    closed_since = (then["resolved_at"].isna() & later["resolved_at"].notna().to_numpy()).sum()
    assert closed_since > 0 and then["received_at"].max() < pd.Timestamp("2023-11-21")
    assert then.loc[then["resolved_at"].isna(), ["outcome", "compensation"]].isna().all(axis=None)
    assert set(cases.texts(bank.view("2023-11-20"))["feedback_id"]) <= set(then["feedback_id"])


def test_exposure_counts_every_customer_day_once(bank):
    view = bank.view("2022-12-12")
    found = cases.exposure(view, since=date(2022, 10, 20))
    people = view.table("customers").to_pandas()
    days = pd.date_range("2022-10-20", "2022-12-12")
    joined, left = (pd.to_datetime(people[name]) for name in ("joined_on", "left_on"))
    expected = sum(int(((joined <= day) & ~(left <= day)).sum()) for day in days)
    assert found["customer_days"].sum() == expected
    assert found.groupby("month")["days"].first().tolist() == [12, 30, 12]


def test_a_filter_is_followed(bank):
    found = cases.cases(bank.view(where="branch_id = 'B03'"))
    everything = cases.cases(bank.view())
    assert 0 < len(found) < len(everything) and found["customer_id"].notna().all()


def test_before_the_first_feedback_there_is_no_report(bank):
    cases.expect(bank.view())
    with pytest.raises(MissingTable, match="feedback"):
        cases.expect(bank.view("2022-01-01", "customer_id = 'C0000001'"))
