"""What is known of a complaint when it comes in, and the bands of time over which its answer is awaited."""

from datetime import date

import numpy as np
import pandas as pd

EDGES = np.array([0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 18, 21, 25, 30, 37, 45, 60, 90], dtype=float)  # days
FEWEST_EVENTS = 10  # in a band of time; one with fewer is joined to the next
GROUPS = ("issue", "channel", "language")
FEWEST = 30  # cases of a value, below which it counts among "rare"
RARE, BLANK = "rare", "blank"
CHANGING = ("complex", "speed")  # traits whose ratio may change over the days of a case
DAY = pd.Timedelta(days=1)


def busy(cases: pd.DataFrame) -> np.ndarray:
    """How busy the branch was when a case came in: doublings of its open cases against what it was used to.

    Parameters
    ----------
    cases : DataFrame
        One row per case: branch_id, received_at, resolved_at.

    Returns
    -------
    ndarray
        One per row: log2(open + 1) less its mean over the branch's earlier cases; 0 for its first. Nothing later than
        the receipt enters.
    """
    found = pd.Series(0.0, index=cases.index)
    for _branch, part in cases.groupby("branch_id", dropna=False):
        part = part.sort_values("received_at")
        moments = part["received_at"].to_numpy()
        done = np.sort(part["resolved_at"].dropna().to_numpy())
        stock = np.log2(np.arange(len(part)) - np.searchsorted(done, moments, side="left") + 1)
        usual = pd.Series(stock, part.index).expanding().mean().shift()
        found[part.index] = (stock - usual).fillna(0.0)
    return found.to_numpy()


def prepared(cases: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Cases of `clock.clock` with busy, and followed: days from the receipt to the end of the day of looking."""
    followed = (pd.Timestamp(as_of) + DAY - cases["received_at"]) / DAY
    return cases.assign(busy=busy(cases), followed=followed.to_numpy())


def speeds(branches: pd.DataFrame) -> dict:
    """Logarithm of each branch's speed."""
    return dict(zip(branches["branch_id"], np.log(branches["shrunk"].astype(float)), strict=True))


def time_edges(used: pd.DataFrame) -> np.ndarray:
    """Bands of time in and after which enough cases end; the hazard of the last one is taken to go on."""
    days, kept = used.loc[used["resolved_at"].notna(), "days"], [0.0]
    for end in EDGES[1:]:
        if min(((days > kept[-1]) & (days <= end)).sum(), (days > end).sum()) >= FEWEST_EVENTS:
            kept.append(end)
    return np.array(kept)


def named_values(column: pd.Series) -> list:
    """Values with thirty cases or more, the most frequent first, and "rare" if there are others."""
    counts = column.fillna(BLANK).value_counts()
    named = counts[counts >= FEWEST].index.tolist()
    return [*named, RARE] if (counts < FEWEST).any() else named


def traits(cases: pd.DataFrame, values: dict[str, list], speeds: dict) -> pd.DataFrame:
    """What is known of each case at its receipt, in numbers; a value not seen before counts among the rare."""
    columns = {
        "complex": (cases["kind_of_case"] == "complex").astype(float),
        "speed": cases["branch_id"].map(speeds).astype(float).fillna(0.0),
        "busy": cases["busy"],
    }
    for name, known in values.items():
        column = cases[name].fillna(BLANK)
        column = column.where(column.isin(known), RARE)
        columns |= {f"{name}={value}": (column == value).astype(float) for value in known[1:]}
    return pd.DataFrame(columns, index=cases.index)


def periods(used: pd.DataFrame, edges: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Position of the case, band and event, for the bands a case began that could be watched to their end.

    A band that the day of looking cuts short would show the quick cases only.
    """
    days, followed = (used[name].to_numpy()[:, None] for name in ("days", "followed"))
    rows, band = np.nonzero((days > edges[:-1]) & (followed >= edges[1:]))
    event = used["resolved_at"].notna().to_numpy()[rows] & (used["days"].to_numpy()[rows] <= edges[band + 1])
    return rows, band, event


def design(traits: pd.DataFrame, band: np.ndarray, edges: np.ndarray) -> pd.DataFrame:
    """Covariates of cases in bands of time."""
    bands = {f"band={k}": (band == k).astype(float) for k in range(1, len(edges) - 1)}
    parts = traits.reset_index(drop=True)
    changing = {f"{name} × time": parts[name] * np.log(edges[1:])[band] for name in CHANGING}
    return parts.assign(**changing, **bands)
