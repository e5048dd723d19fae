"""What counts as churn: three definitions, and who churned by each after a day."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import ibis

from analysis.bank.schema import tables
from analysis.bank.source import View
from analysis.language import _, number, percent
from analysis.topics.churn.activity import (
    STAYS,
    activity,
    balances_around,
    month_ends_between,
    with_the_bank,
)
from analysis.topics.segmentation.population import history_days

KINDS = ("contractual", "behavioural", "partial")
FEWEST_LEFT = 100  # recorded departures in two years, below which they cannot carry a model
SMALLEST_LEFT = 0.005  # their share of customers, below which departures are taken not to be recorded
TWO_YEARS = 730
SILENCES = (90, 60, 30)  # days, the longest that the history allows
FOREGOING = 90  # days of bookings that features of the earliest day need


@dataclass(frozen=True)
class Definition:
    """What counts as churn.

    Attributes
    ----------
    kind : {"contractual", "behavioural", "partial"}
        contractual: the customer left, or closed the last account, within `horizon_days` after the day; could
        churn: who is with the bank with an open account. behavioural: the customer left, or started no booking
        in the `silent_days` after the day; could churn: who started one in the `silent_days` before. partial:
        the customer left, or has no account of a product family any more at the end of `horizon_days`; could
        churn: who held the family on the day.
    silent_days : int
        Of "behavioural": days without a booking that the customer started.
    balance_fall : float
        Of "behavioural", where above 0: the customer also churned if deposits and wealth were below
        (1 − balance_fall) of their mean of the six month ends before the day, at the last two month ends of the
        window; who is down so far on the day already cannot churn.
    family : str
        Of "partial": the product family; if empty, any family held on the day.
    horizon_days : int
        Of "contractual" and "partial": days after the day.
    reason : str
        Why this definition was chosen, in a sentence; empty if it was given.

    Raises
    ------
    ValueError
        If a value makes no sense.
    """

    kind: str
    silent_days: int = 90
    balance_fall: float = 0.0
    family: str = ""
    horizon_days: int = 90
    reason: str = field(default="", compare=False)

    def __post_init__(self):
        known = tables()["products"].columns["family"].values
        if self.kind not in KINDS:
            raise ValueError(f"kind is {self.kind!r}; expected one of {', '.join(KINDS)}")
        for name in ("silent_days", "horizon_days"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; expected 1 day or more")
        if not 0 <= self.balance_fall < 1:
            raise ValueError(f"balance_fall is {self.balance_fall}; expected a share from 0 to below 1")
        if self.family and self.family not in known:
            raise ValueError(f"family is {self.family!r}; expected one of {', '.join(known)}, or none")

    @property
    def window_days(self) -> int:
        """Days after a day over which it shows who churned: the label's window."""
        return self.silent_days if self.kind == "behavioural" else self.horizon_days

    def sentence(self) -> str:
        """Who has churned, in words."""
        days = number(self.window_days)
        if self.kind == "contractual":
            return _(
                "Churned: the relationship ended, or the last account was closed, within {days} days."
            ).format(days=days)
        if self.kind == "partial":
            if not self.family:
                return _(
                    "Churned: a product family is lost after {days} days, or the relationship ended."
                ).format(days=days)
            return _("Churned: no {family} any more after {days} days, or the relationship ended.").format(
                family=families()[self.family], days=days
            )
        if not self.balance_fall:
            return _(
                "Churned: no booking started by the customer in {days} days, or the relationship ended."
            ).format(days=days)
        return _(
            "Churned: no booking started by the customer in {days} days, or the balance more than {fall} below"
            " its own mean and still there at their end, or the relationship ended."
        ).format(days=days, fall=percent(self.balance_fall, 0))


def families() -> dict[str, str]:
    """Names of the product families."""
    return {
        "deposit": _("deposits"),
        "wealth": _("wealth products"),
        "loan": _("loans"),
        "card": _("cards"),
        "insurance": _("insurance policies"),
        "payment": _("payment services"),
    }


def outcomes(view: View, days: Sequence[date], definition: Definition) -> ibis.Table:
    """Who could churn on each day, and who did in the window after it.

    Parameters
    ----------
    view : View
        Its day is at least the last of `days` plus `definition.window_days`. Nothing after a day's own window
        is looked at.
    days : sequence of date
    definition : Definition

    Returns
    -------
    ibis.Table
        One row per customer and day on which they could churn: customer_id, day, churned (1 or 0).

    Raises
    ------
    ValueError
        If there is no day, the view does not reach to the end of the last window, or a window is too short to
        show a balance that stays down.
    MissingTable
        If the bank lacks a table that the definition needs.
    """
    days = _checked(view, days, definition)
    if definition.kind == "behavioural":
        return _silent(view, days, definition)
    return _lost(view, days, definition)


def _checked(view: View, days: Sequence[date], definition: Definition) -> list[date]:
    days = sorted(set(days))
    if not days:
        raise ValueError("days is empty; expected at least one day on which customers could churn")
    window = definition.window_days
    if days[-1] + timedelta(days=window) > view.as_of:
        raise ValueError(
            f"the view is as of {view.as_of}, but who churned in the {window} days after {days[-1]} is known on "
            f"{days[-1] + timedelta(days=window)} only; choose an earlier day or a later view"
        )
    if definition.kind == "behavioural" and definition.balance_fall:
        short = [day for day in days if month_ends_between(day, window) < STAYS]
        if short:
            raise ValueError(
                f"the {window} days after {short[0]} hold fewer than {STAYS} month ends, so that no balance can "
                "be seen to stay down; choose silent_days of 62 or more, or balance_fall 0"
            )
    return days


def _silent(view: View, days: list[date], definition: Definition) -> ibis.Table:
    silent = definition.silent_days
    rows = activity(view, days)
    rows = rows.filter(rows.quiet_days < silent)
    back = (rows.back_days <= silent).fill_null(False)
    gone = ~back | (rows.leaves_days <= silent).fill_null(False)
    if definition.balance_fall:
        rows = rows.mutate(gone=gone).left_join(balances_around(view, days, silent), ["customer_id", "day"])
        floor = (1 - definition.balance_fall) * rows.usual
        # A mean of 0 or less cannot fall by a share of itself.
        counts = (rows.usual > 0).fill_null(False)
        rows = rows.filter(~(counts & (rows.now < floor).fill_null(False)))
        gone = rows.gone | (counts & (rows.later < floor).fill_null(False))
    return rows.select("customer_id", "day", churned=ibis.ifelse(gone, 1, 0).cast("int64"))


def _lost(view: View, days: list[date], definition: Definition) -> ibis.Table:
    """Left, or without an account of a group held on the day: all accounts one, or each family one."""
    span = ibis.interval(days=definition.horizon_days)
    rows = with_the_bank(view, days).inner_join(_grouped_accounts(view, definition), "customer_id")
    end = (rows.day + span).cast("date")
    never = rows.closed_on.isnull()
    held = (rows.opened_on <= rows.day) & (never | (rows.closed_on > rows.day))
    kept = (rows.opened_on <= end) & (never | (rows.closed_on > end))
    rows = rows.select(
        "customer_id",
        "day",
        "group",
        held=ibis.ifelse(held, 1, 0),
        kept=ibis.ifelse(kept, 1, 0),
        left=ibis.ifelse((rows.left_on <= end).fill_null(False), 1, 0),
    )
    groups = rows.group_by("customer_id", "day", "group").aggregate(
        held=rows.held.max(), kept=rows.kept.max(), left=rows.left.max()
    )
    groups = groups.filter(groups.held == 1)
    lost = ibis.greatest(1 - groups.kept, groups.left)
    return groups.group_by("customer_id", "day").aggregate(churned=lost.max().cast("int64"))


def _grouped_accounts(view: View, definition: Definition) -> ibis.Table:
    accounts = view.table("accounts").select("customer_id", "product_id", "opened_on", "closed_on")
    if definition.kind == "contractual":
        return accounts.mutate(group=ibis.literal("all"))
    families = view.table("products").select("product_id", group="family")
    accounts = accounts.inner_join(families, "product_id")
    return accounts.filter(accounts.group == definition.family) if definition.family else accounts


def chosen(
    view: View,
    kind: str = "auto",
    silent_days: int = 0,
    balance_fall: float = 0.0,
    family: str = "",
    horizon_days: int = 90,
) -> Definition:
    """The definition for a bank: what is asked for, else what its data can carry, with the reason.

    The data are those of the whole bank, whatever the filter, so that all its branches share one definition.

    Parameters
    ----------
    view : View
    kind : {"auto", "contractual", "behavioural", "partial"}
        auto: contractual if at least `FEWEST_LEFT` customers, and the share `SMALLEST_LEFT` of all, are recorded
        to have left in two years, else behavioural.
    silent_days : int
        0: the longest of `SILENCES` of which four, and `FOREGOING` days before them, fit the history: silence
        before and after a day to learn from, and before and after a later one to test on.
    balance_fall, family, horizon_days
        As in `Definition`.
    """
    given = {"balance_fall": balance_fall, "family": family, "horizon_days": horizon_days}
    bank = View(view.bank, view.as_of)
    silent = silent_days or _silence(history_days(bank))
    if kind != "auto":
        return Definition(kind, silent, **given, reason=_("The definition is set by the parameters."))
    left, customers = _recorded(bank)
    enough = left >= FEWEST_LEFT and left >= SMALLEST_LEFT * customers
    found = Definition("contractual" if enough else "behavioural", silent, **given)
    return replace(found, reason=_why(found.kind, left, customers, silent))


def _why(kind: str, left: int, customers: int, silent: int) -> str:
    if kind == "contractual":
        words = _(
            "{left} of {customers} customers are recorded to have left in two years: enough to learn from."
        )
    else:
        words = _(
            "{left} of {customers} customers are recorded to have left in two years, too few to learn from: silence"
            " of {days} days counts instead."
        )
    return words.format(left=number(left), customers=number(customers), days=number(silent))


def _recorded(view: View) -> tuple[int, int]:
    """Customers recorded to have left in two years, and those who were with the bank at any time of them."""
    people, since = view.table("customers"), ibis.literal(view.as_of - timedelta(days=TWO_YEARS))
    here = people.left_on.isnull() | (people.left_on > since)
    left = ibis.ifelse(people.left_on > since, 1, 0)
    row = people.aggregate(left=left.sum(), here=ibis.ifelse(here, 1, 0).sum()).to_pyarrow().to_pylist()[0]
    return int(row["left"] or 0), int(row["here"] or 0)


def _silence(history: int) -> int:
    fits = [days for days in SILENCES if 4 * days + FOREGOING <= history]
    return fits[0] if fits else SILENCES[-1]
