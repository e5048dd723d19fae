"""Have the features of the same customers moved between two days?"""

import re

import pandas as pd

from analysis.bank.features import FEATURES
from analysis.language import current
from analysis.statistics.drift import drift_table

# They move with the calendar, whatever the data are.
MUST_MOVE = ("tenure_days", "age_years", "days_since_salary")
LARGE = 0.1  # a PSI from which a change matters, if it is beyond chance (Siddiqi 2006)


def feature_drift(then: pd.DataFrame, now: pd.DataFrame, seed: int = 0) -> tuple[pd.DataFrame, list[str]]:
    """Drift of each feature over the customers of both days.

    Parameters
    ----------
    then, now : DataFrame
        One row per customer: customer_id and features.

    Returns
    -------
    DataFrame
        As `statistics.drift.drift_table` gives it with `label`, the feature's meaning; largest PSI first.
        Without features that must move, and without those blank for everybody on a day.
    list of str
        The features left out for being blank for everybody on one of the days.
    """
    names = [feature.name for feature in FEATURES if feature.name not in MUST_MOVE]
    blank = [name for name in names if then[name].isna().all() or now[name].isna().all()]
    kept = [name for name in names if name not in blank]
    before, after = (table.set_index("customer_id")[kept].astype("float64") for table in (then, now))
    if before.index.intersection(after.index).empty:
        return drift_table(before[[]], after[[]], paired=False).assign(label=pd.Series(dtype="str")), names
    return drift_table(before, after, paired=True, seed=seed).assign(
        label=lambda t: t["feature"].map(meanings())
    ), blank


def meanings() -> dict[str, str]:
    """What each feature means, in the language in use and without how it is computed."""
    said = {f.name: f.zh if current() == "zh" else f.en for f in FEATURES}
    return {name: re.split("[;；（(]|, last", meaning)[0].strip() for name, meaning in said.items()}
