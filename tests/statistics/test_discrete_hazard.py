"""The hazard model recovers what was planted, covers as it says, and tells ratios that move with time."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import kstest
from sklearn.linear_model import LogisticRegression

from analysis.statistics.discrete_hazard import chances, fit, proportionality, ratios, wald

BETA = {"time": -0.3, "flag": 0.7, "level_of": 0.4}


def periods(n: int, seed: int, turning: float = 0.0, length: float = 1.0) -> pd.DataFrame:
    """Units that enter late, at any age, watched for up to 12 periods; `turning` adds flag × time."""
    rng = np.random.default_rng(seed)
    age = rng.uniform(0, 20, n)
    flag, trait = rng.random(n) < 0.4, rng.normal(size=n)
    rows, here = [], np.ones(n, dtype=bool)
    for k in range(12):
        time = np.log1p(age + k / 12)
        score = -4.2 + BETA["time"] * time + BETA["flag"] * flag + BETA["level_of"] * trait
        hazard = length * np.exp(score + turning * flag * (time - 2))
        event = rng.random(n) < -np.expm1(-hazard)
        table = {
            "unit": np.arange(n),
            "time": time,
            "flag": flag * 1.0,
            "level_of": trait,
            "event": event * 1,
        }
        rows.append(pd.DataFrame(table)[here])
        here &= ~event
    return pd.concat(rows, ignore_index=True)


def fitted(rows: pd.DataFrame):
    return fit(rows[list(BETA)], rows["event"], rows["unit"])


def test_planted_ratios_lie_in_their_intervals_as_often_as_said():
    inside = np.zeros(3)
    for seed in range(120):
        table = ratios(fitted(periods(600, seed))).set_index("covariate").loc[list(BETA)]
        truth = np.exp(list(BETA.values()))
        inside += ((table["low"] <= truth) & (truth <= table["high"])).to_numpy()
    assert (inside / 120 >= 0.89).all() and inside.mean() / 120 <= 0.985


def test_the_ratios_do_not_depend_on_the_length_of_the_period():
    """Of a hazard that is constant in time, three periods as one have the ratios of one."""
    short, long = periods(40_000, 1), periods(40_000, 1, length=3.0)
    one, three = (ratios(fitted(rows)).set_index("covariate")["ratio"] for rows in (short, long))
    assert three.to_numpy() == pytest.approx(one.to_numpy(), rel=0.06)


def test_of_rare_events_it_is_logistic_regression():
    rows = periods(4_000, 2, length=0.15)
    other = LogisticRegression(C=np.inf, tol=1e-10, max_iter=1_000).fit(rows[list(BETA)], rows["event"])
    model = fitted(rows)
    assert model.converged and model.events == rows["event"].sum()
    assert model.coefficients[list(BETA)].to_numpy() == pytest.approx(other.coef_[0], abs=0.01)
    assert chances(model, rows).sum() == pytest.approx(rows["event"].sum(), rel=1e-3)


def test_rows_that_repeat_add_no_certainty():
    rows = periods(800, 3)
    twice = pd.concat([rows, rows])
    assert fitted(twice).covariance.to_numpy() == pytest.approx(fitted(rows).covariance.to_numpy(), rel=1e-6)


def test_a_ratio_that_moves_with_time_is_told_and_one_that_does_not_is_not():
    def p_values(rows):
        table = proportionality(rows[list(BETA)], rows["event"], rows["unit"], "time").set_index("covariate")
        return table["p_value"]

    turning = p_values(periods(8_000, 4, turning=-0.8))
    assert turning["flag"] < 0.001 and turning["all"] < 0.001 and turning["level_of"] > 0.01
    null = [p_values(periods(500, 100 + seed))["all"] for seed in range(60)]
    assert kstest(null, "uniform").pvalue > 0.01


def test_what_does_not_vary_has_no_ratio_and_what_separates_is_not_sound():
    rows = periods(500, 5).assign(same=1.0)
    rows["cheat"] = rows["event"] * 1.0
    model = fit(rows[["time", "same", "cheat"]], rows["event"], rows["unit"])
    table = ratios(model).set_index("covariate")
    assert "same" not in table.index and not table.loc["cheat", "sound"]
    assert np.isnan(wald(model, ["same"])[2])


def test_tables_that_cannot_be_fitted_are_refused():
    rows = periods(100, 6)
    with pytest.raises(ValueError, match="0 events in 3 rows"):
        fit(rows[["time"]].head(3), [0, 0, 0], [1, 2, 3])
    with pytest.raises(ValueError, match="covariate time is missing in some rows"):
        fit(rows[["time"]].where(rows["time"] > 1), rows["event"], rows["unit"])
