"""The contract's findings, condensed: which rule is broken in which table, by how many rows."""

from collections.abc import Sequence

import pandas as pd

from analysis.bank.check import Finding, check
from analysis.bank.source import View
from analysis.topics.data_quality.tallies import with_shares


def findings_of(view: View) -> list[Finding] | None:
    """The findings of the tables as they were delivered; None if the view is another one than the delivery.

    The contract is checked on all that is stored. On an earlier day, or for a part of the customers, it would
    tell what was not known then, or is not asked for.
    """
    if view.where or view.as_of < view.bank.latest():
        return None
    return check(view.bank)


def condensed(findings: Sequence[Finding], rows: dict[str, int]) -> pd.DataFrame:
    """Findings by table and rule; no value of the bank's data is among them.

    Parameters
    ----------
    findings : sequence of Finding
    rows : dict
        Rows by table.

    Returns
    -------
    DataFrame
        One row per table, severity and rule: table, severity, rule, columns (their names), count (most rows
        of a column that break it; 0 if the table or a column as a whole does), n (rows of the table), share,
        low, high; errors first, then by share.
    """
    columns = ["table", "severity", "rule", "column", "count"]
    frame = pd.DataFrame([[getattr(f, name) for name in columns] for f in findings], columns=columns)
    grouped = frame.groupby(["table", "severity", "rule"], sort=False)
    table = grouped.agg(columns=("column", lambda c: ", ".join(sorted(set(c)))), count=("count", "max"))
    table = table.reset_index()
    table["count"] = table["count"].astype("int64")
    table["n"] = table["table"].map(rows).fillna(0).astype("int64")
    table = with_shares(table)
    return table.sort_values(["severity", "share"], ascending=[True, False], ignore_index=True)
