"""The answer: headline, key figures, and who mends what first, all computed."""

import numpy as np
import pandas as pd

from analysis.language import _, money, ngettext, number, percent
from analysis.topics.data_quality.crm import readiness
from analysis.topics.data_quality.duplicates.findings import Summary
from analysis.topics.data_quality.picture import FILLED
from analysis.topics.data_quality.tallies import with_shares

Z = 1.96


def repairs(people: pd.DataFrame) -> pd.DataFrame:
    """Columns of customers that somebody has to fill in, the most money behind blanks first.

    Parameters
    ----------
    people : DataFrame
        One row per customer: known_<column> for every column of `picture.FILLED`, known_phone_or_email,
        assets.

    Returns
    -------
    DataFrame
        One row per column with blanks: column, label, n, count (customers without), share, low, high
        (Wilson), assets (theirs; missing if none are known), recorded (whether it is filled for anybody).
    """
    rows = []
    for name in ("phone_or_email", *FILLED):
        without = ~people[f"known_{name}"].fillna(False).astype(bool)
        assets = people.loc[without, "assets"].sum(min_count=1)
        rows.append(
            (name, f"customers.{name}".replace("_or_", " / "), len(people), int(without.sum()), assets)
        )
    frame = with_shares(pd.DataFrame(rows, columns=["column", "label", "n", "count", "assets"]))
    frame = frame.assign(recorded=frame["count"] < frame["n"])
    frame = frame[frame["count"] > 0]
    order = ["assets", "count", "column"]
    return frame.sort_values(order, ascending=[False, False, True], ignore_index=True)


def headline(
    people: pd.DataFrame, score: pd.Series, contradictions: pd.DataFrame, fresh: pd.DataFrame
) -> str:
    """The answer in three sentences: the picture, who can be contacted, what is wrong with the tables."""
    if people.empty:
        return _("There are no customers on this day.")
    picture = _("On average {score} of the picture of a customer is filled.").format(
        score=percent(score.mean())
    )
    return " ".join([picture, _reach(people), trust(contradictions, fresh)])


def _reach(people: pd.DataFrame) -> str:
    if not people["area_contact"].any():
        return _("Nobody can be contacted: no telephone or e-mail is on record.")
    ready = readiness(people).set_index("state").loc["ready"]
    return _("{share} of the customers with assets can be contacted (95% interval {low}–{high}).").format(
        share=percent(ready["share"]), low=percent(ready["low"]), high=percent(ready["high"])
    )


def trust(contradictions: pd.DataFrame, fresh: pd.DataFrame) -> str:
    """Whether tables have stopped or contradict each other, in a sentence."""
    stopped = fresh.loc[fresh["state"] == "stopped", "table"].tolist()
    wrong = contradictions[contradictions["count"] > 0]
    if stopped:
        said = ngettext(
            "Table {tables} is silent longer than ever before.",
            "Tables {tables} are silent longer than ever before.",
            len(stopped),
        )
        return said.format(tables=", ".join(stopped))
    if wrong.empty:
        return _("No table has stopped and none contradicts another.")
    most = wrong.loc[wrong["share"].idxmax()]
    return _("No table has stopped; the most frequent contradiction: {label}, {count} of {n} {unit}.").format(
        label=most["label"], count=number(most["count"]), n=number(most["n"]), unit=_(most["unit"])
    )


def figures(
    people: pd.DataFrame, score: pd.Series, blanks: pd.DataFrame, contradictions: pd.DataFrame, before: dict
) -> list[dict]:
    """Key figures, each a set of arguments of `analysis.report.results.figure`.

    Parameters
    ----------
    people, score
        One row per customer, and `picture.scores` of them.
    blanks : DataFrame
        As `completeness.completeness` gives it.
    contradictions : DataFrame
        As `consistency.consistency` gives it.
    before : dict
        The same figures on the earlier day, by name: their baselines. Empty for that day itself.
    """
    half = Z * score.std(ddof=0) / np.sqrt(max(len(score), 1))
    ready = readiness(people).set_index("state").loc["ready"]
    judged = blanks[blanks["severity"] != "fine"]
    empty = with_shares(pd.DataFrame({"count": [judged["count"].sum()], "n": [judged["n"].sum()]})).loc[0]
    wrong = with_shares(contradictions[["count", "n"]].sum().to_frame().T).loc[0]
    facts = [
        ("picture_score", _("Picture of a customer filled"), score.mean(), score.mean() - half,
         min(score.mean() + half, 1.0), len(score)),
        ("crm_ready_share", _("Customers with assets who can be contacted"), *_bounds(ready)),
        ("blank_share", _("Blank values that matter"), *_bounds(empty)),
        ("contradiction_share", _("Rows that contradict another table"), *_bounds(wrong)),
    ]  # fmt: skip
    return [
        {"name": name, "label": label, "value": value, "low": low, "high": high, "unit": "share", "n": n}
        | {"baseline": before.get(name)}
        for name, label, value, low, high, n in facts
    ]


def duplicate_figures(same: Summary) -> list[dict]:
    """Arguments of `analysis.report.results.figure`: further records of persons already there."""
    if not same.judged:
        return []
    bounds = {"value": same.share, "low": same.low, "high": same.high, "n": same.judged}
    return [{"name": "duplicate_share", "label": _("Persons recorded twice"), "unit": "share"} | bounds]


def _bounds(row: pd.Series) -> tuple:
    return row["share"], row["low"], row["high"], int(row["n"])


def decision(table: pd.DataFrame, currency: str) -> dict:
    """Arguments of `analysis.report.results.decision`: which column is mended first, for whom.

    Parameters
    ----------
    table : DataFrame
        As `repairs` gives it.
    currency : str
    """
    if table.empty:
        who = _("Data steward of customers")
        return {"who": who, "what": _("Nothing to mend: no column of customers has blanks."), "customers": 0}
    absent = table[~table["recorded"]]
    if len(absent):
        what = _(
            "Deliver the columns of customers that hold nothing for anybody: {columns}. Until then what rests"
            " on them cannot be judged for any customer."
        ).format(columns=", ".join(absent["column"]))
        return _for(_("Owner of the customer system"), what, absent.iloc[0], currency)
    first = table.iloc[0]
    what = _("Fill {column} first, the customers with most assets before the others: {n} lack it{held}.")
    held = "" if pd.isna(first["assets"]) else " (" + money(first["assets"], currency) + ")"
    said = what.format(column=first["label"], n=number(first["count"]), held=held)
    return _for(_("Data steward of customers"), said, first, currency)


def _for(who: str, what: str, row: pd.Series, currency: str) -> dict:
    known = {"money": float(row["assets"]), "currency": currency} if pd.notna(row["assets"]) else {}
    return {"who": who, "what": what, "customers": int(row["count"]), **known}
