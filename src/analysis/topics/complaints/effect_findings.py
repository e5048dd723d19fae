"""What the answers to complaints change, in tables and sentences: who leaves, and what the next survey says."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from analysis.language import _, number
from analysis.statistics import confounding
from analysis.statistics.adjusted import Adjusted
from analysis.topics.complaints import effect, satisfaction

WAYS = ["way", "label", "customers", "difference", "low", "high", "e_value", "e_value_interval"]


@dataclass(frozen=True)
class Effects:
    """What was found.

    Attributes
    ----------
    naive : Adjusted or None
        Slow (over a week) against fast answers among resolved complaints, from the receipt on: the comparison to mistrust.
    week, legal : Adjusted or None
        Slow against fast at the landmarks of a week and of the legal time.
    outcome, compensated : Adjusted or None
        By outcome against rejected, and with compensation against without, from the resolution on.
    monthly : effect.Monthly
        Hazard of leaving after a complaint that was open over a week.
    next_survey : Adjusted or None
        Satisfaction in the next survey, slow against fast.
    complained : satisfaction.Complained or None
        Satisfaction with a complaint in the year before against without; None without a survey.
    control : Adjusted or None
        Slow against fast at a week, with an outcome before the receipt.
    horizon_days : int
    """

    naive: Adjusted | None
    week: Adjusted | None
    legal: Adjusted | None
    outcome: Adjusted | None
    compensated: Adjusted | None
    monthly: effect.Monthly
    next_survey: Adjusted | None
    complained: satisfaction.Complained | None
    control: Adjusted | None
    horizon_days: int


def effects(
    cases: pd.DataFrame,
    people: pd.DataFrame,
    as_of: date,
    answers: pd.DataFrame | None = None,
    legal: int | str = effect.LEGAL,
    horizon_days: int = effect.HORIZON,
    seed: int = 0,
) -> Effects:
    """All comparisons.

    Parameters
    ----------
    cases, people : DataFrame
        As `cases.cases` and `effect.complainers` give them.
    answers : DataFrame, optional
        As `satisfaction.answered` gives it; None if the bank has no survey.
    legal : int or str
        Landmark of the legal time: days after the receipt, or the column of `cases` with the day a case is due.
    horizon_days : int
        Days after the landmark in which leaving counts.
    """
    week = effect.landmarks(cases, people, as_of, effect.WEEK, horizon_days)
    late = effect.landmarks(cases, people, as_of, legal, horizon_days)
    done = effect.resolutions(cases, people, as_of, horizon_days)
    plain = effect.naive(cases, people, effect.WEEK, horizon_days)
    surveyed = None
    if answers is not None:
        surveyed = satisfaction.by_speed(satisfaction.next_survey(week, answers), seed)
    return Effects(
        effect.leaving(plain, "speed", "fast", seed),
        effect.leaving(week, "speed", "fast", seed),
        effect.leaving(late, "speed", "fast", seed),
        effect.leaving(done, "outcome", "rejected", seed),
        effect.leaving(done, "compensated", "no", seed),
        effect.monthly(cases, people, as_of),
        surveyed,
        satisfaction.complained(answers, seed) if answers is not None else None,
        effect.earlier_complaint(week, seed),
        horizon_days,
    )


def speed_table(found: Effects) -> pd.DataFrame:
    """Who leaves after slow answers against fast ones, by the way of comparing.

    Returns
    -------
    DataFrame
        One row per way: way, label, customers, difference (share leaving within the horizon, slow minus fast), low, high
        (95 %), e_value, e_value_interval (of adjusted ones: how strong a hidden common cause would have to be); blank where
        it cannot be told.
    """
    plain = ["naive", "naive_low", "naive_high"]
    own = ["difference", "low", "high"]
    ways = [
        ("naive", _("Resolved cases, over a week, from the receipt"), found.naive, plain),
        ("week plain", _("Open a week after the receipt, plain"), found.week, plain),
        ("week", _("Open a week after the receipt, adjusted"), found.week, own),
        ("legal plain", _("Open at the end of the legal time, plain"), found.legal, plain),
        ("legal", _("Open at the end of the legal time, adjusted"), found.legal, own),
    ]
    rows = []
    for way, label, one, columns in ways:
        if one is not None:
            strength = confounding.sensitivity(one).loc[0, ["e_value", "e_value_interval"]].tolist()
            customers, found_there = int(one.means["units"].sum()), one.contrasts.loc[0, columns].tolist()
            rows.append(
                (way, label, customers, *found_there, *(strength if columns is own else (np.nan, np.nan)))
            )
    return pd.DataFrame(rows, columns=WAYS)


def outcome_table(found: Effects) -> pd.DataFrame:
    """Share that leaves after the resolution by outcome and by compensation.

    Returns
    -------
    DataFrame
        One row per outcome and compensation: group ("outcome" or "compensated"), label, customers, share (plain), adjusted,
        low, high (95 %).
    """
    names = {
        "rejected": _("Rejected"),
        "partly_upheld": _("Partly upheld"),
        "upheld": _("Upheld"),
        "yes": _("With compensation"),
        "no": _("Without compensation"),
    }
    rows = []
    for group, one in (("outcome", found.outcome), ("compensated", found.compensated)):
        if one is not None:
            for _place, row in one.means.iterrows():
                own = row[["naive", "adjusted", "low", "high"]]
                rows.append((group, names.get(row["level"], row["level"]), int(row["units"]), *own))
    return pd.DataFrame(rows, columns=["group", "label", "customers", "share", "adjusted", "low", "high"])


def survey_table(found: Effects) -> pd.DataFrame:
    """What complaints and slow answers do to satisfaction, in points of 0 to 100.

    Returns
    -------
    DataFrame
        One row per comparison: way, label, customers, naive, difference, low, high (adjusted, 95 %).
    """
    ways = []
    if found.complained is not None:
        ways = [
            ("total", _("With a complaint in the year before, against without"), found.complained.total),
            (
                "given image",
                _("The same, among customers who think alike of the bank"),
                found.complained.given_image,
            ),
            ("control", _("Control: what they think of the bank"), found.complained.control),
        ]
    ways.append(("speed", _("Slow answer (open after a week), against fast"), found.next_survey))
    rows = [
        (
            way,
            label,
            int(one.means["units"].sum()),
            *one.contrasts.loc[0, ["naive", "difference", "low", "high"]],
        )
        for way, label, one in ways
        if one is not None
    ]
    return pd.DataFrame(rows, columns=["way", "label", "customers", "naive", "difference", "low", "high"])


def sentence(found: Effects) -> str:
    """What a slow answer does to who leaves: the monthly hazard, which uses all departures."""
    rows, counts = found.monthly.ratios.set_index("model"), found.monthly
    if rows.empty:
        return _("Too few customers left after complaints to tell what slow answers do.")
    row = rows.loc["adjusted"]
    words = _(
        "After a complaint that was open over a week customers leave {ratio} times as often in the next two months as in"
        " other months after complaints ({low} to {high}; plainly {naive}; {events} of {all} departures)."
    )
    if not (row["low"] > 1 or row["high"] < 1):
        words = _(
            "That customers leave more often after a complaint that was open over a week is not shown: {ratio} times as"
            " often as in other months after complaints ({low} to {high}; plainly {naive}; {events} of {all} departures)."
        )
    said = {name: number(row[name], 1) for name in ("ratio", "low", "high")}
    return words.format(
        **said,
        naive=number(rows.loc["naive", "ratio"], 1),
        events=number(counts.events_exposed),
        all=number(counts.events),
    )


def speed_sentence(found: Effects) -> str:
    """How many more leave within the horizon, and what the mistaken comparison would have said."""
    table = speed_table(found).set_index("way")
    if "week" not in table.index:
        return _(
            "No complaint has its whole horizon behind it: what slow answers are followed by is not known."
        )
    way = "week" if pd.notna(table.loc["week", "difference"]) else "week plain"
    row = table.loc[way]
    words = _(
        "Of complaints still open after a week {points} points more are followed by a departure within {days} days ({low} to"
        " {high}; {how}); counting resolved cases from the receipt would say {naive}."
    )
    if not (row["low"] > 0 or row["high"] < 0):
        words = _(
            "That more customers leave after complaints still open after a week is not shown: {points} points within {days}"
            " days ({low} to {high}; {how}); counting resolved cases from the receipt would say {naive}."
        )
    plain = table["difference"].get("naive", float("nan"))
    return words.format(
        points=number(100 * row["difference"], 1),
        low=number(100 * row["low"], 1),
        high=number(100 * row["high"], 1),
        days=number(found.horizon_days),
        how=_("adjusted") if way == "week" else _("too few departures to adjust"),
        naive=number(100 * plain, 1) if pd.notna(plain) else "–",
    )


def survey_sentence(found: Effects) -> str:
    """What a complaint does to satisfaction; empty without a survey."""
    table = survey_table(found).set_index("way")
    if "total" not in table.index or pd.isna(table.loc["total", "difference"]):
        return ""
    row = table.loc["total"]
    said = {name: number(row[name], 1) for name in ("difference", "low", "high", "naive")}
    words = _(
        "With a complaint in the year before, satisfaction differs by {difference} points of 100 from that of alike"
        " customers without ({low} to {high}; plainly {naive})."
    )
    if not (row["low"] > 0 or row["high"] < 0):
        words = _(
            "That a complaint in the year before lowers satisfaction is not shown: {difference} points of 100 ({low} to"
            " {high}; plainly {naive})."
        )
    words = words.format(**said)
    control = table.loc["control"] if "control" in table.index else None
    if control is None or not (control["low"] > 0 or control["high"] < 0):
        return words
    given = table.loc["given image", "difference"]
    more = _(
        "Part of it was there before: what they think of the bank differs too; among those who think alike of it, it is"
        " {given}."
    ).format(given=number(given, 1))
    return f"{words} {more}"


def health(found: Effects) -> list[tuple[str, bool, str]]:
    """Checks of the comparisons; those that cannot be made are left out."""
    checks = []
    if found.week is not None:
        checks += confounding.health(found.week, "slow_answers", found.control)
    if found.outcome is not None:
        checks += confounding.health(found.outcome, "outcome_of_complaints")
    if found.complained is not None and found.complained.total is not None:
        checks += confounding.health(
            found.complained.total, "complaints_and_satisfaction", found.complained.control
        )
    return checks


def figures(found: Effects) -> list[dict]:
    """Key figures for `analysis.report.results.figure`; the baseline is the plain comparison."""
    kept, rows = [], found.monthly.ratios.set_index("model")
    if len(rows):
        row = rows.loc["adjusted"]
        kept.append(
            {
                "name": "leaving_after_slow_answers", "value": row["ratio"], "low": row["low"], "high": row["high"],
                "unit": "ratio", "baseline": rows.loc["naive", "ratio"], "n": found.monthly.customers,
                "label": _("Departures after slow answers, times as many"),
            }
        )  # fmt: skip
    table = survey_table(found).set_index("way")
    if "total" in table.index and pd.notna(table.loc["total", "difference"]):
        row = table.loc["total"]
        kept.append(
            {
                "name": "satisfaction_after_complaint", "value": row["difference"], "low": row["low"], "high": row["high"],
                "unit": "points", "baseline": row["naive"], "n": int(row["customers"]),
                "label": _("Satisfaction with a complaint, points of 100"),
            }
        )  # fmt: skip
    return kept
