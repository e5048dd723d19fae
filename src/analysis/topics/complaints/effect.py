"""Does it matter how fast and how well a complaint is answered: who leaves afterwards, and what the next survey says.

An exposure is told on a day after the receipt, the landmark, by what was known then, and the outcome is counted from there,
so that nobody's exposure is made by the future: who left early could not be answered late (immortal time; Anderson, Cain &
Gelber 1983, Journal of Clinical Oncology 1).
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from analysis.bank.source import View
from analysis.statistics import discrete_hazard
from analysis.statistics.adjusted import Adjusted, adjusted
from analysis.topics.covariate_names import named
from analysis.topics.lifetime_value.relationship.calendar import last_full

DAY = pd.Timedelta(days=1)
WEEK, LEGAL, HORIZON = 7, 15, 180  # days
DELAYED_MONTHS = 2  # months after one with a complaint open over a week in which it is taken to count
WATCHED_MONTHS = 12  # months after the latest complaint for which a customer is followed
FEWEST_DEPARTURES = 11  # after slow answers: fewer neither carry a ratio nor may be told
SPEEDS = ("fast", "slow")
HAZARD = ("age", "tenure", "assets", "complex", "complaints")


def complainers(view: View) -> pd.DataFrame:
    """Customers who ever complained, as known on the day of `view`: customer_id, joined_on, left_on; one row each."""
    said = view.table("feedback")
    people = view.table("customers").select("customer_id", "joined_on", "left_on")
    rows = people.semi_join(said.filter(said.kind == "complaint"), "customer_id").to_pandas()
    days = {name: pd.to_datetime(rows[name]).astype("datetime64[us]") for name in ("joined_on", "left_on")}
    return rows.assign(**days).sort_values("customer_id", ignore_index=True)


def landmarks(
    cases: pd.DataFrame, people: pd.DataFrame, as_of: date, at: int | str = WEEK, horizon_days: int = HORIZON
) -> pd.DataFrame:
    """Complaints on their landmark, with what followed.

    Parameters
    ----------
    cases : DataFrame
        As `cases.cases` gives it.
    people : DataFrame
        As `complainers` gives it.
    as_of : date
        Day of the view: later outcomes are not known.
    at : int or str
        Landmark: so many days after the receipt, or a column of `cases` with a day known at the receipt, such as the one on
        which the case is due.
    horizon_days : int
        Days after the landmark in which leaving counts.

    Returns
    -------
    DataFrame
        One row per complaint of a known customer who was still with the bank on the landmark and whose horizon is over: the
        columns of `cases`; joined_on, left_on; complaints_before (of the customer); landmark; speed ("fast" if resolved by
        the landmark, else "slow"); left (1 if the customer left within the horizon).
    """
    rows = _of_customers(cases, people)
    received = rows["received_at"].dt.normalize()
    rows["landmark"] = pd.to_datetime(rows[at]).dt.normalize() if isinstance(at, str) else received + at * DAY
    resolved = rows["resolved_at"].dt.normalize() <= rows["landmark"]
    rows["speed"] = np.where(resolved, *SPEEDS)
    return _followed(rows, as_of, horizon_days)


def resolutions(
    cases: pd.DataFrame, people: pd.DataFrame, as_of: date, horizon_days: int = HORIZON
) -> pd.DataFrame:
    """Complaints on the day they were resolved, with what followed.

    Returns
    -------
    DataFrame
        As `landmarks`, of resolved complaints, with landmark the day of resolution, and beside speed (by a week) outcome as
        the bank filed it and compensated ("yes" or "no").
    """
    rows = _of_customers(cases, people)
    rows = rows[rows["resolved_at"].notna()].reset_index(drop=True)
    rows["landmark"] = rows["resolved_at"].dt.normalize()
    rows["speed"] = np.where(_days_taken(rows) <= WEEK, *SPEEDS)
    rows["compensated"] = np.where(rows["compensation"] > 0, "yes", "no")
    return _followed(rows, as_of, horizon_days)


def naive(
    cases: pd.DataFrame, people: pd.DataFrame, after_days: int = WEEK, horizon_days: int = HORIZON
) -> pd.DataFrame:
    """The comparison that suggests itself and misleads: resolved complaints by the time they took, leaving from the receipt.

    Returns
    -------
    DataFrame
        As `landmarks`: only complaints that were resolved, nobody left out for having left before, the horizon from the
        receipt on and not necessarily over.
    """
    rows = _of_customers(cases, people)
    rows = rows[rows["resolved_at"].notna()].reset_index(drop=True)
    within = rows["received_at"] + horizon_days * DAY
    return rows.assign(
        speed=np.where(_days_taken(rows) <= after_days, *SPEEDS),
        left=(rows["left_on"] <= within).astype(float),
    )


def _days_taken(rows: pd.DataFrame) -> pd.Series:
    return (rows["resolved_at"].dt.normalize() - rows["received_at"].dt.normalize()).dt.days


def _of_customers(cases: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    rows = cases[cases["kind"] == "complaint"].merge(people, on="customer_id")
    earlier = rows.sort_values("received_at").groupby("customer_id").cumcount()
    return rows.assign(complaints_before=earlier)


def _followed(rows: pd.DataFrame, as_of: date, horizon_days: int) -> pd.DataFrame:
    here = rows["left_on"].isna() | (rows["left_on"] > rows["landmark"])
    end = rows["landmark"] + horizon_days * DAY
    rows = rows[here & (end <= pd.Timestamp(as_of))].reset_index(drop=True)
    within = rows["left_on"] <= rows["landmark"] + horizon_days * DAY
    return rows.assign(left=within.astype(float))


def covariates(rows: pd.DataFrame) -> pd.DataFrame:
    """What is adjusted for: known when the complaint was received or filed."""
    complex_ = rows["is_complex"].astype("float64") if rows["is_complex"].notna().any() else np.nan
    return pd.DataFrame(
        {
            "age": rows["age"],
            "tenure": np.log1p(rows["tenure_days"].clip(lower=0) / 365),
            "assets": np.log1p(rows["assets"].clip(lower=0)),
            "complex": complex_,
            "complaints": rows["complaints_before"].astype(float),
            "issue": rows["issue"],
            "channel": rows["channel"],
            "branch": rows["branch_id"],
            "quarter": rows["received_at"].dt.to_period("Q").astype(str),
        }
    )


def leaving(rows: pd.DataFrame, exposure: str, reference: str, seed: int = 0) -> Adjusted | None:
    """Who leaves within the horizon by an exposure; None if fewer than two levels of it occur.

    Parameters
    ----------
    rows : DataFrame
        As `landmarks`, `resolutions` or `naive` gives it.
    exposure : str
        Column: speed, outcome or compensated.
    reference : str
        Level that others are held against.
    """
    known = rows[rows[exposure].notna()].reset_index(drop=True)
    if known[exposure].nunique() < 2 or not (known[exposure] == reference).any():
        return None
    levels = known[exposure].astype("object")
    return named(adjusted(covariates(known), levels, known["left"], known["customer_id"], reference, seed))


def earlier_complaint(rows: pd.DataFrame, seed: int = 0) -> Adjusted | None:
    """Negative control: whether the customer had complained before, which the speed of this answer cannot have changed."""
    if rows["speed"].nunique() < 2:
        return None
    known = covariates(rows).drop(columns="complaints")
    before = (rows["complaints_before"] > 0).astype(float)
    return named(adjusted(known, rows["speed"].astype("object"), before, rows["customer_id"], "fast", seed))


@dataclass(frozen=True)
class Monthly:
    """Months of customers who complained.

    Attributes
    ----------
    ratios : DataFrame
        One row per model ("naive", "adjusted"): model, ratio (of the monthly hazard of leaving in the two months after one
        with a complaint open over a week, to other months of customers who complained), low, high, p_value.
    months, exposed, events, events_exposed, customers : int
    """

    ratios: pd.DataFrame
    months: int
    exposed: int
    events: int
    events_exposed: int
    customers: int


def monthly(cases: pd.DataFrame, people: pd.DataFrame, as_of: date) -> Monthly:
    """Hazard of leaving by whether a complaint had been open over a week in one of the two months before.

    Every month's beginning is a landmark: the exposure is what had happened by then. A customer is followed from the month
    after the first complaint to a year after the latest. The share of exposed months of the branch is among the covariates,
    so that months are compared within branches: slow ones may also please less (Mundlak 1978, Econometrica 46).
    """
    rows = _of_customers(cases, people)
    panel = _months(rows, as_of)
    panel["exposed"] = _exposed(panel, rows)
    columns = ["model", "ratio", "low", "high", "p_value"]
    counts = (
        len(panel),
        int(panel["exposed"].sum()),
        int(panel["left"].sum()),
        int(panel.loc[panel["exposed"], "left"].sum()),
        panel["customer_id"].nunique(),
    )
    if not (FEWEST_DEPARTURES <= counts[3] < counts[2] < counts[0]):
        return Monthly(pd.DataFrame(columns=columns), *counts)
    own = panel["exposed"].astype(float).rename("open over a week").to_frame()
    others = covariates(panel)[list(HAZARD)]
    others["slowness of the branch"] = panel.groupby("branch_id")["exposed"].transform("mean")
    others = others.fillna(others.median()).dropna(axis=1)
    found = []
    for name, table in {"naive": own, "adjusted": own.join(others)}.items():
        fitted = discrete_hazard.fit(table, panel["left"], panel["customer_id"])
        ratio = discrete_hazard.ratios(fitted).set_index("covariate").loc["open over a week"]
        found.append((name, *ratio[["ratio", "low", "high", "p_value"]]))
    return Monthly(pd.DataFrame(found, columns=columns), *counts)


def _months(rows: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """One row per customer and month watched, with what was known of the latest complaint before it: month, left."""
    rows = rows.sort_values("received_at").assign(begun=_number(rows["received_at"]))
    following = rows.groupby("customer_id")["begun"].shift(-1)
    ends = pd.concat([following, rows["begun"] + WATCHED_MONTHS, _number(rows["left_on"])], axis=1)
    until = ends.min(axis=1).clip(upper=last_full(as_of))
    panel = rows.loc[rows.index.repeat((until - rows["begun"]).clip(lower=0).astype(int))].reset_index(
        drop=True
    )
    panel["month"] = panel["begun"] + 1 + panel.groupby("feedback_id").cumcount()
    panel["left"] = (panel["month"] == _number(panel["left_on"])).astype(float)
    return panel


def _number(days: pd.Series) -> pd.Series:
    return days.dt.year * 12 + days.dt.month - 1


def _exposed(panel: pd.DataFrame, rows: pd.DataFrame) -> np.ndarray:
    """Whether a complaint of the customer had been open over a week in one of the two months before the row's."""
    since = _number(rows["received_at"].dt.normalize() + WEEK * DAY)
    late = rows["resolved_at"].isna() | (_days_taken(rows) > WEEK)
    spans = pd.DataFrame(
        {"customer_id": rows["customer_id"], "since": since, "until": _number(rows["resolved_at"])}
    )[late]
    spans["until"] = spans["until"].fillna(np.inf)
    both = panel[["customer_id", "month"]].reset_index().merge(spans, on="customer_id")
    hit = (both["since"] <= both["month"] - 1) & (both["until"] >= both["month"] - DELAYED_MONTHS)
    return np.isin(np.arange(len(panel)), both.loc[hit, "index"])
