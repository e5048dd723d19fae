"""The check of a randomisation is silent on sound ones, at its level, and fires on broken ones."""

import numpy as np
import pandas as pd
import pytest

from analysis.statistics.uplift import balance as balances


def people(seed: int, n: int = 600) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    x = pd.DataFrame({f"x{k}": rng.lognormal(size=n) for k in range(12)})
    x["x1"] = x["x0"] * 2  # says the same again
    x["x2"] = x["x2"].mask(rng.random(n) < 0.3)
    return x.assign(empty=np.nan, same=1.0)


def test_holds_its_level():
    p = [
        balances.balance(people(seed), np.random.default_rng(seed + 1_000).random(600) < 0.5).p_value
        for seed in range(400)
    ]
    assert 0.03 <= np.mean(np.array(p) < 0.05) <= 0.08


def test_fires_when_the_rich_were_treated_or_blanks_differ():
    x, rng = people(1), np.random.default_rng(1)
    rich = rng.random(600) < 0.35 + 0.3 * (x["x5"] > x["x5"].median())
    found = balances.balance(x, rich)
    assert found.p_value < 1e-4 and found.features["feature"].iloc[0] == "x5"
    assert found.features["difference"].iloc[0] > balances.NOTABLE
    blank = rng.random(600) < np.where(x["x2"].isna(), 0.7, 0.4)
    found = balances.balance(x, blank)
    assert found.p_value < 1e-4 and found.features["feature"].iloc[0] == "x2 (blank)"


def test_doubled_and_empty_columns_cost_no_degree_of_freedom():
    found = balances.balance(people(3), np.random.default_rng(3).random(600) < 0.5)
    assert found.df == 12  # 11 different columns and one of blanks


def test_sizes_of_the_arms():
    assert balances.size_mismatch(5_000, 5_000, 0.5) == pytest.approx(1)
    assert balances.size_mismatch(5_000, 4_600, 0.5) < 0.001
    assert balances.size_mismatch(6_000, 4_000, 0.6) > 0.9
    with pytest.raises(ValueError, match="planned is 50; expected the share"):
        balances.size_mismatch(10, 10, 50)
