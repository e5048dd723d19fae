"""How the distribution of frequency compares with that of the model."""

import numpy as np
from scipy.stats import chisquare

from analysis.topics.lifetime_value.models.fitting import FITTERS, Fit
from analysis.topics.lifetime_value.models.prediction import chance_alive

CUSTOMERS, SIMULATED = 100_000, 500_000  # at most so many are compared; at least so many are simulated
FEWEST_IN_CLASS = 5


def frequency_gap(fit: Fit, x: np.ndarray, total: np.ndarray) -> tuple[float, float]:
    """Total variation distance between the classes of frequency in the data and in the model, and its p-value.

    The model's frequencies are simulated from the start, each customer over the time he was observed (the same on
    every run). Classes are 0, 1, 2, 3, 4-5, 6-8 … half as high again each; the last is where 5 are expected. The
    p-value is Pearson's, which is too high as the parameters were estimated: alarms are rarer than it says.
    """
    every = max(1, len(x) // CUSTOMERS)
    x, total = x[::every], total[::every]
    edges = [0.0, 1.0, 2.0, 3.0, 4.0]
    while edges[-1] <= x.max():
        edges.append(np.ceil(edges[-1] * 1.5))
    simulated = np.histogram(_from_start(fit, total), [*edges, np.inf])[0]
    modelled = simulated / simulated.sum() * len(x)
    observed = np.histogram(x, [*edges, np.inf])[0]
    enough = np.flatnonzero(modelled[::-1].cumsum()[::-1] >= FEWEST_IN_CLASS)
    starts = np.arange(enough.max(initial=0) + 1)
    observed, modelled = np.add.reduceat(observed, starts), np.add.reduceat(modelled, starts)
    gap = np.abs(observed - modelled).sum() / 2 / len(x)
    kept = modelled > 0
    if observed[~kept].any() or kept.sum() < 2:
        return float(gap), 0.0
    return float(gap), float(chisquare(observed[kept], modelled[kept]).pvalue)


def _from_start(fit: Fit, total: np.ndarray) -> np.ndarray:
    """Simulated frequencies of new customers over `total`."""
    rng, fitter = np.random.default_rng(0), FITTERS[fit.model].of(fit.params)
    total = np.tile(total, max(1, SIMULATED // len(total)))
    none = np.zeros(len(total))
    start = chance_alive(fit.model, fit.params, (none[:1], none[:1], none[:1]))[0]
    sample = fitter.active_if_alive if fit.model == "bg_bb" else fitter.purchases_if_alive
    return sample(none, none, total, rng) * (rng.random(len(total)) < start)
