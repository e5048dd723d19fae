"""What the questionnaire means to measure: constructs, their names, and how they are held to act on each other."""

from collections.abc import Mapping, Sequence

import pandas as pd

from analysis.language import _
from analysis.topics.plain_table import require

# European Customer Satisfaction Index, as the Chinese one (CCSI) but for its complaints: which constructs act on which.
# Tenenhaus et al. (2005), Computational Statistics & Data Analysis 48, figure 2, without complaints.
ECSI = {
    "EXPE": ("IMAG",),
    "QUAL": ("EXPE",),
    "VAL": ("EXPE", "QUAL"),
    "SAT": ("IMAG", "EXPE", "QUAL", "VAL"),
    "LOY": ("IMAG", "SAT"),
}
OUTCOMES = ("SAT", "LOY")  # what is to be explained, not what a bank can act on
NPS_ITEM, PROMOTER, DETRACTOR = "nps", 9, 6  # Reichheld (2003): from 9 a promoter, up to 6 a detractor

MEANING = {"item": "Column of the scores", "construct": "What it measures"}


def label(construct: str) -> str:
    """Name of a construct as people read it; a bank's own ones are called what the bank calls them."""
    names = {
        "IMAG": _("Image and trust"),
        "EXPE": _("Expectations"),
        "QUAL": _("Quality of service"),
        "VAL": _("Value for money"),
        "SAT": _("Satisfaction"),
        "LOY": _("Loyalty"),
        "NPS": _("Recommendation (NPS)"),
        "CSAT": _("Satisfaction overall (CSAT)"),
        "CES": _("Ease (CES)"),
    }
    return names.get(construct, construct)


def questionnaire(scores: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """The items that were answered, each with its scale.

    Parameters
    ----------
    scores : DataFrame
        One row per response, one column per item.
    items : DataFrame
        One row per item: item, construct; scale_min and scale_max if known.

    Returns
    -------
    DataFrame
        item, construct, scale_min, scale_max of the items among the columns; where no scale is given, the least and the
        highest score given to any item of the construct.

    Raises
    ------
    ValueError
        If a column is missing, an item is listed twice or none was answered, or if a score lies outside its scale.
    """
    require(items, MEANING, "items")
    twice = items["item"][items["item"].duplicated()]
    if len(twice):
        raise ValueError(
            f"item {twice.iloc[0]} is listed {(items['item'] == twice.iloc[0]).sum()} times; expected one row per item"
        )
    asked = items[items["item"].isin(scores.columns)].reset_index(drop=True)
    if asked.empty:
        raise ValueError(
            f"none of the items {', '.join(map(str, items['item'][:5]))}… is a column of the scores; expected one column"
            " per item"
        )
    seen = scores[asked["item"]].agg(["min", "max"])
    by = asked["construct"].to_numpy()
    for name, found in (
        ("scale_min", seen.loc["min"].groupby(by).transform("min")),
        ("scale_max", seen.loc["max"].groupby(by).transform("max")),
    ):
        given = asked[name] if name in asked else pd.Series(float("nan"), asked.index)
        asked[name] = given.astype(float).fillna(pd.Series(found.to_numpy(float), asked.index))
    _require_in_scale(asked, seen)
    return asked[["item", "construct", "scale_min", "scale_max"]]


def _require_in_scale(asked: pd.DataFrame, seen: pd.DataFrame) -> None:
    for row in asked.itertuples():
        low, high = seen[row.item]
        if low < row.scale_min or high > row.scale_max:
            wrong = low if low < row.scale_min else high
            raise ValueError(
                f"item {row.item} has the score {wrong:g}; expected {row.scale_min:g} to {row.scale_max:g}: correct the"
                " scores or the scale"
            )


def several(asked: pd.DataFrame) -> dict[str, list[str]]:
    """Items of each construct that has two or more; of a single one neither reliability nor a factor can be known."""
    found = asked.groupby("construct", sort=False)["item"].agg(list)
    return {name: names for name, names in found.items() if len(names) > 1}


def paths_among(
    asked: pd.DataFrame, wanted: Mapping[str, Sequence[str]] | None = None
) -> dict[str, tuple[str, ...]]:
    """The paths between constructs that were asked about.

    Parameters
    ----------
    asked : DataFrame
        From `questionnaire`.
    wanted : mapping, optional
        For each construct those that act on it; the European index's if not given.

    Raises
    ------
    ValueError
        If none is left.
    """
    known = set(asked["construct"])
    wanted = ECSI if wanted is None else wanted
    kept = {to: tuple(c for c in causes if c in known) for to, causes in wanted.items() if to in known}
    kept = {to: causes for to, causes in kept.items() if causes}
    if not kept:
        raise ValueError(
            f"no path is left between the constructs {', '.join(sorted(map(str, known)))}; say by `paths` which acts on"
            " which, such as {'satisfaction': ('service', 'price')}"
        )
    return kept


def equal_weights(asked: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Weights that make a construct the mean of its items: item × construct, for the constructs or single items `names`."""
    columns = {}
    for name in names:
        own = asked["item"] == name if name in set(asked["item"]) else asked["construct"] == name
        if not own.any():
            raise ValueError(
                f"{name} is neither an item nor a construct of the questionnaire; expected one of"
                f" {', '.join(map(str, dict.fromkeys(asked['construct'])))} or an item"
            )
        columns[name] = own / own.sum()
    return pd.DataFrame(columns).set_axis(asked["item"])
