"""Migration: states, rates against planted ones, the money that moved, and whether the year is usual."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from analysis.bank.source import open_bank
from analysis.report.privacy import suppress
from analysis.topics import segmentation as seg
from analysis.topics.segmentation import migration as mig
from analysis.topics.segmentation.migration_money import directions, money, told

STEPS = seg.ladder([], "CNY")
CODES = dict(zip(STEPS.codes, STEPS.labels, strict=True))
# From each tier to each tier, and out of the bank: what the panels below are drawn from.
PLANTED = pd.DataFrame(
    [
        [0.900, 0.040, 0.002, 0.000, 0.058],
        [0.080, 0.850, 0.030, 0.001, 0.039],
        [0.010, 0.060, 0.895, 0.015, 0.020],
        [0.002, 0.008, 0.070, 0.910, 0.010],
    ],
    index=STEPS.codes,
    columns=[*STEPS.codes, "left"],
)
INSIDE = {"mass": (0, 5e4), "affluent": (5e4, 5e5), "premium": (5e5, 1e7), "private_banking": (1e7, 9e7)}


def drawn(codes: np.ndarray, rng) -> pd.DataFrame:
    """Customers with assets within their tiers, and the tier made of the assets."""
    low, high = (np.array([INSIDE[code][k] for code in codes], dtype=float) for k in (0, 1))
    people = pd.DataFrame({"customer_id": np.arange(len(codes)), "assets": rng.uniform(low, high)})
    return people.assign(tier=seg.tier_of(people["assets"], STEPS))


def panel(seed: int, size: int = 3_000, planted: pd.DataFrame = PLANTED) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Customers of two days whose moves follow `planted`; 100 more join."""
    rng = np.random.default_rng(seed)
    origin = rng.choice(4, size, p=[0.7, 0.2, 0.08, 0.02])
    target = (rng.random(size)[:, None] > planted.to_numpy()[origin].cumsum(axis=1)[:, :-1]).sum(axis=1)
    states = np.array(planted.columns)
    then, now = drawn(states[origin], rng), drawn(states[np.where(target == 4, 0, target)], rng)
    new = drawn(states[rng.choice(2, 100)], rng)
    new["customer_id"] += size
    return then, pd.concat([now[target < 4], new], ignore_index=True)


def moves(seed: int, **drawing) -> pd.DataFrame:
    return mig.moves(*panel(seed, **drawing), "tier")


def test_states_by_hand():
    then = pd.DataFrame(
        {"customer_id": list("abc"), "tier": ["mass", "mass", "affluent"], "assets": [1, 2, 6e4]}
    )
    now = pd.DataFrame(
        {"customer_id": list("bcd"), "tier": ["affluent", "mass", "mass"], "assets": [7e4, 5, 4]}
    )
    found = mig.moves(then, now, "tier").set_index("customer_id")
    assert found["origin"].to_dict() == {"a": "mass", "b": "mass", "c": "affluent", "d": "joined"}
    assert found["target"].to_dict() == {"a": "left", "b": "affluent", "c": "mass", "d": "mass"}
    table = mig.rates(found.reset_index(), CODES).set_index(["origin", "target"])
    assert table.loc[("mass", "left"), ["count", "n", "rate", "baseline"]].tolist() == [1, 2, 0.5, 0]
    assert table.loc[("affluent", "mass"), ["rate", "step", "baseline"]].tolist() == [1, -1, 0]
    assert "joined" not in table.index.get_level_values("origin")


def test_a_customer_of_unknown_tier_is_neither_new_nor_gone():
    then = pd.DataFrame({"customer_id": ["a"], "tier": pd.Series([None], dtype="str"), "assets": [np.nan]})
    now = pd.DataFrame({"customer_id": ["a"], "tier": ["mass"], "assets": [1.0]})
    assert mig.moves(then, now, "tier").empty


def test_intervals_hold_the_planted_rates_as_often_as_they_say():
    """Over 50 banks 90 % to 98 % of the planted rates lie in their interval; so do the rates of leaving."""
    truth = PLANTED.stack().rename("truth").rename_axis(["origin", "target"]).reset_index()
    inside = pd.concat(
        mig.rates(moves(seed), CODES).merge(truth, on=["origin", "target"]) for seed in range(50)
    )
    inside = inside.assign(held=(inside["low"] <= inside["truth"]) & (inside["truth"] <= inside["high"]))
    possible = inside[inside["truth"] > 0]
    assert 0.90 <= possible["held"].mean() <= 0.98
    assert 0.90 <= possible.loc[possible["target"] == "left", "held"].mean() <= 0.98
    assert inside.loc[inside["truth"] == 0, "held"].all()


def test_ways_and_money_add_up():
    then, now = panel(3)
    moved = mig.moves(then, now, "tier")
    table = directions(moved, CODES).set_index("direction")
    assert table["customers"].sum() == len(moved) == len(set(then["customer_id"]) | set(now["customer_id"]))
    assert table["change"].sum() == pytest.approx(now["assets"].sum() - then["assets"].sum())
    assert table.loc[["up", "same", "down", "left"], "share"].sum() == pytest.approx(1)
    assert table.loc["up", "change"] > 0 > table.loc["down", "change"]
    assert table.loc["joined", "customers"] == 100
    parts = money(moved, CODES).groupby("group")["amount"].sum()
    change = now.groupby("tier")["assets"].sum() - then.groupby("tier")["assets"].sum()
    assert parts[list(CODES)].tolist() == pytest.approx(change[list(CODES)].tolist())
    passed_on = money(moved, CODES).query("part in ('came', 'went')")
    assert passed_on["amount"].sum() == pytest.approx(0, abs=1)


def test_without_balances_there_is_movement_but_no_money():
    then, now = (day.assign(assets=np.nan) for day in panel(1))
    moved = mig.moves(then, now, "tier")
    ways = directions(moved, CODES)
    assert ways["customers"].sum() == len(moved) > 0
    assert ways["change"].isna().all()
    assert money(moved, CODES).empty


def counted(cells: dict[tuple[str, str], int]) -> pd.DataFrame:
    """Moves with so many customers from one group to another."""
    pairs = [pair for pair, count in cells.items() for _ in range(count)]
    return pd.DataFrame(pairs, columns=["origin", "target"])


MOVED = {
    ("mass", "mass"): 300, ("mass", "affluent"): 20, ("affluent", "mass"): 15, ("affluent", "affluent"): 90,
    ("affluent", "premium"): 11, ("premium", "premium"): 40, ("private_banking", "private_banking"): 12,
    ("mass", "left"): 5, ("joined", "premium"): 3,
}  # fmt: skip


def test_groups_are_joined_until_moves_between_them_can_be_shown():
    moved = counted(MOVED)
    assert mig.coarser(moved, CODES)[1] == CODES
    joined, codes = mig.coarser(counted(MOVED | {("premium", "private_banking"): 2}), CODES)
    assert list(codes) == ["mass", "affluent", "premium+private_banking"]
    assert codes["premium+private_banking"] == "Premium to Private banking"
    assert len(joined) == len(moved) + 2
    assert set(joined["target"]) == {*codes, "left"}
    codes = mig.coarser(counted(MOVED | {("premium", "affluent"): 1}), CODES)[1]
    assert list(codes) == ["mass", "affluent+premium", "private_banking"]


def test_two_groups_are_left_unless_one_is_empty():
    few = {("mass", "mass"): 300, ("mass", "affluent"): 5, ("affluent", "affluent"): 40}
    assert list(mig.coarser(counted(few), CODES)[1]) == ["mass", "affluent+premium+private_banking"]
    assert list(mig.coarser(counted({("mass", "mass"): 300}), CODES)[1]) == ["+".join(CODES)]
    assert list(mig.coarser(counted({}), CODES)[1]) == ["+".join(CODES)]


def test_moves_of_the_simulated_bank_can_be_shown_when_few_of_a_tier_left():
    """As in a bank of 5,000: one customer left the upper tiers, which withheld every row of the matrix."""
    here = mig.still_here(counted(MOVED | {("premium", "left"): 1, ("premium", "affluent"): 1}))
    assert "left" not in set(here["target"])
    matrix = mig.rates(*mig.coarser(here, CODES))
    shown = suppress(matrix[matrix["count"] > 0], "count", by=["origin_label", "target_label"])
    assert shown["rate"].notna().all()


def test_withheld_cells_of_a_row_are_told_together():
    matrix = mig.rates(counted({("mass", "mass"): 75, ("mass", "affluent"): 19, ("mass", "left"): 6}), CODES)
    matrix = matrix[matrix["count"] > 0].set_index("target")
    hidden = matrix.index != "mass"
    withheld = matrix.assign(**{name: matrix[name].mask(hidden) for name in ("count", "n", "rate")})
    found = mig.with_rest(withheld)
    assert found["rest"].isna().tolist() == [True, False, False]
    assert found.loc[["affluent", "left"], "rest"].tolist() == [0.25, 0.25]
    assert found.loc["left", "rest_low"] < 0.25 < found.loc["left", "rest_high"] < 0.35
    nothing = mig.with_rest(matrix.assign(count=np.nan, n=np.nan, rate=np.nan))
    assert nothing["rest"].isna().all()


def test_ways_are_told_with_their_intervals():
    ways = directions(moves(3), CODES)
    said = told(ways)
    assert said.startswith("Of the 3,000 customers of a year earlier (95% intervals): Moved up ")
    stayed = ways.set_index("direction").loc["same"]
    assert f"Stayed {stayed['share']:.1%} ({stayed['low']:.1%}–{stayed['high']:.1%})" in said
    assert "Joined" not in said
    assert "Too few" in told(ways.assign(share=np.nan))
    assert "No moves can be seen" in told(ways.head(0))


def test_a_usual_year_is_called_unusual_as_often_as_the_level_says():
    values = []
    for seed in range(150):
        years = [mig.rates(moves(1000 * k + seed, size=1_500), CODES) for k in (1, 2)]
        values.append(mig.usual(*years, seed)[0].p_value)
    assert 0.02 <= np.mean(np.array(values) < mig.LEVEL) <= 0.09
    assert 0.4 <= np.mean(values) <= 0.6


def test_an_unusual_year_is_found():
    other = PLANTED.assign(mass=PLANTED["mass"] - 0.03 * (PLANTED["mass"] > 0.05), left=PLANTED["left"])
    other["left"] += 1 - other.sum(axis=1)
    found, words = mig.usual(mig.rates(moves(5, planted=other), CODES), mig.rates(moves(6), CODES), 1)
    assert found.p_value < 0.01
    assert "differs from the one before" in words


def test_too_short_a_history_gives_no_rates():
    then, now = panel(4)
    assert mig.moves(then, now, "tier", history=179).empty
    rates = mig.rates(mig.moves(then, now, "tier", history=179), CODES)
    assert rates["rate"].isna().all()
    found, words = mig.usual(mig.rates(moves(4), CODES), rates, 1)
    assert np.isnan(found.p_value)
    assert "do not reach back" in words


@pytest.mark.parametrize(
    ("day", "before"),
    [
        (date(2024, 12, 31), date(2023, 12, 31)),
        (date(2024, 2, 29), date(2023, 2, 28)),
        (date(2025, 2, 28), date(2024, 2, 29)),
        (date(2024, 6, 15), date(2023, 6, 15)),
    ],
)
def test_a_year_before_ends_a_month_if_the_day_does(day, before):
    assert mig.year_before(day) == before


def test_the_order_is_that_of_the_ladder_and_of_engagement():
    assert list(mig.order("tier", STEPS)) == list(STEPS.codes)
    assert list(mig.order("engagement", STEPS)) == ["dormant", "active", "core"]


def test_migration_of_the_simulated_bank(demo_folder):
    view = open_bank(str(demo_folder)).view()
    earlier = view.at(mig.year_before(view.as_of))
    now, then = (
        seg.grouped(seg.fetched(day), STEPS, seg.Rule()).set_index("customer_id", drop=False)
        for day in (view, earlier)
    )
    for by in ("tier", "engagement"):
        moved = mig.moves(
            then.reset_index(drop=True), now.reset_index(drop=True), by, seg.history_days(earlier)
        )
        gone = set(moved.loc[moved["target"] == "left", "customer_id"])
        assert gone == set(then.index) - set(now.index) != set()
        assert set(moved.loc[moved["origin"] == "joined", "customer_id"]) == set(now.index) - set(then.index)
        stays = mig.rates(moved, mig.order(by, STEPS)).query("origin == target")
        assert (stays["rate"] * stays["n"]).sum() / stays["n"].sum() > 0.7
