"""How long from an alarm to the event, where some events are still to come."""

from typing import NamedTuple

import numpy as np
from sksurv.nonparametric import kaplan_meier_estimator

LEAST = 5  # events for quartiles


class LeadTime(NamedTuple):
    """Time from alarm to event: `lead_time`.

    Attributes
    ----------
    alarms, events : int
        Units alarmed; of these, with the event within the horizon so far.
    share, share_low, share_high : float
        Part with the event within the horizon, those not followed so long accounted for.
    lower, median, upper : float
        Quartiles of the time of those with the event within the horizon; missing with fewer than 5 events.
    median_low, median_high : float
        95 % interval of the median.
    """

    alarms: int
    events: int
    share: float
    share_low: float
    share_high: float
    lower: float
    median: float
    upper: float
    median_low: float
    median_high: float


def lead_time(
    time: np.ndarray, event: np.ndarray, within: float, draws: int = 400, seed: int = 0
) -> LeadTime:
    """Share of units with the event within a horizon, and quartiles of the time to it.

    Most alarms are false, so that the median over all does not exist; that over those with an event so far is too
    short, as late alarms had no time for late events. The distribution function is therefore Kaplan and Meier's (1958,
    Journal of the American Statistical Association 53), and the quartiles are those of F(t) / F(within).

    Parameters
    ----------
    time : array of float
        From the alarm to the event, or to the last day on which it was seen not to have come; one alarm per unit.
    event : array of bool
        Whether the event came.
    within : float
        Horizon.
    draws : int
        Bootstrap samples of units for the intervals.

    Returns
    -------
    LeadTime
        All figures missing if nobody was alarmed.
    """
    time, event = np.asarray(time, dtype=float), np.asarray(event, dtype=bool)
    came = int((event & (time <= within)).sum())
    if not len(time):
        return LeadTime(0, 0, *[np.nan] * 8)
    share, quartiles = _estimated(time, event, within)
    random = np.random.default_rng(seed)
    drawn = [_estimated(time[k], event[k], within) for k in random.integers(0, len(time), (draws, len(time)))]
    low, high = np.quantile([each for each, _quartiles in drawn], [0.025, 0.975])
    if came < LEAST:
        return LeadTime(len(time), came, share, low, high, *[np.nan] * 5)
    medians = np.nanquantile([each[1] for _share, each in drawn], [0.025, 0.975])
    return LeadTime(len(time), came, share, low, high, *quartiles, *medians)


def _estimated(time: np.ndarray, event: np.ndarray, within: float) -> tuple[float, np.ndarray]:
    """Share with the event by `within`, and quartiles of the time given that."""
    if not event.any():
        return 0.0, np.full(3, np.nan)
    at, stays = kaplan_meier_estimator(event, time)
    gone = 1 - stays[at <= within]
    if not len(gone) or gone[-1] == 0:
        return 0.0, np.full(3, np.nan)
    places = [np.searchsorted(gone, part * gone[-1] - 1e-12) for part in (0.25, 0.5, 0.75)]
    return float(gone[-1]), at[places]
