"""Can the answers be trusted? Reliability of the constructs, and the checks on the survey."""

import numpy as np
import pandas as pd

from analysis.language import _, listed, number, percent
from analysis.statistics import reliability as rl
from analysis.topics.survey import constructs as co
from analysis.topics.survey import structure as st

RELIABLE = 0.7  # Nunnally (1978)
CARELESS = 0.1  # of the responses, at which the headline is to be read without them


def reliability(
    scores: pd.DataFrame, items: pd.DataFrame, weights=None, customers=None, draws: int = 300, seed: int = 0
) -> pd.DataFrame:
    """How well each construct is measured by its items.

    Parameters
    ----------
    scores, items, weights, customers
        As in `index.fit`.

    Returns
    -------
    DataFrame
        One row per construct of two or more items: construct, label, items, alpha, alpha_low, alpha_high, omega, omega_low,
        omega_high, item_rest (least correlation of an item with the others), weakest (that item), reliable (the lower end of
        omega is 0.7 or more), customers.

    Raises
    ------
    ValueError
        If the scores cannot be used, see `constructs.questionnaire` and `moments.checked`.
    """
    asked = co.questionnaire(scores, items)
    rows = []
    for construct, names in co.several(asked).items():
        found = rl.reliability(scores[names], weights, customers, draws, seed)
        own = rl.items_in_their_scale(scores[names], weights)
        worst = own.loc[own["item_rest"].idxmin()]
        here = scores[names].notna().any(axis=1).to_numpy()
        people = here.sum() if customers is None else pd.Series(np.asarray(customers)[here]).nunique()
        rows.append(
            {"construct": construct, "label": co.label(construct)}
            | {k: v for k, v in found.items() if k != "respondents"}
            | {
                "item_rest": worst["item_rest"],
                "weakest": worst["item"],
                "reliable": found["omega_low"] >= RELIABLE,
                "customers": int(people),
            }
        )
    columns = ["construct", "label", "items", "alpha", "alpha_low", "alpha_high", "omega", "omega_low", "omega_high",
               "item_rest", "weakest", "reliable", "customers"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def reliability_sentence(table: pd.DataFrame) -> str:
    """Which constructs are measured reliably, from `reliability`."""
    known = table.dropna(subset=["omega"])
    if known.empty:
        return _("No construct has two or more items: how reliable the answers are cannot be known.")
    weak, least = known[~known["reliable"].astype(bool)], known.loc[known["omega"].idxmin()]
    figures = {
        "name": least["label"],
        "omega": number(least["omega"], 2),
        "low": number(least["omega_low"], 2),
        "high": number(least["omega_high"], 2),
    }
    if weak.empty:
        return _(
            "All constructs are measured reliably; the least, {name}, has an omega of {omega} ({low} to {high})."
        ).format(**figures)
    return _(
        "Not shown to be measured reliably: {names}. The least reliable is {name}, with an omega of {omega} ({low} to"
        " {high}); {least} is needed."
    ).format(names=listed(weak["label"]), least=number(RELIABLE, 1), **figures)


def checks(table: pd.DataFrame, found: st.Structure, share: float) -> list[tuple[str, bool, str]]:
    """Checks as arguments of `report.results.health`.

    Parameters
    ----------
    table : DataFrame
        From `reliability`.
    share : float
        Of responses that were answered carelessly, see `careless.rates`.
    """
    return [
        ("survey_reliable", bool(table["reliable"].astype(bool).all()), reliability_sentence(table)),
        ("survey_structure", found.fits and found.apart, st.sentence(found)),
        (
            "survey_read",
            bool(share <= CARELESS),
            _("Responses straight-lined or too fast to be read: {share} (up to {most} is accepted).").format(
                share=percent(share), most=percent(CARELESS, 0)
            ),
        ),
    ]
