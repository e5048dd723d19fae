"""Margins, expected losses, months at risk and what months brought: against figures worked out by hand."""

from datetime import date

import pandas as pd
import pytest
from tests.topics.lifetime_value.small_bank import bank, frames

from analysis.bank.public.berka import import_berka
from analysis.bank.source import MissingTable, open_bank
from analysis.topics.lifetime_value.relationship import (
    Assumptions,
    earns,
    exposure,
    margins,
    missing,
    months_of,
    survival,
)
from analysis.topics.lifetime_value.relationship.losses import PRIOR_LOANS, default_probabilities, spread
from analysis.topics.segmentation import ladder

COSTS = Assumptions(cost_per_contact={"branch": 12.0, "mobile": 0.24}, cost_per_month=2.0)


def by_customer(view, assumptions=COSTS) -> pd.DataFrame:
    return margins(view, assumptions).to_pandas().set_index("customer_id").sort_index()


def test_a_margin_is_the_sum_of_its_parts(tmp_path):
    found = by_customer(bank(tmp_path, frames()).view())
    assert list(found.index) == ["A", "B"]  # C has left
    saver, debtor = found.loc["A"], found.loc["B"]
    assert saver["balance_margin"] == pytest.approx((600 + 1_200 + 1_800) / 3 * 0.02 / 12)
    assert saver["fees"] == pytest.approx(60 / 12)
    # 365 days hold I1 and I2; the pigeon has no price.
    assert saver["cost_to_serve"] == pytest.approx((12.0 + 0.24) / (365 / 365.25 * 12) + 2.0)
    assert saver["assets"] == 1_800.0
    assert saver["tenure"] == 49
    assert debtor["balance_margin"] == pytest.approx(10_000 * 0.03 / 12)
    assert debtor["cost_to_serve"] == 2.0
    parts = found["balance_margin"] + found["fees"] - found["cost_to_serve"] - found["expected_loss"]
    assert found["margin"].tolist() == pytest.approx(parts.tolist())


def test_expected_loss_follows_the_days_past_due(tmp_path):
    view = bank(tmp_path, frames()).view()
    found = by_customer(view).loc["B"]
    # 40 days late: never seen a year before its end, so that the assumed 25 % stand alone.
    assert found["loss_if_default"] == pytest.approx(4_500.0)
    assert found["expected_loss"] == pytest.approx(4_500 * 0.25 / 12)
    chances = default_probabilities(view, COSTS).to_pandas().set_index("bucket")
    # January to June 2023 have a year behind them, and none of them led to a default.
    assert chances.loc[0, ["loan_months", "defaults"]].tolist() == [6, 0]
    assert chances.loc[0, "probability"] == pytest.approx(0.01 * PRIOR_LOANS / (6 + PRIOR_LOANS))
    assert spread(view, COSTS) == 1.0  # no default at all: nothing is known of its level


def test_defaults_of_the_past_raise_the_chance_and_end_the_margin(tmp_path):
    tables = frames()
    late = tables["loan_months"]["days_past_due"]
    tables["loan_months"]["days_past_due"] = [0] * 8 + [95] * (len(late) - 8)
    view = bank(tmp_path, tables).view()
    chances = default_probabilities(view, COSTS).to_pandas().set_index("bucket")
    assert chances.loc[0, ["loan_months", "defaults"]].tolist() == [6, 6]
    assert chances.loc[0, "probability"] == pytest.approx((6 + 0.01 * PRIOR_LOANS) / (6 + PRIOR_LOANS))
    debtor = by_customer(view).loc["B"]
    assert debtor[["balance_margin", "expected_loss", "loss_if_default"]].tolist() == [0, 0, 0]
    months = months_of(view, COSTS, after=2023 * 12 - 1).to_pandas()
    lost = months[months["lost"] > 0]
    assert lost[["customer_id", "month", "lost"]].values.tolist() == [["B", 2023 * 12 + 8, 4_500.0]]
    assert spread(view, COSTS) == 1.0  # a single default


def test_a_loan_for_a_home_loses_less(tmp_path):
    tables = frames()
    tables["loans"]["purpose"] = "home"
    assert by_customer(bank(tmp_path, tables).view()).loc["B", "loss_if_default"] == pytest.approx(3_500.0)


def test_months_bring_what_balances_fees_and_contacts_made_of_them(tmp_path):
    view = bank(tmp_path, frames()).view()
    months = months_of(view, COSTS, after=2024 * 12 + 2).to_pandas()  # April, May and June 2024
    june = months[months["month"] == 2024 * 12 + 5].set_index("customer_id")["earned"]
    assert june["A"] == pytest.approx(1_800 * 0.02 / 12 + 5.0 - 2.0 - 0.24)
    assert june["B"] == pytest.approx(25.0 - 2.0)
    gone = months[months["customer_id"] == "C"]
    assert gone["month"].tolist() == [2024 * 12 + 3]  # left in May: the last month end was April's
    assert gone["earned"].tolist() == pytest.approx([500 * 0.02 / 12 - 2.0])


def test_the_bank_earns_what_was_predicted_if_nothing_changes(tmp_path):
    tables = frames()
    tables["balances"]["balance"] = 900.0
    tables["interactions"] = tables["interactions"].head(0)
    tables["loan_months"]["days_past_due"] = 0
    found = by_customer(bank(tmp_path, tables).view())
    months = months_of(bank(tmp_path, tables).view(), COSTS, after=2024 * 12 + 4).to_pandas()
    earned = months.set_index("customer_id")["earned"]
    predicted = found["margin"] + found["expected_loss"]
    assert earned.loc[["A", "B"]].tolist() == pytest.approx(predicted.tolist())


def test_what_is_missing_counts_as_nothing_and_is_named(tmp_path):
    tables = frames()
    for name in ("interactions", "loan_months", "loans"):
        del tables[name]
    view = bank(tmp_path / "less", tables).view()
    found = by_customer(view)
    assert found["cost_to_serve"].tolist() == [2.0, 2.0]
    assert found["expected_loss"].tolist() == [0.0, 0.0]
    assert [part.split(" (")[0] for part in missing(view, COSTS)] == [
        "the cost of contacts", "expected loss on loans"
    ]  # fmt: skip
    tables["products"] = tables["products"].drop(columns=["margin_rate", "annual_fee"])
    tables["bank_profile"]["currency"] = "EUR"
    view = bank(tmp_path / "nothing", tables).view()
    said = missing(view, COSTS)
    assert len(said) == 4 and "CNY" in said[0]
    assert not earns(view)
    assert by_customer(view)["margin"].tolist() == [0.0, 0.0]
    whole = bank(tmp_path / "all", frames()).view()
    assert missing(whole, COSTS) == [] and earns(whole)


@pytest.mark.parametrize("table", ["balances", "products"])
def test_without_balances_or_products_there_is_no_margin(tmp_path, table):
    tables = frames()
    del tables[table]
    with pytest.raises(MissingTable, match=table):
        margins(bank(tmp_path, tables).view(), COSTS)


def test_customers_are_at_risk_from_the_month_that_can_be_seen(tmp_path):
    found = exposure(bank(tmp_path, frames()).view()).to_pandas()
    by_month = found.groupby("month")[["at_risk", "departures"]].sum()
    # Bookings begin on 1 January 2023; B joins in that month and is at risk from the next.
    assert by_month.index.min() == 2023 * 12
    assert by_month["at_risk"].tolist() == [2] + [3] * 16 + [2]
    assert by_month["departures"].tolist() == [0] * 16 + [1, 0]
    left = found[found["departures"] > 0].iloc[0]
    assert (left["tenure"], left["cohort"]) == (17, 2022)


def test_a_tier_is_that_of_the_month_end_before_the_block(tmp_path):
    steps = ladder([], "CNY", [1_000.0], ["low", "high"])
    found = exposure(bank(tmp_path, frames()).view(), steps).to_pandas()
    by_month = found.groupby(["tier", "month"])["at_risk"].sum().unstack("tier").fillna(0)
    # Balances begin at the end of January 2023, so that tiers do in February.
    assert by_month.index.min() == 2023 * 12 + 1
    # A has 1,200 before either block and keeps it, whatever falls below 1,000 in between.
    assert (by_month["high"] == 1).all()
    assert by_month["low"].tolist() == [2] * 16 + [1]


def test_a_day_within_a_month_does_not_count_the_month(tmp_path):
    view = bank(tmp_path, frames()).view(date(2024, 5, 25))
    found = exposure(view).to_pandas()
    assert found["month"].max() == 2024 * 12 + 3
    assert found["departures"].sum() == 0  # C left on 20 May, in the month that is not over


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"discount_rate": -1.0}, "discount_rate is -1"),
        ({"loss_given_default": 1.2}, r"loss given default is 1\.2"),
        ({"default_probability": (0.1, 0.2)}, "expected 4 shares"),
    ],
)
def test_assumptions_that_make_no_sense_are_refused(wrong, words):
    with pytest.raises(ValueError, match=words):
        Assumptions(**wrong)


def test_berka_has_balances_but_neither_rates_nor_departures(public_data, tmp_path):
    import_berka(public_data / "berka", tmp_path / "berka")
    view = open_bank(str(tmp_path / "berka")).view()
    assert not earns(view)
    found = survival(exposure(view, ladder([1e4, 1e5], "CZK")).to_pandas())
    assert not found.known
    assert [(name, ok) for name, ok, _message in found.checks] == [("departures", False)]
