"""What makes answers late: the hazard of being resolved, by what is known of a case when it comes in."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from analysis.language import _
from analysis.statistics import discrete_hazard as dh
from analysis.statistics.gamma_poisson import shrink
from analysis.statistics.multiplicity import holm
from analysis.topics.complaints import intake

EDGES = np.array([0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 18, 21, 25, 30, 37, 45, 60, 90], dtype=float)  # days
GROUPS = ("issue", "channel", "language")
FEWEST = 30  # cases of a value, below which it counts among "rare"
FEWEST_EVENTS = 10  # in a band of time; one with fewer is joined to the next
FEWEST_RESOLVED = 100
MOST = 50_000  # latest cases that a model is fitted to
RARE, BLANK = "rare", "blank"
CHANGING = ("complex", "speed")  # traits whose ratio may change over the days of a case
DAY = pd.Timedelta(days=1)


@dataclass(frozen=True)
class Delay:
    """A fitted model.

    Attributes
    ----------
    model : discrete_hazard.HazardModel
    edges : ndarray
        Days at which bands of time begin and end.
    values : dict of str to list
        Per group the values with a coefficient, after the one they are compared with.
    branches : DataFrame
        One row per branch: branch_id, label, customers, events, shrunk (speed against all branches: 2 resolves
        at twice the hazard, the rest being equal), low, high, slower (probability of being slower than average).
    branches_differ : float
        p-value of no difference between branches.
    proportional : DataFrame
        One row per covariate and "all": covariate, p_value of a ratio that stays the same over a case's days.
    cases : int
    """

    model: dh.HazardModel
    edges: np.ndarray
    values: dict[str, list]
    branches: pd.DataFrame
    branches_differ: float
    proportional: pd.DataFrame
    cases: int


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


def fit(cases: pd.DataFrame, seed: int = 0) -> Delay:
    """Fit the hazard of resolution.

    Parameters
    ----------
    cases : DataFrame
        From `prepared`: feedback_id, customer_id, received_at, resolved_at, days, kind_of_case, branch_id, busy, followed,
        and issue, channel, language as far as they are kept. The latest 50,000 are used.

    Raises
    ------
    ValueError
        If fewer than 100 cases were resolved: ten or so per covariate are needed.

    Notes
    -----
    Proportional hazards in bands of days (`statistics.discrete_hazard`). Branches, of which there may be hundreds, come
    second: their resolutions over those expected without them are shrunk (`statistics.gamma_poisson`), a shared gamma
    frailty in one step (Klein & Moeschberger 2003, section 13.3), and the logarithm of this speed is a covariate of
    the final fit. The ratios of complex cases and of branches change with the logarithm of time: answers that take a
    multiple of the usual time have ratios that come closer to 1. An extension is not among the covariates: it is given
    because a case is slow. Intervals take the speeds of the branches as known.
    """
    used = cases.sort_values("received_at").tail(MOST).reset_index(drop=True)
    if (resolved := int(used["resolved_at"].notna().sum())) < FEWEST_RESOLVED:
        raise ValueError(
            f"{resolved} complaints are resolved; expected at least {FEWEST_RESOLVED} to tell what delays them: choose a"
            " later day"
        )
    edges = _edges(used)
    values = {name: _values(used[name]) for name in GROUPS if name in used}
    rows, band, event = _periods(used, edges)
    unit = used["customer_id"].fillna(used["feedback_id"]).to_numpy()[rows]
    alike = _design(_traits(used, values, {}).iloc[rows], band, edges)
    expected = -np.log1p(-dh.chances(dh.fit(alike, event, unit), alike))
    branches, p_value = _branches(used.iloc[rows], event, expected, seed)
    traits = _traits(used, values, _speeds(branches))
    design = _design(traits.iloc[rows], band, edges)
    model = dh.fit(design, event, unit)
    changes = _proportionality(design, event, unit, list(traits), np.log(edges[1:])[band])
    return Delay(model, edges, values, branches, p_value, changes, len(used))


def _speeds(branches: pd.DataFrame) -> dict:
    """Logarithm of each branch's speed."""
    return dict(zip(branches["branch_id"], np.log(branches["shrunk"].astype(float)), strict=True))


def _edges(used: pd.DataFrame) -> np.ndarray:
    """Bands of time in and after which enough cases end; the hazard of the last one is taken to go on."""
    days, kept = used.loc[used["resolved_at"].notna(), "days"], [0.0]
    for end in EDGES[1:]:
        if min(((days > kept[-1]) & (days <= end)).sum(), (days > end).sum()) >= FEWEST_EVENTS:
            kept.append(end)
    return np.array(kept)


def _values(column: pd.Series) -> list:
    counts = column.fillna(BLANK).value_counts()
    named = counts[counts >= FEWEST].index.tolist()
    return [*named, RARE] if (counts < FEWEST).any() else named


def _traits(cases: pd.DataFrame, values: dict[str, list], speeds: dict) -> pd.DataFrame:
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


def _periods(used: pd.DataFrame, edges: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Position of the case, band and event, for the bands a case began that could be watched to their end.

    A band that the day of looking cuts short would show the quick cases only.
    """
    days, followed = (used[name].to_numpy()[:, None] for name in ("days", "followed"))
    rows, band = np.nonzero((days > edges[:-1]) & (followed >= edges[1:]))
    event = used["resolved_at"].notna().to_numpy()[rows] & (used["days"].to_numpy()[rows] <= edges[band + 1])
    return rows, band, event


def _design(traits: pd.DataFrame, band: np.ndarray, edges: np.ndarray) -> pd.DataFrame:
    """Covariates of cases in bands of time."""
    bands = {f"band={k}": (band == k).astype(float) for k in range(1, len(edges) - 1)}
    parts = traits.reset_index(drop=True)
    changing = {f"{name} × time": parts[name] * np.log(edges[1:])[band] for name in CHANGING}
    return parts.assign(**changing, **bands)


def _branches(rows: pd.DataFrame, event, expected, seed: int) -> tuple[pd.DataFrame, float]:
    """Speed of every branch over what its cases would have anywhere, shrunk."""
    table = rows.assign(
        events=event, expected=expected, person=rows["customer_id"].fillna(rows["feedback_id"])
    )
    table = table.groupby("branch_id").agg(
        events=("events", "sum"), expected=("expected", "sum"), customers=("person", "nunique")
    )
    table = table[table["expected"] > 0].reset_index()
    if len(table) < 2:
        columns = ["branch_id", "label", "customers", "events", "shrunk", "low", "high", "slower"]
        return pd.DataFrame(columns=columns), np.nan
    found = shrink(table["events"], table["expected"], seed)
    speed = found.table[["shrunk", "low", "high"]].assign(slower=1 - found.table["above"])
    named = table[["branch_id", "customers", "events"]].assign(label=table["branch_id"].map(intake.plain))
    return named.join(speed).sort_values("shrunk", ignore_index=True), found.p_value


def _proportionality(design: pd.DataFrame, event, unit, names: list[str], time: np.ndarray) -> pd.DataFrame:
    """Does a ratio stay the same over the days of a case? Products with the logarithm of time, tested."""
    centred = time - time.mean()
    varying = [name for name in names if name not in CHANGING and design[name].nunique() > 1]
    products = {f"{name} × time": (design[name] - design[name].mean()) * centred for name in varying}
    model = dh.fit(design.assign(**products), event, unit)
    tests = [(name, dh.wald(model, [f"{name} × time"])[2]) for name in varying]
    return pd.DataFrame(
        [*tests, ("all", dh.wald(model, list(products))[2])], columns=["covariate", "p_value"]
    )


def chance_of_missing(delay: Delay, cases: pd.DataFrame, limit, age=0.0) -> np.ndarray:
    """Probability that cases are not resolved within their time.

    Parameters
    ----------
    delay : Delay
    cases : DataFrame
        One row per case: kind_of_case, branch_id, busy, and the groups of the model.
    limit : array-like of float
        Days from receipt to the end of each case's time.
    age : array-like of float
        Days it has been open without resolution; of who is past the limit the probability is 1.

    Returns
    -------
    ndarray
        One per row.
    """
    traits = _traits(cases, delay.values, _speeds(delay.branches))
    start, width = delay.edges[:-1], np.diff(delay.edges)
    hazard = np.column_stack(
        [
            -np.log1p(-dh.chances(delay.model, _design(traits, np.full(len(traits), k), delay.edges)))
            for k in range(len(start))
        ]
    )
    until, since = (np.broadcast_to(np.asarray(t, dtype=float), len(cases))[:, None] for t in (limit, age))
    most = np.append(np.ones(len(width) - 1), np.inf)
    lived = [np.clip((t - start) / width, 0, most) for t in (np.maximum(until, since), since)]
    return np.exp(-(hazard * (lived[0] - lived[1])).sum(axis=1))


def due_soon(delay: Delay, cases: pd.DataFrame) -> pd.DataFrame:
    """Open cases with the probability that they miss their due date.

    Parameters
    ----------
    cases : DataFrame
        From `prepared`.

    Returns
    -------
    DataFrame
        One row per open case, the likeliest to be late first: feedback_id, customer_id, branch_id, issue, due_on, days
        (open), state ("open" or "overdue"), missing (probability; 1 if overdue).
    """
    still = cases[cases["state"].isin(("open", "overdue"))]
    limit = (still["due_on"] + DAY - still["received_at"]) / DAY
    found = still.assign(missing=chance_of_missing(delay, still, limit, still["days"]))
    names = ["feedback_id", "customer_id", "branch_id", "issue", "due_on", "days", "state", "missing"]
    return found.sort_values("missing", ascending=False, ignore_index=True).reindex(columns=names)


def ratios(delay: Delay) -> pd.DataFrame:
    """How much each trait multiplies the hazard of being resolved: below 1 is slower.

    Returns
    -------
    DataFrame
        One row per trait: covariate, label, ratio, low, high, p_adjusted (for their number), steady (whether the ratio
        may be taken to stay the same over a case's days). Of complex cases there are two: at the first day, and its
        factor per unit of log time.
    """
    table = dh.ratios(delay.model)
    told = ~table["covariate"].str.startswith(("band=", "speed"))
    table = table[told].reset_index(drop=True)
    steady = delay.proportional.set_index("covariate")["p_value"]
    adjusted = pd.Series(holm(steady.drop("all")), steady.drop("all").index)
    return table.assign(
        label=table["covariate"].map(_label),
        p_adjusted=holm(table["p_value"]),
        steady=~(table["covariate"].map(adjusted) < 0.05),
    ).drop(columns=["p_value", "sound"])


def _label(covariate: str) -> str:
    names = {
        "complex": _("Complex case, first day"),
        "complex × time": _("Complex case, per unit of log time"),
        "busy": _("Twice the usual open cases at the branch"),
    }
    if covariate in names:
        return names[covariate]
    group, value = covariate.split("=", 1)
    words = {
        "issue": _("Issue: {value}"),
        "channel": _("Channel: {value}"),
        "language": _("Language: {value}"),
    }
    value = {RARE: _("rare ones"), BLANK: _("not stated")}.get(value, intake.plain(value))
    return words[group].format(value=value)
