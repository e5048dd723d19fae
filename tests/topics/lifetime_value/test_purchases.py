"""What the summaries say of customers, counted by hand and by plain pandas."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from tests.topics.lifetime_value.logs import purchases as simulated

from analysis.bank.source import open_bank
from analysis.topics.lifetime_value import histories as hist
from analysis.topics.lifetime_value import purchases as logs

FEW = pd.DataFrame(
    {
        "customer_id": ["a", "a", "a", "a", "b", "b", "c"],
        "date": [
            "2024-01-01",
            "2024-01-15",
            "2024-01-15",
            "2024-03-01",
            "2024-02-01",
            "2024-02-08",
            "2024-03-05",
        ],
        "value": [10.0, 20.0, 5.0, 30.0, 7.0, 9.0, 4.0],
    }
)


def test_a_summary_by_hand():
    found = hist.fetched(logs.from_table(FEW), [date(2024, 3, 5), date(2024, 2, 1)])
    rows = found.summary(0).set_index("customer_id")
    assert list(rows.index) == ["a", "b"]  # c starts on the day itself
    assert rows.loc["a", ["frequency", "recency", "T"]].tolist() == [2, 60 / 7, 64 / 7]
    # what is bought on one day is one purchase; the first purchase does not count
    assert rows.loc["a", "monetary_value"] == (25 + 30) / 2
    assert rows.loc["a", ["active", "periods", "last_active"]].tolist() == [2, 2, 2]
    assert rows.loc["b", ["frequency", "recency", "monetary_value", "recent_28"]].tolist() == [1, 1, 9.0, 1]
    earlier = found.summary(1).set_index("customer_id")
    assert earlier.loc["a", ["frequency", "recency", "T"]].tolist() == [1, 2.0, 31 / 7]
    between = found.between(1, 0).set_index("customer_id")
    assert between.loc["a", ["purchases", "value"]].tolist() == [1, 30.0]


def test_summaries_are_those_of_plain_pandas():
    table, day = simulated(300, seed=1), date(2023, 6, 30)
    rows = hist.fetched(logs.from_table(table), [day]).summary(0).set_index("customer_id")
    daily = (
        table[table["date"] <= pd.Timestamp(day)]
        .groupby(["customer_id", "date"], as_index=False)["value"]
        .sum()
    )
    first = daily.groupby("customer_id")["date"].transform("min")
    repeat = daily[daily["date"] > first].groupby("customer_id")
    count = repeat.size().reindex(rows.index, fill_value=0)
    assert (rows["frequency"] == count).all()
    np.testing.assert_allclose(rows["monetary_value"], repeat["value"].mean().reindex(rows.index))
    last = ((repeat["date"].max() - first.groupby(daily["customer_id"]).min()).dt.days / 7).reindex(
        rows.index
    )
    np.testing.assert_allclose(rows["recency"], last.fillna(0.0))
    ago = (pd.Timestamp(day) - daily["date"]).dt.days // 30
    whole = ago < daily["customer_id"].map(rows["periods"]).fillna(0)
    months = daily[whole & (daily["date"] > first)].assign(ago=ago).groupby("customer_id")["ago"].nunique()
    assert (rows["active"] <= rows["last_active"]).all()
    assert (rows["active"] - months.reindex(rows.index, fill_value=0)).abs().max() <= 1


def test_rows_in_another_order_are_the_same_log():
    table = simulated(100, seed=2)
    mixed = table.sample(frac=1, random_state=0)
    days = [date(2023, 12, 31), date(2023, 3, 1)]
    one, other = (hist.fetched(logs.from_table(t), days).frame for t in (table, mixed))
    pd.testing.assert_frame_equal(one, other)


def test_the_future_of_a_log_is_not_seen():
    table, day = simulated(100, seed=3), date(2023, 3, 1)
    known = table[table["date"] <= pd.Timestamp(day)]
    with_future = hist.fetched(logs.from_table(table), [day]).summary(0)
    pd.testing.assert_frame_equal(with_future, hist.fetched(logs.from_table(known, day), [day]).summary(0))


def test_weeks_add_up():
    log = logs.from_table(simulated(200, seed=4))
    weeks, started = hist.weekly(log, log.until)
    found = hist.fetched(log, [log.until]).summary(0)
    assert weeks["purchases"].sum() == found["frequency"].sum()
    assert started["customers"].sum() == len(found)
    assert weeks["ends_on"].is_monotonic_increasing


def test_a_bank_earns_a_fee_on_card_payments(demo_folder):
    view = open_bank(str(demo_folder)).view()
    log = logs.from_view(view)
    assert log.categories == ("card_payment",)
    found = hist.fetched(log, [view.as_of]).summary(0).set_index("customer_id")
    bookings = pd.read_parquet(demo_folder / "transactions.parquet").query(
        "category == 'card_payment' and amount < 0"
    )
    accounts = pd.read_parquet(demo_folder / "accounts.parquet").merge(
        pd.read_parquet(demo_folder / "products.parquet")[["product_id", "family"]], on="product_id"
    )
    bookings = bookings.merge(accounts, on="account_id")
    people = pd.read_parquet(demo_folder / "customers.parquet").set_index("customer_id")
    assert found.index.isin(people.index[people["left_on"].isna()]).all()
    start = pd.to_datetime(people["joined_on"]).clip(lower=log.since.isoformat())
    bookings["day"] = bookings["booked_at"].dt.normalize()
    bookings = bookings[bookings["day"] > bookings["customer_id"].map(start)]
    count = bookings.groupby("customer_id")["day"].nunique().reindex(found.index, fill_value=0)
    assert (found["frequency"] == count).all()
    fee = np.where(bookings["family"] == "card", logs.CREDIT_FEE, logs.DEBIT_FEE)
    value = (-bookings["amount"] * fee).groupby(bookings["customer_id"]).sum().reindex(found.index)
    np.testing.assert_allclose(found["monetary_value"] * found["frequency"], value, rtol=1e-9)


def test_a_bank_without_card_payments_counts_what_customers_start(demo_folder, tmp_path):
    for table in ("customers", "accounts"):
        (tmp_path / f"{table}.parquet").write_bytes((demo_folder / f"{table}.parquet").read_bytes())
    bookings = pd.read_parquet(demo_folder / "transactions.parquet").query("category != 'card_payment'")
    bookings.to_parquet(tmp_path / "transactions.parquet", index=False)
    log = logs.from_view(open_bank(str(tmp_path)).view())
    assert "cash_withdrawal" in log.categories
    assert not {"salary", "fee", "interest"} & set(log.categories)


def test_categories_that_no_booking_has_are_refused(demo_folder):
    with pytest.raises(ValueError, match=r"categories is \['cards'\].* there are .*card_payment"):
        logs.from_view(open_bank(str(demo_folder)).view(), ["cards"])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.rename(columns={"date": "day"}), "lacks date; it has customer_id, day, value"),
        (lambda t: t.assign(date="yesterday"), "(?s)date holds 'yesterday'.*; expected days such as"),
        (lambda t: t.assign(value="dear"), "value is to be a number"),
        (lambda t: t.assign(value=[None, *t["value"][1:]]), "value is blank in 1 of 7 rows"),
        (lambda t: t.assign(customer_id=None), "customer_id is blank in 7 of 7 rows"),
        (lambda t: t.assign(date=[None, *t["date"][1:]]), "date is blank in 1 of 7 rows"),
    ],
)
def test_a_table_that_cannot_be_used(change, message):
    with pytest.raises(ValueError, match=message):
        logs.from_table(change(FEW))


def test_no_purchase_before_the_last_day():
    with pytest.raises(ValueError, match="no purchase is dated on or before 2020-01-01"):
        logs.from_table(FEW, "2020-01-01")
