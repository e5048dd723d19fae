"""Purchase logs whose story is known: Pareto/NBD customers with Gamma-Gamma values, event by event."""

from datetime import date

import numpy as np
import pandas as pd

SINCE, UNTIL = pd.Timestamp("2022-01-01"), date(2023, 12, 31)


def purchases(n: int, seed: int, weeks: float = 104.0, joining: float = 26.0, **truth: float) -> pd.DataFrame:
    """One row per purchase: customer_id, date, value. Customers start in the first `joining` weeks."""
    p = {"r": 0.9, "alpha": 4.0, "s": 0.6, "beta": 20.0, "p": 4.0, "q": 4.0, "v": 60.0} | truth
    rng = np.random.default_rng(seed)
    start = rng.uniform(0, joining, n)
    rate = rng.gamma(p["r"], 1 / p["alpha"], n)
    end = np.minimum(start + rng.exponential(1 / rng.gamma(p["s"], 1 / p["beta"], n)), weeks)
    count = rng.poisson(rate * np.maximum(end - start, 0))
    who = np.repeat(np.arange(n), count + 1)
    at = start[who] + rng.random(len(who)) * (end - start)[who]
    at[np.cumsum(count + 1) - count - 1] = start
    scale = rng.gamma(p["q"], 1 / p["v"], n)
    day = SINCE + pd.to_timedelta(np.floor(at * 7), unit="D")
    value = rng.gamma(p["p"], 1, len(who)) / scale[who]
    return pd.DataFrame({"customer_id": [f"C{k:06d}" for k in who], "date": day, "value": value})
