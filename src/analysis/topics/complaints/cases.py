"""Feedback case by case, and how many customers could have given it."""

from datetime import date, timedelta

import pandas as pd

from analysis.bank.features.moments import known_then
from analysis.bank.source import MissingTable, View

OF_CUSTOMER = ("age", "region", "tenure_days", "assets")


def expect(view: View) -> None:
    """Stop unless there is feedback on the day of `view`.

    Raises
    ------
    MissingTable
        The table without which there is no report.
    """
    if not view.table("feedback").count().to_pyarrow().as_py():
        raise MissingTable("feedback")


def cases(view: View) -> pd.DataFrame:
    """Feedback known on the day of `view`, with what was known of the customer when it was received.

    Returns
    -------
    DataFrame
        One row per feedback, by received_at and feedback_id: the columns of table feedback but the text; family (of
        the product; blank if unknown); age, region, tenure_days and assets of the customer as
        `bank.features.moments.known_then` gives them for the day of receipt, blank if the customer is unknown.
        Truth values that are blank stay blank.
    """
    feedback = view.table("feedback")
    columns = [name for name in feedback.columns if name != "text"]
    rows = feedback.select(*columns, day=feedback.received_at.date())
    moments = rows.filter(rows.customer_id.notnull()).select("customer_id", "day").distinct()
    known = known_then(view, moments).select("customer_id", "day", *OF_CUSTOMER)
    # A view of its own: both sides come from the same filtered table, which Ibis 12.0.0 cannot join to itself.
    rows = rows.view().left_join(known, ["customer_id", "day"]).drop("customer_id_right", "day_right", "day")
    if view.has("products"):
        families = view.table("products").select("product_id", "family")
        rows = rows.left_join(families, "product_id").drop("product_id_right")
    frame = rows.to_pandas()
    if "family" not in frame:
        frame = frame.assign(family=pd.Series(None, index=frame.index, dtype="str"))
    return _typed(frame).sort_values(["received_at", "feedback_id"], ignore_index=True)


def texts(view: View) -> pd.DataFrame:
    """Words of the customers known on the day of `view`: feedback_id, text, language; one row each that has a text."""
    table = view.table("feedback").select("feedback_id", "text", "language").to_pandas()
    return table.dropna(subset="text").sort_values("feedback_id", ignore_index=True)


def exposure(view: View, since: date) -> pd.DataFrame:
    """Customer-days per month and branch, from `since` to the day of `view`, both counted.

    Returns
    -------
    DataFrame
        One row per month and branch with customers, by month and branch: month (its first day), branch_id (of the
        customer; blank if unknown), customer_days, days (of the month within the period), customers (their mean
        number: customer_days over days).
    """
    people = view.table("customers").select("branch_id", "joined_on", "left_on")
    counted = (
        people.group_by(["branch_id", "joined_on", "left_on"]).aggregate(people=people.count()).to_pandas()
    )
    joined, left = (pd.to_datetime(counted[name]) for name in ("joined_on", "left_on"))
    last = view.as_of + timedelta(days=1)
    parts = []
    for first in pd.date_range(since.replace(day=1), view.as_of, freq="MS"):
        start = max(first, pd.Timestamp(since))
        end = min(first + pd.offsets.MonthBegin(1), pd.Timestamp(last))
        days = (left.fillna(end).clip(upper=end) - joined.clip(lower=start)).dt.days.clip(lower=0)
        summed = (days * counted["people"]).groupby(counted["branch_id"], dropna=False).sum()
        part = summed.rename("customer_days").rename_axis("branch_id").reset_index()
        parts.append(part.assign(month=first, days=(end - start).days))
    table = pd.concat(parts, ignore_index=True)
    table = table.assign(customers=table["customer_days"] / table["days"])
    ordered = ["month", "branch_id", "customer_days", "days", "customers"]
    return table.loc[table["customer_days"] > 0, ordered].reset_index(drop=True)


def _typed(frame: pd.DataFrame) -> pd.DataFrame:
    """Numbers as floats, moments as timestamps, whatever is blank throughout."""
    numbers = ("compensation", "age", "tenure_days", "assets")
    moments = ("received_at", "acknowledged_at", "resolved_at")
    return frame.astype(dict.fromkeys(numbers, "float64")).assign(
        **{name: pd.to_datetime(frame[name]).astype("datetime64[us]") for name in moments},
        **{name: frame[name].astype("boolean") for name in ("is_complex", "extension_approved")},
    )
