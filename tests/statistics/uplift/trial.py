"""A randomised trial with a rare outcome and planted effects."""

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Trial:
    """features, treated, stayed (1 is good), and the true gain in the chance to stay of each unit."""

    features: pd.DataFrame
    treated: np.ndarray
    stayed: np.ndarray
    gain: np.ndarray


def trial(seed: int, planted: str = "some", n: int = 4_000, share=0.5) -> Trial:
    """3 to 5 % leave. "some": high risks are kept, some low risks driven away; "none": no effect."""
    rng = np.random.default_rng(seed)
    x = pd.DataFrame(rng.normal(size=(n, 8)), columns=list("abcdefgh"))
    x["d"], x["e"] = np.exp(x["d"]), x["e"].mask(rng.random(n) < 0.1)
    risk = -3.6 + 0.8 * x["a"] - 0.6 * x["b"] + 0.5 * (x["c"] > 0.5)
    odds = -1.6 * (x["a"] > 0.3) + 0.9 * (x["b"] > 0.8) if planted == "some" else 0.0
    control, treatment = (1 / (1 + np.exp(-v)) for v in (risk, risk + odds))
    treated = rng.random(n) < (share(x) if callable(share) else share)
    left = rng.random(n) < np.where(treated, treatment, control)
    return Trial(x, treated, 1 - left.astype(int), (control - treatment).to_numpy())
