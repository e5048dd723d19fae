"""Sets of up to 30 small numbers held in an integer: which days, which months."""

import ibis
import ibis.expr.types as ir

HIGHEST = 29  # DuckDB and PostgreSQL shift in 32 bits


def bit(position: ir.IntegerValue) -> ir.IntegerValue:
    """The set that holds `position`, 0 to 29, alone."""
    return ibis.literal(1, "int32") << position.cast("int32")


@ibis.udf.agg.builtin(name="bit_or")
def any_of(sets: int) -> int:
    """Union of the sets of a group; Ibis 12.0.0 has ``bit_or`` for every engine but Spark."""


def how_many(members: ir.IntegerValue, count: int) -> ir.IntegerValue:
    """How many of the numbers 0 to `count` − 1 are in a set (HAKMEM, 1972, item 169)."""
    members = members.cast("int64") & (2**count - 1)
    threes = members - ((members >> 1) & 0o33333333333) - ((members >> 2) & 0o11111111111)
    return ((threes + (threes >> 3)) & 0o30707070707) % 63
