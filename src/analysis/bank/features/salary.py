"""Who receives a salary: the rule.

A booking in category salary or pension is one. Where a customer has had none in four periods of 30 days, a
salary is inferred from what nobody labelled: in each period take the largest inflow without a category or in
category transfer_in or other; the reference is the second largest of the four, so that one windfall is no
salary. There is a salary if at least three of the four lie within 20 % of the reference, and the reference
makes up at least a quarter of a period's average inflow (of 90 days). A regular transfer between a customer's
own accounts meets the rule too.
"""

import ibis
import ibis.expr.types as ir

LABELLED = ("salary", "pension")
UNLABELLED = ("transfer_in", "other")
PERIOD = 30
PERIODS = 4

RECENT = 60  # days in which a labelled salary is still current
SIMILAR = 0.2
REGULAR = 3
WEIGHT = 0.25


def salary(
    rolled: ibis.Table, inflow_90d: ir.NumericValue, days_since: ir.IntegerValue
) -> dict[str, ir.Value]:
    """Salary features from the measures ``sum_salary``, ``bits_salary`` and ``max_unlabelled_0`` to ``_3``.

    Parameters
    ----------
    rolled : ibis.Table
        One row per customer.
    inflow_90d : numeric
        Money in over 90 days.
    days_since : int
        Days since the last labelled salary.
    """
    labelled_periods = sum((rolled.bits_salary >> period) & 1 for period in range(PERIODS))
    largest = [rolled[f"max_unlabelled_{period}"].fill_null(0) for period in range(PERIODS)]
    reference = _second_largest(*largest)
    similar = sum(ibis.ifelse((value - reference).abs() <= SIMILAR * reference, 1, 0) for value in largest)
    weighty = reference >= WEIGHT * inflow_90d / 3
    inferred = (labelled_periods == 0) & (reference > 0) & (similar >= REGULAR) & weighty
    current = (days_since < RECENT).fill_null(False)
    return {
        "has_salary": ibis.ifelse(current | inferred, 1, 0),
        "salary_inferred": ibis.ifelse(inferred, 1, 0),
        "salary_periods": ibis.ifelse(inferred, similar, labelled_periods),
        "salary_monthly": ibis.ifelse(
            inferred, reference, (rolled.sum_salary / labelled_periods.nullif(0)).fill_null(0)
        ),
    }


def _second_largest(a, b, c, d) -> ir.NumericValue:
    high = ibis.least(ibis.greatest(a, b), ibis.greatest(c, d))
    return ibis.greatest(high, ibis.least(a, b), ibis.least(c, d))
