"""Closing the loop: which detractors to call, by when and in which order."""

from datetime import date, timedelta

import holidays
import ibis
import numpy as np
import pandas as pd

from analysis.bank.source import View
from analysis.language import _, money, ngettext, number, together
from analysis.topics.plain_table import require

NPS, DETRACTOR, SCALE = (
    "nps",
    6,
    7,
)  # 0 to 6 of 10 is a detractor (Reichheld 2003, Harvard Business Review 81)
WITHIN, RECENT = 5, 30  # working days to call; days for which an answer is worth a call
NEEDED = {"customer_id": "customer", "response_id": "response", "answered_on": "day of the answer"}
CALLED = (
    "reached",
    "appointment",
    "offer_made",
    "declined",
)  # outcomes of an activity in which somebody was spoken to


def labels() -> dict[str, str]:
    """Each state in words."""
    return {
        "overdue": _("Overdue"),
        "due": _("To call"),
        "open_case": _("Open case: its handler calls, nobody else"),
        "done": _("Spoken to since"),
    }


def people(view: View) -> pd.DataFrame:
    """Customers who are with the bank: customer_id, marketing_consent (bool)."""
    here = view.customers()
    return here.select("customer_id", marketing_consent=here.marketing_consent.fill_null(False)).to_pandas()


def open_cases(view: View) -> pd.DataFrame | None:
    """Complaints that are open: customer_id, resolved_at (blank); None if the bank has no table of feedback."""
    if not view.has("feedback"):
        return None
    feedback = view.table("feedback")
    still = feedback.filter(feedback.kind == "complaint", feedback.resolved_at.isnull())
    return still.select("customer_id", "resolved_at").to_pandas()


def contacts(view: View, since: date) -> pd.DataFrame | None:
    """Days on which somebody of the bank spoke with a customer.

    Returns
    -------
    DataFrame or None
        One row per customer and day from `since` on: customer_id, day. From activities in which the customer was spoken to
        and interactions with an employee; None if the bank has neither table.
    """
    parts = []
    if view.has("crm_activities"):
        made = view.table("crm_activities")
        made = made.filter(made.done_on >= ibis.literal(since), made.outcome.isin(CALLED))
        parts.append(made.select("customer_id", day=made.done_on))
    if view.has("interactions"):
        held = view.table("interactions")
        held = held.filter(held.started_at >= ibis.timestamp(since.isoformat()), held.staff_id.notnull())
        parts.append(held.select("customer_id", day=held.started_at.date()))
    if not parts:
        return None
    found = (parts[0] if len(parts) == 1 else parts[0].union(parts[1])).distinct().to_pandas()
    found["day"] = pd.to_datetime(found["day"]).astype("datetime64[us]")
    return found.sort_values(["customer_id", "day"], ignore_index=True)


def due_on(answered: pd.Series, within: int, country: str) -> pd.Series:
    """Last day to call: so many working days after the answer.

    Working days are Monday to Friday without the public holidays of `country` (ISO code; where it is unknown, holidays
    count as working days).
    """
    days = pd.to_datetime(answered)
    free = []
    if country in holidays.list_supported_countries() and days.notna().any():
        years = range(days.min().year, days.max().year + 2)
        free = [np.datetime64(one) for one in holidays.country_holidays(country, years=years)]
    known = days.dropna().to_numpy().astype("datetime64[D]")
    # An answer of a Sunday counts from the Friday before: its first working day is Monday.
    due = np.busday_offset(known, within, roll="backward", holidays=free)
    return pd.Series(due.astype("datetime64[us]"), days.dropna().index).reindex(days.index)


def answered(invited: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Answers with a score of recommendation: the columns of `invited`, score, detractor (bool).

    Parameters
    ----------
    invited : DataFrame
        One row per invitation: customer_id, response_id, answered_on.
    scores : DataFrame
        One row per response, response_id its index: nps (0 to 10).

    Raises
    ------
    ValueError
        If a column is missing or a score is out of scale.
    """
    require(invited, NEEDED, "invitations")
    require(scores, {NPS: "would recommend, 0 to 10"}, "scores")
    wrong = scores[NPS].dropna()
    wrong = wrong[(wrong < 0) | (wrong > 10)]
    if len(wrong):
        words = "nps is {value} in {n} responses, such as {one}; expected 0 to 10. Rescale it when you load the table."
        raise ValueError(words.format(value=wrong.iloc[0], n=len(wrong), one=wrong.index[0]))
    rows = invited.dropna(subset=["response_id", "answered_on"])
    rows = rows.assign(
        score=rows["response_id"].map(scores[NPS]), answered_on=pd.to_datetime(rows["answered_on"])
    )
    rows = rows.dropna(subset="score")
    return rows.assign(detractor=rows["score"] <= DETRACTOR)


def callbacks(
    rows: pd.DataFrame,
    people: pd.DataFrame,
    as_of: date,
    *,
    value: pd.Series | None = None,
    reasons: pd.Series | None = None,
    cases: pd.DataFrame | None = None,
    contacts: pd.DataFrame | None = None,
    country: str = "",
    within: int = WITHIN,
) -> pd.DataFrame:
    """Detractors of the last 30 days who are still with the bank, in the order in which to call them.

    Parameters
    ----------
    rows : DataFrame
        As `answered` gives it.
    people : DataFrame
        As `people` gives it.
    as_of : datetime.date
    value : Series, optional
        What each customer is worth, customer_id its index; without it the assets of `rows`.
    reasons : Series, optional
        What to talk about, response_id its index: the theme of the comment, the item rated worst.
    cases : DataFrame, optional
        One row per feedback: customer_id, resolved_at, and kind where there are others than complaints.
    contacts : DataFrame, optional
        As `contacts` gives it.
    country : str
        ISO code, for the holidays.
    within : int
        Working days in which to call.

    Returns
    -------
    DataFrame
        One row per customer, by their last answer: customer_id, response_id, answered_on, due_on, state ("overdue", "due",
        "open_case", "done"), state_words, score, reason ("" if unknown), value, offers (whether marketing consent allows
        to speak of an offer), priority (value × (7 - score) / 7; a missing value counts as the median). Overdue ones
        first, then by priority.
    """
    last = rows.sort_values(["answered_on", "response_id"]).drop_duplicates("customer_id", keep="last")
    recent = last["answered_on"] > pd.Timestamp(as_of) - timedelta(days=RECENT)
    found = last[recent & last["detractor"]].merge(people, on="customer_id").reset_index(drop=True)
    worth = (
        found["customer_id"].map(value) if value is not None else found.get("assets", np.nan * found["score"])
    )
    usual = worth.median() if worth.notna().any() else 1.0
    due = due_on(found["answered_on"], within, country)
    reason = found["response_id"].map(reasons) if reasons is not None else pd.Series("", found.index)
    state = pd.Series("due", found.index, dtype="str").mask(due < pd.Timestamp(as_of), "overdue")
    state = state.mask(spoken(found, contacts), "done").mask(_open(found, cases), "open_case")
    table = found[["customer_id", "response_id", "answered_on", "score"]].assign(
        due_on=due, state=state, state_words=state.map(labels()), reason=reason.fillna("").astype("str"), value=worth,
        offers=found["marketing_consent"].astype(bool), priority=worth.fillna(usual) * (SCALE - found["score"]) / SCALE,
    )  # fmt: skip
    place = state.map({name: k for k, name in enumerate(labels())})
    order = np.lexsort((table["customer_id"], -table["priority"], place))
    return table.iloc[order].reset_index(drop=True)


def spoken(found: pd.DataFrame, contacts: pd.DataFrame | None, until: pd.Series | None = None) -> pd.Series:
    """Whether somebody spoke with the customer after the day of the answer and not after `until`, by row of `found`."""
    if contacts is None:
        return pd.Series(False, found.index)
    days = found.reset_index(names="row").merge(contacts, on="customer_id")
    after = days["day"] > days["answered_on"]
    if until is not None:
        after &= days["day"] <= days["row"].map(until)
    return pd.Series(found.index.isin(days.loc[after, "row"]), found.index)


def _open(found: pd.DataFrame, cases: pd.DataFrame | None) -> pd.Series:
    if cases is None:
        return pd.Series(False, found.index)
    complaints = cases[cases["kind"] == "complaint"] if "kind" in cases else cases
    return found["customer_id"].isin(complaints.loc[complaints["resolved_at"].isna(), "customer_id"].dropna())


def worst_rated(scores: pd.DataFrame, items: pd.DataFrame) -> pd.Series:
    """What each respondent rated worst, against what all said: something to talk about where there is no comment.

    Parameters
    ----------
    scores : DataFrame
        One row per response, one column per item.
    items : DataFrame
        One row per item: item, question.

    Returns
    -------
    Series
        Question of the item furthest below its mean, in its standard deviations; response_id is the index. Missing where
        nothing is below it.
    """
    spread = scores.std().where(lambda sd: sd > 0)
    below = ((scores - scores.mean()) / spread).drop(columns=NPS, errors="ignore")
    below = below[below.min(axis=1) < 0]
    if below.empty:
        return pd.Series(dtype="str")
    return below.idxmin(axis=1).map(items.set_index("item")["question"])


def sentence(table: pd.DataFrame, currency: str) -> str:
    """Whom to call, in one or two sentences."""
    if table.empty:
        return _("No detractor answered in the last {days} days.").format(days=number(RECENT))
    count = table["state"].value_counts().reindex(list(labels()), fill_value=0)
    todo = table[table["state"].isin(["overdue", "due"])]
    words = ngettext(
        "{n} detractor is to be called, who stands for {value}; {overdue} overdue.",
        "{n} detractors are to be called, who stand for {value}; {overdue} overdue.",
        len(todo),
    )
    said = words.format(
        n=number(len(todo)),
        value=money(todo["value"].sum(min_count=1), currency),
        overdue=number(count["overdue"]),
    )
    if count["open_case"]:
        words = ngettext(
            "{n} more has an open case and hears from its handler only.",
            "{n} more have an open case and hear from its handler only.",
            int(count["open_case"]),
        )
        said = together(said, words.format(n=number(count["open_case"])))
    if count["done"]:
        words = ngettext("{n} was spoken to since.", "{n} were spoken to since.", int(count["done"]))
        said = together(said, words.format(n=number(count["done"])))
    return said
