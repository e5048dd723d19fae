"""The findings of `analysis check`, for a report: which column breaks which rule, in how many rows."""

import re
from collections.abc import Sequence

import pandas as pd

from analysis.bank.check import Finding, check
from analysis.bank.source import View
from analysis.language import _
from analysis.topics.data_quality.tallies import with_shares


def findings_of(view: View) -> list[Finding] | None:
    """The findings of the tables as they were delivered; None if the view is another one than the delivery.

    The contract is checked on all that is stored. On an earlier day, or for a part of the customers, it would
    tell what was not known then, or is not asked for.
    """
    if view.where or view.as_of < view.bank.latest():
        return None
    return check(view.bank)


def broken_rules(findings: Sequence[Finding], rows: dict[str, int]) -> pd.DataFrame:
    """Findings as a table, apart from blanks, which `completeness` counts; no value of the bank's data is in it.

    Parameters
    ----------
    findings : sequence of Finding
    rows : dict
        Rows by table.

    Returns
    -------
    DataFrame
        One row per finding: where (table and column), severity and problem in words, count (rows that break
        the rule; 0 if the table or column as a whole does), n (rows of the table), share, low, high; errors
        first, then by share.
    """
    findings = [finding for finding in findings if finding.rule != "blank"]
    severities = {"error": _("cannot be used"), "warning": _("use with care")}
    table = pd.DataFrame(
        {
            "where": [f"{f.table}.{f.column}" if f.column else f.table for f in findings],
            "error": [f.severity == "error" for f in findings],
            "severity": [severities[f.severity] for f in findings],
            # What follows a colon are the engine's words, which may quote a value.
            "problem": [re.split("[:：]", f.problem)[0] for f in findings],
            "count": [f.count for f in findings],
            "n": [rows.get(f.table, 0) for f in findings],
        }
    )
    return with_shares(table).sort_values(["error", "share"], ascending=False, ignore_index=True)
