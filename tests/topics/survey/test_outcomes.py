"""What follows an answer is counted from its day, over a whole year, and compared with what was known then."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from analysis import language
from analysis.bank.demo import write
from analysis.bank.source import open_bank
from analysis.topics.survey import answers, outcome_effects, outcomes


@pytest.fixture(scope="module")
def bank(tmp_path_factory):
    folder = tmp_path_factory.mktemp("outcomes") / "bank"
    write(folder, folder.with_name("truth"), customers=3_000, seed=3, months=30)
    return open_bank(str(folder))


@pytest.fixture(scope="module")
def rows(bank):
    view = bank.view()
    asked = answers.invited(view), outcomes.behaviour(view), answers.scores(view), answers.items(view)
    return outcomes.followed(*asked)


def test_only_waves_whose_year_is_over(bank, rows):
    view = bank.view()
    assert set(rows["wave"]) == {"2022H1", "2022H2", "2023H1"}
    earlier = outcomes.behaviour(bank.view("2023-12-31"))
    assert set(earlier["wave"]) == {"2022H1", "2022H2"}
    # What was known then does not change with later days.
    both = earlier.merge(outcomes.behaviour(view), on=["wave", "customer_id"])
    for name in outcomes.BEHAVIOUR:
        assert both[f"{name}_x"].tolist() == pytest.approx(both[f"{name}_y"].tolist()), name
    assert outcomes.behaviour(bank.view("2022-12-31")).empty


def test_leaving_is_counted_from_the_day_of_the_answer(bank, rows):
    left = pd.to_datetime(bank.view().table("customers").to_pandas().set_index("customer_id")["left_on"])
    on = rows["customer_id"].map(left)
    assert ((on <= rows["day"] + pd.Timedelta(days=365)) == (rows["left"] == 1)).all()
    assert (on.isna() | (on > rows["day"])).all()
    assert (rows.loc[rows["left"] == 1, "stayed_months"] <= 12).all()
    assert (rows.loc[on.isna(), "stayed_months"] == 12).all()
    answered = rows["response_id"].notna()
    assert (rows.loc[answered, "day"] == rows.loc[answered, "answered_on"]).all()
    assert (rows.loc[~answered, "day"] == rows.loc[~answered, "invited_on"]).all()


def test_assets_products_and_margin_of_one_customer(bank, rows):
    """Against the stored tables, in pandas."""
    row = rows[(rows["assets_then"] > 1_000) & (rows["families_then"] > 2)].iloc[0]
    own = bank.typed("accounts").to_pandas().query("customer_id == @row.customer_id")
    products = bank.typed("products").to_pandas().set_index("product_id")
    own = own.assign(
        family=own["product_id"].map(products["family"]), rate=own["product_id"].map(products["margin_rate"])
    )
    own = own.assign(fee=own["product_id"].map(products["annual_fee"]).fillna(0.0))
    month = pd.Period(row["day"], "M")
    balances = bank.typed("balances").to_pandas().merge(own, on="account_id")
    balances["month"] = pd.PeriodIndex(pd.to_datetime(balances["month_end"]), freq="M")
    money = balances[balances["family"].isin(("deposit", "wealth"))].groupby("month")["balance"].sum()
    for name, when in (("earlier", month - 7), ("then", month - 1), ("later", month + 12)):
        assert row[f"assets_{name}"] == pytest.approx(money.get(when, 0.0)), name
    for name, day in (("then", row["day"]), ("later", row["day"] + pd.Timedelta(days=365))):
        closed = pd.to_datetime(own["closed_on"])
        open_ = (pd.to_datetime(own["opened_on"]) <= day) & (closed.isna() | (closed > day))
        assert row[f"families_{name}"] == own.loc[open_, "family"].nunique()
    earned = (balances["balance"].abs() * balances["rate"].fillna(0) / 12).groupby(balances["month"]).sum()
    assert row["margin_then"] <= 12 * earned[month - 1] + own["fee"].sum()
    assert row["margin_year"] == pytest.approx(row["margin_then"] + row["margin_change"])


def test_groups_index_and_the_parts_of_the_margin(bank, rows):
    scores = answers.scores(bank.view())
    said = scores.reindex(rows["response_id"].dropna())["nps"].to_numpy()
    group = rows.loc[rows["response_id"].notna(), "group"]
    assert (group[said >= 9] == "promoter").all() and (group[said <= 6] == "detractor").all()
    assert (rows.loc[rows["response_id"].isna(), "group"] == "silent").all()
    one = rows[rows["satisfaction"].notna()].iloc[0]
    assert one["satisfaction"] == pytest.approx(
        10 * scores.loc[one["response_id"], ["sat1", "sat2", "sat3", "sat4"]].mean()
    )
    assert rows["margin_change"].to_numpy() == pytest.approx(
        (rows["churn_part"] + rows["balance_part"]).to_numpy()
    )
    stayed = rows[rows["stayed_months"] == 12]
    assert (stayed["churn_part"].abs() < 1e-9).all()


def followed(seed: int, n: int = 6_000, slope: float = -0.5) -> pd.DataFrame:
    """Answers of as many customers: satisfaction and leaving share a trait; richer customers are happier and stay."""
    rng = np.random.default_rng(seed)
    rich, trait = rng.normal(size=n), rng.normal(size=n)
    satisfaction = 60 + 8 * trait + 5 * rich
    hazard = np.exp(-4.6 + slope * trait - 0.8 * rich)
    month = np.minimum(rng.geometric(1 - np.exp(-hazard)) - 1, 12).astype(float)
    margin = 500 * np.exp(rich / 2)
    kept, moved = margin * month / 12, rng.normal(0, 20, n)
    return pd.DataFrame(
        {
            "customer_id": [f"C{k}" for k in range(n)], "wave": "w", "age": rng.normal(45, 10, n), "gender": "f",
            "branch_id": "B01", "tenure_days": 2_000.0, "assets": np.exp(8 + 2 * rich), "complaints_365d": 0.0,
            "digital_90d": 5.0, "families_then": 2.0, "margin_then": margin, "left": (month < 12).astype(float),
            "stayed_months": month, "satisfaction": satisfaction,
            "group": np.select([satisfaction > 66, satisfaction > 54], ["promoter", "passive"], "detractor"),
            "assets_kept": np.where(month < 12, 0.0, 1.0), "families_change": 0.0 - (month < 12),
            "growth_before": rng.normal(size=n), "churn_part": kept - margin, "balance_part": moved,
            "margin_change": kept - margin + moved,
        }
    )  # fmt: skip


@pytest.fixture(scope="module")
def found():
    return outcome_effects.effects(followed(1))


def test_the_hazard_of_the_trait_is_found_with_its_attenuation(found):
    """Satisfaction is 8 points per trait, which carries -0.5, and 5 per wealth, which is adjusted for."""
    rows = found.hazard.set_index("model")
    spread = np.sqrt(8**2 + 5**2)
    assert rows.loc["adjusted", "low"] < np.exp(-0.5 * spread / 8) < rows.loc["adjusted", "high"]
    assert rows.loc["naive", "high"] < rows.loc["adjusted", "ratio"]


def test_wealth_is_not_taken_for_satisfaction(found):
    """With no effect of the trait promoters leave less all the same, as they are richer; adjusted they do not."""
    none = outcome_effects.effects(followed(2, slope=0.0))
    row = outcome_effects.effect_table(none).set_index("outcome").loc["left"]
    assert row["naive_high"] < 0
    assert row["low"] < 0 < row["high"]
    real = outcome_effects.effect_table(found).set_index("outcome").loc["left"]
    assert real["high"] < 0 and real["e_value_interval"] > 1


def test_the_parts_of_the_money_add_up_and_hold_the_truth(found):
    table = outcome_effects.money_table(found).set_index("part")
    for name in ("naive", "difference"):
        assert table.loc["churn_part", name] + table.loc["balance_part", name] == pytest.approx(
            table.loc["margin_change", name]
        )
    # The same hazards with everybody's own wealth, promoters and detractors at their mean trait.
    rows = followed(3, 60_000)
    rows["wealth"] = np.round(np.log(rows["assets"]), 0)
    means = rows.groupby(["wealth", "group"])["margin_change"].mean().unstack()
    share = rows["wealth"].value_counts(normalize=True)
    truth = ((means["promoter"] - means["detractor"]) * share).sum()
    assert table.loc["margin_change", "low"] < truth < table.loc["margin_change", "high"]


def test_words_tables_and_figures(rows):
    effects = outcome_effects.effects(rows)
    table = outcome_effects.leaving_table(rows, effects)
    assert table["answers"].sum() == rows["group"].notna().sum()
    assert table["group"].tolist() == ["promoter", "passive", "detractor", "silent"]
    for code in ("en", "zh"):
        language.use(code)
        said = [
            outcome_effects.sentence(effects),
            outcome_effects.hazard_sentence(effects),
            outcome_effects.money_sentence(effects, "CNY"),
        ]
        assert not any("{" in one or "nan" in one for one in said)
    language.use("en")
    assert outcome_effects.health(effects)
    figures = outcome_effects.figures(outcome_effects.effects(followed(4, 2_000)), "CNY")
    assert [one["name"] for one in figures] == ["promoter_leaving_difference", "promoter_margin_difference"]


def altered(found, outcome: str, **values):
    """The same effects with other figures for promoters."""
    one = found.found[outcome]
    row = one.contrasts["level"] == "promoter"
    contrasts = one.contrasts.assign(**{name: one.contrasts[name].mask(row, v) for name, v in values.items()})
    return replace(found, found=found.found | {outcome: replace(one, contrasts=contrasts)})


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ((-0.03, -0.05, -0.01), "Promoters left less often than detractors within a year: −3.0 points"),
        ((0.03, 0.01, 0.05), "Promoters left more often than detractors within a year: 3.0 points"),
        ((-0.03, -0.07, 0.01), "That promoters leave less often than detractors is not shown: −3.0 points"),
        ((0.0, 0.0, 0.0), "That promoters leave less often than detractors is not shown: 0.0 points"),
        ((np.nan,) * 3, "Who left cannot be adjusted"),
    ],
)
def test_the_words_follow_the_direction_and_the_interval(found, ends, said):
    changed = altered(found, "left", **dict(zip(("difference", "low", "high"), ends, strict=True)))
    assert outcome_effects.sentence(changed).startswith(said)


def test_plain_shares_are_told_where_they_cannot_be_adjusted(found):
    changed = altered(found, "left", difference=np.nan, low=np.nan, high=np.nan, naive=0.283)
    assert "plainly, promoters less detractors: 28.3 points" in outcome_effects.sentence(changed)


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        ((300, 100, 500), "A promoter brings CNY 300 a year more than a detractor, adjusted (CNY 100 to CNY 500)"),
        ((-300, -500, -100), "A promoter brings CNY 300 a year less than a detractor, adjusted (CNY 100 to CNY 500)"),
        ((-30, -500, 440), "That a promoter brings more than a detractor is not shown: −CNY 30 a year, adjusted"
                           " (−CNY 500 to CNY 440)"),
    ],
)  # fmt: skip
def test_what_a_promoter_brings_is_said_as_more_or_less_or_not_shown(found, ends, said):
    changed = altered(found, "margin_change", **dict(zip(("difference", "low", "high"), ends, strict=True)))
    assert outcome_effects.money_sentence(changed, "CNY") == said


@pytest.mark.parametrize(("low", "high", "chance"), [(0.7, 1.4, True), (0.5, 0.9, False), (1.1, 1.9, False)])
def test_a_ratio_that_may_be_1_is_said_to_be_chance(found, low, high, chance):
    changed = replace(found, hazard=found.hazard.assign(low=low, high=high))
    assert ("no more than chance explains" in outcome_effects.hazard_sentence(changed)) == chance


def test_the_table_is_in_percentage_points(found):
    table = outcome_effects.effect_table(found).set_index("outcome")
    own = found.found["left"].contrasts.set_index("level").loc["promoter"]
    assert table.loc["left", "low"] == pytest.approx(100 * own["low"])
    change = found.found["families_change"].contrasts.set_index("level").loc["promoter"]
    assert table.loc["families_change", "low"] == pytest.approx(change["low"])


def test_of_fewer_than_11_promoters_nothing_is_told():
    rows = followed(1, 800)
    few = rows[(rows["group"] != "promoter") | (rows["group"] == "promoter").cumsum().le(10)]
    effects = outcome_effects.effects(few)
    assert outcome_effects.effect_table(effects).empty and outcome_effects.money_table(effects).empty
    assert outcome_effects.sentence(effects).startswith("Fewer than 11 promoters or detractors")
    assert "too few can be compared" in outcome_effects.money_sentence(effects, "CNY")


def test_without_waves_items_or_balances(rows):
    nothing = outcome_effects.effects(rows.iloc[:0])
    assert "No wave of the survey has a whole year after it" in outcome_effects.sentence(nothing)
    assert "the bank knows no margin" in outcome_effects.money_sentence(nothing, "CNY")
    assert outcome_effects.hazard_sentence(nothing) == ""
    assert outcome_effects.health(nothing) == [] and outcome_effects.figures(nothing, "CNY") == []
    poor = rows.assign(
        **dict.fromkeys((*outcome_effects.MONEY, "assets_kept", "growth_before", "margin_then"), np.nan)
    )
    effects = outcome_effects.effects(poor)
    assert set(effects.found) == {"left", "families_change"} and effects.control is None
    assert outcome_effects.money_table(effects).empty


def test_a_bank_without_balances_or_products(tmp_path, bank):
    folder = tmp_path / "bank"
    folder.mkdir()
    for name in ("bank_profile", "customers", "accounts", "transactions", "survey_invitations"):
        bank.typed(name).to_parquet(folder / f"{name}.parquet")
    found = outcomes.behaviour(open_bank(str(folder)).view())
    assert found["left"].mean() == pytest.approx(outcomes.behaviour(bank.view())["left"].mean())
    assert found[["assets_then", "families_then", "margin_year"]].isna().all(axis=None)
    assert found["day"].max() <= pd.Timestamp(date(2023, 6, 30))
