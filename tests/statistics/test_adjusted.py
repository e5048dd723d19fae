"""Effects planted under confounding are found, with intervals that hold; what cannot be adjusted is not."""

import numpy as np
import pandas as pd
import pytest
from tests.statistics.planted_exposure import planted

from analysis.statistics.adjusted import adjusted


def found(**given):
    given.pop("truth", None)
    return adjusted(**given)


def test_the_planted_effect_is_covered_where_the_plain_difference_never_is():
    """60 seeds; `benchmarks/complaints_effects.py` holds the rate on 400."""
    truth = np.mean([planted(seed, 20_000)["truth"] for seed in range(5)])
    rows = [found(**planted(seed)).contrasts.iloc[0] for seed in range(60)]
    covered = np.mean([row["low"] <= truth <= row["high"] for row in rows])
    assert covered >= 0.88  # 95 % less three standard errors of 60 seeds
    assert abs(np.mean([row["difference"] for row in rows]) - truth) < 0.012
    assert np.mean([row["naive_low"] <= truth <= row["naive_high"] for row in rows]) < 0.05


def test_with_one_stratum_it_is_the_standardised_difference():
    rng = np.random.default_rng(1)
    s = rng.random(6_000) < 0.4
    a = rng.random(6_000) < np.where(s, 0.7, 0.3)
    y = (rng.random(6_000) < 0.1 + 0.3 * s + 0.2 * a).astype(float)
    row = adjusted(pd.DataFrame({"s": s}), a, y, np.arange(6_000), False).contrasts.iloc[0]
    means = pd.Series(y).groupby([s, a]).mean().unstack()
    exact = ((means[True] - means[False]) * pd.Series(s).value_counts(normalize=True)).sum()
    assert row["difference"] == pytest.approx(exact, abs=0.002)
    assert row["ratio"] == pytest.approx(1 + row["difference"] / 0.22, abs=0.05)


def test_rows_of_a_unit_do_not_count_twice():
    given = planted(3)
    once = found(**given).contrasts.iloc[0]
    twice = {
        name: pd.concat([v, v], ignore_index=True) if isinstance(v, pd.DataFrame) else np.tile(v, 2)
        for name, v in given.items()
        if name in ("covariates", "exposure", "outcome", "unit")
    }
    again = adjusted(**twice, reference=False).contrasts.iloc[0]
    width = once["high"] - once["low"]
    assert again["high"] - again["low"] == pytest.approx(width, rel=0.02)
    assert again["naive_high"] - again["naive_low"] == pytest.approx(once["naive_high"] - once["naive_low"])


def test_three_levels_and_money():
    rng = np.random.default_rng(0)
    x = rng.normal(size=3_000)
    odds = np.exp(np.column_stack([0 * x, 0.7 * x, -0.7 * x]))
    level = (rng.random((3_000, 1)) > (odds / odds.sum(axis=1, keepdims=True)).cumsum(axis=1)).sum(axis=1)
    y = 100 + 20 * x + 10 * (level == 1) - 5 * (level == 2) + rng.normal(0, 10, 3_000)
    answer = adjusted(
        pd.DataFrame({"x": x}), np.array(["mid", "high", "low"])[level], y, np.arange(3_000), "mid"
    )
    rows = answer.contrasts.set_index("level")
    assert not answer.binary
    assert rows["ratio"].isna().all()
    for name, planted_effect in (("high", 10.0), ("low", -5.0)):
        assert rows.loc[name, "low"] < planted_effect < rows.loc[name, "high"]
        assert rows.loc[name, "high"] - rows.loc[name, "low"] < 4
    assert answer.means["level"].tolist() == ["mid", "high", "low"]
    assert answer.means["n"].sum() == 3_000


def test_weights_balance_what_was_apart():
    balance = found(**planted(5, 4_000)).balance.set_index("covariate")
    assert balance.loc["x", "before"] > 0.5
    assert balance["after"].abs().max() < 0.05


def test_without_overlap_or_events_nothing_is_said():
    rng = np.random.default_rng(2)
    x = rng.normal(size=2_000)
    y = (rng.random(2_000) < 0.3).astype(float)
    table, unit = pd.DataFrame({"x": x}), np.arange(2_000)
    apart = adjusted(table, x > 0, y, unit, False)
    assert apart.reason == "no overlap"
    assert apart.trimmed > 0.5
    rare = adjusted(table, rng.random(2_000) < 0.5, (np.arange(2_000) < 12).astype(float), unit, False)
    few = adjusted(table, np.arange(2_000) < 9, y, unit, False)
    assert (rare.reason, few.reason) == ("few events", "few rows")
    for answer in (apart, rare, few):
        assert answer.contrasts[["difference", "low", "high", "ratio"]].isna().all(axis=None)
        assert answer.contrasts[["naive", "naive_low"]].notna().all(axis=None)
        assert answer.balance.empty


def test_rows_without_a_counterpart_are_left_out_and_counted():
    given = planted(7, 2_000)
    given["covariates"] = given["covariates"].assign(staff=np.arange(2_000) < 200)
    given["exposure"] = np.where(given["covariates"]["staff"], True, given["exposure"])
    answer = found(**given)
    assert answer.trimmed == pytest.approx(0.1, abs=0.03)
    assert answer.means.loc[0, "n"] + answer.means.loc[1, "n"] == 2_000


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"unit": np.arange(3)}, "unit 3; expected as many of each"),
        ({"reference": "none"}, r"levels \[False, True\]; expected 'none' and another"),
        ({"exposure": np.zeros(1_200, bool)}, r"levels \[False\]; expected False and another"),
        ({"outcome": np.full(1_200, np.nan)}, "outcome is missing in 1200 rows; leave these rows out"),
    ],
)
def test_what_cannot_be_compared_is_named(change, words):
    with pytest.raises(ValueError, match=words):
        found(**planted(0) | change)
