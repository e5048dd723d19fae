"""What the answers to complaints change, in sentences, checks and figures."""

import pandas as pd

from analysis.language import _, number
from analysis.statistics import confounding
from analysis.statistics.multiplicity import holm
from analysis.topics.complaints.effect_tables import Effects, outcome_names, speed_table, survey_table
from analysis.topics.complaints.intake import SMALLEST


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


def _told(table: pd.DataFrame) -> pd.DataFrame:
    """Rows of a table that are known and rest on enough customers to be said, by way."""
    return table[table["difference"].notna() & (table["customers"] >= SMALLEST)].set_index("way")


def _turned(row: pd.Series) -> dict[str, str]:
    """Size of a difference with its interval, in points, beside words that say which way it goes."""
    ends = [100 * row[name] for name in ("difference", "low", "high")]
    if row["high"] < 0:
        ends = [-ends[0], -ends[2], -ends[1]]
    # What is sure does not read as 0.0.
    digits = 1 if abs(ends[0]) >= 0.05 else 2
    return dict(zip(("points", "low", "high"), (number(end, digits) for end in ends), strict=True))


def speed_sentence(found: Effects) -> str:
    """Whether more or fewer leave within the horizon after slow answers."""
    table = _told(speed_table(found))
    way = next((name for name in ("week", "week plain") if name in table.index), None)
    if way is None:
        return _(
            "What slow answers are followed by is not known: too few complaints have their whole horizon behind them, or too"
            " few customers left."
        )
    row = table.loc[way]
    words = _(
        "That the share who leave differs after complaints still open after a week is not shown: {points} points within"
        " {days} days ({low} to {high}; {how})"
    )
    if row["low"] > 0:
        words = _(
            "After complaints still open after a week the share who leave within {days} days is {points} points higher"
            " ({low} to {high}; {how})"
        )
    if row["high"] < 0:
        words = _(
            "After complaints still open after a week the share who leave within {days} days is {points} points lower"
            " ({low} to {high}; {how})"
        )
    how = _("adjusted") if way == "week" else _("too few departures to adjust")
    return words.format(days=number(found.horizon_days), how=how, **_turned(row))


def outcome_sentence(found: Effects) -> str:
    """Whether who leaves differs by outcome and by compensation: the clearest difference, if one is beyond chance (Holm)."""
    names = outcome_names()
    held = [(found.outcome, "rejected"), (found.compensated, "no")]
    rows = pd.concat(
        [one.contrasts.assign(reference=to) for one, to in held if one is not None]
        or [pd.DataFrame(columns=["difference", "p_value"])],
        ignore_index=True,
    ).dropna(subset="difference")
    sure = rows[holm(rows["p_value"]) < 0.05]
    if sure.empty:
        return _("That who leaves depends on the outcome or on compensation is not shown")
    row = sure.loc[sure["p_value"].idxmin()]
    words = _("{label} against {other}: {points} points more leave ({low} to {high})")
    if row["high"] < 0:
        words = _("{label} against {other}: {points} points fewer leave ({low} to {high})")
    return words.format(label=names[row["level"]], other=names[row["reference"]], **_turned(row))


def survey_sentence(found: Effects) -> str:
    """How satisfaction differs with a complaint, or else after a slow answer; empty without a survey."""
    table = _told(survey_table(found))
    way = next((name for name in ("total", "speed") if name in table.index), None)
    if way is None:
        return ""
    row = table.loc[way]
    words = {
        "total": _(
            "With a complaint in the year before satisfaction differs by {difference} points of 100 ({low} to {high})"
        ),
        "speed": _("After slow answers satisfaction differs by {difference} points of 100 ({low} to {high})"),
    }[way]
    if not (row["low"] > 0 or row["high"] < 0):
        words = {
            "total": _(
                "That satisfaction differs with a complaint in the year before is not shown: {difference} points of 100"
                " ({low} to {high})"
            ),
            "speed": _(
                "That satisfaction differs after slow answers is not shown: {difference} points of 100 ({low} to {high})"
            ),
        }[way]
    return words.format(**{name: number(row[name], 1) for name in ("difference", "low", "high")})


def control_sentence(found: Effects) -> str:
    """What of the difference in satisfaction a complaint cannot have made; empty if the control does not differ."""
    table = _told(survey_table(found))
    if not {"total", "control", "given image"} <= set(table.index):
        return ""
    control = table.loc["control"]
    if not (control["low"] > 0 or control["high"] < 0):
        return ""
    words = _(
        "Not all of the difference in satisfaction is the complaint's: what they think of the bank, which a complaint should"
        " not change, differs by {control} points too; among those who think alike of it, satisfaction differs by {given}."
    )
    return words.format(
        control=number(control["difference"], 1), given=number(table.loc["given image", "difference"], 1)
    )


def health(found: Effects) -> list[tuple[str, bool, str]]:
    """Checks of the comparisons; those that cannot be made are left out."""
    surveyed = found.complained
    compared = (
        ("slow_answers", _("Slow answers"), found.week, found.control),
        ("outcome_of_complaints", _("Outcomes of complaints"), found.outcome, None),
        (
            "complaints_and_satisfaction",
            _("Complaints and satisfaction"),
            surveyed.total if surveyed else None,
            surveyed.control if surveyed else None,
        ),
    )
    return [
        (check, held, _("{label}: {message}").format(label=label, message=message[:1].lower() + message[1:]))
        for name, label, one, control in compared
        if one is not None
        for check, held, message in confounding.health(one, name, control)
    ]


def figures(found: Effects) -> list[dict]:
    """Key figures for `analysis.report.results.figure`; the baseline is the plain comparison."""
    kept, rows = [], found.monthly.ratios.set_index("model")
    if len(rows):
        row = rows.loc["adjusted"]
        kept.append(
            {
                "name": "leaving_after_slow_answers", "value": row["ratio"], "low": row["low"], "high": row["high"],
                "unit": "", "baseline": rows.loc["naive", "ratio"], "n": found.monthly.customers,
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
