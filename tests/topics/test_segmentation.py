"""Segmentation: tiers, engagement, RFM, their follow-up, and the checks that must fire on bad input."""

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from analysis import language
from analysis.bank.source import MissingTable, open_bank
from analysis.statistics.concentration import gini
from analysis.topics import segmentation as seg
from analysis.topics.segmentation.follow_up import sum_ranks_better

RULE = seg.Rule()
N = 1200


@pytest.fixture
def people() -> pd.DataFrame:
    """1,200 customers of a bank in CNY with long-tailed assets and a fifth of them quiet."""
    rng = np.random.default_rng(11)
    pace = rng.gamma(1.2, 30, N)
    quiet = rng.random(N) < 0.2
    return seg.checked(
        pd.DataFrame(
            {
                "customer_id": [f"C{i:05d}" for i in range(N)],
                "tenure_days": rng.integers(400, 3000, N),
                "days_since_activity": np.where(quiet, rng.integers(181, 700, N), rng.integers(0, 60, N)),
                "bookings_365d": np.where(quiet, rng.integers(0, 4, N), rng.poisson(pace) + 1),
                "active_months_12m": np.where(quiet, 2, rng.integers(4, 13, N)),
                "turnover_365d": rng.lognormal(10, 1, N),
                "has_salary": rng.random(N) < 0.4,
                "families_held": rng.integers(1, 4, N),
                "assets": rng.lognormal(10, 1.8, N),
                "balance_mean_12m": 1.0,
                "margin": rng.lognormal(4, 1, N),
                "marketing_consent": rng.random(N) < 0.7,
            }
        )
    )


def groups(people: pd.DataFrame, **ladder) -> tuple[pd.DataFrame, seg.Ladder]:
    steps = seg.ladder(people["assets"], ladder.pop("currency", "CNY"), **ladder)
    return seg.grouped(people, steps, RULE), steps


def followed(people: pd.DataFrame, steps: seg.Ladder, gone: float = 0.1) -> pd.DataFrame:
    """What became of `people`: the more they booked the more they book; some of the dormant leave."""
    rng = np.random.default_rng(5)
    then = seg.grouped(people, steps, RULE)
    leaves = (then["engagement"] == "dormant") & (rng.random(len(then)) < gone)
    now = then.loc[~leaves, ["customer_id"]].assign(
        bookings_180d=rng.poisson(then["bookings_365d"] / 2)[~leaves]
    )
    return seg.follow(then, now)


# Tiers


def test_thresholds_belong_to_the_tier_above():
    steps = seg.ladder([], "CNY")
    assets = pd.Series([0, 49_999.99, 50_000, 499_999, 500_000, 9_999_999, 10_000_000, np.nan])
    assert seg.tier_of(assets, steps).tolist()[:7] == [
        "mass", "mass", "affluent", "affluent", "premium", "premium", "private_banking",
    ]  # fmt: skip
    assert seg.tier_of(assets, steps).isna().tolist() == [False] * 7 + [True]


def test_every_customer_counts_once(people):
    table, steps = groups(people)
    tiers = seg.tier_table(table, steps)
    assert tiers["customers"].sum() == N
    assert tiers["assets"].sum() == pytest.approx(people["assets"].sum())
    for share in ("customers_share", "assets_share", "margin_share"):
        assert tiers[share].sum() == pytest.approx(1)


def test_another_currency_takes_its_own_quantiles_and_says_so(people):
    table, steps = groups(people, currency="CZK")
    assert steps.origin == "quantiles"
    assert steps.codes[-1] == "top"
    shares = seg.tier_table(table, steps)["customers_share"].tolist()
    assert shares == pytest.approx([0.6, 0.3, 0.09, 0.01], abs=0.02)
    assert "quantiles" in steps.sentence()
    assert "CZK" in steps.sentence()


def test_thresholds_and_names_are_parameters(people):
    table, _steps = groups(people, thresholds=[1000, 20_000], names=["low", "middle", "high"])
    assert set(table["tier"]) == {"low", "middle", "high"}
    assert seg.ladder([], "CNY", [5]).codes == ("tier_1", "tier_2")


@pytest.mark.parametrize(
    ("thresholds", "names", "words"),
    [([500, 100], (), "ascending"), ([0, 100], (), "above 0"), ([100], ["a"], "expected 2 names")],
)
def test_unusable_ladders_are_refused(thresholds, names, words):
    with pytest.raises(ValueError, match=words):
        seg.ladder([], "CNY", thresholds, names)


def test_small_tiers_are_shown_with_their_neighbour():
    assets = pd.Series([1e4] * 50 + [1e5] * 20 + [1e6] * 5 + [2e7] * 2)
    table = pd.DataFrame({"assets": assets, "margin": np.nan})
    steps = seg.ladder(assets, "CNY")
    tiers = seg.publishable(seg.tier_table(table.assign(tier=seg.tier_of(assets, steps)), steps))
    assert tiers["customers"].tolist() == [50, 27]
    assert tiers["tier"].tolist() == ["mass", "affluent+premium+private_banking"]
    assert tiers["label"].tolist() == ["Mass", "Affluent to Private banking"]
    assert tiers["assets"].sum() == pytest.approx(assets.sum())
    assert tiers["margin"].isna().all()


def test_no_assets_at_all_make_no_tiers(people):
    table, steps = groups(people.assign(assets=np.nan), currency="EUR")
    assert table["tier"].isna().all()
    assert seg.publishable(seg.tier_table(table, steps)).empty
    assert "No assets are known" in seg.headline(table, steps, gini(table["assets"]))


# Engagement


def one(**columns) -> pd.DataFrame:
    base = {
        "customer_id": "C1", "tenure_days": 900, "days_since_activity": 10.0, "bookings_365d": 30,
        "active_months_12m": 9, "has_salary": 0, "families_held": 2.0,
    }  # fmt: skip
    return seg.checked(pd.DataFrame([base | columns]))


@pytest.mark.parametrize(
    ("columns", "group"),
    [
        ({}, "core"),
        ({"days_since_activity": 90.0}, "core"),
        ({"days_since_activity": 91.0}, "active"),
        ({"days_since_activity": 180.0}, "active"),
        ({"days_since_activity": 181.0}, "dormant"),
        ({"active_months_12m": 8}, "active"),
        ({"active_months_12m": 8, "has_salary": 1}, "core"),
        ({"families_held": 1.0}, "active"),
        ({"families_held": np.nan}, "core"),
        ({"days_since_activity": np.nan, "tenure_days": 20}, "active"),
        ({"days_since_activity": np.nan}, "dormant"),
        ({"days_since_activity": np.nan, "observed_days": 40}, "active"),
    ],
)
def test_the_rule_says_who_is_what(columns, group):
    assert seg.engagement_of(one(**columns), RULE).tolist() == [group]


def test_groups_are_all_customers_once(people):
    table = seg.engagement_table(groups(people)[0])
    assert table["customers"].sum() == N
    assert table["customers_share"].sum() == pytest.approx(1)


def test_a_longer_window_never_makes_more_dormant(people):
    table = seg.window_sensitivity(people, RULE)
    dormant = table[table["engagement"] == "dormant"].sort_values("dormant_days")["share"]
    assert (dormant.diff().dropna() <= 0).all()
    assert table.groupby("dormant_days")["share"].sum().tolist() == pytest.approx([1] * 8)


def test_windows_in_which_a_group_is_too_small_are_left_out(people):
    # 20 customers have been quiet for 100 days, 5 of them for 200.
    quiet = people.assign(days_since_activity=[200.0] * 5 + [100.0] * 15 + [1.0] * (N - 20))
    table = seg.window_sensitivity(quiet, RULE)
    assert sorted(table["dormant_days"].unique()) == [60, 90, 240, 300, 360]
    assert seg.window_sensitivity(people.head(0), RULE).empty


@pytest.mark.parametrize("windows", [(0, 180), (200, 180)])
def test_impossible_windows_are_refused(windows):
    with pytest.raises(ValueError, match="active_days"):
        seg.Rule(*windows)


# RFM


def test_scores_are_fifths_of_the_ranking():
    hundred = (
        one()
        .loc[[0] * 100]
        .assign(customer_id=range(100), days_since_activity=range(100))
        .reset_index(drop=True)
    )
    scores = seg.rfm_scores(hundred)
    assert scores["r"].value_counts().tolist() == [20] * 5
    assert scores["r"].iloc[0] == 5  # booked today
    assert set(scores["f"]) == {3}  # all tied


def test_ties_are_never_split():
    frame = one().loc[[0] * 60].assign(customer_id=range(60), bookings_365d=[1] * 40 + [9] * 20)
    scores = seg.rfm_scores(frame.reset_index(drop=True))
    assert scores.groupby(frame["bookings_365d"].to_numpy())["f"].nunique().tolist() == [1, 1]


def test_who_never_booked_is_least_recent(people):
    people.loc[0, "days_since_activity"] = np.nan
    assert seg.rfm_scores(people)["r"].iloc[0] == 1


def test_segments_tile_the_grid():
    """Each segment is one rectangle, so that the map shows the rule truly."""
    regions = seg.rfm_regions()
    area = (regions["r_high"] - regions["r_low"] + 1) * (regions["f_high"] - regions["f_low"] + 1)
    cells = pd.Series([code for row in seg.GRID.values() for code in row]).value_counts()
    assert area.set_axis(regions["rfm_segment"]).to_dict() == cells.to_dict()


def test_segments_hold_all_customers(people):
    table = seg.rfm_segments(groups(people)[0])
    assert table["customers"].sum() == N
    assert table["assets_share"].sum() == pytest.approx(1)


# Follow-up


def test_outcomes_are_counted_as_they_happened():
    then = pd.DataFrame({"customer_id": list("abcd"), "engagement": ["core", "core", "dormant", "dormant"]})
    now = pd.DataFrame({"customer_id": list("abc"), "bookings_180d": [4, 0, 0]})
    found = seg.follow(then, now)
    assert found["outcome"].tolist() == ["active", "quiet", "quiet", "left"]
    assert found["later_bookings"].tolist() == [4, 0, 0, 0]
    table = seg.outcomes(found).set_index(["outcome", "group"])
    assert table.loc[("active", "core"), "share"] == 0.5
    assert table.loc[("left", "dormant"), "share"] == 0.5
    assert set(table["average"]) == {0.25}


def test_groups_made_on_a_short_history_are_not_followed():
    then = pd.DataFrame({"customer_id": ["a", "b"], "engagement": "core"})
    now = then.assign(bookings_180d=3)
    assert seg.follow(then, now, history=179).empty
    assert len(seg.follow(then, now, history=180)) == 2


def test_nobody_leaving_is_no_rate_of_zero():
    then = pd.DataFrame({"customer_id": ["a", "b"], "engagement": "core"})
    now = pd.DataFrame({"customer_id": ["a", "b"], "bookings_180d": [1, 2]})
    assert set(seg.outcomes(seg.follow(then, now))["outcome"]) == {"active"}


def test_frequent_customers_book_more_later(people):
    _table, steps = groups(people)
    after = followed(people, steps)
    bands = seg.band_lifts(after)
    assert bands["customers"].sum() == N
    assert (bands["lift"].diff().dropna() > 0).all()
    champions = seg.segment_lifts(after).set_index("rfm_segment").loc["champion"]
    assert champions["low"] > 1


# Findings


def test_headline_counts_what_it_says(people):
    table, steps = groups(people)
    rich = table["assets"] >= 500_000
    said = seg.headline(table, steps, gini(table["assets"]))
    assert f"{rich.mean():.1%} of customers have CNY 500,000 or more" in said
    assert f"hold {table.loc[rich, 'assets'].sum() / table['assets'].sum():.1%} of all assets" in said
    assert f"{(table['engagement'] == 'dormant').mean():.1%} dormant" in said


def test_equal_assets_give_a_headline_without_concentration(people):
    table, steps = groups(people.assign(assets=60_000.0))
    said = seg.headline(table, steps, gini(table["assets"]))
    assert "Gini 0.00" in said
    assert "0.00% of customers have CNY 500,000 or more and hold 0.0% of all assets" in said


@pytest.mark.parametrize(
    ("millionaires", "savers", "said"),
    [
        (11, 0, "CNY 500,000 or more and hold"),
        (10, 40, "CNY 50,000 or more and hold"),
        (10, 0, "The Gini coefficient of assets is"),
    ],
)
def test_the_headline_speaks_of_no_small_group(people, millionaires, savers, said):
    rest = N - millionaires - savers
    assets = [1e6] * millionaires + [1e5] * savers + [100.0] * rest
    table, steps = groups(people.assign(assets=assets))
    spread = gini(table["assets"])
    assert said in seg.headline(table, steps, spread)
    told = {one["name"]: one["n"] for one in seg.figures(table, steps, spread, pd.DataFrame())}
    assert told.get("upper_tiers_assets_share", 11) >= 11


def test_figures_carry_interval_and_baseline(people):
    table, steps = groups(people)
    found = {
        one["name"]: one for one in seg.figures(table, steps, gini(table["assets"]), followed(people, steps))
    }
    assert found["gini_assets"]["low"] < found["gini_assets"]["value"] < found["gini_assets"]["high"]
    assert found["upper_tiers_assets_share"]["baseline"] == pytest.approx((table["assets"] >= 5e5).mean())
    assert (
        found["core_share"]["value"] + found["active_share"]["value"] + found["dormant_share"]["value"] == 1
    )
    assert found["rfm_rank_correlation"]["baseline"] > 0.5


def test_ranking_says_which_is_better(people):
    _table, steps = groups(people)
    after = followed(people, steps)
    assert seg.ranking(after).endswith("the count is enough.")
    assert seg.ranking(after.assign(later_bookings=after["rfm"])).endswith("The sum ranks better.")
    assert "do not reach back" in seg.ranking(after.head(0))


def test_the_sum_ranks_better_only_beyond_chance():
    rng = np.random.default_rng(5)

    def told(gain: float, n: int) -> bool:
        """Whether a sum that knows `gain` more of what will be than the count is called better."""
        signal = rng.normal(size=n)
        count = signal + rng.normal(size=n)
        later = signal + rng.normal(size=n)
        frame = {"rfm": signal + gain * later + rng.normal(size=n), "bookings_365d": count}
        return sum_ranks_better(pd.DataFrame(frame | {"later_bookings": later}))

    false_alarms = sum(told(0.0, 200) for _ in range(400)) / 400
    assert false_alarms <= 0.05  # one-sided: 2.5 % are expected
    assert sum(told(0.3, 2_000) for _ in range(20)) == 20
    assert not sum_ranks_better(
        pd.DataFrame({"rfm": [1, 2], "bookings_365d": [2, 1], "later_bookings": [1, 2]})
    )


def test_the_action_is_the_one_with_more_money_at_stake(people):
    table, steps = groups(people)
    what, chosen = seg.action(table, steps, RULE)
    assert "dormant for over 180 days and who agreed" in what
    assert (chosen["engagement"] == "dormant").all()
    assert (chosen["assets"] >= 50_000).all()
    assert (chosen["marketing_consent"] == 1).all()
    assert chosen["assets"].is_monotonic_decreasing
    made = seg.decision(what, chosen, steps)
    assert made["customers"] == len(chosen) > 0
    assert made["money"] == pytest.approx(chosen["assets"].sum())
    table["staff_id"] = np.where(table["assets"] >= 200_000, None, "S1")
    what, chosen = seg.action(table, steps, RULE)
    assert "a relationship manager to the customers" in what
    assert (
        chosen["customer_id"].tolist()
        == table[table["assets"] >= 200_000].sort_values("assets")["customer_id"].tolist()[::-1]
    )


def test_without_money_at_stake_all_dormant_are_written_to(people):
    table, steps = groups(people.assign(assets=np.nan, marketing_consent=np.nan))
    what, chosen = seg.action(table, steps, RULE)
    assert what.startswith("Write to the customers who have been dormant for over 180 days")
    assert "consent to be contacted is not on record" in what
    assert len(chosen) == (table["engagement"] == "dormant").sum()
    assert "money" not in seg.decision(what, chosen, steps)


def test_nothing_to_decide_is_said(people):
    table, steps = groups(people.assign(days_since_activity=5.0))
    what, chosen = seg.action(table, steps, RULE)
    assert "nothing to decide" in what
    assert seg.decision(what, chosen, steps) == {
        "who": "Head of retail banking",
        "what": what,
        "customers": 0,
    }


# Health


def checks(
    people: pd.DataFrame, after: pd.DataFrame | None = None, history: int = 900, **ladder
) -> dict[str, bool]:
    table, steps = groups(people, **ladder)
    after = followed(people, steps) if after is None else after
    return {name: ok for name, ok, _words in seg.checks(table, steps, gini(table["assets"]), after, history)}


def test_no_check_tells_what_one_customer_has(people):
    table, steps = groups(people.assign(assets=[1e9] + [1e5] * (N - 1)))
    found = seg.checks(table, steps, gini(table["assets"]), followed(people, steps), 900)
    said = next(words for name, _ok, words in found if name == "one_holder")
    assert said == "The largest customer holds more than 5% of all assets and decides the shares."


def test_a_sound_bank_passes_all_checks(people):
    found = checks(people, thresholds=[10_000, 100_000])
    assert [name for name, ok in found.items() if not ok] == []


@pytest.mark.parametrize(
    ("check", "columns"),
    [
        ("tier_size", {"assets": [2e7] * 3 + [1e4] * (N - 3)}),
        ("tier_size", {"assets": np.nan}),
        ("balance_known", {"balance_mean_12m": [np.nan] * 200 + [1.0] * (N - 200)}),
        ("gini_interval", {"assets": [1e9] + [1.0] * (N - 1)}),
        ("gini_interval", {"assets": np.nan}),
        ("one_holder", {"assets": [1e9] + [1e5] * (N - 1)}),
        ("ties_r", {"days_since_activity": 3.0}),
        ("ties_f", {"bookings_365d": [0] * 700 + list(range(N - 700))}),
        ("ties_m", {"turnover_365d": 0.0}),
    ],
)
def test_checks_fire_on_bad_customers(people, check, columns):
    assert not checks(people.assign(**columns))[check]


def test_checks_fire_on_short_history_and_no_outcome(people):
    assert not checks(people, history=300)["history"]
    _table, steps = groups(people)
    assert not checks(people, after=followed(people, steps).head(0))["outcomes"]


def test_checks_fire_on_too_few_to_tell(people):
    people.loc[people.index[10:], "days_since_activity"] = 5.0
    assert not checks(people)["engagement_holds"]


def test_checks_fire_when_groups_mean_nothing(people):
    _table, steps = groups(people)
    rng = np.random.default_rng(3)
    then = seg.grouped(people, steps, RULE)
    now = then[["customer_id"]].assign(bookings_180d=rng.permutation(then["bookings_365d"].to_numpy()))
    found = checks(people, after=seg.follow(then, now))
    assert not found["engagement_holds"]
    assert not found["rfm_ascends"]
    assert not found["departures"]


# Tables of your own


def test_a_table_of_your_own_needs_four_columns():
    small = pd.DataFrame(
        {
            "customer_id": ["a", "b"],
            "tenure_days": [900, 900],
            "days_since_activity": [5, 300],
            "bookings_365d": [9, 0],
        }
    )
    table = seg.grouped(seg.checked(small), seg.ladder([], "CNY"), RULE)
    assert table["engagement"].tolist() == ["active", "dormant"]
    assert table["tier"].isna().all()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t.drop(columns="tenure_days"), "lacks tenure_days .days since joining."),
        (lambda t: pd.concat([t, t]), "customer_id is to be unique"),
        (lambda t: t.assign(assets="12,5"), "assets holds '12,5'; expected a number .currency."),
        (lambda t: t.assign(bookings_365d=-1), "bookings_365d reaches down to -1"),
    ],
)
def test_an_unfit_table_is_refused(people, change, words):
    with pytest.raises(ValueError, match=words):
        seg.checked(change(people))


# From the bank


def write(folder, **tables) -> str:
    for name, frame in tables.items():
        frame.to_parquet(folder / f"{name}.parquet", index=False)
    return str(folder)


@pytest.fixture
def bank(tmp_path) -> dict[str, pd.DataFrame]:
    days = pd.to_datetime(["2024-06-28 10:00", "2024-03-05 09:00", "2023-10-02 08:00", "2024-06-29 00:10"])
    return {
        "bank_profile": pd.DataFrame(
            {"bank_id": ["T"], "name": ["Test bank"], "currency": ["CNY"], "country": ["CN"],
             "extracted_on": [date(2024, 12, 31)]}
        ),
        "customers": pd.DataFrame(
            {"customer_id": ["a", "b", "c"], "joined_on": [date(2020, 1, 1)] * 3,
             "left_on": [None, None, date(2024, 9, 1)], "branch_id": ["B01", "B02", "B01"], "region": "East",
             "birth_date": date(1980, 1, 1), "gender": "female", "marketing_consent": [True, False, None]}
        ),
        "accounts": pd.DataFrame(
            {"account_id": ["a1", "a2", "b1", "c1"], "customer_id": ["a", "a", "b", "c"],
             "product_id": ["D", "L", "D", "X"], "opened_on": [date(2020, 1, 1)] * 4}
        ),
        "products": pd.DataFrame(
            {"product_id": ["D", "L", "X"], "family": ["deposit", "loan", "wealth"], "name": ["d", "l", "x"],
             "margin_rate": [0.02, 0.03, None], "launched_on": [date(2019, 1, 1)] * 3}
        ),
        "balances": pd.DataFrame(
            {"account_id": ["a1", "a2", "b1", "c1", "a1"], "balance": [1000.0, -5000.0, 300.0, 70.0, 9e9],
             "month_end": [date(2024, 6, 30)] * 4 + [date(2024, 7, 31)]}
        ),
        "transactions": pd.DataFrame(
            {"transaction_id": list("1234"), "account_id": ["a1", "b1", "c1", "a1"], "booked_at": days,
             "amount": [-10.0, -20.0, -30.0, 4.0],
             "category": ["card_payment", "transfer_out", "bill", "interest"],
             "channel": ["pos", "mobile", "branch", "system"]}
        ),
    }  # fmt: skip


def table_of(folder, day, **tables) -> pd.DataFrame:
    view = open_bank(write(folder, **tables)).view(day)
    return seg.fetched(view).set_index("customer_id").sort_index()


def test_customers_of_a_bank(bank, tmp_path):
    found = table_of(tmp_path, "2024-06-30", **bank)
    assert found.index.tolist() == ["a", "b", "c"]
    assert found["assets"].tolist() == [1000, 300, 70]
    assert found["margin"].tolist()[:2] == pytest.approx([1000 * 0.02 + 5000 * 0.03, 6])
    assert np.isnan(found.loc["c", "margin"])
    assert found["days_since_activity"].tolist() == [2, 117, 272]
    assert found.loc["a", "turnover_365d"] == 14
    assert set(found["observed_days"]) == {272}
    assert found["marketing_consent"].tolist()[:2] == [1, 0]


def test_a_bank_without_balances_and_products(bank, tmp_path):
    found = table_of(
        tmp_path, "2024-06-30", **{k: v for k, v in bank.items() if k not in ("balances", "products")}
    )
    assert found[["assets", "margin", "families_held"]].isna().all().all()
    assert seg.engagement_of(found, RULE).tolist() == ["active", "active", "dormant"]


def test_a_bank_without_bookings_cannot_be_segmented(bank, tmp_path):
    del bank["transactions"]
    with pytest.raises(MissingTable, match="transactions"):
        table_of(tmp_path, "2024-06-30", **bank)


def test_what_happens_later_moves_nothing(bank, tmp_path):
    """No look-ahead: bookings, balances, customers and departures after the day change no row."""
    before = table_of(tmp_path, "2024-06-30", **bank)
    later = bank["transactions"].assign(
        transaction_id=list("5678"), booked_at=pd.Timestamp("2024-07-01 00:00"), amount=1e6, channel="mobile"
    )
    newcomer = bank["customers"].tail(1).assign(customer_id="z", joined_on=date(2024, 7, 1), left_on=None)
    rich = bank["balances"].assign(month_end=date(2024, 8, 31), balance=1e9)
    changed = bank | {
        "transactions": pd.concat([bank["transactions"], later]),
        "customers": pd.concat([bank["customers"].assign(left_on=date(2024, 7, 2)), newcomer]),
        "balances": pd.concat([bank["balances"], rich]),
    }
    folder = tmp_path / "later"
    folder.mkdir()
    pd.testing.assert_frame_equal(before, table_of(folder, "2024-06-30", **changed))


def test_history_is_counted_to_the_day(bank, tmp_path):
    view = open_bank(write(tmp_path, **bank)).view("2024-06-30")
    assert seg.history_days(view) == (date(2024, 6, 30) - date(2023, 10, 2)).days
    assert seg.history_days(view.at(view.as_of - timedelta(days=400))) == 0


def test_before_the_bank_had_customers_there_is_nothing_and_no_error(bank, tmp_path):
    view = open_bank(write(tmp_path, **bank)).view("2019-12-31")
    people = seg.fetched(view)
    steps = seg.ladder(people["assets"], view.currency)
    table = seg.grouped(people, steps, RULE)
    after = seg.follow(table, people)
    assert table.empty
    assert seg.outcomes(after).empty
    assert seg.band_lifts(after).empty
    assert seg.publishable(seg.tier_table(table, steps)).empty
    spread = gini(table["assets"])
    assert "No assets are known" in seg.headline(table, steps, spread)
    assert not all(ok for _name, ok, _words in seg.checks(table, steps, spread, after, 0))


def test_sentences_are_in_the_language_in_use():
    language.use("zh")
    try:
        assert "90" in RULE.sentence()
        assert seg.rfm_regions()["label"].notna().all()
    finally:
        language.use("en")
