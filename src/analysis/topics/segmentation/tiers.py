"""Asset tiers: a ladder of thresholds, and what each rung holds of customers, assets and margin."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.language import _, listed, number, percent

# Lower bounds in CNY. 500k and 10m: China Merchants Bank, annual report 2022 (Golden Sunflower, private
# banking). 50k: the entry of the gold cards (金卡) of Chinese banks. docs/segmentation.md tells more.
CHINA = (50_000.0, 500_000.0, 10_000_000.0)
CODES = ("mass", "affluent", "premium", "private_banking")
# A rung found by a quantile is no private banking: it has a plain name.
PLAIN = ("basic", "middle", "upper", "top")
# For a bank without a ladder of its own: shares of the customers with assets that stand below each rung.
QUANTILES = (0.6, 0.9, 0.99)


@dataclass(frozen=True)
class Ladder:
    """Tiers from the lowest to the highest.

    Attributes
    ----------
    thresholds : tuple of float
        Lower bound of every tier but the lowest, in the bank's currency, ascending.
    codes, labels : tuple of str
        Names of the tiers for machines and for people; one more than thresholds.
    origin : {"china", "quantiles", "given"}
        Where the thresholds come from.
    currency : str
        ISO code.
    """

    thresholds: tuple[float, ...]
    codes: tuple[str, ...]
    labels: tuple[str, ...]
    origin: str
    currency: str

    @property
    def names(self) -> dict[str, str]:
        """Codes and labels, lowest first."""
        return dict(zip(self.codes, self.labels, strict=True))

    def words(self, bound: float) -> str:
        """A threshold written out, since rounding would misstate it."""
        return f"{self.currency} {number(bound)}"

    def sentence(self) -> str:
        """The tiers and the source of their thresholds, in words."""
        steps = _("; ").join(
            _("{tier} from {amount}").format(tier=label, amount=self.words(bound))
            for label, bound in zip(self.labels[1:], self.thresholds, strict=True)
        )
        return _("Tiers: {lowest} below; {steps}. {source}").format(
            lowest=self.labels[0], steps=steps or "–", source=_source(self.origin)
        )


def _source(origin: str) -> str:
    return {
        "china": _(
            "The thresholds are the ladder of Chinese retail banks (gold card 50k; China Merchants Bank's"
            " Golden Sunflower 500k and private banking 10m)."
        ),
        "quantiles": _(
            "No ladder is set for this currency: the thresholds are the {quantiles} quantiles of this bank's"
            " own customers with assets, so that a tier's share of customers says nothing, only its share of"
            " assets."
        ).format(quantiles=listed(percent(q, 0) for q in QUANTILES)),
        "given": _("The thresholds are those of this run's parameters."),
    }[origin]


def ladder(assets, currency: str, thresholds: Sequence[float] = (), names: Sequence[str] = ()) -> Ladder:
    """Choose the tiers: the given ones, else the Chinese ladder for CNY, else quantiles of the assets.

    Parameters
    ----------
    assets : Series of float
        Assets per customer, in `currency`; only the quantiles look at them.
    currency : str
        ISO code.
    thresholds : sequence of float
        Lower bounds of all tiers but the lowest, ascending and above 0.
    names : sequence of str
        Names of the tiers from the lowest, one more than thresholds.

    Raises
    ------
    ValueError
        If thresholds are not ascending and positive, or names are not one more.
    """
    bounds, origin = tuple(float(t) for t in thresholds), "given"
    if not bounds:
        bounds, origin = (CHINA, "china") if currency == "CNY" else (_quantiles(assets), "quantiles")
    if any(low >= high for low, high in zip((0.0, *bounds), bounds, strict=False)):
        raise ValueError(
            f"thresholds are {list(bounds)}; expected ascending amounts above 0, such as [50000, 500000]"
        )
    if names and len(names) != len(bounds) + 1:
        raise ValueError(
            f"{len(names)} tier names for {len(bounds)} thresholds; expected {len(bounds) + 1} names"
        )
    codes, labels = _names(len(bounds) + 1, names, origin)
    return Ladder(bounds, codes, labels, origin, currency)


def _names(count: int, names: Sequence[str], origin: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if names:
        return tuple(names), tuple(names)
    if count == len(CODES) and origin == "quantiles":
        return PLAIN, (_("Basic"), _("Middle"), _("Upper"), _("Top"))
    if count == len(CODES):
        return CODES, (_("Mass"), _("Affluent"), _("Premium"), _("Private banking"))
    places = range(1, count + 1)
    return tuple(f"tier_{k}" for k in places), tuple(_("Tier {k}").format(k=k) for k in places)


def _quantiles(assets) -> tuple[float, ...]:
    """Quantiles of positive assets, rounded to two digits as a bank would set them; equal ones are one."""
    known = np.asarray(assets, dtype=float)
    known = known[known > 0]
    if not known.size:
        return ()
    return tuple(sorted({float(f"{bound:.1e}") for bound in np.quantile(known, QUANTILES)}))


def tier_of(assets: pd.Series, steps: Ladder) -> pd.Series:
    """Code of each customer's tier, missing where assets are unknown; a threshold is the tier above's."""
    edges = [-np.inf, *steps.thresholds, np.inf]
    cut = pd.cut(assets.astype(float), edges, right=False, labels=list(steps.codes))
    return cut.astype("str").where(assets.notna(), None)


def tier_table(customers: pd.DataFrame, steps: Ladder) -> pd.DataFrame:
    """What each tier holds.

    Parameters
    ----------
    customers : DataFrame
        One row per customer: tier (as `tier_of` gives it), assets and margin; any may be missing.

    Returns
    -------
    DataFrame
        One row per tier, lowest first: tier, label, customers, assets and margin (currency; margin a year),
        and the share of each of all customers with known assets. Margin is missing where no rate is known.
    """
    grouped = customers.dropna(subset=["tier"]).groupby("tier", observed=True)
    table = pd.DataFrame(
        {
            "customers": grouped.size(),
            "assets": grouped["assets"].sum(),
            "margin": grouped["margin"].sum(min_count=1),
        }
    ).reindex(list(steps.codes))
    table["customers"] = table["customers"].fillna(0).astype(int)
    table["assets"] = table["assets"].fillna(0.0)
    return _with_shares(table.rename_axis("tier").reset_index().assign(label=list(steps.labels)))


def _with_shares(table: pd.DataFrame) -> pd.DataFrame:
    for name in ("customers", "assets", "margin"):
        total = table[name].sum(min_count=1)
        table[f"{name}_share"] = table[name] / total if total and total > 0 else np.nan
    return table[
        ["tier", "label", "customers", "customers_share", "assets", "assets_share", "margin", "margin_share"]
    ]


def publishable(table: pd.DataFrame, smallest: int = 11) -> pd.DataFrame:
    """Join each tier with 1 to `smallest` − 1 customers to its neighbour below (the lowest: above).

    A tier that few customers make up would be withheld, and a second one to protect it; joined, all assets
    stay in the picture. The rows' total does not change.
    """
    rows = [row | {"last": row["label"]} for row in table.to_dict("records") if row["customers"] > 0]
    while len(rows) > 1 and min(row["customers"] for row in rows) < smallest:
        k = next(k for k in reversed(range(len(rows))) if rows[k]["customers"] < smallest)
        low = max(k - 1, 0)
        rows[low : low + 2] = [_joined(rows[low], rows[low + 1])]
    for row in rows:
        if row["label"] != row["last"]:
            row["label"] = _("{lowest} to {highest}").format(lowest=row["label"], highest=row["last"])
    return _with_shares(pd.DataFrame(rows, columns=table.columns))


def _joined(below: dict, above: dict) -> dict:
    both = {name: _added(below[name], above[name]) for name in ("customers", "assets", "margin")}
    return {
        **below,
        **both,
        "tier": f"{below['tier']}+{above['tier']}",
        "last": above["last"],
    }


def _added(a: float, b: float) -> float:
    known = [value for value in (a, b) if pd.notna(value)]
    return sum(known) if known else np.nan
