"""Where each customer is in the lifecycle: introduction, growth, maturity or decline, by stated rules."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir
import pandas as pd

from analysis.bank.features import features
from analysis.bank.source import View
from analysis.language import _, number, percent

CODES = ("introduction", "growth", "maturity", "decline")
SURE = 1.96  # standard errors by which two counts of bookings differ before it is called a change
MONTHS = 12  # of the trend of the balance


@dataclass(frozen=True)
class StageRule:
    """When a customer is in which stage; the first that holds of introduction, decline, growth, maturity.

    Attributes
    ----------
    new_days : int
        Introduction: with the bank for fewer days.
    quiet_days : int
        Decline: no booking started by the customer for so many days.
    bookings_change : float
        Decline: bookings of 90 days below those of the 90 days before by at least this share, and beyond chance;
        growth: above them by as much.
    balance_change : float
        Decline: over a year the trend takes at least this share of their mean off deposits and wealth;
        growth: it adds as much.

    Raises
    ------
    ValueError
        If a value makes no sense.
    """

    new_days: int = 180
    quiet_days: int = 90
    bookings_change: float = 0.3
    balance_change: float = 0.5

    def __post_init__(self):
        for name in ("new_days", "quiet_days"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; expected 1 day or more")
        for name in ("bookings_change", "balance_change"):
            if not 0 < getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; expected a share between 0 and 1")

    def sentences(self, balances: bool = True) -> dict[str, str]:
        """The rule of each stage in a sentence; `balances` tells whether balances are known."""
        down, up = percent(self.bookings_change, 0), percent(self.balance_change, 0)
        values = {"bookings": down, "balance": up, "quiet": number(self.quiet_days)}
        if balances:
            growth = _(
                "Bookings of 90 days up by {bookings} or more beyond chance, or deposits and wealth rising by"
                " {balance} of their mean in a year"
            )
            decline = _(
                "No booking for {quiet} days, or bookings of 90 days down by {bookings} or more beyond chance, or"
                " deposits and wealth falling by {balance} of their mean in a year"
            )
        else:
            growth = _("Bookings of 90 days up by {bookings} or more beyond chance")
            decline = _(
                "No booking for {quiet} days, or bookings of 90 days down by {bookings} or more beyond chance"
            )
        new = _("With the bank for fewer than {days} days").format(days=number(self.new_days))
        return {
            "introduction": new,
            "growth": growth.format(**values),
            "maturity": _("Neither new nor declining nor growing"),
            "decline": decline.format(**values),
        }


def labels() -> dict[str, str]:
    """Names of the stages, in order."""
    return {
        "introduction": _("Introduction stage"),
        "growth": _("Growth stage"),
        "maturity": _("Maturity stage"),
        "decline": _("Decline stage"),
    }


def stages(view: View, rule: StageRule | None = None) -> ibis.Table:
    """The stage of every customer who is with the bank on the day of `view`.

    Returns
    -------
    ibis.Table
        One row per customer: customer_id; stage, one of `CODES`; sign, what put them there, of `sign_labels`.
    """
    rule, found = rule or StageRule(), features(view)
    sign = ibis.cases(*_signs(found, rule, view.has("balances")), else_="steady")
    found = found.select("customer_id", sign=sign)
    stage = ibis.cases(
        (found.sign == "new", "introduction"),
        (found.sign.isin(("quiet", "fewer_bookings", "balance_down")), "decline"),
        (found.sign.isin(("more_bookings", "balance_up")), "growth"),
        else_="maturity",
    )
    return found.select("customer_id", stage=stage, sign=found.sign)


def _signs(found: ibis.Table, rule: StageRule, balances: bool) -> list[tuple[ir.BooleanValue, str]]:
    silent = found.days_since_activity >= rule.quiet_days
    down = [
        (found.tenure_days < rule.new_days, "new"),
        (silent.fill_null(True), "quiet"),
        (bookings_moved(found, rule, -1), "fewer_bookings"),
    ]
    up = [(bookings_moved(found, rule, 1), "more_bookings")]
    if balances:
        down.append((balance_moved(found, rule, -1).fill_null(False), "balance_down"))
        up.append((balance_moved(found, rule, 1).fill_null(False), "balance_up"))
    return down + up


def bookings_moved(found, rule: StageRule, way: int):
    """Whether bookings went up (`way` 1) or down (−1) by the rule; `found` holds features, in Ibis or in pandas."""
    # With l and b bookings in both periods the trend is (l − b) / (l + b), and l + b is their number.
    trend, share = found["bookings_trend_90d"] * way, rule.bookings_change
    return (trend * found["bookings_180d"] ** 0.5 >= SURE) & (trend >= share / (2 + way * share))


def balance_moved(found, rule: StageRule, way: int):
    """Whether deposits and wealth rose (`way` 1) or fell (−1) by the rule; `found` as in `bookings_moved`."""
    mean = found["balance_mean_12m"]
    return (mean > 0) & (found["balance_slope_12m"] * MONTHS * way >= mean * rule.balance_change)


def stage_table(found: pd.DataFrame, rule: StageRule, balances: bool = True) -> pd.DataFrame:
    """How many customers are in each stage, by which rule, and what the stage needs.

    Parameters
    ----------
    found : DataFrame
        `stages`, fetched.

    Returns
    -------
    DataFrame
        One row per stage, in order: stage, label, customers, share, rule, need (sentences).
    """
    counts = found["stage"].value_counts().reindex(list(CODES), fill_value=0)
    table = counts.rename_axis("stage").rename("customers").reset_index()
    table["share"] = table["customers"] / max(len(found), 1)
    table["label"] = table["stage"].map(labels())
    table["rule"] = table["stage"].map(rule.sentences(balances))
    table["need"] = table["stage"].map(_needs())
    return table[["stage", "label", "customers", "share", "rule", "need"]]


def _needs() -> dict[str, str]:
    return {
        "introduction": _("Get started: salary, app and a second product within the first half-year"),
        "growth": _("Go along: raise limits and offer what the new money or activity calls for"),
        "maturity": _("Keep: service without fault, reward loyalty, ask before competitors do"),
        "decline": _(
            "Turn to them now: find the cause, settle complaints, make a retention offer if it pays"
        ),
    }


def sign_labels() -> dict[str, str]:
    """What put a customer into a stage, in order."""
    return {
        "new": _("New"),
        "more_bookings": _("More bookings"),
        "balance_up": _("Balance rising"),
        "steady": _("Steady"),
        "fewer_bookings": _("Fewer bookings"),
        "balance_down": _("Balance falling"),
        "quiet": _("Quiet"),
    }
