"""The money that moved: how assets changed with who went up, went down, left and joined."""

import numpy as np
import pandas as pd

from analysis.language import _, number, percent
from analysis.statistics.intervals import wilson
from analysis.topics.segmentation.migration import JOINED, LEFT


def directions(moved: pd.DataFrame, codes: dict[str, str]) -> pd.DataFrame:
    """How many moved which way, and how total assets changed with them: the parts add up to the change.

    Parameters
    ----------
    moved, codes
        As `migration.moves` and `migration.order` give them.

    Returns
    -------
    DataFrame
        One row per direction (up, same, down, left, joined): label, customers, n (customers of the earlier
        day; missing for joined), share, low, high (95 % Wilson), assets_before, assets_after, change
        (currency; missing if assets are unknown).
    """
    kind = _direction(moved, codes)
    names = {
        "up": _("Moved up"), "same": _("Stayed"), "down": _("Moved down"),
        LEFT: _("Left"), JOINED: _("Joined"),
    }  # fmt: skip
    parts = moved.groupby(kind)
    table = pd.DataFrame(
        {
            "customers": parts.size(),
            "assets_before": parts["assets_before"].sum(min_count=1),
            "assets_after": parts["assets_after"].sum(min_count=1),
        }
    ).reindex(list(names))
    table = table.mask(table["customers"].isna(), 0.0).astype({"customers": int})
    table["n"] = float((kind != JOINED).sum())
    table.loc[JOINED, "n"] = np.nan
    table["share"] = table["customers"] / table["n"].where(table["n"] > 0)
    table["low"], table["high"] = wilson(table["customers"], table["n"])
    table["change"] = table["assets_after"] - table["assets_before"]
    table = table.rename_axis("direction").reset_index()
    table["label"] = table["direction"].map(names)
    return table[
        [
            "direction",
            "label",
            "customers",
            "n",
            "share",
            "low",
            "high",
            "assets_before",
            "assets_after",
            "change",
        ]
    ]


def told(ways: pd.DataFrame) -> str:
    """How many of the customers of the earlier day moved which way, in a sentence; few are left out.

    Parameters
    ----------
    ways : DataFrame
        As `directions` gives it; share and interval missing where too few customers stand behind them.
    """
    parts = [
        _("{way} {share} ({low}–{high})").format(
            way=row.label, share=percent(row.share), low=percent(row.low), high=percent(row.high)
        )
        for row in ways[ways["share"].notna()].itertuples()
    ]
    if ways.empty:
        return _("No moves can be seen: the groups are unknown, or the data do not reach back far enough.")
    if not parts:
        return _("Too few customers to show who moved.")
    words = _("Of the {n} customers of a year earlier (95% intervals): {parts}.")
    return words.format(n=number(ways["n"].max()), parts=_("; ").join(parts))


def _direction(moved: pd.DataFrame, codes: dict[str, str]) -> pd.Series:
    place = {code: rank for rank, code in enumerate(codes)}
    # Of no moves at all the mapped columns would stay text.
    target, origin = (moved[name].map(place).astype("float64") for name in ("target", "origin"))
    step = target - origin
    kind = np.sign(step).map({1.0: "up", 0.0: "same", -1.0: "down"}).astype("object")
    kind = kind.mask(moved["target"] == LEFT, LEFT).mask(moved["origin"] == JOINED, JOINED)
    return kind.rename("direction")


def money(moved: pd.DataFrame, codes: dict[str, str]) -> pd.DataFrame:
    """What changed each group's assets: customers who came and went with their money, and growth within.

    A customer who changes group takes along the assets of the earlier day; what changed since counts as
    growth of the group that they are in now. The parts of a group add up to the change of its assets.

    Parameters
    ----------
    moved, codes
        As `migration.moves` and `migration.order` give them.

    Returns
    -------
    DataFrame
        One row per group, lowest first, and part (came, went, growth, joined, left): group, label, part,
        part_label, customers (behind the amount), amount (currency, signed). No row if no assets are known.
    """
    if moved.loc[moved["origin"] != JOINED, "assets_before"].isna().all():
        moved = moved.head(0)
    new, gone = moved["origin"] == JOINED, moved["target"] == LEFT
    changed = ~new & ~gone & (moved["origin"] != moved["target"])
    growth = moved["assets_after"] - moved["assets_before"]
    names = {
        "came": (_("Came from other groups"), "target", changed, moved["assets_before"]),
        "went": (_("Went to other groups"), "origin", changed, -moved["assets_before"]),
        "growth": (_("Growth"), "target", ~new & ~gone, growth),
        JOINED: (_("Joined"), "target", new, moved["assets_after"]),
        LEFT: (_("Left"), "origin", gone, -moved["assets_before"]),
    }
    rows = []
    for part, (label, side, which, amount) in names.items():
        by_group = amount[which].groupby(moved.loc[which, side])
        sizes, sums = by_group.size(), by_group.sum()
        rows += [
            (code, codes[code], part, label, int(sizes.get(code, 0)), float(sums.get(code, 0.0)))
            for code in (codes if len(moved) else ())
        ]
    return pd.DataFrame(rows, columns=["group", "label", "part", "part_label", "customers", "amount"])
