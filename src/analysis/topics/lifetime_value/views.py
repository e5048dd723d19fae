"""What the chosen model says, laid out to be looked at: week by week, over a grid, for single customers."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from analysis.language import _, number
from analysis.topics.lifetime_value import accuracy as acc
from analysis.topics.lifetime_value import candidates as cand
from analysis.topics.lifetime_value import histories as hist
from analysis.topics.lifetime_value import intervals, models
from analysis.topics.lifetime_value import purchases as logs
from analysis.topics.lifetime_value.choice import Evaluation

QUIET = (0, 4, 8, 13, 26, 39, 52)  # weeks since the last purchase, on the grid
COLUMNS = 7  # frequencies on the grid


def tracking(log: logs.Log, fit: models.Fit, day: date) -> pd.DataFrame:
    """Purchases a week of the customers known on `day`, seen and expected by a model learnt until then.

    Returns
    -------
    DataFrame
        One row per week, in order: ends_on, purchases, expected.
    """
    weeks, started = hist.weekly(log, day)
    ends, starts = weeks["ends_on"].to_numpy(), pd.to_datetime(started["start"]).to_numpy()
    age = (ends[:, None] - starts[None, :]) / np.timedelta64(7, "D")
    ages, place = np.unique(np.clip(np.stack([age - 1, age]), 0, None), return_inverse=True)
    grown = models.expected_from_start(fit, ages)[place].reshape(2, *age.shape)
    expected = ((grown[1] - grown[0]) * started["customers"].to_numpy()).sum(axis=1)
    return weeks.assign(expected=expected)


@dataclass(frozen=True)
class Grid:
    """Expected purchases and probability to be alive (rows: weeks of quiet; columns: frequency)."""

    expected: np.ndarray
    alive: np.ndarray
    frequency: list[int]
    quiet: list[float]


def grid(fit: models.Fit, summary: pd.DataFrame, weeks: float) -> Grid:
    """What the model says by frequency and silence, for a customer observed as long as the typical one (median T).

    Parameters
    ----------
    weeks : float
        Ahead, for the expected purchases. Frequencies are quantiles of the customers who bought.
    """
    bought = summary["frequency"][summary["frequency"] > 0]
    levels = np.quantile(bought, np.linspace(0.05, 0.95, COLUMNS)) if len(bought) else [1]
    frequency = sorted({int(max(1, round(x))) for x in levels})
    age = float(summary["T"].median())
    quiet = [float(weeks) for weeks in QUIET if weeks < age]
    rows = pd.DataFrame(
        [
            {"customer_id": "", "frequency": x, "recency": age - silent, "T": age}
            for silent in quiet
            for x in frequency
        ]
    )
    rows = _with_activity(rows)
    shape = (len(quiet), len(frequency))
    seen = cand.seen_by(fit.model, rows)
    expected, alive = models.expected(fit, seen, weeks), models.alive(fit, seen)
    return Grid(expected.reshape(shape), alive.reshape(shape), frequency, quiet)


def _with_activity(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of a summary completed with a monthly activity that fits them, for BG/BB."""
    month = hist.MONTH / hist.WEEK
    periods = (rows["T"] // month).astype("int64").clip(lower=1, upper=hist.MOST_MONTHS)
    last = (periods - ((rows["T"] - rows["recency"]) // month).astype("int64")).clip(lower=0)
    return rows.assign(
        monetary_value=np.nan, periods=periods, last_active=last, active=rows["frequency"].clip(upper=last)
    )


def courses(log: logs.Log, fit: models.Fit, evaluation: Evaluation, steps: int = 40) -> pd.DataFrame:
    """How the probability to be alive went up and down for a customer of each of four kinds.

    The kinds are frequent or rare buyers who have bought lately or have been quiet; the customer is the one in the
    middle of the kind.

    Returns
    -------
    DataFrame
        One row per customer and day: label, day, alive.
    """
    chosen = _examples(evaluation.summary)
    if not chosen:
        return pd.DataFrame(columns=["label", "day", "alive"])
    log = logs.only(log, list(chosen.values()))
    first = max(log.since, log.until - timedelta(days=2 * 365))
    days = [first + (log.until - first) * k / steps for k in range(1, steps + 1)]
    found, rows = hist.fetched(log, days), []
    for k, when in enumerate(days):
        summary = found.summary(k).set_index("customer_id", drop=False)
        for label, customer in chosen.items():
            if customer in summary.index and summary.loc[customer, "periods"] > 0:
                alive = models.alive(fit, cand.seen_by(fit.model, summary.loc[[customer]]))
                rows.append((label, pd.Timestamp(when), float(alive[0])))
    return pd.DataFrame(rows, columns=["label", "day", "alive"])


def _examples(summary: pd.DataFrame) -> dict[str, str]:
    """Customer in the middle of each kind, by its label."""
    rows = summary[(summary["frequency"] >= 3) & (summary["T"] >= 26)]
    often = rows["frequency"] >= rows["frequency"].quantile(0.7)
    rare = rows["frequency"] <= rows["frequency"].quantile(0.3)
    # Gaps between purchases missed since the last one.
    silent = rows["T"] - rows["recency"]
    missed = silent * rows["frequency"] / rows["recency"].clip(lower=1.0)
    kinds = {
        _("buys often, bought lately"): often & (missed < 1),
        _("bought often, quiet now"): often & (missed > 8) & (silent < 39),
        _("buys rarely, bought lately"): rare & (missed < 1),
        _("bought rarely, quiet now"): rare & (missed > 2) & (silent < 78),
    }
    found = {}
    for label, members in kinds.items():
        part = rows[members].sort_values(["frequency", "customer_id"])
        if len(part):
            found[label] = part["customer_id"].iloc[len(part) // 2]
    return found


def calibration(evaluation: Evaluation) -> dict[str, pd.DataFrame]:
    """Forecast and purchases seen in the outer window, by tenth of the forecast ("decile") and by "frequency"."""
    outcome, forecast = evaluation.outcome, evaluation.outcome[evaluation.chosen]
    tenths = acc.calibration(outcome["purchases"], forecast, acc.bands(forecast.to_numpy()))
    frequency = evaluation.histories.summary(1)["frequency"]
    edges = sorted({0, 1, *(int(q) for q in frequency[frequency > 0].quantile([0.2, 0.4, 0.6, 0.8, 0.95]))})
    group = np.searchsorted(edges, frequency, side="right")
    tops = [edge - 1 for edge in edges[1:]]
    names = [_range(low, high) for low, high in zip(edges, [*tops, None], strict=True)]
    by = acc.calibration(outcome["purchases"], forecast, group)
    return {
        "decile": tenths.assign(label=[number(k) for k in tenths["group"]]),
        "frequency": by.assign(label=[names[k - 1] for k in by["group"]]),
    }


def _range(low: int, high: int | None) -> str:
    if high is None:
        return _("{low} and more").format(low=number(low))
    return number(low) if low == high else f"{number(low)}–{number(high)}"


def covered(evaluation: Evaluation, seed: int) -> float:
    """Share of customers whose purchases in the outer window lay in the 90 % interval of the model learnt before it.

    Missing without a probability model that is fit.
    """
    fit = intervals.reference(evaluation, evaluation.earlier)
    if fit is None:
        return np.nan
    forecast = evaluation.outcome[evaluation.chosen].to_numpy()
    summary, weeks = evaluation.histories.summary(1), evaluation.windows.outer_weeks
    drawn = intervals.draw(fit, summary, weeks, forecast, seed)
    return float(evaluation.outcome["purchases"].between(drawn.low, drawn.high).mean())
