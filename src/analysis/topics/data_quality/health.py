"""Checks on whether the tables can bear the weight of the analyses."""

from collections.abc import Sequence
from datetime import date

import pandas as pd

from analysis.language import _, number, percent, together
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
    return [
        _readable(broken),
        _blank(blanks),
        _jumps(jumps),
        _stopped(fresh),
        _gaps(months),
        _wrong(contradictions),
        _filled(score),
        _drifted(drift),
        _history(fresh, before),
    ]


def contract(findings: Sequence | None) -> Check:
    """Whether the delivery keeps the contract; `findings` is None if it was not checked."""
    if findings is None:
        said = _("Not checked: this run looks at an earlier day or a part of the customers.")
        return "contract", True, said
    errors = sum(finding.severity == "error" for finding in findings)
    said = _("{errors} findings forbid the use of a table, {warnings} ask for care.")
    return (
        "contract",
        errors == 0,
        said.format(errors=number(errors), warnings=number(len(findings) - errors)),
    )


def _readable(broken: dict[str, str]) -> Check:
    said = together(*broken.values()) or _("Every table can be read.")
    return "tables_readable", not broken, said


def _named(values) -> str:
    """The first few names, each once."""
    names = list(dict.fromkeys(values))
    return _("; ").join([*names[:MOST_NAMES], *(["…"] if len(names) > MOST_NAMES else [])]) or _("none")


def _blank(blanks: pd.DataFrame) -> Check:
    over = blanks[(blanks["severity"] != "fine") & (blanks["low"] > MOST_BLANK)]
    said = _("Columns that should be filled and have more than {most} blanks: {columns}.").format(
        most=percent(MOST_BLANK, 0), columns=_named(over["table"] + "." + over["column"])
    )
    return "blanks", over.empty, said


def _jumps(jumps: pd.DataFrame) -> Check:
    said = _("Columns whose share of blanks jumped in a month: {columns}.")
    return (
        "blanks_steady",
        jumps.empty,
        said.format(columns=_named(jumps["table"] + "." + jumps["column"])),
    )


def _stopped(fresh: pd.DataFrame) -> Check:
    stopped = fresh.loc[fresh["state"] == "stopped", "table"]
    said = _("Tables silent longer than ever before: {tables}.").format(tables=_named(stopped))
    return "tables_filled", stopped.empty, said


def _gaps(months: pd.DataFrame) -> Check:
    gaps = months[months["state"] != ""]
    said = _("Months with less than half of the usual rows: {months}.")
    said = said.format(months=_named(gaps["table"] + " " + gaps["month"]))
    return "months_filled", gaps.empty, said


def _wrong(contradictions: pd.DataFrame) -> Check:
    over = contradictions[contradictions["low"] > MOST_WRONG]
    said = _("Checks between tables that fail for more than {most} of rows: {labels}.").format(
        most=percent(MOST_WRONG, 0), labels=_named(over["label"])
    )
    return "tables_agree", over.empty, said


def _filled(score: pd.Series) -> Check:
    mean = float(score.mean())
    said = _("{score} of what should be known of a customer is on record; {least} is asked for.")
    return "picture", mean >= LEAST_FILLED, said.format(score=percent(mean), least=percent(LEAST_FILLED, 0))


def _drifted(drift: pd.DataFrame) -> Check:
    if drift.empty:
        return "features_steady", False, _("No feature is known on both days, so that no drift can be seen.")
    large = drift[drift["drifted"] & (drift["psi"] >= LARGE)]
    said = _(
        "Of {all} features these moved so much that models on them should be checked (index {least}): {features}."
    )
    said = said.format(all=number(len(drift)), least=number(LARGE, 1), features=_named(large["label"]))
    return "features_steady", large.empty, said


def _history(fresh: pd.DataFrame, before: date) -> Check:
    first = fresh.loc[fresh["table"] == "transactions", "first"]
    known = (before - first.iloc[0]).days if len(first) else 0
    said = _(
        "Bookings reach back {days} days before the earlier day; with less than {year}, part of the drift is"
        " that the windows fill."
    )
    return "history", known >= YEAR, said.format(days=number(max(known, 0)), year=number(YEAR))
