"""What makes answers late: the hazard of being resolved, by what is known of a case when it comes in."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from analysis.language import _, number
from analysis.statistics import discrete_hazard as dh
from analysis.statistics.gamma_poisson import shrink
from analysis.statistics.multiplicity import holm
from analysis.topics.complaints import delay_design as dsg
from analysis.topics.complaints import intake

SHOWN_DAYS = (3, 15)
FEWEST_RESOLVED = 100
MOST = 20_000  # latest cases that a model is fitted to


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


def fit(cases: pd.DataFrame, seed: int = 0) -> Delay:
    """Fit the hazard of resolution.

    Parameters
    ----------
    cases : DataFrame
        From `prepared`: feedback_id, customer_id, received_at, resolved_at, days, kind_of_case, branch_id, busy, followed,
        and issue, channel, language as far as they are kept. The latest 20,000 are used.

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
            _(
                "{n} complaints are resolved; expected at least {least} to tell what delays them: choose a later day"
            ).format(n=number(resolved), least=number(FEWEST_RESOLVED))
        )
    edges = dsg.time_edges(used)
    values = {name: dsg.named_values(used[name]) for name in dsg.GROUPS if name in used}
    rows, band, event = dsg.periods(used, edges)
    unit = used["customer_id"].fillna(used["feedback_id"]).to_numpy()[rows]
    alike = dsg.design(dsg.traits(used, values, {}).iloc[rows], band, edges)
    expected = -np.log1p(-dh.chances(dh.fit(alike, event, unit), alike))
    branches, p_value = _branches(used.iloc[rows], event, expected, seed)
    traits = dsg.traits(used, values, dsg.speeds(branches))
    design = dsg.design(traits.iloc[rows], band, edges)
    model = dh.fit(design, event, unit)
    changes = _proportionality(design, event, unit, list(traits), np.log(edges[1:])[band])
    return Delay(model, edges, values, branches, p_value, changes, len(used))


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
    varying = [name for name in names if name not in dsg.CHANGING and design[name].nunique() > 1]
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
    traits = dsg.traits(cases, delay.values, dsg.speeds(delay.branches))
    start, width = delay.edges[:-1], np.diff(delay.edges)
    hazard = np.column_stack(
        [
            -np.log1p(-dh.chances(delay.model, dsg.design(traits, np.full(len(traits), k), delay.edges)))
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
    limit = (still["due_on"] + dsg.DAY - still["received_at"]) / dsg.DAY
    found = still.assign(missing=chance_of_missing(delay, still, limit, still["days"]))
    names = ["feedback_id", "customer_id", "branch_id", "issue", "due_on", "days", "state", "missing"]
    return found.sort_values("missing", ascending=False, ignore_index=True).reindex(columns=names)


def ratios(delay: Delay) -> pd.DataFrame:
    """How much each trait multiplies the hazard of being resolved: below 1 is slower.

    Returns
    -------
    DataFrame
        One row per trait: covariate, label, ratio, low, high, p_adjusted (for their number), steady (whether the ratio
        may be taken to stay the same over a case's days). Of complex cases there is one for each day of `SHOWN_DAYS`.
    """
    table = dh.ratios(delay.model)
    names = [
        name for name in table["covariate"] if name != "complex" and not name.startswith(("band=", "speed"))
    ]
    plain = (
        table.set_index("covariate")
        .loc[[name for name in names if not name.endswith(" × time")]]
        .reset_index()
    )
    parts = [
        _complex_on(delay.model, day) for day in SHOWN_DAYS if "complex × time" in delay.model.coefficients
    ]
    table = pd.concat([pd.DataFrame(parts), plain], ignore_index=True)
    tests = delay.proportional.set_index("covariate")["p_value"].drop("all")
    steady = pd.Series(holm(tests), tests.index)
    return table.assign(
        label=table["covariate"].map(_label),
        p_adjusted=holm(table["p_value"]),
        steady=~(table["covariate"].map(steady) < 0.05) & ~table["covariate"].str.startswith("complex"),
    )[["covariate", "label", "ratio", "low", "high", "p_adjusted", "steady"]]


def _complex_on(model: dh.HazardModel, day: int) -> dict:
    """Ratio of a complex case to a simple one on a day."""
    names, by = ["complex", "complex × time"], np.array([1.0, np.log(day)])
    value = float(by @ model.coefficients[names])
    error = float(np.sqrt(by @ model.covariance.loc[names, names].to_numpy() @ by))
    half = norm.ppf(0.975) * error
    return {"covariate": f"complex={day}", "ratio": np.exp(value), "low": np.exp(value - half),
            "high": np.exp(value + half), "p_value": 2 * norm.sf(abs(value) / error)}  # fmt: skip


def _label(covariate: str) -> str:
    if covariate == "busy":
        return _("Twice the usual open cases at the branch")
    group, value = covariate.split("=", 1)
    words = {
        "complex": _("Complex case, on day {value}"),
        "issue": _("Issue: {value}"),
        "channel": _("Channel: {value}"),
        "language": _("Language: {value}"),
    }
    value = {dsg.RARE: _("rare ones"), dsg.BLANK: _("not stated")}.get(value, intake.plain(value))
    return words[group].format(value=value)
