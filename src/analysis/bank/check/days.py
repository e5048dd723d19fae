"""Rules on days: none after the last day of the data, and each after the one before it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import ibis.expr.datatypes as dt

from analysis.bank.check.rule import Rule
from analysis.bank.check.structure import Readable
from analysis.bank.schema import Column
from analysis.language import _, day


@dataclass(frozen=True)
class LastDay:
    """Last day of a bank's data; `stated` if the bank says so itself, else it is today."""

    day: date
    stated: bool


def last_day(profile: Readable | None) -> LastDay:
    """The day that table bank_profile states; today if there is no such table or no day that has been."""
    today = date.today()
    if profile is not None and "extracted_on" in profile.usable:
        stated = profile.table.extracted_on.max().to_pyarrow().as_py()
        if stated is not None and stated <= today:
            return LastDay(stated, stated=True)
    return LastDay(today, stated=False)


def day_rules(found: Readable, last: LastDay) -> Iterator[Rule]:
    """Every rule on the days of `found`."""
    for column in found.usable.values():
        if column.type in ("date", "timestamp"):
            yield from _days(found, column, last)
    yield from _order(found, last)


def _days(found: Readable, column: Column, last: LastDay) -> Iterator[Rule]:
    name = column.name
    if column.usual_age:
        yield _late(found, column, last, "error", _("Correct it at its source."))
        oldest = last.day - timedelta(days=round(365.25 * (column.usual_age[1] + 1)))
        yield Rule(
            column=name,
            name="usual age",
            severity="warning",
            broken=found.table[name] <= ibis.literal(oldest),
            problem=_("gives an unusual age"),
            expected=_("{low} to {high} years").format(low=column.usual_age[0], high=column.usual_age[1]),
            remedy=_("Correct it, or leave it blank if it is a stand-in for an unknown day."),
            shows=(name,),
        )
    elif name == "extracted_on":
        yield _late(
            found, column, LastDay(date.today(), stated=False), "error", _("Correct it at its source.")
        )
    elif found.spec.known_at == name or column.blank_until == name:
        # Nothing says then which day is the last, so that a wrong day becomes it.
        decides = found.spec.name == "transactions" and not last.stated
        remedy = _("Leave out what has not happened yet, or correct bank_profile.extracted_on.")
        yield _late(found, column, last, "error" if decides else "warning", remedy)


def _late(found: Readable, column: Column, last: LastDay, severity: str, remedy: str) -> Rule:
    end = _("the last day of the data, {day}") if last.stated else _("today, {day}")
    return Rule(
        column=column.name,
        name="future",
        severity=severity,
        broken=_after(found.table[column.name], last.day),
        problem=_("is in the future"),
        expected=_("a day up to {end}").format(end=end.format(day=day(last.day))),
        remedy=remedy,
        shows=(column.name,),
    )


def _order(found: Readable, last: LastDay) -> Iterator[Rule]:
    for earlier, later in found.spec.order:
        if earlier not in found.usable or later not in found.usable:
            continue
        first, second = found.table[earlier], found.table[later]
        broken = first.cast(dt.timestamp) > second.cast(dt.timestamp)
        if found.spec.columns[earlier].usual_age:
            # A birth in the future has been told already.
            broken = broken & ~_after(first, last.day)
        yield Rule(
            column=later,
            name="order",
            severity="error",
            broken=broken,
            problem=_("is before {column}").format(column=earlier),
            expected=_("{earlier} first, then {later}").format(earlier=earlier, later=later),
            remedy=_("Correct the one that is wrong."),
            shows=(earlier, later),
        )


def _after(moment: ibis.Value, last: date) -> ibis.Value:
    if moment.type().is_date():
        return moment > ibis.literal(last)
    return moment >= ibis.timestamp((last + timedelta(days=1)).isoformat())
