"""Does doing worse cost more than doing better wins? Asymmetric effects of the drivers, as Kano described them."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.stats import norm

from analysis.language import _, listed, number, together
from analysis.statistics.least_squares import clustered
from analysis.statistics.multiplicity import holm
from analysis.topics.survey import constructs as co
from analysis.topics.survey import drivers as dr

LEAST = 50  # responses, and at least this share of them on either side of the knot
SIDE = 0.1
COLUMNS = ["driver", "label", "knot", "penalty", "penalty_low", "penalty_high", "reward", "reward_low", "reward_high",
           "contrast", "low", "high", "p_value", "p_adjusted", "kind", "customers"]  # fmt: skip


def asymmetry(
    scores: pd.DataFrame,
    items: pd.DataFrame,
    target: str = "SAT",
    drivers: Sequence[str] | None = None,
    weights=None,
    customers=None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Slope of the target below and above each driver's median, all drivers together.

    Parameters
    ----------
    scores, items, weights, customers
        As in `index.fit`.
    target : str
        Construct or item to be explained.
    drivers : sequence of str, optional
        Constructs or items; `drivers.causes` if not given.

    Returns
    -------
    DataFrame
        One row per driver: driver, label, knot (its median), penalty (points of the target lost for a point less, below the
        knot), reward (points won for a point more, above it), contrast (reward − penalty), each with its interval,
        p_value (of no contrast), p_adjusted (Holm over the drivers), kind ("basic": penalty larger; "delight": reward
        larger; "even": an effect without a contrast; "none"), customers. Blank where too few stand on one side.

    Raises
    ------
    ValueError
        If a name is unknown, or fewer than 50 responses have the target and all drivers.

    Notes
    -----
    The penalty-reward contrast of Brandt (1987) as slopes instead of dummies for the lowest and highest scores (Mikulić &
    Prebežac 2011, Managing Service Quality 21, compare such methods): at the same rate of false alarms slopes find more
    (docs/survey_drivers.md). Least squares with errors clustered by customer. Errors of measurement make both slopes and the
    contrast smaller. Kano, Seraku, Takahashi & Tsuji (1984).
    """
    asked = co.questionnaire(scores, items)
    names = list(dr.causes(asked) if drivers is None else drivers)
    values = _values(scores, co.equal_weights(asked, [*names, target]))
    weight = pd.Series(1.0 if weights is None else np.asarray(weights, dtype=float), scores.index)
    who = pd.Series(np.arange(len(scores)) if customers is None else np.asarray(customers), scores.index)
    here = values.notna().all(axis=1) & (weight > 0)
    if here.sum() < max(LEAST, 4 * len(names)):
        raise ValueError(
            _("{n} responses have {target} and all of {names}; expected at least {least}").format(
                n=number(here.sum()),
                target=target,
                names=listed(names),
                least=number(max(LEAST, 4 * len(names))),
            )
        )
    values, weight, who = values[here], weight[here].to_numpy(), who[here].to_numpy()
    knots = values[names].median()
    below = (values[names] - knots).clip(upper=0).to_numpy()
    above = (values[names] - knots).clip(lower=0).to_numpy()
    x = np.column_stack([np.ones(len(values)), below, above])
    beta, spread = clustered(x, values[target].to_numpy(), weight, who)
    thin = ((below < 0).mean(axis=0) < SIDE) | ((above > 0).mean(axis=0) < SIDE)
    z = norm.ppf((1 + level) / 2)
    rows = []
    for k, name in enumerate(names):
        known = [name, co.label(name), knots[name]]
        at = (k + 1, k + 1 + len(names))
        rows.append([*known, *([np.nan] * 10 if thin[k] else _slopes(beta, spread, at, z))])
    table = pd.DataFrame(rows, columns=COLUMNS[:13])
    table["p_adjusted"] = holm(table["p_value"])
    return table.assign(kind=[_kind(row) for row in table.itertuples()], customers=len(np.unique(who)))[
        COLUMNS
    ]


def _values(scores: pd.DataFrame, weight: pd.DataFrame) -> pd.DataFrame:
    """Means of the items that were answered."""
    return pd.DataFrame({name: scores[list(w.index[w > 0])].mean(axis=1) for name, w in weight.items()})


def _slopes(beta: np.ndarray, spread: np.ndarray, at: tuple[int, int], z: float) -> list[float]:
    """Penalty, reward and contrast, each with its interval, and the p-value of no contrast."""
    low, high = at
    found = []
    for place in at:
        half = z * np.sqrt(spread[place, place])
        found += [beta[place], beta[place] - half, beta[place] + half]
    contrast = beta[high] - beta[low]
    error = np.sqrt(spread[high, high] + spread[low, low] - 2 * spread[low, high])
    p = 2 * norm.sf(abs(contrast) / error) if error > 0 else np.nan
    return [*found, contrast, contrast - z * error, contrast + z * error, p]


def _kind(row) -> str:
    if np.isnan(row.contrast):
        return ""
    if row.p_adjusted < 0.05:
        return "basic" if row.contrast < 0 else "delight"
    return "even" if row.penalty_low > 0 or row.reward_low > 0 else "none"


def kind_labels() -> dict[str, str]:
    """What the kinds of `asymmetry` are called."""
    return {
        "basic": _("Basic: doing worse costs more"),
        "delight": _("Delight: doing better wins more"),
        "even": _("As much either way"),
        "none": _("No effect of its own"),
        "": _("Not known"),
    }


def sentence(table: pd.DataFrame) -> str:
    """Which drivers are asymmetric, from `asymmetry`."""
    known = table.dropna(subset=["contrast"])
    if known.empty:
        return _("Too few stand on either side of the middle: asymmetric effects cannot be seen.")
    said = []
    for kind, words in (
        ("basic", _("Doing worse costs more than doing better wins: {names}.")),
        ("delight", _("Doing better wins more than doing worse costs: {names}.")),
    ):
        part = known[known["kind"] == kind]
        if len(part):
            said.append(words.format(names=listed(part["label"])))
    if said:
        return together(*said)
    widest = known.loc[known["contrast"].abs().idxmax()]
    return _(
        "No driver is asymmetric beyond chance (Holm's correction); the largest difference between reward and penalty is"
        " {contrast} ({low} to {high}, by itself), of {name}."
    ).format(
        contrast=number(widest["contrast"], 2),
        low=number(widest["low"], 2),
        high=number(widest["high"], 2),
        name=widest["label"],
    )
