"""What goes with churning sooner: ratios of the hazard, whether they hold over the tenure, and out of time."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.bank.features import features
from analysis.bank.source import View
from analysis.language import _, listed, number, together
from analysis.statistics import discrete_hazard as models
from analysis.topics.churn.definitions import Definition, outcomes
from analysis.topics.churn.retention import p_words
from analysis.topics.churn.stage_flow import days_of
from analysis.topics.churn.stages import StageRule, balance_moved, bookings_moved
from analysis.topics.plain_table import require

TIME = "tenure"
PERIODS = 4  # windows, one after the other
QUIET_DAYS = 30
# Features of the catalogue that the drivers are made of.
NEEDED = (
    "tenure_days", "age_years", "families_held", "open_accounts", "assets", "balance_mean_12m", "balance_slope_12m",
    "bookings_trend_90d", "bookings_180d", "days_since_activity", "days_since_salary", "has_salary", "complaints_365d",
)  # fmt: skip
FEWEST_EVENTS = 10  # churned customers per driver (Peduzzi et al. 1996, Journal of Clinical Epidemiology 49)
LEVEL = 0.05

COLUMNS = {
    "customer_id": "customer number",
    "day": "beginning of the window",
    "churned": "1 if the customer churned in it",
    TIME: "log2 of 1 + years with the bank",
}

Check = tuple[str, bool, str]


def labels() -> dict[str, str]:
    """Names of the drivers: what one more of each means."""
    return {
        TIME: _("Tenure (1 + years) doubled"),
        "age": _("Ten years older"),
        "single": _("One product family only"),
        "assets": _("Assets ten-fold"),
        "balance_down": _("Balance falling"),
        "fewer_bookings": _("Fewer bookings"),
        "quiet": _("No booking for 30 days"),
        "salary_stopped": _("Salary stopped"),
        "complaint": _("Complaint within a year"),
    }


@dataclass(frozen=True)
class Hazards:
    """What was found.

    Attributes
    ----------
    ratios : DataFrame
        One row per driver that varies: covariate, label, ratio (of the hazard), low, high (95 %), p_value, sound, and
        how the ratio changes with a doubled tenure: change, change_low, change_high, change_p. Ratios that are not
        sound are blank. Empty if too few churned.
    proportional_p : float
        Of the test that no ratio changes with the tenure.
    later : dict
        Of the last fourth of the periods, foreseen from those before: customers, expected, seen, low and high (of
        the counts that fit), gain of the log-likelihood per churned customer over one rate for all, gain_low,
        gain_high. Empty if there are fewer than four periods.
    rows, events : int
        Customers times periods, and churned among them.
    """

    ratios: pd.DataFrame
    proportional_p: float
    later: dict[str, float]
    rows: int
    events: int


def periods(view: View, definition: Definition, count: int = PERIODS) -> pd.DataFrame:
    """Customers in each of the last windows, with their drivers as known at its beginning.

    Parameters
    ----------
    view : View
    definition : Definition
    count : int
        Windows that follow one another and end on the day of `view`; fewer where 180 days of bookings are not on
        record before one.

    Returns
    -------
    DataFrame
        One row per customer and window in which they could churn, as `drivers` gives it.
    """
    parts = []
    for day in days_of(view, count, definition.window_days)[:-1]:
        labelled = outcomes(view, [day], definition).select("customer_id", "churned")
        found = features(view.at(day)).select("customer_id", *NEEDED)
        rows = found.inner_join(labelled, "customer_id").to_pandas()
        parts.append(rows.sort_values("customer_id", ignore_index=True).assign(day=pd.Timestamp(day)))
    if not parts:
        return pd.DataFrame(columns=["customer_id", "day", "churned", *labels()])
    return drivers(pd.concat(parts, ignore_index=True), definition.window_days)


def drivers(panel: pd.DataFrame, window_days: int) -> pd.DataFrame:
    """Drivers of a panel of features.

    Parameters
    ----------
    panel : DataFrame
        One row per customer and day: customer_id, day, churned (in the window after it), and features of the
        catalogue (`NEEDED`; a driver of which one is not there is blank).
    window_days : int
        Days of the window. Days less than that apart would count a departure twice: from the last one back,
        only days whose windows do not overlap are kept.

    Returns
    -------
    DataFrame
        One row per customer and day kept: customer_id, day, churned, and the drivers of `labels`.
    """
    found = panel[panel["day"].isin(_apart(panel["day"], window_days))].reset_index(drop=True)
    found = found.assign(**{name: found.get(name, np.nan) for name in NEEDED}).astype(
        dict.fromkeys(NEEDED, "float64")
    )
    held = found["families_held"].fillna(found["open_accounts"])
    since, rule = found["days_since_salary"], StageRule()
    flags = {
        "single": (held <= 1).where(held.notna()),
        "balance_down": balance_moved(found, rule, -1).where(found["balance_mean_12m"].notna()),
        "fewer_bookings": bookings_moved(found, rule, -1),
        "quiet": ~(found["days_since_activity"] < QUIET_DAYS),
        "salary_stopped": since.between(60, 365, inclusive="right") & (found["has_salary"] == 0),
        "complaint": (found["complaints_365d"] > 0).where(found["complaints_365d"].notna()),
    }
    values = {
        TIME: np.log2(1 + found["tenure_days"].clip(lower=0) / 365.25),
        "age": found["age_years"] / 10,
        "assets": np.log10(1 + found["assets"].clip(lower=0)),
    }
    columns = values | {name: flag.astype("float64") for name, flag in flags.items()}
    return found[["customer_id", "day", "churned"]].assign(**{name: columns[name] for name in labels()})


def _apart(days: pd.Series, window: int) -> list:
    kept: list = []
    for day in sorted(days.unique(), reverse=True):
        if not kept or (pd.Timestamp(kept[-1]) - pd.Timestamp(day)).days >= window:
            kept.append(day)
    return kept


def hazards(rows: pd.DataFrame) -> Hazards:
    """Fit the drivers together, test whether their ratios hold over the tenure, and foresee the last periods.

    Parameters
    ----------
    rows : DataFrame
        As `periods` gives it, or a table of your own with customer_id, day, tenure, churned and other drivers.

    Raises
    ------
    ValueError
        If a needed column is missing.
    """
    require(rows, COLUMNS, "customers in windows")
    drivers = [name for name in rows if name not in COLUMNS or name == TIME]
    x = _complete(rows[drivers])
    events = int(rows["churned"].sum())
    if events < FEWEST_EVENTS * max(len(x.columns), 1):
        return Hazards(NO_RATIOS, np.nan, {}, len(rows), events)
    table = models.ratios(models.fit(x, rows["churned"], rows["customer_id"])).set_index("covariate")
    tested = models.proportionality(x, rows["churned"], rows["customer_id"], TIME).set_index("covariate")
    moved = tested.rename(columns={"low": "change_low", "high": "change_high", "p_value": "change_p"})
    table = table.join(moved[["change", "change_low", "change_high", "change_p"]]).reset_index()
    # A ratio that the data do not pin down says nothing, however large.
    table.loc[~table["sound"], ["ratio", "low", "high", "change", "change_low", "change_high"]] = np.nan
    names = labels()
    table.insert(1, "label", [names.get(name, name) for name in table["covariate"]])
    return Hazards(table, float(tested.loc["all", "p_value"]), _later(x, rows), len(rows), events)


NO_RATIOS = pd.DataFrame(
    columns=["covariate", "label", "ratio", "low", "high", "p_value", "sound", "change", "change_low", "change_high",
             "change_p"]
)  # fmt: skip


def _complete(x: pd.DataFrame) -> pd.DataFrame:
    """Drivers that are known and vary; a missing value is set to the median, which draws the ratio towards 1."""
    x = x.astype("float64").dropna(axis=1, how="all")
    x = x.fillna(x.median())
    return x.loc[:, (x.nunique() > 1) | (x.columns == TIME)]


def _later(x: pd.DataFrame, rows: pd.DataFrame) -> dict[str, float]:
    days = np.sort(rows["day"].unique())
    if len(days) < 4:
        return {}
    after = (rows["day"] >= days[-(len(days) // 4)]).to_numpy()
    y = rows["churned"].to_numpy(float)
    if not (y[~after].sum() > 0 and y[after].sum() > 0):
        return {}
    model = models.fit(x[~after], y[~after], rows.loc[~after, "customer_id"])
    p, base = models.chances(model, x[after]), y[~after].mean()
    seen = y[after]
    gain = seen * np.log(p / base) + (1 - seen) * np.log((1 - p) / (1 - base))
    # Variance of the sum over single rows (Vuong 1989, Econometrica 57).
    half = 1.96 * gain.std() * np.sqrt(len(gain))
    spread = 1.96 * np.sqrt(p.sum() + y[~after].sum() * (len(seen) / (~after).sum()) ** 2)
    events = seen.sum()
    return {
        "customers": int(rows.loc[after, "customer_id"].nunique()),
        "expected": float(p.sum()), "low": float(p.sum() - spread), "high": float(p.sum() + spread),
        "seen": float(events), "gain": float(gain.sum() / events),
        "gain_low": float((gain.sum() - half) / events), "gain_high": float((gain.sum() + half) / events),
    }  # fmt: skip


def sentence(found: Hazards) -> str:
    """The strongest drivers in words."""
    sure = found.ratios[found.ratios["sound"].astype(bool) & (found.ratios["p_value"] < LEVEL)]
    if sure.empty:
        return _("No driver of churn stands out beyond chance among those that the data show.")
    up, down = sure[sure["ratio"] > 1].nlargest(3, "ratio"), sure[sure["ratio"] < 1].nsmallest(2, "ratio")
    said = [
        _("{driver} × {ratio} ({low} to {high})").format(
            driver=row.label, ratio=_ratio(row.ratio), low=_ratio(row.low), high=_ratio(row.high)
        )
        for row in [*up.itertuples(), *down.itertuples()]
    ]
    return _("The rate of churn, all else equal: {drivers}.").format(drivers=listed(said))


def _ratio(value: float) -> str:
    return number(value, 2) if value >= 0.01 else f"<{number(0.01, 2)}"


def checks(found: Hazards) -> list[Check]:
    """Enough events, ratios that hold over the tenure, and later periods foreseen."""
    words = _("{events} churned in {rows} customer windows; {least} are needed for each driver.")
    enough = words.format(events=number(found.events), rows=number(found.rows), least=number(FEWEST_EVENTS))
    if found.ratios.empty:
        return [("hazard_events", False, enough)]
    return [("hazard_events", True, enough), _proportional(found), _sound(found), *_foreseen(found)]


def _proportional(found: Hazards) -> Check:
    if np.isnan(found.proportional_p):
        words = _("Whether the ratios hold over the tenure cannot be tested: nothing varies with it.")
        return "hazard_proportional", False, words
    if found.proportional_p >= LEVEL:
        words = _("The ratios hold over the tenure: none changes with it beyond chance ({p}).")
        return "hazard_proportional", True, words.format(p=p_words(found.proportional_p))
    moved = found.ratios.loc[found.ratios["change_p"] < LEVEL / max(len(found.ratios) - 1, 1), "label"]
    said = _("The ratios change with the tenure ({p}), so that each is a mean over it.").format(
        p=p_words(found.proportional_p)
    )
    if moved.empty:
        return "hazard_proportional", False, said
    most = _("Most clearly: {drivers}.").format(drivers=listed(moved))
    return "hazard_proportional", False, together(said, most)


def _sound(found: Hazards) -> Check:
    loose = found.ratios.loc[~found.ratios["sound"].astype(bool), "label"]
    if loose.empty:
        return "hazard_fit", True, _("The fit of the hazard converged, and the data pin every ratio down.")
    return "hazard_fit", False, _("The data do not pin down: {drivers}.").format(drivers=listed(loose))


def _foreseen(found: Hazards) -> list[Check]:
    later = found.later
    if not later:
        return [("hazard_later", False, _("There are too few periods to foresee the last ones and check."))]
    words = _(
        "In the last periods {seen} churned, {expected} were expected (95% of counts: {low} to {high}); the log-"
        "likelihood is {gain} higher per churned customer than with one rate for all ({gain_low} to {gain_high})."
    )
    said = words.format(
        **{name: number(later[name]) for name in ("seen", "expected", "low", "high")},
        **{name: number(later[name], 2) for name in ("gain", "gain_low", "gain_high")},
    )
    held = later["low"] <= later["seen"] <= later["high"] and later["gain_low"] > 0
    return [("hazard_later", bool(held), said)]
