"""Does it matter how people were asked? Differences between modes, with age and assets alike."""

import numpy as np
import pandas as pd
from scipy.stats import norm

from analysis.language import _, listed, number, together
from analysis.statistics.least_squares import clustered
from analysis.statistics.multiplicity import holm
from analysis.topics.survey import constructs as co

OVERLAP = 0.5  # least part of a mode's respondents within the ages of the reference's middle 95 %
LEAST = 30  # responses of a mode

COLUMNS = ["construct", "label", "mode", "reference", "raw", "difference", "low", "high", "p_value", "p_adjusted", "overlap",
           "comparable", "customers"]  # fmt: skip


def effects(
    scores: pd.DataFrame, items: pd.DataFrame, asked_how: pd.DataFrame, weights=None, level: float = 0.95
) -> pd.DataFrame:
    """Difference of each construct's mean between a mode and the most frequent one, adjusted.

    Parameters
    ----------
    scores, items, weights
        As in `index.fit`.
    asked_how : DataFrame
        One row per response, as `scores`: mode; age, assets and customer_id if known.

    Returns
    -------
    DataFrame
        One row per construct of several items and mode other than the reference: construct, label, mode, reference, raw
        (points), difference (adjusted for age and its square and the logarithm of assets), low, high, p_value, p_adjusted
        (Holm over all rows), overlap (part of the mode's respondents within the middle 95 % of the reference's ages),
        comparable (overlap of a half or more), customers. Differences are blank where modes are not comparable: they
        would be those of age. Empty with one mode.

    Notes
    -----
    Least squares with errors clustered by customer (Liang & Zeger 1986). Whoever chose the mode may differ in what is
    not adjusted for.
    """
    asked = co.questionnaire(scores, items)
    counts = asked_how["mode"].value_counts()
    counts = counts[counts >= LEAST]
    if len(counts) < 2:
        return pd.DataFrame(columns=COLUMNS)
    reference, others = counts.index[0], list(counts.index[1:])
    overlap = {mode: _overlap(asked_how, reference, mode) for mode in others}
    weight = np.ones(len(scores)) if weights is None else np.asarray(weights, dtype=float)
    z = norm.ppf((1 + level) / 2)
    rows = []
    for construct, own in co.several(asked).items():
        value = scores[own].mean(axis=1).to_numpy()
        for mode in others:
            raw, difference, error, people = _difference(value, asked_how, reference, mode, weight)
            comparable = overlap[mode] >= OVERLAP
            difference, error = (difference, error) if comparable else (np.nan, np.nan)
            p = 2 * norm.sf(abs(difference / error)) if error > 0 else np.nan
            rows.append((construct, co.label(construct), mode, reference, raw, difference, difference - z * error,
                         difference + z * error, p, overlap[mode], comparable, people))  # fmt: skip
    table = pd.DataFrame(rows, columns=[c for c in COLUMNS if c != "p_adjusted"])
    return table.assign(p_adjusted=holm(table["p_value"]))[COLUMNS]


def _overlap(asked_how: pd.DataFrame, reference: str, mode: str) -> float:
    if "age" not in asked_how or not asked_how["age"].notna().any():
        return 1.0
    low, high = asked_how["age"][asked_how["mode"] == reference].quantile([0.025, 0.975])
    own = asked_how["age"][asked_how["mode"] == mode].dropna()
    return float(own.between(low, high).mean()) if len(own) else 0.0


def _difference(
    value: np.ndarray, asked_how: pd.DataFrame, reference: str, mode: str, weight: np.ndarray
) -> tuple[float, float, float, int]:
    """Raw and adjusted difference, its standard error, customers of the mode."""
    here = asked_how["mode"].isin([reference, mode]).to_numpy() & ~np.isnan(value) & (weight > 0)
    part, y, w = asked_how[here], value[here], weight[here]
    other = (part["mode"] == mode).to_numpy(float)
    people = part["customer_id"] if "customer_id" in part else pd.Series(part.index, part.index)
    raw = np.average(y, weights=w * other) - np.average(y, weights=w * (1 - other))
    x = np.column_stack([np.ones(len(y)), other, *_known(part)])
    beta, spread = clustered(x, y, w, people)
    return float(raw), float(beta[1]), float(np.sqrt(spread[1, 1])), int(people[other == 1].nunique())


def _known(part: pd.DataFrame) -> list[np.ndarray]:
    """Age, its square and the logarithm of assets, centred, the blank ones at the mean with a column of their own."""
    columns = []
    for name, transform in (("age", lambda a: a / 10), ("assets", lambda a: np.log1p(a.clip(lower=0)))):
        if name not in part or not part[name].notna().any():
            continue
        given = transform(part[name].astype(float))
        centred = (given - given.mean()).fillna(0.0).to_numpy()
        columns += [centred, centred**2] if name == "age" else [centred]
        if given.isna().any():
            columns.append(given.isna().to_numpy(float))
    return columns


def sentence(table: pd.DataFrame) -> str:
    """What the way of asking changes, from `effects`."""
    if table.empty:
        return _(
            "All were asked in the same way, or too few in another: an effect of the mode cannot be seen."
        )
    sure = table[table["p_adjusted"] < 0.05]
    apart = table[~table["comparable"].astype(bool)]
    if sure.empty:
        said = _("No construct is answered differently by mode, once age and assets are alike.")
    else:
        worst = sure.loc[sure["difference"].abs().idxmax()]
        said = _(
            "Asked by {mode} instead of {reference}, customers of the same age and assets rate {name} {points} points"
            " differently ({low} to {high}); {count} differences hold after Holm's correction."
        ).format(
            mode=worst["mode"],
            name=worst["label"],
            points=number(worst["difference"], 2),
            reference=worst["reference"],
            low=number(worst["low"], 2),
            high=number(worst["high"], 2),
            count=number(len(sure)),
        )
    if apart.empty:
        return said
    cannot = _("Not comparable, because other ages were asked in this way: {modes}.")
    return together(said, cannot.format(modes=listed(dict.fromkeys(apart["mode"]))))
