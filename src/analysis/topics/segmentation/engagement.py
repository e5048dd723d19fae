"""Engagement: core, active and dormant customers (核心/活跃/休眠), by a rule that fits in a sentence."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from analysis.language import _, number

CODES = ("core", "active", "dormant")


@dataclass(frozen=True)
class Rule:
    """Who is core, active and dormant; together they are all customers and no customer is two of them.

    Attributes
    ----------
    active_days : int
        A core customer started a booking within so many days.
    dormant_days : int
        A dormant customer started none for more than so many days; who never did counts from
        joining, or from the first booking on record if that is later.
    families : int
        A core customer holds products of at least so many families.
    months : int
        A core customer receives salary or pension here, or started bookings in so many of the last 12 months.
    """

    active_days: int = 90
    dormant_days: int = 180
    families: int = 2
    months: int = 9

    def __post_init__(self):
        if not 0 < self.active_days <= self.dormant_days:
            raise ValueError(
                f"active_days is {self.active_days} and dormant_days {self.dormant_days}; "
                "expected 0 < active_days <= dormant_days, such as 90 and 180"
            )
        if not 0 <= self.months <= 12:
            raise ValueError(f"months is {self.months}; expected 0 to 12")

    def sentence(self, families_known: bool = True) -> str:
        """The rule in words."""
        words = _(
            "Dormant: no booking of their own making for more than {dormant} days. Core: one within {active}"
            " days, products of at least {families} families, and salary or pension received here or bookings"
            " in at least {months} of the last 12 months. Active: all others."
        ).format(
            dormant=number(self.dormant_days),
            active=number(self.active_days),
            families=number(self.families),
            months=number(self.months),
        )
        if families_known:
            return words
        left_out = _("The products held are unknown, so that this condition is left out.")
        return _("{first} {second}").format(first=words, second=left_out)


def labels() -> dict[str, str]:
    """Names of the groups in the language in use."""
    return {"core": _("Core"), "active": _("Active"), "dormant": _("Dormant")}


def engagement_of(customers: pd.DataFrame, rule: Rule) -> pd.Series:
    """Group of each customer: "core", "active" or "dormant".

    Parameters
    ----------
    customers : DataFrame
        One row per customer: days_since_activity (missing if the customer never started a booking),
        tenure_days, observed_days, families_held (missing if unknown: that condition is then left out),
        has_salary, active_months_12m.
    """
    # Of who never booked it is known for as long as bookings are on record.
    known = customers["observed_days"].fillna(customers["tenure_days"])
    quiet = customers["days_since_activity"].fillna(known)
    broad = customers["families_held"].isna() | (customers["families_held"] >= rule.families)
    regular = (customers["has_salary"].fillna(0) > 0) | (customers["active_months_12m"] >= rule.months)
    core = customers["days_since_activity"].le(rule.active_days) & broad & regular
    group = pd.Series("active", index=customers.index, dtype="str", name="engagement")
    return group.mask(core, "core").mask(quiet > rule.dormant_days, "dormant")


def engagement_table(customers: pd.DataFrame) -> pd.DataFrame:
    """One row per group that occurs: engagement, label, customers, assets and margin, with their shares."""
    grouped = customers.groupby("engagement")
    table = pd.DataFrame(
        {
            "customers": grouped.size(),
            "assets": grouped["assets"].sum(min_count=1),
            "margin": grouped["margin"].sum(min_count=1),
        }
    )
    table = table.reindex([code for code in CODES if code in table.index])
    for name in ("customers", "assets", "margin"):
        total = table[name].sum(min_count=1)
        table[f"{name}_share"] = table[name] / total if total and total > 0 else float("nan")
    return table.rename_axis("engagement").reset_index().assign(label=lambda t: t["engagement"].map(labels()))


def window_sensitivity(
    customers: pd.DataFrame,
    rule: Rule,
    dormant_days: Sequence[int] = (60, 90, 120, 150, 180, 240, 300, 360),
    smallest: int = 11,
) -> pd.DataFrame:
    """Shares of the groups if the windows were other ones; both windows move in proportion.

    Returns
    -------
    DataFrame
        One row per window and group: dormant_days, active_days, engagement, label, share; the rule's own
        window is among them. A window in which a group has 1 to `smallest` − 1 customers is left out: of
        three shares two tell the third.
    """
    rows = []
    for days in sorted({*dormant_days, rule.dormant_days}):
        active = max(1, round(days * rule.active_days / rule.dormant_days))
        groups = engagement_of(customers, replace(rule, active_days=active, dormant_days=days))
        if groups.value_counts().between(1, smallest - 1).any() or groups.empty:
            continue
        found = groups.value_counts(normalize=True)
        rows += [(days, active, code, labels()[code], float(found.get(code, 0.0))) for code in CODES]
    return pd.DataFrame(rows, columns=["dormant_days", "active_days", "engagement", "label", "share"])
