"""Stability: figures of a month by hand, silence where nothing changed, an alarm where a model decays."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import brier_score_loss, roc_auc_score

from analysis.statistics.stability import by_time

RUNS = 200


def months(rng, units=2_000, count=5, decay=0.0, drift=0.0):
    """Months in which the same customers are seen again; the model gets worse by `decay`, the rate rises by `drift`."""
    own = rng.normal(-2.8, 1.0, units)
    time, unit = np.divmod(np.arange(units * count), units)
    logit = own[unit] + rng.normal(0, 0.3, len(unit))
    event = rng.random(len(unit)) < 1 / (1 + np.exp(-(logit + drift * time)))
    said = 1 / (1 + np.exp(-(logit * (1 - decay * time) - 2.8 * decay * time)))
    return time, event, said, unit


def test_a_month_by_hand():
    time, event, said, unit = months(np.random.default_rng(0))
    table = by_time(time, event, said, unit)[0].set_index(["time", "measure"])
    here = time == 2
    assert table.loc[(2, "auc"), "value"] == pytest.approx(roc_auc_score(event[here], said[here]))
    assert table.loc[(2, "brier"), "value"] == pytest.approx(brier_score_loss(event[here], said[here]))
    assert table.loc[(2, "calibration"), "value"] == pytest.approx(event[here].mean() - said[here].mean())
    assert table.loc[(2, "auc"), ["n", "units", "events"]].tolist() == [2_000, 2_000, event[here].sum()]
    assert (table["low"] < table["value"]).all() and (table["value"] < table["high"]).all()


def changed(seed: int, runs: int = RUNS, **planted) -> pd.Series:
    rng = np.random.default_rng(seed)
    found = [by_time(*months(rng, **planted))[1].set_index("measure") for _run in range(runs)]
    slope = pd.concat([f["slope_high"] < 0 for f in found], axis=1).mean(axis=1)
    out = pd.concat([f["changed"] for f in found], axis=1)
    return pd.concat([out.mean(axis=1), pd.Series({"any": out.any().mean(), "auc falls": slope["auc"]})])


def test_a_model_that_holds_is_accused_at_the_nominal_rate():
    rates = changed(1)
    assert 0 < rates["any"] <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / RUNS)
    assert rates["auc falls"] <= 0.025 + 3 * np.sqrt(0.025 * 0.975 / RUNS)


def test_a_rate_that_rises_is_noticed_in_the_calibration():
    assert changed(2, runs=40, drift=0.2)["calibration"] > 0.9


def test_a_ranking_that_decays_is_noticed():
    rng = np.random.default_rng(3)
    time, event, said, unit = months(rng, units=4_000)
    noise = np.random.default_rng(4).random(len(said))
    worse = np.where(noise < 0.2 * time, np.random.default_rng(5).permutation(said), said)
    change = by_time(time, event, worse, unit)[1].set_index("measure")
    assert change.loc["auc", "changed"] and change.loc["auc", "slope_high"] < 0


def test_months_with_few_events_are_blank():
    event = np.repeat([True, False], [5, 95])
    table, change = by_time(np.zeros(100), event, np.linspace(0, 1, 100), np.arange(100))
    assert table["value"].isna().all() and change["p_value"].isna().all() and not change["changed"].any()
