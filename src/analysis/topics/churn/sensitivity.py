"""How much the definition of churn decides: the rate by length of silence and by fall, and who came back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import pandas as pd

from analysis.bank.source import View
from analysis.language import _, number, percent, together
from analysis.statistics.intervals import wilson
from analysis.topics.churn.activity import STAYS, activity, balances_around, month_ends_between
from analysis.topics.churn.definitions import Definition
from analysis.topics.segmentation.population import history_days

SILENCES = (30, 60, 90, 120, 180, 270, 365)  # days
FALLS = (0.0, 0.3, 0.5, 0.7, 0.9)  # 0: silence alone
MANY_BACK = 0.25  # share of the churned who came back, above which a definition is called out

Check = tuple[str, bool, str]


@dataclass(frozen=True)
class Sensitivity:
    """Churn of one day by other definitions.

    Attributes
    ----------
    day : date or None
        Day on which the customers are taken; None if the history is too short for any.
    follow_days : int
        Days after each window in which who came back is seen; the same for all.
    silences, falls : DataFrame
        One row per silent_days, and per balance_fall (with the silence of the definition; no row without
        balances): the parameter, label and name, customers (could churn), churned, rate, low, high, back (of the
        churned, who came back), back_rate, back_low, back_high. Intervals are 95 % Wilson.
    """

    day: date | None
    follow_days: int
    silences: pd.DataFrame
    falls: pd.DataFrame


def sensitivity(
    view: View,
    definition: Definition,
    silences: Sequence[int] = SILENCES,
    falls: Sequence[float] = FALLS,
) -> Sensitivity:
    """Churn rate by length of silence and by fall of the balance, and the share who came back.

    All figures are of the customers of one day: so long ago that the longest silence tried fits before the
    day, after it, and once more after that for the churned to come back in. A silence that the history cannot
    show three times is not tried. Who booked again came back, unless the balance is still down; who left did not.

    Parameters
    ----------
    view : View
    definition : Definition
        The one in use; its silent_days and balance_fall are tried too, and the silence of falls is its own.
    silences : sequence of int
        Days.
    falls : sequence of float
        Shares of the customer's own mean balance.
    """
    history = history_days(view)
    tried = sorted(days for days in {*silences, definition.silent_days} if 3 * days <= history)
    if not tried:
        return Sensitivity(None, 0, _table({}, "silent_days"), _table({}, "balance_fall"))
    follow = tried[-1]
    day = view.as_of - timedelta(days=2 * follow)
    rows = activity(view, [day])
    by_silence = {days: _silent(rows, days, follow) for days in tried}
    found = _table(_counted(rows, by_silence), "silent_days")
    window = min(definition.silent_days, follow)
    if view.has("balances") and month_ends_between(day, window) >= STAYS:
        rows = _with_balances(rows, view, day, window, follow)
        by_fall = {
            fall: _fallen(rows, window, fall, follow) for fall in sorted({*falls, definition.balance_fall})
        }
        fallen = _table(_counted(rows, by_fall), "balance_fall")
    else:
        fallen = _table({}, "balance_fall")
    return Sensitivity(day, follow, found, fallen)


Flags = tuple[ir.BooleanValue, ir.BooleanValue, ir.BooleanValue]


def _silent(rows: ibis.Table, days: int, follow: int) -> Flags:
    """Who could churn, who did, who came back, by `days` of silence."""
    here = rows.quiet_days < days
    left = (rows.leaves_days <= days).fill_null(False)
    churned = left | (rows.back_days > days).fill_null(True)
    back = ~left & (rows.back_days <= days + follow).fill_null(False)
    return here, churned, back


def _with_balances(rows: ibis.Table, view: View, day: date, window: int, follow: int) -> ibis.Table:
    at_end = balances_around(view, [day], window)
    afterwards = balances_around(view, [day], window + follow)
    afterwards = afterwards.select("customer_id", "day", again=afterwards.later)
    both = rows.left_join(at_end, ["customer_id", "day"]).drop("customer_id_right", "day_right")
    return both.left_join(afterwards, ["customer_id", "day"]).drop("customer_id_right", "day_right")


def _fallen(rows: ibis.Table, days: int, fall: float, follow: int) -> Flags:
    here, silent, back = _silent(rows, days, follow)
    if not fall:
        return here, silent, back
    floor = (1 - fall) * rows.usual
    known = (rows.usual > 0).fill_null(False)

    def down(balance: ir.Value) -> ir.BooleanValue:
        return known & (balance < floor).fill_null(False)

    return here & ~down(rows.now), silent | down(rows.later), back & ~down(rows.again)


def _counted(rows: ibis.Table, cases: dict[float, Flags]) -> dict[float, tuple[int, int, int]]:
    sums = {}
    for k, (here, churned, back) in enumerate(cases.values()):
        flags = (here, here & churned, here & churned & back)
        sums |= {f"n{k}_{part}": ibis.ifelse(flag, 1, 0).sum() for part, flag in enumerate(flags)}
    row = rows.aggregate(**sums).to_pyarrow().to_pylist()[0]
    return {case: tuple(int(row[f"n{k}_{part}"] or 0) for part in range(3)) for k, case in enumerate(cases)}


def _table(counts: dict[float, tuple[int, int, int]], name: str) -> pd.DataFrame:
    rows = [(case, *counted) for case, counted in counts.items()]
    table = pd.DataFrame(rows, columns=[name, "customers", "churned", "back"])
    shares = {"": ("churned", "customers"), "back_": ("back", "churned")}
    for prefix, (part, whole) in shares.items():
        table[f"{prefix}rate"] = table[part] / table[whole].where(table[whole] > 0)
        table[f"{prefix}low"], table[f"{prefix}high"] = wilson(table[part], table[whole])
    return _named(table, name)


def _named(table: pd.DataFrame, column: str) -> pd.DataFrame:
    """The table with a label for an axis and a name for a sentence."""
    if column == "silent_days":
        labels = [_("{days} days").format(days=number(days)) for days in table[column]]
        names = [_("{days} days of silence").format(days=number(days)) for days in table[column]]
    else:
        labels = [
            _("{fall} down").format(fall=percent(fall, 0)) if fall else _("silence alone")
            for fall in table[column]
        ]
        names = [
            _("Silence, or a balance {fall} down").format(fall=percent(fall, 0))
            if fall
            else _("Silence alone")
            for fall in table[column]
        ]
    return table.assign(
        label=pd.Series(labels, table.index, dtype="str"), name=pd.Series(names, table.index, dtype="str")
    )


def in_use(table: pd.DataFrame, definition: Definition) -> str:
    """Label of the row of `silences` or `falls` that is the definition in use; empty if none is."""
    column = "silent_days" if "silent_days" in table else "balance_fall"
    rows = table.loc[table[column] == getattr(definition, column), "label"]
    return rows.iloc[0] if definition.kind == "behavioural" and len(rows) else ""


def _used(found: Sensitivity, definition: Definition) -> pd.Series | None:
    """The row of the behavioural definition in use, or None if it could not be tried."""
    table = found.falls if definition.balance_fall and len(found.falls) else found.silences
    row = table[table["label"] == in_use(table, definition)]
    return row.iloc[0] if len(row) and row["churned"].iloc[0] > 0 else None


def sentence(found: Sensitivity) -> str:
    """How the rate moves with the length of silence, and how many of the churned came back."""
    table = found.silences.dropna(subset=["rate"])
    if len(table) < 2:
        return _("The history is too short to try other lengths of silence.")
    first, last = table.iloc[0], table.iloc[-1]
    words = _("From {few} to {many} of silence, the share who churned goes from {rate} to {last_rate}.")
    if first["churned"] and last["churned"]:
        words = _(
            "From {few} to {many} of silence, the share who churned goes from {rate} to {last_rate}, and of the"
            " churned {back} to {last_back} booked again within {follow} days."
        )
    return words.format(
        few=first["label"],
        many=last["label"],
        rate=percent(first["rate"]),
        last_rate=percent(last["rate"]),
        back=percent(first["back_rate"], 0),
        last_back=percent(last["back_rate"], 0),
        follow=number(found.follow_days),
    )


def check(found: Sensitivity, definition: Definition) -> Check:
    """Whether those whom the definition calls churned stayed away; not if more than `MANY_BACK` came back."""
    if definition.kind != "behavioural":
        words = _(
            "A relationship or a product that ended is on record; who came back as a new customer is not."
        )
        return "definition", True, words
    row = _used(found, definition)
    if row is None:
        words = _("Too little history or too few churned to see who comes back: the definition is untested.")
        return "definition", False, words
    said = _(
        "Of {churned} customers who churned by this definition, {back} ({low} to {high}) came back within"
        " {follow} days."
    ).format(
        churned=number(row["churned"]),
        back=percent(row["back_rate"], 0),
        low=percent(row["back_low"], 0),
        high=percent(row["back_high"], 0),
        follow=number(found.follow_days),
    )
    if row["back_rate"] <= MANY_BACK:
        return "definition", True, said
    return (
        "definition",
        False,
        together(said, _("Many of them were only quiet: a longer silence fits better.")),
    )
