"""How grave a complaint turned out, by the records, and what its words warn of on the first day."""

import re

import numpy as np
import pandas as pd

from analysis.language import _
from analysis.statistics.intervals import wilson
from analysis.statistics.text import tokens
from analysis.topics.complaints import clock as clk

GRAVE, ORDINARY = "grave", "ordinary"
SIGNALS = {
    "leaving": re.compile(
        r"销户|销卡|注销账户|换(?:家|个)?银行|转走|全部取(?:走|出)|不再(?:使用|用)你们|close my account|closing my account"
        r"|switch(?:ing)? banks?|leave (?:this|your) bank|take my (?:money|business)|another bank"
    ),
    "authority": re.compile(
        r"监管|银保监|银监|金融监督|人民银行|央行|消保|消协|12363|12378|12315|信访|起诉|律师|法院|仲裁|媒体|曝光"
        r"|regulator|cfpb|ombudsman|attorney|lawyer|lawsuit|\bsue\b|small claims|court|better business bureau|\bbbb\b"
    ),
}


def names() -> dict[str, str]:
    """The grades and the signals in words."""
    return {
        GRAVE: _("grave"),
        ORDINARY: _("ordinary"),
        "leaving": _("threatens to leave"),
        "authority": _("names an authority, a lawyer or the press"),
        "neither": _("neither"),
    }


def graded(cases: pd.DataFrame, day, legal: clk.Legal = clk.LEGAL) -> pd.DataFrame:
    """Grade of each complaint by what became of it.

    Parameters
    ----------
    cases : DataFrame
        One row per feedback, as `cases.cases` gives it: the columns that `clock.clock` takes, outcome, compensation.
    day : date
        Day of the analysis.
    legal : clock.Legal

    Returns
    -------
    DataFrame
        One row per complaint of `clock.clock`, in the order of `cases`: feedback_id, complex, compensated (upheld at
        least in part, with money), overrun (resolved after the legal time, or open beyond it), grade ("grave" if any of
        the three, else "ordinary"), known_at (when the longest legal time had passed, so that the grade is settled).
        grade is missing for complaints received so late that this lies after `day`: the quick ones among them are
        closed, the slow ones are not; and for all where the clock is unknown.
    """
    rows = clk.clock(cases, day, legal)
    hard, overrun = rows["kind_of_case"] == "complex", rows["state"].isin(("late", "overdue"))
    paid = rows["outcome"].isin(["upheld", "partly_upheld"]) & (rows["compensation"].fillna(0) > 0)
    known_at = rows["received_at"] + pd.Timedelta(days=legal.complex + legal.extension)
    settled = (known_at < pd.Timestamp(day) + pd.Timedelta(days=1)) & (not clk.unknown(rows))
    grade = pd.Series(np.where(hard | paid | overrun, GRAVE, ORDINARY), index=rows.index, dtype="str")
    return pd.DataFrame({
        "feedback_id": rows["feedback_id"], "complex": hard, "compensated": paid, "overrun": overrun,
        "grade": grade.where(settled), "known_at": known_at,
    })  # fmt: skip


def signals(texts: pd.DataFrame) -> pd.DataFrame:
    """What the words of a complaint warn of: feedback_id, leaving, authority (truth values), one row per text."""
    plain = [tokens.plain(text) for text in texts["text"]]
    found = {name: [bool(pattern.search(text)) for text in plain] for name, pattern in SIGNALS.items()}
    # Without texts the lists have no type of their own.
    return pd.DataFrame({"feedback_id": texts["feedback_id"].to_numpy()} | found).astype(
        dict.fromkeys(SIGNALS, bool)
    )


def by_signal(grades: pd.DataFrame, warned: pd.DataFrame, customers: pd.Series) -> pd.DataFrame:
    """How often complaints with and without a warning turned out grave.

    Parameters
    ----------
    grades, warned : DataFrame
        From `graded` and `signals`.
    customers : Series
        Customer of each feedback, by feedback_id.

    Returns
    -------
    DataFrame
        One row per signal and one for neither: signal, label, complaints, customers, grave (share), low, high (95 %,
        Wilson).
    """
    rows = grades.dropna(subset="grade").merge(warned, on="feedback_id")
    rows["customer_id"] = rows["feedback_id"].map(customers)
    neither = ~rows[list(SIGNALS)].any(axis=1)
    found = []
    for name in (*SIGNALS, "neither"):
        part = rows[neither if name == "neither" else rows[name]]
        grave = int((part["grade"] == GRAVE).sum())
        low, high = wilson(grave, len(part))
        share = grave / len(part) if len(part) else np.nan
        found.append((name, names()[name], len(part), part["customer_id"].nunique(), share, low, high))
    return pd.DataFrame(found, columns=["signal", "label", "complaints", "customers", "grave", "low", "high"])
