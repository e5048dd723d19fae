"""The bank's tables, as `bank/tables/*.yaml` spells them: the contract every other module reads."""

from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import yaml


@dataclass(frozen=True)
class Column:
    """One column of the contract.

    Attributes
    ----------
    type : {"string", "int", "float", "bool", "date", "timestamp"}
    missing : {"error", "warning", "fine"}
        What a blank value is. A column whose blanks are not an error may be absent altogether.
    values, usual : tuple of str
        Allowed values: another one is an error; usual values: another one is a warning.
    min, max : float, optional
        Bounds whose violation is an error.
    usual_age : (int, int), optional
        Bounds in years before today; outside them is a warning.
    usual_nonzero : bool
        Zero is a warning.
    references : str, optional
        Table whose key the value must be.
    blank_until : str, optional
        Column of the same row that holds the day from which this value is known.
    until_then : str, optional
        What the value reads as before that day; blank if not given.
    sensitivity : {"id", "personal", "free text", "none"}
    """

    name: str
    type: str
    en: str
    zh: str
    sensitivity: str
    unit: str = ""
    missing: str = "error"
    values: tuple[str, ...] = ()
    usual: tuple[str, ...] = ()
    min: float | None = None
    max: float | None = None
    usual_age: tuple[int, int] | None = None
    usual_nonzero: bool = False
    references: str | None = None
    blank_until: str | None = None
    until_then: str | None = None

    @property
    def optional(self) -> bool:
        return self.missing != "error"


@dataclass(frozen=True)
class Table:
    """One table of the contract.

    Attributes
    ----------
    known_at : str, optional
        Column with the day or moment a row becomes known; a table without one is timeless.
    known_with : dict, optional
        ``{"table": parent, "by": column}``: a row is known once its parent row is.
    order : tuple of (str, str)
        Pairs of columns of which the first may not be later than the second.
    """

    name: str
    grain: str
    en: str
    zh: str
    key: tuple[str, ...]
    columns: dict[str, Column] = field(hash=False)
    mandatory: bool = False
    known_at: str | None = None
    known_with: dict[str, str] | None = field(default=None, hash=False)
    order: tuple[tuple[str, str], ...] = ()


@cache
def tables() -> dict[str, Table]:
    """Every table of the contract by name, mandatory ones first, then by name."""
    folder = files("analysis.bank") / "tables"
    specs = [_read(entry) for entry in folder.iterdir() if entry.name.endswith(".yaml")]
    return {t.name: t for t in sorted(specs, key=lambda t: (not t.mandatory, t.name))}


def _read(entry) -> Table:
    spec = yaml.safe_load(entry.read_text(encoding="utf-8"))
    columns = {name: _column(name, facts) for name, facts in spec.pop("columns").items()}
    for name in ("key", "order"):
        spec[name] = tuple(tuple(v) if isinstance(v, list) else v for v in spec.get(name, ()))
    return Table(name=entry.name.removesuffix(".yaml"), columns=columns, **spec)


def _column(name: str, facts: dict) -> Column:
    facts = {k: tuple(v) if isinstance(v, list) else v for k, v in facts.items()}
    return Column(name=name, **facts)
