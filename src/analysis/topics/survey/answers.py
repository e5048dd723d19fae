"""Who was asked and what they answered: from the bank's tables to one row per invitation, response or customer."""

from datetime import date

import ibis
import pandas as pd

from analysis.bank.features.moments import COLUMNS, known_then
from analysis.bank.source import MissingTable, View

INVITATION = ("wave", "customer_id", "invited_on", "mode", "response_id", "answered_on", "seconds")


SMALLEST = 11
TABLES = ("survey_invitations", "survey_answers", "survey_items")


def surveyed(view: View) -> bool:
    """Whether a survey was answered by the day of `view`, by 11 customers at least: of fewer nothing may be shown."""
    if not all(view.has(name) for name in TABLES):
        return False
    invitations = view.table("survey_invitations")
    answered = invitations.filter(invitations.response_id.notnull())
    return answered.customer_id.nunique().to_pyarrow().as_py() >= SMALLEST


def expect(view: View) -> None:
    """Stop unless a survey was answered by the day of `view`, see `surveyed`.

    Raises
    ------
    MissingTable
        The table without which there is no report.
    """
    for name in TABLES:
        view.table(name)
    if not surveyed(view):
        raise MissingTable("survey_answers")


def items(view: View) -> pd.DataFrame:
    """The questionnaire.

    Returns
    -------
    DataFrame
        One row per item, by construct and item: item, construct, question, scale_min, scale_max.
    """
    table = view.table("survey_items").to_pandas()
    return table.sort_values(["construct", "item"], ignore_index=True)


def invited(view: View) -> pd.DataFrame:
    """Invitations known on the day of `view`, with what was known of the customer when they were asked.

    Returns
    -------
    DataFrame
        One row per invitation, by wave and customer: wave, customer_id, invited_on, mode, response_id (blank if not
        answered), answered_on, seconds; age, gender, region, branch_id, tenure_days, assets, complaints_365d and
        digital_90d as `bank.features.moments.known_then` gives them for the day of the invitation.
    """
    invitations = view.table("survey_invitations")
    asked = invitations.select("customer_id", day=invitations.invited_on).distinct()
    known = known_then(view, asked)
    same = (invitations.customer_id == known.customer_id) & (invitations.invited_on == known.day)
    rows = invitations.inner_join(known, same).select(*INVITATION, *COLUMNS)
    return _typed(rows.to_pandas()).sort_values(["wave", "customer_id"], ignore_index=True)


def base(view: View, day: date) -> pd.DataFrame:
    """All whom a survey on `day` speaks for: the customers who were with the bank.

    Returns
    -------
    DataFrame
        One row per customer, by customer: customer_id and the columns of `bank.features.moments.COLUMNS` on `day`.
    """
    people = view.at(day).customers().select("customer_id").mutate(day=ibis.literal(day))
    rows = known_then(view.at(day), people).drop("day")
    return _typed(rows.to_pandas()).sort_values("customer_id", ignore_index=True)


def scores(view: View) -> pd.DataFrame:
    """Answers known on the day of `view`.

    Returns
    -------
    DataFrame
        One row per response, by response_id (the index); one column of floats per item that was answered at all, by
        item. Blank where an item was not answered.
    """
    answers = view.table("survey_answers").select("response_id", "item", "score").to_pandas()
    wide = answers.pivot(index="response_id", columns="item", values="score").astype("float64")
    return wide.sort_index().rename_axis(columns=None)


def comments(view: View) -> pd.DataFrame:
    """Comments known on the day of `view`: response_id, text, language; one row each, by response_id."""
    table = view.table("survey_comments").select("response_id", "text", "language").to_pandas()
    return table.dropna(subset="text").sort_values("response_id", ignore_index=True)


def _typed(rows: pd.DataFrame) -> pd.DataFrame:
    """Numbers as floats, days as timestamps: what is blank throughout has no type of its own."""
    numbers = [name for name, kind in COLUMNS.items() if kind != "string"]
    days = [name for name in ("invited_on", "answered_on") if name in rows]
    rows = rows.astype(dict.fromkeys(numbers, "float64"))
    return rows.assign(**{name: pd.to_datetime(rows[name]).astype("datetime64[us]") for name in days})
