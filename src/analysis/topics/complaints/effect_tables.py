"""What the answers to complaints change, compared in every way and in tables: who leaves, and what the next survey says."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from analysis.language import _
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
    table = pd.DataFrame(rows, columns=WAYS)
    # Where nobody left, an interval without width is none.
    table.loc[table["low"] == table["high"], ["difference", "low", "high"]] = np.nan
    return table


def outcome_names() -> dict[str, str]:
    """Outcomes of a complaint, and whether there was compensation, in words."""
    return {
        "rejected": _("Rejected"),
        "partly_upheld": _("Partly upheld"),
        "upheld": _("Upheld"),
        "yes": _("With compensation"),
        "no": _("Without compensation"),
    }


def outcome_table(found: Effects) -> pd.DataFrame:
    """Share that leaves after the resolution by outcome and by compensation.

    Returns
    -------
    DataFrame
        One row per outcome and compensation: group ("outcome" or "compensated"), label, customers, share (plain), adjusted,
        low, high (95 %).
    """
    names, rows = outcome_names(), []
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
