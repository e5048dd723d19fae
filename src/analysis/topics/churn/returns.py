"""How many of those gone or silent came back in the past: counted, so that no win-back rate need be assumed."""

from datetime import timedelta

import ibis
import numpy as np
import pandas as pd

from analysis.bank.source import View
from analysis.statistics.intervals import wilson

DAYS = 365


def returns(view: View, within: int = DAYS) -> pd.DataFrame:
    """How many of those who left came back, so far as the tables show it; nothing is assumed.

    Counted are customers who left at least `within` days ago. Back is who opened an account after leaving, under the same
    number or under a new one with the same birth date and the same telephone or e-mail.

    Returns
    -------
    DataFrame
        One row: customers (who left), returned, share, low, high (95 % Wilson).
    """
    people = view.table("customers")
    left = people.filter(people.left_on <= ibis.literal(view.as_of - timedelta(days=within)))
    left = left.select("customer_id", "left_on", "birth_date", "phone", "email")
    back = _reopened(view, left, within).union(_rejoined(people, left, within)).distinct().count()
    return _rate(left.count().to_pyarrow().as_py(), back.to_pyarrow().as_py())


def _reopened(view: View, left: ibis.Table, within: int) -> ibis.Table:
    accounts = view.table("accounts").select("customer_id", "opened_on")
    both = left.select("customer_id", "left_on").inner_join(accounts, "customer_id")
    return _soon(both, both.opened_on, within)


def _rejoined(people: ibis.Table, left: ibis.Table, within: int) -> ibis.Table:
    again = people.select(
        again_id="customer_id",
        again_on="joined_on",
        birth_date="birth_date",
        again_phone="phone",
        again_email="email",
    )
    both = left.inner_join(again, "birth_date")
    same = (both.phone == both.again_phone).fill_null(False) | (both.email == both.again_email).fill_null(
        False
    )
    both = both.filter(same & (both.customer_id != both.again_id))
    return _soon(both, both.again_on, within)


def _soon(both: ibis.Table, day: ibis.Value, within: int) -> ibis.Table:
    waited = day.delta(both.left_on, unit="day")
    return both.filter((waited > 0) & (waited <= within)).select("customer_id").distinct()


def _rate(n: int, k: int) -> pd.DataFrame:
    low, high = wilson(k, n)
    row = (n, k, k / n if n else np.nan, float(low), float(high))
    return pd.DataFrame([row], columns=["customers", "returned", "share", "low", "high"])
