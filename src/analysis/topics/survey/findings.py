"""What the report on the survey says on top: headline, figures, decision."""

import pandas as pd

from analysis.language import _, money, ngettext, number, percent, together
from analysis.topics.survey import callbacks as cb
from analysis.topics.survey import scores as sc


def headline(by_wave: pd.DataFrame, drivers: pd.DataFrame | None) -> str:
    """The answer in two or three sentences: how satisfied, what the weights change, what goes furthest with it.

    Parameters
    ----------
    by_wave : DataFrame
        As `scores.by_wave` gives it.
    drivers : DataFrame or None
        As `drivers.importance` gives it.
    """
    last = (
        by_wave[by_wave["wave"] == by_wave["wave"].iloc[-1]].dropna(subset="value")
        if len(by_wave)
        else by_wave
    )
    if last.empty:
        return sc.headline(by_wave)
    row = last.iloc[0]
    say = percent if row["kind"] == "share" else lambda value: number(value, 0 if row["kind"] == "nps" else 2)
    words = _(
        "{what} in wave {wave}: {value} ({low} to {high}) for all customers, {plain} among those who answered."
    )
    said = words.format(
        what=row["head"], wave=row["wave"], **{n: say(row[n]) for n in ("value", "low", "high", "plain")}
    )
    if drivers is None or not len(drivers):
        return said
    first = drivers.iloc[0]
    words = _("{driver} goes furthest with it.")
    if first["rank_high"] > 1:
        words = _("{driver} goes furthest with it, though not surely.")
    return together(said, words.format(driver=first["label"]))


def decision(detractors: pd.DataFrame | None, currency: str) -> dict:
    """Whom to call, as arguments of `report.results.decision`.

    Parameters
    ----------
    detractors : DataFrame or None
        As `callbacks.callbacks` gives it; None if nobody was asked whether they would recommend the bank.
    """
    if detractors is None:
        words = _("Ask whether customers would recommend the bank: nobody can be chosen to call without.")
        return {"who": _("Customer service"), "what": words, "customers": 0}
    todo = detractors[detractors["state"].isin(["overdue", "due"])]
    worth = todo["value"].sum(min_count=1)
    words = _("No detractor of the last {days} days is waiting for a call.").format(days=number(cb.RECENT))
    if len(todo):
        words = ngettext(
            "Call the {n} detractor of the last {days} days who has not been spoken to, with assets of {value}.",
            "Call the {n} detractors of the last {days} days who have not been spoken to, with assets of {value},"
            " those past their date first.",
            len(todo),
        ).format(n=number(len(todo)), days=number(cb.RECENT), value=money(worth, currency))
    return {
        "who": _("Customer service"),
        "what": words,
        "customers": len(todo),
        "money": worth if len(todo) and pd.notna(worth) else None,
        "currency": currency,
        "stake": _("assets"),
    }
