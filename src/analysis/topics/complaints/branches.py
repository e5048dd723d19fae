"""Branches compared fairly: complaints against what the same customers would file elsewhere, and no ranking of noise."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from analysis.language import _, listed, number
from analysis.statistics import rates
from analysis.statistics.gamma_poisson import shrink
from analysis.statistics.multiplicity import holm
from analysis.statistics.survival import rate_interval
from analysis.topics.complaints import intake
from analysis.topics.plain_table import require

AGES = (0, 30, 45, 60, 200)
WARN, ALARM = 0.05, 0.002  # chances of the two funnels
SIGNIFICANT = 0.05
SURE = 0.95  # probability at which a unit is said to be above or below the rest
STRATA = ("age_band", "asset_band", "family_band")


def mix(people: pd.DataFrame) -> pd.DataFrame:
    """What a branch's customers are like, in bands.

    Parameters
    ----------
    people : DataFrame
        One row per customer: age (years), assets, families (number of product families held); blank ones are a band of
        their own.

    Returns
    -------
    DataFrame
        `people` with age_band, asset_band (thirds of those who have any, and none) and family_band (1, 2, 3 or more).
    """
    require(people, {"age": "years", "assets": "money", "families": "product families held"}, "customers")
    assets = people["assets"].where(people["assets"] > 0)
    edges = np.unique(assets.quantile([1 / 3, 2 / 3]).dropna())
    bands = {
        "age_band": pd.cut(people["age"], AGES, right=False, labels=False),
        "asset_band": pd.Series(np.searchsorted(edges, assets), people.index).where(assets.notna()),
        "family_band": people["families"].clip(1, 3),
    }
    return people.assign(**{name: band.astype(float) for name, band in bands.items()})


@dataclass(frozen=True)
class Compared:
    """Units compared.

    Attributes
    ----------
    table : DataFrame
        One row per unit, in order of shrunk, the highest first: label, customers, events, expected, crude (rate over that
        of all), ratio (events over expected), low, high (95 %, Poisson), warn_low, warn_high, alarm_low, alarm_high
        (95 % and 99.8 % funnel), outside ("", "above" or "below" the 99.8 % funnel), p_adjusted (of being like all
        others), shrunk, shrunk_low, shrunk_high, rank (1 is the highest), rank_low, rank_high (95 %; blank if the
        differences may be chance), above (probability of a ratio above 1).
    spread : tuple of float
        Coefficient of variation between units with bounds.
    p_value : float
        Of no difference between units.
    between : float
        Variance between units by which the funnel is widened.
    strata : tuple of str
        What was adjusted for.
    """

    table: pd.DataFrame
    spread: tuple[float, float, float]
    p_value: float
    between: float
    strata: tuple[str, ...]

    @property
    def differ(self) -> bool:
        """Whether chance does not explain the differences."""
        return self.p_value < SIGNIFICANT


def branches(people: pd.DataFrame, rows: pd.DataFrame, seed: int = 0) -> Compared:
    """Compare branches by the complaints that concern them.

    Parameters
    ----------
    people : DataFrame
        One row per customer: customer_id, branch_id, days (with the bank), age, assets, families.
    rows : DataFrame
        Cases of the same period: feedback_id, customer_id, received_at, kind, branch_id (concerned).

    Returns
    -------
    Compared
        Rates of the strata are those of customers who are known. A complaint counts for the branch it concerns, also
        one without a customer; the expected ones are scaled to sum to them. Complaints without a branch, or with one
        that has no customers, are left out.
    """
    if people.empty:
        raise ValueError(
            _("no customer is on record, so that branches cannot be compared by their customers")
        )
    filed = rows[rows["kind"] == "complaint"]
    own = filed["customer_id"].value_counts()
    table = mix(people).assign(events=people["customer_id"].map(own).fillna(0))
    strata = tuple(name for name in STRATA if table[name].nunique(dropna=False) > 1)
    table = table.dropna(subset="branch_id")
    found = rates.expected_events(table, "branch_id", strata, "events", "days")
    concerned = filed["branch_id"].value_counts().reindex(found["branch_id"], fill_value=0).to_numpy()
    sizes = table.groupby("branch_id").size().reindex(found["branch_id"])
    found = found.assign(unit=found["branch_id"], events=concerned, customers=sizes.to_numpy())
    return _compared(found.rename(columns={"days": "exposure"}), strata, seed)


def units(table: pd.DataFrame, strata: Sequence[str] = (), seed: int = 0) -> Compared:
    """The door for a table of one's own: any units with events and their exposure.

    Parameters
    ----------
    table : DataFrame
        One row per unit, or per unit and stratum: unit, events (count), exposure (customers, days; above 0), columns
        `strata` if given, and customers if people differ from the exposure.

    Raises
    ------
    ValueError
        If columns are missing, or a count is negative, missing or no whole number.
    """
    require(table, {"unit": "name", "events": "count", "exposure": "customers or days"}, "units")
    wrong = ~(table["events"] >= 0) | (table["events"] % 1 != 0)
    if wrong.any():
        raise ValueError(
            f"events is {table.loc[wrong, 'events'].iloc[0]} for {table.loc[wrong, 'unit'].iloc[0]!r}; expected whole"
            " counts, 0 or more: a rate has lost how sure it is"
        )
    found = rates.expected_events(table, "unit", strata, "events", "exposure")
    people = table.assign(customers=table.get("customers", table["exposure"]))
    sizes = people.groupby("unit")["customers"].sum().reindex(found["unit"])
    return _compared(found.assign(customers=sizes.to_numpy()), tuple(strata), seed)


def _compared(found: pd.DataFrame, strata: tuple[str, ...], seed: int) -> Compared:
    found = found[found["expected"] > 0].reset_index(drop=True)
    if len(found) < 2 or not found["events"].sum() > 0:
        raise ValueError(
            _("units to compare: {n}, events: {events}; expected at least two units and an event").format(
                n=number(len(found)), events=number(found["events"].sum())
            )
        )
    events = found["events"].to_numpy(float)
    expected = found["expected"].to_numpy() * events.sum() / found["expected"].sum()
    crude = events / found["exposure"] * found["exposure"].sum() / events.sum()
    low, high = rate_interval(events, expected)
    between = rates.between_units(events, expected)[0]
    funnels = {}
    for name, chance in (("warn", WARN), ("alarm", ALARM)):
        funnels[f"{name}_low"], funnels[f"{name}_high"] = rates.funnel_limits(expected, chance, between)
    shrunken = shrink(events, expected, seed)
    columns = shrunken.table[["shrunk", "low", "high", "above"]].set_axis(
        ["shrunk", "shrunk_low", "shrunk_high", "above"], axis=1
    )
    table = pd.DataFrame(
        {"label": found["unit"].map(intake.plain), "customers": found["customers"], "events": found["events"],
         "expected": expected, "crude": crude, "ratio": events / expected, "low": low, "high": high, **funnels}
    ).join(columns)  # fmt: skip
    over, under = table["ratio"] > table["alarm_high"], table["ratio"] < table["alarm_low"]
    table["outside"] = np.select([over, under], ["above", "below"], "")
    # Against all others alike, so without the variance between units.
    score = 2 * (np.sqrt(events + 3 / 8) - np.sqrt(expected + 3 / 8))
    table["p_adjusted"] = holm(2 * norm.sf(np.abs(score)))
    ranks = len(table) + 1 - shrunken.table[["rank", "rank_high", "rank_low"]]
    told = shrunken.p_value < SIGNIFICANT
    table[["rank", "rank_low", "rank_high"]] = ranks if told else np.nan
    table = table.sort_values("shrunk", ascending=False, ignore_index=True)
    return Compared(table, shrunken.spread, shrunken.p_value, between, strata)


def sentence(compared: Compared) -> str:
    """Do units differ, and which do so for sure?"""
    table = compared.table
    if not compared.differ:
        return _("The {n} branches do not differ by more than chance (p = {p}): no ranking is shown.").format(
            n=number(len(table)), p=number(compared.p_value, 2)
        )
    sure = table[table["above"] > SURE]
    words = _("Branches differ beyond chance (spread {spread} of the mean, {low} to {high})").format(
        spread=number(compared.spread[0], 2),
        low=number(compared.spread[1], 2),
        high=number(compared.spread[2], 2),
    )
    if sure.empty:
        return _("{words}, but none is above the rest for sure.").format(words=words)
    names = [
        _("{label} ({ratio} times)").format(label=row.label, ratio=number(row.shrunk, 2))
        for row in sure.head(5).itertuples()
    ]
    if more := len(sure) - len(names):
        names.append(_("{n} more").format(n=number(more)))
    return _(
        "{words}; above what their customers would file elsewhere, with 95% probability or more: {names}."
    ).format(words=words, names=listed(names))
