"""What the chosen model says, laid out to be looked at: week by week, over a grid, for single customers."""

from datetime import date

import numpy as np
import pandas as pd

from analysis.topics.lifetime_value import models
from analysis.topics.lifetime_value import purchases as logs

QUIET = (0, 4, 8, 13, 26, 39, 52)  # weeks since the last purchase, on the grid
COLUMNS = 7  # frequencies on the grid


def tracking(log: logs.Log, fit: models.Fit, day: date) -> pd.DataFrame:
    """Purchases a week of the customers known on `day`, seen and expected by a model learnt until then.

    Returns
    -------
    DataFrame
        One row per week, in order: ends_on, purchases, expected.
    """
    weeks, started = logs.weekly(log, day)
    ends, starts = weeks["ends_on"].to_numpy(), pd.to_datetime(started["start"]).to_numpy()
    age = (ends[:, None] - starts[None, :]) / np.timedelta64(7, "D")
    ages, place = np.unique(np.clip(np.concatenate([age - 1, age]), 0, None), return_inverse=True)
    grown = models.expected_from_start(fit, ages)[place.reshape(2, *age.shape)]
    expected = ((grown[1] - grown[0]) * started["customers"].to_numpy()).sum(axis=1)
    return weeks.assign(expected=expected)


def grid(fit: models.Fit, summary: pd.DataFrame, weeks: float) -> tuple[np.ndarray, np.ndarray, list[int], list[float]]:
    """Expected purchases in the next `weeks` and probability to be alive, by frequency and silence.

    For a customer observed as long as the typical one (median T).

    Returns
    -------
    tuple
        Two arrays (rows: weeks since the last purchase; columns: frequency), the frequencies (quantiles of the
        customers who bought) and the weeks.
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
    return (
        models.expected(fit, rows, weeks).reshape(shape),
        models.alive(fit, rows).reshape(shape),
        frequency,
        quiet,
    )


def _with_activity(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of a summary completed with a monthly activity that fits them, for BG/BB."""
    month = logs.MONTH / logs.WEEK
    periods = (rows["T"] // month).astype("int64").clip(lower=1, upper=logs.MOST_MONTHS)
    last = (periods - ((rows["T"] - rows["recency"]) // month).astype("int64")).clip(lower=0)
    return rows.assign(
        monetary_value=np.nan, periods=periods, last_active=last, active=rows["frequency"].clip(upper=last)
    )
