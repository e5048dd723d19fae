"""RFM: recency, frequency and monetary value as scores from 1 to 5, and the segments that they span."""

import numpy as np
import pandas as pd

from analysis.language import _

# Rows: score of recency; columns: score of frequency, 1 to 5 each. The monetary score ranks customers
# within a segment; it does not move them between segments, as assets already make the tiers.
GRID = {
    5: ("new_or_rare", "growing", "growing", "champion", "champion"),
    4: ("new_or_rare", "growing", "growing", "loyal", "loyal"),
    3: ("fading", "fading", "steady", "loyal", "loyal"),
    2: ("lost_sight", "lost_sight", "at_risk", "at_risk", "at_risk"),
    1: ("lost_sight", "lost_sight", "at_risk", "at_risk", "at_risk"),
}
SEGMENTS = ("champion", "loyal", "growing", "steady", "new_or_rare", "fading", "at_risk", "lost_sight")


def labels() -> dict[str, str]:
    """Names of the segments in the language in use, most engaged first."""
    return {
        "champion": _("Champions"),
        "loyal": _("Loyal"),
        "growing": _("Growing"),
        "steady": _("Steady"),
        "new_or_rare": _("New or rare"),
        "fading": _("Fading"),
        "at_risk": _("At risk"),
        "lost_sight": _("Lost from sight"),
    }


def score(values: pd.Series) -> pd.Series:
    """Fifth of the ranking that each value stands in, 1 the lowest to 5 the highest.

    Equal values share the mean of their ranks and so the score: a tie is never split at random. With many
    ties a score can stay empty; all values equal are all 3.
    """
    if values.empty:
        return values.astype("int64")
    place = (values.rank(method="average") - 0.5) / len(values)
    return np.ceil(place * 5 - 1e-9).clip(1, 5).astype("int64")


def rfm_scores(customers: pd.DataFrame) -> pd.DataFrame:
    """Scores and segment of each customer.

    Parameters
    ----------
    customers : DataFrame
        One row per customer: days_since_activity (missing if the customer never started a booking),
        bookings_365d (bookings started in the year), turnover_365d (currency moved in and out in it).

    Returns
    -------
    DataFrame
        Same rows: r, f, m (1 to 5; 5 is the most recent, most frequent, most money), rfm (their sum, 3 to
        15), rfm_segment.
    """
    never = customers["days_since_activity"].max() if customers["days_since_activity"].notna().any() else 0.0
    recency = customers["days_since_activity"].fillna(never + 1)
    r, f = score(-recency), score(customers["bookings_365d"].fillna(0))
    m = score(customers["turnover_365d"].fillna(0))
    segment = [GRID[row][column - 1] for row, column in zip(r, f, strict=True)]
    return pd.DataFrame(
        {
            "r": r,
            "f": f,
            "m": m,
            "rfm": r + f + m,
            "rfm_segment": pd.Series(segment, customers.index, dtype="str"),
        }
    )


def rfm_segments(customers: pd.DataFrame) -> pd.DataFrame:
    """What each segment holds.

    Returns
    -------
    DataFrame
        One row per segment that occurs: rfm_segment, label, customers, customers_share, assets, assets_share,
        bookings (median of bookings_365d), mean_m (mean monetary score).
    """
    by_segment = customers.groupby("rfm_segment")
    table = pd.DataFrame(
        {
            "customers": by_segment.size(),
            "assets": by_segment["assets"].sum(min_count=1),
            "bookings": by_segment["bookings_365d"].median(),
            "mean_m": by_segment["m"].mean(),
        }
    )
    table = table.reindex([code for code in SEGMENTS if code in table.index])
    for name in ("customers", "assets"):
        total = table[name].sum()
        table.insert(
            table.columns.get_loc(name) + 1, f"{name}_share", table[name] / total if total > 0 else np.nan
        )
    table = table.rename_axis("rfm_segment").reset_index()
    table.insert(1, "label", table["rfm_segment"].map(labels()))
    return table


def rfm_regions() -> pd.DataFrame:
    """Rectangle of each segment in the grid: rfm_segment, label, r_low, r_high, f_low, f_high."""
    cells = pd.DataFrame([(code, r, f + 1) for r, row in GRID.items() for f, code in enumerate(row)])
    cells.columns = ["rfm_segment", "r", "f"]
    spans = cells.groupby("rfm_segment").agg(
        r_low=("r", "min"), r_high=("r", "max"), f_low=("f", "min"), f_high=("f", "max")
    )
    table = spans.reindex(list(SEGMENTS)).reset_index()
    table.insert(1, "label", table["rfm_segment"].map(labels()))
    return table
