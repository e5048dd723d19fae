"""Value of the relationship: margin × chance to be here × worth today, and how far it may turn out otherwise."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.topics.lifetime_value.relationship import hazards
from analysis.topics.lifetime_value.relationship.assumptions import Assumptions
from analysis.topics.lifetime_value.relationship.leaving import Survival, stays
from analysis.topics.lifetime_value.relationship.margin import checked
from analysis.topics.lifetime_value.relationship.paths import Changes

LEVEL = 0.9
DRAWS = 400
NEIGHBOURS = 50  # donors below and above a customer's margin
_PARAMETERS = 100  # draws of the parameters of survival
_CHUNK = 20_000  # customers at a time


def value(
    table: pd.DataFrame,
    found: Survival,
    months: int,
    assumptions: Assumptions,
    moves: Changes | None = None,
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> pd.DataFrame:
    """What each customer is worth over the next months.

    The value is the sum over m = 1, …, `months` of margin × P(here after m months | here now) ×
    (1 + d)^(−m/12) (Gupta & Lehmann 2003, with d a year). The margin does not grow. A negative margin stays
    negative. Losses on loans come off apart: a loan defaults once, with the monthly chance expected loss / loss if
    it defaults, so that no more than that is ever lost.

    Parameters
    ----------
    table : DataFrame
        `margins`, fetched, with the tier of each customer; or a table of your own (`margins.COLUMNS`).
    found : Survival
    months : int
        Horizon.
    assumptions : Assumptions
    moves : Changes, optional
        How margins moved before; without it the interval holds only when customers leave.
    draws : int
    seed : int

    Returns
    -------
    DataFrame
        One row per customer in the order of `table`: customer_id, relationship_value, low, high (currency;
        90 % interval from sampled parameters, the time of leaving and past paths of the margin), kept (chance to
        be here at the end). If no departure is recorded, an upper bound (`Survival.known`).

    Raises
    ------
    ValueError
        If the table lacks a column or a tier has no survival.
    """
    table = checked(table)
    kept = _Kinds(table, found, months)
    worth = _expected(table, kept, assumptions, months)
    low, high = np.empty(len(table)), np.empty(len(table))
    for rows, drawn in _simulated(table, found, months, assumptions, moves, draws, seed):
        low[rows], high[rows] = np.quantile(drawn, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=1)
    return pd.DataFrame(
        {
            "customer_id": table["customer_id"],
            "relationship_value": worth,
            "low": low,
            "high": high,
            "kept": kept.chances[kept.place, -1],
        }
    )


def expected(table: pd.DataFrame, found: Survival, months: int, assumptions: Assumptions) -> np.ndarray:
    """Value of each customer without its interval (currency); arguments as of `value`."""
    table = checked(table)
    return _expected(table, _Kinds(table, found, months), assumptions, months)


def total_draws(
    table: pd.DataFrame,
    found: Survival,
    months: int,
    assumptions: Assumptions,
    moves: Changes | None = None,
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> pd.DataFrame:
    """Draws of the value of all customers of each tier together; arguments as of `value`.

    Returns
    -------
    DataFrame
        One row per draw, one column per tier (currency); the sum of a row is a draw of the whole.
    """
    table = checked(table)
    tiers, names = pd.factorize(table["tier"], sort=True)
    totals = np.zeros((draws, len(names)))
    for rows, drawn in _simulated(table, found, months, assumptions, moves, draws, seed):
        for tier in range(len(names)):
            totals[:, tier] += drawn[tiers[rows] == tier].sum(axis=0)
    return pd.DataFrame(totals, columns=names)


class _Kinds:
    """Customers of the same tier and tenure stay alike: their chances, worked out once."""

    def __init__(self, table: pd.DataFrame, found: Survival, months: int):
        keys = pd.MultiIndex.from_arrays([table["tier"], table["tenure"]])
        self.place, kinds = pd.factorize(keys)
        self.tier = np.array([tier for tier, _tenure in kinds], dtype=object)
        self.tenure = np.array([tenure for _tier, tenure in kinds], dtype=float)
        self.chances = stays(found, self.tier, self.tenure, months)


def _expected(table: pd.DataFrame, kinds: _Kinds, assumptions: Assumptions, months: int) -> np.ndarray:
    weights = kinds.chances * assumptions.discounts(months)
    worth = _earned(table) * weights.sum(axis=1)[kinds.place]
    lends = np.flatnonzero(table["expected_loss"].to_numpy() > 0)
    hazard, at_stake = _loans(table.iloc[lends])
    defaults = hazard[:, None] * (1 - hazard[:, None]) ** np.arange(months)
    worth[lends] -= at_stake * (defaults * weights[kinds.place[lends]]).sum(axis=1)
    return worth


def _earned(table: pd.DataFrame) -> np.ndarray:
    """Margin a month before losses on loans."""
    return (table["margin"] + table["expected_loss"]).to_numpy()


def _loans(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Chance of default a month, and what is lost then (currency); unknown, it is the loss of ten years."""
    loss, most = table["expected_loss"].to_numpy(), table["loss_if_default"].to_numpy()
    most = np.where(most > 0, most, 120 * loss)
    return np.divide(loss, most, out=np.zeros_like(loss), where=most > 0).clip(0, 1), most


def _simulated(
    table: pd.DataFrame, found: Survival, months: int, assumptions: Assumptions, moves, draws: int, seed: int
) -> Iterator[tuple[slice, np.ndarray]]:
    """Draws of the values of chunks of customers, customers × draws; the common part of a draw is shared."""
    rng = np.random.default_rng(seed)
    discounts = assumptions.discounts(months)
    kinds = _Kinds(table, found, months)
    ends = _ends(kinds, found, months, rng)
    shared = _shared(moves, draws, rng)
    level = np.exp((moves.default_spread if moves else 0.0) * rng.normal(size=draws))
    for begin in range(0, len(table), _CHUNK):
        rows = slice(begin, min(begin + _CHUNK, len(table)))
        part, place = table.iloc[rows], kinds.place[rows]
        x = _earned(part)
        paths = _Paths(x, moves, discounts) if moves is not None else None
        lends = np.flatnonzero(part["expected_loss"].to_numpy() > 0)
        hazard, at_stake = _loans(part.iloc[lends])
        drawn = np.empty((len(x), draws))
        for k in range(draws):
            stayed = _lasted(ends[k % len(ends)], place, months, rng)
            drawn[:, k] = x * _cumulated(discounts)[stayed]
            drawn[lends, k] -= _lost(hazard * level[k], at_stake, stayed[lends], discounts, rng)
            if paths is not None:
                drawn[:, k] += paths.draw(stayed, shared[k], rng)
        yield rows, drawn


def _shared(moves: Changes | None, draws: int, rng) -> np.ndarray:
    """What all customers' margins share in each draw, in units of `Changes.common`."""
    if moves is None or np.isinf(moves.windows):
        return rng.normal(size=draws)
    # A root mean square of so few windows is unsure itself: Student's t; at 2 or less it has no variance.
    return rng.standard_t(max(moves.windows, 2.0), size=draws)


def _lost(hazard, at_stake, stayed, discounts, rng) -> np.ndarray:
    """Discounted loss of each customer, if the default falls into the months that they stay."""
    default = rng.geometric(hazard.clip(1e-12, 1))
    worth = discounts[np.minimum(default, len(discounts)) - 1]
    return np.where(default <= stayed, at_stake * worth, 0.0)


def _ends(kinds: _Kinds, found: Survival, months: int, rng) -> list[np.ndarray]:
    """Chance to be gone by each month, kinds × months, plus the number of the kind: ascending throughout."""
    offset = np.arange(len(kinds.tier))[:, None]
    if found.hazard is None:
        return [(offset + np.zeros((1, months))).ravel()]
    drawn = hazards.parameter_draws(found.hazard, _PARAMETERS, rng)
    return [(offset + 1 - stay).ravel() for stay in stays(found, kinds.tier, kinds.tenure, months, drawn)]


def _lasted(ends: np.ndarray, place: np.ndarray, months: int, rng) -> np.ndarray:
    """Months that each customer stays, at most `months`."""
    at = np.searchsorted(ends, place + rng.random(len(place)), side="right")
    return np.clip(at - place * months, 0, months)


def _cumulated(values: np.ndarray) -> np.ndarray:
    """Sums over the first 0, 1, 2, … months along the last axis."""
    return np.concatenate([np.zeros((*values.shape[:-1], 1)), np.cumsum(values, axis=-1)], axis=-1)


class _Paths:
    """Deviations of customers' margins from today's, borrowed from past customers who earned about as much."""

    def __init__(self, x: np.ndarray, moves: Changes, discounts: np.ndarray):
        months = np.arange(1, len(discounts) + 1)
        span = moves.moved.shape[1]
        seen = np.minimum(months, span) - 1
        # Beyond the paths on record deviations grow as those of a random walk, a common drift as time.
        beyond = np.maximum(months / span, 1.0)
        self.moved = _cumulated(moves.moved[:, seen] * np.sqrt(beyond) * discounts)
        self.common = _cumulated(moves.common[seen] * beyond * discounts)
        self.x, self.size = x, np.abs(x) + moves.floor
        at = np.searchsorted(moves.start, x)
        self.first = np.clip(at - NEIGHBOURS, 0, max(len(moves.start) - NEIGHBOURS, 0))
        self.count = np.clip(at + NEIGHBOURS, 0, len(moves.start)) - self.first

    def draw(self, stayed: np.ndarray, shared: float, rng) -> np.ndarray:
        """Discounted deviation over the months that each customer stayed."""
        donor = self.first + (rng.random(len(self.x)) * self.count).astype(int)
        return self.size * self.moved[donor, stayed] + self.x * shared * self.common[stayed]
