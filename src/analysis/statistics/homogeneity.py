"""Is a period like another one? Test of whether two tables of transitions have the same rates."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import random_table


class Homogeneity(NamedTuple):
    """Result of `same_transitions`.

    Attributes
    ----------
    statistic : float
        Pearson's chi-square, summed over the origins; missing if nothing can be compared.
    df : int
        Degrees of freedom.
    p_value : float
        Share of simulated pairs of periods that differ at least as much.
    moved : float
        Share of units that would have had to go elsewhere for the periods to be alike.
    """

    statistic: float
    df: int
    p_value: float
    moved: float


def same_transitions(
    one: pd.DataFrame, other: pd.DataFrame, *, draws: int = 1999, seed: int = 0
) -> Homogeneity:
    """Test whether transitions of two periods have the same rates from every origin.

    Parameters
    ----------
    one, other : DataFrame
        One row per pair of states: origin, target, count; as `transitions` gives it.
    draws : int
        Simulated pairs of periods; the smallest p-value is 1 / (draws + 1).
    seed : int
        Of the simulation.

    Returns
    -------
    Homogeneity
        Missing figures, and df 0, if no origin has units in both periods that went to more than one target.

    Notes
    -----
    Each origin is a table of two periods by targets. If the rates are equal, its margins tell all that is
    known of them, so it is drawn anew with the same margins. Statistic: Anderson & Goodman (1957), Annals
    of Mathematical Statistics 28. It is simulated, as the chi-square distribution fails for rare moves
    (Patefield 1981, Applied Statistics 30). Units are taken as independent, and so are a unit's moves
    in the two periods given where it starts.
    """
    tables = _by_origin(one, other)
    df = sum(table.shape[1] - 1 for table in tables)
    if not df:
        return Homogeneity(np.nan, 0, np.nan, np.nan)
    statistic, simulated, away = 0.0, np.zeros(draws), 0.0
    random = np.random.default_rng(seed)
    for table in tables:
        rows, columns = table.sum(axis=1), table.sum(axis=0)
        expected = np.outer(rows, columns) / rows.sum()
        drawn = random_table(rows, columns).rvs(draws, random_state=random)
        statistic += ((table - expected) ** 2 / expected).sum()
        simulated += ((drawn - expected) ** 2 / expected).sum(axis=(1, 2))
        away += rows[0] * np.abs(table[0] / rows[0] - table[1] / rows[1]).sum() / 2
    at_least = (simulated >= statistic * (1 - 1e-12)).sum()
    units = sum(table[0].sum() for table in tables)
    return Homogeneity(float(statistic), df, float((1 + at_least) / (draws + 1)), float(away / units))


def _by_origin(one: pd.DataFrame, other: pd.DataFrame) -> list[np.ndarray]:
    """Counts of each origin, a row per period; targets that nobody reached are left out."""
    cells = ["origin", "target"]
    both = (
        one[[*cells, "count"]]
        .merge(other[[*cells, "count"]], on=cells, how="outer")
        .fillna({"count_x": 0, "count_y": 0})
    )
    tables = []
    for _, part in both.groupby("origin"):
        table = part[["count_x", "count_y"]].to_numpy().T.astype(int)
        table = table[:, table.sum(axis=0) > 0]
        if table.shape[1] > 1 and (table.sum(axis=1) > 0).all():
            tables.append(table)
    return tables
