"""Lead time: the quartiles of those who leave, although some have not left yet."""

import numpy as np
import pytest

from analysis.statistics.lead_time import lead_time


def test_without_censoring_the_quartiles_are_those_of_the_events():
    time = np.array([10, 20, 30, 40, 50, 200, 400, 400, 400, 400.0])
    found = lead_time(time, time < 300, within=180)
    assert (found.alarms, found.events, found.share) == (10, 5, pytest.approx(0.5))
    assert (found.lower, found.median, found.upper) == (20, 30, 40)
    assert found.share_low < 0.5 < found.share_high and found.median_low <= 30 <= found.median_high


def test_late_alarms_do_not_shorten_it():
    rng = np.random.default_rng(0)
    ages = rng.exponential(120, 6_000)  # days to leaving; a third never leaves
    ages[rng.random(6_000) < 1 / 3] = np.inf
    followed = rng.uniform(0, 250, 6_000)
    event = ages <= followed
    found = lead_time(np.minimum(ages, followed), event, within=180, draws=100)
    share = 1 - np.exp(-1.5)
    truth = -120 * np.log(1 - 0.5 * share)
    assert found.share_low < share * 2 / 3 < found.share_high
    assert found.median_low < truth < found.median_high
    naive = np.median(ages[event & (ages <= 180)])
    assert naive < found.median_low  # what is wrong without the correction


def test_too_few_events_have_no_quartiles():
    found = lead_time(np.array([5.0, 90, 90]), np.array([True, False, False]), within=60)
    assert found.events == 1 and np.isnan(found.median) and found.share == pytest.approx(1 / 3)
    assert lead_time(np.array([90.0, 90]), np.zeros(2, bool), within=60).share == 0
    assert np.isnan(lead_time(np.empty(0), np.empty(0, bool), within=60).share)
