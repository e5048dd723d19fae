"""Hours, weekdays, paydays and holidays look like those of a Chinese retail bank."""

import holidays
import pandas as pd


def test_salaries_fall_on_working_days(bank):
    china = holidays.country_holidays("CN", years=range(2021, 2026))
    paid = bank("transactions").query("category == 'salary'").booked_at
    days = paid.dt.date.drop_duplicates()
    assert all(china.is_working_day(day) for day in days)
    assert paid.dt.day.isin(range(7, 17)).mean() > 0.7  # the 10th and the 15th, or a little before


def test_interest_is_paid_quarterly(bank):
    interest = bank("transactions").query("category == 'interest'")
    current = bank("accounts").query("product_id == 'P01'").account_id
    quarterly = interest[interest.account_id.isin(current) & (interest.booked_at.dt.day == 21)]
    assert set(quarterly.booked_at.dt.month) >= {3, 6, 9, 12}
    assert len(quarterly) > 0.85 * len(interest)


def test_purchases_peak_at_noon_and_in_the_evening(bank):
    bought = bank("transactions").query("channel == 'pos'").booked_at.dt.hour.value_counts(normalize=True)
    assert bought[[11, 12, 18, 19]].min() > 1.2 * bought[15]
    assert bought[bought.index < 6].sum() < 0.03


def test_branches_work_in_their_hours_only(bank):
    booked = bank("transactions").query("channel == 'branch'").booked_at
    china = holidays.country_holidays("CN", years=range(2021, 2026))
    assert booked.dt.hour.between(9, 16).all()
    days = pd.Series(booked.dt.date.unique())
    assert all(china.is_working_day(day) or day.weekday() == 5 for day in days)


def test_shopping_festivals_and_spring_festival_are_seen(bank):
    bought = bank("transactions").query("category == 'card_payment'").booked_at
    daily = bought.dt.normalize().value_counts().sort_index()
    usual = daily.rolling(29, center=True).median()
    assert daily["2022-11-11"] > 1.8 * usual["2022-11-11"]
    assert daily["2023-01-08":"2023-01-18"].mean() > 1.25 * daily["2023-03-01":"2023-03-31"].mean()
    assert daily["2023-01-22":"2023-01-27"].mean() < 0.7 * daily["2023-03-01":"2023-03-31"].mean()
    weekday = daily.groupby(daily.index.day_of_week).mean()
    assert weekday[5] > 1.15 * weekday[1]


def test_customers_move_to_mobile(bank):
    bought = bank("transactions").query("category == 'card_payment' and channel in ('mobile', 'pos')")
    share = (bought.channel == "mobile").groupby(bought.booked_at.dt.year).mean()
    assert share[2023] > share[2022] + 0.02
