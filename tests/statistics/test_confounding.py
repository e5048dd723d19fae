"""What a hidden cause would have to be, and checks that fire."""

import numpy as np
import pandas as pd
import pytest
from tests.statistics.planted_exposure import planted

from analysis.statistics.adjusted import adjusted
from analysis.statistics.confounding import as_ratio, e_value, health, sensitivity


def found(**given):
    given.pop("truth")
    return adjusted(**given)


def test_the_published_e_values():
    """VanderWeele & Ding (2017): 3.9 (1.8 to 8.7) has 7.3 and 3.0; 0.80 (0.71 to 0.91) has 1.8 and 1.4."""
    assert e_value(3.9, 1.8, 8.7) == pytest.approx((7.26, 3.0), abs=0.01)
    assert e_value(0.80, 0.71, 0.91) == pytest.approx((1.81, 1.43), abs=0.01)
    assert e_value(1.2, 0.9, 1.6)[1] == 1.0
    assert e_value(1.0, 0.9, 1.1) == (1.0, 1.0)
    assert np.isnan(e_value(np.nan, 1, 2)).all()


def test_a_difference_of_means_becomes_a_ratio():
    row = pd.Series({"ratio": np.nan, "difference": 2.0, "low": 1.0, "high": 3.0, "spread": 4.0})
    assert as_ratio(row) == pytest.approx((np.exp(0.455), np.exp(0.2275), np.exp(0.6825)))
    answer = found(**planted(0))
    table = sensitivity(answer)
    assert table["level"].tolist() == [True]
    assert table.loc[0, "e_value"] > table.loc[0, "e_value_interval"] >= 1


def named(checks) -> dict[str, bool]:
    return {check.removeprefix("slow "): ok for check, ok, _message in checks}


def test_a_sound_comparison_passes_and_others_do_not():
    good = found(**planted(1, 3_000))
    assert named(health(good, "slow")) == {"data": True, "overlap": True, "balance": True}
    rng = np.random.default_rng(2)
    x = rng.normal(size=2_000)
    y = (rng.random(2_000) < 0.3).astype(float)
    apart = adjusted(pd.DataFrame({"x": x}), x > 0, y, np.arange(2_000), False)
    assert named(health(apart, "slow")) == {"data": False}
    rare = adjusted(pd.DataFrame({"x": x}), rng.random(2_000) < 0.5, x > 2.6, np.arange(2_000), False)
    assert named(health(rare, "slow")) == {"data": False}
    steep = rng.random(2_000) < 1 / (1 + np.exp(-4 * x))
    thin = adjusted(pd.DataFrame({"x": x}), steep, y, np.arange(2_000), False)
    assert not named(health(thin, "slow"))["overlap"]
    assert all("  " not in message for *_check, message in health(thin, "slow"))


def test_the_negative_control_fires_on_a_hidden_cause_only():
    """The control outcome has the hidden cause, and no effect of the exposure."""
    for hidden, fires in ((0.0, False), (1.2, True)):
        given = planted(4, 4_000, hidden=hidden)
        control = found(**planted(4, 4_000, effect=0.0, hidden=hidden))
        checks = named(health(found(**given), "slow", control))
        assert checks["negative control"] is not fires
