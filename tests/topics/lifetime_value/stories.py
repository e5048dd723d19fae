"""Customers simulated event by event, as each model tells it; and customers who break what the models assume."""

import numpy as np
import pandas as pd

TRUE = {
    "bg_nbd": {"r": 0.8, "alpha": 5.0, "a": 0.9, "b": 3.0},
    "mbg_nbd": {"r": 0.8, "alpha": 5.0, "a": 0.9, "b": 3.0},
    "pareto_nbd": {"r": 0.8, "alpha": 6.0, "s": 0.9, "beta": 20.0},
    "bg_bb": {"alpha": 1.2, "beta": 0.8, "gamma": 0.7, "delta": 8.0, "extra_shape": 2.0, "extra_rate": 1.0},
    "gamma_gamma": {"p": 4.0, "q": 4.0, "v": 30.0},
}


def customers(model: str, n: int, seed: int, weeks: float = 104.0, **truth: float) -> pd.DataFrame:
    """A summary (bg_bb: activity over up to 36 months) of `n` customers; T is spread over the latter 3/4 of `weeks`."""
    rng, truth = np.random.default_rng(seed), TRUE[model] | truth
    if model == "bg_bb":
        return _months(rng, n, truth)
    age = np.ceil(7 * weeks * rng.uniform(0.25, 1, n)) / 7
    rate = rng.gamma(truth["r"], 1 / truth["alpha"], n)
    if model == "pareto_nbd":
        end = rng.exponential(1 / rng.gamma(truth["s"], 1 / truth["beta"], n))
        return summary(*_purchases(rng, rate, np.minimum(end, age)), age)
    leave = rng.beta(truth["a"], truth["b"], n)
    gone = rng.random(n) < leave if model == "mbg_nbd" else np.zeros(n, bool)
    return summary(*_coins(rng, rate, leave, gone, age), age)


def values(n: int, seed: int, **truth: float) -> pd.DataFrame:
    """Frequency and mean value of `n` customers as Gamma-Gamma has it; one in three has no purchase."""
    rng, truth = np.random.default_rng(seed), TRUE["gamma_gamma"] | truth
    x = rng.geometric(0.3, n) * (rng.random(n) > 1 / 3)
    scale = rng.gamma(truth["q"], 1 / truth["v"], n)
    with np.errstate(invalid="ignore"):
        mean = rng.gamma(truth["p"] * x) / scale / x
    return pd.DataFrame({"customer_id": np.arange(n).astype(str), "frequency": x, "monetary_value": mean})


def summary(x: np.ndarray, recency: np.ndarray, age: np.ndarray) -> pd.DataFrame:
    names = np.arange(len(x)).astype(str)
    return pd.DataFrame({"customer_id": names, "frequency": x, "recency": recency, "T": age})


def broken(kind: str, seed: int = 0, n: int = 1_500) -> pd.DataFrame:
    """Customers whom BG/NBD, MBG/NBD and Pareto/NBD do not describe."""
    rng = np.random.default_rng(seed)
    age = rng.uniform(26, 104, n)
    rate = rng.gamma(0.8, 1 / 5.0, n)
    if kind == "nobody leaves":
        return summary(*_purchases(rng, rate, age), age)
    if kind == "everyone has left":
        return summary(*_purchases(rng, 5 + 20 * rate, np.full(n, 1.0)), age)
    if kind == "regular":
        return summary(np.floor(age / 4).astype(int), 4 * np.floor(age / 4), age)
    if kind == "two kinds":
        busy = rng.random(n) < 0.5
        x, recency = _purchases(rng, np.where(busy, 0.5, 0.0), age)
        return summary(x, recency, age)
    if kind == "machines":
        table = customers("pareto_nbd", n, seed)
        table.loc[:2, ["frequency", "recency"]] = [[5_000, age] for age in table["T"][:3]]
        return table
    return customers("pareto_nbd", 20, seed)


def _purchases(rng, rate, end):
    """Poisson until `end`: the number, and the moment of the last."""
    x = rng.poisson(rate * end)
    return x, np.where(x > 0, end * rng.random(len(x)) ** (1 / np.maximum(x, 1)), 0.0)


def _coins(rng, rate, leave, gone, age):
    x, now, last = np.zeros(len(age), int), np.zeros(len(age)), np.zeros(len(age))
    here = ~gone
    while here.any():
        now[here] += rng.exponential(1 / rate[here])
        here &= now <= age
        x[here] += 1
        last[here] = now[here]
        here &= rng.random(len(age)) >= leave
    return x, last


def _months(rng, n, truth):
    periods = rng.integers(12, 37, n)
    active, leave = rng.beta(truth["alpha"], truth["beta"], n), rng.beta(truth["gamma"], truth["delta"], n)
    more = rng.gamma(truth["extra_shape"], 1 / truth["extra_rate"], n)
    x, last, purchases, here = np.zeros(n, int), np.zeros(n, int), np.zeros(n, int), np.ones(n, bool)
    for month in range(1, periods.max() + 1):
        here &= (rng.random(n) >= leave) & (month <= periods)
        bought = here & (rng.random(n) < active)
        x += bought
        last[bought] = month
        purchases += bought * (1 + rng.poisson(more))
    return pd.DataFrame(
        {
            "customer_id": np.arange(n).astype(str),
            "frequency": x,
            "recency": last,
            "periods": periods,
            "purchases_per_active_month": np.where(x > 0, purchases / np.maximum(x, 1), np.nan),
        }
    )
