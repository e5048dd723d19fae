"""What is new or growing: exact where it can be worked out, quiet where nothing grows, early where something does."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import betabinom, binom, hypergeom

from analysis.statistics import emerging


def told(counts: dict, exposure=None, **how) -> pd.DataFrame:
    table = pd.DataFrame(counts)
    return emerging.look(table, table.sum(axis=1) if exposure is None else exposure, **how).set_index("label")


def drawn(seed: int, rates, periods: int = 36, planted=None, varies: float = 0.0) -> pd.DataFrame:
    """Counts of labels with these monthly rates; `planted` multiplies the first label's in the last 4 periods."""
    rng = np.random.default_rng(seed)
    mean = np.tile(np.asarray(rates, dtype=float), (periods, 1))
    if planted is not None:
        mean[-4:, 0] = planted
    if varies:
        mean = mean * rng.gamma(1 / varies**2, varies**2, mean.shape)
    return pd.DataFrame(rng.poisson(mean), columns=[f"L{k}" for k in range(mean.shape[1])])


def test_by_hand():
    steady = [5, 5, 5, 5, 5, 5, 5, 5]
    row = told({"a": steady, "b": [0] * 7 + [4]}, exposure=np.full(8, 100.0)).loc["b"]
    assert row["periods"] == 1 and row["count"] == 4 and row["earlier"] == 0
    assert row["p_value"] == pytest.approx(
        (1 / 8) ** 4
    )  # one window only: three periods leave fewer than six
    assert row["new"] and row["ratio"] == np.inf and row["high"] == np.inf
    # Clopper and Pearson: 0.025 ** (1 / 4) of the cases fall into the window at least
    share = 0.025**0.25
    assert row["low"] == pytest.approx(share / (1 - share) * 7)


def test_the_tail_is_the_binomial_one_and_the_beta_binomial_one_if_dispersed():
    count, earlier, share = np.array([6.0, 6.0]), np.array([20.0, 20.0]), 0.1
    phi = np.array([1.0, 2.5])
    size = 26 / 1.5
    expected = [binom.sf(5, 26, share), betabinom.sf(5, 26, share * size, (1 - share) * size)]
    assert np.allclose(emerging._tail(count, earlier, share, phi), expected, rtol=1e-9)
    # a rate up to twice the earlier one: twice the exposure
    odds = 2 * share / (1 - share)
    assert emerging._tail(count[:1], earlier[:1], share, phi[:1], 2.0)[0] == pytest.approx(
        binom.sf(5, 26, odds / (1 + odds))
    )


def test_against_all_cases_the_exact_test_is_never_less_sharp_than_it_is_taken_for():
    for count, label, recent, everything in [(6, 20, 40, 400), (12, 30, 90, 500), (4, 6, 100, 900)]:
        exact = hypergeom.sf(count - 1, everything, label, recent)
        assert exact <= binom.sf(count - 1, label, recent / everything)


def test_dispersion_is_that_of_the_counts():
    quiet = np.mean([told(drawn(s, [20.0] * 10))["dispersion"].mean() for s in range(10)])
    assert 1 <= quiet < 1.15
    loud = np.mean([told(drawn(s, [20.0] * 10, varies=0.5))["dispersion"].mean() for s in range(10)])
    assert 4.5 < loud < 7  # 1 + 20 x 0.25, and the first half of a year less


def test_what_all_labels_share_is_no_growth():
    counts = pd.concat([drawn(3, [10.0] * 6, periods=33), drawn(4, [30.0] * 6, periods=3)], ignore_index=True)
    assert not emerging.look(counts, counts.sum(axis=1))["alarm"].any()
    assert emerging.look(counts, pd.Series(1.0, counts.index))["alarm"].all()


def test_a_season_of_its_own_is_no_growth_once_it_was_seen_before():
    counts = drawn(4, [6.0] * 8)
    counts.iloc[[-1, -13, -25], 0] = 40
    table = emerging.look(counts, counts.sum(axis=1)).set_index("label")
    assert table.loc["L0", "seasonal"] and not table.loc["L0", "alarm"] and table.loc["L0", "naive"]
    counts.iloc[[-13, -25], 0] = 6
    assert emerging.look(counts, counts.sum(axis=1)).set_index("label").loc["L0", "alarm"]


def test_new_is_what_was_never_seen_and_not_what_is_rare():
    counts = drawn(5, [8.0] * 6, periods=40)
    counts["rare"], counts["new"] = 0, 0
    counts.loc[0, "rare"] = 1  # before the periods compared, but seen
    counts.loc[39, ["rare", "new"]] = 6
    table = emerging.look(counts, counts.sum(axis=1)).set_index("label")
    assert table.loc[["rare", "new"], "alarm"].all()
    assert table["new"].to_dict() == {label: label == "new" for label in table.index}


def test_three_cases_are_needed():
    table = told({"a": [9] * 12, "few": [0] * 11 + [2]})
    assert np.isnan(table.loc["few", "p_value"]) and not table.loc["few", "alarm"]


def test_a_look_knows_nothing_of_later_periods():
    counts = drawn(6, [4.0] * 8, planted=20)
    whole = emerging.monitor(counts, counts.sum(axis=1), looks=12)
    early = counts.iloc[:30]
    alone = emerging.monitor(early, early.sum(axis=1), looks=6)
    pd.testing.assert_frame_equal(whole[whole["period"] < 30], alone)
    assert whole["period"].unique().tolist() == list(range(24, 36))


def test_a_planted_rise_is_found_early_and_quiet_labels_stay_quiet():
    """30 banks each; `benchmarks/complaints_emerging.py` does it with 400."""
    found, false, quiet = [], [], 0
    for seed in range(30):
        counts = drawn(seed, [5.0] * 10, planted=20)
        alarms = emerging.first_alarms(emerging.monitor(counts, counts.sum(axis=1)))
        found.append(alarms.get("L0", np.nan))
        false.append(len(alarms.drop("L0", errors="ignore")) / max(len(alarms), 1))
        still = drawn(1_000 + seed, [5.0] * 10)
        quiet += emerging.monitor(still, still.sum(axis=1))["alarm"].any()
    assert np.isfinite(found).mean() > 0.9 and np.nanmedian(found) == 32  # in the first of the four months
    assert np.nanmin(found) >= 32 and np.mean(false) <= 0.1
    assert quiet <= 6  # of 30 at a chance of 0.1: more has a probability of 3 %


def test_the_naive_rule_rings_every_other_month():
    still = drawn(7, [5.0] * 10)
    looks = emerging.monitor(still, still.sum(axis=1))
    assert looks["naive"].sum() >= 3 and not looks["alarm"].any()


@pytest.mark.parametrize("dependent", [False, True])
def test_p_values_are_adjusted_for_labels_and_for_the_looks_of_a_year(dependent):
    counts = drawn(8, [5.0] * 10, planted=12)
    table = emerging.look(counts, counts.sum(axis=1), dependent=dependent)
    tests = table["p_value"].notna().sum()
    factor = tests * (sum(1 / np.arange(1, tests + 1)) if dependent else 1)
    assert table["p_adjusted"][0] == pytest.approx(table["p_value"][0] * factor * 12)
    weekly = emerging.look(counts, counts.sum(axis=1), dependent=dependent, looks_a_year=52)
    assert weekly["p_adjusted"][0] == pytest.approx(min(table["p_adjusted"][0] * 52 / 12, 1))


def test_what_cannot_be_monitored_is_told():
    counts = drawn(9, [5.0] * 3, periods=6)
    with pytest.raises(ValueError, match="counts has 6 periods; expected at least 7"):
        emerging.look(counts, counts.sum(axis=1))
    longer = drawn(9, [5.0] * 3, periods=12)
    with pytest.raises(ValueError, match="exposure has 12 values, 11 of them above 0"):
        emerging.look(longer, longer.sum(axis=1).mask(lambda e: e.index == 3, -1))
    with pytest.raises(ValueError, match="exposure has 11 values"):
        emerging.look(longer, longer.sum(axis=1).iloc[1:])


def test_periods_without_any_case_tell_nothing():
    counts = drawn(10, [0.2] * 3, periods=30)
    counts.iloc[-3:] = 0
    table = emerging.look(counts, counts.sum(axis=1))
    assert not table["alarm"].any() and (table["p_value"].dropna() == 1).all()
