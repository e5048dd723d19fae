"""Migration: who moved between tiers or engagement groups within a year, how often, and is that usual?"""

from calendar import monthrange
from datetime import date

import numpy as np
import pandas as pd

import analysis.topics.segmentation.engagement as engaged
from analysis.language import _, number, percent
from analysis.statistics.homogeneity import Homogeneity, same_transitions
from analysis.statistics.intervals import wilson
from analysis.statistics.transitions import transitions
from analysis.topics.segmentation.tiers import Ladder

JOINED, LEFT = "joined", "left"
LEVEL = 0.05  # p-value below which a year is called unlike the one before
FEWEST_DAYS = 180  # of bookings before the earlier day; with fewer its groups mean little


def year_before(day: date) -> date:
    """The same day a year earlier; a month's last day stays one, so that both look at 12 months' balances."""
    last = monthrange(day.year, day.month)[1]
    earlier = monthrange(day.year - 1, day.month)[1]
    return day.replace(year=day.year - 1, day=earlier if day.day == last else min(day.day, earlier))


def order(by: str, steps: Ladder) -> dict[str, str]:
    """Codes and labels of the groups `by` ("tier" or "engagement"), from the lowest to the highest."""
    if by == "tier":
        return dict(zip(steps.codes, steps.labels, strict=True))
    return {code: engaged.labels()[code] for code in reversed(engaged.CODES)}


def moves(then: pd.DataFrame, now: pd.DataFrame, by: str, history: int = FEWEST_DAYS) -> pd.DataFrame:
    """Where each customer of either day came from and went.

    Parameters
    ----------
    then, now : DataFrame
        Customers with the bank on the earlier and on the later day: customer_id, assets, and the groups `by`,
        made by the same rule and thresholds.
    by : str
        Column with the groups, such as "tier" or "engagement".
    history : int
        Days of bookings on record before the earlier day.

    Returns
    -------
    DataFrame
        One row per customer of either day whose groups are known: customer_id, origin ("joined" if new),
        target ("left" if gone), assets_before, assets_after (0 while no customer; missing if unknown). No row
        if the history is shorter than 180 days.
    """
    columns = ["customer_id", by, "assets"]
    then = then[columns] if history >= FEWEST_DAYS else then[columns].head(0)
    if then.empty:
        now = now.head(0)
    both = then.merge(now[columns], on="customer_id", how="outer", suffixes=("_1", "_2"), indicator="where")
    new, gone = both["where"] == "right_only", both["where"] == "left_only"
    moved = pd.DataFrame(
        {
            "customer_id": both["customer_id"],
            "origin": both[f"{by}_1"].astype("str").mask(new, JOINED),
            "target": both[f"{by}_2"].astype("str").mask(gone, LEFT),
            "assets_before": both["assets_1"].mask(new, 0.0),
            "assets_after": both["assets_2"].mask(gone, 0.0),
        }
    )
    return moved.dropna(subset=["origin", "target"]).reset_index(drop=True)


def still_here(moved: pd.DataFrame) -> pd.DataFrame:
    """The rows of `moved` of customers who have not left: where few of a group left, their moves can be shown."""
    return moved[moved["target"] != LEFT]


def rates(moved: pd.DataFrame, codes: dict[str, str]) -> pd.DataFrame:
    """Transition rates of the customers of the earlier day.

    Parameters
    ----------
    moved : DataFrame
        As `moves` gives it.
    codes : dict
        As `order` gives it.

    Returns
    -------
    DataFrame
        One row per group and group or "left": the columns of `statistics.transitions.transitions`, and
        origin_label, target_label, baseline (rate if nobody moved: 1 or 0). step is missing for "left".
    """
    here = moved[moved["origin"] != JOINED]
    table = transitions(here["origin"], here["target"], [*codes, LEFT])
    table = table[table["origin"] != LEFT].reset_index(drop=True)
    table["step"] = table["step"].astype("float64").mask(table["target"] == LEFT)
    names = {**codes, LEFT: _("Left")}
    return table.assign(
        origin_label=table["origin"].map(names),
        target_label=table["target"].map(names),
        baseline=(table["origin"] == table["target"]).astype("float64"),
    )


def coarser(
    moved: pd.DataFrame, codes: dict[str, str], smallest: int = 11
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Join groups until the moves between them can be shown.

    Of the customers of a group who are still here, `smallest` or more are to have stayed, and none or
    `smallest` or more to have moved up, and down: else a report would withhold them, and others with them.
    The highest group that fails is joined to the one that few moved to, or to the one below it (the lowest to
    the one above) if few stayed. Two groups are left, unless of one next to nobody stayed. A customer who
    moves between joined groups counts as one who stays.

    Returns
    -------
    tuple of DataFrame and dict
        `moved` and `codes` with the joined groups.
    """
    groups = [[code] for code in codes]
    while len(groups) > 1:
        ways = _ways(moved, groups)
        few = (ways > 0) & (ways < smallest) & (len(groups) > 2)
        few["same"] = ways["same"] < smallest
        if not few.to_numpy().any():
            break
        failing = few.index[few.any(axis=1)].max()
        upwards = few.loc[failing, "up"] and not few.loc[failing, "same"]
        low = failing if upwards else max(failing - 1, 0)
        groups[low : low + 2] = [groups[low] + groups[low + 1]]
    names, of = {}, {}
    for members in groups:
        joint = "+".join(members)
        of |= dict.fromkeys(members, joint)
        names[joint] = codes[members[0]]
        if len(members) > 1:
            ends = {"lowest": codes[members[0]], "highest": codes[members[-1]]}
            names[joint] = _("{lowest} to {highest}").format(**ends)
    sides = {side: moved[side].replace(of) for side in ("origin", "target")}
    return moved.assign(**sides), names


def _ways(moved: pd.DataFrame, groups: list[list[str]]) -> pd.DataFrame:
    """Customers of each group who are still here, by way: a row per group, columns up, same, down."""
    place = {code: rank for rank, members in enumerate(groups) for code in members}
    origin, target = (moved[side].map(place).astype("float64") for side in ("origin", "target"))
    way = np.sign(target - origin).map({1.0: "up", 0.0: "same", -1.0: "down"})
    table = pd.crosstab(origin, way)
    return table.reindex(index=range(len(groups)), columns=["up", "same", "down"], fill_value=0)


def with_rest(matrix: pd.DataFrame) -> pd.DataFrame:
    """Rates of which some are withheld, with what follows of the withheld ones together.

    Parameters
    ----------
    matrix : DataFrame
        As `rates` gives it; count, rate and interval missing where withheld.

    Returns
    -------
    DataFrame
        With rest, rest_low, rest_high: the rate of all withheld cells of the row together, which is the rest
        to 1, and its 95 % Wilson interval; missing where the whole row is withheld, or nothing.
    """
    rows = matrix.groupby("origin")
    n, shown = rows["n"].transform("max"), rows["count"].transform("sum")
    rest = (n - shown).where(matrix["rate"].isna())
    low, high = wilson(rest, n)
    return matrix.assign(rest=rest / n, rest_low=low, rest_high=high)


def usual(latest: pd.DataFrame, earlier: pd.DataFrame, seed: int) -> tuple[Homogeneity, str]:
    """Whether the year is like the one before it, tested and in a sentence.

    Parameters
    ----------
    latest, earlier : DataFrame
        As `rates` gives it for two years; `earlier` without customers if the data do not reach back so far.
    """
    found = same_transitions(latest, earlier, seed=seed)
    if not found.df:
        return found, _("The data do not reach back far enough to compare the year with the one before.")
    if found.p_value >= LEVEL:
        words = _(
            "The year does not differ from the one before beyond chance (p = {p}): {moved} of customers moved"
            " differently."
        )
    else:
        words = _(
            "The year differs from the one before beyond chance (p = {p}): {moved} of customers moved"
            " differently."
        )
    return found, words.format(p=number(found.p_value, 4), moved=percent(found.moved))
