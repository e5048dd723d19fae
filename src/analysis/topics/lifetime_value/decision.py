"""The decision: whom to turn to first."""

import pandas as pd

from analysis.language import _, number, percent
from analysis.topics.segmentation.health import SMALLEST_GROUP


def whom(values: pd.DataFrame, quota: float = 0.05) -> dict:
    """Who to look after first: the `quota` of customers with most value at risk, or most valuable if none is known.

    At least as many as a report may count.

    Returns
    -------
    dict
        who, what, customers, money, stake: arguments of `analysis.report.results.decision`; chosen: the customers.
    """
    by = "at_risk" if values["at_risk"].gt(0).any() else "value"
    chosen = values[values[by] > 0].nlargest(max(int(len(values) * quota), SMALLEST_GROUP), by)
    return {
        "who": _("Head of retail banking"),
        "what": _call(chosen[by], values[by]),
        "customers": len(chosen),
        "money": float(chosen[by].sum()),
        "stake": _("value at risk") if by == "at_risk" else _("value"),
        "chosen": chosen,
    }


def _call(chosen: pd.Series, all_: pd.Series) -> str:
    """The decision in words; the series are named by what the customers were chosen by."""
    if chosen.empty:
        return _("Turn to nobody for the sake of value: no customer brings more than they cost.")
    at_risk = all_.name == "at_risk"
    if len(chosen) < SMALLEST_GROUP:
        words = (
            _("Call the customers with value at risk: they are fewer than {count}.")
            if at_risk
            else _("Look after the customers who bring more than they cost: they are fewer than {count}.")
        )
        return words.format(count=number(SMALLEST_GROUP))
    words = (
        _(
            "Call the {count} customers with most value at risk: they are {part} of all and hold {share} of the"
            " value that may go."
        )
        if at_risk
        else _(
            "Look after the {count} most valuable customers: they are {part} of all and bring {share} of all value"
            " above zero. Whose value may go cannot be told from these data."
        )
    )
    return words.format(
        count=number(len(chosen)),
        part=percent(len(chosen) / len(all_)),
        share=percent(chosen.sum() / all_.clip(lower=0).sum()),
    )
