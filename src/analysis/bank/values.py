"""Stored values as values of the contract's types, in the same way on every engine.

Text has one form for a number, a day, a moment and a truth value. Each engine's own cast takes more, and
each takes something else: 2024/01/05 is a day to DuckDB and nothing to Spark. With one form the same file is
the same bank on every engine.
"""

import ibis
import ibis.expr.datatypes as dt

TYPES = {
    "string": dt.string,
    "int": dt.int64,
    "float": dt.float64,
    "bool": dt.boolean,
    "date": dt.date,
    "timestamp": dt.timestamp,
}

# Numbers as text are left out: 12.0 and 12 would be two customers.
_SOURCES = {
    "string": ("string", "integer", "uuid"),
    "int": ("string", "integer", "floating", "decimal"),
    "float": ("string", "integer", "floating", "decimal"),
    "bool": ("string", "boolean", "integer", "floating"),
    "date": ("string", "date", "timestamp"),
    "timestamp": ("string", "date", "timestamp"),
}

_DAY = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
# Without a backslash: Spark reads one in a literal in its own way.
_FORMS = {
    "int": "[+-]?[0-9]{1,15}([.]0*)?",
    "float": "[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]{1,3})?",
    "bool": "[tTfFyYnN01]|[tT]rue|TRUE|[fF]alse|FALSE|[yY]es|YES|[nN]o|NO",
    "date": f"{_DAY}([ T]00:00(:00([.]0+)?)?)?",
    "timestamp": f"{_DAY}([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?)?",
}


def convertible(stored: dt.DataType, kind: str) -> bool:
    """Whether values stored as type `stored` can be a column of type `kind`."""
    if kind == "string" and stored.is_decimal():
        # How some databases keep an integer.
        return stored.scale == 0
    return any(getattr(stored, f"is_{source}")() for source in _SOURCES[kind])


def convert(value: ibis.Value, kind: str, *, forgiving: bool) -> ibis.Value:
    """`value` as type `kind`; null where text has not the form of one.

    Parameters
    ----------
    value : ibis.Value
        Of a type that is `convertible`.
    forgiving : bool
        Whether the engine's cast can give null for what has the form and is no value (30 February).
        PostgreSQL's stops with its own words.
    """
    if kind == "string" or value.type() == TYPES[kind]:
        return value.cast(TYPES[kind])
    if value.type().is_string():
        return _from_text(value, kind, forgiving)
    if kind == "bool":
        # PostgreSQL has no cast from bigint to boolean.
        return value != 0
    if kind == "int" and not value.type().is_integer():
        return ibis.ifelse(value.cast(dt.float64).abs() < 1e15, value, None).cast(dt.int64)
    return value.cast(TYPES[kind])


def _from_text(text: ibis.Value, kind: str, forgiving: bool) -> ibis.Value:
    formed = ibis.ifelse(text.re_search(f"^ *({_FORMS[kind]}) *$"), text, ibis.null(dt.string))
    # 12.0 is how pandas writes a whole number beside a blank.
    target = dt.float64 if kind == "int" else TYPES[kind]
    value = formed.try_cast(target) if forgiving else formed.cast(target)
    return value.cast(TYPES[kind])
