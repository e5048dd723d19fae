"""Who complains again: more than chance would, how soon after an answer, and about the same?"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import poisson

from analysis.language import _, number, percent
from analysis.statistics.survival import kaplan_meier
from analysis.topics.plain_table import require

DAY = pd.Timedelta(days=1)
WITHIN = 180  # days after the answer
FEWEST = 10


@dataclass(frozen=True)
class Repeats:
    """Repeat complainers against chance.

    Attributes
    ----------
    table : DataFrame
        One row per number of complaints (2, 3, 4 or more): least, label, customers (with so many or more), expected (if
        everybody complained at the same rate for as long as they were with the bank), low, high (95 % of what chance
        gives), ratio (customers over expected), p_value.
    share : float
        Of all complaints that are a customer's second or later one.
    customers : int
    """

    table: pd.DataFrame
    share: float
    customers: int


def repeats(cases: pd.DataFrame, people: pd.DataFrame) -> Repeats:
    """Customers with several complaints, against what chance would give.

    Parameters
    ----------
    cases : DataFrame
        Complaints of the period: customer_id (blank ones are left out).
    people : DataFrame
        One row per customer of the period: customer_id, days (with the bank in it).

    Returns
    -------
    Repeats

    Raises
    ------
    ValueError
        If nobody of `people` complained.

    Notes
    -----
    Complaints of a customer with exposure d are Poisson with mean λ d under chance, λ the rate of all; expected
    numbers are sums of Poisson tails. How many customers have k or more is a sum of many rare yes/no draws, so all but
    Poisson (Le Cam 1960, Pacific Journal of Mathematics 10). The p-value is one-sided. More than chance means that
    customers differ (in how much they use the bank, in what they put up with), or that one complaint leads to another:
    `recurrence` tells the second.
    """
    require(people, {"customer_id": "customer", "days": "with the bank"}, "customers")
    counts = people["customer_id"].map(cases["customer_id"].value_counts()).fillna(0).to_numpy()
    days = people["days"].to_numpy(float)
    if not (counts.sum() and days.sum() > 0):
        raise ValueError(
            _(
                "none of {n} customers has a complaint; expected customers and complaints of the same period"
            ).format(n=number(len(people)))
        )
    mean = counts.sum() * days / days.sum()
    records = []
    for least in (2, 3, 4):
        expected = float(poisson.sf(least - 1, mean).sum())
        seen = int((counts >= least).sum())
        low, high = poisson.ppf([0.025, 0.975], expected)
        label = _("{n} or more").format(n=number(least))
        p_value = float(poisson.sf(seen - 1, expected))
        records.append((least, label, seen, expected, low, high, seen / expected, p_value))
    names = ["least", "label", "customers", "expected", "low", "high", "ratio", "p_value"]
    again = (counts - 1).clip(min=0).sum() / counts.sum()
    return Repeats(pd.DataFrame(records, columns=names), float(again), len(people))


@dataclass(frozen=True)
class Recurrence:
    """What comes after an answer.

    Attributes
    ----------
    curves : DataFrame
        One row per kind of next complaint ("same" issue, "other" issue) and time: kind, label, customers, time (days since
        the resolution), at_risk, events, survival, low, high; recurred is 1 − survival.
    within : DataFrame
        One row per kind: kind, label, customers, share (who complained again within the days, were there no other
        kind), low, high, expected (of the same issue: by the issues' shares, of other: the rest, at the rate of all).
    days : int
    """

    curves: pd.DataFrame
    within: pd.DataFrame
    days: int


def recurrence(cases: pd.DataFrame, people: pd.DataFrame, days: int = WITHIN) -> Recurrence:
    """Time from the resolution of a complaint to the customer's next one, of the same issue and of another.

    Parameters
    ----------
    cases : DataFrame
        Complaints: customer_id, issue, received_at, resolved_at (blank while open). Only a customer's first resolved
        complaint begins a clock, so that each counts once; one received before that resolution is no recurrence.
    people : DataFrame
        One row per customer: customer_id, days (with the bank in the period), end (day after the last with the bank).
    days : int
        Within how many days.

    Notes
    -----
    Kaplan-Meier; leaving the bank and the end of the data censor, and so does the other kind of complaint (rates of one kind
    as long as the other has not happened). Expected: 1 − exp(−λ s t), with λ the rate of complaints a day of all
    customers and s the mean chance that a complaint has the issue of the first one.
    """
    known = cases.dropna(subset="customer_id")
    done = known.dropna(subset="resolved_at").sort_values("resolved_at").drop_duplicates("customer_id")
    firsts = done.merge(people[["customer_id", "end"]], on="customer_id")[
        ["customer_id", "issue", "resolved_at", "end"]
    ]
    later = firsts.merge(
        known[["customer_id", "issue", "received_at"]], on="customer_id", suffixes=("", "_next")
    )
    later = later[later["received_at"] > later["resolved_at"]].sort_values("received_at")
    following = later.drop_duplicates("customer_id").set_index("customer_id")
    firsts = firsts.set_index("customer_id").join(following[["received_at", "issue_next"]])
    firsts = firsts[firsts["end"] > firsts["resolved_at"]]
    again = firsts["received_at"].notna()
    # Two blanks are not known to be the same issue.
    same = again & (firsts["issue"] == firsts["issue_next"]).fillna(False).astype(bool)
    time = ((firsts["received_at"].fillna(firsts["end"]) - firsts["resolved_at"]) / DAY).to_numpy()
    shares = known["issue"].value_counts(normalize=True)
    alike = firsts["issue"].map(shares).fillna(0).mean() if len(firsts) else np.nan
    rate = len(known) / people["days"].sum() if people["days"].sum() else np.nan
    curves, within = [], []
    kinds = (("same", _("Same issue"), same, alike), ("other", _("Another issue"), again & ~same, 1 - alike))
    for kind, label, happened, part in kinds:
        curve = kaplan_meier(happened, time, fewest=FEWEST) if len(firsts) else kaplan_meier([], [])
        curves.append(curve.assign(kind=kind, label=label, customers=len(firsts)))
        # A span that ends earlier does not tell.
        told = (
            curve[curve["time"] <= days].iloc[-1:]
            if len(curve) and curve["time"].max() >= days
            else curve.iloc[:0]
        )
        share, low, high = (
            (1 - told[["survival", "high", "low"]].to_numpy()[0]) if len(told) else (np.nan,) * 3
        )
        expected = 1 - np.exp(-rate * part * days)
        within.append((kind, label, len(firsts), share, low, high, expected))
    names = ["kind", "label", "customers", "share", "low", "high", "expected"]
    return Recurrence(pd.concat(curves, ignore_index=True), pd.DataFrame(within, columns=names), days)


def sentence(found: Repeats, after: Recurrence) -> str:
    """Do customers complain again more than chance would?"""
    two = found.table.iloc[0]
    words = _("{n} customers complained twice or more, {ratio} times what chance gives ({expected}).")
    if two["p_value"] >= 0.05:
        words = _("{n} customers complained twice or more; chance gives {expected}.")
    said = words.format(
        n=number(two["customers"]), ratio=number(two["ratio"], 2), expected=number(two["expected"])
    )
    same = after.within.iloc[0]
    if pd.isna(same["share"]):
        return said
    if same["share"] == 0:
        return _(
            "{said} Within {days} days of an answer nobody complained about the same issue again, where the rate of all"
            " would give {usual}."
        ).format(said=said, days=number(after.days), usual=percent(same["expected"]))
    return _(
        "{said} Within {days} days of an answer {share} ({low} to {high}) complain about the same issue again, where"
        " the rate of all would give {usual}."
    ).format(
        said=said, days=number(after.days), share=percent(same["share"]), low=percent(same["low"]),
        high=percent(same["high"]), usual=percent(same["expected"]),
    )  # fmt: skip
