"""Labels told of later texts beside those of baselines: measures, gains, label by label."""

import numpy as np
import pandas as pd

from analysis.language import _
from analysis.statistics import calibration
from analysis.statistics import classification as binary
from analysis.statistics.text import agreement

MAJORITY, KEYWORDS, TFIDF, OURS = "majority", "keywords", "tfidf_logistic", "ours"
BASELINES = (MAJORITY, KEYWORDS, TFIDF)
MEASURES = ("macro_f1", "accuracy", "kappa")
MODEL, NOTHING = "model", "nothing"


def names() -> dict[str, str]:
    """What the candidates are, in words."""
    return {
        MAJORITY: _("commonest label"),
        KEYWORDS: _("keywords"),
        TFIDF: _("TF-IDF + logistic regression"),
        OURS: _("the model"),
    }


def compared(outcome: pd.DataFrame, unit: np.ndarray, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Measures of all candidates on later texts, and how far ours is ahead of the others.

    Parameters
    ----------
    outcome : DataFrame
        Rows of `Classification.outcome`.
    unit : array
        Unit of each row, such as the customer.

    Returns
    -------
    tuple of DataFrame
        As `Classification.measures` and `Classification.gains`.
    """
    confusions = {name: _confusion(outcome, name) for name in (*BASELINES, OURS)}
    rows, gains = {}, {}
    for name, confusion in confusions.items():
        found = binary.intervals(confusion.measures, unit, seed)
        rows[name] = {"label": names()[name]} | {
            f"{measure}{suffix}": found.loc[measure, column]
            for measure in MEASURES
            for suffix, column in (("", "value"), ("_low", "low"), ("_high", "high"))
        }
        if name != OURS:
            ahead = agreement.differences(confusions[OURS], confusion)
            gains[name] = binary.intervals(ahead, unit, seed).loc["macro_f1"]
    return pd.DataFrame(rows).T.infer_objects(), pd.DataFrame(gains).T


def _confusion(outcome: pd.DataFrame, candidate: str) -> agreement.Confusion:
    return agreement.Confusion(outcome["given"], outcome["told" if candidate == OURS else candidate])


def used(measures: pd.DataFrame, gains: pd.DataFrame) -> str:
    """What labels go by: "model" if it is ahead of keywords and beyond chance, "keywords" if they are, or "nothing"."""
    beyond_chance = measures["kappa_low"] > 0
    if beyond_chance[OURS] and gains.loc[KEYWORDS, "low"] > 0:
        return MODEL
    return KEYWORDS if beyond_chance[KEYWORDS] else NOTHING


def by_class(outcome: pd.DataFrame, unit: np.ndarray, learnt_on: pd.Series, seed: int) -> pd.DataFrame:
    """As `Classification.by_class`, the most frequent first; `learnt_on` has the number of learnt texts by label."""
    table = agreement.class_intervals(_confusion(outcome, OURS), unit, seed)
    for name, candidate in (("keywords", KEYWORDS), ("tfidf", TFIDF)):
        table[name] = _confusion(outcome, candidate).by_class()["f1"]
    table.insert(0, "learnt_on", learnt_on.reindex(table.index, fill_value=0))
    table = table.assign(known=table["learnt_on"] > 0).drop(columns="told")
    return table.sort_values("n", ascending=False, kind="stable")


def reliability(outcome: pd.DataFrame, unit: np.ndarray, seed: int) -> dict:
    """reliability, ece and ece_by_chance as `Classification` has them."""
    right, p = outcome["right"].to_numpy(), outcome["probability"].to_numpy()
    bins = binary.quantile_bins(p)
    return {
        "reliability": calibration.curve(right, p, unit),
        "ece": binary.decomposition(binary.binned(right, p, bins))["ece"],
        "ece_by_chance": binary.chance_ece(p, bins, seed),
    }
