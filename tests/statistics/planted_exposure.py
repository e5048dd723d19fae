"""Rows with a planted effect of an exposure and planted confounding, several to a unit."""

import numpy as np
import pandas as pd


def expit(t):
    """Inverse of the logit."""
    return 1 / (1 + np.exp(-t))


def planted(seed: int, n: int = 1_200, effect: float = 0.7, hidden: float = 0.0) -> dict:
    """Arguments of `adjusted`, with `truth`: the mean difference that the exposure makes among these rows.

    Parameters
    ----------
    effect : float
        On the log-odds of the outcome.
    hidden : float
        Strength of a common cause of exposure and outcome that is not among the covariates.
    """
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(n // 2), 2)
    own = rng.normal(size=n // 2)[unit]
    x, group, unseen = rng.normal(size=n) + 0.5 * own, rng.choice(["a", "b", "c"], n), rng.normal(size=n)
    exposed = rng.random(n) < expit(-0.8 + 0.8 * x + 0.6 * (group == "a") + hidden * unseen)
    odds = -1.8 + 0.9 * x + 0.5 * (group == "a") + 0.3 * own + hidden * unseen
    outcome = rng.random(n) < expit(odds + effect * exposed)
    return {
        "covariates": pd.DataFrame({"x": x, "group": group}),
        "exposure": exposed,
        "outcome": outcome.astype(float),
        "unit": unit,
        "reference": False,
        "truth": float((expit(odds + effect) - expit(odds)).mean()),
    }
