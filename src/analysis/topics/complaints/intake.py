"""What the questions about complaints ask of the cases, and how their kinds are called."""

from collections.abc import Sequence

import pandas as pd

from analysis.language import _, number
from analysis.topics.churn.definitions import families
from analysis.topics.plain_table import require

KINDS = ("complaint", "suggestion", "praise", "enquiry")
SMALLEST = 11  # customers of a figure that is said in words
COLUMNS = {
    "feedback_id": "case number",
    "customer_id": "customer, blank if unknown",
    "received_at": "moment received",
    "kind": "complaint, suggestion, praise or enquiry",
}


def kind_labels() -> dict[str, str]:
    """Names of the kinds of feedback in the language in use."""
    return {
        "complaint": _("Complaints"),
        "suggestion": _("Suggestions"),
        "praise": _("Praise"),
        "enquiry": _("Enquiries"),
    }


def checked(rows: pd.DataFrame) -> pd.DataFrame:
    """`rows` if they are cases.

    Raises
    ------
    ValueError
        If a column is missing, a kind is unknown or a case number repeats.
    """
    require(rows, COLUMNS, "feedback")
    unknown = rows.loc[~rows["kind"].isin(KINDS), "kind"]
    if len(unknown):
        raise ValueError(
            f"feedback.kind is {unknown.iloc[0]!r} in {(unknown == unknown.iloc[0]).sum()} rows; expected one of "
            f"{', '.join(KINDS)}: map the bank's own kinds to these"
        )
    if rows["feedback_id"].duplicated().any():
        twice = rows.loc[rows["feedback_id"].duplicated(), "feedback_id"]
        raise ValueError(
            f"feedback_id is to be unique, but {len(twice)} rows repeat one, such as {twice.iloc[0]!r}"
        )
    return rows


def complaints(rows: pd.DataFrame, kinds: Sequence[str] = ("complaint",)) -> pd.DataFrame:
    """The complaints among the cases; without those that were resolved before they were received.

    The clock of such a case cannot be right; `misdated` counts them.
    """
    found = checked(rows)
    found = found[found["kind"].isin(kinds)]
    return found[~_misdated(found)].reset_index(drop=True)


def _misdated(rows: pd.DataFrame) -> pd.Series:
    wrong = pd.Series(False, index=rows.index)
    for name in ("acknowledged_at", "resolved_at"):
        if name in rows:
            wrong |= rows[name] < rows["received_at"]
    return wrong


def misdated(rows: pd.DataFrame) -> tuple[str, bool, str]:
    """Check that no case ended before it began: name, whether it holds, message."""
    wrong = int(_misdated(rows).sum())
    words = _("All cases were received before they were acknowledged and resolved.")
    if wrong:
        words = _(
            "{n} cases were acknowledged or resolved before they were received and are left out of all that is"
            " said about complaints; correct their dates."
        ).format(n=number(wrong))
    return "cases_in_order", not wrong, words


def people_in(rows: pd.DataFrame) -> int:
    """People behind cases: different customers, and each case without one as somebody of their own."""
    return int(rows["customer_id"].nunique() + rows["customer_id"].isna().sum())


def plain(code) -> str:
    """A code of the bank in words: "app_login" is "app login"; a blank one says so.

    Kinds, product families, usual channels and languages are said in the language in use; other codes are the bank's own.
    """
    if pd.isna(code):
        return _("not stated")
    return _usual().get(str(code), str(code).replace("_", " "))


def _usual() -> dict[str, str]:
    channels = {
        "phone": _("telephone"),
        "mobile": _("mobile app"),
        "branch": _("branch"),
        "online": _("online banking"),
        "letter": _("letter"),
        "other": _("other"),
    }
    kinds = {kind: label.lower() for kind, label in kind_labels().items()}
    return kinds | families() | channels | {"zh": _("Chinese"), "en": _("English")}
