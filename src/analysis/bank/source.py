"""A bank opened: its tables as Ibis expressions, and views of them as they were known on a day.

Every feature and every topic reads a `View`. What was not yet known on its day does not exist in it.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import ibis

from analysis.bank.engines import BankError, connect, without_secrets
from analysis.bank.filters import condition
from analysis.bank.schema import Column, Table, tables
from analysis.bank.values import TYPES, convert, convertible

__all__ = ["TYPES", "Bank", "BankError", "MissingTable", "Profile", "View", "open_bank"]

_OF_CUSTOMERS = ("accounts", "transactions")  # mandatory, and without a meaning where there are no customers


class MissingTable(BankError):
    """A table that a topic needs is not there: the topic is not run, which is no failure."""

    def __init__(self, table: str):
        super().__init__(f"table {table} is missing")
        self.table = table

    def __reduce__(self):
        return MissingTable, (self.table,)


@dataclass(frozen=True)
class Profile:
    """Name, currency (ISO 4217) and country (ISO 3166) of a bank."""

    name: str = "Bank"
    currency: str = "XXX"
    country: str = ""


def open_bank(url: str) -> "Bank":
    """Open the bank at `url`.

    Parameters
    ----------
    url : str
        A folder of Parquet or CSV files, one per table; a ``.duckdb`` file;
        ``postgres://user:${PASSWORD}@host/db`` with secrets as names of environment variables;
        ``spark://local/FOLDER``, ``spark://local[2]/FOLDER`` or ``spark://HOST:PORT/FOLDER``.

    Raises
    ------
    BankError
        If there is no bank at `url`.
    """
    return Bank(url)


class Bank:
    """Tables of a bank, as stored (`raw`), as the contract types them (`typed`), and as of a day (`view`)."""

    def __init__(self, url: str):
        self.url = without_secrets(str(url))
        self.engine, self.connection, self.found, self._read, self.files = connect(str(url))
        self.names = [name for name in tables() if name in self.found]
        self._raw: dict[str, ibis.Table] = {}

    def raw(self, name: str) -> ibis.Table:
        """Table `name` exactly as it is stored; text columns for CSV.

        Raises
        ------
        MissingTable
            If the bank has no such table.
        """
        if name not in self.found:
            raise MissingTable(name)
        if name not in self._raw:
            try:
                self._raw[name] = self._read(name)
            except Exception as error:
                # Each engine has errors of its own; a file that is broken is the bank's matter, not ours.
                reason = str(error).strip().splitlines()[0]
                raise BankError(f"table {name} cannot be read: {reason}") from error
        return self._raw[name]

    def typed(self, name: str) -> ibis.Table:
        """Table `name` with every column of the contract in the contract's type and order.

        Text that is no number, date or truth value becomes blank (`analysis check` counts it); an optional
        column that the bank lacks is blank throughout.
        """
        raw = self.raw(name)
        spec = tables()[name]
        return raw.select(**{c: self._column(raw, spec, c) for c in spec.columns})

    def _column(self, raw: ibis.Table, spec: Table, name: str) -> ibis.Value:
        column = spec.columns[name]
        target = TYPES[column.type]
        if name not in raw.columns:
            if not column.optional:
                raise BankError(
                    f"{spec.name}.{name} is missing; expected a column of type {column.type} "
                    f"({column.en.lower()}). Add it, or run `analysis check` for all that the bank lacks."
                )
            return ibis.null(target)
        if not convertible(raw[name].type(), column.type):
            if not column.optional:
                raise BankError(
                    f"{spec.name}.{name} is stored as {raw[name].type()}; expected {column.type} "
                    f"({column.en.lower()}). Convert it when you load the table."
                )
            return ibis.null(target)
        return self.converted(raw[name], column)

    def converted(self, value: ibis.Value, column: Column) -> ibis.Value:
        """A stored value in the contract's type of `column`; blank where text does not spell one."""
        return convert(value, column.type, forgiving=self.engine != "postgres")

    @cached_property
    def has_customers(self) -> bool:
        """Whether anybody is or was a customer: a bank of complaints filed elsewhere knows nobody."""
        return bool(self.typed("customers").limit(1).count().to_pyarrow().as_py())

    def profile(self) -> Profile:
        """Name, currency and country, from table bank_profile where there is one."""
        if "bank_profile" not in self.names:
            return Profile()
        row = self.typed("bank_profile").limit(1).to_pyarrow().to_pylist()
        if not row:
            return Profile()
        return Profile(row[0]["name"], row[0]["currency"], row[0]["country"] or "")

    def latest(self) -> date:
        """Last day for which the data are complete: the profile's, else the last booking's."""
        if "bank_profile" in self.names:
            last = self.typed("bank_profile").extracted_on.max()
        else:
            last = self.typed("transactions").booked_at.max().date()
        day = last.to_pyarrow().as_py()
        if day is None:
            raise BankError(f"the bank at {self.url} has no booking, so that no day is its last")
        return day

    def view(self, as_of: str | date = "latest", where: str = "") -> "View":
        """The bank as it was known at the end of day `as_of`, for the customers that meet `where`.

        Parameters
        ----------
        as_of : "latest", ISO date or date
        where : str
            Comparisons of columns of table customers with constants, joined by ``and``, such as
            ``"branch_id = 'B07' and region in ('East', 'West')"``.

        Raises
        ------
        BankError
            If the day is no date or later than the data, or the filter cannot be understood.
        """
        latest = self.latest()
        try:
            day = latest if as_of == "latest" else date.fromisoformat(str(as_of))
        except ValueError:
            raise BankError(f"as_of is {as_of!r}; expected 'latest' or a date such as '2024-12-31'") from None
        if day > latest:
            raise BankError(
                f"as_of is {day}, but the data end on {latest}; choose that day or an earlier one"
            )
        return View(self, day, where)


class View:
    """A bank on one day: rows that became known later do not exist, and what happened later is blank.

    Attributes
    ----------
    bank : Bank
    as_of : datetime.date
        The day, included.
    where : str
        Filter on customers; all tables of customers follow it.
    """

    def __init__(self, bank: Bank, as_of: date, where: str = ""):
        self.bank, self.as_of, self.where = bank, as_of, where
        self._condition = condition(where, tables()["customers"])
        self._tables: dict[str, ibis.Table] = {}

    @cached_property
    def _profile(self) -> Profile:
        return self.bank.profile()

    @property
    def name(self) -> str:
        """Name of the bank."""
        return self._profile.name

    @property
    def currency(self) -> str:
        """ISO code of the bank's currency."""
        return self._profile.currency

    @property
    def country(self) -> str:
        """ISO code of the bank's country; empty if unknown."""
        return self._profile.country

    def has(self, name: str) -> bool:
        """Whether the bank has table `name`; one without customers has neither accounts nor bookings."""
        return name in self.bank.names and (name not in _OF_CUSTOMERS or self.bank.has_customers)

    def at(self, as_of: date) -> "View":
        """The same bank and filter on another, usually earlier, day."""
        return View(self.bank, as_of, self.where)

    def table(self, name: str) -> ibis.Table:
        """Table `name` as it was known on the day, in the contract's columns and types.

        Raises
        ------
        MissingTable
            If the bank has no such table, or it is one of accounts or bookings and nobody was ever a customer.
        """
        if name not in self._tables:
            if name in _OF_CUSTOMERS and not self.bank.has_customers:
                raise MissingTable(name)
            spec = tables()[name]
            known = self._blanked(self._known(self.bank.typed(name), spec), spec)
            self._tables[name] = self._filtered(known, spec)
        return self._tables[name]

    def customers(self) -> ibis.Table:
        """Customers who were with the bank on the day.

        Raises
        ------
        MissingTable
            If the bank has no table of customers, or never had any.
        """
        if not self.bank.has_customers:
            raise MissingTable("customers")
        customers = self.table("customers")
        return customers.filter(customers.left_on.isnull())

    def _known(self, table: ibis.Table, spec: Table) -> ibis.Table:
        if spec.known_with:
            parent = self.table(spec.known_with["table"])
            return table.semi_join(parent, spec.known_with["by"])
        if spec.known_at:
            return table.filter(self._happened(table[spec.known_at]))
        return table

    def _blanked(self, table: ibis.Table, spec: Table) -> ibis.Table:
        later = {c.name: c for c in spec.columns.values() if c.blank_until}
        if not later:
            return table
        return table.mutate(
            **{
                name: ibis.ifelse(
                    self._happened(table[column.blank_until]).fill_null(False),
                    table[name],
                    ibis.literal(column.until_then, type=table[name].type()),
                )
                for name, column in later.items()
            }
        )

    def _happened(self, moment: ibis.Value) -> ibis.Value:
        if moment.type().is_date():
            return moment <= ibis.literal(self.as_of)
        return moment < ibis.timestamp((self.as_of + timedelta(days=1)).isoformat())

    def _filtered(self, table: ibis.Table, spec: Table) -> ibis.Table:
        if self._condition is None:
            return table
        if spec.name == "customers":
            return table.filter(self._condition(table))
        for column in spec.columns.values():
            if column.references in ("customers", "accounts", "transactions"):
                parent = self.table(column.references)
                return table.semi_join(parent, (column.name, tables()[column.references].key[0]))
        # A row known with its parent was joined to a parent that is filtered already.
        return table
