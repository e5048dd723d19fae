"""Do the groups mean anything? What customers grouped 180 days ago did since, against all customers."""

import numpy as np
import pandas as pd
from scipy.stats import norm

import analysis.topics.segmentation.engagement as engaged
import analysis.topics.segmentation.rfm as scored
from analysis.statistics.intervals import lift, wilson

HORIZON = 180
# Bands of the RFM sum, so that each has customers; from the lowest.
BANDS = ((3, 5), (6, 8), (9, 11), (12, 13), (14, 15))


def follow(then: pd.DataFrame, now: pd.DataFrame, history: int = HORIZON) -> pd.DataFrame:
    """What became of each customer of an earlier day.

    Parameters
    ----------
    then : DataFrame
        Customers of the day 180 days before `now`: customer_id, engagement, rfm, rfm_segment.
    now : DataFrame
        Customers still with the bank: customer_id, bookings_180d.
    history : int
        Days of bookings on record before the earlier day; with fewer than 180 its groups mean little.

    Returns
    -------
    DataFrame
        The rows of `then` with later_bookings (started since; 0 for who left) and outcome: "left", "active"
        (still a customer, at least one booking) or "quiet" (still a customer, none). No row if the history is
        too short.
    """
    then = then if history >= HORIZON else then.head(0)
    since = now.set_index("customer_id")["bookings_180d"]
    later = then["customer_id"].map(since)
    stayed = then["customer_id"].isin(since.index)
    outcome = np.select([~stayed, later.fillna(0) > 0], ["left", "active"], "quiet")
    return then.assign(later_bookings=later.fillna(0.0), outcome=pd.Series(outcome, then.index, dtype="str"))


def outcomes(followed: pd.DataFrame, by: str = "engagement") -> pd.DataFrame:
    """Share of each group that left, and that was active, afterwards.

    Parameters
    ----------
    followed : DataFrame
        As `follow` gives it.
    by : str
        Column with the groups.

    Returns
    -------
    DataFrame
        One row per outcome ("active", "left") and group: outcome, group, label, customers, share, low, high
        (95 % Wilson), average (the share of all customers). Without outcome "left" if nobody left.
    """
    names = {**engaged.labels(), **scored.labels()}
    rows = []
    for outcome in ("active", "left"):
        hit = followed["outcome"] == outcome
        if outcome == "left" and not hit.any():
            continue
        for group in (code for code in (*engaged.CODES, *scored.SEGMENTS) if (followed[by] == code).any()):
            inside = followed[by] == group
            n, k = int(inside.sum()), int(hit[inside].sum())
            rows.append((outcome, group, names[group], n, k / n, *wilson(k, n), hit.mean()))
    return pd.DataFrame(
        rows, columns=["outcome", "group", "label", "customers", "share", "low", "high", "average"]
    )


def segment_lifts(followed: pd.DataFrame) -> pd.DataFrame:
    """Later bookings of each RFM segment over the average of all.

    Returns
    -------
    DataFrame
        One row per segment that occurs: rfm_segment, label, customers, lift, low, high (95 %).
    """
    present = [code for code in scored.SEGMENTS if (followed["rfm_segment"] == code).any()]
    members = {code: followed["rfm_segment"] == code for code in present}
    table = _lifts(followed, members).rename(columns={"group": "rfm_segment"})
    return table.assign(label=table["rfm_segment"].map(scored.labels()))


def band_lifts(followed: pd.DataFrame) -> pd.DataFrame:
    """Later bookings by band of the RFM sum over the average of all; a score that means something ascends.

    Returns
    -------
    DataFrame
        One row per band that occurs, lowest first: band ("3–5"), customers, lift, low, high (95 %).
    """
    members = {f"{a}–{b}": followed["rfm"].between(a, b) for a, b in BANDS}
    return _lifts(followed, {band: m for band, m in members.items() if m.any()}).rename(
        columns={"group": "band"}
    )


def _lifts(followed: pd.DataFrame, members: dict[str, pd.Series]) -> pd.DataFrame:
    rows = [(group, int(m.sum()), *lift(followed["later_bookings"], m)) for group, m in members.items()]
    return pd.DataFrame(rows, columns=["group", "customers", "lift", "low", "high"])


def rank_agreement(followed: pd.DataFrame) -> tuple[float, float]:
    """Spearman's correlation with later bookings: of the RFM sum, and of the year's bookings alone."""
    if len(followed) < 3 or followed["later_bookings"].nunique() < 2:
        return np.nan, np.nan
    later = followed["later_bookings"].rank()
    return tuple(
        float(followed[name].rank().corr(later)) if followed[name].nunique() > 1 else np.nan
        for name in ("rfm", "bookings_365d")
    )


def sum_ranks_better(followed: pd.DataFrame, level: float = 0.95) -> bool:
    """Whether the RFM sum ranks customers by later bookings better than the year's bookings, beyond chance.

    Notes
    -----
    Two correlations with the same outcome: Meng, Rosenthal & Rubin (1992), Psychological Bulletin 111,
    equation 1, on ranks, whose Fisher's z has a variance of 1.06 / (n - 3) (Fieller, Hartley & Pearson 1957).
    """
    ranks = followed[["rfm", "bookings_365d", "later_bookings"]].rank().corr().to_numpy()
    # A perfect correlation has no finite z.
    first, second, mutual = np.clip([ranks[0, 2], ranks[1, 2], ranks[0, 1]], -1 + 1e-9, 1 - 1e-9)
    mean_square = (first**2 + second**2) / 2
    f = min((1 - mutual) / (2 * (1 - mean_square)), 1.0)
    h = (1 - f * mean_square) / (1 - mean_square)
    error = np.sqrt(2 * (1 - mutual) * h * 1.06 / (len(followed) - 3)) if len(followed) > 3 else np.inf
    return bool(np.arctanh(first) - np.arctanh(second) > norm.ppf((1 + level) / 2) * error)
