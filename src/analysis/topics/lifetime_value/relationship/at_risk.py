"""How many customers could leave in each month, and how many did: counted in the engine."""

from datetime import date

import ibis
import pandas as pd

from analysis.bank.source import View
from analysis.topics.lifetime_value.relationship.calendar import last_full, number_of
from analysis.topics.plain_table import require
from analysis.topics.segmentation.tiers import Ladder

MOST = 240  # months of tenure that are told apart; beyond 20 years the hazard is taken as flat
BLOCK = 12  # months over which a customer keeps the tier of the block's beginning

COLUMNS = {
    "tier": "group of customers; may be missing, then all are one",
    "tenure": "months since the month of joining, from 1",
    "month": "calendar month, a number or a day that sorts",
    "at_risk": "customers with the bank when the month began",
    "departures": "those of them who left within the month",
}


def exposure(view: View, steps: Ladder | None = None) -> ibis.Table:
    """Customers at risk of leaving and departures by tier, cohort, tenure and calendar month.

    A customer is at risk from the month after joining, and only from the first full month that bookings and
    balances cover: who left before then could not be seen leaving (left truncation). Months after the last
    full one before the day do not count.

    Leavers take their money along before they go, so the tier of a month is not that of its own beginning.
    Time is cut into blocks of 12 months that end with the last full month; a customer keeps the tier of the
    month end before the block, or before their own first month in it (van Houwelingen 2007, landmarking).

    Parameters
    ----------
    view : View
    steps : Ladder, optional
        Tiers by assets (analysis.topics.segmentation). Without it, or without table balances, all are one
        tier, "all". Who has no balance then is in the lowest tier.

    Returns
    -------
    ibis.Table
        One row per tier, cohort (year of joining), tenure (months, at most `MOST`) and month (year × 12 +
        month − 1): at_risk, departures (customers).

    Raises
    ------
    MissingTable
        If the bank lacks transactions, which tell since when departures are observed.
    """
    tiered = steps is not None and view.has("balances")
    spells = _spells(view, _observed_from(view, tiered))
    spells = _with_tier(view, spells, steps) if tiered else spells.mutate(tier=ibis.literal("all"))
    same = spells.group_by("tier", "joined", "entry", "exit", "gone").aggregate(customers=spells.count())
    rows = same.mutate(month=ibis.range(same.entry, same.exit + 1).unnest())
    tenure = ibis.least(rows.month - rows.joined, MOST)
    rows = rows.mutate(tenure=tenure.cast("int64"), cohort=(rows.joined // 12).cast("int64"))
    leaving = (rows.gone == 1) & (rows.month == rows.exit)
    return (
        rows.mutate(left=ibis.ifelse(leaving, rows.customers, 0))
        .group_by("tier", "cohort", "tenure", "month")
        .aggregate(at_risk=lambda t: t.customers.sum(), departures=lambda t: t.left.sum())
    )


def _observed_from(view: View, tiered: bool) -> int:
    """Number of the first month in which departures, and tiers before them, are known."""
    first: date | None = view.table("transactions").booked_at.min().date().to_pyarrow().as_py()
    if first is None:
        return last_full(view.as_of) + 1
    begins = first.year * 12 + first.month - 1 + (first.day > 1)
    if tiered:
        ends = number_of(view.table("balances").month_end).min().to_pyarrow().as_py()
        begins = max(begins, begins if ends is None else ends + 1)
    return begins


def _spells(view: View, begins: int) -> ibis.Table:
    """One row per customer and block in which they could leave: joined, entry, exit (months), gone."""
    last = last_full(view.as_of)
    people = view.table("customers")
    people = people.select("customer_id", joined=number_of(people.joined_on), left=number_of(people.left_on))
    blocks = max(-(-(last - begins + 1) // BLOCK), 0)
    people = people.mutate(block=ibis.range(ibis.literal(0, "int64"), ibis.literal(blocks, "int64")).unnest())
    ends = last - people.block * BLOCK
    entry = ibis.greatest(ends - BLOCK + 1, people.joined + 1, begins).cast("int64")
    exit_ = ibis.least(ends, people.left.fill_null(last + 1)).cast("int64")
    gone = ibis.ifelse(people.left.notnull() & (people.left <= ends), 1, 0)
    spells = people.select("customer_id", "joined", entry=entry, exit=exit_, gone=gone)
    return spells.filter(spells.entry <= spells.exit)


def _with_tier(view: View, spells: ibis.Table, steps: Ladder) -> ibis.Table:
    balances = view.table("balances")
    known = balances.select("account_id", "balance", before=number_of(balances.month_end) + 1)
    accounts = view.table("accounts").select("account_id", "customer_id", "product_id")
    joined = accounts.inner_join(known.filter(known.balance > 0), "account_id")
    if view.has("products"):
        families = view.table("products").select("product_id", "family")
        joined = joined.left_join(families, "product_id")
        joined = joined.filter(ibis.coalesce(joined.family.isin(("deposit", "wealth")), True))
    assets = joined.group_by("customer_id", entry=joined.before.cast("int64")).aggregate(
        assets=joined.balance.sum()
    )
    both = spells.left_join(assets, ["customer_id", "entry"])
    held = both.assets.fill_null(0.0)
    pairs = list(zip(steps.thresholds, steps.codes[1:], strict=True))
    tier = ibis.literal(steps.codes[0])
    if pairs:
        tier = ibis.cases(*((held >= bound, code) for bound, code in reversed(pairs)), else_=steps.codes[0])
    return both.select("joined", "entry", "exit", "gone", tier=tier)


def checked(table: pd.DataFrame) -> pd.DataFrame:
    """Counts as `exposure` gives them, or of your own (columns in `COLUMNS`), checked.

    Raises
    ------
    ValueError
        If a column is missing, or counts are negative, broken, or more left than were there.
    """
    needed = {name: meaning for name, meaning in COLUMNS.items() if name != "tier"}
    require(table, needed, "months at risk")
    table = table if "tier" in table else table.assign(tier="all")
    wrong = table[
        (table["departures"] < 0) | (table["departures"] > table["at_risk"]) | ~(table["tenure"] >= 1)
        | table["at_risk"].isna() | table["departures"].isna() | table["tier"].isna()
    ]  # fmt: skip
    if len(wrong):
        raise ValueError(
            f"{len(wrong)} rows of the months at risk make no sense, such as {wrong.iloc[0].to_dict()}; "
            "expected 0 <= departures <= at_risk, tenure from 1, and a tier"
        )
    return table.assign(tenure=table["tenure"].clip(upper=MOST))
