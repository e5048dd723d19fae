"""The last months held out: which model foresaw them best, and how well."""

import numpy as np
import pandas as pd
from scipy.stats import norm

from analysis.topics.lifetime_value.relationship import hazards

HOLDOUT, SHORTEST = 12, 3  # months held out, at most and at least
TENURES = (12, 36, 60, 120)  # months: upper ends of the bands of tenure

NO_SCORES = pd.DataFrame(columns=["model", "log_likelihood", "gain", "low", "high"])
NO_CURVES = pd.DataFrame(columns=["tier", "month", "at_risk", "expected", "low", "high", "seen"])
NO_CALIBRATION = pd.DataFrame(columns=["by", "group", "at_risk", "expected", "seen", "low", "high"])


def split(table: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Counts of the months before the last 12 (the later half, if that is less), and of those.

    The second part is empty if fewer than 3 months could be held out.
    """
    months = np.sort(table["month"].unique())
    held = min(HOLDOUT, len(months) // 2)
    held = held if held >= SHORTEST else 0
    later = table["month"].isin(months[len(months) - held :])
    return table[~later], table[later]


def score(tried: dict[str, hazards.Hazard], after: pd.DataFrame) -> pd.DataFrame:
    """Log-likelihood of later months by model, and its gain over the constant hazard.

    The interval is normal with the variance of the gain over single months at risk (Vuong 1989).
    """
    n, d = after["at_risk"].to_numpy(float), after["departures"].to_numpy(float)
    naive = hazards.log_likelihoods(tried["constant"], after)
    rows = []
    for name, fitted in tried.items():
        left, stayed = hazards.log_likelihoods(fitted, after)
        more_left, more_stayed = left - naive[0], stayed - naive[1]
        gain = (d * more_left + (n - d) * more_stayed).sum()
        squares = (d * more_left**2 + (n - d) * more_stayed**2).sum()
        half = norm.ppf(0.975) * np.sqrt(max(squares - gain**2 / n.sum(), 0.0))
        rows.append((name, (d * left + (n - d) * stayed).sum(), gain, gain - half, gain + half))
    return pd.DataFrame(rows, columns=NO_SCORES.columns)


def calibration(fitted: hazards.Hazard, after: pd.DataFrame, draws: int = 500) -> pd.DataFrame:
    """Departures expected by `fitted` and seen in later months: in all, by tier, tenure and years of joining.

    Returns
    -------
    DataFrame
        One row per group: by ("all", "tier", "tenure", "cohort"), group, at_risk (customer months), expected,
        seen (customers), and low and high, between which 95 % of counts fall if the model holds (Poisson, with
        the spread that the parameters' uncertainty adds).
    """
    rng = np.random.default_rng(0)
    at_risk = after["at_risk"].to_numpy()
    samples = hazards.parameter_draws(fitted, draws, rng)
    counts = rng.poisson(hazards.chances(fitted, after["tier"], after["tenure"], samples) * at_risk)
    expected = at_risk * hazards.chances(fitted, after["tier"], after["tenure"])
    rows = []
    for by, key in _keys(after).items():
        for group in sorted(key.unique()):
            inside = (key == group).to_numpy()
            low, high = np.quantile(counts[:, inside].sum(axis=1), [0.025, 0.975])
            seen = after.loc[inside, "departures"].sum()
            rows.append((by, group, at_risk[inside].sum(), expected[inside].sum(), seen, low, high))
    return pd.DataFrame(rows, columns=NO_CALIBRATION.columns)


def _keys(after: pd.DataFrame) -> dict[str, pd.Series]:
    names = [f"{low + 1}–{high}" for low, high in zip((0, *TENURES), TENURES, strict=False)]
    bands = pd.cut(after["tenure"], [0, *TENURES, np.inf], labels=[*names, f"{TENURES[-1] + 1}+"])
    keys = {"all": pd.Series("all", after.index), "tier": after["tier"], "tenure": bands.astype("str")}
    if "cohort" in after:
        first = after["cohort"] // 5 * 5
        keys["cohort"] = first.astype("str") + "–" + (first + 4).astype("str")
    return keys


def curves(fitted: hazards.Hazard, after: pd.DataFrame, draws: int = 500) -> pd.DataFrame:
    """Share who stay through the held-out months, foreseen and seen, by tier.

    Life tables over the calendar months: the product of 1 − hazard of those at risk in each.

    Returns
    -------
    DataFrame
        One row per tier and month held out (1, 2, …): tier, month, at_risk (customers), expected with low and high
        (95 % of what may be seen: the parameters' uncertainty and the chance of those at risk), seen.
    """
    rng = np.random.default_rng(0)
    drawn = hazards.parameter_draws(fitted, draws, rng)
    samples = np.vstack([fitted.params, drawn])
    rows = []
    for tier, part in after.groupby("tier"):
        place, months = pd.factorize(part["month"], sort=True)
        n = np.bincount(place, part["at_risk"])
        left = hazards.chances(fitted, part["tier"], part["tenure"], samples) * part["at_risk"].to_numpy()
        leave = np.array([np.bincount(place, row) / n for row in left])
        expected = np.cumprod(1 - leave[0])
        drawn_seen = np.cumprod(1 - rng.binomial(n.astype(int), leave[1:]) / n, axis=1)
        seen = np.cumprod(1 - np.bincount(place, part["departures"]) / n)
        low, high = np.quantile(drawn_seen, [0.025, 0.975], axis=0)
        rows += zip([tier] * len(n), range(1, len(months) + 1), n, expected, low, high, seen, strict=True)
    return pd.DataFrame(rows, columns=NO_CURVES.columns)
