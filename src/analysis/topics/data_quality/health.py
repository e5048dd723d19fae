"""Checks on whether the tables can bear the weight of the analyses."""

from collections.abc import Sequence
from datetime import date

import pandas as pd

from analysis.language import _, number, percent, together
from analysis.topics.data_quality.freshness import booked_before
from analysis.topics.data_quality.movement import LARGE

MOST_BLANK = 0.05  # share of blank values in a column whose blanks matter
MOST_WRONG = 0.01  # share of rows that contradict another table
LEAST_FILLED = 0.9  # mean part of the picture
MOST_NAMES = 5  # how many tables or columns a sentence names
YEAR = 365  # days of bookings before the earlier day that the features' windows need

Check = tuple[str, bool, str]


def checks(
    blanks: pd.DataFrame,
    jumps: pd.DataFrame,
    fresh: pd.DataFrame,
    months: pd.DataFrame,
    contradictions: pd.DataFrame,
    score: pd.Series,
    drift: pd.DataFrame,
    broken: dict[str, str],
    before: date,
) -> list[Check]:
    """All checks: arguments of `analysis.report.results.health`.

    Parameters
    ----------
    blanks, jumps : DataFrame
        As `completeness` and `moved` give them.
    fresh, months : DataFrame
        As `freshness` and `rows_by_month` give them.
    contradictions : DataFrame
        As `consistency` gives it.
    score : Series
        As `picture.scores` gives it.
    drift : DataFrame
        As `movement.feature_drift` gives it.
    broken : dict
        Reason by table that cannot be read.
    before : datetime.date
        The earlier day that features are compared with.
    """
    blank = blanks[(blanks["severity"] != "fine") & (blanks["low"] > MOST_BLANK)]
    stopped, gaps = fresh[fresh["state"] == "stopped"], months[months["state"] != ""]
    wrong = contradictions[contradictions["low"] > MOST_WRONG]
    most_blank = _("Columns that should be filled and have more than {most} blanks: {names}.")
    most_wrong = _("Checks between tables that fail for more than {most} of rows: {names}.")
    return [
        ("tables_readable", not broken, together(*broken.values()) or _("Every table can be read.")),
        _none("blanks", most_blank, blank["table"] + "." + blank["column"], MOST_BLANK),
        _none(
            "blanks_steady",
            _("Columns whose share of blanks jumped in a month: {names}."),
            jumps["table"] + "." + jumps["column"],
        ),
        _none("tables_filled", _("Tables silent longer than ever before: {names}."), stopped["table"]),
        _none(
            "months_filled",
            _("Months with less than half of the usual rows: {names}."),
            gaps["table"] + " " + gaps["month"],
        ),
        _none("tables_agree", most_wrong, wrong["label"], MOST_WRONG),
        _filled(score),
        _drifted(drift),
        _history(fresh, before),
    ]


def _none(check: str, said: str, names: pd.Series, most: float = 0.0) -> Check:
    """A check that holds if there are no names."""
    return check, names.empty, said.format(names=_named(names), most=percent(most, 0))


def _named(names: pd.Series) -> str:
    """The first few names, each once."""
    first = list(dict.fromkeys(names))
    return _("; ").join([*first[:MOST_NAMES], *(["…"] if len(first) > MOST_NAMES else [])]) or _("none")


def contract(findings: Sequence | None) -> Check:
    """Whether the delivery keeps the contract; `findings` is None if it was not checked."""
    if findings is None:
        said = _("Not checked: this run looks at an earlier day or a part of the customers.")
        return "contract", True, said
    errors = sum(finding.severity == "error" for finding in findings)
    said = _("{errors} findings forbid the use of a table, {warnings} ask for care.")
    said = said.format(errors=number(errors), warnings=number(len(findings) - errors))
    return "contract", errors == 0, said


def _filled(score: pd.Series) -> Check:
    mean = float(score.mean())
    said = _("{score} of what should be known of a customer is on record; {least} is asked for.")
    return "picture", mean >= LEAST_FILLED, said.format(score=percent(mean), least=percent(LEAST_FILLED, 0))


def _drifted(drift: pd.DataFrame) -> Check:
    if drift.empty:
        return "features_steady", False, _("No feature is known on both days, so that no drift can be seen.")
    large = drift[drift["drifted"] & (drift["psi"] >= LARGE)]
    said = _(
        "Of {all} features these moved so much that models on them should be checked (index {least}): {names}."
    )
    said = said.format(all=number(len(drift)), least=number(LARGE, 1), names=_named(large["label"]))
    return "features_steady", large.empty, said


def _history(fresh: pd.DataFrame, before: date) -> Check:
    known = booked_before(fresh, before)
    said = _(
        "Bookings reach back {days} days before the earlier day; with less than {year}, part of the drift is"
        " that the windows fill."
    )
    return "history", known >= YEAR, said.format(days=number(known), year=number(YEAR))
