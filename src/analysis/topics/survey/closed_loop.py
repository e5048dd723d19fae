"""Whether detractors were spoken to in the past, in time, and oftener than those who were content."""

from datetime import date

import numpy as np
import pandas as pd

from analysis.language import _, number, percent, together
from analysis.statistics.differences import share_difference
from analysis.statistics.intervals import wilson
from analysis.topics.survey.callbacks import WITHIN, due_on, spoken
from analysis.topics.survey.scores import SMALLEST


def followed_up(
    rows: pd.DataFrame, contacts: pd.DataFrame, as_of: date, *, country: str = "", within: int = WITHIN
) -> pd.DataFrame:
    """Were detractors spoken to in time, and oftener than the others who answered?

    Parameters
    ----------
    rows, contacts, as_of, country, within
        As for `callbacks.callbacks`; answers whose time to call has not run out are left out.

    Returns
    -------
    DataFrame
        Two rows: group ("detractor", "other"), label, customers, contacted (spoken to by whoever began it, within the
        working days), share, low, high (Wilson), difference, difference_low, difference_high (share of detractors less
        that of the others, Newcombe; in the first row).
    """
    due = due_on(rows["answered_on"], within, country)
    past = rows[due < pd.Timestamp(as_of)]
    past = past.assign(spoken=spoken(past, contacts, due)).drop_duplicates("customer_id", keep="last")
    names = {"detractor": _("Detractors"), "other": _("Others who answered")}
    table = pd.DataFrame({"group": list(names), "label": list(names.values())})
    parts = [past.loc[past["detractor"] == flag, "spoken"] for flag in (True, False)]
    table["customers"], table["contacted"] = [len(p) for p in parts], [int(p.sum()) for p in parts]
    table["share"] = table["contacted"] / table["customers"].where(table["customers"] > 0)
    table["low"], table["high"] = wilson(table["contacted"], table["customers"])
    first, other = (table.loc[k, ["contacted", "customers"]].astype(float) for k in (0, 1))
    gap = share_difference(*other, *first)
    for name, one in zip(("difference", "difference_low", "difference_high"), gap, strict=True):
        table[name] = [float(one), np.nan]
    return table


def sentence(table: pd.DataFrame | None) -> str:
    """Whether the loop was closed in the past, from `followed_up`; None if contacts are not recorded."""
    if table is None:
        return _("Whether detractors were called is not recorded: no table of contacts or activities.")
    first, other = table.iloc[0], table.iloc[1]
    if min(first["customers"], other["customers"]) < SMALLEST:
        words = _(
            "Of fewer than {least} detractors or others the time to call has run out: too few to compare."
        )
        return words.format(least=number(SMALLEST))
    words = _(
        "Of {n} detractors whose time has run out, {share} ({low} to {high}) were spoken to in time; of the others {other}."
    )
    said = words.format(
        n=number(first["customers"]), share=percent(first["share"]), low=percent(first["low"]),
        high=percent(first["high"]), other=percent(other["share"]),
    )  # fmt: skip
    if first["difference_low"] > 0:
        return said
    return together(
        said,
        _("That is no more than chance explains: nothing shows that anybody called because of the answer."),
    )
