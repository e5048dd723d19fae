"""Are complaints acknowledged and resolved within the legal time: shares, curves, the open stock, the course by month."""

import numpy as np
import pandas as pd

from analysis.language import _, ngettext, number, percent, together
from analysis.statistics import deadlines
from analysis.statistics.survival import kaplan_meier
from analysis.topics.complaints import intake
from analysis.topics.complaints.clock import LEGAL, Legal, unknown

AGES = (0, 7, 15, 30, 60)  # days open
FEWEST = 10  # cases at risk, to which curves are drawn


def in_time(cases: pd.DataFrame, by: str | None = None) -> pd.DataFrame:
    """Shares acknowledged and resolved in time, all or by group.

    Parameters
    ----------
    cases : DataFrame
        From `clock.clock`.
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
            " {high}), without extensions {base}."
        ).format(
            share=percent(found["share"]), low=percent(found["low"]), high=percent(found["high"]),
            simple=number(legal.simple), complex=number(legal.complex), base=percent(found["base"]),
        )  # fmt: skip
    return together(
        words,
        ngettext(
            "{open} is open, {overdue} past its due date.",
            "{open} are open, {overdue} of them past their due date.",
            found["open"],
        ).format(open=number(found["open"]), overdue=number(found["overdue"])),
    )
