"""The clock: are complaints acknowledged and resolved within the legal time? Open cases count as what they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from analysis.language import _, number, percent, together
from analysis.statistics import deadlines
from analysis.statistics.survival import kaplan_meier
from analysis.topics.complaints import intake

DAY = pd.Timedelta(days=1)
AGES = (0, 7, 15, 30, 60)  # days open
FEWEST = 10  # cases at risk, to which curves are drawn
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


def in_time(cases: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """Shares acknowledged and resolved in time, all or by group.

    Parameters
    ----------
    cases : DataFrame
        From `clock`.
    by : str, optional
        Column of groups, such as "issue", "branch_id" or "channel".

    Returns
    -------
    DataFrame
        One row per group, the most cases first (or one row): label, customers, cases, closed (share resolved so far:
        投诉办结率), share, low, high (resolved in time, extensions counted, open cases as `statistics.deadlines` takes
        them), base, base_low, base_high (without extensions), raw (in time among cases that are closed or whose time has
        run out), acknowledged, acknowledged_low, acknowledged_high, open (cases), overdue (open cases past their due
        date), median_days (to resolution, Kaplan-Meier; blank if fewer than half are resolved).
    """
    groups = [(_("All complaints"), cases)] if by is None else list(cases.groupby(by, dropna=False))
    names = intake.kind_labels() if by == "kind" else {}
    records = [
        {"label": names.get(name, intake.plain(name)) if by else name} | _shares(part)
        for name, part in groups
        if len(part)
    ]
    columns = ["label", "customers", "cases"]
    table = pd.DataFrame(records, columns=None if records else columns)
    return table.sort_values("cases", ascending=False, ignore_index=True)


def _shares(part: pd.DataFrame) -> dict:
    found = {"customers": intake.people_in(part), "cases": len(part)}
    found["closed"] = float(part["resolved_at"].notna().mean())
    for prefix, name in (("", "share"), ("base_", "base"), ("answer_", "acknowledged")):
        share = deadlines.in_time(part[f"{prefix}code"], part[f"{prefix}until"])
        bounds = ("low", "high") if name == "share" else (f"{name}_low", f"{name}_high")
        found |= {name: share.share, bounds[0]: share.low, bounds[1]: share.high}
        if name == "share":
            found["raw"] = share.hits / share.decided if share.decided else np.nan
    curve = _curve(part, 1)
    half = curve.loc[curve["survival"] <= 0.5, "time"]
    return found | {
        "open": int(part["state"].isin(("open", "overdue")).sum()),
        "overdue": int((part["state"] == "overdue").sum()),
        "median_days": float(half.iloc[0]) if len(half) else np.nan,
    }


def _curve(part: pd.DataFrame, fewest: int) -> pd.DataFrame:
    return kaplan_meier(
        part["resolved_at"].notna(), np.maximum(part["days"], deadlines.SHORTEST), fewest=fewest
    )


def curves(cases: pd.DataFrame, by: str = "kind_of_case") -> pd.DataFrame:
    """Share of complaints still open over the days since receipt, over open and closed ones (Kaplan-Meier).

    Returns
    -------
    DataFrame
        One row per group and time: group, label, customers, time (days), at_risk, events, survival, low, high; up to
        ten cases at risk.
    """
    names = {"simple": _("Simple"), "complex": _("Complex")}
    parts = [
        _curve(part, FEWEST).assign(
            group=name, label=names.get(name, intake.plain(name)), customers=intake.people_in(part)
        )
        for name, part in cases.groupby(by, dropna=False)
    ]
    kept = [part for part in parts if len(part)]
    if not kept:
        return pd.DataFrame(
            columns=["group", "label", "customers", "time", "at_risk", "events", "survival", "low", "high"]
        )
    return pd.concat(kept, ignore_index=True)


def ageing(cases: pd.DataFrame) -> pd.DataFrame:
    """The open stock by days since receipt.

    Returns
    -------
    DataFrame
        One row per band of age, the youngest first: label, customers, open (not yet due), overdue.
    """
    stock = cases[cases["state"].isin(("open", "overdue"))]
    band = np.searchsorted(AGES, stock["days"], side="left") - 1
    records = []
    for place, start in enumerate(AGES):
        part = stock[np.maximum(band, 0) == place]
        last = place + 1 == len(AGES)
        label = _("over {days} days") if last else _("{start} to {days} days")
        records.append(
            {
                "label": label.format(start=number(start), days=number(start if last else AGES[place + 1])),
                "customers": intake.people_in(part),
                "open": int((part["state"] == "open").sum()),
                "overdue": int((part["state"] == "overdue").sum()),
            }
        )
    return pd.DataFrame(records)


def by_month(cases: pd.DataFrame, months: int = 24) -> pd.DataFrame:
    """Share in time by month of receipt.

    Returns
    -------
    DataFrame
        One row per month, the latest `months`: month, customers, cases, closed, share, low, high (blank as long as the
        time of too many cases still runs), raw (in time among the closed cases alone: what many reports show; too
        high for late months, whose slow cases are still open).
    """
    month = cases["received_at"].dt.to_period("M").dt.to_timestamp()
    records = []
    for name, part in list(cases.groupby(month))[-months:]:
        share = deadlines.in_time(part["code"], part["until"])
        closed = part["resolved_at"].notna()
        records.append(
            {
                "month": name, "customers": intake.people_in(part), "cases": len(part), "closed": float(closed.mean()),
                "share": share.share, "low": share.low, "high": share.high,
                "raw": float((part.loc[closed, "state"] == "in_time").mean()) if closed.any() else np.nan,
            }
        )  # fmt: skip
    columns = ["month", "customers", "cases", "closed", "share", "low", "high", "raw"]
    return pd.DataFrame(records, columns=columns)


def sentence(cases: pd.DataFrame, legal: Legal = LEGAL) -> str:
    """Share in time, and what is open and overdue."""
    if reason := unknown(cases):
        return reason
    found = _shares(cases)
    words = _("How many complaints are resolved in time is not known yet: none has reached its due date.")
    if np.isfinite(found["share"]):
        words = _(
            "{share} of complaints are resolved within the legal time of {simple} days, {complex} if complex ({low} to"
            " {high})."
        ).format(
            share=percent(found["share"]), low=percent(found["low"]), high=percent(found["high"]),
            simple=number(legal.simple), complex=number(legal.complex),
        )  # fmt: skip
    return together(
        words,
        _("{open} are open, {overdue} of them past their due date.").format(
            open=number(found["open"]), overdue=number(found["overdue"])
        ),
    )
