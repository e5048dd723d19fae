"""What complaints cost in compensation, and whether few large payments make the sum."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.language import _, money, percent, together
from analysis.statistics.classification import redrawn
from analysis.topics.complaints import intake
from analysis.topics.complaints.volume import CUSTOMERS

DRAWS = 1_000
YEAR = 365.25
TOP = 0.05  # of the payments
HEAVY = 0.1  # share of the sum in a single payment, from which on an interval from draws is too narrow


@dataclass(frozen=True)
class Cost:
    """Compensation of a period.

    Attributes
    ----------
    table : DataFrame
        One row: all complaints, then one per issue, the costliest first: label, customers, cases, paid (number of
        payments), total, low, high (95 %, customers drawn again), per_case, per_case_low, per_case_high (over all closed
        cases), median_paid (of those paid), largest (share of the sum in the largest payment).
    per_year : tuple of float
        Per 10,000 customers and year, with bounds; missing without exposure.
    top_share : float
        Part of the sum in the largest twentieth of the payments.
    """

    table: pd.DataFrame
    per_year: tuple[float, float, float]
    top_share: float

    @property
    def heavy(self) -> bool:
        """Whether one payment makes so much of the sum that the interval is too narrow."""
        return bool(self.table["largest"].iloc[0] >= HEAVY)


def cost(cases: pd.DataFrame, customer_days: float, seed: int = 0) -> Cost:
    """Compensation in all, per closed case, per customer and by issue.

    Parameters
    ----------
    cases : DataFrame
        Complaints: feedback_id, customer_id, issue, resolved_at, compensation (blank: none). Compensation is known
        when a case is closed; open cases are no part of the mean per case.
    customer_days : float
        Of the period.

    Raises
    ------
    ValueError
        If a compensation is negative.
    """
    if (cases["compensation"] < 0).any():
        raise ValueError(
            f"{int((cases['compensation'] < 0).sum())} compensations are negative; expected 0 or more, paid to the customer"
        )
    closed = cases[cases["resolved_at"].notna()].reset_index(drop=True)
    paid = closed["compensation"].fillna(0).to_numpy(float)
    unit = closed["customer_id"].fillna(closed["feedback_id"])
    code, issues = pd.factorize(closed["issue"], use_na_sentinel=False)
    size = len(issues)
    sums, counts = np.zeros((DRAWS, size)), np.zeros((DRAWS, size))
    for place, draw in enumerate(redrawn(unit, seed, DRAWS) if size else ()):
        sums[place], counts[place] = np.bincount(code, paid * draw, size), np.bincount(code, draw, size)
    whole = _row(_("All complaints"), closed, paid, sums.sum(axis=1), counts.sum(axis=1))
    rows = [
        _row(intake.plain(issue), closed[code == k], paid[code == k], sums[:, k], counts[:, k])
        for k, issue in enumerate(issues)
    ]
    table = pd.DataFrame([whole, *sorted(rows, key=lambda row: -row["total"])])
    scale = CUSTOMERS * YEAR / customer_days if customer_days > 0 else np.nan
    ordered = np.sort(paid[paid > 0])[::-1]
    top = ordered[: max(round(TOP * len(ordered)), 1)].sum() / ordered.sum() if len(ordered) else np.nan
    return Cost(table, tuple(float(whole[name] * scale) for name in ("total", "low", "high")), float(top))


def _row(label: str, part: pd.DataFrame, paid: np.ndarray, sums: np.ndarray, counts: np.ndarray) -> dict:
    """Line of the table; `sums` and `counts` are those of each draw."""
    total, given = float(paid.sum()), paid[paid > 0]
    means = sums[counts > 0] / counts[counts > 0]
    low, high = np.quantile(sums, [0.025, 0.975])
    each = np.quantile(means, [0.025, 0.975]) if len(means) else (np.nan, np.nan)
    return {
        "label": label, "customers": intake.people_in(part), "cases": len(part), "paid": len(given),
        "total": total, "low": float(low), "high": float(high),
        "per_case": float(paid.mean()) if len(paid) else np.nan,
        "per_case_low": float(each[0]), "per_case_high": float(each[1]),
        "median_paid": float(np.median(given)) if len(given) else np.nan,
        "largest": float(given.max() / total) if len(given) else np.nan,
    }  # fmt: skip


def sentence(found: Cost, currency: str) -> str:
    """What compensation costs, and whether a few payments carry it."""
    whole = found.table.iloc[0]
    if not whole["total"] > 0:
        return _("No compensation is on record.")
    said = _(
        "Compensation comes to {total} ({low} to {high}), {each} per closed complaint; the largest {top} of payments are"
        " {share} of it."
    ).format(
        total=money(whole["total"], currency), low=money(whole["low"], currency), high=money(whole["high"], currency),
        each=money(whole["per_case"], currency), top=percent(TOP, 0), share=percent(found.top_share, 0),
    )  # fmt: skip
    if not found.heavy:
        return said
    return together(
        said,
        _(
            "One payment alone is {share} of the sum: a few cases decide it, and the interval is too narrow."
        ).format(share=percent(whole["largest"], 0)),
    )
