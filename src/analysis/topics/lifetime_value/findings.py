"""The answer: headline, key figures and what was proven, all computed."""

import numpy as np
import pandas as pd

from analysis.language import _, day, money, number, percent, together
from analysis.statistics.concentration import top_share
from analysis.topics.lifetime_value import candidates as cand
from analysis.topics.lifetime_value import relationship
from analysis.topics.lifetime_value.choice import Evaluation
from analysis.topics.lifetime_value.valuation import Total
from analysis.topics.segmentation.health import SMALLEST_GROUP


def headline(values: pd.DataFrame, total: Total, months: int, currency: str) -> str:
    """The answer in two sentences: what customers are worth, and who holds it.

    Parameters
    ----------
    values : DataFrame
        One row per customer: value (currency).
    """
    first = _(
        "Over the next {months} months our {customers} customers are worth {value} today (95% interval"
        " {low} to {high}; if everybody just went on as before: {naive})."
    ).format(
        months=number(months),
        customers=number(len(values)),
        value=money(total.value, currency),
        low=money(total.low, currency),
        high=money(total.high, currency),
        naive=money(total.naive, currency),
    )
    costs = int((values["value"] < 0).sum())
    if not values["value"].gt(0).any():
        return together(first, _("No customer brings more than they cost."))
    words = (
        _(
            "The most valuable tenth brings {top} of all value above zero; {count} customers cost more"
            " than they bring."
        )
        if costs >= SMALLEST_GROUP
        else _("The most valuable tenth brings {top} of all value above zero.")
    )
    second = words.format(top=percent(_top(values["value"])), count=number(costs))
    return together(first, second)


def _top(values: pd.Series) -> float:
    """Share that the most valuable tenth brings of all value above 0; with those who cost, it may exceed the total."""
    return top_share(values.clip(lower=0), 0.1)


def figures(
    values: pd.DataFrame, total: Total, evaluation: Evaluation, held: pd.DataFrame, currency: str
) -> list[dict]:
    """Key figures, each a set of arguments of `analysis.report.results.figure`; the most telling come first.

    Parameters
    ----------
    values : DataFrame
        One row per customer: value, at_risk (currency).
    held : DataFrame
        Relationship out of time, as `relationship.accuracy` gives it; empty if unknown.
    """
    chosen = evaluation.outer.set_index("candidate").loc[evaluation.chosen]
    found = [
        {
            "name": "value_total",
            "value": total.value,
            "low": total.low,
            "high": total.high,
            "unit": currency,
            "baseline": total.naive,
            "n": len(values),
            "label": _("Value of all customers"),
        },
        {
            "name": "top_tenth_value_share",
            "value": _top(values["value"]),
            "unit": "share",
            "baseline": 0.1,
            "n": len(values),
            "label": _("Value of the most valuable tenth"),
        },
        {
            "name": "purchases_bias",
            "value": chosen["bias"],
            "unit": "share",
            "baseline": evaluation.outer.set_index("candidate").loc[cand.NAIVE, "bias"],
            "n": len(evaluation.outcome),
            "label": _("Total of purchases missed by"),
        },
        {
            "name": "purchases_gini",
            "value": chosen["gini"],
            "unit": "",
            "baseline": evaluation.outer.set_index("candidate").loc[cand.NAIVE, "gini"],
            "n": len(evaluation.outcome),
            "label": _("Ranking of customers by purchases (1 is perfect)"),
        },
    ]
    # Where no departure and no silence can be told, 0 would not be a finding.
    if values["at_risk"].gt(0).any():
        risk = {"unit": currency, "n": len(values), "label": _("Value at risk")}
        found.insert(1, {"name": "value_at_risk", "value": values["at_risk"].sum(), **risk})
    if evaluation.chosen != cand.NAIVE:
        found.insert(len(found) - 2, _saved(evaluation))
    if len(held):
        rule = held.set_index("rule")
        found.append(
            {
                "name": "relationship_realised",
                "value": rule.loc["predicted", "ratio"],
                "low": rule.loc["predicted", "low"],
                "high": rule.loc["predicted", "high"],
                "unit": "share",
                "baseline": rule.loc["naive", "ratio"],
                "label": _("Relationship margin, seen over expected"),
            }
        )
    return found


def _saved(evaluation: Evaluation) -> dict:
    gain, low, high = evaluation.gain
    return {
        "name": "error_below_naive",
        "value": gain,
        "low": min(low, gain),
        "high": max(high, gain),
        "unit": "share",
        "baseline": 0.0,
        "n": len(evaluation.outcome),
        "label": _("Error of purchases, below the naive forecast's"),
    }


def chosen_sentence(evaluation: Evaluation) -> str:
    """Which model was chosen, on what, and by how much it did better on what it had not seen."""
    names, gain = cand.labels(), evaluation.gain
    how = (
        _("{model} was asked for.")
        if evaluation.asked
        else _("{model} had the lowest error on the window from {inner} to {outer} and was chosen there.")
    )
    said = how.format(
        model=names[evaluation.chosen],
        inner=day(evaluation.windows.inner),
        outer=day(evaluation.windows.outer),
    )
    if evaluation.chosen == cand.NAIVE:
        return said
    return together(said, _proven(*gain))


def _proven(gain: float, low: float, high: float) -> str:
    if np.isnan(gain):
        return _("On the window after that, the naive forecast was never wrong.")
    if low <= 0 <= high:
        words = _(
            "On the window after that, which no choice had seen, its error did not differ from the naive forecast's"
            " beyond chance ({gain} below it, 95% interval {low} to {high})."
        )
    elif gain > 0:
        words = _(
            "On the window after that, which no choice had seen, its error was {gain} below the naive forecast's (95%"
            " interval {low} to {high})."
        )
    else:
        gain, low, high = -gain, -high, -low
        words = _(
            "On the window after that, which no choice had seen, its error was {gain} above the naive forecast's (95%"
            " interval {low} to {high})."
        )
    return words.format(gain=percent(gain), low=percent(low), high=percent(high))


def relationship_sentence(rules: pd.DataFrame, proof: relationship.Evaluation, currency: str) -> str:
    """How the margin foretold earlier compares with what came, and with the naive rule.

    Parameters
    ----------
    rules : DataFrame
        As `relationship.accuracy` gives it.
    """
    rows = rules.set_index("rule")
    ours, naive = rows.loc["predicted"], rows.loc["naive"]
    first = _(
        "Over {months} months {realised} came of {total} foretold: {ratio} (95% interval {low}–{high}); the naive"
        " rule, last month's margin times the months, foretold {naive}."
    ).format(
        months=number(proof.months),
        realised=money(ours["realised"], currency),
        total=money(ours["total"], currency),
        ratio=percent(ours["ratio"]),
        low=percent(ours["low"]),
        high=percent(ours["high"]),
        naive=money(naive["total"], currency),
    )
    second = _(
        "Per customer it missed by {mae} on average, the naive rule by {other}; rank correlation {rank} and {theirs}."
    ).format(
        mae=money(ours["mae"], currency),
        other=money(naive["mae"], currency),
        rank=number(ours["rank"], 2),
        theirs=number(naive["rank"], 2),
    )
    return together(first, second)


def at_risk(values: pd.DataFrame) -> pd.Series:
    """Value that goes with the customers who are expected to go: purchases by 1 − alive, relationship by 1 − kept."""
    lost = values["transaction_value"] * (1 - values["alive"].fillna(1.0))
    if "kept" in values:
        lost = lost + values["relationship_value"].clip(lower=0) * (1 - values["kept"].fillna(1.0))
    return lost
