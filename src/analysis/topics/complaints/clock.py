"""The clock: every complaint with its due date and its state on the day. Open cases count as what they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from analysis.language import _
from analysis.statistics import deadlines
from analysis.topics.complaints import intake

DAY = pd.Timedelta(days=1)
STATES = ("in_time", "late", "overdue", "open")


@dataclass(frozen=True)
class Legal:
    """Legal time in calendar days; the day of receipt does not count.

    Attributes
    ----------
    simple, complex : int
        For the decision: 15 and 30 days (China, 银行业保险业消费投诉处理管理办法, 2020).
    extension : int
        More days if an extension was approved.
    acknowledge : int
        For the first answer; a promise of the bank rather than law.
    """

    simple: int = 15
    complex: int = 30
    extension: int = 30
    acknowledge: int = 2

    def __post_init__(self):
        for name, days in vars(self).items():
            if not days >= (0 if name == "extension" else 1):
                raise ValueError(f"{name} is {days!r} days; expected 1 or more (0 for no extension)")


LEGAL = Legal()


def clock(
    rows: pd.DataFrame, as_of: date, legal: Legal = LEGAL, kinds: Sequence[str] = ("complaint",)
) -> pd.DataFrame:
    """Every case with its due date and its state on the day.

    Parameters
    ----------
    rows : DataFrame
        One row per case known on the day: feedback_id, customer_id, received_at, kind, resolved_at (blank while open),
        is_complex, extension_approved (blank is no), acknowledged_at if it is kept.
    as_of : date
        Day of looking; its end counts.
    kinds : sequence of str
        Kinds of feedback taken. The law speaks of complaints; for the others its days are a yardstick.

    Returns
    -------
    DataFrame
        One row per case, the columns of `rows` and: limit (days), due_on and base_due_on (last day in time, with
        and without extension), state ("in_time", "late": resolved after it, "overdue": open after it, "open": in time
        so far), days (from receipt to resolution or the end of the day), over (days after the due day, 0 if none),
        kind_of_case ("simple" or "complex"), code and until (state and time for `statistics.deadlines.in_time`),
        base_code and base_until (the same without extension), answer_code and answer_until (of the acknowledgement).
        A case resolved without an acknowledgement was answered by its resolution.
    """
    cases = intake.complaints(rows, kinds)
    now = pd.Timestamp(as_of) + DAY
    if (cases["received_at"] >= now).any():
        raise ValueError(f"cases were received after {as_of}; take the rows known on the day")
    received = cases["received_at"].dt.normalize()
    is_complex = cases["is_complex"].astype("boolean").fillna(False).to_numpy(bool)
    extended = cases["extension_approved"].astype("boolean").fillna(False).to_numpy(bool)
    base = np.where(is_complex | extended, legal.complex, legal.simple)
    limit = base + extended * legal.extension
    cases = cases.assign(
        limit=limit,
        due_on=received + pd.to_timedelta(limit, unit="D"),
        base_due_on=received + pd.to_timedelta(base, unit="D"),
        kind_of_case=np.where(is_complex, "complex", "simple"),
    )
    end = cases["resolved_at"]
    answered = cases["acknowledged_at"].fillna(end) if "acknowledged_at" in cases else end
    promised = received + legal.acknowledge * DAY
    for prefix, ended, due in (
        ("", end, cases["due_on"]), ("base_", end, cases["base_due_on"]), ("answer_", answered, promised),
    ):  # fmt: skip
        code, until = deadlines.states(*(_days(cases, moment) for moment in (ended, due + DAY, now)))
        cases = cases.assign(**{f"{prefix}code": code, f"{prefix}until": until})
    still = end.isna()
    late = cases["code"] == deadlines.LATE
    over = (end.fillna(now) - cases["due_on"] - DAY) / DAY
    return cases.assign(
        state=np.select([~still & ~late, ~still, late], STATES[:3], STATES[3]),
        days=_days(cases, end.fillna(now)),
        over=over.clip(lower=0).to_numpy(),
    )


def unknown(cases: pd.DataFrame) -> str:
    """Why the clock cannot be told, or nothing: no complaint, or no end of any on record, so that none is known to be open.

    Parameters
    ----------
    cases : DataFrame
        From `clock`. As long as the time of all of them still runs, that none is resolved is no surprise.
    """
    if cases.empty:
        return _("There is no complaint up to the day.")
    if cases["resolved_at"].isna().all() and (cases["state"] == "overdue").any():
        return _(
            "No complaint has a day on which it was resolved: which are open, and whether in time, is not known."
        )
    return ""


def _days(cases: pd.DataFrame, moment) -> np.ndarray:
    return ((moment - cases["received_at"]) / DAY).to_numpy()
