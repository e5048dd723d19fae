"""Control chart of a rate whose exposure varies (u-chart), overdispersed or not, judged against an earlier baseline.

The level and its spread come from the baseline periods alone (phase I); later ones (phase II) are judged by them. A
period is scored on the scale of square roots, on which a count has the same variance whatever its mean, and the
baseline's own error is part of the variance. The usual limits, ū ± 3 √(ū / n), ring five to seven times too often
upwards at 5 to 10 events a period and never downwards (measured: `python -m benchmarks.complaints_clock`).
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.language import _, number
from analysis.statistics.rates import dispersion, rate_ratio
from analysis.statistics.run_rules import WESTERN_ELECTRIC, signals

SIGMAS = 3.0
OVERDISPERSED = 0.05  # p-value of the test of dispersion, from which on the limits are widened
MOVING_RANGE = 1.128  # mean distance of two standard normal draws
FEWEST = 8  # periods, below which neither level nor spread of a baseline can be told
DRAWS = 999


@dataclass(frozen=True)
class Level:
    """What a baseline tells.

    Attributes
    ----------
    events, exposure : float
        Sums over the baseline.
    spread : float
        Standard deviation of the scores within the baseline: 1 unless overdispersed (Laney's sigma).
    p_value : float
        Of the test of dispersion.
    periods : int
    """

    events: float
    exposure: float
    spread: float
    p_value: float
    periods: int

    @property
    def rate(self) -> float:
        """Events per unit of exposure."""
        return self.events / self.exposure


def level(events, exposure) -> Level:
    """Level and spread of the baseline periods.

    Parameters
    ----------
    events, exposure : array-like of float
        One per period in order of time.

    Raises
    ------
    ValueError
        If there are fewer than eight periods, or a period without exposure.

    Notes
    -----
    Overdispersion is tested by Pearson's chi-square. If there is any, the spread is the mean moving range of the
    scores over 1.128, at least 1 (Laney 2002, Quality Engineering 14, u′ chart): moving ranges do not take a step or
    a trend within the baseline for spread.
    """
    x, n = np.asarray(events, dtype=float), np.asarray(exposure, dtype=float)
    if len(x) < FEWEST:
        raise ValueError(
            _(
                "the baseline has {n} periods; expected at least {least} to know level and spread: begin it earlier"
            ).format(n=number(len(x)), least=number(FEWEST))
        )
    if not (n > 0).all():
        raise ValueError(f"{int((~(n > 0)).sum())} periods of the baseline have no exposure; leave them out")
    p_value = dispersion(x, x.sum() / n.sum() * n)[1]
    scores = _scores(x, n, x.sum() - x, n.sum() - n)
    overdispersed = p_value < OVERDISPERSED
    spread = max(float(np.abs(np.diff(scores)).mean()) / MOVING_RANGE, 1.0) if overdispersed else 1.0
    return Level(float(x.sum()), float(n.sum()), spread, p_value, len(x))


def _scores(x, n, baseline_events, baseline_exposure) -> np.ndarray:
    ratio = n / baseline_exposure
    root = np.sqrt(x + 3 / 8) - np.sqrt(ratio * (baseline_events + 3 / 8))
    # Where hardly any event is expected the 3/8 alone would put none at all above the centre.
    same_side = root * (x - ratio * baseline_events) > 0
    return np.where(np.isnan(ratio), np.nan, np.where(same_side, 2 * root / np.sqrt(1 + ratio), 0.0))


def chart(
    events, exposure, baseline: Level, inside=None, rules: Iterable[str] = tuple(WESTERN_ELECTRIC)
) -> pd.DataFrame:
    """Scores, limits and signals of periods.

    Parameters
    ----------
    events, exposure : array-like of float
        One per period in order of time.
    baseline : Level
    inside : array-like of bool, optional
        Periods that are part of the baseline; each is compared with the rest of it. None if not given.
    rules : iterable of str
        Keys of `run_rules.WESTERN_ELECTRIC`.

    Returns
    -------
    DataFrame
        One row per period: events, exposure, rate, centre, low, high (limits of the rate at three spreads; low is 0
        where no count would be too low), score (distance from the centre in spreads), signal (names of the rules
        that fire there, "" if none).

    Notes
    -----
    Square roots of counts with 3/8 added: Anscombe (1948), Biometrika 35; two counts compared so: Huffman (1984),
    Applied Statistics 33. Charts of scores against an estimated level: Quesenberry (1991), J. of Quality Technology 23.
    """
    x, n = np.asarray(events, dtype=float), np.asarray(exposure, dtype=float)
    part = np.zeros(len(x), dtype=bool) if inside is None else np.asarray(inside, dtype=bool)
    rest_events = baseline.events - np.where(part, x, 0)
    rest_exposure = baseline.exposure - np.where(part, n, 0)
    known = np.where(n > 0, n, np.nan)
    scores = _scores(x, known, rest_events, rest_exposure) / baseline.spread
    ratio = known / rest_exposure
    middle = np.sqrt(ratio * (rest_events + 3 / 8))
    half = SIGMAS * baseline.spread * np.sqrt(1 + ratio) / 2
    low = np.maximum(np.maximum(middle - half, 0) ** 2 - 3 / 8, 0)
    high = (middle + half) ** 2 - 3 / 8
    return pd.DataFrame(
        {
            "events": x,
            "exposure": n,
            "rate": x / known,
            "centre": np.where(known > 0, baseline.rate, np.nan),
            "low": low / known,
            "high": high / known,
            "score": scores,
            "signal": ["+".join(names) for names in signals(scores, rules)],
        }
    )


@dataclass(frozen=True)
class Step:
    """The likeliest lasting change of a rate.

    Attributes
    ----------
    since : int
        Position of the first period of the new rate.
    ratio, low, high : float
        New rate over the baseline's; the interval takes `since` as known, so the ratio flatters a little.
    p_value : float
        Chance of so clear a change at any time if there was none.
    """

    since: int
    ratio: float
    low: float
    high: float
    p_value: float


def step(events, exposure, baseline: Level, seed: int = 0, level: float = 0.95) -> Step | None:
    """When has the rate of the periods after the baseline changed for good, and by how much?

    Returns
    -------
    Step or None
        None if there is no period with exposure.

    Notes
    -----
    Maximum likelihood over the time of change (Samuel & Pignatiello 1998, Quality Engineering 10, for a Poisson
    rate), with the baseline's rate estimated too. Deviances are divided by the square of the spread (quasi-likelihood,
    Wedderburn 1974); the p-value is that of the largest one among simulated charts without change.
    """
    x, n = np.asarray(events, dtype=float), np.asarray(exposure, dtype=float)
    if not (n > 0).any():
        return None
    tail_x, tail_n = (np.cumsum(values[::-1])[::-1] for values in (x, n))
    deviances = _deviance(tail_x, tail_n, baseline.events, baseline.exposure)
    since = int(np.argmax(deviances))
    rng = np.random.default_rng(seed)
    before = rng.poisson(baseline.events, (DRAWS, 1)).astype(float)
    drawn = rng.poisson(baseline.rate * n, (DRAWS, len(n))).astype(float)
    chance = _deviance(drawn[:, ::-1].cumsum(axis=1)[:, ::-1], tail_n, before, baseline.exposure).max(axis=1)
    beaten = (chance >= deviances[since] / baseline.spread**2 - 1e-9).sum()
    ratio = rate_ratio(
        tail_x[since], tail_n[since], baseline.events, baseline.exposure, spread=baseline.spread, level=level
    )
    return Step(since, *(float(value) for value in ratio), float((1 + beaten) / (DRAWS + 1)))


def _deviance(x, n, events, exposure) -> np.ndarray:
    """Twice the gain in log-likelihood of an own rate; 0 where there is no exposure."""
    common = (x + events) / (n + exposure)

    def part(count, size):
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(count > 0, count * np.log(count / (size * common)), 0.0)

    return np.where(n > 0, 2 * (part(x, n) + part(events, exposure)), 0.0)
