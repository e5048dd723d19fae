"""Survival: planted parameters come back, the choice is out of time, and bad data are called so."""

import numpy as np
import pandas as pd
import pytest

from analysis.bank.source import open_bank
from analysis.topics.lifetime_value.relationship import exposure, hazards, stays, survival
from analysis.topics.segmentation import ladder

MONTHS = 36


def crowd(seed: int, customers: int, chance, tier: str = "all") -> pd.DataFrame:
    """Counts of customers who were there when the months began, of tenures from 1 to 120 months.

    Parameters
    ----------
    chance : callable
        Chance to leave at a tenure, of customers still there, given a generator: (tenure, rng) → array.
    """
    rng = np.random.default_rng(seed)
    tenure = rng.integers(1, 121, customers)
    rows, here = [], np.ones(customers, bool)
    leaves = chance(tenure, rng)
    for month in range(MONTHS):
        t = tenure + month
        gone = here & (rng.random(customers) < leaves(t))
        rows.append(pd.DataFrame({"tier": tier, "tenure": t[here], "month": month, "departures": gone[here]}))
        here &= ~gone
    table = pd.concat(rows).assign(at_risk=1)
    return table.groupby(["tier", "tenure", "month"], as_index=False)[["at_risk", "departures"]].sum()


def flat(rate: float):
    return lambda _tenure, _rng: lambda t: np.full(len(t), rate)


def own_chances(a: float, b: float):
    """Everybody has an own constant chance, beta(a, b) at joining; who is there at t has beta(a, b + t − 1)."""
    return lambda tenure, rng: (lambda chance: lambda _t: chance)(rng.beta(a, b + tenure - 1))


def by_tenure(alpha: float, beta: float):
    return lambda _tenure, _rng: lambda t: 1 / (1 + np.exp(-(alpha + beta * np.log(t))))


def z_scores(model: str, planted: dict[str, float], chance, seeds: range) -> pd.DataFrame:
    """(estimate − truth) / standard error, one row per seed."""
    rows = []
    for seed in seeds:
        fitted = hazards.fit(crowd(seed, 5_000, chance), model)
        error = pd.Series(np.sqrt(np.diag(fitted.covariance)), fitted.params.index)
        rows.append({name: (fitted.params[name] - truth) / error[name] for name, truth in planted.items()})
    return pd.DataFrame(rows)


@pytest.mark.parametrize(
    ("model", "planted", "chance"),
    [
        ("sbg", {"level": np.log(0.6 / 23.4), "shape": np.log(24.0)}, own_chances(0.6, 23.4)),
        ("logit", {"level": -3.5, "shape": -0.4}, by_tenure(-3.5, -0.4)),
        ("constant", {"level": np.log(0.01 / 0.99)}, flat(0.01)),
    ],
)
def test_planted_parameters_come_back_and_their_errors_are_right(model, planted, chance):
    z = z_scores(model, planted, chance, range(25))
    # The mean of 25 standard normals lies within 0.7 in 99.95 % of cases, their spread within 0.6 to 1.5.
    assert (z.mean().abs() < 0.7).all(), z.mean()
    assert z.std().between(0.6, 1.5).all(), z.std()


def test_left_truncation_is_respected():
    """Customers who had been there for long when seen first do not make newcomers look loyal."""
    fitted = hazards.fit(crowd(1, 60_000, own_chances(0.6, 23.4)), "sbg")
    assert hazards.chances(fitted, ["all"], [1.0])[0] == pytest.approx(0.6 / 24, rel=0.15)


@pytest.mark.parametrize(
    ("chance", "best"),
    [(own_chances(0.6, 23.4), ("sbg", "logit")), (by_tenure(-7.0, 0.5), ("logit",))],
)
def test_the_better_model_wins_out_of_time(chance, best):
    found = survival(crowd(3, 30_000, chance))
    assert found.hazard.model in best
    gains = found.scores.set_index("model")
    assert gains.loc["constant", "gain"] == 0
    assert gains.loc[found.hazard.model, "low"] > 0
    assert all(ok for _name, ok, _message in found.checks), found.checks


def test_the_choice_can_be_overruled_and_an_unknown_model_is_an_error():
    counts = crowd(3, 3_000, flat(0.01))
    assert survival(counts, model="logit").hazard.model == "logit"
    with pytest.raises(ValueError, match="constant, sbg, logit"):
        survival(counts, model="weibull")


def test_clean_banks_raise_no_more_alarms_than_stated():
    """The interval of departures holds in 95 of 100 banks, and nothing else may be wrong in them."""
    alarms = []
    for seed in range(20):
        found = survival(crowd(100 + seed, 4_000, own_chances(0.6, 23.4)))
        alarms += [name for name, ok, _message in found.checks if not ok]
    assert set(alarms) <= {"survival_calibration", "survival_choice"}
    assert len(alarms) <= 4


def test_a_sudden_wave_of_leavers_is_called_out():
    counts = crowd(5, 20_000, flat(0.005))
    late = counts["month"] >= MONTHS - 12
    counts.loc[late, "departures"] = np.minimum(counts["departures"] * 2 + 1, counts["at_risk"])[late]
    failed = {name for name, ok, _message in survival(counts).checks if not ok}
    assert "survival_calibration" in failed


def test_customers_who_are_all_alike_leave_the_beta_geometric_model_at_its_bound():
    rising = by_tenure(-7.0, 0.5)
    found = survival(crowd(6, 30_000, rising), model="sbg")
    assert not dict((name, ok) for name, ok, _m in found.checks)["survival_fit"]
    draws = hazards.parameter_draws(found.hazard, 50, np.random.default_rng(0))
    assert np.isfinite(draws).all()


def test_a_shape_that_the_data_do_not_tell_is_not_chosen():
    counts = pd.DataFrame({"tenure": 12, "month": range(24), "at_risk": 1_000, "departures": 10})
    assert survival(counts).hazard.model == "constant"
    for model in ("sbg", "logit"):
        assert ("survival_fit", False) in [
            (name, ok) for name, ok, _m in survival(counts, model=model).checks
        ]


def test_no_departure_is_no_certainty():
    found = survival(crowd(1, 500, flat(0.0)))
    assert not found.known
    assert [(name, ok) for name, ok, _message in found.checks] == [("departures", False)]
    assert "upper bound" in found.checks[0][2]
    assert (stays(found, ["all"], [5], 24) == 1).all()


def test_few_departures_and_short_histories_are_called_so():
    few = survival(crowd(1, 300, flat(0.002)))
    assert ("departures", False) in [(name, ok) for name, ok, _message in few.checks]
    short = crowd(1, 3_000, flat(0.01))
    short = survival(short[short["month"] < 2])
    assert [(name, ok) for name, ok, _message in short.checks] == [("survival_choice", False)]
    assert short.hazard.model == "constant"


def test_a_small_tier_shares_the_rate_of_its_neighbour_and_a_loyal_one_does_not():
    parts = [
        crowd(1, 6_000, flat(0.01), "mass"),
        crowd(2, 400, flat(0.0), "rich"),  # 140 departures at the rate of all, none seen
        crowd(3, 10, flat(0.01), "richest"),
    ]
    found = survival(pd.concat(parts), {"mass": "Mass", "rich": "Rich", "richest": "Richest"})
    assert found.groups == {"mass": "mass", "rich": "rich+richest", "richest": "rich+richest"}
    (said,) = (message for name, _ok, message in found.checks if name == "survival_tiers")
    assert said.startswith("Rich to Richest share one rate")
    kept = stays(found, ["mass", "rich", "richest"], [40, 40, 40], 36)[:, -1]
    assert kept[0] == pytest.approx(0.99**36, abs=0.03)
    assert 0.97 < kept[1] < 1 and kept[1] == kept[2]
    # in the order of the tiers, not of the alphabet
    turned = survival(pd.concat(parts), {"rich": "Rich", "richest": "Richest", "mass": "Mass"})
    assert list(dict.fromkeys(turned.curves["label"])) == ["Rich to Richest", "Mass"]


def test_the_interval_of_the_curves_holds_the_chance_of_what_is_seen():
    """Drawn from the parameters alone it held, of 30 banks like this one, what was seen in 22."""
    curves = survival(crowd(1, 800, flat(0.01)), model="constant").curves
    last = curves[curves["month"] == curves["month"].max()].iloc[0]
    chance = np.sqrt(last["expected"] * (1 - last["expected"]) / curves["at_risk"].max())
    assert 2 * 1.96 * chance < last["high"] - last["low"] < 2 * 1.96 * 1.5 * chance


def test_chances_to_stay_fall_and_follow_the_months():
    found = survival(crowd(3, 10_000, by_tenure(-2.5, -0.8)))
    kept = stays(found, ["all", "all"], [0, 100], 24)
    assert kept.shape == (2, 24)
    assert (np.diff(kept, axis=1) < 0).all()
    assert kept[0, 0] < kept[1, 0]  # newcomers leave more
    later = stays(found, ["all"], [5], 19)
    assert kept[0, 5:] / kept[0, 4] == pytest.approx(later[0])


def test_the_planted_hazards_of_the_simulated_bank_are_found(demo_folder, demo_truth):
    steps = ladder([], "CNY")
    counts = exposure(open_bank(str(demo_folder)).view(), steps).to_pandas()
    found = survival(counts, steps.names)
    group = counts["tier"].map(found.groups)
    rate = np.average(hazards.chances(found.hazard, group, counts["tenure"]), weights=counts["at_risk"])
    planted = pd.read_parquet(demo_truth / "months.parquet")["hazard"].mean()
    error = 1 / np.sqrt(counts["departures"].sum())
    assert abs(np.log(rate / planted)) < 3 * error
    seen = found.calibration.set_index("by").loc["all"]
    assert seen["expected"] == pytest.approx(seen["seen"], rel=0.35)


def test_the_engine_counts_every_departure_once(demo_folder):
    view = open_bank(str(demo_folder)).view()
    people = view.table("customers").select("joined_on", "left_on").to_pandas()
    left = pd.to_datetime(people["left_on"])
    joined = pd.to_datetime(people["joined_on"])
    seen = left.notna() & (left.dt.to_period("M") > joined.dt.to_period("M"))
    assert exposure(view).to_pandas()["departures"].sum() == seen.sum()
    month_ends = pd.date_range("2021-12-31", "2024-01-31", freq="ME")[1:-1]
    at_risk = sum(
        ((joined.dt.to_period("M") < m.to_period("M")) & ~(left < m.replace(day=1))).sum() for m in month_ends
    )
    last = view.as_of
    assert (last.year, last.month) == (2023, 12)
    assert exposure(view).to_pandas()["at_risk"].sum() == at_risk


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t.drop(columns="at_risk"), r"lacks at_risk \(customers"),
        (lambda t: t.assign(departures=t["at_risk"] + 1), "make no sense"),
        (lambda t: t.assign(tenure=0), "tenure from 1"),
    ],
)
def test_counts_that_make_no_sense_are_refused(change, words):
    with pytest.raises(ValueError, match=words):
        survival(change(crowd(1, 100, flat(0.01))))


def test_a_tier_without_survival_is_an_error_that_names_both():
    found = survival(crowd(1, 3_000, flat(0.01)))
    with pytest.raises(ValueError, match=r"tier 'gold' .* \(all\)"):
        stays(found, ["gold"], [3], 12)
