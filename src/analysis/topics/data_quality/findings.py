"""The answer: headline, key figures, and who mends what first, all computed."""

import numpy as np
import pandas as pd

from analysis.language import _, number, percent, together
from analysis.topics.data_quality.crm import readiness
from analysis.topics.data_quality.duplicates.findings import Summary
from analysis.topics.data_quality.picture import asked, by_area, complete
from analysis.topics.data_quality.tallies import with_shares

Z = 1.96
# Checks of `health` that must hold before anybody builds on the tables.
MUST_HOLD = ("contract", "tables_readable", "blanks", "tables_filled", "tables_agree")
SMALLEST = 11  # customers of whom a report may speak
# Columns that are not asked of everybody, with the area that says of whom.
ASKED = {"staff_id": "owner", "risk_appetite": "suitability"}


def columns() -> dict[str, str]:
    """Columns of customers that somebody has to fill in, with their names for people."""
    return {
        "phone_or_email": _("Telephone or e-mail"),
        "name": _("Name"),
        "birth_date": _("Birth date"),
        "gender": _("Gender"),
        "branch_id": _("Branch"),
        "region": _("Region"),
        "marketing_consent": _("Consent to be contacted"),
        "risk_appetite": _("Risk appetite, with wealth products"),
        "staff_id": _("Relationship manager, above the lowest tier"),
    }


def repairs(people: pd.DataFrame) -> pd.DataFrame:
    """Columns of customers that somebody has to fill in, the most money behind blanks first.

    Parameters
    ----------
    people : DataFrame
        As `picture.people` gives it: known_<column> for every column of `columns`, due_<area>, assets.

    Returns
    -------
    DataFrame
        One row per column with blanks: column, label, n (customers of whom it is asked), count (those
        without), share, low, high (Wilson), assets (of those without; missing if none are known), recorded
        (whether it is filled for anybody).
    """
    rows = []
    for name, label in columns().items():
        due, known = asked(people, ASKED.get(name, "")), people[f"known_{name}"].fillna(False).astype(bool)
        assets = people.loc[due & ~known, "assets"].sum(min_count=1)
        rows.append((name, label, int(due.sum()), int((due & ~known).sum()), assets, bool(known.any())))
    frame = pd.DataFrame(rows, columns=["column", "label", "n", "count", "assets", "recorded"])
    frame = with_shares(frame[frame["count"] > 0])
    order = ["assets", "count", "column"]
    return frame.sort_values(order, ascending=[False, False, True], ignore_index=True)


def headline(people: pd.DataFrame, score: pd.Series, contradictions: pd.DataFrame, checks: list) -> str:
    """The answer in three sentences: can the tables be trusted, what is not known, who can be contacted."""
    if people.empty:
        return _("There are no customers on this day.")
    return together(trust(contradictions, checks), _unknown(people, score), _reach(people))


def trust(contradictions: pd.DataFrame, checks: list) -> str:
    """Whether the tables can be built on, in a sentence; `checks` are those of `health`."""
    failed = [said for name, ok, said in checks if name in MUST_HOLD and not ok]
    if failed:
        return _("The tables need care. {first}").format(first=failed[0])
    said = _(
        "The tables can be trusted: all can be read, none has stopped being filled, and of {n} comparisons"
        " between them {count} failed."
    )
    return said.format(count=number(contradictions["count"].sum()), n=number(contradictions["n"].sum()))


def _unknown(people: pd.DataFrame, score: pd.Series) -> str:
    least = by_area(people).iloc[0]
    if not least["share"] < 1:
        return _("Nothing is missing that should be known of a customer.")
    said = _(
        "Of what should be known of a customer {score} is on record; most often missing: {area} ({share})."
    )
    return said.format(score=percent(score.mean()), area=least["label"], share=percent(1 - least["share"]))


def _reach(people: pd.DataFrame) -> str:
    if not people["area_contact"].any():
        return _("Nobody can be contacted: no telephone or e-mail is on record.")
    ready = readiness(people).set_index("state").loc["ready"]
    return _("{share} of customers with assets can be contacted and agreed to it.").format(
        share=percent(ready["share"])
    )


def figures(people: pd.DataFrame, score: pd.Series, contradictions: pd.DataFrame, before: dict) -> list[dict]:
    """Key figures, each a set of arguments of `analysis.report.results.figure`.

    Parameters
    ----------
    people, score
        As `picture.people` and `picture.scores` give them.
    contradictions : DataFrame
        As `consistency.consistency` gives it.
    before : dict
        The same figures on the earlier day, by name: their baselines. Empty for that day itself.
    """
    half = Z * score.std(ddof=0) / np.sqrt(max(len(score), 1))
    ready = readiness(people).set_index("state").loc["ready"]
    whole = pd.DataFrame({"count": [complete(people).sum()], "n": [len(people)]})
    known = {
        "value": score.mean(),
        "low": score.mean() - half,
        "high": min(score.mean() + half, 1.0),
        "n": len(score),
    }
    wrong = {"value": int(contradictions["count"].sum()), "n": int(contradictions["n"].sum())}
    facts = [
        ("picture_score", _("Known of a customer, of what should be"), "share", known),
        ("complete_share", _("Customers of whom nothing is missing"), "share", _bounds(with_shares(whole).loc[0])),
        ("contactable_share", _("Customers with assets who can be contacted"), "share", _bounds(ready)),
        ("contradictions", _("Contradictions between tables"), "", wrong),
    ]  # fmt: skip
    return [
        {"name": name, "label": label, "unit": unit, "baseline": before.get(name), **values}
        for name, label, unit, values in facts
    ]


def duplicate_figures(same: Summary) -> list[dict]:
    """Arguments of `analysis.report.results.figure`: further records of persons already there."""
    if not same.judged:
        return []
    bounds = {"value": same.share, "low": same.low, "high": same.high, "n": same.judged}
    return [{"name": "duplicate_share", "label": _("Persons recorded twice"), "unit": "share"} | bounds]


def _bounds(row: pd.Series) -> dict:
    return {"value": row["share"], "low": row["low"], "high": row["high"], "n": int(row["n"])}


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
        return {"who": who, "what": _("Nothing is missing: nothing to do."), "customers": 0}
    absent = table[~table["recorded"]]
    if len(absent):
        what = _("Deliver what is on record for no customer: {columns}.").format(
            columns=_("; ").join(absent["label"])
        )
        return _for(_("Owner of the customer system"), what, absent.iloc[0], currency)
    first = table.iloc[0]
    what = _(
        "Complete what is missing, first where most money is concerned: {label}, for {n} of {all} customers."
    )
    count = number(first["count"]) if first["count"] >= SMALLEST else _("fewer than {n}").format(n=SMALLEST)
    said = what.format(label=first["label"], n=count, all=number(first["n"]))
    return _for(_("Data steward of customers"), said, first, currency)


def _for(who: str, what: str, row: pd.Series, currency: str) -> dict:
    known = {}
    if pd.notna(row["assets"]):
        known = {"money": float(row["assets"]), "currency": currency, "stake": _("assets")}
    return {"who": who, "what": what, "customers": int(row["count"]), **known}
