"""The same measures on two days: what has become better, what worse."""

from datetime import date, timedelta

import pandas as pd

from analysis.language import _, day, number
from analysis.statistics.differences import share_difference
from analysis.topics.data_quality.crm import readiness
from analysis.topics.data_quality.picture import by_area
from analysis.topics.data_quality.tallies import month_of


def months_before(start: date, months: int) -> date:
    """The same day so many months earlier; a month's last day stays one, so that months compare whole."""
    month = month_of(start) - months
    first = date(month // 12, month % 12 + 1, 1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    month_end = (start + timedelta(days=1)).day == 1
    return last if month_end else first.replace(day=min(start.day, last.day))


def measures(people: pd.DataFrame, contradictions: pd.DataFrame) -> pd.DataFrame:
    """What is compared: areas of the picture and readiness (more is better), contradictions (less is).

    Returns
    -------
    DataFrame
        One row per measure: measure, label, better (1 or −1: the direction that is better), n, count.
    """
    filled = by_area(people).assign(measure=lambda t: "area_" + t["area"], better=1)
    ready = readiness(people).query("state == 'ready'")
    ready = ready.assign(
        measure="contactable", better=1, label=_("Customers with assets who can be contacted")
    )
    wrong = contradictions.rename(columns={"check": "measure"}).assign(better=-1)
    columns = ["measure", "label", "better", "n", "count"]
    parts = [part[columns] for part in (ready, filled, wrong) if len(part)]
    return pd.concat(parts, ignore_index=True)


def compared(then: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Measures of two days, as `measures` gives them, side by side.

    Returns
    -------
    DataFrame
        One row per measure of both days that is not 0 on both: measure, label, then and now (shares),
        change, low, high (95 % Newcombe; most customers are the same on both days, so the truth is
        narrower), verdict: "better", "worse" or "same". Largest change first.
    """
    both = then.merge(now.drop(columns=["label", "better"]), on="measure", suffixes=("_then", "_now"))
    both = both[(both["count_then"] + both["count_now"] > 0) & (both["n_then"] > 0) & (both["n_now"] > 0)]
    change, low, high = share_difference(both["count_then"], both["n_then"], both["count_now"], both["n_now"])
    frame = both.assign(
        then=both["count_then"] / both["n_then"], now=both["count_now"] / both["n_now"], change=change
    ).assign(low=low, high=high)
    sign = (frame["low"] > 0).astype(int) - (frame["high"] < 0).astype(int)
    frame["verdict"] = (sign * frame["better"]).map({1: "better", -1: "worse", 0: "same"}).astype("str")
    columns = ["measure", "label", "then", "now", "change", "low", "high", "verdict"]
    return frame.sort_values("change", key=abs, ascending=False, ignore_index=True)[columns]


def verdicts() -> dict[str, str]:
    """Names of the verdicts in the language in use."""
    return {"better": _("better"), "worse": _("worse"), "same": _("within chance")}


def change_words(change: pd.DataFrame, then: date) -> str:
    """Which measures have become better and worse, in a sentence."""
    if change.empty:
        return _("Nothing can be compared with {day}.").format(day=day(then))
    better, worse = (int((change["verdict"] == verdict).sum()) for verdict in ("better", "worse"))
    if not better + worse:
        return _("None of {all} measures changed beyond chance since {day}.").format(
            day=day(then), all=number(len(change))
        )
    said = _("Since {day}, {better} of {all} measures are better, {worse} worse, the others within chance.")
    return said.format(day=day(then), better=number(better), worse=number(worse), all=number(len(change)))
