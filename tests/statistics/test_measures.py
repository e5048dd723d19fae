"""The AUC is scikit-learn's, and its error is that of repeated samples."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from analysis.statistics.measures import auc, by_unit, mean


def scores(rng, units: int, seen: int = 1):
    risk = rng.normal(-2, 1, units)
    event = np.repeat(rng.random(units) < 1 / (1 + np.exp(-risk)), seen)
    said = np.repeat(risk, seen) + rng.normal(0, 0.3, units * seen)
    return event, np.round(1 / (1 + np.exp(-said)), 2), np.repeat(np.arange(units), seen)


def test_auc_with_ties():
    event, said, _unit = scores(np.random.default_rng(0), 500)
    found = auc(event, said)
    assert found.value == pytest.approx(roc_auc_score(event, said))
    assert found.influence.sum() == pytest.approx(0, abs=1e-12)


def test_without_events_there_is_none():
    assert np.isnan(auc(np.zeros(3, bool), np.arange(3.0)).value)
    assert np.isnan(mean(np.empty(0)).value)


@pytest.mark.parametrize("seen", [1, 3])
def test_the_error_is_that_of_repeated_samples(seen):
    rng = np.random.default_rng(1)
    values, errors = [], []
    for _run in range(300):
        event, said, unit = scores(rng, 300, seen)
        found = auc(event, said)
        values.append(found.value)
        errors.append(np.sqrt((by_unit(found.influence, unit, 300) ** 2).sum()))
    assert np.mean(errors) == pytest.approx(np.std(values), rel=0.12)
