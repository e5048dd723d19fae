"""Who did not read the questions: straight lines, speed, blanks; and what leaving them out does to the headline."""

import numpy as np
import pandas as pd

from analysis.language import _, number, percent, together
from analysis.statistics.intervals import wilson
from analysis.topics.survey import constructs as co

SECONDS_PER_ITEM = (
    2.0  # Huang et al. (2012), Journal of Business and Psychology 27: nobody reads and answers faster
)
LEAST_ANSWERED = 10  # items: with fewer the same answer to all is no sign


def flags(scores: pd.DataFrame, items: pd.DataFrame, seconds=None) -> pd.DataFrame:
    """Signs of careless answering of each response.

    Parameters
    ----------
    scores : DataFrame
        One row per response, one column per item.
    items : DataFrame
        One row per item: item, construct; scale_min, scale_max if known.
    seconds : array-like, optional
        Time taken for each response; blank where unknown.

    Returns
    -------
    DataFrame
        One row per response, as `scores`: straight (the same answer to all of 10 or more items of one scale), fast (less
        than two seconds per item answered; missing where the time is unknown), blank (half of the items or more not
        answered), careless (straight or fast).

    Notes
    -----
    The same answer everywhere can be meant, above all at the end of the scale: what is reported is the headline with and
    without, not a verdict on a person. Meade & Craig (2012), Psychological Methods 17.
    """
    asked = co.questionnaire(scores, items)
    straight = pd.Series(False, scores.index)
    for _scale, own in asked.groupby(["scale_min", "scale_max"]):
        part = scores[own["item"]]
        same = part.max(axis=1) == part.min(axis=1)
        straight |= same & (part.notna().sum(axis=1) >= LEAST_ANSWERED)
    answered = scores[asked["item"]].notna().sum(axis=1)
    taken = pd.Series(np.nan if seconds is None else np.asarray(seconds, dtype=float), scores.index)
    fast = (taken < SECONDS_PER_ITEM * answered).astype("boolean").mask(taken.isna())
    return pd.DataFrame(
        {
            "straight": straight,
            "fast": fast,
            "blank": answered <= len(asked) / 2,
            "careless": straight | fast.fillna(False).astype(bool),
        }
    )


def rates(found: pd.DataFrame, customers=None) -> pd.DataFrame:
    """How often each sign occurs.

    Parameters
    ----------
    found : DataFrame
        From `flags`.
    customers : array-like, optional
        Who responded.

    Returns
    -------
    DataFrame
        One row per sign: sign, label, responses (for which it is known), count, share, low, high (Wilson), customers.
    """
    names = {
        "straight": _("Same answer throughout"),
        "fast": _("Too fast to have read"),
        "blank": _("Half or more left blank"),
        "careless": _("Straight or too fast"),
    }
    who = pd.Series(np.arange(len(found)) if customers is None else np.asarray(customers), found.index)
    rows = []
    for sign, label in names.items():
        known = found[sign].dropna().astype(bool)
        count, n = int(known.sum()), len(known)
        share = count / n if n else np.nan
        rows.append((sign, label, n, count, share, *wilson(count, n), who[known.index].nunique()))
    return pd.DataFrame(
        rows, columns=["sign", "label", "responses", "count", "share", "low", "high", "customers"]
    )


def headline_without(
    scores: pd.DataFrame, items: pd.DataFrame, found: pd.DataFrame, weights=None, customers=None
) -> pd.DataFrame:
    """Scores of the headline with all responses, and without those that show a sign.

    Parameters
    ----------
    scores, items, weights, customers
        As in `index.fit`.
    found : DataFrame
        From `flags`.

    Returns
    -------
    DataFrame
        One row per left-out group: without ("nobody", "straight", "fast", "careless"), label, responses, nps (points), then
        the mean of each construct of several items in points of its scale, customers.
    """
    asked = co.questionnaire(scores, items)
    names = {
        "nobody": _("All responses"),
        "straight": _("Without straight lines"),
        "fast": _("Without the too fast"),
        "careless": _("Without both"),
    }
    weight = pd.Series(1.0 if weights is None else np.asarray(weights, dtype=float), scores.index)
    who = pd.Series(np.arange(len(scores)) if customers is None else np.asarray(customers), scores.index)
    rows = []
    for sign, label in names.items():
        kept = (
            pd.Series(True, scores.index)
            if sign == "nobody"
            else ~found[sign].fillna(False).astype(bool).to_numpy()
        )
        part, w = scores[kept], weight[kept]
        row = {"without": sign, "label": label, "responses": len(part), "nps": nps(part, w)}
        row |= {c: _mean(part[own].mean(axis=1), w) for c, own in co.several(asked).items()}
        rows.append(row | {"customers": who[kept].nunique()})
    return pd.DataFrame(rows)


def nps(scores: pd.DataFrame, weights: pd.Series) -> float:
    """Weighted share of promoters less that of detractors, in points; missing if nobody answered the question."""
    if co.NPS_ITEM not in scores:
        return np.nan
    given = scores[co.NPS_ITEM]
    return 100 * _mean(
        ((given >= co.PROMOTER).astype(float) - (given <= co.DETRACTOR)).where(given.notna()), weights
    )


def _mean(values: pd.Series, weights: pd.Series) -> float:
    known = values.notna()
    return float(np.average(values[known], weights=weights[known])) if weights[known].sum() > 0 else np.nan


def sentence(table: pd.DataFrame, without: pd.DataFrame) -> str:
    """How many were careless and what they change, from `rates` and `headline_without`."""
    row = table.set_index("sign").loc["careless"]
    first = _(
        "{share} of the responses ({low} to {high}) have the same answer throughout or were too fast to be read."
    )
    said = first.format(share=percent(row["share"]), low=percent(row["low"]), high=percent(row["high"]))
    scores = without.set_index("without")["nps"]
    if np.isnan(scores["nobody"]) or np.isnan(scores["careless"]):
        return said
    moved = _("The NPS of all waves together is {after} without them, {before} with them.")
    return together(
        said, moved.format(after=number(scores["careless"], 1), before=number(scores["nobody"], 1))
    )
