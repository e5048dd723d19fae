"""The value: closed forms, intervals, plain tables, and what it does not depend on."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest
from tests.topics.lifetime_value.small_bank import bank, frames

from analysis.bank.source import open_bank
from analysis.topics.lifetime_value.relationship import (
    Assumptions,
    accuracy,
    changes,
    checks,
    coverage,
    deciles,
    evaluate,
    exposure,
    margins,
    paths_of,
    survival,
    total_draws,
    value,
)
from analysis.topics.segmentation import ladder, tier_of

RATE = 0.02  # of customers who leave in a month


def leaving(rate: float = RATE):
    """Survival with one known rate, as good as free of error."""
    months = pd.DataFrame({"tenure": 1, "month": range(24), "at_risk": 1e9, "departures": 1e9 * rate})
    return survival(months, model="constant")


def people(margin, **columns) -> pd.DataFrame:
    return pd.DataFrame({"customer_id": [f"C{i}" for i in range(len(margin))], "margin": margin, **columns})


def annuity(monthly: float, months: int) -> float:
    """Worth of 1 a month if its worth shrinks by the factor `monthly` each month, the first time at its end."""
    return monthly * (1 - monthly**months) / (1 - monthly)


@pytest.mark.parametrize(("rate", "d", "months"), [(0.02, 0.08, 36), (0.0001, 0.0, 12), (0.2, 0.3, 120)])
def test_constant_margin_and_hazard_give_the_closed_form(rate, d, months):
    found = value(people([100.0, -3.0]), leaving(rate), months, Assumptions(discount_rate=d), draws=2)
    expected = annuity((1 - rate) * (1 + d) ** (-1 / 12), months)
    assert found["relationship_value"].tolist() == pytest.approx([100 * expected, -3 * expected], rel=1e-6)
    assert found["kept"].tolist() == pytest.approx([(1 - rate) ** months] * 2, rel=1e-6)


def test_a_year_of_discounting_is_the_yearly_rate():
    discounts = Assumptions(discount_rate=0.08).discounts(24)
    assert discounts[11] == pytest.approx(1 / 1.08)
    assert discounts[23] == pytest.approx(1 / 1.08**2)


def test_a_loan_loses_once_what_it_can_lose():
    table = people([90.0], expected_loss=[10.0], loss_if_default=[1_000.0])
    found = value(table, leaving(), 60, Assumptions(discount_rate=0.0), draws=2)["relationship_value"][0]
    chance = 10 / 1_000
    loss = 1_000 * chance * annuity((1 - RATE) * (1 - chance), 60) / (1 - chance)
    assert found == pytest.approx(100 * annuity(1 - RATE, 60) - loss, rel=1e-6)
    sure = people([0.0], expected_loss=[500.0], loss_if_default=[1_000.0])
    lost = value(sure, leaving(1e-6), 600, Assumptions(discount_rate=0.0), draws=2)["relationship_value"][0]
    assert lost == pytest.approx(500 * 600 - 1_000, rel=1e-3)


def test_draws_agree_with_the_expected_value():
    rng = np.random.default_rng(0)
    margin = rng.lognormal(3, 1.5, 4_000) - 20
    loss = np.where(rng.random(4_000) < 0.3, 2.0, 0.0)
    table = people(margin, expected_loss=loss, loss_if_default=loss * 200, tier=rng.choice(["a", "b"], 4_000))
    counts = pd.DataFrame({"tier": ["a", "b"] * 24, "tenure": 1, "month": np.repeat(range(24), 2),
                           "at_risk": 1e8, "departures": [1e6, 3e6] * 24})  # fmt: skip
    found = survival(counts, model="logit")
    drawn = total_draws(table, found, 36, Assumptions(), draws=200)
    expected = (
        value(table, found, 36, Assumptions(), draws=2)["relationship_value"].groupby(table["tier"]).sum()
    )
    error = drawn.std() / np.sqrt(200)
    assert ((drawn.mean() - expected).abs() < 4 * error).all()


def test_without_leaving_and_movement_there_is_no_spread():
    months = pd.DataFrame({"tenure": 1, "month": range(24), "at_risk": 1_000, "departures": 0})
    found = value(people([7.0, -1.0]), survival(months), 24, Assumptions())
    assert found["low"].tolist() == pytest.approx(found["relationship_value"].tolist())
    assert found["high"].tolist() == pytest.approx(found["relationship_value"].tolist())
    assert found["kept"].tolist() == [1.0, 1.0]


def walk(rng, start: np.ndarray, months: int) -> np.ndarray:
    """Margins that move as a random walk of the logarithm, without a drift of the mean."""
    steps = rng.normal(-0.005, 0.1, (len(start), months))
    return start[:, None] * np.exp(np.cumsum(steps, axis=1))


def test_intervals_cover_what_comes_if_the_future_is_like_the_past():
    rng = np.random.default_rng(1)
    past, now = np.exp(rng.normal(3, 1.5, (2, 4_000)))
    moves = paths_of(past, walk(rng, past, 24))
    plain = Assumptions(discount_rate=0.0)
    found = value(people(now), leaving(), 24, plain, moves)
    stayed = np.arange(1, 25) < rng.geometric(RATE, (4_000, 1))
    came = (walk(rng, now, 24) * stayed).sum(axis=1)
    assert coverage(found.assign(realised=came)) == pytest.approx(0.9, abs=0.02)
    # Beyond the months on record they still do: a walk goes on.
    longer = value(people(now), leaving(), 48, plain, moves)
    stayed = np.arange(1, 49) < rng.geometric(RATE, (4_000, 1))
    came = (walk(rng, now, 48) * stayed).sum(axis=1)
    assert coverage(longer.assign(realised=came)) == pytest.approx(0.9, abs=0.04)


def test_what_all_share_widens_the_total():
    past = np.linspace(10, 20, 400)
    quiet = paths_of(past, np.repeat(past[:, None], 12, axis=1))
    shared = replace(quiet, common=np.full(12, 0.1))
    spread = [
        total_draws(people([100.0] * 500), leaving(1e-6), 12, Assumptions(), moves).sum(axis=1).std()
        for moves in (quiet, shared)
    ]
    assert spread[1] == pytest.approx(0.1 * 500 * 100 * Assumptions().discounts(12).sum(), rel=0.1)
    assert spread[0] < spread[1] / 10


def test_neither_order_nor_currency_matters():
    rng = np.random.default_rng(2)
    past = rng.lognormal(3, 1, 500)
    table = people(rng.lognormal(3, 1, 300), expected_loss=0.5, loss_if_default=100.0)
    moves = paths_of(past, walk(rng, past, 12))
    found = value(table, leaving(), 12, Assumptions(), moves)
    money = ["margin", "expected_loss", "loss_if_default"]
    dear = table.assign(**{name: table[name] * 1_000 for name in money})
    dearer = value(dear, leaving(), 12, Assumptions(), paths_of(past * 1_000, 1_000 * moves_of(moves, past)))
    for name in ("relationship_value", "low", "high"):
        np.testing.assert_allclose(dearer[name], found[name] * 1_000, rtol=1e-9)
    turned = value(table.iloc[::-1], leaving(), 12, Assumptions(), moves).iloc[::-1].reset_index(drop=True)
    np.testing.assert_allclose(turned["relationship_value"], found["relationship_value"])
    assert turned["customer_id"].tolist() == found["customer_id"].tolist()


def moves_of(moves, past: np.ndarray) -> np.ndarray:
    """Paths that give the same changes again, in the order of `past`."""
    start = moves.start[:, None]
    again = moves.moved * (np.abs(start) + moves.floor) + start
    return again[np.argsort(np.argsort(past))]


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (pd.DataFrame({"customer_id": ["a"]}), r"lacks margin \(what the customer earns"),
        (people([1.0]).assign(margin="many"), "margin is not a number"),
        (people([np.nan, 1.0]), "margin is blank in 1 rows"),
        (people([1.0, 2.0]).assign(customer_id="a"), "unique and filled, but 1 rows"),
        (people([1.0]).assign(tier="gold"), r"tier 'gold' is not among .* \(all\)"),
    ],
)
def test_tables_that_make_no_sense_are_refused(table, words):
    with pytest.raises(ValueError, match=words):
        value(table, leaving(), 12, Assumptions())


def test_a_horizon_below_a_month_is_refused():
    with pytest.raises(ValueError, match="months is 0; expected at least 1"):
        value(people([1.0]), leaving(), 0, Assumptions())


@pytest.fixture(scope="module")
def evaluated(demo_folder):
    view = open_bank(str(demo_folder)).view()
    return evaluate(view.at(date(2023, 3, 31)), view, Assumptions(), ladder([], "CNY"))


def test_nine_months_later_the_intervals_have_held(evaluated):
    assert evaluated.months == 9
    assert 0.85 <= coverage(evaluated.customers) <= 0.95
    rules = accuracy(evaluated.customers).set_index("rule")
    assert rules.loc["predicted", "rank"] > rules.loc["naive", "rank"] + 0.05
    assert rules.loc["predicted", "low"] < rules.loc["predicted", "ratio"] < rules.loc["predicted", "high"]
    table = deciles(evaluated.customers)
    assert table["decile"].tolist() == list(range(1, 11))
    top = table.iloc[-1]
    assert top["realised"] > 3 * evaluated.customers["realised"].mean()
    assert (table["customers"] * table["realised"]).sum() == pytest.approx(
        evaluated.customers["realised"].sum()
    )


def test_the_checks_fire_where_they_are_meant_to(evaluated):
    customers = evaluated.customers
    good = replace(evaluated, total=np.full(9, customers["realised"].sum()))
    moves = paths_of(np.ones(200), np.ones((200, 12)))
    assert all(ok for _n, ok, _m in checks([], moves, good, "CNY"))
    off = replace(good, customers=customers.assign(realised=customers["high"] + 1))
    failed = {name for name, ok, _m in checks(["fees"], None, off, "CNY") if not ok}
    assert failed == {
        "relationship_parts",
        "relationship_paths",
        "relationship_total",
        "relationship_coverage",
    }
    assert [ok for name, ok, _m in checks([], moves, None, "CNY") if name == "relationship_total"] == [False]


def test_two_days_of_a_month_are_too_close(demo_folder):
    view = open_bank(str(demo_folder)).view()
    with pytest.raises(ValueError, match="no month end lies after 2023-11-30"):
        evaluate(view.at(date(2023, 11, 30)), view.at(date(2023, 12, 5)), Assumptions(), ladder([], "CNY"))


def test_short_histories_and_few_customers_give_no_paths(demo_folder, tmp_path):
    view = open_bank(str(demo_folder)).view(date(2022, 7, 31))
    assert changes(view, Assumptions(), 12) is None  # 7 month ends: 3 for the margin, 4 left
    assert changes(bank(tmp_path, frames()).view(), Assumptions(), 12) is None  # 2 customers


def test_a_bank_from_tables_to_values(demo_folder):
    view = open_bank(str(demo_folder)).view()
    steps = ladder([], "CNY")
    table = margins(view, Assumptions()).to_pandas()
    table["tier"] = tier_of(table["assets"], steps)
    found = survival(exposure(view, steps).to_pandas(), steps.names)
    moves = changes(view, Assumptions(), 12)
    worth = value(table, found, 12, Assumptions(), moves)
    inside = worth["relationship_value"].between(worth["low"], worth["high"])
    assert inside.mean() > 0.95  # no growth is assumed: some of the smallest margins always grew
    drawn = total_draws(table, found, 12, Assumptions(), moves)
    assert set(drawn.columns) == set(table["tier"])
    low, high = drawn.sum(axis=1).quantile([0.05, 0.95])
    assert low < worth["relationship_value"].sum() < high
    again = value(table, found, 12, Assumptions(), moves)
    pd.testing.assert_frame_equal(worth, again)
