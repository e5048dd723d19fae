"""How far margins before losses move: paths of past customers, from which the future's spread is drawn."""

from dataclasses import dataclass, replace

import ibis
import numpy as np

from analysis.bank.source import View
from analysis.topics.lifetime_value.relationship import losses
from analysis.topics.lifetime_value.relationship.assumptions import Assumptions
from analysis.topics.lifetime_value.relationship.calendar import last_day, last_full, number_of
from analysis.topics.lifetime_value.relationship.margin import margins
from analysis.topics.lifetime_value.relationship.realised import months_of

LARGEST = 20_000  # customers whose paths are fetched
FEWEST = 100  # customers who stayed, below which there are no paths
SHORTEST = 6  # months of paths
SETTLED = 3  # month ends that a margin needs before its path begins


@dataclass(frozen=True)
class Changes:
    """Paths of the margins, before losses on loans, of customers who stayed.

    Attributes
    ----------
    start : ndarray
        Monthly margin before losses at the beginning, one per donor, ascending.
    moved : ndarray
        Donors × months: (margin of the month − start) / (|start| + floor).
    floor : float
        Median of |start|; keeps the ratio finite for who earns nothing.
    common : ndarray
        One per month: root mean square of the relative change of all stayers' margin together over so many
        months, either way.
    windows : float
        How many such spans the history holds side by side: the degrees of freedom of that root mean square.
    default_spread : float
        Standard deviation of the logarithm of the level of default probabilities.
    """

    start: np.ndarray
    moved: np.ndarray
    floor: float
    common: np.ndarray
    windows: float = np.inf
    default_spread: float = 0.0


def changes(view: View, assumptions: Assumptions, months: int) -> Changes | None:
    """Paths of margins over the `months` months before the day of `view`, or as many as the balances cover.

    Parameters
    ----------
    view : View
    assumptions : Assumptions
    months : int

    Returns
    -------
    Changes or None
        None if fewer than 6 months or 100 stayers are there to learn from.
    """
    last = last_full(view.as_of)
    began = number_of(view.table("balances").month_end).min().to_pyarrow().as_py()
    span = min(months, 0 if began is None else last - began - SETTLED + 1)
    if span < SHORTEST:
        return None
    then = view.at(last_day(last - span))
    found = margins(then, assumptions)
    start = found.select("customer_id", margin=found.margin + found.expected_loss)
    start = start.semi_join(view.customers(), "customer_id")
    start = (
        _thinned(start, LARGEST)
        .to_pandas()
        .set_index("customer_id")
        .sort_index()["margin"]
        .sort_values(kind="stable")
    )
    if len(start) < FEWEST:
        return None
    rows = months_of(view, assumptions, last - span)
    ids = ibis.memtable({"customer_id": list(start.index)})
    rows = rows.semi_join(ids, "customer_id").to_pandas()
    paths = rows.pivot(index="customer_id", columns="month", values="earned")
    paths = paths.reindex(index=start.index, columns=range(last - span + 1, last + 1)).fillna(0.0)
    x = start.to_numpy()
    found = paths_of(x, paths.to_numpy(), _common(view, assumptions, began - 1, span))
    windows = (last - began) / span
    return replace(found, windows=windows, default_spread=losses.spread(view, assumptions))


def paths_of(start, later, common=None) -> Changes:
    """Changes from a table of your own.

    Parameters
    ----------
    start : array-like of float
        Monthly margin before losses, of customers at the beginning.
    later : array-like of float, customers × months
        Margin of each of the months after; of customers who stayed.
    common : array-like of float, optional
        As `Changes.common`; 0 if not given.
    """
    order = np.argsort(start, kind="stable")
    x, y = np.asarray(start, float)[order], np.asarray(later, float)[order]
    floor = float(np.median(np.abs(x))) or 1.0
    size = np.abs(x) + floor
    moved = (y - x[:, None]) / size[:, None]
    # No growth is assumed: what all moved together is taken out here, and its size comes back as `common`.
    moved -= (y - x[:, None]).sum(axis=0) / size.sum()
    common = np.zeros(y.shape[1]) if common is None else np.asarray(common, float)
    return Changes(x, moved, floor, common)


def _thinned(table: ibis.Table, most: int) -> ibis.Table:
    """Every k-th customer by number, so that no more than `most` are left; the same on every engine."""
    count = table.count().to_pyarrow().as_py()
    step = -(-count // most)
    if step <= 1:
        return table
    place = ibis.row_number().over(ibis.window(order_by=table.customer_id))
    return table.mutate(place=place).filter(lambda t: t.place % step == 0).drop("place")


def _common(view: View, assumptions: Assumptions, after: int, span: int) -> np.ndarray:
    """Root mean square, by number of months, of how far the margin of those who stayed moved together."""
    rows = months_of(view, assumptions, after)
    before = rows.select("customer_id", was="earned", month=rows.month + 1)
    pairs = rows.inner_join(before, ["customer_id", "month"])
    sums = pairs.group_by("month").aggregate(
        moved=(pairs.earned - pairs.was).sum(), size=pairs.was.abs().sum()
    )
    table = sums.to_pandas().sort_values("month")
    steps = (table["moved"] / table["size"].where(table["size"] > 0)).fillna(0.0).to_numpy()
    path = np.concatenate([[0.0], np.cumsum(steps)])
    longest = max(min(span, len(steps) // 2), 1)
    known = [np.sqrt(np.mean((path[m:] - path[:-m]) ** 2)) for m in range(1, longest + 1)]
    # Beyond what was seen often enough, a drift goes on: in proportion to time.
    return np.array([known[min(m, longest) - 1] * max(m / longest, 1.0) for m in range(1, span + 1)])
