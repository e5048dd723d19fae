"""Pairs, groups and the count of customers who are recorded twice."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow.compute as pc
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from analysis.language import _, number, percent
from analysis.statistics.intervals import wilson
from analysis.topics.data_quality.duplicates.comparison import LEVELS, compare, evidence
from analysis.topics.data_quality.duplicates.model import probabilities
from analysis.topics.data_quality.duplicates.records import block, plain, prepare, strangers


class NotJudged(ValueError):
    """The data do not tell whether a customer is recorded twice; the message says what is missing."""


def judged(customers) -> int:
    """How many customers can be judged: their name is known, and birth date, telephone or e-mail.

    Parameters
    ----------
    customers : pandas.DataFrame, pyarrow.Table or ibis.Table
        As for `duplicate_pairs`.
    """
    return _judged(plain(customers))


def _judged(table) -> int:
    def known(name):
        return pc.and_(table[name].is_valid(), pc.not_equal(pc.fill_null(table[name].cast("string"), ""), ""))

    other = pc.or_(pc.or_(known("birth_date"), known("phone")), known("email"))
    return pc.sum(pc.and_(known("name"), other)).as_py() or 0


def duplicate_pairs(customers, threshold: float = 0.5) -> pd.DataFrame:
    """Pairs of customers that are probably one person.

    Parameters
    ----------
    customers : pandas.DataFrame, pyarrow.Table or ibis.Table
        One row per customer: customer_id and any of name, birth_date, gender, phone, email.
    threshold : float
        Smallest probability of a pair, from 0.5 (more probably one person than not) to 1.

    Returns
    -------
    DataFrame
        One row per pair, most probable first: customer_left, customer_right, probability, evidence (which
        fields agree and how, in words). It holds no personal data beyond the two customer numbers.

    Raises
    ------
    NotJudged
        If fewer than two customers have a name and a birth date, telephone or e-mail.
    ValueError
        If the threshold or the table is unusable.

    Notes
    -----
    Fellegi & Sunter (1969), Journal of the American Statistical Association 64, with two further classes of
    pairs for households; docs/duplicates.md gives the rates, the assumptions and the measured precision.
    """
    if not 0.5 <= threshold <= 1:
        raise ValueError(f"threshold is {threshold}; expected a probability from 0.5 to 1")
    table = plain(customers)
    if _judged(table) < 2:
        raise NotJudged(_not_judged(table))
    table = table.sort_by("customer_id")  # so that the order of the rows does not matter
    with prepare(table) as connection:
        block(connection)
        strangers(connection)
        pairs = compare(connection, "candidate")
        probability = probabilities(connection, pairs)
    chosen = np.flatnonzero(probability >= threshold)
    kept = {name: pairs[name][chosen] for name in ("l", "r", *LEVELS)}
    ids = table["customer_id"]
    frame = pd.DataFrame(
        {
            "customer_left": pd.Series(ids.take(kept["l"]).to_pylist(), dtype="str"),
            "customer_right": pd.Series(ids.take(kept["r"]).to_pylist(), dtype="str"),
            "probability": probability[chosen],
            "evidence": pd.Series(evidence(kept), dtype="str"),
        }
    )
    return frame.sort_values(
        ["probability", "customer_left", "customer_right"], ascending=[False, True, True], ignore_index=True
    )


def _not_judged(table) -> str:
    empty = [name for name in LEVELS if table[name].null_count == len(table)]
    if not empty:
        return _(
            "Duplicates of customers cannot be judged: fewer than two customers have a name and a birth"
            " date, telephone or e-mail."
        )
    return _(
        "Duplicates of customers cannot be judged: customers has no values of {columns}; a name and a"
        " birth date, telephone or e-mail are needed."
    ).format(columns=", ".join(empty))


def duplicate_groups(pairs: pd.DataFrame) -> pd.DataFrame:
    """Customers that pairs hold together.

    Parameters
    ----------
    pairs : DataFrame
        As `duplicate_pairs` gives it.

    Returns
    -------
    DataFrame
        One row per group: group (counted from 1), customers (how many records), members (their customer
        numbers, sorted), probability (of the weakest pair that holds the group together).
    """
    ids = pd.unique(pd.concat([pairs["customer_left"], pairs["customer_right"]]).sort_values())
    place = pd.Series(range(len(ids)), index=ids)
    left, right = (place.reindex(pairs[f"customer_{side}"]).to_numpy(dtype=int) for side in ("left", "right"))
    graph = coo_array((np.ones(len(pairs)), (left, right)), shape=(len(ids), len(ids)))
    label = connected_components(graph, directed=False)[1] if len(ids) else np.array([], dtype=int)
    members = pd.Series(ids, dtype="str").groupby(label).agg(list)
    weakest = pairs["probability"].groupby(label[left]).min()
    return pd.DataFrame(
        {
            "group": np.arange(1, len(members) + 1),
            "customers": members.map(len).astype(int).to_numpy(),
            "members": members.to_numpy(),
            "probability": weakest.to_numpy(dtype=float),
        }
    )


@dataclass(frozen=True)
class Summary:
    """How many customers are recorded more than once.

    Attributes
    ----------
    judged : int
        Customers that can be judged.
    groups : int
        Persons recorded more than once.
    surplus : int
        Records beyond the first one of each person.
    share, low, high : float
        Surplus records of the customers judged, with Wilson's 95 % interval; missing if none can be judged.
    false_matches : float
        Pairs expected to be wrong: the sum of 1 − probability.
    sentence : str
    """

    judged: int
    groups: int
    surplus: int
    share: float
    low: float
    high: float
    false_matches: float
    sentence: str


def summary(customers, pairs: pd.DataFrame | None) -> Summary:
    """The facts of a search; `pairs` is None where `duplicate_pairs` raised `NotJudged`."""
    table = plain(customers)
    n = _judged(table)
    if pairs is None or n < 2:
        return Summary(n, 0, 0, np.nan, np.nan, np.nan, np.nan, _not_judged(table))
    groups = duplicate_groups(pairs)
    surplus = int((groups["customers"] - 1).sum())
    low, high = (float(bound) for bound in wilson(surplus, n))
    wrong = float((1 - pairs["probability"]).sum())
    none = _(
        "None of {n} customers who can be judged is a further record of a person already there (95% interval up"
        " to {high})."
    )
    some = _(
        "{surplus} of {n} customers who can be judged ({share}, 95% interval {low} to {high}) are a further"
        " record of a person already there, in {groups} groups; about {wrong} of the {pairs} pairs found are"
        " expected to be wrong."
    )
    words = (some if surplus else none).format(
        surplus=number(surplus),
        n=number(n),
        share=percent(surplus / n, 2),
        low=percent(low, 2),
        high=percent(high, 2),
        groups=number(len(groups)),
        wrong=number(wrong, 1),
        pairs=number(len(pairs)),
    )
    return Summary(n, len(groups), surplus, surplus / n, low, high, wrong, words)
