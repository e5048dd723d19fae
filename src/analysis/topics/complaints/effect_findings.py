"""What the answers to complaints change, in sentences, checks and figures."""

import pandas as pd

from analysis.language import _, number
from analysis.statistics import confounding
from analysis.topics.complaints.effect_tables import Effects, speed_table, survey_table


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
