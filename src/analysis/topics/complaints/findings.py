"""What the report on complaints says of volume, clock and causes: headline, figures, checks, decision."""

import numpy as np
import pandas as pd
from scipy.stats import binom

from analysis.language import _, number, percent, together
from analysis.statistics.run_rules import run_length
from analysis.topics.complaints import intake
from analysis.topics.complaints.branches import Compared
from analysis.topics.complaints.clock import unknown
from analysis.topics.complaints.clock_tables import in_time, sentence
from analysis.topics.complaints.compensation import Cost
from analysis.topics.complaints.delay import Delay
from analysis.topics.complaints.delay_tested import Tested
from analysis.topics.complaints.repeats import Repeats
from analysis.topics.complaints.volume import Watch

SLOPE = (0.8, 1.25)  # of calibration, beyond which forecasts are too extreme or too flat
WIDE = 2.0  # spread of a baseline, from which on something else than chance and exposure moves the months
UNKNOWN = (
    0.2  # share of complaints without a customer, from which on what is said of customers leaves many out
)


def headline(watched: Watch | None, cases: pd.DataFrame, causes: pd.DataFrame | None = None) -> str:
    """The answer in two or three sentences: how much, how fast, what about.

    Parameters
    ----------
    watched : volume.Watch or None
        None if there are too few months to judge.
    cases : DataFrame
        From `clock.clock`.
    causes : DataFrame, optional
        From `causes.pareto`.
    """
    said = []
    if watched is not None:
        row = watched.summary.set_index("kind").loc["complaint"]
        words = _("{rate} complaints per 10,000 customers a month, {before} before.")
        if pd.notna(row["since"]):
            words = _(
                "{rate} complaints per 10,000 customers a month; since {month} at {change} times the earlier level."
            )
        since = f"{row['since']:%Y-%m}" if pd.notna(row["since"]) else ""
        said.append(
            words.format(
                rate=number(row["rate"], 0),
                before=number(row["before"], 0),
                month=since,
                change=number(row["change"], 1),
            )
        )
    said.append(sentence(cases))
    if causes is not None and len(causes) and causes["customers"].iloc[0] >= intake.SMALLEST:
        first = causes.iloc[0]
        words = _("The most frequent cause is {cause} ({share}).")
        said.append(words.format(cause=first["label"], share=percent(first["share"], 0)))
    return together(*said)


def figures(
    watched: Watch | None,
    cases: pd.DataFrame,
    *,
    cost: Cost | None = None,
    again: Repeats | None = None,
    currency: str = "",
) -> list[dict]:
    """Recorded figures, as arguments of `report.results.figure`."""
    found = []
    if watched is not None:
        row = watched.summary.set_index("kind").loc["complaint"]
        found.append(
            {"name": "complaint_rate", "label": _("Complaints per 10,000 customers and month"), "value": row["rate"],
             "low": row["low"], "high": row["high"], "unit": "complaints", "baseline": row["before"],
             "n": int(row["events"])}
        )  # fmt: skip
    if not unknown(cases):
        found += _of_clock(in_time(cases).iloc[0])
    if cost is not None and np.isfinite(cost.per_year[0]) and currency:
        value, low, high = cost.per_year
        found.append(
            {"name": "compensation_per_year", "label": _("Compensation per 10,000 customers and year"), "value": value,
             "low": low, "high": high, "unit": currency, "n": int(cost.table["paid"].iloc[0])}
        )  # fmt: skip
    if again is not None:
        two = again.table.iloc[0]
        found.append(
            {"name": "repeat_complainers", "label": _("Customers with two complaints or more"),
             "value": int(two["customers"]), "unit": "customers", "baseline": round(two["expected"]),
             "n": again.customers}
        )  # fmt: skip
    return found


def _of_clock(row: pd.Series) -> list[dict]:
    names = (
        ("resolved_in_time", _("Resolved within the legal time"), "share", "low", "high"),
        (
            "acknowledged_in_time",
            _("Acknowledged in time"),
            "acknowledged",
            "acknowledged_low",
            "acknowledged_high",
        ),
    )
    shares = [
        {"name": name, "label": label, "value": row[value], "low": row[low], "high": row[high], "unit": "share",
         "n": int(row["cases"])}
        for name, label, value, low, high in names
        if np.isfinite(row[value])
    ]  # fmt: skip
    return [
        *shares,
        {"name": "closed", "label": _("Complaints closed so far"), "value": row["closed"], "unit": "share",
         "n": int(row["cases"])},
        {"name": "overdue", "label": _("Open past their due date"), "value": int(row["overdue"]), "unit": "complaints",
         "n": int(row["open"])},
    ]  # fmt: skip


def checks(
    rows: pd.DataFrame, watched: Watch | None, *, delay: Delay | None = None, tested: Tested | None = None,
    cost: Cost | None = None, compared: Compared | None = None,
) -> list[tuple[str, bool, str]]:  # fmt: skip
    """Checks of volume, clock and causes, as arguments of `report.results.health`: name, whether it holds, message.

    Parameters
    ----------
    rows : DataFrame
        All cases, from `cases.cases`.
    watched, delay, tested, cost, compared
        What was found; None where the data did not suffice, which has no check.
    """
    found = [intake.misdated(rows), _customers_known(rows)]
    if watched is not None:
        found += _of_volume(watched)
    if delay is not None:
        found.append(_steady(delay))
    if tested is not None:
        found += _of_forecast(tested)
    if cost is not None and np.isfinite(cost.top_share):
        words = _("The largest payment is {share} of all compensation.")
        largest = percent(cost.table["largest"].iloc[0])
        found.append(("compensation_not_heavy", not cost.heavy, words.format(share=largest)))
    if compared is not None:
        words = _("Branches were compared at like {strata}.")
        if not compared.strata:
            words = _(
                "Branches were compared without regard to their customers: age, assets and products are unknown."
            )
        found.append(("branches_adjusted", bool(compared.strata), words.format(strata=_strata(compared))))
    return found


def _strata(compared: Compared) -> str:
    names = {"age_band": _("age"), "asset_band": _("assets"), "family_band": _("products held")}
    return _(", ").join(names.get(name, name) for name in compared.strata)


def _customers_known(rows: pd.DataFrame) -> tuple[str, bool, str]:
    filed = rows[rows["kind"] == "complaint"]
    share = float(filed["customer_id"].isna().mean()) if len(filed) else 0.0
    words = _(
        "{share} of complaints name no customer; they count for their branch and month, not for repeats."
    )
    return "customers_known", share <= UNKNOWN, words.format(share=percent(share))


def _of_volume(watched: Watch) -> list[tuple[str, bool, str]]:
    summary = watched.summary
    months = int(watched.table.loc[watched.table["baseline"], "month"].nunique())
    rings = int((summary["baseline_alarms"] > 0).sum())
    chance = run_length(periods=months).within[-1]
    most = int(binom.ppf(0.95, len(summary), chance))
    widest = summary.loc[summary["spread"].idxmax()]
    return [
        (
            "baseline_in_control",
            rings <= most,
            _(
                "Of {kinds} kinds of feedback, {rings} rang within the months that set the limits (up to {most} by chance)."
            ).format(kinds=number(len(summary)), rings=number(rings), most=number(most)),
        ),
        (
            "months_vary_as_counts",
            bool(widest["spread"] < WIDE),
            _("Months vary most for {kind}: {spread} times as much as counts by chance.").format(
                kind=widest["label"], spread=number(widest["spread"], 1)
            ),
        ),
    ]


def _steady(delay: Delay) -> tuple[str, bool, str]:
    p_value = float(delay.proportional.set_index("covariate").loc["all", "p_value"])
    words = _(
        "Ratios of the hazard of resolution that change over a case's days: p = {p} (complex cases and branches may)."
    )
    return "hazards_proportional", not p_value < 0.01, words.format(p=number(p_value, 3))


def _of_forecast(tested: Tested) -> list[tuple[str, bool, str]]:
    gain, slope = tested.measures.set_index("measure").loc["log_loss"], tested.slope
    return [
        (
            "delay_better_than_base_rate",
            tested.usable,
            _("Log loss of missing the legal time against the base rate by issue: {gain} ({low} to {high}).").format(
                gain=number(gain["gain"], 3), low=number(gain["low"], 3), high=number(gain["high"], 3)
            ),
        ),
        (
            "delay_calibrated",
            bool(slope[1] <= SLOPE[1] and slope[2] >= SLOPE[0]),
            _("Calibration slope {slope} ({low} to {high}); {least} to {most} is accepted.").format(
                slope=number(slope[0], 2), low=number(slope[1], 2), high=number(slope[2], 2), least=number(SLOPE[0], 2),
                most=number(SLOPE[1], 2),
            ),
        ),
    ]  # fmt: skip
