"""Expected loss on loans: how often loans as late as this one defaulted within a year in this bank."""

import ibis
import numpy as np

from analysis.bank.source import View
from analysis.topics.lifetime_value.relationship.assumptions import Assumptions
from analysis.topics.lifetime_value.relationship.calendar import last_full, number_of

DEFAULT_FROM = 90  # days past due (BCBS 2006, paragraph 452)
BUCKETS = (0, 1, 30, 60)  # least days past due
YEAR = 12
PRIOR_LOANS = 20  # loan months that the assumed probability weighs


def states(view: View) -> ibis.Table:
    """Every loan and month end before its default, and the month of default.

    Returns
    -------
    ibis.Table
        account_id, month (number), days_past_due, outstanding (currency), default (month in which the loan
        was first 90 days late; blank if it was not), bucket (place in `BUCKETS`; 4 in default).
    """
    rows = _months(view).left_join(defaults(view), "account_id").drop("account_id_right")
    over = rows.default.notnull() & (rows.month >= rows.default)
    bucket = ibis.cases(
        (over, len(BUCKETS)),
        *((rows.days_past_due >= BUCKETS[k], k) for k in reversed(range(len(BUCKETS)))),
        else_=0,
    )
    return rows.select(
        "account_id", "month", "days_past_due", "outstanding", "default", bucket=bucket.cast("int64")
    )


def defaults(view: View) -> ibis.Table:
    """Loans that defaulted: account_id, default (number of the month in which they were first 90 days late)."""
    rows = _months(view)
    late = rows.filter(rows.days_past_due >= DEFAULT_FROM)
    return late.group_by("account_id").aggregate(default=late.month.min())


def _months(view: View) -> ibis.Table:
    rows = view.table("loan_months")
    rows = rows.mutate(month=number_of(rows.month_end))
    return rows.filter(rows.month <= last_full(view.as_of))


def default_probabilities(view: View, assumptions: Assumptions) -> ibis.Table:
    """Probability of default within 12 months by days past due, as the bank's history up to the day tells.

    All month ends with 12 months behind them count, of loans not in default. The assumed probability weighs
    as much as `PRIOR_LOANS` loan months, so that it stands alone where there is no history.

    Returns
    -------
    ibis.Table
        One row per bucket that occurs: bucket, loan_months, defaults, probability.
    """
    rows = states(view)
    known = rows.month <= last_full(view.as_of) - YEAR
    fails = rows.default.notnull() & (rows.default - rows.month <= YEAR)
    counted = (
        rows.filter(rows.bucket < len(BUCKETS))
        .group_by("bucket")
        .aggregate(
            loan_months=ibis.ifelse(known, 1, 0).sum(), defaults=ibis.ifelse(known & fails, 1, 0).sum()
        )
    )
    assumed = ibis.cases(
        *((counted.bucket == k, float(p)) for k, p in enumerate(assumptions.default_probability)), else_=0.0
    )
    return counted.mutate(
        probability=(counted.defaults + assumed * PRIOR_LOANS) / (counted.loan_months + PRIOR_LOANS)
    )


def at_stake(view: View, rows: ibis.Table, assumptions: Assumptions) -> ibis.Table:
    """`rows` with lost: outstanding × loss given default of the loan's purpose (currency)."""
    share = ibis.literal(float(assumptions.loss_given_default))
    if view.has("loans") and assumptions.loss_given_default_by_purpose:
        purposes = view.table("loans").select("account_id", "purpose")
        rows = rows.left_join(purposes, "account_id").drop("account_id_right")
        special = assumptions.loss_given_default_by_purpose.items()
        share = ibis.cases(*((rows.purpose == name, float(lost)) for name, lost in special), else_=share)
    return rows.mutate(lost=rows.outstanding * share)


def of_loans(view: View, assumptions: Assumptions) -> ibis.Table:
    """Expected loss of loans that are open and not in default at the last month end.

    Returns
    -------
    ibis.Table
        One row per loan: account_id, expected_loss (currency a month: probability of default within 12
        months × loss given default × outstanding / 12), loss_if_default (currency).
    """
    rows = states(view)
    now = rows.filter((rows.month == last_full(view.as_of)) & (rows.bucket < len(BUCKETS)))
    chances = default_probabilities(view, assumptions).select("bucket", "probability")
    joined = at_stake(view, now, assumptions).inner_join(chances, "bucket")
    return joined.select(
        "account_id", expected_loss=joined.lost * joined.probability / YEAR, loss_if_default=joined.lost
    )


def spread(view: View, assumptions: Assumptions) -> float:
    """How unsure the level of the default probabilities is: standard deviation of its logarithm.

    That of a count, 1 / √n, with n the defaults on record, few large ones counting as few: (Σ lost)² / Σ lost²
    (Kish 1965). It is 0 without table loan_months and 1 without a default.
    """
    if not view.has("loan_months"):
        return 0.0
    rows = states(view)
    lost = at_stake(view, rows.filter(rows.month == rows.default), assumptions).lost
    sums = (
        lost.as_table().aggregate(total=lost.sum(), squares=(lost * lost).sum()).to_pyarrow().to_pylist()[0]
    )
    return float(np.sqrt(sums["squares"]) / sums["total"]) if sums["total"] else 1.0
