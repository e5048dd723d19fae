"""Balances follow from bookings, and assets are as concentrated as published."""

import numpy as np
import pandas as pd
import pytest

from analysis.bank.demo.assets import MEAN, targets
from analysis.bank.schema import tables


def _current(bank) -> pd.DataFrame:
    accounts = bank("accounts")
    current = accounts[accounts.product_id == "P01"]
    return (
        bank("transactions")
        .merge(current[["account_id"]], on="account_id")
        .sort_values(["account_id", "booked_at"], kind="stable")
    )


def test_current_accounts_are_never_overdrawn_and_closed_empty(bank, truth):
    booked = _current(bank)
    opening = truth("accounts").set_index("account_id").opening_balance
    running = booked.groupby("account_id").amount.cumsum() + booked.account_id.map(opening)
    assert running.min() > -0.005
    closed = bank("accounts").dropna(subset="closed_on").account_id
    last = running.groupby(booked.account_id).last()
    assert last[last.index.isin(closed)].abs().max() < 0.005


def test_month_end_balances_are_the_running_sum_of_bookings(bank, truth):
    booked = _current(bank)
    month = booked.booked_at.dt.to_period("M").dt.end_time.dt.date
    per_month = booked.groupby(["account_id", month.rename("month_end")]).amount.sum()
    opening = truth("accounts").set_index("account_id").opening_balance
    balances = bank("balances").merge(opening, on="account_id").sort_values(["account_id", "month_end"])
    moved = per_month.reindex(pd.MultiIndex.from_frame(balances[["account_id", "month_end"]])).fillna(0)
    running = moved.groupby(level=0).cumsum().to_numpy() + balances.opening_balance.to_numpy()
    np.testing.assert_allclose(balances.balance, running, atol=0.005)


def test_wealth_products_move_by_orders_and_the_market_only(bank):
    accounts = bank("accounts")
    wealth = accounts[accounts.product_id.isin(["P03", "P04", "P05"])][["account_id", "customer_id"]]
    values = bank("balances").merge(wealth, on="account_id").sort_values(["customer_id", "month_end"])
    orders = bank("transactions")
    # An order whose category was soiled cannot be told from others: its customer's month is left out too.
    told = orders.category.isin(tables()["transactions"].columns["category"].usual)
    orders = orders[orders.category.isin(["investment_buy", "investment_sell"]) | ~told]
    orders = orders.merge(accounts[["account_id", "customer_id"]], on="account_id")
    month = orders.booked_at.dt.to_period("M").dt.end_time.dt.date.rename("month_end")
    net = orders.groupby(["customer_id", month]).amount.sum().rename("net")
    values = values.merge(net, on=["customer_id", "month_end"], how="left")
    before = values.groupby("customer_id").balance.shift()
    quiet = values.net.isna() & (before > 1_000)
    assert quiet.sum() > 1_000
    assert (values.balance / before - 1)[quiet].abs().max() < 0.12


def _assets(bank) -> pd.Series:
    last = bank("balances").query("month_end == month_end.max()")
    joined = last.merge(bank("accounts"), on="account_id").merge(bank("products"), on="product_id")
    held = joined[joined.family.isin(["deposit", "wealth"])].groupby("customer_id").balance.sum()
    here = bank("customers").query("left_on.isna()").customer_id
    return held.reindex(here).fillna(0)


def test_assets_are_as_concentrated_as_published(bank):
    assets = _assets(bank)
    rich = assets >= 500_000
    assert rich.mean() == pytest.approx(0.0225, abs=0.004)
    assert assets[rich].sum() / assets.sum() == pytest.approx(0.81, abs=0.04)
    assert assets[assets >= 9_000_000].sum() / assets.sum() == pytest.approx(0.31, abs=0.08)


@pytest.mark.parametrize("customers", [5_000, 100_000])
def test_planned_assets_have_the_published_shares_at_any_size(customers):
    assets = targets(np.random.default_rng(customers).normal(size=customers), np.ones(customers, bool))
    for least, share, held in ((5e5, 0.0225, 0.81), (1e7, 0.0007, 0.31)):
        rich = assets >= least
        assert rich.mean() == pytest.approx(share, abs=0.5 / customers + 1e-4)
        assert assets[rich].sum() / customers / MEAN == pytest.approx(held, abs=0.02)


def test_who_leaves_is_as_rich_as_the_neighbour_who_stays():
    keys = np.array([0.0, 1.0, 2.0, 2.5, 3.0])
    assets = targets(keys, np.array([True, True, True, False, True]))
    assert (np.diff(assets) >= 0).all() and assets[3] == assets[4]


def test_loans_fall_due_and_their_arrears_follow_the_calendar(bank):
    months = bank("loan_months").sort_values(["account_id", "month_end"])
    step = months.groupby("account_id").days_past_due.diff()
    assert step.max() <= 31  # a loan ages by a month in a month
    late = months.days_past_due >= 30
    assert 0.003 < late.mean() < 0.08
    paid = months.groupby("account_id").days_past_due.max() == 0
    outstanding = months[months.account_id.isin(paid[paid].index)].groupby("account_id").outstanding
    assert (outstanding.diff().dropna() <= 0.01).all()
